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
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OpDefinition.h"

namespace mlir {
class DialectRegistry;
namespace eq {

/// Rewrites the ops of one region for `lanes` samples. Lanes off the mask
/// compute what nobody reads; nothing they do may trap, go on for ever or write
/// a record.
class Batcher {
public:
  /// Without a mask all lanes are on.
  explicit Batcher(int64_t lanes, Value mask = nullptr)
      : lanes(lanes), mask(mask) {}

  int64_t getLanes() const { return lanes; }

  /// The first op of `region` that has no rule, or null.
  static Operation *findUnsupported(Region &region);

  /// Vectors of one element for each lane.
  VectorType vectorOf(Type element) const {
    return VectorType::get(lanes, element);
  }
  /// The type of a value that differs between samples.
  Type widen(Type type) const;

  /// `to` stands for `from`: of its type where all samples share the value,
  /// else of its widened type. For a record, `to` is memory of all samples.
  void map(Value from, Value to) { mapping.map(from, to); }
  void map(ValueRange from, ValueRange to) { mapping.map(from, to); }

  /// What stands for `value`; a shared value as it is.
  Value get(Value value) const { return mapping.lookupOrDefault(value); }
  bool isVarying(Value value) const {
    return get(value).getType() != value.getType();
  }

  /// What stands for `value`, with one copy for each lane.
  Value wide(OpBuilder &builder, Value value);
  /// One copy of a shared value for each lane.
  Value spread(OpBuilder &builder, Value value);

  /// A choice by a condition for each lane.
  Value select(OpBuilder &builder, Location loc, Value condition, Value a,
               Value b);

  /// Rewrites the ops of `block` but for its terminator. Every op must have a
  /// rule.
  void batchBlock(OpBuilder &builder, Block &block);
  /// Rewrites one op, which has a rule.
  void batchOp(OpBuilder &builder, Operation *op);
  /// The same op on values of all lanes; indices that all samples share stay.
  void widenOp(OpBuilder &builder, Operation *op);
  /// One copy of an op on scalars for each lane.
  void cloneForLanes(OpBuilder &builder, Operation *op);

  //===--------------------------------------------------------------------===//
  // The mask
  //===--------------------------------------------------------------------===//

  /// The lanes that really run here, a vector<Lxi1>.
  Value getMask(OpBuilder &builder, Location loc);
  /// Only these lanes run as long as the scope lives; null: as before.
  class MaskScope {
  public:
    MaskScope(Batcher &batcher, Value lanes)
        : batcher(batcher), outer(batcher.mask) {
      if (lanes)
        batcher.mask = lanes;
    }
    ~MaskScope() { batcher.mask = outer; }
    MaskScope(const MaskScope &) = delete;
    MaskScope &operator=(const MaskScope &) = delete;

  private:
    Batcher &batcher;
    Value outer;
  };
  /// The lanes of the mask for which `condition` holds.
  Value narrowed(OpBuilder &builder, Location loc, Value condition);
  /// The lanes of a mask as the bits of an integer of L bits.
  static Value bitsOf(OpBuilder &builder, Location loc, Value mask);
  /// Whether a mask has a lane.
  static Value anyOf(OpBuilder &builder, Location loc, Value mask);

  //===--------------------------------------------------------------------===//
  // Records
  //===--------------------------------------------------------------------===//

  /// The sample in each lane, memref<Lxindex>: where records are written.
  void setSamples(Value numbers) { samples = numbers; }
  Value getSamples() const { return samples; }
  bool isRecord(Value value) const {
    return isa<MemRefType>(get(value).getType());
  }

private:
  bool readsVarying(Operation *op) const;

  int64_t lanes;
  Value mask, samples;
  IRMapping mapping;
};

/// Attaches the rules of eq and of the dialects a body may use to their ops.
void registerBatchModels(DialectRegistry &registry);

} // namespace eq
} // namespace mlir

#include "eq/Batch/BatchableOpInterface.h.inc"

#endif // EQ_BATCH_BATCH_H
