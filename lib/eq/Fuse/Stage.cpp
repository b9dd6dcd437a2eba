// The stage `fuse`: bodies of few kinds of ops, every rounding decided.

#include "eq/Fuse/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHECKFUSEDPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

struct CheckFused : impl::CheckFusedPassBase<CheckFused> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (isa<linalg::LinalgOp>(op) && !isa<linalg::GenericOp>(op)) {
        op->emitOpError("expected to be a linalg.generic by now");
        signalPassFailure();
      }
      auto fast = dyn_cast<arith::ArithFastMathInterface>(op);
      if (fast && fast.getFastMathFlagsAttr().getValue() !=
                      arith::FastMathFlags::none) {
        op->emitOpError("expected to have no fast-math flag by now");
        signalPassFailure();
      }
      if (isExpandedMath(op)) {
        op->emitOpError("expected to be written as polynomials by now");
        signalPassFailure();
      }
    });
  }
};

} // namespace

void buildFuseStage(OpPassManager &manager, bool hoist) {
  manager.addPass(createGeneralisePass());
  // Constants first: what they decide is folded, and is not hoisted.
  manager.addPass(createShareConstantsPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  // Results before invariants: those of what is dropped are not hoisted.
  manager.addPass(createDropDeadStatesPass());
  if (hoist)
    manager.addPass(createHoistInvariantsPass());
  // sin and cos of one angle share most of their ops.
  manager.addPass(createExpandMathPass());
  manager.addPass(createCSEPass());
  // Nothing after it may change a rounding: neither folding nor fusion does,
  // once there are no flags.
  manager.addPass(createFixArithmeticPass());
  manager.addPass(createFuseElementwisePass());
  manager.addPass(createDeferResultsPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createCheckFusedPass());
}

} // namespace mlir::eq
