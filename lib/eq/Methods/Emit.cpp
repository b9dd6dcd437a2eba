// Small builders for the algebra of one sample.

#include "eq/Methods/Emit.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

namespace mlir::eq {

Value realConstant(OpBuilder &builder, Location loc, Type type, double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getFloatAttr(type, value));
}

Value infinity(OpBuilder &builder, Location loc, Type type) {
  return arith::ConstantOp::create(
      builder, loc,
      builder.getFloatAttr(
          type, APFloat::getInf(cast<FloatType>(type).getFloatSemantics())));
}

Value convertReal(OpBuilder &builder, Location loc, Value scalar, Type type) {
  unsigned from = scalar.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from < to)
    return arith::ExtFOp::create(builder, loc, type, scalar);
  if (from > to)
    return arith::TruncFOp::create(builder, loc, type, scalar);
  return scalar;
}

Value spread(OpBuilder &builder, Location loc, Value scalar, Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor::SplatOp::create(builder, loc, scalar, tensor);
  return scalar;
}

Value both(OpBuilder &builder, Location loc, Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return arith::AndIOp::create(builder, loc, a, b);
}

Value pick(OpBuilder &builder, Location loc, arith::CmpFPredicate when, Value a,
           Value b) {
  Value first = arith::CmpFOp::create(builder, loc, when, a, b);
  return arith::SelectOp::create(builder, loc, first, a, b);
}

// Operations on single precision and its bits.
struct Singles {
  OpBuilder &builder;
  Location loc;
  Type f32 = builder.getF32Type(), i32 = builder.getI32Type();

  Value real(double value) { return realConstant(builder, loc, f32, value); }
  Value integer(int32_t value) {
    return arith::ConstantIntOp::create(builder, loc, i32, value);
  }
  Value bitsOf(Value x) {
    return arith::BitcastOp::create(builder, loc, i32, x);
  }
  Value realOf(Value bits) {
    return arith::BitcastOp::create(builder, loc, f32, bits);
  }
  Value minus(Value a, Value b) {
    return arith::SubFOp::create(builder, loc, a, b);
  }
  Value fma(Value a, Value b, Value c) {
    return math::FmaOp::create(builder, loc, a, b, c);
  }
  // c0 + c1 x + (c2 + c3 x) x^2: two of the products at a time.
  Value cubic(Value x, double c0, double c1, double c2, double c3) {
    Value square = arith::MulFOp::create(builder, loc, x, x);
    return fma(fma(real(c3), x, real(c2)), square, fma(real(c1), x, real(c0)));
  }
};

Value roughLog2(OpBuilder &builder, Location loc, Value x) {
  Singles at{builder, loc};
  // x = 2^k (1 + t), log2 (1 + t) = t q(t) for 0 <= t < 1.
  Value bits = at.bitsOf(convertReal(builder, loc, x, at.f32));
  Value exponent = arith::ShRUIOp::create(builder, loc, bits, at.integer(23));
  Value k = at.minus(arith::SIToFPOp::create(builder, loc, at.f32, exponent),
                     at.real(127));
  Value fraction =
      arith::AndIOp::create(builder, loc, bits, at.integer(0x007fffff));
  Value mantissa = at.realOf(
      arith::OrIOp::create(builder, loc, fraction, at.integer(0x3f800000)));
  Value t = at.minus(mantissa, at.real(1));
  Value q = at.cubic(t, 1.43901468, -0.67994404, 0.32559563, -0.08476861);
  return at.fma(t, q, k);
}

Value roughExp2(OpBuilder &builder, Location loc, Value y, Value scale) {
  Singles at{builder, loc};
  y = pick(builder, loc, arith::CmpFPredicate::OGT, y, at.real(-125));
  y = pick(builder, loc, arith::CmpFPredicate::OLT, y, at.real(125));
  // 2^y = 2^n 2^r, n the integer next to y. With 1.5 2^23 + 127 added, the last
  // bits of y are n + 127: the exponent of 2^n.
  Value shifter = at.real(12582912 + 127);
  Value shifted = arith::AddFOp::create(builder, loc, y, shifter);
  Value r = at.minus(y, at.minus(shifted, shifter));
  Value power = at.realOf(
      arith::ShLIOp::create(builder, loc, at.bitsOf(shifted), at.integer(23)));
  if (scale)
    power = arith::MulFOp::create(builder, loc, power,
                                  convertReal(builder, loc, scale, at.f32));
  Value fraction = at.cubic(r, 0.99992807, 0.69326099, 0.24261113, 0.05517167);
  return arith::MulFOp::create(builder, loc, power, fraction);
}

Value largest(OpBuilder &builder, Location loc, Value a, Value b) {
  if (matchPattern(a, m_PosZeroFloat()))
    return b;
  auto bitsOf = [&](Value x) -> Value {
    unsigned width = x.getType().getIntOrFloatBitWidth();
    return arith::BitcastOp::create(builder, loc, builder.getIntegerType(width),
                                    x);
  };
  Value bits = arith::MaxSIOp::create(builder, loc, bitsOf(a), bitsOf(b));
  return arith::BitcastOp::create(builder, loc, a.getType(), bits);
}

SmallVector<Value> reduceElements(
    OpBuilder &builder, Location loc, ValueRange values,
    ValueRange accumulators,
    function_ref<SmallVector<Value>(OpBuilder &, ValueRange, ValueRange)>
        update) {
  auto tensor = dyn_cast<RankedTensorType>(values.front().getType());
  if (!tensor)
    return update(builder, values, accumulators);

  // One generic with scalar (rank 0) accumulators; its loops run in order.
  int64_t rank = tensor.getRank();
  SmallVector<Value> outs;
  SmallVector<Type> types;
  for (Value accumulator : accumulators) {
    types.push_back(RankedTensorType::get({}, accumulator.getType()));
    outs.push_back(tensor::FromElementsOp::create(
        builder, loc, cast<RankedTensorType>(types.back()), accumulator));
  }
  SmallVector<AffineMap> maps(values.size(),
                              builder.getMultiDimIdentityMap(rank));
  maps.append(outs.size(), AffineMap::get(rank, 0, builder.getContext()));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  auto generic = linalg::GenericOp::create(
      builder, loc, types, values, outs, maps, iterators,
      [&](OpBuilder &nested, Location, ValueRange arguments) {
        linalg::YieldOp::create(nested, loc,
                                update(nested,
                                       arguments.take_front(values.size()),
                                       arguments.drop_front(values.size())));
      });
  return llvm::map_to_vector(generic.getResults(), [&](Value result) -> Value {
    return tensor::ExtractOp::create(builder, loc, result, ValueRange());
  });
}

} // namespace mlir::eq
