// Many samples at once: the code of one sample becomes the code of a lane block
// by substituting element types.
//
//   f32            -> vector<Lxf32>
//   tensor<64xf32> -> tensor<64xvector<Lxf32>>
//
// Maps, slices and loops do not change. Values that do not differ between
// samples keep their types.
#ifndef EQ_BATCH_BATCH_H
#define EQ_BATCH_BATCH_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::eq {

/// Rewrites the ops of one region for `lanes` samples.
class Batcher {
public:
  explicit Batcher(int64_t lanes) : lanes(lanes) {}

  /// The first op of `region` that has no rule, or null.
  static Operation *findUnsupported(Region &region);

  /// The type of a value that differs between samples.
  Type widen(Type type) const;

  /// `to` stands for `from`: of its type where all samples share the value,
  /// else of its widened type.
  void map(Value from, Value to) { mapping.map(from, to); }

  /// What stands for `value`; a shared value as it is.
  Value get(Value value) const { return mapping.lookupOrDefault(value); }

  /// What stands for `value`, with one copy for each lane.
  Value wide(OpBuilder &builder, Value value);

  /// Rewrites the ops of `block` but for its terminator. Every op must have a
  /// rule.
  void batchBlock(OpBuilder &builder, Block &block);

private:
  bool isVarying(Value value) const {
    return get(value).getType() != value.getType();
  }
  bool readsVarying(Operation *op) const;
  void batchOp(OpBuilder &builder, Operation *op);
  void widenOp(OpBuilder &builder, Operation *op);
  void batchGeneric(OpBuilder &builder, Operation *op);
  void batchFor(OpBuilder &builder, Operation *op);
  void batchIf(OpBuilder &builder, Operation *op);
  bool gather(OpBuilder &builder, Operation *op);
  Value select(OpBuilder &builder, Location loc, Value condition, Value a,
               Value b);

  int64_t lanes;
  IRMapping mapping;
};

} // namespace mlir::eq

#endif // EQ_BATCH_BATCH_H
