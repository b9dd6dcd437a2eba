// Tensors and their scalars, where code on the one meets code on the other.
//
//   %x0 = tensor.extract %x[%c0]   %x1 = ..          // takeApart
//   %y = tensor.from_elements %y0, %y1               // putTogether

#include "eq/Scalarise/Scalarise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

namespace mlir::eq {

SmallVector<Type> scalarTypes(TypeRange types,
                              const ScalariseOptions &options) {
  SmallVector<Type> scalars;
  for (Type type : types) {
    if (isScalarisable(type, options)) {
      auto tensor = cast<RankedTensorType>(type);
      scalars.append(tensor.getNumElements(), tensor.getElementType());
    } else {
      scalars.push_back(type);
    }
  }
  return scalars;
}

SmallVector<Value> takeApart(OpBuilder &builder, Location loc,
                             ValueRange values,
                             const ScalariseOptions &options) {
  SmallVector<Value> scalars;
  for (Value value : values) {
    if (!isScalarisable(value.getType(), options)) {
      scalars.push_back(value);
      continue;
    }
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> strides = computeStrides(type.getShape());
    for (int64_t at = 0; at < type.getNumElements(); ++at) {
      SmallVector<Value> indices;
      for (int64_t index : delinearize(at, strides))
        indices.push_back(arith::ConstantIndexOp::create(builder, loc, index));
      scalars.push_back(
          tensor::ExtractOp::create(builder, loc, value, indices));
    }
  }
  return scalars;
}

SmallVector<Value> putTogether(OpBuilder &builder, Location loc,
                               ValueRange scalars, TypeRange types,
                               const ScalariseOptions &options) {
  SmallVector<Value> values;
  for (Type type : types) {
    size_t count = scalarTypes(type, options).size();
    values.push_back(isScalarisable(type, options)
                         ? tensor::FromElementsOp::create(
                               builder, loc, type, scalars.take_front(count))
                         : scalars.front());
    scalars = scalars.drop_front(count);
  }
  return values;
}

} // namespace mlir::eq
