// How a method for z = f(z) behaves. Attached to method attributes by external
// models, so that a method can come from outside.

#ifndef EQ_ITERATION_METHOD_TD
#define EQ_ITERATION_METHOD_TD

include "mlir/IR/OpBase.td"

def Eq_IterationMethod : AttrInterface<"IterationMethod"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    A method emits the algebra of one sample; it never sees the body's region.
    The driver in Expand evaluates the body, tests, and keeps the statuses. An
    evaluation that failed reaches `step` with `image` equal to `iterate`, and
    the loop ends after that step.
  }];
  let methods = [
    InterfaceMethod<[{
        Whether the knobs of this method are legal: an i1, or null where there
        is nothing to check.
      }],
      "::mlir::Value", "checkKnobs",
      (ins "::mlir::eq::IterationContext &":$context)>,
    InterfaceMethod<
      "What the method remembers of a sample before its first step.",
      "::llvm::SmallVector<::mlir::Value>", "start",
      (ins "::mlir::eq::IterationContext &":$context,
           "::mlir::ValueRange":$init)>,
    InterfaceMethod<
      "The next iterate and memory, from z, f(z) and the memory.",
      "::mlir::eq::IterationStep", "step",
      (ins "::mlir::eq::IterationContext &":$context,
           "::mlir::ValueRange":$iterate, "::mlir::ValueRange":$image,
           "::mlir::ValueRange":$memory)>,
    InterfaceMethod<
      "The values to return, from the last iterate and memory.",
      "::llvm::SmallVector<::mlir::Value>", "finish",
      (ins "::mlir::eq::IterationContext &":$context,
           "::mlir::ValueRange":$iterate, "::mlir::ValueRange":$memory)>
  ];
}

#endif // EQ_ITERATION_METHOD_TD
