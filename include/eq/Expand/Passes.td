// Stage:  expand
// Takes:  problem ops that the stage `verify` has passed.
// Gives:  only `eq.loop`, with at most one batch dimension: method, test and
//         status bookkeeping are explicit.
// Next:   fuse

#ifndef EQ_EXPAND_PASSES_TD
#define EQ_EXPAND_PASSES_TD

include "mlir/Pass/PassBase.td"

def ExpandProblemsPass : Pass<"eq-expand-problems", "::mlir::ModuleOp"> {
  let summary = "turn every problem op into a loop";
  let description = [{
    The body, the method's algebra, the test and the statuses become the regions
    of one `eq.loop`. Works from the outside in, so that a problem inside the
    body of another is expanded where the outer loop put it.

    (example: test/Expand/expand-problems.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def CollapseBatchPass : Pass<"eq-expand-collapse-batch", "::mlir::ModuleOp"> {
  let summary = "make several batch dimensions one";
  let description = [{
    (example: test/Expand/collapse-batch.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def CheckBatchesPass : Pass<"eq-expand-check-batches", "::mlir::ModuleOp"> {
  let summary = "compare the batch sizes that only a run can tell";
  let description = [{
    In front of every outermost loop each operand of dynamic batch size gets an
    `eq.expect_batch`. Later passes may then drop an operand, or give it another
    place: the error stays, and counts operands as the program does.

    (example: test/Expand/check-batches.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def GuardTrapsPass : Pass<"eq-expand-guard-traps", "::mlir::ModuleOp"> {
  let summary = "give hostile operations in bodies a defined result";
  let description = [{
    In regions of eq ops an integer division or remainder by zero gives 0, the
    one quotient that overflows wraps, a shift by the width or more gives what
    repeated shifts would, and an index or offset that depends on data is
    clamped into its range. A guard is left out where constants, or the bounds
    of a loop with constant bounds, show that it is not needed.

    (example: test/Expand/guard-traps.mlir)
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def CheckExpandedPass : Pass<"eq-expand-check", "::mlir::ModuleOp"> {
  let summary = "check that no problem op is left and batches have one dimension";
}

#endif // EQ_EXPAND_PASSES_TD
