// How far eq's functions are from the exact ones: in float against the C
// library's double functions, in double against ones of 113 bits where there is
// libquadmath, else against long double.
#ifndef EQ_TEST_UNIT_FUSE_MEASURE_H
#define EQ_TEST_UNIT_FUSE_MEASURE_H

#include "../../../lib/eq/Fuse/Math/ErrorFunctions.h"
#include "../../../lib/eq/Fuse/Math/Exponentials.h"
#include "../../../lib/eq/Fuse/Math/InverseHyperbolic.h"
#include "../../../lib/eq/Fuse/Math/Inverses.h"
#include "../../../lib/eq/Fuse/Math/Logarithms.h"
#include "../../../lib/eq/Fuse/Math/Powers.h"
#include "../../../lib/eq/Fuse/Math/Trigonometry.h"
#include "Number.h"

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

// Functions of one argument: X(name, low, high), where samples are denser from
// low to high.
#define EQ_UNARY_FUNCTIONS(X)                                                  \
  X(exp, -110, 90)                                                             \
  X(exp2, -150, 128)                                                           \
  X(expm1, -20, 20)                                                            \
  X(tanh, -10, 10)                                                             \
  X(sinh, -10, 10)                                                             \
  X(cosh, -10, 10)                                                             \
  X(log, 0, 4)                                                                 \
  X(log2, 0, 4)                                                                \
  X(log10, 0, 4)                                                               \
  X(log1p, -1, 4)                                                              \
  X(sin, -100, 100)                                                            \
  X(cos, -100, 100)                                                            \
  X(tan, -100, 100)                                                            \
  X(atan, -10, 10)                                                             \
  X(asin, -1, 1)                                                               \
  X(acos, -1, 1)                                                               \
  X(asinh, -10, 10)                                                            \
  X(acosh, 1, 10)                                                              \
  X(atanh, -1, 1)                                                              \
  X(cbrt, -10, 10)                                                             \
  X(rsqrt, 0, 4)                                                               \
  X(erf, -6, 6)                                                                \
  X(erfc, -6, 27)
#define EQ_BINARY_FUNCTIONS(X)                                                 \
  X(pow, 0, 40)                                                                \
  X(atan2, -4, 4)

namespace measure {

#ifdef EQ_QUADMATH
using Exact = __float128;
#define EQ_EXACT(name) name##q
#define EQ_X(name, low, high) extern "C" Exact name##q(Exact);
EQ_UNARY_FUNCTIONS(EQ_X)
#undef EQ_X
extern "C" Exact powq(Exact, Exact);
extern "C" Exact atan2q(Exact, Exact);
extern "C" Exact sqrtq(Exact);
#else
using Exact = long double;
#define EQ_EXACT(name) name##l
using std::sqrt;
inline Exact sqrtl(Exact x) { return std::sqrt(x); }
#endif

// The exact function: of a float in double, of a double in Exact.
template <class Real> struct Wider;
template <> struct Wider<float> {
  using Type = double;
};
template <> struct Wider<double> {
  using Type = Exact;
};

#define EQ_X(name, low, high)                                                  \
  struct name {                                                                \
    static constexpr const char *title = #name;                                \
    static constexpr double from = low, to = high;                             \
    template <class Real> static Real ours(Real x) {                           \
      return mlir::eq::math_functions::name(                                   \
                 mlir::eq::math_functions::Number<Real>(x))                    \
          .value;                                                              \
    }                                                                          \
    static double exact(float x) { return wide(double(x)); }                   \
    static Exact exact(double x) { return wider(Exact(x)); }                   \
    static double wide(double x);                                              \
    static Exact wider(Exact x);                                               \
  };
EQ_UNARY_FUNCTIONS(EQ_X)
#undef EQ_X
#define EQ_X(name, low, high)                                                  \
  struct name {                                                                \
    static constexpr const char *title = #name;                                \
    static constexpr double from = low, to = high;                             \
    template <class Real> static Real ours(Real x, Real y) {                   \
      using N = mlir::eq::math_functions::Number<Real>;                        \
      return mlir::eq::math_functions::name(N(x), N(y)).value;                 \
    }                                                                          \
    static double exact(float x, float y) {                                    \
      return std::name(double(x), double(y));                                  \
    }                                                                          \
    static Exact exact(double x, double y) {                                   \
      return EQ_EXACT(name)(Exact(x), Exact(y));                               \
    }                                                                          \
  };
EQ_BINARY_FUNCTIONS(EQ_X)
#undef EQ_X

inline double rsqrtOf(double x) { return 1 / std::sqrt(x); }
inline Exact rsqrtOf(Exact x) { return 1 / EQ_EXACT(sqrt)(x); }

#define EQ_X(name)                                                             \
  inline double name::wide(double x) { return std::name(x); }                  \
  inline Exact name::wider(Exact x) { return EQ_EXACT(name)(x); }
EQ_X(exp)
EQ_X(exp2)
EQ_X(expm1)
EQ_X(tanh)
EQ_X(sinh)
EQ_X(cosh)
EQ_X(log)
EQ_X(log2)
EQ_X(log10)
EQ_X(log1p)
EQ_X(sin)
EQ_X(cos)
EQ_X(tan)
EQ_X(atan)
EQ_X(asin)
EQ_X(acos)
EQ_X(asinh)
EQ_X(acosh)
EQ_X(atanh)
EQ_X(cbrt)
EQ_X(erf)
EQ_X(erfc)
#undef EQ_X
inline double rsqrt::wide(double x) { return rsqrtOf(x); }
inline Exact rsqrt::wider(Exact x) { return rsqrtOf(x); }

/// The weight of the last bit of a number as large as `exact`; numbers that are
/// not normal all have the same.
template <class Real> double lastBit(double exact) {
  using F = mlir::eq::math_functions::Format<Real>;
  constexpr int least = 1 - int(F::bias), largest = int(F::bias);
  int exponent = int(mlir::eq::math_functions::wordOf(exact) >> 52 & 0x7ff);
  exponent -= 1023;
  exponent = exponent < least ? least : exponent > largest ? largest : exponent;
  exponent -= F::fraction;
  // A power of two, which may be subnormal.
  uint64_t word = exponent >= -1022 ? uint64_t(exponent + 1023) << 52
                                    : uint64_t(1) << (exponent + 1074);
  double result;
  std::memcpy(&result, &word, sizeof(result));
  return result;
}

/// The error in units of the last bit; infinite where only one is a NaN, or
/// zeros have different signs. An infinity counts as the number that would
/// follow the largest one.
template <class Real, class Wide> double errorOf(Real got, Wide exact) {
  constexpr double wrong = INFINITY;
  if (exact != exact || got != got)
    return exact != exact && got != got ? 0 : wrong;
  if (exact == 0)
    return got == 0 && std::signbit(got) == std::signbit(double(exact)) ? 0
                                                                        : wrong;
  if ((got < 0) != (exact < 0) && got != 0)
    return wrong;
  if (got == 0 && std::signbit(got) != (exact < 0))
    return wrong;
  Wide beyond = Wide(std::numeric_limits<Real>::max()) +
                Wide(lastBit<Real>(std::numeric_limits<Real>::max()));
  auto hold = [&](Wide x) {
    return x > beyond ? beyond : x < -beyond ? -beyond : x;
  };
  Wide difference = hold(Wide(got)) - hold(exact);
  double near = double(difference < 0 ? -difference : difference);
  return near / lastBit<Real>(double(exact));
}

template <class Real> Real fromWord(uint64_t word) {
  auto bits = typename mlir::eq::math_functions::Format<Real>::Word(word);
  Real value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// Numbers where something changes, each with its neighbours and both signs.
template <class Real> std::vector<Real> corners(int neighbours) {
  std::vector<double> places = {
      0,      1,       2,      3,     4,      0.5,     0.25,    0.29,   0.41,
      0.7071, 1.4142,  0.4142, 2.414, 9.25,   19.5,    18,      38,     10.1,
      27.3,   88.72,   89.41,  103.9, 709.78, 710.47,  745.13,  128,    149,
      1024,   1074,    32768,  5.9,   0x1p30, 0x1p-13, 0x1p-26, 1e-38,  1e-45,
      1e38,   1e308,   2e-308, 1e22,  1e-300, 0x1p52,  0x1p23,  0x1p53, 0.75,
      1.25,   1.0 / 3, 0x1p12, 0x1p26};
  for (int k = 1; k < 400; ++k)
    places.push_back(k * 1.5707963267948966);
  for (int k = -20; k < 20; ++k)
    places.push_back((k + 0.5) * 0.6931471805599453);
  // The double, and the float, that are nearest to a multiple of pi / 2.
  places.push_back(6381956970095103.0 * 0x1p797);
  places.push_back(16367173.0 * 0x1p72);
  std::vector<Real> result = {
      std::numeric_limits<Real>::infinity(),
      -std::numeric_limits<Real>::infinity(),
      std::numeric_limits<Real>::quiet_NaN(),
      std::numeric_limits<Real>::max(),
      -std::numeric_limits<Real>::max(),
  };
  for (double place : places) {
    Real up = Real(place), down = Real(place);
    for (int i = 0; i < neighbours; ++i) {
      for (Real x : {up, down, -up, -down})
        result.push_back(x);
      up = std::nextafter(up, std::numeric_limits<Real>::infinity());
      down = std::nextafter(down, -std::numeric_limits<Real>::infinity());
    }
  }
  return result;
}

/// A third each: any bits, numbers of any exponent between the function's
/// interesting ones, and evenly spread over these.
template <class Real> class Sampler {
public:
  Sampler(double low, double high) : low(low), high(high) {}
  Real operator()() {
    switch (generator() % 3) {
    case 0:
      return fromWord<Real>(generator());
    case 1: {
      double size =
          std::ldexp(1 + uniform(generator), int(generator() % 72) - 64);
      return Real((low < 0 && generator() % 2 ? -size : size));
    }
    default:
      return Real(low + (high - low) * uniform(generator));
    }
  }

private:
  double low, high;
  std::mt19937_64 generator{20240607};
  std::uniform_real_distribution<double> uniform{0, 1};
};

} // namespace measure

#endif // EQ_TEST_UNIT_FUSE_MEASURE_H
