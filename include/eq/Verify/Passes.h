// The stage `verify`: its passes and their order.
#ifndef EQ_VERIFY_PASSES_H
#define EQ_VERIFY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Verify/Passes.h.inc"

/// Adds the passes of the stage, in order, with its contract check last.
void buildVerifyStage(OpPassManager &manager);

} // namespace mlir::eq

#endif // EQ_VERIFY_PASSES_H
