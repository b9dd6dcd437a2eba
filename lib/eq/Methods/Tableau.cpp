// Coefficients as numbers, and the check of a tableau that a user wrote.

#include "eq/Methods/Tableau.h"
#include "eq/Methods/OrderConditions.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

namespace mlir::eq {

//===----------------------------------------------------------------------===//
// Coefficients
//===----------------------------------------------------------------------===//

namespace {

// A positive rational number; both parts have room for what is done to them.
struct Rational {
  llvm::APInt numerator, denominator;
};

// Enough for the longest coefficient (some 60 digits over some 60 digits), the
// powers of ten of a decimal's exponent, and the bits of any format.
constexpr unsigned roomyBits = 2048;

} // namespace

static llvm::APInt wholeNumber(StringRef digits) {
  assert(llvm::all_of(digits, llvm::isDigit) && "expected digits");
  if (digits.empty())
    return llvm::APInt(roomyBits, 0);
  return llvm::APInt(roomyBits, digits, 10);
}

// "44/45", "2", or a decimal "0.25"; no sign.
static Rational parseCoefficient(Coefficient text) {
  auto [over, under] = text.split('/');
  if (!under.empty())
    return {wholeNumber(over), wholeNumber(under)};
  auto [whole, part] = text.split('.');
  llvm::APInt denominator(roomyBits, 1), ten(roomyBits, 10);
  for (size_t i = 0; i < part.size(); ++i)
    denominator *= ten;
  std::string digits = (whole + part).str();
  return {wholeNumber(digits), denominator};
}

llvm::APFloat toAPFloat(Coefficient coefficient,
                        const llvm::fltSemantics &semantics) {
  bool isNegative = coefficient.consume_front("-");
  Rational value = parseCoefficient(coefficient);
  llvm::APFloat result(semantics, 0);
  if (!value.numerator.isZero()) {
    // The quotient with two bits more than the format has, and one that says
    // whether something is left: rounding that is rounding the number itself.
    // A hexadecimal literal is rounded once, to a subnormal as well.
    int bits = static_cast<int>(llvm::APFloat::semanticsPrecision(semantics)) +
               2 + static_cast<int>(value.denominator.getActiveBits()) -
               static_cast<int>(value.numerator.getActiveBits());
    int shift = std::max(bits, 0);
    llvm::APInt quotient, rest;
    llvm::APInt::udivrem(value.numerator.shl(shift), value.denominator,
                         quotient, rest);
    quotient <<= 1;
    if (!rest.isZero())
      quotient.setBit(0);
    llvm::SmallString<128> digits;
    quotient.toString(digits, /*Radix=*/16, /*Signed=*/false);
    std::string literal =
        (llvm::Twine("0x") + digits + "p" + llvm::Twine(-(shift + 1))).str();
    llvm::cantFail(
        result.convertFromString(literal, llvm::APFloat::rmNearestTiesToEven));
  }
  if (isNegative)
    result.changeSign();
  return result;
}

double toDouble(Coefficient coefficient) {
  return toAPFloat(coefficient, llvm::APFloat::IEEEdouble()).convertToDouble();
}

float toFloat(Coefficient coefficient) {
  return toAPFloat(coefficient, llvm::APFloat::IEEEsingle()).convertToFloat();
}

//===----------------------------------------------------------------------===//
// Tableaus of users
//===----------------------------------------------------------------------===//

// A number as a person would write it.
static std::string shortText(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.10g", value);
  return text;
}

// The first order condition up to `order` that the weights violate.
static std::optional<std::string>
whyOrderFails(const std::vector<std::vector<double>> &a,
              llvm::ArrayRef<double> weights, StringRef name, unsigned order) {
  std::vector<RootedTree> trees = rootedTrees(order);
  std::vector<std::vector<double>> w = stageWeights(llvm::ArrayRef(trees), a);
  for (auto [t, tree] : llvm::enumerate(trees)) {
    double sum = 0, size = 0;
    for (auto [weight, stage] : llvm::zip(weights, w[t])) {
      sum += weight * stage;
      size += std::fabs(weight * stage);
    }
    double wanted = 1.0 / static_cast<double>(tree.density);
    if (!(std::fabs(sum - wanted) <= 1e-12 * std::max(size, wanted))) {
      std::string condition = describeCondition(trees, t);
      // The condition speaks of b; the embedded solution has its own weights.
      if (name != "b")
        for (size_t at; (at = condition.find("b_i")) != std::string::npos;)
          condition.replace(at, 3, (name + "_i").str());
      return "expected '" + name.str() + "' to satisfy " + condition + " = 1/" +
             std::to_string(tree.density) + ", a condition of order " +
             std::to_string(tree.order) + ", but the sum is " + shortText(sum);
    }
  }
  return std::nullopt;
}

std::optional<std::string> whyTableauIsWrong(const UserTableau &tableau) {
  size_t stages = tableau.b.size();
  auto expected = [](const llvm::Twine &what) {
    return std::optional<std::string>(("expected " + what).str());
  };
  if (stages == 0 || stages > 64)
    return expected("'b' to have 1 to 64 numbers, but got " +
                    llvm::Twine(stages));
  if (tableau.c.size() != stages)
    return expected("'c' to have as many numbers as 'b', " +
                    llvm::Twine(stages) + ", but got " +
                    llvm::Twine(tableau.c.size()));
  size_t below = stages * (stages - 1) / 2;
  if (tableau.a.size() != below)
    return expected("'a' to have the " + llvm::Twine(below) +
                    " numbers below the diagonal, row by row, but got " +
                    llvm::Twine(tableau.a.size()));
  if (!tableau.bHat.empty() && tableau.bHat.size() != stages)
    return expected("'b_hat' to have as many numbers as 'b', " +
                    llvm::Twine(stages) + ", but got " +
                    llvm::Twine(tableau.bHat.size()));
  for (auto [name, numbers] :
       {std::pair("a", tableau.a), std::pair("b", tableau.b),
        std::pair("c", tableau.c), std::pair("b_hat", tableau.bHat)})
    for (double number : numbers)
      if (!std::isfinite(number))
        return expected("'" + llvm::Twine(name) +
                        "' to have finite numbers, but got " +
                        shortText(number));
  if (tableau.order < 1 || tableau.order > 8)
    return expected("'order' to be from 1 to 8, but got " +
                    llvm::Twine(tableau.order));
  if (tableau.bHat.empty() != (tableau.errorOrder == 0))
    return expected("'b_hat' and 'order_hat' to be given together, but got "
                    "only '" +
                    llvm::Twine(tableau.bHat.empty() ? "order_hat" : "b_hat") +
                    "'");
  if (tableau.errorOrder > 8)
    return expected("'order_hat' to be from 1 to 8, but got " +
                    llvm::Twine(tableau.errorOrder));

  std::vector<std::vector<double>> a(stages);
  for (size_t i = 0; i < stages; ++i) {
    double sum = 0, size = std::fabs(tableau.c[i]);
    for (size_t j = 0; j < i; ++j) {
      a[i].push_back(tableau.at(i, j));
      sum += a[i][j];
      size += std::fabs(a[i][j]);
    }
    if (!(std::fabs(sum - tableau.c[i]) <= 1e-12 * size))
      return expected("row " + llvm::Twine(i + 1) + " of 'a' to add up to " +
                      shortText(tableau.c[i]) + ", its entry of 'c', but got " +
                      shortText(sum));
  }
  if (auto why = whyOrderFails(a, tableau.b, "b", tableau.order))
    return why;
  if (tableau.errorOrder > 0)
    if (auto why = whyOrderFails(a, tableau.bHat, "b_hat", tableau.errorOrder))
      return why;
  if (!tableau.bHat.empty() && tableau.bHat == tableau.b)
    return expected("'b_hat' to differ from 'b', because their difference is "
                    "the error estimate");
  return std::nullopt;
}

} // namespace mlir::eq
