// The dialect `own`: what a project of somebody else adds to eq.

#include "Own.h"
#include "eq/Methods/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "OwnDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "OwnAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "OwnOps.cpp.inc"

namespace own {

void OwnDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "OwnAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "OwnOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// #own.mann: a mean of all images so far, each with the same weight
//===----------------------------------------------------------------------===//

SmallVector<StringRef> MannAttr::getProblems() const {
  return {eq::FixedPointOp::getOperationName()};
}
SmallVector<StringRef> MannAttr::getKnobs() const { return {}; }

Value MannAttr::checkKnobs(eq::IterationContext &) const { return nullptr; }

// Remembers the divisor of the next step.
SmallVector<Value> MannAttr::start(eq::IterationContext &context,
                                   ValueRange init) const {
  OpBuilder &builder = context.builder;
  return {eq::realConstant(builder, context.loc, builder.getF64Type(), 2.0)};
}

eq::IterationStep MannAttr::step(eq::IterationContext &context,
                                 ValueRange iterate, ValueRange image,
                                 ValueRange memory) const {
  OpBuilder &builder = context.builder;
  Location loc = context.loc;
  Value divisor = memory.front();
  Value one = eq::realConstant(builder, loc, divisor.getType(), 1.0);
  eq::IterationStep step;
  step.memory = {arith::AddFOp::create(builder, loc, divisor, one)};
  for (auto [z, f] : llvm::zip(iterate, image)) {
    Value small = eq::convertReal(builder, loc, divisor,
                                  getElementTypeOrSelf(z.getType()));
    Value change = arith::SubFOp::create(builder, loc, f, z);
    Value part = arith::DivFOp::create(
        builder, loc, change, eq::spread(builder, loc, small, z.getType()));
    step.iterate.push_back(arith::AddFOp::create(builder, loc, z, part));
  }
  return step;
}

SmallVector<Value> MannAttr::finish(eq::IterationContext &, ValueRange iterate,
                                    ValueRange) const {
  return SmallVector<Value>(iterate);
}

SmallVector<StringRef> VagueAttr::getProblems() const {
  return {eq::FixedPointOp::getOperationName()};
}
SmallVector<StringRef> VagueAttr::getKnobs() const { return {}; }

//===----------------------------------------------------------------------===//
// #own.small: a choice among the schedules of eq
//===----------------------------------------------------------------------===//

bool SmallAttr::isBitExact(Operation *) const { return true; }

LogicalResult SmallAttr::verifyFor(Operation *loop) const {
  if (getSamples() < 0)
    return loop->emitOpError("expected 'samples' to be at least 0, but got ")
           << getSamples();
  return success();
}

Attribute SmallAttr::resolveFor(Operation *op) const {
  auto loop = cast<eq::LoopOp>(op);
  SmallVector<int64_t> batch = loop.getBatchDims();
  bool isSmall = batch.empty() || (!ShapedType::isDynamic(batch.front()) &&
                                   batch.front() <= getSamples());
  if (isSmall)
    return eq::SerialAttr::get(getContext());
  return eq::LanesAttr::get(getContext(), /*lanes=*/4, /*rows=*/1,
                            /*refill=*/1, /*chunk=*/0);
}

//===----------------------------------------------------------------------===//
// own.logistic: written as arith and math at once
//===----------------------------------------------------------------------===//

// A constant of a number or of every element.
static Value constant(OpBuilder &builder, Location loc, Type type,
                      double value) {
  TypedAttr number = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto shaped = dyn_cast<ShapedType>(type))
    number = DenseElementsAttr::get(shaped, number);
  return arith::ConstantOp::create(builder, loc, number);
}

FailureOr<SmallVector<Value>> LogisticOp::lower(OpBuilder &builder) {
  Location loc = getLoc();
  if (!isa<FloatType>(getElementTypeOrSelf(getType())))
    return emitOpError("expected a real number, but got ") << getType();
  Value one = constant(builder, loc, getType(), 1.0);
  Value minus = arith::NegFOp::create(builder, loc, getX());
  Value below = arith::AddFOp::create(builder, loc, one,
                                      math::ExpOp::create(builder, loc, minus));
  return SmallVector<Value>{arith::DivFOp::create(builder, loc, one, below)};
}

//===----------------------------------------------------------------------===//
// own.polynomial: kept for its rule for lanes
//===----------------------------------------------------------------------===//

bool PolynomialOp::isKept() { return true; }

bool PolynomialOp::hasBatchRule() { return getCoefficients().size() <= 4; }

void PolynomialOp::batch(OpBuilder &builder, eq::Batcher &batcher) {
  Value x = batcher.wide(builder, getX());
  batcher.map(getY(), PolynomialOp::create(builder, getLoc(), x.getType(), x,
                                           getCoefficients()));
}

FailureOr<SmallVector<Value>> PolynomialOp::lower(OpBuilder &builder) {
  ArrayRef<double> coefficients = getCoefficients();
  if (coefficients.empty())
    return emitOpError("expected at least one coefficient");
  Value sum = constant(builder, getLoc(), getType(), coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = math::FmaOp::create(
        builder, getLoc(), sum, getX(),
        constant(builder, getLoc(), getType(), coefficient));
  return SmallVector<Value>{sum};
}

//===----------------------------------------------------------------------===//
// own.circular: two mistakes
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> CircularOp::lower(OpBuilder &builder) {
  if (getWrong())
    return SmallVector<Value>{
        arith::ConstantOp::create(builder, getLoc(), builder.getIndexAttr(0))};
  return SmallVector<Value>{
      CircularOp::create(builder, getLoc(), getType(), getX(), getWrong())};
}

} // namespace own
