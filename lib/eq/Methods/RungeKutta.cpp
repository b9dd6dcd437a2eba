// #eq.runge_kutta: explicit Runge-Kutta methods.
//
//   k_i = f(t + c_i h, y + h sum_j a_ij k_j)      y1 = y + h sum_i b_i k_i
//
// Sums run over the RK stages in ascending order by fma; coefficients are
// rounded once, to the type of the state.

#include "Models.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/StepMethod.h"
#include "eq/Methods/Tableau.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"

#include <cmath>
#include <deque>

namespace mlir::eq {
namespace {

// A coefficient in every element of a value of type `type`.
Value coefficientLike(StepContext &context, Coefficient text, Type type) {
  auto real = cast<FloatType>(elementTypeOf(type));
  TypedAttr attr =
      FloatAttr::get(real, toAPFloat(text, real.getFloatSemantics()));
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    attr = DenseElementsAttr::get(tensor, Attribute(attr));
  return arith::ConstantOp::create(context.builder, context.loc, attr);
}

bool isZero(Coefficient text) { return toDouble(text) == 0.0; }

// sum_i w_i k_i for one state; null where every weight is 0.
Value weightedSum(StepContext &context, ArrayRef<Coefficient> weights,
                  const Slopes &stages, size_t state) {
  Value sum;
  for (auto [weight, slopes] : llvm::zip(weights, stages)) {
    if (isZero(weight))
      continue;
    Value slope = slopes[state];
    if (!sum && toDouble(weight) == 1.0) {
      sum = slope;
      continue;
    }
    Value factor = coefficientLike(context, weight, slope.getType());
    sum = sum ? Value(math::FmaOp::create(context.builder, context.loc, factor,
                                          slope, sum))
              : Value(arith::MulFOp::create(context.builder, context.loc,
                                            factor, slope));
  }
  return sum;
}

// `h`, a scalar of any real type, in every element of a value of type `type`.
Value stepLike(StepContext &context, Value h, Type type) {
  Value scalar =
      convertReal(context.builder, context.loc, h, elementTypeOf(type));
  return spread(context.builder, context.loc, scalar, type);
}

// y + h sum, or y where the sum is null.
Value advance(StepContext &context, Value y, Value h, Value sum) {
  if (!sum)
    return y;
  return math::FmaOp::create(context.builder, context.loc,
                             stepLike(context, h, y.getType()), sum, y);
}

// The slopes at t + c h, y + h sum_j a_j k_j.
SmallVector<Value> evaluateStage(StepContext &context, Value t, Value h,
                                 ValueRange y, Coefficient c,
                                 ArrayRef<Coefficient> a,
                                 const Slopes &stages) {
  SmallVector<Value> at;
  for (auto [i, state] : llvm::enumerate(y))
    at.push_back(
        advance(context, state, h, weightedSum(context, a, stages, i)));
  Value time = t;
  if (!isZero(c))
    time = math::FmaOp::create(context.builder, context.loc,
                               coefficientLike(context, c, h.getType()), h, t);
  return context.evaluate(time, at);
}

// The tableau of a method: one that has a name, or one made of a user's
// numbers.
class MethodTableau {
public:
  explicit MethodTableau(Attribute attribute) {
    auto method = cast<RungeKuttaAttr>(attribute);
    if (method.getTableau() != Tableau::user) {
      table = &tableau(method.getTableau());
      return;
    }
    UserTableau given = numbersOf(method);
    size_t stages = given.b.size();
    own.name = "user";
    own.order = given.order;
    own.errorOrder = given.errorOrder;
    own.stages = stages;
    own.interpolantOrder = std::min(given.order, 3u);
    for (size_t i = 0; i < stages; ++i) {
      own.b.push_back(textOf(given.b[i]));
      own.c.push_back(textOf(given.c[i]));
      own.a.emplace_back();
      for (size_t j = 0; j < i; ++j)
        own.a.back().push_back(textOf(given.at(i, j)));
      if (!given.bHat.empty())
        own.error.push_back(textOf(given.b[i] - given.bHat[i]));
    }
    own.firstSameAsLast = stages > 1 && given.b.back() == 0.0 &&
                          given.a.take_back(stages - 1) == given.b.drop_back();
    table = &own;
  }
  MethodTableau(const MethodTableau &) = delete;

  static UserTableau numbersOf(RungeKuttaAttr method) {
    UserTableau given;
    given.a = method.getA();
    given.b = method.getB();
    given.c = method.getC();
    if (method.getBHat())
      given.bHat = method.getBHat();
    given.order = method.getOrder();
    given.errorOrder = method.getOrderHat();
    return given;
  }

  const ButcherTableau *operator->() const { return table; }
  const ButcherTableau &operator*() const { return *table; }

private:
  // Exactly `value`: an integer over a power of two.
  Coefficient textOf(double value) {
    int exponent;
    double mantissa = std::frexp(value, &exponent);
    auto whole = static_cast<int64_t>(std::ldexp(mantissa, 53));
    exponent -= 53;
    llvm::APInt top(2048, std::abs(whole)), bottom(2048, 1);
    (exponent > 0 ? top : bottom) <<= std::abs(exponent);
    llvm::SmallString<32> text, under;
    top.toStringUnsigned(text);
    bottom.toStringUnsigned(under);
    std::string sign = whole < 0 ? "-" : "";
    texts.push_back(sign + text.str().str() + "/" + under.str().str());
    return texts.back();
  }

  std::deque<std::string> texts; // the coefficients refer to them
  ButcherTableau own;
  const ButcherTableau *table;
};

struct RungeKuttaModel
    : StepMethod::ExternalModel<RungeKuttaModel, RungeKuttaAttr> {
  std::string whyWrong(Attribute attribute) const {
    auto method = cast<RungeKuttaAttr>(attribute);
    if (method.getTableau() != Tableau::user)
      return "";
    return whyTableauIsWrong(MethodTableau::numbersOf(method)).value_or("");
  }

  unsigned getOrder(Attribute method) const {
    return MethodTableau(method)->order;
  }
  unsigned getErrorOrder(Attribute method) const {
    return MethodTableau(method)->errorOrder;
  }
  bool interpolatesByEndSlope(Attribute method) const {
    MethodTableau tableau(method);
    const ButcherTableau &table = *tableau;
    return table.interpolant.empty() || beginsAtEnd(table);
  }

  // Whether the first extra stage is the slope at the end of the step.
  static bool beginsAtEnd(const ButcherTableau &table) {
    return table.extraStages > 0 && table.extraA.front() == table.b;
  }

  Step step(Attribute method, StepContext &context, Value t, Value h,
            ValueRange y, ValueRange slope) const {
    MethodTableau tableau(method);
    const ButcherTableau &table = *tableau;
    Step step;
    step.stages.emplace_back(slope);
    // The last stage of a method that is first-same-as-last is taken at y1.
    for (unsigned i = 1; i < table.stages; ++i)
      step.stages.push_back(
          evaluateStage(context, t, h, y, table.c[i], table.a[i], step.stages));
    for (auto [i, state] : llvm::enumerate(y))
      step.y.push_back(advance(context, state, h,
                               weightedSum(context, table.b, step.stages, i)));
    auto estimate = [&](ArrayRef<Coefficient> weights) {
      SmallVector<Value> errors;
      for (auto [i, state] : llvm::enumerate(y))
        errors.push_back(arith::MulFOp::create(
            context.builder, context.loc, stepLike(context, h, state.getType()),
            weightedSum(context, weights, step.stages, i)));
      return errors;
    };
    if (!table.error.empty())
      step.error = estimate(table.error);
    if (!table.error3.empty())
      step.errorBelow = estimate(table.error3);
    if (table.firstSameAsLast)
      step.endSlope = step.stages.back();
    return step;
  }

  Slopes extraStages(Attribute method, StepContext &context, Value t, Value h,
                     ValueRange y, const Step &step) const {
    MethodTableau tableau(method);
    const ButcherTableau &table = *tableau;
    Slopes stages = step.stages;
    bool hasEnd = beginsAtEnd(table);
    if (hasEnd)
      stages.push_back(step.endSlope);
    for (unsigned i = hasEnd; i < table.extraStages; ++i)
      stages.push_back(evaluateStage(context, t, h, y, table.extraC[i],
                                     table.extraA[i], stages));
    stages.erase(stages.begin(), stages.begin() + step.stages.size());
    return stages;
  }

  SmallVector<Value> interpolate(Attribute method, StepContext &context,
                                 Value theta, Value h, ValueRange y,
                                 const Step &step) const {
    MethodTableau tableau(method);
    const ButcherTableau &table = *tableau;
    if (table.interpolant.empty())
      return interpolateCubic(context, theta, h, y, step);
    // p_i(theta) by Horner's rule, in the type of the state.
    SmallVector<Value> values;
    for (auto [i, state] : llvm::enumerate(y)) {
      Type element = elementTypeOf(state.getType());
      Value at = convertReal(context.builder, context.loc, theta, element);
      Value sum;
      for (auto [row, slopes] : llvm::zip(table.interpolant, step.stages)) {
        if (llvm::all_of(row, isZero))
          continue;
        Value p = coefficientLike(context, row.back(), element);
        for (Coefficient lower : llvm::drop_begin(llvm::reverse(row)))
          p = math::FmaOp::create(context.builder, context.loc, p, at,
                                  coefficientLike(context, lower, element));
        p = arith::MulFOp::create(context.builder, context.loc, p, at);
        Value weight = spread(context.builder, context.loc, p, state.getType());
        sum = sum ? Value(math::FmaOp::create(context.builder, context.loc,
                                              weight, slopes[i], sum))
                  : Value(arith::MulFOp::create(context.builder, context.loc,
                                                weight, slopes[i]));
      }
      values.push_back(advance(context, state, h, sum));
    }
    return values;
  }

  // The cubic through y0, f0, y1, f1 (Hairer, Norsett, Wanner, Solving Ordinary
  // Differential Equations I, II.6.7), with u = 1 - theta:
  //   u y0 + theta y1 - theta u ((1 - 2 theta)(y1 - y0) - u h f0 + theta h f1)
  SmallVector<Value> interpolateCubic(StepContext &context, Value theta,
                                      Value h, ValueRange y,
                                      const Step &step) const {
    OpBuilder &builder = context.builder;
    Location loc = context.loc;
    SmallVector<Value> values;
    for (auto [y0, y1, f0, f1] :
         llvm::zip(y, step.y, step.stages.front(), step.endSlope)) {
      Type type = y0.getType(), element = elementTypeOf(type);
      Value at = convertReal(builder, loc, theta, element);
      Value one = realConstant(builder, loc, element, 1.0);
      Value rest = arith::SubFOp::create(builder, loc, one, at);
      Value middle = arith::SubFOp::create(builder, loc, rest, at);
      Value product = arith::MulFOp::create(builder, loc, at, rest);
      auto all = [&](Value scalar) {
        return spread(builder, loc, scalar, type);
      };
      Value hLike = stepLike(context, h, type);
      Value change = arith::SubFOp::create(builder, loc, y1, y0);
      Value bend = arith::MulFOp::create(builder, loc, all(middle), change);
      Value left = arith::MulFOp::create(builder, loc, hLike, f0);
      Value right = arith::MulFOp::create(builder, loc, hLike, f1);
      Value minusRest = arith::NegFOp::create(builder, loc, rest);
      bend = math::FmaOp::create(builder, loc, all(minusRest), left, bend);
      bend = math::FmaOp::create(builder, loc, all(at), right, bend);
      Value line = math::FmaOp::create(builder, loc, all(at), change, y0);
      Value minusProduct = arith::NegFOp::create(builder, loc, product);
      values.push_back(
          math::FmaOp::create(builder, loc, all(minusProduct), bend, line));
    }
    return values;
  }
};

} // namespace

void attachRungeKuttaModel(MLIRContext *context) {
  RungeKuttaAttr::attachInterface<RungeKuttaModel>(*context);
}

} // namespace mlir::eq
