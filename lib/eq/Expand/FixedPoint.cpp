// eq.fixed_point as a loop. The states of the loop are, in this order:
//
//   iterate...   one per `init`: z, the next point to evaluate
//   memory...    what the method remembers
//   residual     r of the last evaluation
//   status       how it ended; `max_iterations` while it has not
//
// The step evaluates f(z), measures, decides, and hands the method an image
// that is z itself where the evaluation failed: so a failed evaluation never
// enters a state.

#include "Expand.h"
#include "eq/IR/SampleTypes.h"
#include "eq/IR/Status.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/IterationMethod.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::eq {
namespace {

// The operands of the loop: those of the problem, then its knobs and scales,
// each with the inputs of one sample (`ins`) or of all (`shared`).
struct LoopInputs {
  SmallVector<Value> ins, shared;
  SmallVector<Type> insTypes, sharedTypes; // as a region sees them

  // An input with its type for one sample; gives its place.
  struct Place {
    bool isShared;
    size_t index;
  };
  Place add(Value value, Type sample, bool isShared) {
    (isShared ? shared : ins).push_back(value);
    auto &types = isShared ? sharedTypes : insTypes;
    types.push_back(sample);
    return {isShared, types.size() - 1};
  }
};

// The arguments of one region of the loop.
struct RegionView {
  ValueRange ins, shared;

  Value at(LoopInputs::Place place) const {
    return place.isShared ? shared[place.index] : ins[place.index];
  }
};

// What one evaluation measures.
struct Measures {
  Value residual;  // norm of f(z) - z
  Value magnitude; // largest |component| of f(z), NaN if any is; null: no reals
  Value reference; // max(norm(f(z)), norm(z)), or null where `rel` is absent
};

class Expansion {
public:
  explicit Expansion(FixedPointOp op)
      : op(op), builder(op), loc(op.getLoc()),
        real(widestReal(op.getInit().getTypes())),
        numStates(op.getInit().size()) {}

  LogicalResult run();

private:
  void collectInputs();
  RegionView openRegion(Region &region, TypeRange leading,
                        SmallVectorImpl<Value> &leadingArguments,
                        TypeRange trailing = {});
  Value knob(const RegionView &view, StringRef name);
  Value allFinite(ValueRange values);
  Value legalArguments(const RegionView &view, IterationContext &context,
                       ValueRange init);
  Measures measure(const RegionView &view, ValueRange z, ValueRange image);
  void buildStart(LoopOp loop);
  void buildStep(LoopOp loop);
  void buildFinish(LoopOp loop);
  SmallVector<Value> evaluateBody(const RegionView &view, ValueRange z,
                                  Value &failed);
  Value makeTrace();
  Value statusConstant(Status status);
  IterationMethod method() { return cast<IterationMethod>(op.getMethodAttr()); }

  FixedPointOp op;
  OpBuilder builder;
  Location loc;
  FloatType real;
  size_t numStates;
  LoopInputs inputs;
  llvm::StringMap<LoopInputs::Place> knobs;
  SmallVector<LoopInputs::Place> scales;
  SmallVector<Type> stateTypes; // iterate, memory, residual, status
};

void Expansion::collectInputs() {
  ArrayRef<BlockArgument> arguments = op.getBody().getArguments();
  arguments = arguments.drop_front(numStates);
  for (auto [i, value] : llvm::enumerate(op.getIns()))
    inputs.add(value, arguments[i].getType(), /*isShared=*/false);
  for (Value value : op.getShared())
    inputs.add(value, value.getType(), /*isShared=*/true);

  auto addKnobs = [&](ArrayAttr names, ValueRange values) {
    for (auto [name, value] :
         llvm::zip(names.getAsRange<StringAttr>(), values)) {
      Type scalar = elementTypeOf(value.getType());
      knobs[name] = inputs.add(value, scalar, value.getType() == scalar);
    }
  };
  addKnobs(op.getUntilNames(), op.getUntil());
  addKnobs(op.getWithNames(), op.getWith());

  ArrayRef<BlockArgument> states = op.getBody().getArguments();
  for (auto [value, state] : llvm::zip(op.getScale(), states)) {
    Type sample = state.getType(), type = value.getType();
    bool isShared = type == sample || type == elementTypeOf(sample);
    scales.push_back(inputs.add(value, isShared ? type : sample, isShared));
  }
}

// Makes the block of `region` with (leading, ins, shared, trailing) arguments
// and moves the builder into it.
RegionView Expansion::openRegion(Region &region, TypeRange leading,
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

Value Expansion::knob(const RegionView &view, StringRef name) {
  auto it = knobs.find(name);
  return it == knobs.end() ? Value() : view.at(it->second);
}

Value Expansion::statusConstant(Status status) {
  return arith::ConstantIntOp::create(builder, loc, builder.getI32Type(),
                                      static_cast<int32_t>(status));
}

// The larger of two reals; a NaN wins.
Value largest(OpBuilder &builder, Location loc, Value a, Value b) {
  return arith::MaximumFOp::create(builder, loc, a, b);
}

Value Expansion::allFinite(ValueRange values) {
  Value magnitude;
  for (Value value : values) {
    if (!isa<FloatType>(elementTypeOf(value.getType())))
      continue;
    if (!magnitude)
      magnitude = realConstant(builder, loc, real, 0.0);
    magnitude = reduceElements(
        builder, loc, value, magnitude,
        [&](OpBuilder &nested, ValueRange elements, ValueRange accumulators) {
          Value size = math::AbsFOp::create(nested, loc, elements[0]);
          return SmallVector<Value>{
              largest(nested, loc, accumulators[0],
                      convertReal(nested, loc, size, real))};
        })[0];
  }
  if (!magnitude)
    return nullptr;
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT,
                               magnitude, infinity(builder, loc, real));
}

// Null where nothing can be illegal.
Value Expansion::legalArguments(const RegionView &view,
                                IterationContext &context, ValueRange init) {
  Value legal = allFinite(init);
  for (StringRef name : {"abs", "rel", "bound"})
    if (Value value = knob(view, name))
      legal = both(builder, loc, legal,
                   arith::CmpFOp::create(builder, loc,
                                         arith::CmpFPredicate::OGE, value,
                                         realConstant(builder, loc, real, 0)));
  Value max = knob(view, "max");
  Value zero = arith::ConstantIntOp::create(builder, loc, max.getType(), 0);
  legal = both(builder, loc, legal,
               arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                     max, zero));
  for (auto [place, state] : llvm::zip(scales, init)) {
    // A scale is positive and finite: 0 < s < inf, element by element.
    Value scale = view.at(place);
    Value yes =
        arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
    Value positive = reduceElements(
        builder, loc, scale, yes,
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
    legal = both(builder, loc, legal, positive);
  }
  return both(builder, loc, legal, method().checkKnobs(context));
}

Measures Expansion::measure(const RegionView &view, ValueRange z,
                            ValueRange image) {
  Norm norm = op.getNorm();
  bool needsReference = knobs.count("rel");
  Value zero = realConstant(builder, loc, real, 0.0);

  // Adds one element to a norm: the larger magnitude, or a square.
  auto accumulate = [&](OpBuilder &nested, Value sum, Value element) -> Value {
    Value wide = convertReal(nested, loc, element, real);
    if (norm == Norm::max)
      return largest(nested, loc, sum, math::AbsFOp::create(nested, loc, wide));
    return math::FmaOp::create(nested, loc, wide, wide, sum);
  };

  // Sums, in order: change, largest |f|, norm of f, norm of z.
  SmallVector<Value> sums = {zero, zero, zero, zero};
  int64_t elements = 0;
  bool anyReal = false;
  for (auto [i, value] : llvm::enumerate(z)) {
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    elements += tensor ? tensor.getNumElements() : 1;
    bool isReal = isa<FloatType>(elementTypeOf(value.getType()));
    anyReal |= isReal;
    if (!isReal) {
      sums[0] = reduceElements(
          builder, loc, {image[i], value}, sums[0],
          [&](OpBuilder &nested, ValueRange pair, ValueRange accumulators) {
            Value changed = arith::CmpIOp::create(
                nested, loc, arith::CmpIPredicate::ne, pair[0], pair[1]);
            Value one = arith::UIToFPOp::create(nested, loc, real, changed);
            return SmallVector<Value>{accumulate(nested, accumulators[0], one)};
          })[0];
      continue;
    }

    SmallVector<Value> inputsOfElement = {image[i], value};
    Value scalarScale;
    if (!scales.empty()) {
      Value scale = view.at(scales[i]);
      if (scale.getType() == value.getType())
        inputsOfElement.push_back(scale);
      else
        scalarScale = scale;
    }
    // Without `rel` the norms of f and z are not needed; with an unscaled max
    // norm that of f is the magnitude.
    bool normOfImage = needsReference && !(norm == Norm::max && scales.empty());
    SmallVector<size_t> used = {0, 1};
    if (normOfImage)
      used.push_back(2);
    if (needsReference)
      used.push_back(3);
    SmallVector<Value> accumulators =
        llvm::map_to_vector(used, [&](size_t k) { return sums[k]; });
    accumulators = reduceElements(
        builder, loc, inputsOfElement, accumulators,
        [&](OpBuilder &nested, ValueRange element, ValueRange sumsBefore) {
          Value f = element[0], point = element[1];
          Value scale = scalarScale          ? scalarScale
                        : element.size() > 2 ? element[2]
                                             : Value();
          auto scaled = [&](Value x) -> Value {
            return scale ? Value(arith::DivFOp::create(nested, loc, x, scale))
                         : x;
          };
          Value change = arith::SubFOp::create(nested, loc, f, point);
          SmallVector<Value> after;
          after.push_back(accumulate(nested, sumsBefore[0], scaled(change)));
          Value size = math::AbsFOp::create(nested, loc, f);
          after.push_back(largest(nested, loc, sumsBefore[1],
                                  convertReal(nested, loc, size, real)));
          if (normOfImage)
            after.push_back(accumulate(nested, sumsBefore[2], scaled(f)));
          if (needsReference)
            after.push_back(
                accumulate(nested, sumsBefore.back(), scaled(point)));
          return after;
        });
    for (auto [k, sum] : llvm::zip(used, accumulators))
      sums[k] = sum;
    if (needsReference && !normOfImage)
      sums[2] = sums[1];
  }

  auto finish = [&](Value sum) -> Value {
    if (norm == Norm::max)
      return sum;
    if (norm == Norm::rms)
      sum = arith::DivFOp::create(
          builder, loc, sum,
          realConstant(builder, loc, real, static_cast<double>(elements)));
    return math::SqrtOp::create(builder, loc, sum);
  };
  Measures measures;
  measures.residual = finish(sums[0]);
  if (anyReal)
    measures.magnitude = sums[1];
  if (needsReference)
    measures.reference =
        largest(builder, loc, finish(sums[2]), finish(sums[3]));
  return measures;
}

// Clones the body at (z, ins, shared). `failed` becomes an i1 that is set where
// an inner solve failed and the evaluation fails with it, or stays null.
SmallVector<Value> Expansion::evaluateBody(const RegionView &view, ValueRange z,
                                           Value &failed) {
  Block &body = op.getBody().front();
  Value flag = carryInnerFailures(body);
  SmallVector<Value> arguments(z);
  llvm::append_range(arguments, view.ins.take_front(op.getIns().size()));
  llvm::append_range(arguments, view.shared.take_front(op.getShared().size()));
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &inner : body.without_terminator())
    builder.clone(inner, mapping);
  if (flag)
    failed = mapping.lookupOrDefault(flag);
  auto yield = cast<YieldOp>(body.getTerminator());
  return llvm::map_to_vector(yield.getValues(), [&](Value value) {
    return mapping.lookupOrDefault(value);
  });
}

void Expansion::buildStart(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Value> init;
  SmallVector<Type> initTypes(
      TypeRange(op.getBody().getArgumentTypes()).take_front(numStates));
  RegionView view = openRegion(loop.getStart(), initTypes, init);
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  IterationContext context(builder, loc, findKnob);

  Value legal = legalArguments(view, context, init);
  Value status = arith::SelectOp::create(builder, loc, legal,
                                         statusConstant(Status::max_iterations),
                                         statusConstant(Status::bad_argument));
  SmallVector<Value> states = init;
  llvm::append_range(states, method().start(context, init));
  states.push_back(infinity(builder, loc, real));
  states.push_back(status);
  NextOp::create(builder, loc, legal, states, ValueRange(), ValueRange());
  stateTypes =
      llvm::map_to_vector(states, [](Value value) { return value.getType(); });
}

void Expansion::buildStep(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> leading = {builder.getI32Type()};
  llvm::append_range(leading, stateTypes);
  SmallVector<Type> recordTypes;
  if (std::optional<int64_t> slots = op.getTrace())
    recordTypes.push_back(RankedTensorType::get({*slots}, real));
  SmallVector<Value> arguments;
  RegionView view = openRegion(loop.getStep(), leading, arguments, recordTypes);
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  IterationContext context(builder, loc, findKnob);
  ArrayRef<Value> z = ArrayRef<Value>(arguments).slice(1, numStates);
  ArrayRef<Value> memory =
      ArrayRef<Value>(arguments).drop_front(1 + numStates).drop_back(2);

  Value innerFailed;
  SmallVector<Value> image = evaluateBody(view, z, innerFailed);
  Measures measures = measure(view, z, image);

  // The exits, tested in the order of the specification: later selects are
  // overruled by earlier ones.
  Value tolerance = knob(view, "abs");
  if (measures.reference) {
    Value part = arith::MulFOp::create(builder, loc, knob(view, "rel"),
                                       measures.reference);
    tolerance =
        tolerance ? Value(arith::AddFOp::create(builder, loc, tolerance, part))
                  : part;
  }
  if (!tolerance)
    tolerance = realConstant(builder, loc, real, 0.0);
  Value settled = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLE,
                                        measures.residual, tolerance);
  Value status = arith::SelectOp::create(
      builder, loc, settled, statusConstant(Status::converged),
      statusConstant(Status::max_iterations));
  Value stop = settled, bad;
  auto exitWhen = [&](Value condition, Status why) {
    status = arith::SelectOp::create(builder, loc, condition,
                                     statusConstant(why), status);
    stop = arith::OrIOp::create(builder, loc, stop, condition);
    bad = bad ? Value(arith::OrIOp::create(builder, loc, bad, condition))
              : condition;
  };
  if (Value size = measures.magnitude) {
    Value infinite =
        arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, size,
                              infinity(builder, loc, real));
    if (Value bound = knob(view, "bound"))
      infinite = arith::OrIOp::create(
          builder, loc, infinite,
          arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT, size,
                                bound));
    exitWhen(infinite, Status::diverged);
    exitWhen(arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO,
                                   size, size),
             Status::non_finite);
  }
  if (innerFailed)
    exitWhen(innerFailed, Status::inner_failed);

  if (bad)
    for (auto [value, point] : llvm::zip(image, z))
      value = arith::SelectOp::create(builder, loc, bad, point, value);
  IterationStep step = method().step(context, z, image, memory);

  Value yes =
      arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
  Value again = arith::XOrIOp::create(builder, loc, stop, yes);
  SmallVector<Value> states = step.iterate;
  llvm::append_range(states, step.memory);
  states.push_back(measures.residual);
  states.push_back(status);
  SmallVector<Value> records;
  if (op.getTrace()) {
    Value slot = arith::IndexCastOp::create(
        builder, loc, builder.getIndexType(), arguments.front());
    Value buffer = loop.getStep().getArguments().back();
    records.push_back(RecordOp::create(builder, loc, buffer.getType(),
                                       measures.residual, buffer, slot, yes));
  }
  NextOp::create(builder, loc, again, states, records, ValueRange());
}

void Expansion::buildFinish(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> leading = {builder.getI32Type(), builder.getI1Type()};
  llvm::append_range(leading, stateTypes);
  SmallVector<Value> arguments;
  RegionView view = openRegion(loop.getFinish(), leading, arguments);
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  IterationContext context(builder, loc, findKnob);
  ArrayRef<Value> states = ArrayRef<Value>(arguments).drop_front(2);

  SmallVector<Value> finals =
      method().finish(context, states.take_front(numStates),
                      states.drop_front(numStates).drop_back(2));
  finals.push_back(states[states.size() - 2]);

  // Still going with k below max: somebody cancelled.
  Value early = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                      arguments[0], knob(view, "max"));
  Value cancelled = arith::AndIOp::create(builder, loc, arguments[1], early);
  finals.push_back(arith::SelectOp::create(builder, loc, cancelled,
                                           statusConstant(Status::cancelled),
                                           states.back()));
  YieldOp::create(builder, loc, finals);
}

// A trace of NaNs, to be written slot by slot.
Value Expansion::makeTrace() {
  size_t batchRank = op.getBatchDims().size();
  SmallVector<OpFoldResult> sizes;
  if (batchRank > 0)
    sizes = tensor::getMixedSizes(builder, loc, op.getInit().front());
  sizes.resize(batchRank);
  sizes.push_back(builder.getIndexAttr(*op.getTrace()));
  Value nan = arith::ConstantOp::create(
      builder, loc,
      builder.getFloatAttr(real, APFloat::getNaN(real.getFloatSemantics())));
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, real);
  return linalg::FillOp::create(builder, loc, nan, empty).getResult(0);
}

LogicalResult Expansion::run() {
  if (!isa<IterationMethod>(op.getMethodAttr()))
    return op.emitOpError("expected 'method' to have a model, but none is "
                          "registered for ")
           << op.getMethodAttr();
  collectInputs();
  SmallVector<Value> records;
  if (op.getTrace())
    records.push_back(makeTrace());

  // Results in the loop's order: states, residual, status, iterations, trace.
  SmallVector<Type> types(op.getSolutions().getTypes());
  types.append({op.getResidual().getType(), op.getStatus().getType(),
                op.getIterations().getType()});
  if (Value trace = op.getTraceResult())
    types.push_back(trace.getType());
  auto loop = LoopOp::create(
      builder, loc, types, op.getInit(), inputs.ins, inputs.shared, records,
      ValueRange(), findKnob(op.getUntilNames(), op.getUntil(), "max"));
  buildStart(loop);
  buildStep(loop);
  buildFinish(loop);

  ResultRange finals = loop.getFinals();
  SmallVector<Value> replacements(finals.take_front(numStates));
  replacements.append(
      {finals[numStates], loop.getSteps(), finals[numStates + 1]});
  llvm::append_range(replacements, loop.getRecords());
  op->replaceAllUsesWith(replacements);
  op->erase();
  return success();
}

} // namespace

LogicalResult expandFixedPoint(FixedPointOp op) { return Expansion(op).run(); }

} // namespace mlir::eq
