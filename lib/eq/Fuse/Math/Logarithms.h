// log, log2, log10 and log1p.
//
//   x = 2^e (1 + f),   log x = e ln 2 + f + tail(f)
#ifndef EQ_FUSE_MATH_LOGARITHMS_H
#define EQ_FUSE_MATH_LOGARITHMS_H

#include "Common.h"

namespace mlir::eq::math_functions {

/// log(1 + f) - f for 1 + f between the root of 1/2 and the root of 2.
template <class N> N logTail(N f) {
  using T = Table<typename N::Real>;
  if constexpr (sizeof(typename N::Real) == 4) {
    return f * f * polynomial(f, T::log);
  } else {
    // With s = f / (2 + f), log(1 + f) = 2 s + s R = f - s (f - R): one
    // division instead of twelve coefficients.
    N s = f / (f + 2);
    N square = s * s;
    return -s * fma(-square, polynomial(square, T::logOdd), f);
  }
}

/// `result`, but what a logarithm is where x is not positive and finite.
template <class N> N withLogLimits(N x, N result) {
  using Real = typename N::Real;
  N infinite = infinity<Real>;
  N outside = select(x > 0, infinite, N(notANumber<Real>));
  return select((x > 0) & (x < infinite), result,
                select(x == 0, -infinite, outside));
}

template <class N> N log(N x) {
  using T = Table<typename N::Real>;
  Split<N> part = split(x);
  N f = part.m - 1;
  N low = f + fma(part.e, T::ln2Parts[1], logTail(f));
  return withLogLimits(x, fma(part.e, T::ln2Parts[0], low));
}

template <class N> N log2(N x) {
  using T = Table<typename N::Real>;
  Split<N> part = split(x);
  N f = part.m - 1;
  N low = fma(f, T::log2eParts[1], logTail(f) * T::log2eParts[0]);
  return withLogLimits(x, part.e + fma(f, T::log2eParts[0], low));
}

template <class N> N log10(N x) {
  using T = Table<typename N::Real>;
  Split<N> part = split(x);
  N f = part.m - 1;
  N low = fma(f, T::log10eParts[1], logTail(f) * T::log10eParts[0]);
  N rest = fma(f, T::log10eParts[0], fma(part.e, T::log10Of2Parts[1], low));
  return withLogLimits(x, fma(part.e, T::log10Of2Parts[0], rest));
}

// log(1 + x) where 1 + x = sum + lost, and lost / sum is added to f.
template <class N> N log1p(N x) {
  using Real = typename N::Real;
  using T = Table<Real>;
  Pair<N> sum = exactSum(N(1), x);
  Split<N> part = split(sum.high);
  auto isNear = (x > Real(-0.29)) & (x < Real(0.41));
  N f = select(isNear, x, part.m - 1);
  N e = select(isNear, N(0), part.e);
  N lost = select(isNear, N(0), sum.low / sum.high);
  N low = f + fma(e, T::ln2Parts[1], logTail(f) + lost);
  N result = withLogLimits(sum.high, fma(e, T::ln2Parts[0], low));
  return select(x == 0, x, result);
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_LOGARITHMS_H
