// Methods for z = f(z): what they are given, and what they answer.
#ifndef EQ_METHODS_ITERATIONMETHOD_H
#define EQ_METHODS_ITERATIONMETHOD_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// What a method may use while it emits code for one sample.
class IterationContext {
public:
  using FindKnob = llvm::function_ref<Value(StringRef)>;
  IterationContext(OpBuilder &builder, Location loc, FindKnob findKnob)
      : builder(builder), loc(loc), findKnob(findKnob) {}

  /// The sample's value of a knob that `with(...)` gives, or null.
  Value knob(StringRef name) { return findKnob(name); }

  OpBuilder &builder;
  Location loc;

private:
  FindKnob findKnob;
};

/// What a step makes: the next iterate, and what is remembered.
struct IterationStep {
  SmallVector<Value> iterate;
  SmallVector<Value> memory;
};

} // namespace mlir::eq

#include "eq/Methods/IterationMethod.h.inc"

#endif // EQ_METHODS_ITERATIONMETHOD_H
