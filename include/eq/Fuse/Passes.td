// Stage:  fuse
// Takes:  loops.
// Gives:  loops whose steps compute what changes and is read, with large
//         constants `shared`; whose bodies are `linalg.generic`, `tensor` and
//         scalar ops, with every rounding fixed: sums run in ascending order
//         with explicit `math.fma`, transcendental functions are polynomials,
//         and no fast-math flag is left.
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

def ShareConstantsPass : Pass<"eq-fuse-share-constants", "::mlir::ModuleOp"> {
  let summary = "move large constants out of bodies, and small ones in";
  let description = [{
    A constant of more than 64 bytes that is no splat is made once, outside of
    all loops, and is a `shared` operand. An operand that is a scalar or splat
    constant, or a small one, is no operand but a constant in the regions, where
    it can be folded.

    ```mlir
    %c = arith.constant dense<..> : tensor<64xf32>
    eq.loop init(%z) shared(%c, %tol) ..  // and %tol is an arith.constant inside
    ```

    (example: test/Fuse/share-constants.mlir)
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def HoistInvariantsPass : Pass<"eq-fuse-hoist-invariants", "::mlir::ModuleOp"> {
  let summary = "compute what does not change from step to step before the loop";
  let description = [{
    What depends on `ins`, `shared` and constants alone has the same value in
    every step of a sample. Values that take more operations than they have
    bytes are computed once per sample by a loop of one step in front, and
    become `ins`:

    ```mlir
    %ux, %one = eq.loop init(%z) ins(%x) shared(%u, %b) ..  // U x + b, one step
    eq.loop init(%z) ins(%ux) shared(%w) ..                 // W z + %ux
    ```

    What depends on `shared` alone is the same for all samples: it is computed
    by plain operations before the loop and becomes `shared`. So does
    everything of a loop without a batch, which is how an inner loop's
    invariants get out of it; they then leave the loop around it likewise.

    A cheap operation that takes a hoisted value, and gives as many bytes, goes
    with it. Broadcasts, slices and scalar work of a few operations stay. The
    operations and their order do not change, and so no bit does.

    (example: test/Fuse/hoist-invariants.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def DeferResultsPass : Pass<"eq-fuse-defer-results", "::mlir::ModuleOp"> {
  let summary = "leave to `finish` what only `finish` reads";
  let description = [{
    A scalar state that no step reads is worth its last value alone, like the
    status of a solve. Where that value follows from what `finish` has (the last
    states, `again`, inputs) and from at most one more scalar of the step, the
    step hands on that scalar and `finish` computes the value.

    The state itself is kept with the value that it starts with, for loops that
    take no step.

    (example: test/Fuse/defer-results.mlir)
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def DropDeadStatesPass : Pass<"eq-fuse-drop-dead-states", "::mlir::ModuleOp"> {
  let summary = "drop results nobody reads, and states that decide nothing";
  let description = [{
    A result of `finish` that is not used is not computed. A state that neither
    `again`, nor a record, a sum, `finish` or another living state depends on
    is dropped from `start`, `step` and `finish`.

    An `init` operand whose batch size is known only at run time stays, because
    its size is checked there; what has a static size goes.

    (example: test/Fuse/drop-dead-states.mlir)
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExpandMathPass : Pass<"eq-fuse-expand-math", "::mlir::ModuleOp"> {
  let summary = "write transcendental functions as eq's own polynomials";
  let description = [{
    Every function of docs/Math.md on a scalar f32 or f64 becomes straight-line
    code of exactly rounded operations and selects: the same bits for a scalar
    and for each element of a vector, on every processor. The result is within
    two units of the last place; special values are those of C's Annex F.
    Fast-math flags of the op change nothing.

    ```mlir
    %y = math.rsqrt %x : f64
    ```

    becomes

    ```mlir
    %root = math.sqrt %x : f64
    %one = arith.constant 1.0 : f64
    %y = arith.divf %one, %root : f64
    ```

    (example: test/Fuse/expand-math.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::eq::EqDialect",
    "::mlir::math::MathDialect"
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

def FuseElementwisePass : Pass<"eq-fuse-elementwise", "::mlir::ModuleOp"> {
  let summary = "fuse elementwise operations in the regions of loops";
  let description = [{
    An elementwise `linalg.generic` whose result is read once goes into its
    reader, if that reads every element once: a reader that sums would compute
    it again for each of its sums. Runs after `eq-fuse-fix-arithmetic`, so that
    no rounding depends on what is fused.

    (example: test/Fuse/fuse-elementwise.mlir)
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

def CheckFusedPass : Pass<"eq-fuse-check", "::mlir::ModuleOp"> {
  let summary = "check that no named linalg op, function or fast-math flag is left";
}

#endif // EQ_FUSE_PASSES_TD
