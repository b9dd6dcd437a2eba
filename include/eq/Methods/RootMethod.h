// Methods for g(z) = 0: what they are given, and what they answer.
#ifndef EQ_METHODS_ROOTMETHOD_H
#define EQ_METHODS_ROOTMETHOD_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// What a method may use while it emits code for one sample.
class RootContext {
public:
  using FindKnob = llvm::function_ref<Value(StringRef)>;
  using Evaluate = llvm::function_ref<SmallVector<Value>(ValueRange)>;
  RootContext(OpBuilder &builder, Location loc, FindKnob findKnob,
              Evaluate evaluate)
      : builder(builder), loc(loc), findKnob(findKnob), evaluateBody(evaluate) {
  }

  /// The sample's value of a knob that `with(...)` gives, or null.
  Value knob(StringRef name) { return findKnob(name); }

  /// g(z). For `start`; `step` is given the value.
  SmallVector<Value> evaluate(ValueRange z) { return evaluateBody(z); }

  OpBuilder &builder;
  Location loc;

private:
  FindKnob findKnob;
  Evaluate evaluateBody;
};

/// How a method begins.
struct RootStart {
  SmallVector<Value> z;
  SmallVector<Value> memory;
  /// An i1: the method can begin here; null: always.
  Value isLegal;
};

/// What an iteration makes.
struct RootStep {
  /// The next point to evaluate.
  SmallVector<Value> z;
  SmallVector<Value> memory;
  /// The best point so far, and g there.
  SmallVector<Value> best, valueAtBest;
  /// An i1: the type allows no better point; null: never.
  Value settled;
};

} // namespace mlir::eq

#include "eq/Methods/RootMethod.h.inc"

#endif // EQ_METHODS_ROOTMETHOD_H
