// What the expansions of all problem ops have in common.

#include "ProblemExpansion.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Methods/Emit.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::eq {

//===----------------------------------------------------------------------===//
// Operands and regions of the loop
//===----------------------------------------------------------------------===//

void ProblemExpansion::addInputs(ValueRange ins, ValueRange shared,
                                 ArrayRef<BlockArgument> arguments) {
  for (auto [value, argument] : llvm::zip(ins, arguments))
    inputs.add(value, argument.getType(), /*isShared=*/false);
  for (Value value : shared)
    inputs.add(value, value.getType(), /*isShared=*/true);
  numOwnIns = ins.size();
  numOwnShared = shared.size();
}

void ProblemExpansion::addKnob(StringRef name, Value value) {
  Type scalar = elementTypeOf(value.getType());
  knobs[name] = inputs.add(value, scalar, value.getType() == scalar);
}

void ProblemExpansion::addKnobs(ArrayAttr names, ValueRange values) {
  for (auto [name, value] : llvm::zip(names.getAsRange<StringAttr>(), values))
    addKnob(name, value);
}

void ProblemExpansion::addScales(ValueRange values,
                                 ArrayRef<BlockArgument> states) {
  for (auto [value, state] : llvm::zip(values, states)) {
    Type sample = state.getType(), type = value.getType();
    bool isShared = type == sample || type == elementTypeOf(sample);
    scales.push_back(inputs.add(value, isShared ? type : sample, isShared));
  }
}

RegionView
ProblemExpansion::openRegion(Region &region, TypeRange leading,
                             SmallVectorImpl<Value> &leadingArguments,
                             TypeRange trailing) {
  SmallVector<Type> types(leading);
  llvm::append_range(types, inputs.insTypes);
  llvm::append_range(types, inputs.sharedTypes);
  llvm::append_range(types, trailing);
  SmallVector<Location> locations(types.size(), loc);
  Block *block = builder.createBlock(&region, region.end(), types, locations);
  ValueRange arguments(block->getArguments());
  llvm::append_range(leadingArguments, arguments.take_front(leading.size()));
  arguments = arguments.drop_front(leading.size());
  return {arguments.take_front(inputs.ins.size()),
          arguments.slice(inputs.ins.size(), inputs.shared.size())};
}

Value ProblemExpansion::knob(const RegionView &view, StringRef name) {
  auto it = knobs.find(name);
  return it == knobs.end() ? Value() : view.at(it->second);
}

SmallVector<Value> ProblemExpansion::evaluate(Block &block, Value flag,
                                              ValueRange leading,
                                              const RegionView &view,
                                              Value &failed) {
  SmallVector<Value> arguments(leading);
  llvm::append_range(arguments, view.ins.take_front(numOwnIns));
  llvm::append_range(arguments, view.shared.take_front(numOwnShared));
  IRMapping mapping;
  mapping.map(block.getArguments(), arguments);
  for (Operation &inner : block.without_terminator())
    builder.clone(inner, mapping);
  if (flag)
    failed = either(failed, mapping.lookupOrDefault(flag));
  canFailInside |= static_cast<bool>(flag);
  auto yield = cast<YieldOp>(block.getTerminator());
  return llvm::map_to_vector(yield.getValues(), [&](Value value) {
    return mapping.lookupOrDefault(value);
  });
}

//===----------------------------------------------------------------------===//
// Checks of arguments
//===----------------------------------------------------------------------===//

Value ProblemExpansion::largestMagnitude(ValueRange values) {
  Value magnitude;
  for (Value value : values) {
    if (!isa<FloatType>(elementTypeOf(value.getType())))
      continue;
    if (!magnitude)
      magnitude = number(0.0);
    magnitude = reduceElements(
        builder, loc, value, magnitude,
        [&](OpBuilder &nested, ValueRange elements, ValueRange accumulators) {
          Value size = math::AbsFOp::create(nested, loc, elements[0]);
          return SmallVector<Value>{
              largest(nested, loc, accumulators[0],
                      convertReal(nested, loc, size, real))};
        })[0];
  }
  return magnitude;
}

Value ProblemExpansion::sizeOf(ValueRange values) {
  // Each magnitude gets so small that the sum of all stays finite.
  int64_t elements = 0;
  for (Value value : values)
    if (isa<FloatType>(elementTypeOf(value.getType()))) {
      auto tensor = dyn_cast<RankedTensorType>(value.getType());
      elements += tensor ? tensor.getNumElements() : 1;
    }
  Value weight = number(std::ldexp(1.0, -llvm::Log2_64_Ceil(elements) - 1));
  Value sum = number(0.0);
  for (Value value : values) {
    if (!isa<FloatType>(elementTypeOf(value.getType())))
      continue;
    sum = reduceElements(
        builder, loc, value, sum,
        [&](OpBuilder &nested, ValueRange elements, ValueRange accumulators) {
          Value wide = convertReal(nested, loc, elements[0], real);
          Value magnitude = math::AbsFOp::create(nested, loc, wide);
          return SmallVector<Value>{math::FmaOp::create(
              nested, loc, magnitude, weight, accumulators[0])};
        })[0];
  }
  return sum;
}

Value ProblemExpansion::isFinite(Value size) {
  return compare(arith::CmpFPredicate::OLT, size, infinity(builder, loc, real));
}

Value ProblemExpansion::isNotFinite(Value size) {
  return compare(arith::CmpFPredicate::UGE, size, infinity(builder, loc, real));
}

Value ProblemExpansion::failed(const Failure &failure) {
  Value notFinite = failure.size ? isNotFinite(failure.size) : Value();
  return either(either(failure.isNan, notFinite), failure.inner);
}

// An inner failure explains a NaN, so it comes first.
Value ProblemExpansion::statusOf(const Failure &failure, Value otherwise) {
  Value status = otherwise, isNan = failure.isNan;
  if (Value size = failure.size) {
    Value isInfinite =
        compare(arith::CmpFPredicate::OEQ, size, infinity(builder, loc, real));
    status = select(isInfinite, statusConstant(Status::diverged), status);
    isNan = either(isNan, compare(arith::CmpFPredicate::UNO, size, size));
  }
  if (isNan)
    status = select(isNan, statusConstant(Status::non_finite), status);
  if (failure.inner)
    status =
        select(failure.inner, statusConstant(Status::inner_failed), status);
  return status;
}

Value ProblemExpansion::allFinite(ValueRange values) {
  Value magnitude = largestMagnitude(values);
  return magnitude ? isFinite(magnitude) : magnitude;
}

Value ProblemExpansion::legalLimits(const RegionView &view) {
  Value legal;
  for (StringRef name : {"abs", "rel", "bound", "until_abs", "until_rel"})
    if (Value value = knob(view, name))
      legal =
          all(legal, compare(arith::CmpFPredicate::OGE, value, number(0.0)));
  Value max = knob(view, "max");
  Value zero = arith::ConstantIntOp::create(builder, loc, max.getType(), 0);
  legal = all(legal, compare(arith::CmpIPredicate::sge, max, zero));
  for (LoopInputs::Place place : scales) {
    // 0 < s < inf, element by element.
    Value positive = reduceElements(
        builder, loc, view.at(place), boolean(true),
        [&](OpBuilder &nested, ValueRange elements, ValueRange accumulators) {
          Type type = elements[0].getType();
          Value above = arith::CmpFOp::create(
              nested, loc, arith::CmpFPredicate::OGT, elements[0],
              realConstant(nested, loc, type, 0.0));
          Value below =
              arith::CmpFOp::create(nested, loc, arith::CmpFPredicate::OLT,
                                    elements[0], infinity(nested, loc, type));
          Value good = arith::AndIOp::create(nested, loc, above, below);
          return SmallVector<Value>{
              arith::AndIOp::create(nested, loc, accumulators[0], good)};
        })[0];
    legal = all(legal, positive);
  }
  return legal;
}

Value ProblemExpansion::finalStatus(const RegionView &view, Value k,
                                    Value again, Value status) {
  Value early = compare(arith::CmpIPredicate::slt, k, knob(view, "max"));
  Value cancelled = all(again, early);
  if (canFailInside) {
    Value inside = compare(arith::CmpIPredicate::eq, status,
                           statusConstant(Status::inner_failed));
    Value stops = CancelledOp::create(builder, loc, builder.getI1Type());
    cancelled = either(cancelled, all(inside, stops));
  }
  return select(cancelled, statusConstant(Status::cancelled), status);
}

Value ProblemExpansion::makeRecord(Value like, size_t batchRank,
                                   RankedTensorType sample) {
  SmallVector<OpFoldResult> sizes;
  if (batchRank > 0)
    sizes = tensor::getMixedSizes(builder, loc, like);
  sizes.resize(batchRank);
  for (int64_t size : sample.getShape())
    sizes.push_back(builder.getIndexAttr(size));
  auto element = cast<FloatType>(sample.getElementType());
  Value nan = arith::ConstantOp::create(
      builder, loc,
      builder.getFloatAttr(element,
                           APFloat::getNaN(element.getFloatSemantics())));
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  return linalg::FillOp::create(builder, loc, nan, empty).getResult(0);
}

//===----------------------------------------------------------------------===//
// Algebra
//===----------------------------------------------------------------------===//

Value ProblemExpansion::number(Type type, double value) {
  return realConstant(builder, loc, type, value);
}

Value ProblemExpansion::boolean(bool value) {
  return arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), value);
}

Value ProblemExpansion::statusConstant(Status status) {
  return arith::ConstantIntOp::create(builder, loc, builder.getI32Type(),
                                      static_cast<int32_t>(status));
}

Value ProblemExpansion::all(Value a, Value b) {
  return both(builder, loc, a, b);
}

Value ProblemExpansion::either(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return arith::OrIOp::create(builder, loc, a, b);
}

Value ProblemExpansion::negate(Value condition) {
  return arith::XOrIOp::create(builder, loc, condition, boolean(true));
}

} // namespace mlir::eq
