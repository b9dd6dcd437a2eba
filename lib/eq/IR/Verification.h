// Checks that the ops with regions share. Labels such as C5 are those of the
// ops' descriptions.
#ifndef EQ_IR_VERIFICATION_H
#define EQ_IR_VERIFICATION_H

#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"

namespace mlir::eq {

/// "[4, ?]", for messages.
std::string shapeText(ArrayRef<int64_t> shape);

/// The arguments' types.
SmallVector<Type> typesOf(ArrayRef<BlockArgument> arguments);

/// One block with at least one operation, ended by a `Terminator`.
template <typename Terminator>
LogicalResult verifyOneBlock(Operation *op, Region &region, StringRef name) {
  if (!region.hasOneBlock())
    return op->emitOpError("expected '")
           << name << "' to be one block, but got "
           << std::distance(region.begin(), region.end());
  Block &block = region.front();
  if (block.empty() || !isa<Terminator>(block.back())) {
    InFlightDiagnostic diag = op->emitOpError("expected '")
                              << name << "' to end in '"
                              << Terminator::getOperationName() << "'";
    if (!block.empty())
      diag.attachNote(block.back().getLoc()) << "ends here";
    return diag;
  }
  return success();
}

/// Every argument of a region has a type that values in regions may have.
LogicalResult verifySampleTypes(Operation *op, Region &region, StringRef name);

/// `expected` arguments in `region`, and no others; `what` says which.
LogicalResult verifyArgumentCount(Operation *op, Region &region, StringRef name,
                                  size_t expected, StringRef what);

/// One value per argument, of its type.
LogicalResult verifyYields(Operation *op, Operation *terminator,
                           StringRef regionName, TypeRange expected,
                           ValueRange values);

/// The batch dimensions by the rank rule: what init#0 has beyond `sample`.
FailureOr<SmallVector<int64_t>> verifyBatch(Operation *op, Type init,
                                            Type sample);

/// Operands of group `name` are the batch dimensions, then the argument.
LogicalResult verifyBatched(Operation *op, StringRef name,
                            ArrayRef<int64_t> batch, ValueRange operands,
                            ArrayRef<BlockArgument> arguments);

/// Operands of group `name` have their argument's type.
LogicalResult verifyShared(Operation *op, ValueRange operands,
                           ArrayRef<BlockArgument> arguments);

/// A knob is a scalar of `type`, or has exactly the batch's shape.
LogicalResult verifyKnobType(Operation *op, StringRef knob, Type got, Type type,
                             ArrayRef<int64_t> batch);

/// The names of `group` are among `allowed`, each once, one per value.
LogicalResult verifyKnobNames(Operation *op, StringRef group, ArrayAttr names,
                              size_t values, ArrayRef<StringRef> allowed);

/// One operand of `scale` per state, scalar, sample- or batch-shaped.
LogicalResult verifyScale(Operation *op, ValueRange scale,
                          ArrayRef<BlockArgument> states,
                          ArrayRef<int64_t> batch);

} // namespace mlir::eq

#endif // EQ_IR_VERIFICATION_H
