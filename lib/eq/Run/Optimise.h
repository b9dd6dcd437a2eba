// Passes of LLVM on a module.
#ifndef EQ_LIB_RUN_OPTIMISE_H
#define EQ_LIB_RUN_OPTIMISE_H

#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"

namespace mlir::eq {

/// Lays the module out for the machine, and runs the passes that `choose`
/// gives.
void optimise(
    llvm::Module &module, llvm::TargetMachine &machine,
    llvm::function_ref<llvm::ModulePassManager(llvm::PassBuilder &)> choose);

} // namespace mlir::eq

#endif // EQ_LIB_RUN_OPTIMISE_H
