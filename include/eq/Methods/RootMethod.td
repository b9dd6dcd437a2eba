// How a method for g(z) = 0 makes progress. Attached by external models, so that
// methods can come from outside.

#ifndef EQ_ROOT_METHOD_TD
#define EQ_ROOT_METHOD_TD

include "mlir/IR/OpBase.td"

def Eq_RootMethod : AttrInterface<"RootMethod"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    A method emits the algebra of one iteration of one sample. The one driver in
    Expand evaluates the body, tests and keeps statuses.
  }];
  let methods = [
    InterfaceMethod<
      "Whether the knobs are legal: an i1, or null where nothing is to check.",
      "::mlir::Value", "checkKnobs", (ins "::mlir::eq::RootContext &":$context)>,
    InterfaceMethod<
      "The first point to evaluate, from `init`, and what is remembered.",
      "::mlir::eq::RootStart", "start",
      (ins "::mlir::eq::RootContext &":$context, "::mlir::ValueRange":$init)>,
    InterfaceMethod<
      "The next point, from the value g(z) at the last one.",
      "::mlir::eq::RootStep", "step",
      (ins "::mlir::eq::RootContext &":$context, "::mlir::ValueRange":$z,
           "::mlir::ValueRange":$value, "::mlir::ValueRange":$memory)>
  ];
}

#endif // EQ_ROOT_METHOD_TD
