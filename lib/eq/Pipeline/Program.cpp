// A program file on its way through the stages.

#include "eq/Pipeline/Program.h"
#include "eq/IR/EqOps.h"
#include "eq/Run/Passes.h"
#include "eq/Run/Target.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::eq {

// Half a hundred passes over a program take less time than looking at what each
// of them left. eq-opt looks, and so does a build with assertions.
#ifdef NDEBUG
static constexpr bool verifiesEachPass = false;
#else
static constexpr bool verifiesEachPass = true;
#endif

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerTranslations(registry);
  return registry;
}

Program::Program() : context(makeRegistry(), MLIRContext::Threading::DISABLED) {
  // The line of the source says more than a printed op.
  context.printOpOnDiagnostic(false);
  diagnostics = std::make_unique<SourceMgrDiagnosticHandler>(sources, &context);
}

Program::~Program() = default;

LogicalResult Program::parse(StringRef path) {
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> text = openInputFile(path, &error);
  if (!text) {
    llvm::errs() << "error: " << error << '\n';
    return failure();
  }
  sources.AddNewSourceBuffer(std::move(text), llvm::SMLoc());
  module = parseSourceFile<ModuleOp>(sources, &context);
  return success(static_cast<bool>(module));
}

LogicalResult Program::writeTarget(const PipelineOptions &options) {
  if ((*module)->hasAttr(TargetAttr::attributeName))
    return success();
  TargetChoice choice;
  choice.chip = options.chip;
  choice.triple = options.target;
  // A program without an operation of eq has not loaded it.
  context.getOrLoadDialect<EqDialect>();
  llvm::Expected<TargetAttr> target = describeTarget(&context, choice);
  if (!target) {
    llvm::errs() << "error: " << llvm::toString(target.takeError()) << '\n';
    return failure();
  }
  (*module)->setAttr(TargetAttr::attributeName, *target);
  return success();
}

LogicalResult Program::writeGPUTarget(const PipelineOptions &options) {
  if (options.kernels == Kernels::none ||
      (*module)->hasAttr(GPUTargetAttr::attributeName))
    return success();
  context.getOrLoadDialect<EqDialect>();
  GPUTargetAttr target = GPUTargetAttr::forChip(&context, options.gpuChip);
  if (!target) {
    llvm::errs() << "error: expected the chip of a GPU to be "
                 << GPUTargetAttr::knownChips() << ", but got '"
                 << options.gpuChip << "'\n";
    return failure();
  }
  (*module)->setAttr(GPUTargetAttr::attributeName, target);
  return success();
}

LogicalResult Program::run(Stage from, Stage to,
                           const PipelineOptions &options) {
  if (from <= Stage::schedule && Stage::schedule <= to &&
      (failed(writeTarget(options)) || failed(writeGPUTarget(options))))
    return failure();
  for (Stage stage : allStages) {
    if (stage < from || stage > to)
      continue;
    PassManager manager(&context);
    manager.enableVerifier(verifiesEachPass);
    buildStage(manager, stage, options);
    if (failed(manager.run(*module)))
      return failure();
    if (!verifiesEachPass && failed(verify(*module)))
      return failure();
  }
  return success();
}

LogicalResult Program::reportSolves() {
  PassManager manager(&context);
  manager.addPass(createReportSolvesPass());
  return manager.run(*module);
}

} // namespace mlir::eq
