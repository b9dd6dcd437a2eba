// Ops of other dialects in bodies.

#include "eq/IR/BodyOpInterface.h"

#include "eq/IR/BodyOpInterface.cpp.inc"

namespace mlir::eq {

LogicalResult lowerBodyOps(Operation *root, bool evenKept) {
  // With how many ops it came out of: none should come out of itself.
  constexpr unsigned mostDepth = 64;
  SmallVector<std::pair<BodyOpInterface, unsigned>> ops;
  auto collect = [&](Operation *inside, unsigned depth) {
    inside->walk([&](BodyOpInterface op) {
      if (evenKept || !op.isKept())
        ops.push_back({op, depth});
    });
  };
  collect(root, 0);
  while (!ops.empty()) {
    auto [op, depth] = ops.pop_back_val();
    if (depth > mostDepth)
      return op->emitOpError("expected its 'lower' to end in other operations, "
                             "but it comes back to itself");
    OpBuilder builder(op);
    Operation *before = op->getPrevNode();
    FailureOr<SmallVector<Value>> values = op.lower(builder);
    if (failed(values))
      return failure();
    TypeRange types = ValueRange(*values);
    if (types != op->getResultTypes())
      return op->emitOpError("expected its 'lower' to give values of types (")
             << op->getResultTypes() << "), but got (" << types << ")";
    Operation *made = before ? before->getNextNode() : &op->getBlock()->front();
    for (; made != op.getOperation(); made = made->getNextNode())
      collect(made, depth + 1);
    op->replaceAllUsesWith(*values);
    op->erase();
  }
  return success();
}

} // namespace mlir::eq
