// The stage `codegen` for CPUs: its passes and their order.
#ifndef EQ_CODEGEN_CPU_PASSES_H
#define EQ_CODEGEN_CPU_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::eq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "eq/Codegen/CPU/Passes.h.inc"

/// Adds the first passes of the stage: functions get the runtime's calling
/// convention, and tensors at their ends the runtime as their owner.
void buildEntries(OpPassManager &manager);

/// The same for solves in functions of others, which pass memory and get it.
void buildSolvers(OpPassManager &manager);

/// Adds passes that lower solvers to memory and structured control flow, and
/// leave the way to the LLVM dialect to others.
void buildSolverCode(OpPassManager &manager);

/// Adds the other passes of the stage, in order, with its contract check last.
/// Loops that are left run on the CPU.
void buildHostCode(OpPassManager &manager);

} // namespace mlir::eq

#endif // EQ_CODEGEN_CPU_PASSES_H
