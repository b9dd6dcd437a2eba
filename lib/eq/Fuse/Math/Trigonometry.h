// sin, cos and tan.
//
//   x = k pi / 2 + r, |r| <= pi / 4
//
// Up to `farFrom` r is made with a pi / 2 of three numbers. What is farther is
// rare: eq.far_angle takes quarter turns from it before, and from all others
// nothing. All parts of pi / 2 are positive, so that r of -0 is -0.
#ifndef EQ_FUSE_MATH_TRIGONOMETRY_H
#define EQ_FUSE_MATH_TRIGONOMETRY_H

#include "Common.h"

namespace mlir::eq::math_functions {

template <class Real>
inline constexpr Real farFrom = sizeof(Real) == 4 ? 0x1p15 : 0x1p30;

/// k, in the last bits of `shifted`, and r as a sum.
template <class N> struct Angle {
  N shifted;
  Pair<N> r;
};

/// Both parts of r are only as good as they must be for their sum, unless
/// `isPair` asks for twice the bits.
template <class N> Angle<N> angle(N x, bool isPair) {
  using Real = typename N::Real;
  using T = Table<Real>;
  constexpr auto &turn = T::quarterTurnParts;
  auto [quarters, rest] = farAngle(x, farFrom<Real>);
  // k + quarters are the lowest bits of `shifted`.
  N origin = quarters + Format<Real>::shifter;
  N shifted = fma(rest.high, T::twoOverPi, origin);
  N k = shifted - origin;
  // The angle and k times the first part are multiples of the same small power
  // of two, so their small difference is exact.
  N first = fma(k, -turn[0], rest.high);
  if (!isPair) {
    N r = fma(k, -turn[2], fma(k, -turn[1], first));
    return {shifted, {r, N(0)}};
  }
  Pair<N> second = exactProduct(k, N(turn[1]));
  Pair<N> r = sumOfOrdered(first, -second.high);
  r.low = fma(k, -turn[2], (r.low - second.low) + rest.low);
  return {shifted, r};
}

/// (sin r) / r - 1, never -0.
template <class N> N sineBend(N square) {
  return fma(square, polynomial(square, Table<typename N::Real>::sin), N(0));
}

/// (cos r - 1) / r^2.
template <class N> N cosineBend(N square) {
  using Real = typename N::Real;
  return fma(square, polynomial(square, Table<Real>::cos), N(Real(-0.5)));
}

/// sin(x + quarters pi / 2).
template <class N> N sineOf(N x, int quarters) {
  using F = Format<typename N::Real>;
  Angle<N> part = angle(x, /*isPair=*/false);
  N r = part.r.high;
  N square = r * r;
  N sine = fma(r, sineBend(square), r);
  N cosine = fma(square, cosineBend(square), N(1));
  auto k = bits(part.shifted) + static_cast<typename F::Word>(quarters);
  N chosen = select((k & 1) == 0, sine, cosine);
  return fromBits(bits(chosen) ^ ((k & 2) << (F::fraction == 23 ? 30 : 62)));
}

template <class N> N sin(N x) { return sineOf(x, 0); }
template <class N> N cos(N x) { return sineOf(x, 1); }

// sin r / cos r, or -cos r / sin r, both as sums; the quotient is corrected by
// what it leaves.
template <class N> N tan(N x) {
  Angle<N> part = angle(x, /*isPair=*/true);
  N r = part.r.high;
  N square = r * r;
  Pair<N> sine = sumOfOrdered(r, fma(r, sineBend(square), part.r.low));
  Pair<N> cosine =
      sumOfOrdered(N(1), fma(-r, part.r.low, square * cosineBend(square)));
  auto isEven = (bits(part.shifted) & 1) == 0;
  N over = select(isEven, sine.high, -cosine.high);
  N overLow = select(isEven, sine.low, -cosine.low);
  N under = select(isEven, cosine.high, sine.high);
  N underLow = select(isEven, cosine.low, sine.low);
  N inverse = 1 / under;
  N quotient = over * inverse;
  N left = fma(-quotient, under, over) + fma(-quotient, underLow, overLow);
  return select(x == 0, x, fma(left, inverse, quotient));
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_TRIGONOMETRY_H
