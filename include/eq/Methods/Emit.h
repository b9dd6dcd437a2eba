// Small builders for the algebra of one sample: values are scalars or static
// tensors, and arith applies to both.
#ifndef EQ_METHODS_EMIT_H
#define EQ_METHODS_EMIT_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace mlir::eq {

/// A constant of a real scalar type.
Value realConstant(OpBuilder &builder, Location loc, Type type, double value);

/// Positive infinity of a real scalar type.
Value infinity(OpBuilder &builder, Location loc, Type type);

/// `scalar` of a real type, rounded or extended to another.
Value convertReal(OpBuilder &builder, Location loc, Value scalar, Type type);

/// `scalar` in every element of a value of type `type`.
Value spread(OpBuilder &builder, Location loc, Value scalar, Type type);

/// The conjunction of two i1 values, either of which may be null (true).
Value both(OpBuilder &builder, Location loc, Value a, Value b);

/// One of two reals: `a` where the comparison of it with `b` holds.
Value pick(OpBuilder &builder, Location loc, arith::CmpFPredicate when, Value a,
           Value b);

/// log2(x) as an f32, within 1e-4: for step sizes and other estimates. `x` is
/// a real of at least 2^-126; infinity counts as 2^128, and a NaN gives some
/// number above 128. (Fits by weighted least squares.)
Value roughLog2(OpBuilder &builder, Location loc, Value x);

/// scale 2^y as an f32, to a relative 1e-4; `scale` is a real, or null for 1.
/// `y` is an f32, held between -125 and 125.
Value roughExp2(OpBuilder &builder, Location loc, Value y, Value scale);

/// The larger of two magnitudes, reals that are not below zero. A NaN wins: the
/// bits of magnitudes are ordered as they are, and those of NaNs come last, so
/// that one integer comparison does what `arith.maximumf` takes three for.
Value largest(OpBuilder &builder, Location loc, Value a, Value b);

/// Calls `update` on the elements of `values` (of equal shape) in ascending
/// order, and gives the accumulators after the last. Scalars are one element.
SmallVector<Value> reduceElements(
    OpBuilder &builder, Location loc, ValueRange values,
    ValueRange accumulators,
    function_ref<SmallVector<Value>(OpBuilder &, ValueRange, ValueRange)>
        update);

} // namespace mlir::eq

#endif // EQ_METHODS_EMIT_H
