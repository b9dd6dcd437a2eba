// What an attribute must say about itself to be a method or a schedule. Data
// only: behaviour is attached by external models (Methods/, Codegen/).

#ifndef EQ_INTERFACES_TD
#define EQ_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Eq_MethodAttrInterface : AttrInterface<"MethodAttrInterface"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    The rule that makes the next iterate or takes a time step. This interface
    tells which problems the rule solves and which knobs it reads; how it does
    so is in an external model (`IterationMethod`, `StepMethod`).
  }];
  let methods = [
    InterfaceMethod<
      "Names of the problem ops this method solves, e.g. `eq.fixed_point`.",
      "::llvm::SmallVector<::llvm::StringRef>", "getProblems">,
    InterfaceMethod<
      "Names of the knobs that `with(...)` may give to this method.",
      "::llvm::SmallVector<::llvm::StringRef>", "getKnobs">
  ];
}

def Eq_AdjointAttrInterface : AttrInterface<"AdjointAttrInterface"> {
  let cppNamespace = "::mlir::eq";
  let description = "How a problem op is differentiated.";
  let methods = [
    InterfaceMethod<
      "Names of the problem ops this adjoint is defined for.",
      "::llvm::SmallVector<::llvm::StringRef>", "getProblems">
  ];
}

def Eq_ControllerAttrInterface : AttrInterface<"ControllerAttrInterface"> {
  let cppNamespace = "::mlir::eq";
  let description = "The rule that accepts a time step and picks the next size.";
  let methods = [
    InterfaceMethod<
      "Names of the knobs that `with(...)` may give to this controller.",
      "::llvm::SmallVector<::llvm::StringRef>", "getKnobs">
  ];
}

def Eq_ScheduleAttrInterface : AttrInterface<"ScheduleAttrInterface"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    Who runs the steps of a loop, and how many at once. A schedule never
    changes numerics where `isBitExact` says so.

    A schedule of another dialect is a choice among those of eq: `resolveFor`
    gives the one that runs a loop, which the stage `schedule` writes in its
    place.
  }];
  let methods = [
    InterfaceMethod<
      "Does this schedule give every sample of `loop` the bits of `#eq.serial`?",
      "bool", "isBitExact", (ins "::mlir::Operation *":$loop)>,
    InterfaceMethod<[{
        Fails, with an error at `loop`, when this schedule cannot run it.
      }],
      "::llvm::LogicalResult", "verifyFor", (ins "::mlir::Operation *":$loop)>,
    InterfaceMethod<[{
        The schedule that runs `loop`: one of eq, or another that is resolved in
        turn; itself for those of eq. Null after an error at `loop`.
      }],
      "::mlir::Attribute", "resolveFor", (ins "::mlir::Operation *":$loop),
      [{}], [{ return $_attr; }]>
  ];
}

#endif // EQ_INTERFACES_TD
