// #eq.pid: the next step size from the scaled errors of the last three steps.
//
//   factor = safety (1/e0)^((P + I + D)/k) (1/e1)^(-(P + 2 D)/k) (1/e2)^(D/k)
//
// with k the order of the method, held between `factor_min` and `factor_max`;
// an accepted step never shrinks, a rejected one always does (Soederlind,
// Digital filters in adaptive time-stepping, ACM TOMS 29, 2003; defaults as
// diffrax's).

#include "Models.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/StepMethod.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::eq {
namespace {

struct PidModel : StepController::ExternalModel<PidModel, PidAttr> {
  // A knob of the error's type, or its default.
  static Value gain(StepContext &context, StringRef name, double otherwise) {
    if (Value knob = context.knob(name))
      return convertReal(context.builder, context.loc, knob, context.real);
    return realConstant(context.builder, context.loc, context.real, otherwise);
  }

  // Without P and D the errors before this one do not matter.
  static bool remembers(StepContext &context) {
    return context.knob("pcoeff") || context.knob("dcoeff");
  }

  Value checkKnobs(Attribute, StepContext &context) const {
    OpBuilder &builder = context.builder;
    Location loc = context.loc;
    Value legal;
    auto require = [&](Value a, arith::CmpFPredicate predicate, Value b) {
      legal = both(builder, loc, legal,
                   arith::CmpFOp::create(builder, loc, predicate, a, b));
    };
    Value infinite = infinity(builder, loc, context.real);
    for (StringRef name : {"pcoeff", "icoeff", "dcoeff"})
      if (context.knob(name))
        require(math::AbsFOp::create(builder, loc, gain(context, name, 0)),
                arith::CmpFPredicate::OLT, infinite);
    Value zero = realConstant(builder, loc, context.real, 0.0);
    Value one = realConstant(builder, loc, context.real, 1.0);
    for (StringRef name : {"safety", "factor_min"})
      if (context.knob(name)) {
        require(gain(context, name, 0), arith::CmpFPredicate::OGT, zero);
        require(gain(context, name, 0), arith::CmpFPredicate::OLT, one);
      }
    if (context.knob("factor_max"))
      require(gain(context, "factor_max", 0), arith::CmpFPredicate::OGE, one);
    return legal;
  }

  SmallVector<Value> start(Attribute, StepContext &context) const {
    if (!remembers(context))
      return {};
    // Logarithms of squared errors; errors of 1 have no effect.
    Value none = realConstant(context.builder, context.loc,
                              context.builder.getF32Type(), 0.0);
    return {none, none};
  }

  StepAdaptation adapt(Attribute, StepContext &context, Value square,
                       Value accepted, unsigned order,
                       ValueRange memory) const {
    OpBuilder &builder = context.builder;
    Location loc = context.loc;
    auto constant = [&](double value) {
      return realConstant(builder, loc, context.real, value);
    };
    auto negate = [&](Value x) -> Value {
      return arith::NegFOp::create(builder, loc, x);
    };
    Value p = gain(context, "pcoeff", 0), i = gain(context, "icoeff", 1),
          d = gain(context, "dcoeff", 0);
    Value safety = gain(context, "safety", 0.9);
    // An error of 0 counts as a very small one.
    square =
        pick(builder, loc, arith::CmpFPredicate::OGT, square, constant(1e-20));

    // Three digits are more than a step size needs; all of them would be the
    // dearest part of a small step. log2 e = log2(e^2) / 2.
    Type f32 = builder.getF32Type();
    Value half = constant(0.5 / order);
    auto gainOfLog = [&](Value gain) {
      return convertReal(builder, loc,
                         arith::MulFOp::create(builder, loc, gain, half), f32);
    };
    Value logarithm = roughLog2(builder, loc, square);
    Value sum = arith::AddFOp::create(
        builder, loc, arith::AddFOp::create(builder, loc, p, i), d);
    Value exponent =
        arith::MulFOp::create(builder, loc, gainOfLog(negate(sum)), logarithm);
    StepAdaptation result;
    if (!memory.empty()) {
      Value pd = arith::AddFOp::create(
          builder, loc, p, arith::AddFOp::create(builder, loc, d, d));
      exponent =
          math::FmaOp::create(builder, loc, gainOfLog(pd), memory[0], exponent);
      exponent = math::FmaOp::create(builder, loc, gainOfLog(negate(d)),
                                     memory[1], exponent);
      result.memory = {
          arith::SelectOp::create(builder, loc, accepted, logarithm, memory[0]),
          arith::SelectOp::create(builder, loc, accepted, memory[0],
                                  memory[1])};
    }
    Value factor = convertReal(
        builder, loc, roughExp2(builder, loc, exponent, safety), context.real);
    Value least = arith::SelectOp::create(builder, loc, accepted, constant(1.0),
                                          gain(context, "factor_min", 0.2));
    Value bound = arith::SelectOp::create(
        builder, loc, accepted, gain(context, "factor_max", 10.0), safety);
    // An error that is no number has a factor of its own.
    factor = pick(builder, loc, arith::CmpFPredicate::OGT, factor, least);
    result.factor =
        pick(builder, loc, arith::CmpFPredicate::OLT, factor, bound);
    return result;
  }
};

} // namespace

void attachPidModel(MLIRContext *context) {
  PidAttr::attachInterface<PidModel>(*context);
}

} // namespace mlir::eq
