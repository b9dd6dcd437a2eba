// atan, atan2, asin and acos.
#ifndef EQ_FUSE_MATH_INVERSES_H
#define EQ_FUSE_MATH_INVERSES_H

#include "Common.h"

namespace mlir::eq::math_functions {

/// quarters pi / 4 + atan(t + low), for |t| <= tan(pi / 8); low may be left out
/// where t is all.
template <class N> N arcTangent(N quarters, N t, N low) {
  using T = Table<typename N::Real>;
  N square = t * t;
  N bend = fma(square, polynomial(square, T::atan), N(0)); // atan(t) / t - 1
  N rest = fma(t, bend, fma(quarters, T::quarterPiParts[1], low));
  return fma(quarters, T::quarterPiParts[0], t + rest);
}

template <class N> N atan(N x) {
  using Real = typename N::Real;
  N a = atMost(abs(x), sizeof(Real) == 4 ? Real(0x1p30) : Real(0x1p60));
  auto isLarge = a > Real(2.4142135623730951); // tan(3 pi / 8)
  auto isMiddle = a > Real(0.41421356237309503);
  N over = select(isLarge, N(-1), select(isMiddle, a - 1, a));
  N under = select(isLarge, a, select(isMiddle, a + 1, N(1)));
  N quarters = select(isLarge, N(2), select(isMiddle, N(1), N(0)));
  return copysign(arcTangent(quarters, over / under, N(0)), x);
}

// atan of the smaller over the larger of |y| and |x|, from 0 to pi / 4; then it
// is reflected into its octant. Both are scaled first, so that no sum overflows
// and no product that matters is subnormal.
template <class N> N atan2(N y, N x) {
  using Real = typename N::Real;
  constexpr bool isFloat = sizeof(Real) == 4;
  N ay = abs(y), ax = abs(x);
  auto isSteep = ay > ax;
  N larger = select(isSteep, ay, ax);
  N smaller = select(isSteep, ax, ay);
  auto isHuge = larger > Real(isFloat ? 0x1p125 : 0x1p1021);
  auto isTiny = larger < Real(isFloat ? 0x1p-60 : 0x1p-500);
  N factor = select(isHuge, N(Real(0.25)),
                    select(isTiny, N(Real(isFloat ? 0x1p80 : 0x1p560)), N(1)));
  // Two zeros have the angle of (1, 0); two infinities that of (1, 1).
  auto isInfinite = larger == infinity<Real>;
  N corner = select(smaller == infinity<Real>, N(1), N(0));
  N over = select(isInfinite, corner, smaller * factor);
  N under = select(isInfinite | (larger == 0), N(1), larger * factor);

  auto isMiddle = over > under * Real(0.41421356237309503);
  Pair<N> difference = exactSum(over, -under);
  Pair<N> sum = exactSum(over, under);
  N top = select(isMiddle, difference.high, over);
  N bottom = select(isMiddle, sum.high, under);
  N t = top / bottom;
  // What rounding has taken from t, where it is worth a correction.
  N left = fma(-t, bottom, top) + fma(-t, sum.low, difference.low);
  N low = select(isMiddle, left / bottom, N(0));

  auto isLeft = bits(x) >= Format<Real>::sign;
  // The angle is quarters pi / 4 + atan(t) with the sign of both reflections.
  N quarters = select(isMiddle, N(1), N(0));
  auto flips = isSteep ^ isLeft;
  N signedT = select(flips, -t, t), signedLow = select(flips, -low, low);
  quarters = select(isSteep, 2 - quarters, quarters);
  quarters = select(isLeft, 4 - quarters, quarters);
  N result = copysign(arcTangent(quarters, signedT, signedLow), y);
  return select(isNaN(x) | isNaN(y), x + y, result);
}

/// asin(s) / s - 1 over s^2 up to 1/4, never -0.
template <class N> N arcSineBend(N square) {
  return fma(square, polynomial(square, Table<typename N::Real>::asin), N(0));
}

// Above 1/2, asin(a) = pi / 2 - 2 asin(root of (1 - a) / 2).
template <class N> N asin(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  constexpr auto &halfPi = T::halfPiParts;
  N a = abs(x);
  auto isLarge = a > Real(0.5);
  N square = select(isLarge, fma(a, Real(-0.5), N(Real(0.5))), a * a);
  N s = select(isLarge, sqrt(square), a);
  N bend = arcSineBend(square);
  N rest = fma(s, bend, select(isLarge, N(-halfPi[1] / 2), N(0)));
  N near = s + rest;
  return copysign(select(isLarge, fma(near, Real(-2), N(halfPi[0])), near), x);
}

template <class N> N acos(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  constexpr auto &halfPi = T::halfPiParts;
  N a = abs(x);
  auto isLarge = a > Real(0.5);
  N square = select(isLarge, fma(a, Real(-0.5), N(Real(0.5))), a * a);
  N s = select(isLarge, sqrt(square), x);
  N bend = arcSineBend(square);
  N fromQuarter = halfPi[0] - (s + fma(s, bend, N(-halfPi[1])));
  N fromZero = fma(s, bend, s);
  N twice = select(x > 0, fromZero, fromQuarter) * 2;
  return select(isLarge, twice, fromQuarter);
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_INVERSES_H
