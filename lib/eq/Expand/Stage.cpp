// The stage `expand`: problem ops become loops.

#include "eq/Expand/Passes.h"
#include "eq/IR/EqOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHECKEXPANDEDPASS
#include "eq/Expand/Passes.h.inc"

namespace {

struct CheckExpanded : impl::CheckExpandedPassBase<CheckExpanded> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (isa<FixedPointOp, RootOp, OdeOp>(op)) {
        op->emitOpError("expected to be expanded into 'eq.loop' by now");
        signalPassFailure();
      }
      auto loop = dyn_cast<LoopOp>(op);
      if (loop && loop.getBatchDims().size() > 1) {
        loop.emitOpError("expected at most one batch dimension by now");
        signalPassFailure();
      }
    });
  }
};

} // namespace

void buildExpandStage(OpPassManager &manager) {
  // Problems first: their loops are what the other passes look at.
  manager.addPass(createExpandProblemsPass());
  manager.addPass(createCollapseBatchPass());
  // Before operands that nobody reads are dropped.
  manager.addPass(createCheckBatchesPass());
  // Constants are folded first, so that a guard they make needless is not made.
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createGuardTrapsPass());
  manager.addPass(createCSEPass());
  manager.addPass(createCheckExpandedPass());
}

} // namespace mlir::eq
