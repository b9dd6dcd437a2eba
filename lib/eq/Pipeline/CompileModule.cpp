// A module that is in memory, through the stages and to machine code.

#include "eq/Pipeline/CompileModule.h"
#include "eq/IR/EqDialect.h"
#include "eq/Run/ObjectCode.h"
#include "eq/Run/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::eq {

// Half a hundred passes over a program take less time than looking at what each
// of them left. eq-opt looks, and so does a build with assertions.
#ifdef NDEBUG
static constexpr bool verifiesEachPass = false;
#else
static constexpr bool verifiesEachPass = true;
#endif

namespace {

// Says on the module what it will run on, where it does not say so itself.
LogicalResult writeTarget(ModuleOp module, const PipelineOptions &options) {
  if (module->hasAttr(TargetAttr::attributeName))
    return success();
  TargetChoice choice;
  choice.chip = options.chip;
  choice.triple = options.target;
  // A program without an operation of eq has not loaded it.
  MLIRContext *context = module.getContext();
  context->getOrLoadDialect<EqDialect>();
  llvm::Expected<TargetAttr> target = describeTarget(context, choice);
  if (!target)
    return emitError(UnknownLoc::get(context))
           << llvm::toString(target.takeError());
  module->setAttr(TargetAttr::attributeName, *target);
  return success();
}

LogicalResult writeGPUTarget(ModuleOp module, const PipelineOptions &options) {
  if (options.kernels == Kernels::none ||
      module->hasAttr(GPUTargetAttr::attributeName))
    return success();
  MLIRContext *context = module.getContext();
  context->getOrLoadDialect<EqDialect>();
  GPUTargetAttr target = GPUTargetAttr::forChip(context, options.gpuChip);
  if (!target)
    return emitError(UnknownLoc::get(context))
           << "expected the chip of a GPU to be " << GPUTargetAttr::knownChips()
           << ", but got '" << options.gpuChip << "'";
  module->setAttr(GPUTargetAttr::attributeName, target);
  return success();
}

} // namespace

LogicalResult runStages(ModuleOp module, Stage from, Stage to,
                        const PipelineOptions &options,
                        llvm::function_ref<LogicalResult(Stage)> afterStage) {
  if (from <= Stage::schedule && Stage::schedule <= to &&
      (failed(writeTarget(module, options)) ||
       failed(writeGPUTarget(module, options))))
    return failure();
  for (Stage stage : allStages) {
    if (stage < from || stage > to)
      continue;
    PassManager manager(module.getContext());
    manager.enableVerifier(verifiesEachPass);
    buildStage(manager, stage, options);
    if (failed(manager.run(module)))
      return failure();
    if (!verifiesEachPass && failed(verify(module)))
      return failure();
    if (afterStage && failed(afterStage(stage)))
      return failure();
  }
  return success();
}

llvm::Expected<llvm::SmallVector<char, 0>>
compileModule(ModuleOp module, const PipelineOptions &options) {
  DialectRegistry translations;
  registerTranslations(translations);
  module.getContext()->appendDialectRegistry(translations);
  if (failed(runStages(module, Stage::verify, Stage::codegen, options)))
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "the program could not be compiled");
  TargetChoice target;
  target.chip = options.chip;
  target.triple = options.target;
  return emitObject(module, target);
}

} // namespace mlir::eq
