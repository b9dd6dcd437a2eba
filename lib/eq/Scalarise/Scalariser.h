// The walk over the ops of a region, and what the rules share.
#ifndef EQ_SCALARISE_SCALARISER_H
#define EQ_SCALARISE_SCALARISER_H

#include "eq/IR/EqOps.h"
#include "eq/Scalarise/Scalarise.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::eq {

/// Part of a tensor, in all its dimensions.
struct Slice {
  SmallVector<OpFoldResult> offsets;
  SmallVector<int64_t> sizes, strides;
};

/// Visits ops in order. The rule of an op puts scalar ops in front of it and
/// says what its results are; the op itself stays until the end, when nobody
/// uses it.
class Scalariser : OpBuilder::Listener {
public:
  Scalariser(MLIRContext *context, const ScalariseOptions &options)
      : options(options), builder(context, this) {}

  LogicalResult run(Operation *root);

private:
  //===--------------------------------------------------------------------===//
  // The walk
  //===--------------------------------------------------------------------===//

  LogicalResult visitRegions(Operation *op);
  LogicalResult visit(Operation *op);
  LogicalResult rewrite(Operation *op);

  /// A copy of an op at the insertion point, visited. Later copies that use its
  /// results see what stands for them.
  LogicalResult copy(Operation *op, IRMapping &mapping);
  /// A copy of a block without its terminator.
  LogicalResult copyBody(Block &block, IRMapping &mapping);
  /// What the only operand of the terminator of a block stands for, where its
  /// arguments are the indices `place`.
  FailureOr<Value> elementOf(Block &block, ArrayRef<int64_t> place);

  void notifyOperationInserted(Operation *op,
                               OpBuilder::InsertPoint previous) override;

  //===--------------------------------------------------------------------===//
  // Errors
  //===--------------------------------------------------------------------===//

  LogicalResult noRule(Operation *op);
  /// Every tensor among `types` is small.
  LogicalResult expectSmall(Operation *op, TypeRange types);
  /// There is room for so many operations more.
  LogicalResult expectRoom(Operation *op, int64_t more = 0);

  //===--------------------------------------------------------------------===//
  // Values
  //===--------------------------------------------------------------------===//

  bool isSmall(Type type) const { return isScalarisable(type, options); }

  void replace(Value old, Value value);
  /// `elements` are what stands for a small tensor.
  void setElements(Value tensor, ArrayRef<Value> values) {
    elements[tensor].assign(values.begin(), values.end());
  }
  /// Those of a scalar are the scalar.
  SmallVector<Value> getElements(Value value) const;
  SmallVector<Value> flatten(ValueRange values) const;
  void flattenArguments(Block &block);
  /// `value` stands for `old`, be it a tensor or a scalar.
  void alias(Value old, Value value);
  /// Nobody will use `op`.
  LogicalResult finish(Operation *op) {
    dead.push_back(op);
    return success();
  }
  /// The same for one whose result is a tensor of these elements.
  LogicalResult finish(Operation *op, ArrayRef<Value> values) {
    setElements(op->getResult(0), values);
    return finish(op);
  }

  /// One op for each constant, at the entry of the function.
  Value constant(TypedAttr value);
  Value indexConstant(int64_t value) {
    return constant(builder.getIndexAttr(value));
  }
  Value zero(Type type) { return constant(builder.getZeroAttr(type)); }

  //===--------------------------------------------------------------------===//
  // Places in tensors
  //===--------------------------------------------------------------------===//

  using Place = SmallVector<OpFoldResult>;

  Place constantPlace(ArrayRef<int64_t> place);
  Value materialise(OpFoldResult index);
  /// a * factor + b.
  OpFoldResult multiplyAdd(Location loc, OpFoldResult a, int64_t factor,
                           OpFoldResult b);
  Place reshaped(Location loc, ArrayRef<OpFoldResult> place,
                 ArrayRef<int64_t> from, ArrayRef<int64_t> to);

  /// An element of a tensor that is not small, or is made of one.
  Value readLarge(Location loc, Value tensor, Place place);
  /// An element of a tensor at a constant place.
  Value read(Location loc, Value tensor, ArrayRef<int64_t> place);

  /// The places below `count` that an index may be, in order, each with the
  /// condition for it. A single one has none, and neither has the last where
  /// the others are tried before it.
  using Choices = SmallVector<std::pair<int64_t, Value>>;
  Choices choicesOf(Location loc, OpFoldResult index, int64_t count,
                    bool inOrder);
  /// The same for the offsets of a slice, dimension by dimension.
  SmallVector<Choices> choicesOf(Location loc, const Slice &slice,
                                 ArrayRef<int64_t> shape, bool inOrder);
  Value choose(Location loc, ArrayRef<Value> values, ArrayRef<int64_t> shape,
               ArrayRef<Choices> choices, int64_t at);

  LogicalResult readAll(Operation *op);
  LogicalResult expectSlice(Operation *op, const Slice &slice,
                            ArrayRef<int64_t> shape);
  /// The op's result is a slice of a small tensor, or an element.
  LogicalResult readSlice(Operation *op, Value source, const Slice &slice);
  /// The op's result is a small tensor with another slice.
  LogicalResult writeSlice(Operation *op, ArrayRef<Value> source, Value dest,
                           const Slice &slice);

  //===--------------------------------------------------------------------===//
  // The rules
  //===--------------------------------------------------------------------===//

  LogicalResult rewriteOther(Operation *op);
  LogicalResult rewriteElementwise(Operation *op);
  LogicalResult rewriteSameElements(Operation *op);
  LogicalResult rewriteNothing(Operation *op);
  LogicalResult rewriteControlFlow(Operation *op);
  LogicalResult rewriteYield(Operation *op);
  LogicalResult rewriteConstant(arith::ConstantOp op);
  LogicalResult rewriteGeneric(linalg::GenericOp op);
  LogicalResult rewriteConcat(tensor::ConcatOp op);
  LogicalResult rewriteDim(tensor::DimOp op);
  LogicalResult rewriteExtract(tensor::ExtractOp op);
  LogicalResult rewriteExtractSlice(tensor::ExtractSliceOp op);
  LogicalResult rewriteFromElements(tensor::FromElementsOp op);
  LogicalResult rewriteGenerate(tensor::GenerateOp op);
  LogicalResult rewriteInsert(tensor::InsertOp op);
  LogicalResult rewriteInsertSlice(tensor::InsertSliceOp op);
  LogicalResult rewritePad(tensor::PadOp op);
  LogicalResult rewriteSplat(tensor::SplatOp op);
  LogicalResult rewritePush(PushOp op);
  LogicalResult rewriteRecord(RecordOp op);

  /// The counter is an index into a small tensor.
  bool indexesSmallTensors(scf::ForOp loop) const;
  LogicalResult unroll(scf::ForOp loop, int64_t turns);

  ScalariseOptions options;
  OpBuilder builder;
  Operation *root = nullptr;
  int64_t operations = 0;

  llvm::DenseMap<Value, SmallVector<Value, 0>> elements;
  /// What stands for results that are scalars.
  llvm::DenseMap<Value, Value> replaced;
  llvm::DenseMap<std::pair<Block *, Attribute>, Value> constants;

  /// In the order in which they were visited: an op uses only those before it.
  SmallVector<Operation *> dead;
  /// Ops on larger tensors, dead if nobody reads them.
  SmallVector<Operation *> larger;
  /// Blocks and how many of their first arguments have been replaced.
  SmallVector<std::pair<Block *, unsigned>> oldArguments;
};

/// Where an element is in row-major order.
int64_t linearise(ArrayRef<int64_t> place, ArrayRef<int64_t> shape);

/// An index out of range becomes the nearest that is not.
inline int64_t clamped(int64_t index, int64_t count) {
  return std::max<int64_t>(0, std::min(index, count - 1));
}

/// Calls `function` for each place of a shape, in row-major order.
LogicalResult
forEachPlace(ArrayRef<int64_t> shape,
             llvm::function_ref<LogicalResult(ArrayRef<int64_t>)> function);

} // namespace mlir::eq

#endif // EQ_SCALARISE_SCALARISER_H
