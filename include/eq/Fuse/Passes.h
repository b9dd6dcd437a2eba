// The stage `fuse`: its passes and their order.
#ifndef EQ_FUSE_PASSES_H
#define EQ_FUSE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Fuse/Passes.h.inc"

/// Adds the passes of the stage, in order, with its contract check last.
void buildFuseStage(OpPassManager &manager);

} // namespace mlir::eq

#endif // EQ_FUSE_PASSES_H
