// asinh, acosh and atanh.
//
//   asinh a = log(a + root),  root = sqrt(a^2 + 1)
//   acosh a = log(a + root),  root = sqrt(a^2 - 1)
//   atanh a = log((1 + a) / (1 - a)) / 2
//
// Near the zero of each, where such a logarithm is inexact, it is a, or
// sqrt(2 a - 2), and little more. Both are good at log 2, where they meet.
#ifndef EQ_FUSE_MATH_INVERSEHYPERBOLIC_H
#define EQ_FUSE_MATH_INVERSEHYPERBOLIC_H

#include "Common.h"
#include "Logarithms.h"

namespace mlir::eq::math_functions {

/// From here on, log(2 a) is good enough for asinh a and acosh a.
template <class Real>
inline constexpr Real largeHyperbolic = sizeof(Real) == 4 ? 0x1p12 : 0x1p26;

/// 2^e m for m between the root of 1/2 and the root of 2, and what rounding has
/// taken from it, over it.
template <class N> struct HyperbolicSum {
  N m, e, lost;
};

/// a + root, which is `sum`, for the positive root of a^2 + 1 or a^2 - 1. The
/// product of a + root and a - root is 1 or -1: |a - root| is the inverse, as
/// well as it is wanted.
template <class N>
HyperbolicSum<N> hyperbolicSum(N a, N root, const Pair<N> &sum) {
  auto isLarge = a > largeHyperbolic<typename N::Real>;
  Split<N> part = split(select(isLarge, a, sum.high));
  N e = select(isLarge, part.e + 1, part.e);
  return {part.m, e, select(isLarge, N(0), sum.low * abs(a - root))};
}

// With s = (w - 1) / (w + 1) and log w = 2 s + s R(s^2): near zero, for
// w = a + root, s is a / (1 + root), and log w = a - s (a s - R). Elsewhere,
// for 1 + f = w / 2^e, log w = e ln 2 + f - s (f - R). One division for both.
template <class N> N asinh(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  N a = abs(x);
  N root = sqrt(fma(a, a, N(1)));
  auto [m, e, lost] = hyperbolicSum(a, root, sumOfOrdered(root, a));
  N f = m - 1;
  auto isNear = a < Real(0.75);
  N over = select(isNear, a, f);
  N s = over / select(isNear, root + 1, f + 2);
  N square = s * s;
  N bend = select(isNear, a * s, f);
  N tail = -s * fma(-square, polynomial(square, T::logOddFar), bend);
  N far = over + fma(e, T::ln2Parts[1], tail + lost);
  N result = select(isNear, over + tail, fma(e, T::ln2Parts[0], far));
  return select(a < infinity<Real>, copysign(result, x), x);
}

template <class N> N acosh(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  N t = x - 1;
  N twice = t + t;
  N start = sqrt(twice);
  N near = fma(start * t, polynomial(t, T::acosh), start);
  // x^2 - 1, rounded once.
  N root = sqrt(fma(t, t, twice));
  auto [m, e, lost] = hyperbolicSum(x, root, sumOfOrdered(x, root));
  N f = m - 1;
  N low = f + fma(e, T::ln2Parts[1], logTail(f) + lost);
  N result = select(x < Real(1.25), near, fma(e, T::ln2Parts[0], low));
  return select(x < 1, N(notANumber<Real>),
                select(x < infinity<Real>, result, x));
}

// With n = 1 + a and d = 2^e (1 - a) from 1 to 2: log(n / d) = 2 s + s R(s^2)
// for s = (n - d) / (n + d). What rounding takes from 1 - a is 0 beyond 1/2,
// and e is 1 below.
template <class N> N atanh(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  using F = Format<Real>;
  constexpr auto fractionBits = (typename F::Word(1) << F::fraction) - 1;
  N a = abs(x);
  Pair<N> above = sumOfOrdered(N(1), a), below = sumOfOrdered(N(1), -a);
  auto word = bits(below.high);
  N d = fromBits((word & fractionBits) | F::one);
  N e = (F::turn + F::bias) - fromBits((word >> F::fraction) | wordOf(F::turn));
  auto isNear = a < Real(1.0 / 3);
  e = select(isNear, N(0), e);
  N over = (above.high - d) + fma(below.low, Real(-2), above.low);
  N s = select(isNear, a, over / (above.high + d));
  N square = s * s;
  N tail = s * (square * polynomial(square, T::logOddFar));
  N twice = (s + s) + fma(e, T::ln2Parts[1], tail);
  N result = fma(e, T::ln2Parts[0], twice) * Real(0.5);
  result = select(a < 1, result, N(notANumber<Real>));
  return copysign(select(a == 1, N(infinity<Real>), result), x);
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_INVERSEHYPERBOLIC_H
