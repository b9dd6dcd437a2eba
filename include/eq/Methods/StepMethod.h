// Methods for dy/dt = f(t, y): what they are given, and what they answer.
#ifndef EQ_METHODS_STEPMETHOD_H
#define EQ_METHODS_STEPMETHOD_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// One list of slopes per RK stage, with one slope per state.
using Slopes = SmallVector<SmallVector<Value>>;

/// What a method or a controller may use while it emits code for one sample.
class StepContext {
public:
  using FindKnob = llvm::function_ref<Value(StringRef)>;
  using Evaluate = llvm::function_ref<SmallVector<Value>(Value, ValueRange)>;
  StepContext(OpBuilder &builder, Location loc, FloatType real,
              FindKnob findKnob, Evaluate evaluate)
      : builder(builder), loc(loc), real(real), findKnob(findKnob),
        evaluateBody(evaluate) {}

  /// The sample's value of a knob that `with(...)` gives, or null.
  Value knob(StringRef name) { return findKnob(name); }

  /// f(t, y): one slope per state.
  SmallVector<Value> evaluate(Value t, ValueRange y) {
    return evaluateBody(t, y);
  }

  OpBuilder &builder;
  Location loc;
  /// The type of errors: the widest real type of the states.
  FloatType real;

private:
  FindKnob findKnob;
  Evaluate evaluateBody;
};

/// What a step makes.
struct Step {
  /// The states at t + h.
  SmallVector<Value> y;
  /// The estimated error of each state; empty without an error estimate.
  SmallVector<Value> error;
  /// A second estimate, of lower order, that tempers the first; or empty. With
  /// the scaled norms e5 and e3 the error is e5^2 / sqrt(e5^2 + e3^2 / 100).
  SmallVector<Value> errorBelow;
  /// f(t + h, y) where the method evaluates it anyway; else empty, and filled
  /// in by the driver where it is needed.
  SmallVector<Value> endSlope;
  /// Of all RK stages; extra ones are appended before interpolation.
  Slopes stages;
};

/// What a controller answers.
struct StepAdaptation {
  Value factor;
  SmallVector<Value> memory;
};

} // namespace mlir::eq

#include "eq/Methods/StepMethod.h.inc"

#endif // EQ_METHODS_STEPMETHOD_H
