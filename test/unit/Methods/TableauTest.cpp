// The coefficients of the named tableaus: row sums, order conditions, embedded
// solutions and interpolants, in arithmetic with 75 digits; how coefficients
// are rounded; and what is wrong with a user's tableau.

#include "eq/Methods/Tableau.h"
#include "eq/Methods/OrderConditions.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace mlir::eq;

namespace {

// A fixed-point number with 256 bits behind the point.
class Number {
public:
  Number(int value = 0) : bits(width, value, /*isSigned=*/true) {
    bits <<= fraction;
  }

  // An integer, a rational or a decimal, cut off behind the last bit.
  static Number parse(llvm::StringRef text) {
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
    Number number;
    number.bits = (numerator << fraction).udiv(denominator);
    if (isNegative)
      number.bits.negate();
    return number;
  }

  static Number inverse(uint64_t value) {
    Number number(1);
    number.bits = number.bits.udiv(llvm::APInt(width, value));
    return number;
  }

  Number operator+(const Number &other) const {
    Number sum;
    sum.bits = bits + other.bits;
    return sum;
  }
  Number operator-(const Number &other) const {
    Number difference;
    difference.bits = bits - other.bits;
    return difference;
  }
  Number operator*(const Number &other) const {
    Number product;
    product.bits = (bits * other.bits).ashr(fraction);
    return product;
  }

  double magnitude() const {
    llvm::APFloat value(0.0);
    value.convertFromAPInt(bits.abs(), /*IsSigned=*/false,
                           llvm::APFloat::rmNearestTiesToEven);
    return std::ldexp(value.convertToDouble(), -fraction);
  }

private:
  static constexpr unsigned width = 1536;
  static constexpr int fraction = 256;
  llvm::APInt bits;
};

using Row = std::vector<Number>;
using Matrix = std::vector<Row>;

Row numbers(llvm::ArrayRef<Coefficient> texts) {
  Row row;
  for (Coefficient text : texts)
    row.push_back(Number::parse(text));
  return row;
}

Matrix matrix(llvm::ArrayRef<std::vector<Coefficient>> rows,
              llvm::ArrayRef<std::vector<Coefficient>> more = {}) {
  Matrix result;
  for (const auto &row : rows)
    result.push_back(numbers(row));
  for (const auto &row : more)
    result.push_back(numbers(row));
  return result;
}

// The largest distance of a condition of order `order` from what it should be.
double distance(const Matrix &a, const Row &weights, unsigned order) {
  std::vector<RootedTree> trees = rootedTrees(order);
  Matrix w = stageWeights(llvm::ArrayRef(trees), a);
  double largest = 0;
  for (size_t t = 0; t < trees.size(); ++t) {
    if (trees[t].order != order)
      continue;
    Number sum;
    for (size_t i = 0; i < weights.size(); ++i)
      sum = sum + weights[i] * w[t][i];
    Number error = sum - Number::inverse(trees[t].density);
    largest = std::max(largest, error.magnitude());
  }
  return largest;
}

void expectOrder(const Matrix &a, const Row &weights, unsigned order,
                 double tolerance) {
  for (unsigned q = 1; q <= order; ++q)
    EXPECT_LE(distance(a, weights, q), tolerance) << "order " << q;
  EXPECT_GE(distance(a, weights, order + 1), 1e-5) << "order " << order + 1;
}

Row minus(const Row &a, const Row &b) {
  Row difference;
  for (size_t i = 0; i < a.size(); ++i)
    difference.push_back(a[i] - b[i]);
  return difference;
}

struct Expectation {
  Tableau name;
  unsigned order, errorOrder, interpolantOrder, stages, extraStages;
  bool firstSameAsLast;
  // How many digits were published.
  double tolerance, interpolantTolerance;
};

void PrintTo(const Expectation &expected, std::ostream *os) {
  *os << tableau(expected.name).name.str();
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

  Matrix a = matrix(table.a);
  Matrix all = matrix(table.a, table.extraA);
  Row c = numbers(table.c);
  for (Coefficient text : table.extraC)
    c.push_back(Number::parse(text));
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i].size(), i);
    Number sum;
    for (const Number &entry : all[i])
      sum = sum + entry;
    EXPECT_LE((sum - c[i]).magnitude(), expected.tolerance) << "row " << i;
  }

  Row b = numbers(table.b);
  expectOrder(a, b, table.order, expected.tolerance);
  if (table.errorOrder > 0)
    expectOrder(a, minus(b, numbers(table.error)), table.errorOrder,
                expected.tolerance);
  if (!table.error3.empty())
    expectOrder(a, minus(b, numbers(table.error3)), table.error3Order,
                expected.tolerance);
  if (table.firstSameAsLast) {
    for (size_t i = 0; i + 1 < table.stages; ++i)
      EXPECT_EQ((a.back()[i] - b[i]).magnitude(), 0.0);
    EXPECT_EQ(b.back().magnitude(), 0.0);
  }
}

// The interpolant's conditions hold for every power of theta by itself: that of
// the order of a tree has the coefficient 1/density, all others none.
TEST_P(Named, Interpolates) {
  const Expectation &expected = GetParam();
  const ButcherTableau &table = tableau(expected.name);
  if (table.interpolant.empty())
    return;
  Matrix a = matrix(table.a, table.extraA);
  Matrix p = matrix(table.interpolant);
  ASSERT_EQ(p.size(), a.size());
  size_t degree = p.front().size();
  std::vector<RootedTree> trees = rootedTrees(table.interpolantOrder + 1);
  Matrix w = stageWeights(llvm::ArrayRef(trees), a);
  double first = 0, next = 0;
  for (size_t t = 0; t < trees.size(); ++t)
    for (size_t power = 1; power <= degree; ++power) {
      Number sum;
      for (size_t i = 0; i < p.size(); ++i)
        sum = sum + p[i][power - 1] * w[t][i];
      if (power == trees[t].order)
        sum = sum - Number::inverse(trees[t].density);
      double &largest = trees[t].order <= table.interpolantOrder ? first : next;
      largest = std::max(largest, sum.magnitude());
    }
  EXPECT_LE(first, expected.interpolantTolerance);
  EXPECT_GE(next, 1e-5);

  // It ends at y1, and begins with the first slope.
  for (size_t i = 0; i < p.size(); ++i) {
    Number end;
    for (const Number &coefficient : p[i])
      end = end + coefficient;
    Number b = i < table.stages ? Number::parse(table.b[i]) : Number(0);
    EXPECT_LE((end - b).magnitude(), expected.interpolantTolerance);
    EXPECT_LE((p[i][0] - Number(i == 0)).magnitude(),
              expected.interpolantTolerance);
  }
}

constexpr double exactly = 1e-70;

INSTANTIATE_TEST_SUITE_P(
    Tableaus, Named,
    testing::Values(
        Expectation{Tableau::euler, 1, 0, 1, 1, 0, false, exactly, 0},
        Expectation{Tableau::heun, 2, 1, 2, 2, 0, false, exactly, 0},
        Expectation{Tableau::midpoint, 2, 1, 2, 2, 0, false, exactly, 0},
        Expectation{Tableau::ralston, 2, 1, 2, 2, 0, false, exactly, 0},
        Expectation{Tableau::rk4, 4, 0, 3, 4, 0, false, exactly, 0},
        Expectation{Tableau::bs3, 3, 2, 3, 4, 0, true, exactly, 0},
        Expectation{Tableau::dp5, 5, 4, 4, 7, 0, true, exactly, exactly},
        Expectation{Tableau::tsit5, 5, 4, 4, 7, 0, true, 1e-50, 2e-16},
        Expectation{Tableau::vern7, 7, 6, 6, 10, 6, false, 1e-39, 1e-35},
        Expectation{Tableau::dop853, 8, 5, 7, 12, 4, false, 2e-27, 1e-24}),
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
  // The longest ones have 60 digits on either side.
  std::string third = std::string(60, '3') + "/" + std::string(60, '9');
  EXPECT_EQ(toDouble(third), 1.0 / 3.0);
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

TEST(UserTableau, IsRightOrTheFirstErrorIsSaid) {
  EXPECT_EQ(kutta().wrong(), "nothing");
  EXPECT_EQ(bogackiShampine().wrong(), "nothing");

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
  given.errorOrder = 3;
  EXPECT_EQ(given.wrong(),
            "expected 'b_hat' and 'order_hat' to be given together");
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
