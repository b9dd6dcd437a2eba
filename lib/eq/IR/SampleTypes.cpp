// The rank rule.

#include "eq/IR/SampleTypes.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::eq {

int64_t rankOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getRank() : 0;
}

Type elementTypeOf(Type type) {
  return isa<VectorType>(type) ? type : getElementTypeOrSelf(type);
}

ArrayRef<int64_t> shapeOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getShape() : ArrayRef<int64_t>();
}

bool isSupportedElement(Type type) {
  if (type.isF32() || type.isF64())
    return true;
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.isSignless() &&
         llvm::is_contained({1u, 8u, 16u, 32u, 64u}, integer.getWidth());
}

std::optional<std::string> whySampleTypeUnsupported(Type type) {
  std::string reason;
  llvm::raw_string_ostream os(reason);
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (isa<ShapedType>(type) && !tensor) {
    os << "to be a scalar or a ranked tensor, but got '" << type << "'";
    return reason;
  }
  if (!isSupportedElement(elementTypeOf(type))) {
    os << "to have element type f32, f64 or an integer of 1, 8, 16, 32 or 64 "
          "bits, but got '"
       << type << "'";
    return reason;
  }
  if (!tensor)
    return std::nullopt;
  if (tensor.getRank() == 0) {
    os << "to be a scalar where it has rank 0, but got '" << type << "'";
    return reason;
  }
  if (tensor.getEncoding()) {
    os << "to have no encoding, but got '" << type << "'";
    return reason;
  }
  if (!tensor.hasStaticShape()) {
    os << "to have a static shape inside a region, but got '" << type << "'";
    return reason;
  }
  if (tensor.getNumElements() == 0) {
    os << "to have at least one element, but got '" << type << "'";
    return reason;
  }
  return std::nullopt;
}

Type batchedType(ArrayRef<int64_t> batch, Type sample) {
  if (batch.empty())
    return sample;
  SmallVector<int64_t> shape(batch);
  llvm::append_range(shape, shapeOf(sample));
  return RankedTensorType::get(shape, elementTypeOf(sample));
}

std::optional<SmallVector<int64_t>> batchDimsOf(Type operand, Type sample) {
  int64_t rank = rankOf(operand) - rankOf(sample);
  if (rank < 0 || elementTypeOf(operand) != elementTypeOf(sample))
    return std::nullopt;
  ArrayRef<int64_t> shape = shapeOf(operand);
  if (shape.drop_front(rank) != shapeOf(sample))
    return std::nullopt;
  // An operand of batch rank 0 is its argument, so a scalar is never a rank-0
  // tensor.
  if (rank == 0 && operand != sample)
    return std::nullopt;
  if (auto tensor = dyn_cast<RankedTensorType>(operand))
    if (tensor.getEncoding())
      return std::nullopt;
  return SmallVector<int64_t>(shape.take_front(rank));
}

FloatType widestReal(TypeRange types) {
  FloatType widest;
  for (Type type : types)
    if (auto real = dyn_cast<FloatType>(elementTypeOf(type)))
      if (!widest || real.getWidth() > widest.getWidth())
        widest = real;
  if (widest)
    return widest;
  return Float64Type::get(types.empty() ? nullptr : types.front().getContext());
}

} // namespace mlir::eq
