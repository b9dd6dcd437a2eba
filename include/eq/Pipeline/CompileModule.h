// A module that is in memory, through the stages and to machine code.
#ifndef EQ_PIPELINE_COMPILEMODULE_H
#define EQ_PIPELINE_COMPILEMODULE_H

#include "eq/Pipeline/Pipeline.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace mlir {
class ModuleOp;
namespace eq {

/// Runs the stages on a module, whose context has the dialects of
/// `registerAllDialects`. What it will run on is written on the module where it
/// does not say so. `afterStage` is called after each, and may end it. Errors
/// go to the context's diagnostics.
LogicalResult
runStages(ModuleOp module, Stage from, Stage to,
          const PipelineOptions &options = {},
          llvm::function_ref<LogicalResult(Stage)> afterStage = nullptr);

/// All stages, and then the object file, for `Executable::load` or a linker:
/// the module is the LLVM dialect afterwards. What is wrong with the program is
/// in the context's diagnostics.
llvm::Expected<llvm::SmallVector<char, 0>>
compileModule(ModuleOp module, const PipelineOptions &options = {});

} // namespace eq
} // namespace mlir

#endif // EQ_PIPELINE_COMPILEMODULE_H
