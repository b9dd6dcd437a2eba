// eq.ode as a loop: the one driver of all step methods. The states of the loop
// are, in this order:
//
//   y...         one per `init`: the last accepted states
//   slope...     f(t, y)
//   t            the time they belong to
//   next         where the next attempt ends (adaptive), or the number of steps
//                (fixed)
//   memory...    what the controller remembers
//   error        scaled error of the last attempt, squared
//   accepted     accepted steps
//   slot         the next saved time, with `save`
//   events...    see `Flight` and OdeEvents.cpp
//   status       how it ended; anything while it has not
//
// A step attempts one step of the method and keeps the old states where it is
// rejected; so a failed evaluation never enters a state.

#include "OdeExpansion.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/StepMethod.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::eq {

using Predicate = arith::CmpFPredicate;

void OdeExpansion::collectInputs() {
  ArrayRef<BlockArgument> arguments = op.getBody().getArguments();
  addInputs(op.getIns(), op.getShared(), arguments.drop_front(1 + numStates));
  addKnob("from", op.getFrom());
  addKnob("to", op.getTo());
  addKnobs(op.getWithinNames(), op.getWithin());
  for (auto [name, value] :
       llvm::zip(op.getUntilNames().getAsRange<StringAttr>(), op.getUntil()))
    addKnob(("until_" + name.strref()).str(), value);
  addKnobs(op.getWithNames(), op.getWith());
  ArrayRef<BlockArgument> states = arguments.slice(1, numStates);
  addScales(op.getScale(), states);
  if (Value save = op.getSave()) {
    Type sample = RankedTensorType::get({numSaves()}, time);
    savePlace = inputs.add(save, sample, save.getType() == sample);
    for (BlockArgument state : states)
      recordTypes.push_back(batchedType({numSaves()}, state.getType()));
  }
  collectEvents();
}

OdeExpansion::Flight OdeExpansion::takeApart(ValueRange states) {
  Flight flight;
  flight.y = states.take_front(numStates);
  flight.slope = states.slice(numStates, numStates);
  states = states.drop_front(2 * numStates);
  flight.t = states[0];
  flight.next = states[1];
  flight.memory = states.slice(2, numMemory);
  states = states.drop_front(2 + numMemory);
  flight.squaredError = states[0];
  flight.accepted = states[1];
  states = states.drop_front(2);
  if (op.getSave()) {
    flight.slot = states.front();
    states = states.drop_front();
  }
  if (hasEvents()) {
    flight.signs = states.take_front(op.getNumEvents());
    flight.hits = states.slice(op.getNumEvents(), numKept());
    states = states.drop_front(op.getNumEvents() + numKept());
    flight.detectFrom = states.front();
    if (isFixed())
      flight.reached = states[1];
  }
  flight.status = states.back();
  return flight;
}

//===----------------------------------------------------------------------===//
// Evaluations
//===----------------------------------------------------------------------===//

SmallVector<Value> OdeExpansion::slopeAt(const RegionView &view, Value t,
                                         ValueRange y) {
  SmallVector<Value> leading = {t};
  llvm::append_range(leading, y);
  return evaluate(op.getBody().front(), innerFlag, leading, view, innerFailed);
}

// y + h slope.
SmallVector<Value> OdeExpansion::advanced(ValueRange y, Value h,
                                          ValueRange slope) {
  SmallVector<Value> ahead;
  for (auto [state, k] : llvm::zip(y, slope)) {
    Type type = state.getType();
    Value size = spread(
        builder, loc, convertReal(builder, loc, h, elementTypeOf(type)), type);
    ahead.push_back(math::FmaOp::create(builder, loc, size, k, state));
  }
  return ahead;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

// Times are finite, and a step size is finite and goes from `from` toward `to`.
Value OdeExpansion::legalTimes(const RegionView &view, Value from, Value to) {
  Value infinite = infinity(builder, loc, time);
  Value legal = all(compare(Predicate::OLT, magnitude(from), infinite),
                    compare(Predicate::OLT, magnitude(to), infinite));
  Value zero = number(time, 0.0);
  for (StringRef name : {"step", "first_step"}) {
    Value step = knob(view, name);
    if (!step)
      continue;
    legal = all(legal, compare(Predicate::OLT, magnitude(step), infinite));
    legal = all(legal, compare(Predicate::ONE, step, zero));
    Value isForward = compare(Predicate::OLT, from, to);
    Value isBackward = compare(Predicate::OGT, from, to);
    Value goesDown = compare(Predicate::OLT, step, zero);
    Value wrong = select(goesDown, isForward, isBackward);
    legal = all(legal, negate(wrong));
  }
  return legal;
}

//===----------------------------------------------------------------------===//
// Step sizes
//===----------------------------------------------------------------------===//

// abs scale + rel magnitude, for one element.
Value OdeExpansion::tolerancesOf(OpBuilder &at, const RegionView &view,
                                 size_t state, Value magnitude, Value scale) {
  Value tolerance;
  if (Value absolute = knob(view, "abs"))
    tolerance =
        scale ? Value(arith::MulFOp::create(at, loc, absolute,
                                            convertReal(at, loc, scale, real)))
              : absolute;
  if (Value relative = knob(view, "rel")) {
    Value part = arith::MulFOp::create(at, loc, relative, magnitude);
    tolerance = tolerance
                    ? Value(arith::AddFOp::create(at, loc, tolerance, part))
                    : part;
  }
  return tolerance;
}

// The square of rms(value / (abs scale + rel max(|before|, |after|))) over all
// components; NaN where `zero` is not 0. `before` has no NaNs.
Value OdeExpansion::squaredNorm(const RegionView &view, ValueRange values,
                                ValueRange before, ValueRange after,
                                Value zero) {
  Value sum = zero ? zero : number(0.0);
  int64_t elements = 0;
  for (size_t i = 0; i < numStates; ++i) {
    Value value = values[i];
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    elements += tensor ? tensor.getNumElements() : 1;
    SmallVector<Value> read = {value, before[i], after[i]};
    Value scalarScale;
    if (!scales.empty()) {
      Value scale = view.at(scales[i]);
      if (scale.getType() == value.getType())
        read.push_back(scale);
      else
        scalarScale = scale;
    }
    sum = reduceElements(
        builder, loc, read, sum,
        [&](OpBuilder &nested, ValueRange element, ValueRange sumBefore) {
          auto size = [&](Value x) -> Value {
            return math::AbsFOp::create(nested, loc,
                                        convertReal(nested, loc, x, real));
          };
          Value scale = element.size() > 3 ? element[3] : scalarScale;
          Value old = size(element[1]), fresh = size(element[2]);
          // A NaN of the new ones stays.
          Value tolerance = tolerancesOf(
              nested, view, i, pick(nested, loc, Predicate::OGT, old, fresh),
              scale);
          Value ratio = arith::DivFOp::create(
              nested, loc, convertReal(nested, loc, element[0], real),
              tolerance);
          return SmallVector<Value>{
              math::FmaOp::create(nested, loc, ratio, ratio, sumBefore[0])};
        })[0];
  }
  return times(sum, number(1.0 / static_cast<double>(elements)));
}

Value OdeExpansion::scaledNorm(const RegionView &view, ValueRange values,
                               ValueRange y) {
  return math::SqrtOp::create(builder, loc,
                              squaredNorm(view, values, y, y, nullptr));
}

// max |f| <= abs + rel max |y|; null without `until`.
Value OdeExpansion::isSteady(const RegionView &view, ValueRange y,
                             ValueRange slope) {
  Value limit = knob(view, "until_abs");
  if (Value relative = knob(view, "until_rel")) {
    Value part = times(relative, largestMagnitude(y));
    limit = limit ? plus(limit, part) : part;
  }
  if (!limit)
    return nullptr;
  return compare(Predicate::OLE, largestMagnitude(slope), limit);
}

// The square of the scaled error; NaN where the new states are not finite, as
// their size says.
Value OdeExpansion::squaredErrorOf(const RegionView &view, ValueRange y,
                                   const Step &step, Value size) {
  Value zero = times(size, number(0.0));
  Value square = squaredNorm(view, step.error, y, step.y, zero);
  if (step.errorBelow.empty())
    return square;
  // Hairer's combination for dop853: e5^2 / sqrt(e5^2 + e3^2 / 100); 0 for 0.
  Value below = squaredNorm(view, step.errorBelow, y, step.y, zero);
  Value tempered =
      math::FmaOp::create(builder, loc, below, number(0.01), square);
  Value combined = times(square, over(square, tempered));
  Value isZero = compare(Predicate::OEQ, tempered, number(0.0));
  return select(isZero, tempered, combined);
}

// Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.4.
Value OdeExpansion::firstStep(const RegionView &view, Value from, Value to,
                              ValueRange y, ValueRange slope) {
  if (Value given = knob(view, "first_step"))
    return given;
  Value savedFlag = innerFailed;
  auto toTime = [&](Value x) { return convertReal(builder, loc, x, time); };
  auto least = [&](Value a, Value b) {
    return select(compare(Predicate::OLT, a, b), a, b);
  };
  Value d0 = scaledNorm(view, y, y), d1 = scaledNorm(view, slope, y);
  Value small = either(compare(Predicate::OLT, d0, number(1e-5)),
                       compare(Predicate::OLT, d1, number(1e-5)));
  Value h0 = select(small, number(1e-6), over(times(number(0.01), d0), d1));
  Value isForward = compare(Predicate::OLE, from, to);
  Value span = magnitude(minus(to, from));
  auto directed = [&](Value h) {
    return select(isForward, h, arith::NegFOp::create(builder, loc, h));
  };
  Value trial = directed(least(toTime(h0), span));
  SmallVector<Value> slopeAhead =
      slopeAt(view, plus(from, trial), advanced(y, trial, slope));
  innerFailed = savedFlag; // a poor guess is not a failure
  SmallVector<Value> change;
  for (auto [a, b] : llvm::zip(slopeAhead, slope))
    change.push_back(minus(a, b));
  Value d2 = over(scaledNorm(view, change, y), h0);
  Value d = largest(builder, loc, d1, d2);
  Value flat = largest(builder, loc, number(1e-6), times(h0, number(1e-3)));
  Value curved = math::PowFOp::create(builder, loc, over(number(0.01), d),
                                      number(1.0 / method.getOrder()));
  Value h1 = select(compare(Predicate::OLE, d, number(1e-15)), flat, curved);
  Value hundred = times(h0, number(100.0));
  // A slope that is not finite there says nothing: h0 it is.
  Value h = select(compare(Predicate::ORD, h1, h1), least(hundred, h1), h0);
  return directed(least(toTime(h), span));
}

// (to - from) / step, rounded where it is within 1e-9 of a whole number, else
// rounded up; i32.
Value OdeExpansion::countSteps(Value from, Value to, Value step) {
  Value steps = over(minus(to, from), step);
  Value whole = math::RoundEvenOp::create(builder, loc, steps);
  Value distance = magnitude(minus(steps, whole));
  Value near = compare(Predicate::OLE, distance,
                       times(number(time, 1e-9),
                             largest(builder, loc, whole, number(time, 1.0))));
  Value up = math::CeilOp::create(builder, loc, steps);
  return arith::FPToSIOp::create(builder, loc, builder.getI32Type(),
                                 select(near, whole, up));
}

// Less than 1.01 h remains: the step is stretched to the end.
Value OdeExpansion::isLanding(Value t, Value h, Value to) {
  return compare(Predicate::OLE, magnitude(minus(to, t)),
                 times(magnitude(h), number(time, 1.01)));
}

// The attempt after this one, from t with a step of about h.
OdeExpansion::Plan OdeExpansion::plan(const RegionView &view, Value t,
                                      Value h) {
  Value from = knob(view, "from"), to = knob(view, "to");
  Value lands = isLanding(t, h, to);
  // |h| < 4 ulp(max(|from|, |to|)), and no landing.
  double ulp =
      std::ldexp(1.0, -static_cast<int>(time.getFPMantissaWidth()) + 1);
  Value limit = times(number(time, 4 * ulp),
                      largest(builder, loc, magnitude(from), magnitude(to)));
  Value tiny = compare(Predicate::OLT, magnitude(h), limit);
  return {select(lands, to, plus(t, h)), all(tiny, negate(lands))};
}

//===----------------------------------------------------------------------===//
// The regions of the loop
//===----------------------------------------------------------------------===//

void OdeExpansion::buildStart(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Value> y;
  SmallVector<Type> types(
      TypeRange(op.getBody().getArgumentTypes()).slice(1, numStates));
  RegionView view = openRegion(loop.getStart(), types, y, recordTypes);
  ValueRange buffers =
      ValueRange(loop.getStart().getArguments()).take_back(recordTypes.size());
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  auto call = [&](Value t, ValueRange at) { return slopeAt(view, t, at); };
  StepContext context(builder, loc, real, findKnob, call);
  Value from = knob(view, "from"), to = knob(view, "to");

  Value legal = all(allFinite(y), legalLimits(view));
  legal = all(legal, legalTimes(view, from, to));
  if (op.getSave())
    legal = all(legal, legalSaves(view, from, to));
  if (!isFixed())
    legal = all(legal, controller().checkKnobs(context));

  innerFailed = nullptr;
  SmallVector<Value> slope = slopeAt(view, from, y);
  Failure failure = {sizeOf(slope), nullptr, innerFailed};
  Value status = statusConstant(Status::max_iterations);
  Value h, next;
  SmallVector<Value> memory;
  if (isFixed()) {
    h = knob(view, "step");
    next = countSteps(from, to, h);
  } else {
    h = firstStep(view, from, to, y, slope);
    memory = controller().start(context);
    Plan first = plan(view, from, h);
    next = first.next;
    status = select(first.underflows, statusConstant(Status::step_underflow),
                    status);
  }
  numMemory = memory.size();
  SmallVector<Value> eventStates;
  if (hasEvents()) {
    startEvents(view, from, h, y, slope, eventStates, failure.isNan);
    failure.inner = innerFailed;
  }
  status = statusOf(failure, status);
  Value isThere =
      either(compare(Predicate::OEQ, from, to), isSteady(view, y, slope));
  status = select(isThere, statusConstant(Status::converged), status);
  status = select(legal, status, statusConstant(Status::bad_argument));

  SmallVector<Value> states = y;
  llvm::append_range(states, slope);
  states.push_back(from);
  states.push_back(next);
  llvm::append_range(states, memory);
  states.push_back(number(0.0));
  states.push_back(count(0));
  SmallVector<Value> records;
  if (op.getSave()) {
    Value slot = count(0);
    saveStart(view, y, from, to, legal, buffers.take_front(numStates), slot,
              records);
    states.push_back(slot);
  }
  // No event has happened: their records are as they were.
  llvm::append_range(records, buffers.drop_front(records.size()));
  llvm::append_range(states, eventStates);
  states.push_back(status);
  Value again = compare(arith::CmpIPredicate::eq, status,
                        statusConstant(Status::max_iterations));
  NextOp::create(builder, loc, again, states, records, ValueRange());
  stateTypes =
      llvm::map_to_vector(states, [](Value value) { return value.getType(); });
}

// f(tNext, y1), where the next step begins: only of a step that is accepted,
// and at the very end only where the interpolant is made of it. Gives an
// i1 that is set where an inner solve failed, or null.
Value OdeExpansion::evaluateEndSlope(const RegionView &view, Value tNext,
                                     Value lands, Value accepts,
                                     const Flight &flight, Step &step) {
  Value needed = accepts;
  bool interpolates = op.getSave() || hasEvents();
  if (!interpolates || !method.interpolatesByEndSlope())
    needed = all(needed, negate(lands));
  bool canFail = static_cast<bool>(innerFlag);
  SmallVector<Type> types(flight.slope.getTypes());
  if (canFail)
    types.push_back(builder.getI1Type());
  auto branch = scf::IfOp::create(builder, loc, types, needed,
                                  /*addThenBlock=*/true,
                                  /*addElseBlock=*/true);
  Value flagBefore = innerFailed;
  innerFailed = nullptr;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    SmallVector<Value> yields = slopeAt(view, tNext, step.y);
    if (canFail)
      yields.push_back(innerFailed);
    scf::YieldOp::create(builder, loc, yields);
    builder.setInsertionPointToEnd(branch.elseBlock());
    yields = SmallVector<Value>(flight.slope);
    if (canFail)
      yields.push_back(boolean(false));
    scf::YieldOp::create(builder, loc, yields);
  }
  innerFailed = flagBefore;
  step.endSlope = SmallVector<Value>(branch.getResults().take_front(numStates));
  return canFail ? branch.getResults().back() : Value();
}

// Times of fixed steps are from + k step, so that they do not add up errors; a
// step that begins at an event, between two of them, ends at the next.
OdeExpansion::Attempt OdeExpansion::planAttempt(const RegionView &view,
                                                const Flight &flight, Value k) {
  Attempt attempt;
  Value to = knob(view, "to");
  if (!isFixed()) {
    attempt.tNext = flight.next;
    attempt.lands = compare(Predicate::OEQ, attempt.tNext, to);
    attempt.h = minus(attempt.tNext, flight.t);
    return attempt;
  }
  Value size = knob(view, "step"), from = knob(view, "from");
  auto timeAt = [&](Value number) -> Value {
    Value steps = arith::SIToFPOp::create(builder, loc, time, number);
    return math::FmaOp::create(builder, loc, steps, size, from);
  };
  Value before = hasEvents() ? flight.reached : k;
  attempt.number = arith::AddIOp::create(builder, loc, before, count(1));
  attempt.lands =
      compare(arith::CmpIPredicate::sge, attempt.number, flight.next);
  Value along = timeAt(attempt.number);
  if (hasEvents()) {
    Value onTime = compare(Predicate::OEQ, flight.t, timeAt(before));
    size = select(onTime, size, minus(along, flight.t));
  }
  attempt.h = select(attempt.lands, minus(to, flight.t), size);
  attempt.tNext = select(attempt.lands, to, along);
  return attempt;
}

void OdeExpansion::buildStep(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> leading = {builder.getI32Type()};
  llvm::append_range(leading, stateTypes);
  SmallVector<Value> arguments;
  RegionView view = openRegion(loop.getStep(), leading, arguments, recordTypes);
  ValueRange buffers =
      ValueRange(loop.getStep().getArguments()).take_back(recordTypes.size());
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  auto call = [&](Value t, ValueRange at) { return slopeAt(view, t, at); };
  StepContext context(builder, loc, real, findKnob, call);
  Flight flight = takeApart(ValueRange(arguments).drop_front());
  Value to = knob(view, "to");

  Attempt attempt = planAttempt(view, flight, arguments.front());
  Value h = attempt.h, tNext = attempt.tNext, lands = attempt.lands;

  innerFailed = nullptr;
  Step step = method.step(context, flight.t, h, flight.y, flight.slope);

  Failure failure = {sizeOf(step.y), nullptr, innerFailed};
  Value accepts, isPast, squaredError = number(0.0);
  if (isFixed()) {
    accepts = negate(failed(failure));
  } else {
    squaredError = squaredErrorOf(view, flight.y, step, failure.size);
    accepts = compare(Predicate::OLE, squaredError, number(1.0));
    if (failure.inner)
      accepts = all(accepts, negate(failure.inner));
  }
  if (Value bound = knob(view, "bound")) {
    isPast =
        all(accepts, compare(Predicate::OGT, largestMagnitude(step.y), bound));
    accepts = all(accepts, negate(isPast));
  }
  if (step.endSlope.empty()) {
    Value slopeFailed =
        evaluateEndSlope(view, tNext, lands, accepts, flight, step);
    if (slopeFailed) {
      failure.inner = either(failure.inner, slopeFailed);
      accepts = all(accepts, negate(slopeFailed));
    }
  }

  EventOutcome outcome;
  outcome.y = step.y;
  outcome.slope = step.endSlope;
  outcome.t = tNext;
  Value steady = isSteady(view, step.y, step.endSlope);
  Value arrives = either(lands, steady);
  if (hasEvents()) {
    outcome = findEvents(view, context, flight, h, tNext, accepts, step);
    failure.isNan = either(failure.isNan, outcome.isNan);
    failure.inner = either(failure.inner, outcome.inner);
    accepts = all(accepts, negate(failed(failure)));
    arrives = either(all(arrives, negate(outcome.fired)),
                     compare(Predicate::OEQ, outcome.t, to));
  }

  Value t = select(accepts, outcome.t, flight.t);
  Value next = flight.next, underflows;
  SmallVector<Value> memory;
  if (!isFixed()) {
    StepAdaptation adaptation = controller().adapt(
        context, squaredError, accepts, method.getOrder(), flight.memory);
    memory = adaptation.memory;
    // An attempt without a number says nothing about the size: a quarter.
    Value quarter = compare(Predicate::UNO, squaredError, squaredError);
    quarter = either(quarter, either(failure.isNan, failure.inner));
    Value factor = select(quarter, number(0.25), adaptation.factor);
    Plan ahead =
        plan(view, t, times(h, convertReal(builder, loc, factor, time)));
    next = ahead.next;
    underflows = ahead.underflows;
  }

  // Why it ends, if it does. What was to reach the end time says so by itself,
  // and the condition is not carried along.
  Value ends = all(accepts, arrives);
  bool endsAtTime = !steady && !hasEvents();
  Value converges = endsAtTime ? compare(Predicate::OEQ, t, to) : ends;
  Value status;
  if (isFixed()) {
    ends = either(ends, failed(failure));
    status = statusOf(failure, statusConstant(Status::converged));
  } else {
    status = statusOf(failure, statusConstant(Status::step_underflow));
    status = select(converges, statusConstant(Status::converged), status);
    ends = either(ends, underflows);
  }
  if (isPast) {
    status = select(isPast, statusConstant(Status::diverged), status);
    ends = either(ends, isPast);
  }
  if (hasEvents()) {
    Value stops = all(accepts, negate(outcome.goesOn));
    status = select(stops, statusConstant(Status::event), status);
    ends = either(ends, stops);
  }

  Value rejects = negate(accepts);
  SmallVector<Value> states;
  for (auto [before, after] : llvm::zip(flight.y, outcome.y))
    states.push_back(select(rejects, before, after));
  for (auto [before, after] : llvm::zip(flight.slope, outcome.slope))
    states.push_back(select(rejects, before, after));
  states.push_back(t);
  states.push_back(next);
  llvm::append_range(states, memory);
  states.push_back(squaredError);
  Value more = arith::AddIOp::create(builder, loc, flight.accepted, count(1));
  states.push_back(select(accepts, more, flight.accepted));
  SmallVector<Value> records;
  if (op.getSave()) {
    Value slot = flight.slot;
    saveStep(view, context, flight, attempt, outcome.t, accepts, step,
             buffers.take_front(numStates), slot, records);
    states.push_back(slot);
  }
  if (hasEvents()) {
    for (auto [before, after] : llvm::zip(flight.signs, outcome.signs))
      states.push_back(select(rejects, before, after));
    SmallVector<Value> counts;
    keepTimes(flight, outcome, accepts, buffers.drop_front(records.size()),
              counts, records);
    llvm::append_range(states, counts);
    states.push_back(select(rejects, flight.detectFrom, outcome.detectFrom));
    if (isFixed()) {
      Value isThere = all(accepts, compare(Predicate::OEQ, outcome.t, tNext));
      states.push_back(select(isThere, attempt.number, flight.reached));
    }
  }
  states.push_back(status);
  NextOp::create(builder, loc, negate(ends), states, records, ValueRange());
}

void OdeExpansion::buildFinish(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> leading = {builder.getI32Type(), builder.getI1Type()};
  llvm::append_range(leading, stateTypes);
  SmallVector<Value> arguments;
  RegionView view = openRegion(loop.getFinish(), leading, arguments);
  Flight flight = takeApart(ValueRange(arguments).drop_front(2));

  SmallVector<Value> finals(flight.y);
  finals.push_back(flight.t);
  finals.push_back(math::SqrtOp::create(builder, loc, flight.squaredError));
  finals.push_back(flight.accepted);
  finals.push_back(
      arith::SubIOp::create(builder, loc, arguments[0], flight.accepted));
  Value again = arguments[1];
  Value status =
      select(again, statusConstant(Status::max_iterations), flight.status);
  finals.push_back(finalStatus(view, arguments[0], again, status));
  YieldOp::create(builder, loc, finals);
}

LogicalResult OdeExpansion::run() {
  if (!method)
    return op.emitOpError("expected 'method' to have a model, but none is "
                          "registered for ")
           << op.getMethodAttr();
  collectInputs();
  Value first = op.getInit().front();
  size_t batchRank =
      rankOf(first.getType()) - rankOf(op.getBody().getArgument(1).getType());
  innerFlag = carryInnerFailures(op.getBody().front());
  SmallVector<Value> records;
  for (Type type : recordTypes)
    records.push_back(makeRecord(op.getInit().front(), batchRank,
                                 cast<RankedTensorType>(type)));

  // Results in the loop's order: states, time, error, steps, rejected, status,
  // attempts, saved states.
  ResultRange outs = op.getOuts();
  SmallVector<Type> types(outs.take_front(numStates).getTypes());
  llvm::append_range(types, outs.take_back(5).getTypes());
  types.push_back(outs.back().getType());
  llvm::append_range(types, TypeRange(ValueRange(records)));
  auto loop = LoopOp::create(
      builder, loc, types, op.getInit(), inputs.ins, inputs.shared, records,
      ValueRange(), findKnob(op.getWithinNames(), op.getWithin(), "max"));
  buildStart(loop);
  buildStep(loop);
  buildFinish(loop);

  SmallVector<Value> replacements(loop.getFinals().take_front(numStates));
  llvm::append_range(replacements, loop.getRecords());
  llvm::append_range(replacements, loop.getFinals().drop_front(numStates));
  op->replaceAllUsesWith(replacements);
  op->erase();
  return success();
}

LogicalResult expandOde(OdeOp op) { return OdeExpansion(op).run(); }

} // namespace mlir::eq
