// The stage `fuse`: its passes and their order.
#ifndef EQ_FUSE_PASSES_H
#define EQ_FUSE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Fuse/Passes.h.inc"

/// Whether an op is a function that `eq-fuse-expand-math` takes apart.
bool isExpandedMath(Operation *op);

/// Adds the passes of the stage, in order, with its contract check last.
/// Without `hoist` steps compute what does not change, with the same bits.
void buildFuseStage(OpPassManager &manager, bool hoist = true);

} // namespace mlir::eq

#endif // EQ_FUSE_PASSES_H
