// The stage `schedule`: who runs the steps of each loop.

#include "eq/IR/Solves.h"
#include "eq/Schedule/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHECKSCHEDULEDPASS
#include "eq/Schedule/Passes.h.inc"

namespace {

struct CheckScheduled : impl::CheckScheduledPassBase<CheckScheduled> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](LoopOp loop) {
      bool isInner = loop->getParentOfType<LoopOp>();
      std::optional<ScheduleAttrInterface> schedule = loop.getSchedule();
      if (isInner && schedule) {
        loop.emitOpError("expected no schedule on a loop inside another, which "
                         "runs where its parent runs");
        return signalPassFailure();
      }
      if (!isInner && !schedule) {
        loop.emitOpError("expected to have a schedule by now");
        return signalPassFailure();
      }
      if (isInner)
        return;
      if (failed(schedule->verifyFor(loop)))
        return signalPassFailure();
      if (isOnGPU(loop) &&
          !getOperation()->hasAttr(GPUTargetAttr::attributeName)) {
        loop.emitOpError("expected the module to say for which GPU, as '")
            << GPUTargetAttr::attributeName << "', where 'schedule' is "
            << *schedule
            << ": eq-compile writes it with --target=nvptx, and eq-run with "
               "--on=gpu or --on=sim";
        signalPassFailure();
      }
    });
  }
};

} // namespace

void buildScheduleStage(OpPassManager &manager, StringRef override) {
  ChooseSchedulesPassOptions options;
  options.override = override.str();
  manager.addPass(createChooseSchedulesPass(options));
  manager.addPass(createCheckScheduledPass());
}

} // namespace mlir::eq
