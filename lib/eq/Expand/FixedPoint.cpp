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

#include "ProblemExpansion.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/IterationMethod.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::eq {
namespace {

using Predicate = arith::CmpFPredicate;

// What one evaluation measures.
struct Measures {
  Value residual;  // norm of f(z) - z
  Value magnitude; // largest |component| of f(z), NaN if any is; null: no reals
  Value reference; // max(norm(f(z)), norm(z)), or null where `rel` is absent
};

class FixedPointExpansion : public ProblemExpansion {
public:
  explicit FixedPointExpansion(FixedPointOp op)
      : ProblemExpansion(op, widestReal(op.getInit().getTypes())), op(op),
        numStates(op.getInit().size()) {}

  LogicalResult run();

private:
  void collectInputs();
  Value magnitudeIfBad(Value residual, ValueRange image);
  Measures measure(const RegionView &view, ValueRange z, ValueRange image);
  void buildStart(LoopOp loop);
  void buildStep(LoopOp loop);
  void buildFinish(LoopOp loop);
  IterationMethod method() { return cast<IterationMethod>(op.getMethodAttr()); }

  FixedPointOp op;
  size_t numStates;
  SmallVector<Type> stateTypes; // iterate, memory, residual, status
};

void FixedPointExpansion::collectInputs() {
  ArrayRef<BlockArgument> arguments = op.getBody().getArguments();
  addInputs(op.getIns(), op.getShared(), arguments.drop_front(numStates));
  addKnobs(op.getUntilNames(), op.getUntil());
  addKnobs(op.getWithNames(), op.getWith());
  addScales(op.getScale(), arguments);
}

// The largest |f| where the residual is not finite (a square may be infinite
// where the numbers are not), else 0.
Value FixedPointExpansion::magnitudeIfBad(Value residual, ValueRange image) {
  auto branch =
      scf::IfOp::create(builder, loc, TypeRange(real), isNotFinite(residual),
                        /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(builder, loc, largestMagnitude(image));
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, loc, number(0.0));
  return branch.getResult(0);
}

Measures FixedPointExpansion::measure(const RegionView &view, ValueRange z,
                                      ValueRange image) {
  Norm norm = op.getNorm();
  bool needsReference = knobs.count("rel");
  Value zero = number(0.0);

  // Without `rel` the norms of f and z are not needed; with an unscaled max
  // norm that of f is the magnitude. Unless the residual is not finite, neither
  // is the magnitude needed, so that vectors leave it for later.
  bool magnitudeIsNorm = needsReference && norm == Norm::max && scales.empty();
  bool normOfImage = needsReference && !magnitudeIsNorm;
  bool hasTensors = llvm::any_of(
      z, [](Value value) { return isa<RankedTensorType>(value.getType()); });
  bool needsMagnitude = magnitudeIsNorm || !hasTensors || knobs.count("bound");

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
    SmallVector<size_t> used = {0};
    if (needsMagnitude)
      used.push_back(1);
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
          if (needsMagnitude) {
            Value size = math::AbsFOp::create(nested, loc, f);
            after.push_back(largest(nested, loc, sumsBefore[1],
                                    convertReal(nested, loc, size, real)));
          }
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
      sum = arith::DivFOp::create(builder, loc, sum,
                                  number(static_cast<double>(elements)));
    return math::SqrtOp::create(builder, loc, sum);
  };
  Measures measures;
  measures.residual = finish(sums[0]);
  if (anyReal)
    measures.magnitude =
        needsMagnitude ? sums[1] : magnitudeIfBad(measures.residual, image);
  if (needsReference)
    measures.reference =
        largest(builder, loc, finish(sums[2]), finish(sums[3]));
  return measures;
}

void FixedPointExpansion::buildStart(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Value> init;
  SmallVector<Type> initTypes(
      TypeRange(op.getBody().getArgumentTypes()).take_front(numStates));
  RegionView view = openRegion(loop.getStart(), initTypes, init);
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  IterationContext context(builder, loc, findKnob);

  Value legal = all(allFinite(init), legalLimits(view));
  legal = all(legal, method().checkKnobs(context));
  Value status = select(legal, statusConstant(Status::max_iterations),
                        statusConstant(Status::bad_argument));
  SmallVector<Value> states = init;
  llvm::append_range(states, method().start(context, init));
  states.push_back(infinity(builder, loc, real));
  states.push_back(status);
  NextOp::create(builder, loc, legal, states, ValueRange(), ValueRange());
  stateTypes =
      llvm::map_to_vector(states, [](Value value) { return value.getType(); });
}

void FixedPointExpansion::buildStep(LoopOp loop) {
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

  Block &body = op.getBody().front();
  Value innerFailed;
  SmallVector<Value> image =
      evaluate(body, carryInnerFailures(body), z, view, innerFailed);
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
    tolerance = number(0.0);
  Value settled = compare(Predicate::OLE, measures.residual, tolerance);
  Failure failure = {measures.magnitude, nullptr, innerFailed};
  Value isPast, bad = failed(failure);
  if (Value bound = measures.magnitude ? knob(view, "bound") : Value())
    isPast = compare(Predicate::OGT, measures.magnitude, bound);
  bad = either(bad, isPast);
  Value again = negate(either(settled, bad));

  Value status = select(again, statusConstant(Status::max_iterations),
                        statusConstant(Status::converged));
  if (isPast)
    status = select(isPast, statusConstant(Status::diverged), status);
  status = statusOf(failure, status);

  if (bad)
    for (auto [value, point] : llvm::zip(image, z))
      value = select(bad, point, value);
  IterationStep step = method().step(context, z, image, memory);

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
                                       measures.residual, buffer, slot,
                                       boolean(true)));
  }
  NextOp::create(builder, loc, again, states, records, ValueRange());
}

void FixedPointExpansion::buildFinish(LoopOp loop) {
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

  finals.push_back(
      finalStatus(view, arguments[0], arguments[1], states.back()));
  YieldOp::create(builder, loc, finals);
}

LogicalResult FixedPointExpansion::run() {
  if (!isa<IterationMethod>(op.getMethodAttr()))
    return op.emitOpError("expected 'method' to have a model, but none is "
                          "registered for ")
           << op.getMethodAttr();
  collectInputs();
  SmallVector<Value> records;
  if (std::optional<int64_t> slots = op.getTrace())
    records.push_back(makeRecord(op.getInit().front(), op.getBatchDims().size(),
                                 RankedTensorType::get({*slots}, real)));

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

LogicalResult expandFixedPoint(FixedPointOp op) {
  return FixedPointExpansion(op).run();
}

} // namespace mlir::eq
