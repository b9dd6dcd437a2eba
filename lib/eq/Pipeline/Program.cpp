// A program file on its way through the stages.

#include "eq/Pipeline/Program.h"
#include "eq/Pipeline/CompileModule.h"
#include "eq/Run/ObjectCode.h"
#include "eq/Run/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::eq {

static DialectRegistry makeRegistry(const DialectRegistry *more) {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerTranslations(registry);
  if (more)
    more->appendTo(registry);
  return registry;
}

Program::Program(const DialectRegistry *more)
    : context(makeRegistry(more), MLIRContext::Threading::DISABLED) {
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

void Program::showRemarks(StringRef filter) {
  if (filter.empty())
    return;
  remark::RemarkCategories categories;
  categories.passed = categories.missed = categories.analysis =
      categories.failed = filter.str();
  LogicalResult enabled = remark::enableOptimizationRemarks(
      context, /*streamer=*/nullptr,
      std::make_unique<remark::RemarkEmittingPolicyAll>(), categories,
      /*printAsEmitRemarks=*/true);
  assert(succeeded(enabled) && "only a streamer can fail");
  (void)enabled;
}

LogicalResult
Program::run(Stage from, Stage to, const PipelineOptions &options,
             llvm::function_ref<LogicalResult(Stage)> afterStage) {
  return runStages(*module, from, to, options, afterStage);
}

// Debuggers run elsewhere than the compiler does.
static void makePathsAbsolute(ModuleOp module) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](FileLineColLoc place) -> Attribute {
    llvm::SmallString<256> path(place.getFilename().strref());
    if (path == "-" || llvm::sys::fs::make_absolute(path))
      return place;
    llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
    return FileLineColLoc::get(place.getContext(), path, place.getLine(),
                               place.getColumn());
  });
  replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/false,
                                        /*replaceLocs=*/true,
                                        /*replaceTypes=*/false);
}

LogicalResult Program::addDebugLines() {
  makePathsAbsolute(*module);
  PassManager manager(&context);
  LLVM::DIScopeForLLVMFuncOpPassOptions options;
  options.emissionKind = LLVM::DIEmissionKind::LineTablesOnly;
  manager.addPass(LLVM::createDIScopeForLLVMFuncOpPass(options));
  return manager.run(*module);
}

LogicalResult Program::reportSolves() {
  PassManager manager(&context);
  manager.addPass(createReportSolvesPass());
  return manager.run(*module);
}

} // namespace mlir::eq
