// The quotient of eq's tanh without a branch.
//
// `div.rn.f32` is this and a test of the exponents, which jumps to a slow path;
// after 64 tests in a row nothing else can be done while one waits. Here the
// divisor is from 1/2 to 1, and 1 where the dividend is very small, so that
// nothing underflows. The results are those of a division: MathTests tries all
// floats, and all seeds that are wrong by at most one unit of the last place,
// as that of `rcp.approx.ftz.f32` is. The exception is the divisor 1 - 2^-24
// with the seed 1, which no GPU gives: `rcp.rn.f32`, which is rounded exactly,
// starts with the same seed and refines it in the same way.
//
// A template over a type of number, as Fuse/Math/Common.h has.
#ifndef EQ_CODEGEN_GPU_QUOTIENT_H
#define EQ_CODEGEN_GPU_QUOTIENT_H

namespace mlir::eq {

/// 1 / b, rounded to nearest, from a seed; `one` is the number 1.
template <class N> N refinedReciprocal(N b, N seed, N one) {
  N error = fma(-b, seed, one);
  return fma(seed, error, seed);
}

/// a / b, rounded to nearest, from 1 / b.
template <class N> N quotientFrom(N a, N b, N reciprocal) {
  N near = a * reciprocal;
  N left = fma(-b, near, a);
  return fma(left, reciprocal, near);
}

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_QUOTIENT_H
