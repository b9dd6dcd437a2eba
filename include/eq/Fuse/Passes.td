// Stage:  fuse
// Takes:  loops.
// Gives:  loops whose bodies are `linalg.generic`, `tensor` and scalar ops, with
//         every rounding fixed: sums run in ascending order with explicit
//         `math.fma`, and no fast-math flag is left.
// Next:   schedule

#ifndef EQ_FUSE_PASSES_TD
#define EQ_FUSE_PASSES_TD

include "mlir/Pass/PassBase.td"

def GeneralisePass : Pass<"eq-fuse-generalise", "::mlir::ModuleOp"> {
  let summary = "write named and elementwise operations as linalg.generic";
  let description = [{
    Named linalg ops grant that their products and sums may be contracted: their
    multiplications and additions get the flag `contract`, which
    `eq-fuse-fix-arithmetic` uses up. Elementwise ops on tensors become generics
    without any flag of ours.

    (example: test/Fuse/generalise.mlir)
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

def FixArithmeticPass : Pass<"eq-fuse-fix-arithmetic", "::mlir::ModuleOp"> {
  let summary = "decide every rounding, and drop the fast-math flags";
  let description = [{
    A product with `contract` whose one use is a sum or difference with
    `contract` becomes `math.fma`. `maxnumf` and `minnumf`, whose result on
    signed zeros is not defined, become a compare and a select. Then no
    fast-math flag is left, and no later choice can change a bit.

    (example: test/Fuse/fix-arithmetic.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"
  ];
}

def CheckFusedPass : Pass<"eq-fuse-check", "::mlir::ModuleOp"> {
  let summary = "check that no named linalg op and no fast-math flag is left";
}

#endif // EQ_FUSE_PASSES_TD
