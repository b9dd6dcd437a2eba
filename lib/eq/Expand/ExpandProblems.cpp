// Turns every problem op into a loop, from the outside in.
//
//   eq.fixed_point init(%z) ins(%x) {f}     eq.loop init(%z) ins(%x, knobs)
//                                       ->    start  {check the arguments}
//                                             step   {f, test, method, status}
//                                             finish {results and status}

#include "Expand.h"
#include "eq/Expand/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_EXPANDPROBLEMSPASS
#include "eq/Expand/Passes.h.inc"

namespace {

// The next problem op that is in no other problem op.
Operation *findOutermost(ModuleOp module) {
  Operation *found = nullptr;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<FixedPointOp, RootOp, OdeOp>(op))
      return WalkResult::advance();
    found = op;
    return WalkResult::interrupt();
  });
  return found;
}

LogicalResult expand(Operation *problem) {
  if (auto ode = dyn_cast<OdeOp>(problem))
    return expandOde(ode);
  if (auto root = dyn_cast<RootOp>(problem))
    return expandRoot(root);
  return expandFixedPoint(cast<FixedPointOp>(problem));
}

struct ExpandProblems : impl::ExpandProblemsPassBase<ExpandProblems> {
  using Base::Base;

  void runOnOperation() override {
    while (Operation *problem = findOutermost(getOperation()))
      if (failed(expand(problem)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
