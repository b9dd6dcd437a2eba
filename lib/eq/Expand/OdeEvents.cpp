// Events of eq.ode: changes of sign of functions of time and state.
//
// An event is looked for in accepted steps only. Where its function changes its
// sign from the start of a step to its end, the time is found by eq.root on the
// method's interpolant; the earliest event of the step happens, its `apply`
// changes the states, and the next step begins there.
//
// At an event the function is zero up to rounding, so its sign there means
// nothing. What is carried to the next step is the sign a little later (h
// sqrt(eps) along the new slope), and the search in that step begins there:
// neither is the same event found twice, nor is the next one missed.

#include "OdeExpansion.h"
#include "eq/Methods/Emit.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <cmath>

namespace mlir::eq {

using Predicate = arith::CmpFPredicate;

static Block &blockOf(Region &region) { return region.front(); }

void OdeExpansion::collectEvents() {
  for (unsigned i = 0; i < op.getNumEvents(); ++i) {
    Region &event = op.getEventRegion(i), &apply = op.getApplyRegion(i);
    eventFlags.push_back(carryInnerFailures(blockOf(event)));
    applyFlags.push_back(apply.empty() ? Value()
                                       : carryInnerFailures(blockOf(apply)));
    if (int64_t keep = op.getEventKeeps()[i])
      recordTypes.push_back(RankedTensorType::get({keep}, time));
  }
}

Value OdeExpansion::eventValue(unsigned i, const RegionView &view, Value t,
                               ValueRange y) {
  SmallVector<Value> leading = {t};
  llvm::append_range(leading, y);
  return evaluate(blockOf(op.getEventRegion(i)), eventFlags[i], leading, view,
                  innerFailed)
      .front();
}

// Whether the sign changed in a direction that counts.
Value OdeExpansion::crosses(unsigned i, Value before, Value after) {
  Value zero = number(before.getType(), 0.0);
  auto crossing = [&](Predicate was, Predicate is) {
    return all(compare(was, before, zero), compare(is, after, zero));
  };
  auto direction = static_cast<EventDirection>(op.getEventDirections()[i]);
  Value rises, falls;
  if (direction != EventDirection::falling)
    rises = crossing(Predicate::OLT, Predicate::OGE);
  if (direction != EventDirection::rising)
    falls = crossing(Predicate::OGT, Predicate::OLE);
  return either(rises, falls);
}

// How far behind an event its sign is looked at.
Value OdeExpansion::lookAhead(Value h) {
  int digits = static_cast<int>(time.getFPMantissaWidth());
  return times(h, number(time, std::ldexp(1.0, -digits / 2)));
}

// The signs with which the integration begins: where a function is zero, those
// a little later. `isNan` becomes an i1: a function is NaN.
void OdeExpansion::startEvents(const RegionView &view, Value from, Value h,
                               ValueRange y, ValueRange slope,
                               SmallVectorImpl<Value> &states, Value &isNan) {
  Value ahead = lookAhead(h);
  Value later = plus(from, ahead);
  SmallVector<Value> stateLater = advanced(y, ahead, slope);
  Value anyZero;
  for (unsigned i = 0; i < op.getNumEvents(); ++i) {
    Value now = eventValue(i, view, from, y);
    Value soon = eventValue(i, view, later, stateLater);
    Value isZero = compare(Predicate::OEQ, now, number(now.getType(), 0.0));
    states.push_back(select(isZero, soon, now));
    anyZero = either(anyZero, isZero);
    isNan = either(isNan, compare(Predicate::UNO, now, now));
  }
  for (int64_t keep : op.getEventKeeps())
    if (keep > 0)
      states.push_back(count(0));
  states.push_back(select(anyZero, later, from));
  if (isFixed())
    states.push_back(count(0));
}

// Where in the step, from 0 to 1, event `i` happens. `step` has its extra
// stages.
Value OdeExpansion::timeOfEvent(unsigned i, const RegionView &view,
                                const Flight &flight, Value h, Value low,
                                const Step &step) {
  // The unknown has the wider type of the time and the function.
  auto yield = cast<YieldOp>(blockOf(op.getEventRegion(i)).getTerminator());
  Type value = yield.getValues().front().getType();
  Type wide = value.getIntOrFloatBitWidth() > time.getWidth() ? value : time;

  // What the interpolant and the function need, through the op's inputs.
  SmallVector<Value> inputsOfRoot = {flight.t, h};
  auto add = [&](ValueRange values) {
    llvm::append_range(inputsOfRoot, values);
  };
  add(flight.y);
  add(step.y);
  add(step.endSlope);
  for (const SmallVector<Value> &slopes : step.stages)
    add(slopes);
  add(view.ins);
  add(view.shared);

  Value from = convertReal(builder, loc, low, wide);
  Value one = number(wide, 1.0);
  Value max = count(200);
  Type i32 = builder.getI32Type();
  auto root = RootOp::create(
      builder, loc, TypeRange{wide, wide, i32, i32}, one, inputsOfRoot,
      ValueRange(), max, ValueRange{from, one},
      builder.getStrArrayAttr({"max"}),
      builder.getStrArrayAttr({"low", "high"}), BrentAttr::get(op.getContext()),
      OnFailureAttr::get(op.getContext(), OnFailure::ignore));
  {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Type> types = {wide};
    llvm::append_range(types, ValueRange(inputsOfRoot).getTypes());
    SmallVector<Location> locations(types.size(), loc);
    Block *block = builder.createBlock(&root.getBody(), root.getBody().end(),
                                       types, locations);
    ValueRange arguments(block->getArguments());
    Value theta = arguments.front();
    arguments = arguments.drop_front();
    auto take = [&](size_t n) {
      ValueRange taken = arguments.take_front(n);
      arguments = arguments.drop_front(n);
      return taken;
    };
    ValueRange times = take(2);
    ValueRange y = take(numStates);
    Step inside;
    inside.y = SmallVector<Value>(take(numStates));
    inside.endSlope = SmallVector<Value>(take(step.endSlope.size()));
    for (const SmallVector<Value> &slopes : step.stages)
      inside.stages.emplace_back(take(slopes.size()));
    RegionView innerView;
    innerView.ins = take(view.ins.size());
    innerView.shared = take(view.shared.size());

    auto noKnob = [](StringRef) { return Value(); };
    auto noCall = [](Value, ValueRange) { return SmallVector<Value>(); };
    StepContext context(builder, loc, real, noKnob, noCall);
    SmallVector<Value> between =
        method.interpolate(context, theta, times[1], y, inside);
    Value at = math::FmaOp::create(builder, loc,
                                   convertReal(builder, loc, theta, time),
                                   times[1], times[0]);
    Value flagBefore = innerFailed;
    Value g = eventValue(i, innerView, at, between);
    innerFailed = flagBefore;
    YieldOp::create(builder, loc, convertReal(builder, loc, g, wide));
  }
  // Without an answer it is the end of the step, where the sign has changed.
  Value found = compare(arith::CmpIPredicate::eq, root.getStatus(),
                        statusConstant(Status::converged));
  Value theta = select(found, root.getSolutions().front(), one);
  return convertReal(builder, loc, theta, time);
}

OdeExpansion::EventOutcome
OdeExpansion::findEvents(const RegionView &view, StepContext &context,
                         const Flight &flight, Value h, Value tNext,
                         Value accepts, const Step &step) {
  unsigned numEvents = op.getNumEvents();
  Value flagBefore = innerFailed;
  innerFailed = nullptr;
  EventOutcome outcome;
  SmallVector<Value> after, crossed;
  Value any;
  for (unsigned i = 0; i < numEvents; ++i) {
    after.push_back(eventValue(i, view, tNext, step.y));
    crossed.push_back(all(accepts, crosses(i, flight.signs[i], after[i])));
    any = either(any, crossed[i]);
    outcome.isNan =
        either(outcome.isNan, compare(Predicate::UNO, after[i], after[i]));
  }
  outcome.inner = innerFailed;

  SmallVector<Type> types(flight.y.getTypes());
  llvm::append_range(types, flight.slope.getTypes());
  llvm::append_range(types, ValueRange(after).getTypes());
  types.push_back(time);
  types.append(numEvents + 3, builder.getI1Type());
  auto branch = scf::IfOp::create(builder, loc, types, any,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    innerFailed = nullptr;
    Step whole = step;
    llvm::append_range(
        whole.stages, method.extraStages(context, flight.t, h, flight.y, step));

    // The earliest of those whose sign changed.
    Value zero = number(time, 0.0), one = number(time, 1.0);
    Value low = over(minus(flight.detectFrom, flight.t), h);
    low = arith::MinimumFOp::create(
        builder, loc, arith::MaximumFOp::create(builder, loc, low, zero), one);
    SmallVector<Value> thetas;
    Value first = one;
    for (unsigned i = 0; i < numEvents; ++i) {
      auto search = scf::IfOp::create(builder, loc, TypeRange(time), crossed[i],
                                      /*addThenBlock=*/true,
                                      /*addElseBlock=*/true);
      OpBuilder::InsertionGuard inner(builder);
      builder.setInsertionPointToEnd(search.thenBlock());
      Value theta = timeOfEvent(i, view, flight, h, low, whole);
      scf::YieldOp::create(builder, loc, theta);
      builder.setInsertionPointToEnd(search.elseBlock());
      scf::YieldOp::create(builder, loc, number(time, 2.0));
      builder.setInsertionPointAfter(search);
      thetas.push_back(search.getResult(0));
      first = arith::MinimumFOp::create(builder, loc, first, thetas[i]);
    }
    Value isEnd = compare(Predicate::OGE, first, one);
    Value t = select(isEnd, tNext,
                     math::FmaOp::create(builder, loc, first, h, flight.t));
    SmallVector<Value> y =
        method.interpolate(context, first, h, flight.y, whole);
    for (auto [value, last] : llvm::zip(y, step.y))
      value = select(isEnd, last, value);

    // All that happen at that time, in the order of the program.
    SmallVector<Value> fires;
    Value goesOn = boolean(true);
    for (unsigned i = 0; i < numEvents; ++i) {
      fires.push_back(
          all(crossed[i], compare(Predicate::OLE, thetas[i], first)));
      Region &apply = op.getApplyRegion(i);
      if (apply.empty()) {
        goesOn = all(goesOn, negate(fires[i]));
        continue;
      }
      SmallVector<Value> leading = {t};
      llvm::append_range(leading, y);
      SmallVector<Value> applied =
          evaluate(blockOf(apply), applyFlags[i], leading, view, innerFailed);
      goesOn = select(fires[i], all(goesOn, applied.front()), goesOn);
      for (auto [value, changed] :
           llvm::zip(y, ArrayRef<Value>(applied).drop_front()))
        value = select(fires[i], changed, value);
    }

    SmallVector<Value> slope = slopeAt(view, t, y);
    Value ahead = lookAhead(h);
    Value later = plus(t, ahead);
    SmallVector<Value> stateLater = advanced(y, ahead, slope);
    SmallVector<Value> yields = y;
    llvm::append_range(yields, slope);
    for (unsigned i = 0; i < numEvents; ++i) {
      Value when = select(fires[i], later, t);
      SmallVector<Value> where;
      for (auto [soon, now] : llvm::zip(stateLater, y))
        where.push_back(select(fires[i], soon, now));
      yields.push_back(eventValue(i, view, when, where));
    }
    yields.push_back(t);
    llvm::append_range(yields, fires);
    yields.push_back(goesOn);
    yields.push_back(negate(allFinite(y)));
    yields.push_back(innerFailed ? innerFailed : boolean(false));
    scf::YieldOp::create(builder, loc, yields);

    builder.setInsertionPointToEnd(branch.elseBlock());
    yields.assign(step.y.begin(), step.y.end());
    llvm::append_range(yields, step.endSlope);
    llvm::append_range(yields, after);
    yields.push_back(tNext);
    yields.append(numEvents, boolean(false));
    yields.push_back(boolean(true));
    yields.append(2, boolean(false));
    scf::YieldOp::create(builder, loc, yields);
  }
  innerFailed = flagBefore;

  ValueRange results = branch.getResults();
  auto take = [&](size_t n) {
    SmallVector<Value> taken(results.take_front(n));
    results = results.drop_front(n);
    return taken;
  };
  outcome.y = take(numStates);
  outcome.slope = take(numStates);
  outcome.signs = take(numEvents);
  outcome.t = take(1).front();
  outcome.fires = take(numEvents);
  outcome.goesOn = take(1).front();
  outcome.isNan = either(outcome.isNan, take(1).front());
  outcome.inner = either(outcome.inner, take(1).front());
  outcome.fired = any;
  outcome.detectFrom = select(any, plus(outcome.t, lookAhead(h)), outcome.t);
  return outcome;
}

// Writes down the times of events that are kept, and counts them.
void OdeExpansion::keepTimes(const Flight &flight, const EventOutcome &outcome,
                             Value accepts, ValueRange buffers,
                             SmallVectorImpl<Value> &counts,
                             SmallVectorImpl<Value> &records) {
  unsigned kept = 0;
  for (unsigned i = 0; i < op.getNumEvents(); ++i) {
    int64_t keep = op.getEventKeeps()[i];
    if (keep == 0)
      continue;
    Value before = flight.hits[kept], buffer = buffers[kept];
    ++kept;
    Value hasRoom = compare(arith::CmpIPredicate::slt, before,
                            count(static_cast<int32_t>(keep)));
    Value writes = all(all(accepts, outcome.fires[i]), hasRoom);
    Value slot = arith::IndexCastOp::create(builder, loc,
                                            builder.getIndexType(), before);
    records.push_back(RecordOp::create(builder, loc, buffer.getType(),
                                       outcome.t, buffer, slot, writes));
    Value more = arith::AddIOp::create(builder, loc, before, count(1));
    counts.push_back(select(writes, more, before));
  }
}

} // namespace mlir::eq
