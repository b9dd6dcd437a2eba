// The stage `expand`: its passes and their order.
#ifndef EQ_EXPAND_PASSES_H
#define EQ_EXPAND_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Expand/Passes.h.inc"

/// Adds the passes of the stage, in order, with its contract check last.
void buildExpandStage(OpPassManager &manager);

} // namespace mlir::eq

#endif // EQ_EXPAND_PASSES_H
