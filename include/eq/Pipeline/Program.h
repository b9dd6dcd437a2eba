// A program file on its way through the stages.
#ifndef EQ_PIPELINE_PROGRAM_H
#define EQ_PIPELINE_PROGRAM_H

#include "eq/Pipeline/Pipeline.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"
#include <memory>

namespace mlir {
class SourceMgrDiagnosticHandler;
namespace eq {

/// Owns the context, the text (for messages that show it) and the module.
class Program {
public:
  /// With the dialects and models of `more`, if any, beside those of eq.
  explicit Program(const DialectRegistry *more = nullptr);
  ~Program();

  /// Reads and verifies `path`, "-" for standard input. Errors are printed.
  LogicalResult parse(StringRef path);
  /// Prints the remarks whose category the regular expression `filter` finds,
  /// to standard error; none where it is empty.
  void showRemarks(StringRef filter);
  /// Runs the stages, with `afterStage` after each, which may end it; errors
  /// are printed.
  LogicalResult
  run(Stage from, Stage to, const PipelineOptions &options = {},
      llvm::function_ref<LogicalResult(Stage)> afterStage = nullptr);
  /// Says in the LLVM dialect which function and file each location is of, so
  /// that machine code has lines.
  LogicalResult addDebugLines();
  /// Runs the pass that makes every outermost solve report.
  LogicalResult reportSolves();

  ModuleOp getModule() { return *module; }
  MLIRContext *getContext() { return &context; }

private:
  MLIRContext context;
  llvm::SourceMgr sources;
  std::unique_ptr<SourceMgrDiagnosticHandler> diagnostics;
  OwningOpRef<ModuleOp> module;
};

} // namespace eq
} // namespace mlir

#endif // EQ_PIPELINE_PROGRAM_H
