// What the functions are written in. Each function is a template over a type of
// number, which is code that is being emitted (Emitted.h) or, in the unit
// test, a number. They have the same operations, all of them exactly rounded:
//
//   + - * / fma sqrt abs floor copysign      on numbers
//   quotientOfTanh                           as /, and known to be that of tanh
//   < <= > >= == isNaN select & | !          conditions, and choices by them
//   bits fromBits + - & | ^ << >>            on their representation
//   widen narrow                             between float and double
//
// There is no branch: both sides of a choice are computed.
#ifndef EQ_FUSE_MATH_COMMON_H
#define EQ_FUSE_MATH_COMMON_H

#include "Coefficients.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace mlir::eq::math_functions {

template <class Real> struct Format;

template <> struct Format<float> {
  using Word = uint32_t;
  static constexpr int fraction = 23;
  static constexpr Word sign = 0x80000000, one = 0x3f800000,
                        exponent = 0x7f800000, rootHalf = 0x3f3504f3;
  static constexpr float bias = 127, turn = 0x1p23f, shifter = 0x1.8p23f,
                         leastNormal = 0x1p-126f;
};

template <> struct Format<double> {
  using Word = uint64_t;
  static constexpr int fraction = 52;
  static constexpr Word sign = 0x8000000000000000, one = 0x3ff0000000000000,
                        exponent = 0x7ff0000000000000,
                        rootHalf = 0x3fe6a09e667f3bcd;
  static constexpr double bias = 1023, turn = 0x1p52, shifter = 0x1.8p52,
                          leastNormal = 0x1p-1022;
};

template <class Real>
inline constexpr Real infinity = std::numeric_limits<Real>::infinity();
template <class Real>
inline constexpr Real notANumber = std::numeric_limits<Real>::quiet_NaN();

template <class Real>
inline constexpr Real biasedShifter =
    Format<Real>::shifter + Format<Real>::bias;

template <class Real> typename Format<Real>::Word wordOf(Real number) {
  typename Format<Real>::Word word;
  std::memcpy(&word, &number, sizeof(word));
  return word;
}

/// The sum of `table[i]` x^i; even and odd powers apart where it is long, which
/// halves the chain of operations that wait for each other.
template <class N, class Real, size_t count>
N polynomial(N x, const Real (&table)[count]) {
  if constexpr (count < 5) {
    N sum = table[count - 1];
    for (size_t i = count - 1; i-- > 0;)
      sum = fma(sum, x, table[i]);
    return sum;
  } else {
    N square = x * x;
    N last = table[count - 1], before = table[count - 2];
    for (size_t i = count - 2; i-- > 0;) {
      N &sum = (count - 1 - i) % 2 == 0 ? last : before;
      sum = fma(sum, square, table[i]);
    }
    // The sum that ends with the power 0 is even.
    return count % 2 == 1 ? fma(before, x, last) : fma(last, x, before);
  }
}

/// An integer k as a number, and k + shifter + bias, whose lowest bits are
/// those of the exponent of 2^k.
template <class N> struct Integer {
  N value, shifted;
};

/// The integer nearest to x y; |x y| < 2^(fraction - 2).
template <class N> Integer<N> nearest(N x, N y) {
  constexpr auto origin = biasedShifter<typename N::Real>;
  N shifted = fma(x, y, origin);
  return {shifted - origin, shifted};
}

/// 2^k for a normal result, from k + shifter + bias.
template <class N> N powerOfTwo(N shifted) {
  using F = Format<typename N::Real>;
  return fromBits(bits(shifted) << F::fraction);
}

/// x 2^k, rounded once; k may be twice what an exponent can be.
template <class N> N scale(N x, Integer<N> k) {
  Integer<N> half = nearest(k.value, N(0.5f));
  N other = (k.value - half.value) + biasedShifter<typename N::Real>;
  return (x * powerOfTwo(half.shifted)) * powerOfTwo(other);
}

/// The bounds let a NaN through.
template <class N> N atMost(N x, typename N::Real bound) {
  return select(x > bound, bound, x);
}
template <class N> N atLeast(N x, typename N::Real bound) {
  return select(x < bound, bound, x);
}

/// A positive x as m 2^e with m between the root of 1/2 and the root of 2.
template <class N> struct Split {
  N m, e;
};

template <class N> Split<N> split(N x) {
  using F = Format<typename N::Real>;
  auto isSmall = x < F::leastNormal;
  auto whole = bits(select(isSmall, x * (2 * F::turn), x));
  auto moved = whole + (F::one - F::rootHalf);
  N m = fromBits(whole - (moved & F::exponent) + F::one);
  // The exponent as the last bits of a number that is 2^fraction plus it.
  N e = fromBits((moved >> F::fraction) | wordOf(F::turn));
  N origin = select(isSmall, N(F::turn + F::bias + F::fraction + 1),
                    N(F::turn + F::bias));
  return {m, e - origin};
}

/// A sum of two numbers, of which the second is small.
template <class N> struct Pair {
  N high, low;
};

/// The results of eq.far_angle.
template <class N> struct FarAngle {
  N quarters;
  Pair<N> rest;
};

/// a + b, exactly, if a is 0 or |a| >= |b|.
template <class N> Pair<N> sumOfOrdered(N a, N b) {
  N sum = a + b;
  return {sum, b - (sum - a)};
}

/// a + b, exactly.
template <class N> Pair<N> exactSum(N a, N b) {
  N sum = a + b;
  N ofB = sum - a;
  return {sum, (a - (sum - ofB)) + (b - ofB)};
}

/// a b, exactly unless it underflows.
template <class N> Pair<N> exactProduct(N a, N b) {
  N product = a * b;
  return {product, fma(a, b, -product)};
}

} // namespace mlir::eq::math_functions

#endif // EQ_FUSE_MATH_COMMON_H
