// The quotient of eq's tanh without a branch.
//
// `div.rn.f32` is a short sequence, a test of the exponents, and a slow path
// behind it; after 64 tests in a row nothing else can be done while one waits.
// Here the divisor is from 1/2 to 1, and 1 where the dividend is very small, so
// that nothing underflows. All operations are exactly rounded. The results are
// those of a division (Markstein 1990): MathTests tries all floats.
//
// A template over a type of number, as Fuse/Math/Common.h has.
#ifndef EQ_CODEGEN_GPU_QUOTIENT_H
#define EQ_CODEGEN_GPU_QUOTIENT_H

namespace mlir::eq {

/// 1 / b, rounded to nearest, for b from 1/2 to 1. `like(x)` makes a number of
/// a float.
///
/// The seed is the cubic p(b) whose error 1 - b p(b) is the Chebyshev
/// polynomial T_4(2.8 - 3.6 b) / T_4(2.8), at most 1 / 430. It is negative near
/// 1, so that the reciprocal of 1 - 2^-24, half way between two floats, comes
/// out above. A step of third order, error^3, and one of Newton's method,
/// error^2, follow.
template <class N, class Like> N reciprocalOf(N b, Like like) {
  N seed = fma(b, like(-839808.0f / 268753), like(2612736.0f / 268753));
  seed = fma(b, seed, like(-2983392.0f / 268753));
  seed = fma(b, seed, like(1479744.0f / 268753));
  N error = fma(-b, seed, like(1));
  seed = fma(seed, fma(error, error, error), seed);
  return fma(seed, fma(-b, seed, like(1)), seed);
}

/// a / b, rounded to nearest, from 1 / b.
template <class N> N quotientFrom(N a, N b, N reciprocal) {
  N near = a * reciprocal;
  N left = fma(-b, near, a);
  return fma(left, reciprocal, near);
}

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_QUOTIENT_H
