// The coefficients of the named tableaus: row sums, order conditions, embedded
// solutions and interpolants, in exact arithmetic where they are rational, else
// with 75 digits; how coefficients are rounded; and what is wrong with a user's
// tableau.

#include "eq/Methods/Tableau.h"
#include "eq/Methods/OrderConditions.h"

#include "mlir/Analysis/Presburger/Fraction.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

using namespace mlir::eq;

namespace {

using Exact = mlir::presburger::Fraction;

// A fixed-point number with 256 bits behind the point.
class Number {
public:
  Number(int value = 0) : bits(width, value, /*isSigned=*/true) {
    bits <<= fraction;
  }
  // Cut off behind the last bit.
  Number(const llvm::APInt &numerator, const llvm::APInt &denominator)
      : bits(
            (numerator.zext(width) << fraction).udiv(denominator.zext(width))) {
  }

  Number operator+(const Number &other) const { return bits + other.bits; }
  Number operator-(const Number &other) const { return bits - other.bits; }
  Number operator*(const Number &other) const {
    return (bits * other.bits).ashr(fraction);
  }
  Number operator-() const { return -bits; }

  double magnitude() const {
    llvm::APFloat value(0.0);
    value.convertFromAPInt(bits.abs(), /*IsSigned=*/false,
                           llvm::APFloat::rmNearestTiesToEven);
    return std::ldexp(value.convertToDouble(), -fraction);
  }

private:
  Number(llvm::APInt bits) : bits(std::move(bits)) {}

  static constexpr unsigned width = 1536;
  static constexpr int fraction = 256;
  llvm::APInt bits;
};

template <typename N>
N quotient(const llvm::APInt &numerator, const llvm::APInt &denominator) {
  return N(numerator, denominator);
}
template <>
Exact quotient<Exact>(const llvm::APInt &numerator,
                      const llvm::APInt &denominator) {
  auto whole = [](const llvm::APInt &value) {
    return value.getActiveBits() < 64
               ? llvm::DynamicAPInt(value.getZExtValue())
               : llvm::DynamicAPInt(value.trunc(value.getActiveBits() + 1));
  };
  return reduce(Exact(whole(numerator), whole(denominator)));
}

// An integer, a rational or a decimal.
template <typename N> N parse(llvm::StringRef text) {
  constexpr unsigned width = 512;
  bool isNegative = text.consume_front("-");
  auto [over, under] = text.split('/');
  llvm::APInt numerator, denominator(width, 1);
  if (!under.empty()) {
    numerator = llvm::APInt(width, over, 10);
    denominator = llvm::APInt(width, under, 10);
  } else {
    auto [whole, part] = text.split('.');
    numerator = llvm::APInt(width, (whole + part).str(), 10);
    for (size_t i = 0; i < part.size(); ++i)
      denominator *= llvm::APInt(width, 10);
  }
  N number = quotient<N>(numerator, denominator);
  return isNegative ? -number : number;
}

template <typename N> N inverse(uint64_t value) {
  return quotient<N>(llvm::APInt(64, 1), llvm::APInt(64, value));
}

double magnitude(const Number &number) { return number.magnitude(); }
// To 2^-52, and 0 for nothing but 0.
double magnitude(const Exact &number) {
  if (number == Exact(0))
    return 0;
  llvm::DynamicAPInt scaled = floor(abs(number) * Exact(int64_t(1) << 52));
  return std::ldexp(static_cast<double>(int64_t(scaled)) + 1, -52);
}

template <typename N> using Row = std::vector<N>;
template <typename N> using Matrix = std::vector<Row<N>>;

template <typename N> Row<N> numbers(llvm::ArrayRef<Coefficient> texts) {
  Row<N> row;
  for (Coefficient text : texts)
    row.push_back(parse<N>(text));
  return row;
}

template <typename N>
Matrix<N> matrix(llvm::ArrayRef<std::vector<Coefficient>> rows) {
  Matrix<N> result;
  for (const auto &row : rows)
    result.push_back(numbers<N>(row));
  return result;
}

template <typename N> Row<N> minus(const Row<N> &a, const Row<N> &b) {
  Row<N> difference;
  for (size_t i = 0; i < a.size(); ++i)
    difference.push_back(a[i] - b[i]);
  return difference;
}

template <typename N>
void expectRowSums(const Matrix<N> &a, const Row<N> &c, double tolerance) {
  ASSERT_EQ(a.size(), c.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].size(), i);
    N sum(0);
    for (const N &entry : a[i])
      sum = sum + entry;
    EXPECT_LE(magnitude(sum - c[i]), tolerance) << "row " << i + 1;
  }
}

// The weights are of order `order`, and of no higher one.
template <typename N>
void expectOrder(const Matrix<N> &a, const Row<N> &weights, unsigned order,
                 double tolerance) {
  ASSERT_EQ(weights.size(), a.size());
  std::vector<RootedTree> trees = rootedTrees(order + 1);
  Matrix<N> w = stageWeights(llvm::ArrayRef(trees), a);
  double next = 0;
  for (size_t t = 0; t < trees.size(); ++t) {
    N sum(0);
    for (size_t i = 0; i < weights.size(); ++i)
      sum = sum + weights[i] * w[t][i];
    double error = magnitude(sum - inverse<N>(trees[t].density));
    if (trees[t].order <= order)
      EXPECT_LE(error, tolerance) << describeCondition(trees, t);
    else
      next = std::max(next, error);
  }
  EXPECT_GE(next, 1e-5) << "order " << order + 1;
}

struct Expectation {
  Tableau name;
  unsigned order, errorOrder, interpolantOrder, stages, extraStages;
  bool firstSameAsLast;
  // How many digits were published; 0: rational numbers.
  double tolerance, interpolantTolerance;
};

void PrintTo(const Expectation &expected, std::ostream *os) {
  *os << tableau(expected.name).name.str();
}

// The steps: row sums, the orders of both solutions, the last RK stage.
template <typename N>
void expectPair(const ButcherTableau &table, double tolerance) {
  Matrix<N> a = matrix<N>(table.a);
  Row<N> b = numbers<N>(table.b);
  expectRowSums(a, numbers<N>(table.c), tolerance);
  expectOrder(a, b, table.order, tolerance);
  EXPECT_EQ(table.error.empty(), table.errorOrder == 0);
  if (!table.error.empty())
    expectOrder(a, minus(b, numbers<N>(table.error)), table.errorOrder,
                tolerance);
  EXPECT_EQ(table.error3.empty(), table.error3Order == 0);
  if (!table.error3.empty())
    expectOrder(a, minus(b, numbers<N>(table.error3)), table.error3Order,
                tolerance);
  if (table.firstSameAsLast) {
    EXPECT_EQ(llvm::ArrayRef(table.a.back()),
              llvm::ArrayRef(table.b).drop_back());
    EXPECT_EQ(table.b.back(), "0");
    EXPECT_EQ(table.c.back(), "1");
  }
}

class Named : public testing::TestWithParam<Expectation> {};

TEST_P(Named, IsWhatItClaims) {
  const Expectation &expected = GetParam();
  const ButcherTableau &table = tableau(expected.name);
  EXPECT_EQ(table.name, stringifyTableau(expected.name));
  EXPECT_EQ(table.order, expected.order);
  EXPECT_EQ(table.errorOrder, expected.errorOrder);
  EXPECT_EQ(table.interpolantOrder, expected.interpolantOrder);
  EXPECT_EQ(table.stages, expected.stages);
  EXPECT_EQ(table.extraStages, expected.extraStages);
  EXPECT_EQ(table.firstSameAsLast, expected.firstSameAsLast);
  ASSERT_EQ(table.a.size(), table.stages);
  ASSERT_EQ(table.b.size(), table.stages);
  ASSERT_EQ(table.c.size(), table.stages);
  ASSERT_EQ(table.extraA.size(), table.extraStages);
  ASSERT_EQ(table.extraC.size(), table.extraStages);

  if (expected.tolerance == 0)
    expectPair<Exact>(table, expected.tolerance);
  else
    expectPair<Number>(table, expected.tolerance);
}

// A dense output: all RK stages, with p_i(theta) for each.
template <typename N> struct DenseOutput {
  Matrix<N> a, p;
  Row<N> c, b;
  // The RK stage that is the slope at the end.
  size_t end;
};

template <typename N> DenseOutput<N> denseOutput(const ButcherTableau &table) {
  DenseOutput<N> dense{matrix<N>(table.a), matrix<N>(table.interpolant),
                       numbers<N>(table.c), numbers<N>(table.b), table.stages};
  for (const auto &row : table.extraA)
    dense.a.push_back(numbers<N>(row));
  for (Coefficient text : table.extraC)
    dense.c.push_back(parse<N>(text));
  if (table.firstSameAsLast) {
    dense.end = table.stages - 1;
  } else if (table.extraStages == 0) {
    dense.a.push_back(dense.b);
    dense.c.push_back(N(1));
  }
  dense.b.resize(dense.a.size(), N(0));
  if (!table.interpolant.empty())
    return dense;
  // y0 + h sum_i b_i k_i (3 theta^2 - 2 theta^3)
  //    + h f0 (theta - 2 theta^2 + theta^3) + h f1 (theta^3 - theta^2)
  for (const N &b : dense.b)
    dense.p.push_back({N(0), b * N(3), b * N(-2)});
  auto add = [](Row<N> &row, int first, int second, int third) {
    row = {row[0] + N(first), row[1] + N(second), row[2] + N(third)};
  };
  add(dense.p.front(), 1, -2, 1);
  add(dense.p[dense.end], 0, -1, 1);
  return dense;
}

// The conditions of the order hold for every power of theta by itself: that of
// the order of a tree has the coefficient 1/density, all others none.
template <typename N>
void expectInterpolant(const ButcherTableau &table, double tolerance) {
  DenseOutput<N> dense = denseOutput<N>(table);
  expectRowSums(dense.a, dense.c, tolerance);
  ASSERT_EQ(dense.p.size(), dense.a.size());
  size_t degree = dense.p.front().size();
  std::vector<RootedTree> trees = rootedTrees(table.interpolantOrder + 1);
  Matrix<N> w = stageWeights(llvm::ArrayRef(trees), dense.a);
  double next = 0;
  for (size_t t = 0; t < trees.size(); ++t)
    for (size_t power = 1; power <= degree; ++power) {
      N sum(0);
      for (size_t i = 0; i < dense.p.size(); ++i)
        sum = sum + dense.p[i][power - 1] * w[t][i];
      if (power == trees[t].order)
        sum = sum - inverse<N>(trees[t].density);
      double error = magnitude(sum);
      if (trees[t].order <= table.interpolantOrder)
        EXPECT_LE(error, tolerance)
            << describeCondition(trees, t) << ", theta^" << power;
      else
        next = std::max(next, error);
    }
  EXPECT_GE(next, 1e-5) << "order " << table.interpolantOrder + 1;

  // It ends at y1, and has the slopes of the solution at both ends.
  for (size_t i = 0; i < dense.p.size(); ++i) {
    N value(0), slope(0);
    for (size_t power = 1; power <= degree; ++power) {
      value = value + dense.p[i][power - 1];
      slope = slope + dense.p[i][power - 1] * N(power);
    }
    EXPECT_LE(magnitude(value - dense.b[i]), tolerance) << "RK stage " << i + 1;
    EXPECT_LE(magnitude(dense.p[i][0] - N(i == 0)), tolerance)
        << "RK stage " << i + 1;
    EXPECT_LE(magnitude(slope - N(i == dense.end)), tolerance)
        << "RK stage " << i + 1;
  }
}

TEST_P(Named, Interpolates) {
  const ButcherTableau &table = tableau(GetParam().name);
  if (table.extraStages > 0)
    EXPECT_EQ(table.extraA.front(), table.b);
  if (GetParam().interpolantTolerance == 0)
    expectInterpolant<Exact>(table, 0);
  else
    expectInterpolant<Number>(table, GetParam().interpolantTolerance);
}

INSTANTIATE_TEST_SUITE_P(
    Tableaus, Named,
    testing::Values(
        Expectation{Tableau::euler, 1, 0, 1, 1, 0, false, 0, 0},
        Expectation{Tableau::heun, 2, 1, 2, 2, 0, false, 0, 0},
        Expectation{Tableau::midpoint, 2, 1, 2, 2, 0, false, 0, 0},
        Expectation{Tableau::ralston, 2, 1, 2, 2, 0, false, 0, 0},
        Expectation{Tableau::rk4, 4, 0, 3, 4, 0, false, 0, 0},
        Expectation{Tableau::bs3, 3, 2, 3, 4, 0, true, 0, 0},
        Expectation{Tableau::dp5, 5, 4, 4, 7, 0, true, 0, 0},
        Expectation{Tableau::tsit5, 5, 4, 4, 7, 0, true, 1e-75, 1e-16},
        Expectation{Tableau::vern7, 7, 6, 7, 10, 6, false, 0, 5e-34},
        Expectation{Tableau::dop853, 8, 5, 7, 12, 4, false, 1e-27, 5e-26}),
    [](const auto &info) { return tableau(info.param.name).name.str(); });

TEST(RootedTrees, AreAsManyAsThereAre) {
  std::vector<RootedTree> trees = rootedTrees(9);
  unsigned counts[10] = {};
  for (const RootedTree &tree : trees)
    ++counts[tree.order];
  unsigned expected[10] = {0, 1, 1, 2, 4, 9, 20, 48, 115, 286};
  for (unsigned n = 0; n < 10; ++n)
    EXPECT_EQ(counts[n], expected[n]) << "order " << n;
}

TEST(RootedTrees, DescribeTheirConditions) {
  std::vector<RootedTree> trees = rootedTrees(4);
  std::vector<std::string> texts;
  for (unsigned t = 0; t < trees.size(); ++t)
    texts.push_back(describeCondition(trees, t) + " = 1/" +
                    std::to_string(trees[t].density));
  EXPECT_EQ(llvm::join(texts, "\n"), "sum b_i = 1/1\n"
                                     "sum b_i c_i = 1/2\n"
                                     "sum b_i c_i^2 = 1/3\n"
                                     "sum b_i a_ij c_j = 1/6\n"
                                     "sum b_i c_i^3 = 1/4\n"
                                     "sum b_i c_i a_ij c_j = 1/8\n"
                                     "sum b_i a_ij c_j^2 = 1/12\n"
                                     "sum b_i a_ij a_jk c_k = 1/24");
}

TEST(Coefficients, AreRoundedOnce) {
  EXPECT_EQ(toDouble("0"), 0.0);
  EXPECT_EQ(toDouble("2"), 2.0);
  EXPECT_EQ(toDouble("-44/45"), -44.0 / 45.0);
  EXPECT_EQ(toDouble("0.1"), 0.1);
  EXPECT_EQ(toDouble("-12.5"), -12.5);
  EXPECT_EQ(toFloat("1/3"), 1.0f / 3.0f);
  // Halfway between 1 and its neighbour: to the even one; a little more: up.
  EXPECT_EQ(toFloat("16777217/16777216"), 1.0f);
  EXPECT_EQ(toFloat("16777217000000000000000000001/"
                    "16777216000000000000000000000"),
            std::nextafter(1.0f, 2.0f));
  // A number that the nearest double would take to a tie in float: by way of
  // double it would be rounded twice, down to 1.
  EXPECT_EQ(toFloat("1.00000005960464477539062500000000001"),
            std::nextafter(1.0f, 2.0f));
  // 2^53 + 1 is halfway, too.
  EXPECT_EQ(toDouble("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(toDouble("9007199254740993.0000000000000000000001"),
            9007199254740994.0);
  // The longest ones have 60 digits on either side.
  std::string third = std::string(60, '3') + "/" + std::string(60, '9');
  EXPECT_EQ(toDouble(third), 1.0 / 3.0);
}

TEST(Coefficients, AreRoundedAsDivisionRounds) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 10000; ++i) {
    uint64_t over = random() >> (11 + i % 40), under = (random() >> 11) + 1;
    std::string text = std::to_string(over) + "/" + std::to_string(under);
    EXPECT_EQ(toDouble(text),
              static_cast<double>(over) / static_cast<double>(under))
        << text;
  }
}

TEST(Coefficients, AreRoundedAsLiteralsAre) {
  for (Tableau name : {Tableau::tsit5, Tableau::vern7, Tableau::dop853})
    for (const auto &row : tableau(name).interpolant)
      for (Coefficient text : row)
        EXPECT_EQ(toDouble(text), std::strtod(text.data(), nullptr))
            << text.str();
}

// Rounded to `semantics`, and extended to double, which is exact.
double rounded(Coefficient coefficient, const llvm::fltSemantics &semantics) {
  llvm::APFloat value = toAPFloat(coefficient, semantics);
  EXPECT_EQ(&value.getSemantics(), &semantics);
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  EXPECT_FALSE(losesInfo);
  return value.convertToDouble();
}

TEST(Coefficients, AreRoundedOnceToEveryFormat) {
  const llvm::fltSemantics &half = llvm::APFloat::IEEEhalf();
  EXPECT_EQ(rounded("1/3", half), 0x1.554p-2);
  EXPECT_EQ(rounded("-1/3", llvm::APFloat::BFloat()), -0x1.56p-2);
  // Among the subnormal ones, 3/2 of the smallest less 2^-65: down, although
  // eleven bits would make it 3/2, which is a tie.
  EXPECT_EQ(rounded("3298534883327/36893488147419103232", half), 0x1p-24);
  EXPECT_EQ(rounded("3298534883328/36893488147419103232", half), 0x1p-23);
  EXPECT_EQ(rounded("1/100000000", half), 0.0);
  // A format whose largest number is 6.
  const llvm::fltSemantics &small = llvm::APFloat::Float4E2M1FN();
  EXPECT_EQ(rounded("2/3", small), 0.5);
  EXPECT_EQ(rounded("-5/2", small), -2.0);
  const llvm::fltSemantics &quad = llvm::APFloat::IEEEquad();
  llvm::APFloat third = llvm::APFloat(quad, 1) / llvm::APFloat(quad, 3);
  EXPECT_TRUE(toAPFloat("1/3", quad).bitwiseIsEqual(third));
}

// Kutta's classical method, and the pair of Bogacki and Shampine.
struct Given {
  std::vector<double> a, b, c, bHat;
  unsigned order = 0, errorOrder = 0;

  std::string wrong() const {
    return whyTableauIsWrong({a, b, c, bHat, order, errorOrder})
        .value_or("nothing");
  }
};

Given kutta() {
  return {{.5, 0, .5, 0, 0, 1},
          {1 / 6., 1 / 3., 1 / 3., 1 / 6.},
          {0, .5, .5, 1},
          {},
          4,
          0};
}

Given bogackiShampine() {
  return {{.5, 0, .75, 2 / 9., 1 / 3., 4 / 9.},
          {2 / 9., 1 / 3., 4 / 9., 0},
          {0, .5, .75, 1},
          {7 / 24., 1 / 4., 1 / 3., 1 / 8.},
          3,
          2};
}

// What a user would write of a named tableau.
Given asGiven(const ButcherTableau &table) {
  Given given;
  given.order = table.order;
  given.errorOrder = table.errorOrder;
  for (unsigned i = 0; i < table.stages; ++i) {
    for (Coefficient text : table.a[i])
      given.a.push_back(toDouble(text));
    given.b.push_back(toDouble(table.b[i]));
    given.c.push_back(toDouble(table.c[i]));
    if (table.errorOrder > 0)
      given.bHat.push_back(given.b[i] - toDouble(table.error[i]));
  }
  return given;
}

TEST(UserTableau, IsRightOrTheFirstErrorIsSaid) {
  EXPECT_EQ(kutta().wrong(), "nothing");
  EXPECT_EQ(bogackiShampine().wrong(), "nothing");
  for (Tableau name :
       {Tableau::euler, Tableau::heun, Tableau::midpoint, Tableau::ralston,
        Tableau::rk4, Tableau::bs3, Tableau::dp5, Tableau::tsit5,
        Tableau::vern7, Tableau::dop853})
    EXPECT_EQ(asGiven(tableau(name)).wrong(), "nothing");

  Given given = kutta();
  given.order = 5;
  EXPECT_EQ(given.wrong(),
            "expected 'b' to satisfy sum b_i c_i^4 = 1/5, a condition of order "
            "5, but the sum is 0.2083333333");
  given = kutta();
  given.b = {.25, .25, .25, .25};
  EXPECT_EQ(given.wrong(), "expected 'b' to satisfy sum b_i c_i^2 = 1/3, a "
                           "condition of order 3, but the sum is 0.375");
  given = kutta();
  given.a[3] = 0.25;
  EXPECT_EQ(given.wrong(), "expected row 4 of 'a' to add up to 1, its entry of "
                           "'c', but got 1.25");
  given = kutta();
  given.c.pop_back();
  EXPECT_EQ(given.wrong(),
            "expected 'c' to have as many numbers as 'b', 4, but got 3");
  given = kutta();
  given.a.push_back(1);
  EXPECT_EQ(given.wrong(), "expected 'a' to have the 6 numbers below the "
                           "diagonal, row by row, but got 7");
  given = kutta();
  given.b[2] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(given.wrong(), "expected 'b' to have finite numbers, but got inf");
  given = kutta();
  given.order = 9;
  EXPECT_EQ(given.wrong(), "expected 'order' to be from 1 to 8, but got 9");
  given = kutta();
  given.a[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(given.wrong(), "expected 'a' to have finite numbers, but got nan");
  given = kutta();
  given.order = 0;
  EXPECT_EQ(given.wrong(), "expected 'order' to be from 1 to 8, but got 0");
  EXPECT_EQ(Given().wrong(), "expected 'b' to have 1 to 64 numbers, but got 0");
  given = kutta();
  given.errorOrder = 3;
  EXPECT_EQ(given.wrong(), "expected 'b_hat' and 'order_hat' to be given "
                           "together, but got only 'order_hat'");
  given = bogackiShampine();
  given.errorOrder = 0;
  EXPECT_EQ(given.wrong(), "expected 'b_hat' and 'order_hat' to be given "
                           "together, but got only 'b_hat'");
  given = bogackiShampine();
  given.errorOrder = 9;
  EXPECT_EQ(given.wrong(), "expected 'order_hat' to be from 1 to 8, but got 9");
  given = bogackiShampine();
  given.bHat.pop_back();
  EXPECT_EQ(given.wrong(),
            "expected 'b_hat' to have as many numbers as 'b', 4, but got 3");
  given = bogackiShampine();
  given.errorOrder = 3;
  EXPECT_EQ(given.wrong(),
            "expected 'b_hat' to satisfy sum b_hat_i c_i^2 = 1/3, a condition "
            "of order 3, but the sum is 0.375");
  given = bogackiShampine();
  given.bHat = given.b;
  EXPECT_EQ(given.wrong(), "expected 'b_hat' to differ from 'b', because their "
                           "difference is the error estimate");
}

} // namespace
