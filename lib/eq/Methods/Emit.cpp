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
