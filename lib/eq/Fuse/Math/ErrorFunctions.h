// erf and erfc.
//
//   erfc a = e^(-a^2) G(u) / (1 + 2 a),  u = (a - K) / (a + K)
#ifndef EQ_FUSE_MATH_ERRORFUNCTIONS_H
#define EQ_FUSE_MATH_ERRORFUNCTIONS_H

#include "Common.h"
#include "Exponentials.h"

namespace mlir::eq::math_functions {

/// erfc a for a >= 1/2. The quotient is corrected by what it leaves.
template <class N> N complementOf(N a) {
  using Real = typename N::Real;
  using T = Table<Real>;
  a = atMost(a, sizeof(Real) == 4 ? Real(10.1) : Real(27.3));
  N u = (a - T::erfcCentre) / (a + T::erfcCentre);
  N slope = polynomial(u, T::erfcScaled);
  Pair<N> over = sumOfOrdered(N(T::erfcAtCentreParts[0]),
                              fma(u, slope, N(T::erfcAtCentreParts[1])));
  Pair<N> under = exactSum(N(1), a + a);
  N inverse = 1 / under.high;
  N scaled = over.high * inverse;
  N left =
      fma(-scaled, under.high, over.high) + fma(-scaled, under.low, over.low);
  Pair<N> square = exactProduct(a, a);
  // -a^2 - k ln 2 as a sum.
  Integer<N> k = nearest(-square.high, N(T::log2e));
  Pair<N> r = sumOfOrdered(fma(k.value, -T::ln2Parts[0], -square.high),
                           fma(k.value, -T::ln2Parts[1], -square.low));
  N power = smallExpm1(r.high);
  N low = fma(scaled, r.low, left * inverse);
  return scale(scaled + fma(scaled, power, fma(low, power, low)), k);
}

/// erf x for |x| <= 1.
template <class N> N smallErf(N x) {
  using T = Table<typename N::Real>;
  N square = x * x;
  N bend = fma(square, polynomial(square, T::erf), N(T::erfParts[1]));
  return fma(x, T::erfParts[0], x * bend);
}

template <class N> N erf(N x) {
  N a = abs(x);
  N far = 1 - complementOf(a);
  return copysign(select(a < 1, smallErf(a), far), x);
}

// Near 0 the fraction's polynomial is a sum of numbers much larger than itself.
template <class N> N erfc(N x) {
  using Real = typename N::Real;
  N a = abs(x);
  N positive = complementOf(a);
  N far = select(x < 0, 2 - positive, positive);
  return select(a < Real(0.625), 1 - smallErf(x), far);
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_ERRORFUNCTIONS_H
