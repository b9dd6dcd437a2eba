// Writes remainders as divisions, step by step.
//
//   arith.remf %x, %y : f64
//     ->
//   x = r 2^a, y = m 2^b, left = a - b                 with r, m from 1 to 2
//   do:    n = min(left, 52);  q = trunc(2^n r / m);  r = 2^n r - q m
//          if r < 0: r += m                                // q was rounded up
//          left -= n
//   while: left > 0
//   r 2^b, with the sign of x
//
// q is below 2^53 and at most one too large. So all that is left of r is a
// multiple of the last bit of m, and not larger than m: no step rounds. A lane
// that has nothing left stays what it is while others go on.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <cmath>
#include <limits>

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERREMAINDERSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

using RealPredicate = arith::CmpFPredicate;

// The operations on one type of numbers, and on their bits.
class Remainder {
public:
  Remainder(ImplicitLocOpBuilder &builder, Type real)
      : builder(builder), real(real),
        width(getElementTypeOrSelf(real).getIntOrFloatBitWidth()),
        word(builder.getIntegerType(width)), fraction(width == 32 ? 23 : 52),
        bias(width == 32 ? 127 : 1023) {
    if (auto vector = dyn_cast<VectorType>(real))
      word = vector.clone(word);
  }

  Value of(Value x, Value y);

private:
  // |a| = significand 2^(exponent - bias), with a significand from 1 to 2. The
  // exponent of what is not normal is made with a factor.
  struct Parts {
    Value isSmall, field, exponent, significand;
  };

  Parts split(Value size);
  Value step(Value r, Value by, Value m);
  Value divide(Value r, Value left, Value m);
  Value fromBits(Value bits) {
    return arith::BitcastOp::create(builder, real, bits);
  }
  Value number(double value) {
    return constant(real,
                    builder.getFloatAttr(getElementTypeOrSelf(real), value));
  }
  Value integer(int64_t value) {
    return constant(word,
                    builder.getIntegerAttr(getElementTypeOrSelf(word), value));
  }
  Value constant(Type type, TypedAttr element) {
    if (auto vector = dyn_cast<VectorType>(type))
      element = SplatElementsAttr::get(vector, element);
    return arith::ConstantOp::create(builder, element);
  }
  Value compare(RealPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, predicate, a, b);
  }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, condition, a, b);
  }

  ImplicitLocOpBuilder &builder;
  Type real;
  unsigned width;
  Type word;
  int fraction, bias;
};

Remainder::Parts Remainder::split(Value size) {
  Value isSmall =
      compare(RealPredicate::OLT, size, number(std::ldexp(1.0, 1 - bias)));
  Value larger =
      arith::MulFOp::create(builder, size, number(std::ldexp(1.0, fraction)));
  Value bits =
      arith::BitcastOp::create(builder, word, select(isSmall, larger, size));
  Value field = arith::ShRUIOp::create(builder, bits, integer(fraction));
  Value less = arith::SubIOp::create(builder, field, integer(fraction));
  Value ofOne = integer(int64_t(bias) << fraction);
  Value digits = arith::AndIOp::create(builder, bits,
                                       integer((int64_t(1) << fraction) - 1));
  Value significand = fromBits(arith::OrIOp::create(builder, digits, ofOne));
  return {isSmall, field, select(isSmall, less, field), significand};
}

// What whole multiples of m leave of 2^by r.
Value Remainder::step(Value r, Value by, Value m) {
  Value exponent = arith::AddIOp::create(builder, by, integer(bias));
  Value power =
      fromBits(arith::ShLIOp::create(builder, exponent, integer(fraction)));
  Value scaled = arith::MulFOp::create(builder, r, power);
  Value exact = arith::DivFOp::create(builder, scaled, m);
  Value quotient = math::TruncOp::create(builder, exact);
  Value minus = arith::NegFOp::create(builder, quotient);
  Value rest = math::FmaOp::create(builder, minus, m, scaled);
  Value isBelow = compare(RealPredicate::OLT, rest, number(0.0));
  return select(isBelow, arith::AddFOp::create(builder, rest, m), rest);
}

Value Remainder::divide(Value r, Value left, Value m) {
  auto loop = scf::WhileOp::create(
      builder, TypeRange{real, word}, ValueRange{r, left},
      [&](OpBuilder &inner, Location, ValueRange carried) {
        OpBuilder::InsertionGuard guard(builder);
        builder.restoreInsertionPoint(inner.saveInsertionPoint());
        Value by =
            arith::MinSIOp::create(builder, carried[1], integer(fraction));
        Value rest = step(carried[0], by, m);
        Value more = arith::SubIOp::create(builder, carried[1], by);
        Value goesOn = arith::CmpIOp::create(builder, arith::CmpIPredicate::sgt,
                                             more, integer(0));
        if (isa<VectorType>(real))
          goesOn = vector::ReductionOp::create(
              builder, vector::CombiningKind::OR, goesOn);
        scf::ConditionOp::create(builder, goesOn, ValueRange{rest, more});
      },
      [](OpBuilder &inner, Location loc, ValueRange carried) {
        scf::YieldOp::create(inner, loc, carried);
      });
  return loop.getResult(0);
}

// Where |x| < |y|, x is its own remainder; and there is none of an infinity,
// nor by zero.
Value Remainder::of(Value x, Value y) {
  Value sizeX = math::AbsFOp::create(builder, x);
  Value sizeY = math::AbsFOp::create(builder, y);
  Value isDivided = compare(RealPredicate::OGE, sizeX, sizeY);
  Value isFinite = compare(RealPredicate::OLT, sizeX,
                           number(std::numeric_limits<double>::infinity()));
  Value hasDivisor = compare(RealPredicate::OGT, sizeY, number(0.0));
  isDivided = arith::AndIOp::create(builder, isDivided, isFinite);
  isDivided = arith::AndIOp::create(builder, isDivided, hasDivisor);

  Parts dividend = split(sizeX), divisor = split(sizeY);
  Value left =
      arith::SubIOp::create(builder, dividend.exponent, divisor.exponent);
  Value rest = divide(dividend.significand, select(isDivided, left, integer(0)),
                      divisor.significand);

  // As large as y again: first as its bits say, then without the factor.
  Value power = fromBits(
      arith::ShLIOp::create(builder, divisor.field, integer(fraction)));
  Value scaled = arith::MulFOp::create(builder, rest, power);
  Value smaller = arith::MulFOp::create(builder, scaled,
                                        number(std::ldexp(1.0, -fraction)));
  Value result = math::CopySignOp::create(
      builder, select(divisor.isSmall, smaller, scaled), x);
  Value isWhole = compare(RealPredicate::OLT, sizeX, sizeY);
  Value other =
      select(isWhole, x, number(std::numeric_limits<double>::quiet_NaN()));
  return select(isDivided, result, other);
}

void lowerRemainder(arith::RemFOp op) {
  Type type = op.getType(), element = getElementTypeOrSelf(type);
  if (isa<TensorType>(type) || (!element.isF32() && !element.isF64()))
    return;
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  op.replaceAllUsesWith(Remainder(builder, type).of(op.getLhs(), op.getRhs()));
  op.erase();
}

struct LowerRemainders : impl::LowerRemaindersPassBase<LowerRemainders> {
  using Base::Base;

  void runOnOperation() override { getOperation()->walk(lowerRemainder); }
};

} // namespace
} // namespace mlir::eq
