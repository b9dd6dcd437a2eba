// The rank rule: how the type of an operand of a batch follows from the type
// its region argument has for one sample.
#ifndef EQ_IR_SAMPLETYPES_H
#define EQ_IR_SAMPLETYPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include <optional>

namespace mlir::eq {

/// The rank of a tensor, 0 for a scalar.
int64_t rankOf(Type type);

/// The element type of a tensor, the type itself for a scalar. In the code of a
/// lane block a vector is one element.
Type elementTypeOf(Type type);

/// The shape of a tensor, empty for a scalar.
ArrayRef<int64_t> shapeOf(Type type);

/// f32, f64 or an integer of 1, 8, 16, 32 or 64 bits.
bool isSupportedElement(Type type);

/// Says what is wrong with `type` as the type of a value in a region, or
/// nothing. In a region shapes are static, not empty and without encoding.
std::optional<std::string> whySampleTypeUnsupported(Type type);

/// `sample` with the dimensions `batch` in front; a scalar stays a scalar when
/// there are none.
Type batchedType(ArrayRef<int64_t> batch, Type sample);

/// The leading dimensions that `operand` has beyond `sample`, or nothing if
/// `operand` is not some dimensions followed by `sample`.
std::optional<SmallVector<int64_t>> batchDimsOf(Type operand, Type sample);

/// The wider of the real element types among `types`; f64 where there is none.
FloatType widestReal(TypeRange types);

} // namespace mlir::eq

#endif // EQ_IR_SAMPLETYPES_H
