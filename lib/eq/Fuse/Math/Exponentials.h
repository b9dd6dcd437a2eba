// exp, exp2, expm1, tanh, sinh and cosh.
//
//   x = k ln 2 + r, |r| <= (ln 2) / 2,   e^x = 2^k (1 + r + r^2 q(r))
#ifndef EQ_FUSE_MATH_EXPONENTIALS_H
#define EQ_FUSE_MATH_EXPONENTIALS_H

#include "Common.h"

namespace mlir::eq::math_functions {

/// Beyond these, e^x is 0 or infinite.
template <class Real>
inline constexpr Real leastExponent = sizeof(Real) == 4 ? -104.5 : -746;
template <class Real>
inline constexpr Real largestExponent = sizeof(Real) == 4 ? 89 : 710;

/// k and r of x.
template <class N> struct Remainder {
  Integer<N> k;
  N r;
};

template <class N> Remainder<N> remainderOfLn2(N x) {
  using T = Table<typename N::Real>;
  Integer<N> k = nearest(x, N(T::log2e));
  // The first product is exact, and so is its difference.
  N r = fma(k.value, -T::ln2Parts[0], x);
  return {k, fma(k.value, -T::ln2Parts[1], r)};
}

/// e^r - 1 - r for |r| <= (ln 2) / 2.
template <class N> N bendOfExp(N r) {
  return r * r * polynomial(r, Table<typename N::Real>::exp);
}

/// e^r - 1 for |r| <= (ln 2) / 2.
template <class N> N smallExpm1(N r) {
  return fma(r * r, polynomial(r, Table<typename N::Real>::exp), r);
}

template <class N> N exp(N x) {
  using Real = typename N::Real;
  x = atLeast(atMost(x, largestExponent<Real>), leastExponent<Real>);
  Remainder<N> part = remainderOfLn2(x);
  return scale(smallExpm1(part.r) + 1, part.k);
}

template <class N> N exp2(N x) {
  using Real = typename N::Real;
  constexpr bool isFloat = sizeof(Real) == 4;
  x = atLeast(atMost(x, isFloat ? 129 : 1025), isFloat ? -151 : -1076);
  Integer<N> k = nearest(x, N(1));
  N r = x - k.value;
  return scale(fma(r, polynomial(r, Table<Real>::exp2), N(1)), k);
}

// 2^k (e^r - 1 - r) + (2^k r + 2^k - 1), of which a half is made first, because
// 2^k might be infinite. The sums are in this order because the second is exact
// where it nearly cancels.
template <class N> N expm1(N x) {
  using Real = typename N::Real;
  constexpr bool isFloat = sizeof(Real) == 4;
  N held = atLeast(atMost(x, largestExponent<Real>), isFloat ? -18 : -38);
  Remainder<N> part = remainderOfLn2(held);
  N halfPower = powerOfTwo(part.k.shifted - 1);
  N line = fma(halfPower, part.r, halfPower - Real(0.5));
  N half = fma(halfPower, bendOfExp(part.r), line);
  // Half of a subnormal number may not exist; and the sign of zero is kept.
  return select(abs(x) < Real(isFloat ? 0x1p-26 : 0x1p-55), x, half + half);
}

// An odd polynomial up to 0.6; from there 1 - 2 / (e^(2|x|) + 1), where errors
// of the exponential hardly matter: one product by (ln 2) / 2 is enough, and
// its polynomial is shorter than that of exp.
template <class N> N tanh(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  constexpr bool isFloat = sizeof(Real) == 4;
  N a = abs(x);
  N square = a * a;
  N near = fma(a, square * polynomial(square, T::tanh), a);
  N held = atMost(a, isFloat ? 9.25 : 19.5);
  Integer<N> k = nearest(held, N(2 * T::log2e));
  N r = fma(k.value, -T::ln2 / 2, held);
  N halfPower = powerOfTwo(k.shifted - 1);
  N half = fma(halfPower, polynomial(r, T::expOfTwice), N(Real(0.5)));
  N far = 1 - 1 / half;
  return copysign(select(a < Real(0.6), near, far), x);
}

// With C = cosh r - 1 and S = sinh r:
//   e^x +- e^-x = 2^k (1 + C + S) +- 2^-k (1 + C - S)
// of which an eighth is made first, so that 2^k is finite for all results.
template <class N> struct Hyperbolic {
  Pair<N> sum, difference; // of 2^k and 2^-k
  N r, c, sBend;           // S - r
};

template <class N> Hyperbolic<N> hyperbolic(N a) {
  using Real = typename N::Real;
  using T = Table<Real>;
  using F = Format<Real>;
  constexpr bool isFloat = sizeof(Real) == 4;
  Remainder<N> part = remainderOfLn2(atMost(a, isFloat ? 90 : 711));
  N up = powerOfTwo(part.k.shifted - 3);
  // Where e^-x no longer counts, its exponent is held.
  N down = atLeast(-part.k.value, isFloat ? -60 : -120);
  N fall = powerOfTwo(down + (F::shifter - 3));
  N square = part.r * part.r;
  N c = square * polynomial(square, T::cosh);
  N sBend = part.r * (square * polynomial(square, T::sinh));
  return {sumOfOrdered(up, fall), sumOfOrdered(up, -fall), part.r, c, sBend};
}

template <class N> N sinh(N x) {
  using Real = typename N::Real;
  constexpr bool isFloat = sizeof(Real) == 4;
  auto [sum, difference, r, c, sBend] = hyperbolic(abs(x));
  N line = fma(sum.high, r, difference.high);
  N eighth =
      line + fma(difference.high, c, fma(sum.high, sBend, difference.low));
  N result = copysign(eighth * 4, x);
  return select(abs(x) < Real(isFloat ? 0x1p-13 : 0x1p-28), x, result);
}

template <class N> N cosh(N x) {
  auto [sum, difference, r, c, sBend] = hyperbolic(abs(x));
  N line = fma(difference.high, r, sum.high);
  N rest = fma(sum.high, c, fma(difference.high, sBend, sum.low));
  return (line + rest) * 4;
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_EXPONENTIALS_H
