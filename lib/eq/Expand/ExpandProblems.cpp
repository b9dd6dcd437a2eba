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
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_EXPANDPROBLEMSPASS
#include "eq/Expand/Passes.h.inc"

namespace {

// The next problem op that is in no other problem op.
FixedPointOp findOutermost(ModuleOp module) {
  FixedPointOp found;
  module.walk<WalkOrder::PreOrder>([&](FixedPointOp op) {
    found = op;
    return WalkResult::interrupt();
  });
  return found;
}

struct ExpandProblems : impl::ExpandProblemsPassBase<ExpandProblems> {
  using Base::Base;

  void runOnOperation() override {
    while (FixedPointOp op = findOutermost(getOperation()))
      if (failed(expandFixedPoint(op)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
