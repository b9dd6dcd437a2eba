// Passes of the stage `run`.
#ifndef EQ_RUN_PASSES_H
#define EQ_RUN_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Run/Passes.h.inc"

} // namespace mlir::eq

#endif // EQ_RUN_PASSES_H
