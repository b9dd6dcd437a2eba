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

// tanh a = (1 - e^(-2a)) / (1 + e^(-2a)). With b = -a = k (ln 2) / 2 + r and
// h = (e^(2r) - 1) / 2, which is r and little more, half of both is
//   (1 - 2^k) / 2 - 2^k h   and   (1 + 2^k) / 2 + 2^k h
// For small a, k is 0 and the first is -h, rounded once; the second is just
// below 1, where rounding costs half as much as above. For large a, an error of
// r does not matter, so one product by (ln 2) / 2 is enough. The second is from
// 1/2 to 1, and 1 where the first is very small: kernels need no branch for
// such a quotient (Codegen/GPU/Quotient.h).
template <class N> struct FractionOfTanh {
  N over, under;                   // their sum is 1, but for rounding
  N overLine, underLine, power, h; // what they are made of
};

template <class N> FractionOfTanh<N> fractionOfTanh(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  N b = fromBits(bits(x) | Format<Real>::sign);
  b = atLeast(b, sizeof(Real) == 4 ? Real(-9.25) : Real(-19.5));
  Integer<N> k = nearest(b, N(2 * T::log2e));
  N r = fma(k.value, -T::ln2 / 2, b);
  N h = fma(r * r, polynomial(r, T::halfExpm1OfTwice), r);
  N power = powerOfTwo(k.shifted);
  N overLine = fma(power, Real(-0.5), N(Real(0.5)));
  N underLine = fma(power, Real(0.5), N(Real(0.5)));
  return {fma(-power, h, overLine),
          fma(power, h, underLine),
          overLine,
          underLine,
          power,
          h};
}

template <class N> N tanh(N x) {
  using Real = typename N::Real;
  auto [over, under, overLine, underLine, power, h] = fractionOfTanh(x);
  N t = quotientOfTanh(over, under);
  if constexpr (sizeof(Real) == 8) {
    // What rounding has taken from both, over `under` or nearly so. Floats are
    // good enough without it.
    N overLow = fma(-power, h, overLine - over);
    N underLow = fma(power, h, underLine - under);
    t = fma(fma(-t, underLow, overLow), Real(1.125), t);
  }
  return fromBits(bits(t) | (bits(x) & Format<Real>::sign));
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
  constexpr bool isFloat = sizeof(Real) == 4;
  Remainder<N> part = remainderOfLn2(atMost(a, isFloat ? 90 : 711));
  N up = powerOfTwo(part.k.shifted - 3);
  // Where e^-x no longer counts, its exponent is held.
  N down = atLeast(-part.k.value, isFloat ? -60 : -120);
  N fall = powerOfTwo(down + (biasedShifter<Real> - 3));
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
