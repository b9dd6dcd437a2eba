// The stage `codegen` for GPUs: its passes and their order.
#ifndef EQ_CODEGEN_GPU_PASSES_H
#define EQ_CODEGEN_GPU_PASSES_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Codegen/GPU/Passes.h.inc"

/// Adds the passes that turn loops scheduled for a GPU into kernels, in order,
/// with their contract check last. Functions have the runtime's calling
/// convention by then. With `simulate` the kernels end as functions for the
/// simulator (libeqrt).
void buildKernels(OpPassManager &manager, bool simulate);

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_PASSES_H
