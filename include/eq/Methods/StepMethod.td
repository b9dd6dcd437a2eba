// How a method for dy/dt = f(t, y) takes one step, and how a controller picks
// the next step size. Attached by external models, so that both can come from
// outside.

#ifndef EQ_STEP_METHOD_TD
#define EQ_STEP_METHOD_TD

include "mlir/IR/OpBase.td"

def Eq_StepMethod : AttrInterface<"StepMethod"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    A method emits the algebra of one step of one sample; it never sees the
    body's region. The one driver in Expand has the time loop, saved times,
    limits and statuses.
  }];
  let methods = [
    InterfaceMethod<
      "What is wrong with the method, as an error says it; empty: nothing.",
      "std::string", "whyWrong">,
    InterfaceMethod<"The order of the solution.", "unsigned", "getOrder">,
    InterfaceMethod<
      "The order of the embedded solution; 0 where there is no error estimate.",
      "unsigned", "getErrorOrder">,
    InterfaceMethod<
      "Whether `interpolate` needs the slope at the end of the step.",
      "bool", "interpolatesByEndSlope">,
    InterfaceMethod<
      "The step from (t, y) with slope f(t, y) to t + h.",
      "::mlir::eq::Step", "step",
      (ins "::mlir::eq::StepContext &":$context, "::mlir::Value":$t,
           "::mlir::Value":$h, "::mlir::ValueRange":$y,
           "::mlir::ValueRange":$slope)>,
    InterfaceMethod<[{
        More RK stages, which only the interpolant needs: one slope per state
        each. They are evaluated in steps that hold a saved time.
      }],
      "::mlir::eq::Slopes", "extraStages",
      (ins "::mlir::eq::StepContext &":$context, "::mlir::Value":$t,
           "::mlir::Value":$h, "::mlir::ValueRange":$y,
           "const ::mlir::eq::Step &":$step)>,
    InterfaceMethod<
      "The solution at t + theta h, from the step's stages and extra stages.",
      "::llvm::SmallVector<::mlir::Value>", "interpolate",
      (ins "::mlir::eq::StepContext &":$context, "::mlir::Value":$theta,
           "::mlir::Value":$h, "::mlir::ValueRange":$y,
           "const ::mlir::eq::Step &":$step)>
  ];
}

def Eq_StepController : AttrInterface<"StepController"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    What the size of the next step is, from the scaled error of this one.
  }];
  let methods = [
    InterfaceMethod<
      "Whether the knobs are legal: an i1, or null where nothing is to check.",
      "::mlir::Value", "checkKnobs", (ins "::mlir::eq::StepContext &":$context)>,
    InterfaceMethod<
      "What is remembered before the first step: scalars.",
      "::llvm::SmallVector<::mlir::Value>", "start",
      (ins "::mlir::eq::StepContext &":$context)>,
    InterfaceMethod<
      [{The factor of the next step size and what is remembered, from the
        square of the scaled error (it needs no root). Where that is NaN any
        factor will do.}],
      "::mlir::eq::StepAdaptation", "adapt",
      (ins "::mlir::eq::StepContext &":$context, "::mlir::Value":$squaredError,
           "::mlir::Value":$accepted, "unsigned":$order,
           "::mlir::ValueRange":$memory)>
  ];
}

#endif // EQ_STEP_METHOD_TD
