// A number whose operations are emitted as `arith` and `math` ops; see
// Common.h.
#ifndef EQ_FUSE_MATH_EMITTED_H
#define EQ_FUSE_MATH_EMITTED_H

#include "Common.h"

#include "eq/IR/EqOps.h"
#include "eq/IR/Quotients.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::eq::math_functions {

using Builder = ImplicitLocOpBuilder;

struct EmittedFlag {
  Builder *builder;
  Value value;

  template <class Op> static EmittedFlag make(EmittedFlag a, EmittedFlag b) {
    return {a.builder, Op::create(*a.builder, a.value, b.value)};
  }
  friend EmittedFlag operator&(EmittedFlag a, EmittedFlag b) {
    return make<arith::AndIOp>(a, b);
  }
  friend EmittedFlag operator|(EmittedFlag a, EmittedFlag b) {
    return make<arith::OrIOp>(a, b);
  }
  friend EmittedFlag operator^(EmittedFlag a, EmittedFlag b) {
    return make<arith::XOrIOp>(a, b);
  }
  friend EmittedFlag operator!(EmittedFlag a) {
    Value yes =
        arith::ConstantOp::create(*a.builder, a.builder->getBoolAttr(true));
    return make<arith::XOrIOp>(a, {a.builder, yes});
  }
};

template <class R> class Emitted;

/// The representation of a number, or a constant of its width.
template <class R> class EmittedWord {
public:
  using Constant = typename Format<R>::Word;
  EmittedWord(Constant constant) : constant(constant) {}
  EmittedWord(Builder *builder, Value value) : builder(builder), value(value) {}

  friend EmittedWord operator+(EmittedWord a, EmittedWord b) {
    return make<arith::AddIOp>(a, b);
  }
  friend EmittedWord operator-(EmittedWord a, EmittedWord b) {
    return make<arith::SubIOp>(a, b);
  }
  friend EmittedWord operator&(EmittedWord a, EmittedWord b) {
    return make<arith::AndIOp>(a, b);
  }
  friend EmittedWord operator|(EmittedWord a, EmittedWord b) {
    return make<arith::OrIOp>(a, b);
  }
  friend EmittedWord operator^(EmittedWord a, EmittedWord b) {
    return make<arith::XOrIOp>(a, b);
  }
  friend EmittedWord operator<<(EmittedWord a, int by) {
    return make<arith::ShLIOp>(a, Constant(by));
  }
  friend EmittedWord operator>>(EmittedWord a, int by) {
    return make<arith::ShRUIOp>(a, Constant(by));
  }
  friend EmittedFlag operator==(EmittedWord a, EmittedWord b) {
    return compare(arith::CmpIPredicate::eq, a, b);
  }
  friend EmittedFlag operator>=(EmittedWord a, EmittedWord b) {
    return compare(arith::CmpIPredicate::uge, a, b);
  }
  friend Emitted<R> fromBits(EmittedWord a) {
    Builder &builder = *a.builder;
    return {a.builder, arith::BitcastOp::create(
                           builder, Emitted<R>::typeIn(builder), a.value)};
  }
  static Type typeIn(Builder &builder) {
    return builder.getIntegerType(8 * sizeof(R));
  }

private:
  template <class Op> static EmittedWord make(EmittedWord a, EmittedWord b) {
    Builder *builder = a.builder ? a.builder : b.builder;
    return {builder, Op::create(*builder, a.in(*builder), b.in(*builder))};
  }
  static EmittedFlag compare(arith::CmpIPredicate predicate, EmittedWord a,
                             EmittedWord b) {
    Builder *builder = a.builder ? a.builder : b.builder;
    return {builder, arith::CmpIOp::create(*builder, predicate, a.in(*builder),
                                           b.in(*builder))};
  }
  Value in(Builder &builder) const {
    return value ? value
                 : arith::ConstantOp::create(
                       builder, builder.getIntegerAttr(typeIn(builder),
                                                       int64_t(constant)));
  }

  Builder *builder = nullptr;
  Value value;
  Constant constant = 0;
};

/// A number in the code, or a constant that is put there where it is used.
template <class R> class Emitted {
public:
  using Real = R;
  Emitted(R constant) : constant(constant) {}
  Emitted(Builder *builder, Value value) : builder(builder), value(value) {}

  Value getValue() const { return value; }

  friend Emitted operator+(Emitted a, Emitted b) {
    return make<arith::AddFOp>(a, b);
  }
  friend Emitted operator-(Emitted a, Emitted b) {
    return make<arith::SubFOp>(a, b);
  }
  friend Emitted operator*(Emitted a, Emitted b) {
    return make<arith::MulFOp>(a, b);
  }
  friend Emitted operator/(Emitted a, Emitted b) {
    return make<arith::DivFOp>(a, b);
  }
  friend Emitted quotientOfTanh(Emitted a, Emitted b) {
    Emitted quotient = a / b;
    if constexpr (sizeof(R) == 4)
      quotient.value.getDefiningOp()->setAttr(quotientOfTanhAttr,
                                              a.builder->getUnitAttr());
    return quotient;
  }
  friend Emitted operator-(Emitted a) {
    if (!a.value)
      return -a.constant;
    return {a.builder, arith::NegFOp::create(*a.builder, a.value)};
  }
  friend Emitted fma(Emitted a, Emitted b, Emitted c) {
    Builder &builder = *builderOf(a, b, c);
    return {&builder, math::FmaOp::create(builder, a.in(builder), b.in(builder),
                                          c.in(builder))};
  }
  friend Emitted sqrt(Emitted a) {
    return {a.builder, math::SqrtOp::create(*a.builder, a.value)};
  }
  friend Emitted floor(Emitted a) {
    return {a.builder, math::FloorOp::create(*a.builder, a.value)};
  }
  friend Emitted abs(Emitted a) {
    return {a.builder, math::AbsFOp::create(*a.builder, a.value)};
  }
  friend Emitted copysign(Emitted a, Emitted b) {
    return make<math::CopySignOp>(a, b);
  }
  friend EmittedFlag operator<(Emitted a, Emitted b) {
    return compare(arith::CmpFPredicate::OLT, a, b);
  }
  friend EmittedFlag operator<=(Emitted a, Emitted b) {
    return compare(arith::CmpFPredicate::OLE, a, b);
  }
  friend EmittedFlag operator>(Emitted a, Emitted b) {
    return compare(arith::CmpFPredicate::OGT, a, b);
  }
  friend EmittedFlag operator>=(Emitted a, Emitted b) {
    return compare(arith::CmpFPredicate::OGE, a, b);
  }
  friend EmittedFlag operator==(Emitted a, Emitted b) {
    return compare(arith::CmpFPredicate::OEQ, a, b);
  }
  friend EmittedFlag isNaN(Emitted a) {
    return compare(arith::CmpFPredicate::UNO, a, a);
  }
  friend Emitted select(EmittedFlag condition, Emitted a, Emitted b) {
    Builder &builder = *condition.builder;
    return {&builder, arith::SelectOp::create(builder, condition.value,
                                              a.in(builder), b.in(builder))};
  }
  friend EmittedWord<R> bits(Emitted a) {
    Builder &builder = *a.builder;
    return {a.builder, arith::BitcastOp::create(
                           builder, EmittedWord<R>::typeIn(builder), a.value)};
  }
  friend Emitted<double> widen(Emitted a) {
    Builder &builder = *a.builder;
    return {a.builder,
            arith::ExtFOp::create(builder, builder.getF64Type(), a.value)};
  }
  friend Emitted<float> narrow(Emitted a) {
    Builder &builder = *a.builder;
    return {a.builder,
            arith::TruncFOp::create(builder, builder.getF32Type(), a.value)};
  }
  friend FarAngle<Emitted> farAngle(Emitted a, R from) {
    Builder &builder = *a.builder;
    Type type = a.value.getType();
    auto far = FarAngleOp::create(builder, TypeRange{type, type, type}, a.value,
                                  builder.getF64FloatAttr(from));
    return {{a.builder, far.getQuarters()},
            {{a.builder, far.getRest()}, {a.builder, far.getRestLow()}}};
  }
  static Type typeIn(Builder &builder) {
    return sizeof(R) == 4 ? Type(builder.getF32Type())
                          : Type(builder.getF64Type());
  }

private:
  template <class... Numbers>
  static Builder *builderOf(const Numbers &...numbers) {
    Builder *found = nullptr;
    ((found = found ? found : numbers.builder), ...);
    return found;
  }
  template <class Op> static Emitted make(Emitted a, Emitted b) {
    Builder &builder = *builderOf(a, b);
    return {&builder, Op::create(builder, a.in(builder), b.in(builder))};
  }
  static EmittedFlag compare(arith::CmpFPredicate predicate, Emitted a,
                             Emitted b) {
    Builder &builder = *builderOf(a, b);
    return {&builder, arith::CmpFOp::create(builder, predicate, a.in(builder),
                                            b.in(builder))};
  }
  Value in(Builder &builder) const {
    if (value)
      return value;
    return arith::ConstantOp::create(
        builder, builder.getFloatAttr(typeIn(builder), double(constant)));
  }

  Builder *builder = nullptr;
  Value value;
  R constant = 0;
};

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_EMITTED_H
