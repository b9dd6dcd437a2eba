// The stage `schedule`: its passes and their order.
#ifndef EQ_SCHEDULE_PASSES_H
#define EQ_SCHEDULE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Schedule/Passes.h.inc"

/// Adds the passes of the stage, in order, with its contract check last.
/// `override`, if not empty, is a schedule that replaces those in the program.
void buildScheduleStage(OpPassManager &manager, StringRef override = "");

} // namespace mlir::eq

#endif // EQ_SCHEDULE_PASSES_H
