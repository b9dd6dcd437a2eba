// sin, cos and tan.
//
//   x = k pi / 2 + r, |r| <= pi / 4
//
// Up to `farFrom` r is made with a pi / 2 of three numbers; beyond, k modulo
// 4 and r are the results of eq.far_angle, which is rare and made apart.
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
  constexpr auto &halfPi = T::halfPiParts;
  Integer<N> k = nearest(x, N(T::twoOverPi));
  // x and k times the first part are multiples of the same small power of two,
  // so their small difference is exact.
  N first = fma(k.value, -halfPi[0], x);
  Pair<N> near = {fma(k.value, -halfPi[1], first), N(0)};
  if (isPair) {
    Pair<N> second = exactProduct(k.value, N(halfPi[1]));
    near = sumOfOrdered(first, -second.high);
    near.low = fma(k.value, -halfPi[2], near.low - second.low);
  } else {
    near.high = fma(k.value, -halfPi[2], near.high);
  }

  auto isFar = abs(x) > farFrom<Real>;
  FarAngle<N> far = farAngle(x, farFrom<Real>);
  N farShifted = far.quarters + Format<Real>::shifter;
  return {select(isFar, farShifted, k.shifted),
          {select(isFar, far.rest.high, near.high),
           select(isFar, far.rest.low, near.low)}};
}

/// (sin r) / r - 1.
template <class N> N sineBend(N square) {
  return square * polynomial(square, Table<typename N::Real>::sin);
}

/// cos r - 1.
template <class N> N cosineRest(N square) {
  using Real = typename N::Real;
  return square *
         fma(square, polynomial(square, Table<Real>::cos), N(Real(-0.5)));
}

/// sin(x + quarters pi / 2).
template <class N> N sineOf(N x, int quarters) {
  using F = Format<typename N::Real>;
  Angle<N> part = angle(x, /*isPair=*/false);
  N r = part.r.high;
  N square = r * r;
  N sine = fma(r, sineBend(square), r);
  N cosine = cosineRest(square) + 1;
  auto k = bits(part.shifted) + static_cast<typename F::Word>(quarters);
  N chosen = select((k & 1) == 0, sine, cosine);
  return fromBits(bits(chosen) ^ ((k & 2) << (F::fraction == 23 ? 30 : 62)));
}

template <class N> N sin(N x) { return select(x == 0, x, sineOf(x, 0)); }
template <class N> N cos(N x) { return sineOf(x, 1); }

// sin r / cos r, or -cos r / sin r, both as sums; the quotient is corrected by
// what it leaves.
template <class N> N tan(N x) {
  Angle<N> part = angle(x, /*isPair=*/true);
  N r = part.r.high;
  N square = r * r;
  Pair<N> sine = sumOfOrdered(r, fma(r, sineBend(square), part.r.low));
  Pair<N> cosine = sumOfOrdered(N(1), fma(-r, part.r.low, cosineRest(square)));
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
