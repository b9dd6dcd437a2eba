// eq's own functions: errors on samples, at corners and hard cases, and special
// values as C's Annex F has them. What is tested is the sequence of operations
// that is emitted. measure-math finds the errors in docs/Math.md.

#include "../../../lib/eq/Codegen/GPU/Quotient.h"
#include "Measure.h"

#include "gtest/gtest.h"

#include <array>

using namespace measure;

namespace {

constexpr double inf = INFINITY, nan = NAN;
constexpr long samples = 20000;

template <class Real, class F> void testErrors() {
  double worst = 0;
  Real at = 0;
  auto test = [&](Real x) {
    double error = errorOf(F::ours(x), F::exact(x));
    if (error > worst)
      worst = error, at = x;
  };
  for (Real x : corners<Real>(3))
    test(x);
  Sampler<Real> sample(F::from, F::to);
  for (long i = 0; i < samples; ++i)
    test(sample());
  EXPECT_LE(worst, 2) << F::title << " of " << at << " is " << F::ours(at);
  EXPECT_GT(worst, 0) << F::title << " is exact: is it compared with itself?";
}

template <class Real, class F> void testErrorsOfPairs() {
  double worst = 0;
  Real atX = 0, atY = 0;
  auto test = [&](Real x, Real y) {
    double error = errorOf(F::ours(x, y), F::exact(x, y));
    if (error > worst)
      worst = error, atX = x, atY = y;
  };
  std::vector<Real> places = corners<Real>(1);
  for (size_t i = 0; i < places.size(); ++i)
    for (size_t j = i % 7; j < places.size(); j += i < 30 ? 1 : 31)
      test(places[i], places[j]), test(places[j], places[i]);
  Sampler<Real> sample(F::from, F::to);
  for (long i = 0; i < samples; ++i) {
    Real x = sample(), y = sample();
    test(x, y);
    if (x > 0)
      test(x, Real(std::fmod(double(y), 700) / std::log2(double(x))));
  }
  EXPECT_LE(worst, 2) << F::title << " of " << atX << " and " << atY << " is "
                      << F::ours(atX, atY);
}

#define EQ_X(name, low, high)                                                  \
  TEST(MathTest, name##OfFloats) { testErrors<float, measure::name>(); }       \
  TEST(MathTest, name##OfDoubles) { testErrors<double, measure::name>(); }
EQ_UNARY_FUNCTIONS(EQ_X)
#undef EQ_X
#define EQ_X(name, low, high)                                                  \
  TEST(MathTest, name##OfFloats) {                                             \
    testErrorsOfPairs<float, measure::name>();                                 \
  }                                                                            \
  TEST(MathTest, name##OfDoubles) {                                            \
    testErrorsOfPairs<double, measure::name>();                                \
  }
EQ_BINARY_FUNCTIONS(EQ_X)
#undef EQ_X

// The quotient of tanh as GPUs compute it is the quotient, for every float.
TEST(MathTest, quotientsOfTanhNeedNoDivision) {
  using N = mlir::eq::math_functions::Number<float>;
  auto reciprocal = [](N b) {
    return mlir::eq::reciprocalOf(b, [](float number) { return N(number); });
  };
  // Beyond 9.25 all are one; the sign is put on later.
  uint32_t last = mlir::eq::math_functions::wordOf(9.25f);
  constexpr int block = 4096;
  long wrong = 0, outside = 0;
  for (uint32_t start = 0; start <= last; start += block)
    for (uint32_t word = start; word < start + block; ++word) {
      auto parts =
          mlir::eq::math_functions::fractionOfTanh(N(fromWord<float>(word)));
      float over = parts.over.value, under = parts.under.value;
      float ours = mlir::eq::quotientFrom(parts.over, parts.under,
                                          reciprocal(parts.under))
                       .value;
      wrong += ours != over / under;
      outside += !(under >= 0.5f && under <= 1 && over >= 0 && over <= 0.5f);
    }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(outside, 0);

  long wrongReciprocals = 0;
  for (float b = 0.5f; b <= 1; b = std::nextafter(b, 2.0f))
    wrongReciprocals += reciprocal(N(b)).value != 1 / b;
  EXPECT_EQ(wrongReciprocals, 0);
}

// Equal as numbers and in sign; NaNs are all one.
void expectSame(const char *what, double got, double wanted) {
  if (std::isnan(wanted))
    EXPECT_TRUE(std::isnan(got)) << what << " is " << got;
  else
    EXPECT_TRUE(got == wanted && std::signbit(got) == std::signbit(wanted))
        << what << " is " << got << ", not " << wanted;
}

#define EXPECT_VALUE(name, x, wanted)                                          \
  expectSame(#name "f(" #x ")", measure::name::ours(float(x)), wanted);        \
  expectSame(#name "(" #x ")", measure::name::ours(double(x)), wanted)
#define EXPECT_PAIR(name, x, y, wanted)                                        \
  expectSame(#name "f(" #x ", " #y ")",                                        \
             measure::name::ours(float(x), float(y)), wanted);                 \
  expectSame(#name "(" #x ", " #y ")",                                         \
             measure::name::ours(double(x), double(y)), wanted)

TEST(MathTest, zerosKeepTheirSign) {
  EXPECT_VALUE(expm1, -0.0, -0.0);
  EXPECT_VALUE(tanh, -0.0, -0.0);
  EXPECT_VALUE(sinh, -0.0, -0.0);
  EXPECT_VALUE(log1p, -0.0, -0.0);
  EXPECT_VALUE(sin, -0.0, -0.0);
  EXPECT_VALUE(tan, -0.0, -0.0);
  EXPECT_VALUE(atan, -0.0, -0.0);
  EXPECT_VALUE(asin, -0.0, -0.0);
  EXPECT_VALUE(asinh, -0.0, -0.0);
  EXPECT_VALUE(asinh, 0.0, 0.0);
  EXPECT_VALUE(atanh, -0.0, -0.0);
  EXPECT_VALUE(atanh, 0.0, 0.0);
  EXPECT_VALUE(cbrt, -0.0, -0.0);
  EXPECT_VALUE(erf, -0.0, -0.0);
  EXPECT_VALUE(sin, 0.0, 0.0);
  EXPECT_VALUE(tanh, 0.0, 0.0);
}

TEST(MathTest, limitsAndPoles) {
  EXPECT_VALUE(exp, -inf, 0.0);
  EXPECT_VALUE(exp, inf, inf);
  EXPECT_VALUE(exp, nan, nan);
  EXPECT_VALUE(exp2, 10, 1024.0);
  EXPECT_VALUE(expm1, -inf, -1.0);
  EXPECT_VALUE(tanh, inf, 1.0);
  EXPECT_VALUE(tanh, -inf, -1.0);
  EXPECT_VALUE(tanh, nan, nan);
  EXPECT_VALUE(cosh, -inf, inf);
  EXPECT_VALUE(sinh, -inf, -inf);
  EXPECT_VALUE(log, 0.0, -inf);
  EXPECT_VALUE(log, -0.0, -inf);
  EXPECT_VALUE(log, -1, nan);
  EXPECT_VALUE(log, 1, 0.0);
  EXPECT_VALUE(log, inf, inf);
  EXPECT_VALUE(log2, 1024, 10.0);
  EXPECT_VALUE(log1p, -1, -inf);
  EXPECT_VALUE(log1p, inf, inf);
  EXPECT_VALUE(log1p, -2, nan);
  EXPECT_VALUE(sin, inf, nan);
  EXPECT_VALUE(cos, -inf, nan);
  EXPECT_VALUE(cos, 0.0, 1.0);
  EXPECT_VALUE(asin, 1.5, nan);
  EXPECT_VALUE(acos, 1, 0.0);
  EXPECT_VALUE(acos, -1.5, nan);
  EXPECT_VALUE(asinh, inf, inf);
  EXPECT_VALUE(asinh, -inf, -inf);
  EXPECT_VALUE(asinh, nan, nan);
  EXPECT_VALUE(acosh, 1, 0.0);
  EXPECT_VALUE(acosh, inf, inf);
  EXPECT_VALUE(acosh, 0.5, nan);
  EXPECT_VALUE(acosh, -1, nan);
  EXPECT_VALUE(acosh, -2, nan);
  EXPECT_VALUE(acosh, -inf, nan);
  EXPECT_VALUE(acosh, nan, nan);
  EXPECT_VALUE(atanh, 1, inf);
  EXPECT_VALUE(atanh, -1, -inf);
  EXPECT_VALUE(atanh, 1.5, nan);
  EXPECT_VALUE(atanh, -inf, nan);
  EXPECT_VALUE(atanh, nan, nan);
  EXPECT_VALUE(rsqrt, 0.0, inf);
  EXPECT_VALUE(rsqrt, -0.0, -inf);
  EXPECT_VALUE(rsqrt, inf, 0.0);
  EXPECT_VALUE(rsqrt, -1, nan);
  EXPECT_VALUE(cbrt, -inf, -inf);
  EXPECT_VALUE(cbrt, 27, 3.0);
  EXPECT_VALUE(erf, -inf, -1.0);
  EXPECT_VALUE(erfc, -inf, 2.0);
  EXPECT_VALUE(erfc, inf, 0.0);
}

TEST(MathTest, powers) {
  EXPECT_PAIR(pow, nan, 0.0, 1.0);
  EXPECT_PAIR(pow, 1, nan, 1.0);
  EXPECT_PAIR(pow, 2, nan, nan);
  EXPECT_PAIR(pow, nan, 1, nan);
  EXPECT_PAIR(pow, -0.0, -3, -inf);
  EXPECT_PAIR(pow, -0.0, -2, inf);
  EXPECT_PAIR(pow, -0.0, 3, -0.0);
  EXPECT_PAIR(pow, -0.0, 0.5, 0.0);
  EXPECT_PAIR(pow, -1, inf, 1.0);
  EXPECT_PAIR(pow, -1, -inf, 1.0);
  EXPECT_PAIR(pow, 0.5, -inf, inf);
  EXPECT_PAIR(pow, 0.5, inf, 0.0);
  EXPECT_PAIR(pow, -3, inf, inf);
  EXPECT_PAIR(pow, -inf, 3, -inf);
  EXPECT_PAIR(pow, -inf, -3, -0.0);
  EXPECT_PAIR(pow, -inf, 0.5, inf);
  EXPECT_PAIR(pow, inf, -1, 0.0);
  EXPECT_PAIR(pow, -8, 1.0 / 3, nan);
  EXPECT_PAIR(pow, -2, 3, -8.0);
}

TEST(MathTest, anglesOfPoints) {
  EXPECT_PAIR(atan2, 0.0, 1, 0.0);
  EXPECT_PAIR(atan2, -0.0, 0.0, -0.0);
  EXPECT_PAIR(atan2, 0.0, inf, 0.0);
  EXPECT_PAIR(atan2, -1, inf, -0.0);
  EXPECT_PAIR(atan2, nan, 1, nan);
  EXPECT_PAIR(atan2, 1, nan, nan);
  double pi = 3.14159265358979323846;
  for (auto [y, x, angle] : {std::array<double, 3>{0.0, -0.0, pi},
                             {-0.0, -1, -pi},
                             {1, 0, pi / 2},
                             {-1, -0.0, -pi / 2},
                             {inf, inf, pi / 4},
                             {-inf, -inf, -3 * pi / 4},
                             {1, -inf, pi},
                             {inf, -3, pi / 2}}) {
    expectSame("atan2", measure::atan2::ours(y, x), angle);
    expectSame("atan2f", measure::atan2::ours(float(y), float(x)),
               float(angle));
  }
}

} // namespace
