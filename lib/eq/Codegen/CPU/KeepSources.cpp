// A value that is read again after it was written to a loop's buffer keeps a
// place of its own.
//
//   materialize_in_destination %x in %buffer     %c = linalg.copy %x
//   scf.while .. { writes %buffer }           -> materialize .. %c in %buffer
//   use of %x                                    ..
//
// Without it %x would be computed in the buffer, and be gone after the loop.
// Where a loop starts with a value that the program computes for itself, too,
// CSE makes one of the two.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_KEEPSOURCESPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

using bufferization::MaterializeInDestinationOp;

bool isReadLater(MaterializeInDestinationOp write) {
  Value source = write.getSource();
  Operation *maker = source.getDefiningOp();
  if (!maker)
    return false; // arguments of loops have a place
  // From outside of a loop it is read in the next turn.
  if (maker->getBlock() != write->getBlock())
    return true;
  for (Operation *user : source.getUsers()) {
    Operation *around = write->getBlock()->findAncestorOpInBlock(*user);
    if (!around || write->isBeforeInBlock(around))
      return true;
  }
  return false;
}

void keepSource(MaterializeInDestinationOp write) {
  if (!isa<MemRefType>(write.getDest().getType()) || !isReadLater(write))
    return;
  OpBuilder builder(write);
  Location loc = write.getLoc();
  auto type = cast<RankedTensorType>(write.getSource().getType());
  if (!type.hasStaticShape())
    return;
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  auto copy = linalg::CopyOp::create(builder, loc, write.getSource(), empty);
  write.getSourceMutable().assign(copy.getResult(0));
}

struct KeepSources : impl::KeepSourcesPassBase<KeepSources> {
  using Base::Base;

  void runOnOperation() override { getOperation().walk(keepSource); }
};

} // namespace
} // namespace mlir::eq
