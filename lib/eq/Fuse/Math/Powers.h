// pow, cbrt and rsqrt.
#ifndef EQ_FUSE_MATH_POWERS_H
#define EQ_FUSE_MATH_POWERS_H

#include "Common.h"
#include "Exponentials.h"

namespace mlir::eq::math_functions {

template <class N> N rsqrt(N x) { return 1 / sqrt(x); }

// x = M 2^(3 q) with M from 0.35 to 2.83. A polynomial gives M^(-1/3) to 14
// bits and more, one cubic step the rest; the root itself is corrected by what
// its cube leaves.
template <class N> N cbrt(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  N a = abs(x);
  Split<N> part = split(a);
  Integer<N> q = nearest(part.e, N(Real(1) / 3));
  N third = fma(q.value, Real(-3), part.e); // -1, 0 or 1
  auto isAbove = third > 0, isBelow = third < 0;
  N m = part.m * select(isAbove, N(2), select(isBelow, N(Real(0.5)), N(1)));
  N factor =
      select(isAbove, N(T::cbrtHalf), select(isBelow, N(T::cbrtTwo), N(1)));
  N inverse = polynomial(part.m - 1, T::cbrt) * factor;
  N error = fma(-(m * inverse), inverse * inverse, N(1));
  inverse =
      fma(inverse * error, fma(error, Real(2) / 9, N(Real(1) / 3)), inverse);
  N root = (m * inverse) * inverse;
  Pair<N> square = exactProduct(root, root);
  N left = fma(-square.high, root, m) - square.low * root;
  root = fma(left * inverse, inverse * (Real(1) / 3), root);
  N result = copysign(root * powerOfTwo(q.shifted), x);
  return select((a > 0) & (a < infinity<Real>), result, x);
}

/// log a for a positive a, as a sum with 64 good bits and more.
template <class N> Pair<N> exactLog(N a) {
  using T = Table<typename N::Real>;
  Split<N> part = split(a);
  N f = part.m - 1;
  // s = f / (2 + f) as a sum, and log(1 + f) = 2 s (1 + s^2 / 3 + ...).
  Pair<N> under = sumOfOrdered(N(2), f);
  N inverse = 1 / under.high;
  N s = f * inverse;
  N sLow = fma(-s, under.low, fma(-s, under.high, f)) * inverse;
  Pair<N> square = exactProduct(s, s);
  square.low = fma(s + s, sLow, square.low);
  Pair<N> third = exactProduct(square.high, N(T::thirdParts[0]));
  third.low = fma(square.high, T::thirdParts[1],
                  fma(square.low, T::thirdParts[0], third.low));
  N tail = square.high * square.high * polynomial(square.high, T::logPow);
  Pair<N> bend = sumOfOrdered(third.high, third.low + tail);
  N twice = s + s, twiceLow = sLow + sLow;
  Pair<N> more = exactProduct(twice, bend.high);
  more.low = fma(twice, bend.low, fma(twiceLow, bend.high, more.low));
  Pair<N> ofM = sumOfOrdered(twice, more.high);
  ofM.low = ofM.low + (more.low + twiceLow);
  Pair<N> sum = sumOfOrdered(part.e * T::ln2Parts[0], ofM.high);
  return sumOfOrdered(sum.high, sum.low + fma(part.e, T::ln2Parts[1], ofM.low));
}

/// a^y for a positive a.
template <class N> N powerOfPositive(N a, N y) {
  if constexpr (sizeof(typename N::Real) == 4) {
    // In double arithmetic, with polynomials that are good enough for float.
    auto wideA = widen(a);
    using Wide = decltype(wideA);
    using T = Table<double>;
    Split<Wide> part = split(wideA);
    Wide f = part.m - 1;
    Wide logarithm = fma(f, polynomial(f, T::log2Coarse), part.e);
    Wide exponent = atMost(atLeast(logarithm * widen(y), -200), 200);
    Integer<Wide> k = nearest(exponent, Wide(1));
    Wide r = exponent - k.value;
    return narrow(polynomial(r, T::exp2Coarse) * powerOfTwo(k.shifted));
  } else {
    Pair<N> logarithm = exactLog(a);
    Pair<N> exponent = exactProduct(logarithm.high, y);
    exponent.low = fma(logarithm.low, y, exponent.low);
    auto isHuge = abs(exponent.high) > 800;
    N high = select(isHuge, copysign(N(800), exponent.high), exponent.high);
    N low = select(isHuge, N(0), exponent.low);
    Remainder<N> part = remainderOfLn2(high);
    N bend = bendOfExp(part.r);
    N rest = bend + fma(low, part.r + bend, low); // low e^r
    return scale((part.r + rest) + 1, part.k);
  }
}

template <class N> N pow(N x, N y) {
  using Real = typename N::Real;
  using F = Format<Real>;
  N infinite = infinity<Real>;
  N a = abs(x);
  auto isWhole = floor(y) == y;
  N half = y * Real(0.5);
  auto isOdd = isWhole & !(floor(half) == half);

  // 0 and infinity have a logarithm that no number has.
  auto hasLimit = (a == 0) | (a == infinite);
  auto isGrowing = (a == 0) ^ (y > 0);
  N result = select(hasLimit, select(isGrowing, infinite, N(0)),
                    powerOfPositive(a, y));
  // An infinite y: more or less than 1, again and again.
  auto growsForever = (a > 1) ^ (y < 0);
  result =
      select(abs(y) == infinite, select(growsForever, infinite, N(0)), result);
  auto isNegative = bits(x) >= F::sign;
  result = select(isNegative & isOdd, -result, result);
  result =
      select((x < 0) & (a < infinite) & !isWhole, N(notANumber<Real>), result);
  result = select(isNaN(x) | isNaN(y), x + y, result);
  auto isOne = (x == 1) | (y == 0) | ((a == 1) & (abs(y) == infinite));
  return select(isOne, N(1), result);
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_POWERS_H
