// Ops of other dialects in bodies.

#include "eq/IR/BodyOpInterface.h"

#include "eq/IR/BodyOpInterface.cpp.inc"

namespace mlir::eq {

LogicalResult lowerBodyOps(Operation *root, bool evenKept) {
  SmallVector<BodyOpInterface> ops;
  auto collect = [&](Operation *inside) {
    inside->walk([&](BodyOpInterface op) {
      if (evenKept || !op.isKept())
        ops.push_back(op);
    });
  };
  collect(root);
  // What an op becomes may have such ops in turn.
  while (!ops.empty()) {
    BodyOpInterface op = ops.pop_back_val();
    OpBuilder builder(op);
    Operation *before = op->getPrevNode();
    FailureOr<SmallVector<Value>> values = op.lower(builder);
    if (failed(values))
      return failure();
    if (TypeRange(ValueRange(*values)) != op->getResultTypes()) {
      InFlightDiagnostic diag =
          op->emitOpError("expected its 'lower' to give values of types (")
          << op->getResultTypes() << "), but got ("
          << TypeRange(ValueRange(*values)) << ")";
      return diag;
    }
    for (Operation *made = before ? before->getNextNode()
                                  : &op->getBlock()->front();
         made != op.getOperation(); made = made->getNextNode())
      collect(made);
    op->replaceAllUsesWith(*values);
    op->erase();
  }
  return success();
}

} // namespace mlir::eq
