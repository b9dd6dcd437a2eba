// The stage `codegen` for CPUs: its passes and their order.
#ifndef EQ_CODEGEN_CPU_PASSES_H
#define EQ_CODEGEN_CPU_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Codegen/CPU/Passes.h.inc"

/// Adds the passes of the stage, in order, with its contract check last.
void buildCodegenCPUStage(OpPassManager &manager);

} // namespace mlir::eq

#endif // EQ_CODEGEN_CPU_PASSES_H
