// Stage:  verify
// Takes:  any module that parses.
// Gives:  a program that the compiler can carry through: bodies are pure, use
//         supported ops of static shape, loops are bounded, methods have
//         models, and what an inner failure does is written down.
// Next:   expand

#ifndef EQ_VERIFY_PASSES_TD
#define EQ_VERIFY_PASSES_TD

include "mlir/Pass/PassBase.td"

def DropPromisesPass : Pass<"eq-verify-drop-promises", "::mlir::ModuleOp"> {
  let summary = "drop promises that a program makes about its numbers";
  let description = [{
    Removes `overflow<nsw, nuw>` and `exact` from integer operations: integers
    wrap, whatever was promised, so that no result depends on a promise that
    does not hold.

    (example: test/Verify/drop-promises.mlir)
  }];
}

def LowerBodyOpsPass : Pass<"eq-verify-lower-body-ops", "::mlir::ModuleOp"> {
  let summary = "write ops of other dialects in operations that a body may use";
  let description = [{
    An op that implements `BodyOpInterface` is replaced by what it says it is,
    unless it is one that is kept for its rule for lanes.

    (example: test/Embedding/project.test)
  }];
}

def VerifyProgramPass : Pass<"eq-verify-program", "::mlir::ModuleOp"> {
  let summary = "refuse programs that later stages could not carry through";
  let description = [{
    Reports every place where a body uses an op outside the list (see the
    document BodyOps), has a side effect, a loop that may not end, a call that
    could not be inlined, or a shape that is not static; where a method has no
    model; and where a problem op is not supported yet.

    (example: test/Verify/verify-program-invalid.mlir)
  }];
}

def WriteOnFailurePass : Pass<"eq-verify-write-on-failure", "::mlir::ModuleOp"> {
  let summary = "write down what the failure of an inner solve does";
  let description = [{
    A problem op inside a body without `on_failure` gets `ignore` if the body
    reads its status and `fail` if not, so that removing dead code later cannot
    change what the program means.

    (example: test/Verify/write-on-failure.mlir)
  }];
}

#endif // EQ_VERIFY_PASSES_TD
