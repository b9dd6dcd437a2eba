// Passes over more than one stage.
#ifndef EQ_PIPELINE_PASSES_H
#define EQ_PIPELINE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Pipeline/Passes.h.inc"

} // namespace mlir::eq

#endif // EQ_PIPELINE_PASSES_H
