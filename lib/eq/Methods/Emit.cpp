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

Value roughPower(OpBuilder &builder, Location loc, Value base, Value exponent) {
  Type f32 = builder.getF32Type(), i32 = builder.getI32Type();
  auto real = [&](double value) {
    return realConstant(builder, loc, f32, value);
  };
  auto integer = [&](int32_t value) -> Value {
    return arith::ConstantIntOp::create(builder, loc, i32, value);
  };
  auto bitsOf = [&](Value x) -> Value {
    return arith::BitcastOp::create(builder, loc, i32, x);
  };
  auto realOf = [&](Value bits) -> Value {
    return arith::BitcastOp::create(builder, loc, f32, bits);
  };
  auto fma = [&](Value a, Value b, Value c) -> Value {
    return math::FmaOp::create(builder, loc, a, b, c);
  };
  auto polynomial = [&](Value x, ArrayRef<double> coefficients) {
    Value sum = real(coefficients.back());
    for (double coefficient : llvm::reverse(coefficients.drop_back()))
      sum = fma(sum, x, real(coefficient));
    return sum;
  };
  auto pick = [&](arith::CmpFPredicate when, Value a, Value b) -> Value {
    Value first = arith::CmpFOp::create(builder, loc, when, a, b);
    return arith::SelectOp::create(builder, loc, first, a, b);
  };

  // base = 2^k (1 + t), log2 (1 + t) = t q(t) for 0 <= t < 1.
  Value bits = bitsOf(convertReal(builder, loc, base, f32));
  Value k = arith::SIToFPOp::create(
      builder, loc, f32,
      arith::ShRUIOp::create(builder, loc, bits, integer(23)));
  Value fraction =
      arith::AndIOp::create(builder, loc, bits, integer(0x007fffff));
  Value mantissa =
      realOf(arith::OrIOp::create(builder, loc, fraction, integer(0x3f800000)));
  Value t = arith::SubFOp::create(builder, loc, mantissa, real(1));
  Value q = polynomial(
      t, {1.44196543, -0.70966104, 0.41759043, -0.19626327, 0.04638274});
  Value logarithm =
      fma(t, q, arith::SubFOp::create(builder, loc, k, real(127)));

  // 2^y = 2^n 2^r, n the integer next to y.
  Value y = arith::MulFOp::create(
      builder, loc, convertReal(builder, loc, exponent, f32), logarithm);
  y = pick(arith::CmpFPredicate::OGT, y, real(-125));
  y = pick(arith::CmpFPredicate::OLT, y, real(125));
  Value shifter = real(12582912); // 1.5 2^23
  Value shifted = arith::AddFOp::create(builder, loc, y, shifter);
  Value n = arith::SubFOp::create(builder, loc, shifted, shifter);
  Value r = arith::SubFOp::create(builder, loc, y, n);
  Value power = polynomial(
      r, {0.99999926, 0.69312182, 0.24024745, 0.05591786, 0.00957008});
  Value scale = arith::ShLIOp::create(
      builder, loc,
      arith::AddIOp::create(builder, loc, bitsOf(shifted), integer(127)),
      integer(23));
  Value result = arith::MulFOp::create(builder, loc, power, realOf(scale));
  return convertReal(builder, loc, result, base.getType());
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
