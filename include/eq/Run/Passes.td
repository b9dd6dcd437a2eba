// Stage:  run
// Takes:  the LLVM dialect.
// Gives:  machine code, loaded and called: results, statistics and a status
//         for every sample.

#ifndef EQ_RUN_PASSES_TD
#define EQ_RUN_PASSES_TD

include "mlir/Pass/PassBase.td"

def ReportSolvesPass : Pass<"eq-run-report-solves", "::mlir::ModuleOp"> {
  let summary = "report counts, residuals and statuses of every outermost solve";
  let description = [{
    Runs before all stages, so that what is reported cannot be removed as dead.

    (example: test/Run/report-solves.mlir)
  }];
}

#endif // EQ_RUN_PASSES_TD
