// #eq.brent: a bracket around a root, narrowed by interpolation where that
// makes progress and by bisection where it does not (R. P. Brent, Algorithms
// for Minimization without Derivatives, 1973, chapter 4: the algorithm zero).
//
// What is remembered, in Brent's names: a, the point before the last; c, the
// other end of the bracket; the function there; d, the last step, and e, the
// one before. The point that was evaluated is b.

#include "Models.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/RootMethod.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

namespace mlir::eq {
namespace {

using Predicate = arith::CmpFPredicate;

// Scalar arithmetic as it is written on paper.
class Scalars {
public:
  Scalars(OpBuilder &builder, Location loc, Type type)
      : builder(builder), loc(loc), type(cast<FloatType>(type)) {}

  Value number(double value) { return realConstant(builder, loc, type, value); }
  Value plus(Value a, Value b) {
    return arith::AddFOp::create(builder, loc, a, b);
  }
  Value minus(Value a, Value b) {
    return arith::SubFOp::create(builder, loc, a, b);
  }
  Value times(Value a, Value b) {
    return arith::MulFOp::create(builder, loc, a, b);
  }
  Value over(Value a, Value b) {
    return arith::DivFOp::create(builder, loc, a, b);
  }
  Value negate(Value a) { return arith::NegFOp::create(builder, loc, a); }
  Value size(Value a) { return math::AbsFOp::create(builder, loc, a); }
  Value is(Value a, Predicate predicate, Value b) {
    return arith::CmpFOp::create(builder, loc, predicate, a, b);
  }
  Value all(Value a, Value b) {
    return arith::AndIOp::create(builder, loc, a, b);
  }
  Value any(Value a, Value b) {
    return arith::OrIOp::create(builder, loc, a, b);
  }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(builder, loc, condition, yes, no);
  }
  Value least(Value a, Value b) {
    return select(is(a, Predicate::OLT, b), a, b);
  }
  // Both above 0, or neither.
  Value sameSign(Value a, Value b) {
    Value zero = number(0.0);
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                 is(a, Predicate::OGT, zero),
                                 is(b, Predicate::OGT, zero));
  }
  double epsilon() {
    return std::ldexp(1.0, 1 - static_cast<int>(type.getFPMantissaWidth()));
  }

private:
  OpBuilder &builder;
  Location loc;
  FloatType type;
};

struct BrentModel : RootMethod::ExternalModel<BrentModel, BrentAttr> {
  Value checkKnobs(Attribute, RootContext &context) const {
    Value low = context.knob("low"), high = context.knob("high");
    Scalars on(context.builder, context.loc, low.getType());
    Value infinite = infinity(context.builder, context.loc, low.getType());
    Value legal = on.all(on.is(on.size(low), Predicate::OLT, infinite),
                         on.is(on.size(high), Predicate::OLT, infinite));
    if (Value width = context.knob("width"))
      legal = on.all(legal, on.is(width, Predicate::OGE, on.number(0.0)));
    return legal;
  }

  RootStart start(Attribute, RootContext &context, ValueRange init) const {
    Value low = context.knob("low"), high = context.knob("high");
    Scalars on(context.builder, context.loc, low.getType());
    Value atLow = context.evaluate(low).front();
    Value atHigh = context.evaluate(high).front();
    Value zero = on.number(0.0);
    Value lowIsRoot = on.is(atLow, Predicate::OEQ, zero);
    Value highIsRoot = on.is(atHigh, Predicate::OEQ, zero);
    // Of opposite sign; NaN is of no sign.
    Value rises = on.all(on.is(atLow, Predicate::OLT, zero),
                         on.is(atHigh, Predicate::OGT, zero));
    Value falls = on.all(on.is(atLow, Predicate::OGT, zero),
                         on.is(atHigh, Predicate::OLT, zero));

    Value half = on.number(0.5);
    Value middle = on.plus(on.times(half, low), on.times(half, high));
    Value guess = init.front();
    Value isInside =
        on.is(on.times(on.minus(guess, low), on.minus(high, guess)),
              Predicate::OGT, zero);
    RootStart start;
    start.isLegal = on.any(on.any(lowIsRoot, highIsRoot), on.any(rises, falls));
    start.z = {on.select(
        lowIsRoot, low,
        on.select(highIsRoot, high, on.select(isInside, guess, middle)))};
    Value step = on.minus(high, low);
    start.memory = {low, high, atLow, atHigh, step, step};
    return start;
  }

  RootStep step(Attribute, RootContext &context, ValueRange z, ValueRange value,
                ValueRange memory) const {
    Value b = z[0], fb = value[0];
    Value a = memory[0], c = memory[1], fa = memory[2], fc = memory[3];
    Value d = memory[4], e = memory[5];
    Scalars on(context.builder, context.loc, b.getType());
    Value zero = on.number(0.0), one = on.number(1.0), two = on.number(2.0);

    // The root lies between b and c, and b is the better of the two.
    Value moved = on.sameSign(fb, fc);
    Value whole = on.minus(b, a);
    c = on.select(moved, a, c);
    fc = on.select(moved, fa, fc);
    d = on.select(moved, whole, d);
    e = on.select(moved, whole, e);
    Value swap = on.is(on.size(fc), Predicate::OLT, on.size(fb));
    Value oldB = b, oldFb = fb;
    b = on.select(swap, c, b);
    fb = on.select(swap, fc, fb);
    a = on.select(swap, oldB, a);
    fa = on.select(swap, oldFb, fa);
    c = on.select(swap, oldB, c);
    fc = on.select(swap, oldFb, fc);

    Value least = on.times(on.number(2 * on.epsilon()), on.size(b));
    if (Value width = context.knob("width"))
      least = on.plus(least, on.times(on.number(0.5), width));
    Value middle = on.times(on.number(0.5), on.minus(c, b));
    Value settled = on.any(on.is(on.size(middle), Predicate::OLE, least),
                           on.is(fb, Predicate::OEQ, zero));

    // The step p/q to where the secant, or the inverse parabola through three
    // points, is zero.
    Value s = on.over(fb, fa);
    Value hasTwo = on.is(a, Predicate::OEQ, c);
    Value secantP = on.times(on.times(two, middle), s);
    Value secantQ = on.minus(one, s);
    Value u = on.over(fa, fc), r = on.over(fb, fc);
    Value far = on.times(on.times(on.times(two, middle), u), on.minus(u, r));
    Value near = on.times(on.minus(b, a), on.minus(r, one));
    Value parabolaP = on.times(s, on.minus(far, near));
    Value parabolaQ = on.times(on.times(on.minus(u, one), on.minus(r, one)),
                               on.minus(s, one));
    Value p = on.select(hasTwo, secantP, parabolaP);
    Value q = on.select(hasTwo, secantQ, parabolaQ);
    Value isAbove = on.is(p, Predicate::OGT, zero);
    q = on.select(isAbove, on.negate(q), q);
    p = on.size(p);

    // Taken where the last steps were not too short, it stays inside, and it is
    // less than half of the step before the last; else the middle.
    Value worked = on.all(on.is(on.size(e), Predicate::OGE, least),
                          on.is(on.size(fa), Predicate::OGT, on.size(fb)));
    Value inside = on.minus(on.times(on.times(on.number(3.0), middle), q),
                            on.size(on.times(least, q)));
    Value shrinks = on.size(on.times(e, q));
    Value isGood = on.all(worked, on.is(on.times(two, p), Predicate::OLT,
                                        on.least(inside, shrinks)));
    Value nextE = on.select(isGood, d, middle);
    Value nextD = on.select(isGood, on.over(p, q), middle);

    Value isShort = on.is(on.size(nextD), Predicate::OLE, least);
    Value isUp = on.is(middle, Predicate::OGT, zero);
    Value shortest = on.select(isUp, least, on.negate(least));
    RootStep step;
    step.z = {on.plus(b, on.select(isShort, shortest, nextD))};
    step.memory = {b, c, fb, fc, nextD, nextE};
    step.best = {b};
    step.valueAtBest = {fb};
    step.settled = settled;
    return step;
  }
};

} // namespace

void attachBrentModel(MLIRContext *context) {
  BrentAttr::attachInterface<BrentModel>(*context);
}

} // namespace mlir::eq
