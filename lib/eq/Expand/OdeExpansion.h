// The expansion of eq.ode: the one driver of all step methods. Its parts are in
// Ode.cpp (the loop), OdeSaves.cpp (saved times) and OdeEvents.cpp (events).
#ifndef EQ_EXPAND_ODEEXPANSION_H
#define EQ_EXPAND_ODEEXPANSION_H

#include "ProblemExpansion.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Methods/StepMethod.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::eq {

class OdeExpansion : public ProblemExpansion {
public:
  explicit OdeExpansion(OdeOp op)
      : ProblemExpansion(op, widestReal(op.getInit().getTypes())), op(op),
        method(dyn_cast<StepMethod>(op.getMethodAttr())),
        numStates(op.getInit().size()),
        time(cast<FloatType>(op.getBody().getArgument(0).getType())) {}

  LogicalResult run();

private:
  // The state of the loop, taken apart.
  struct Flight {
    ValueRange y, slope, memory;
    Value t, next, squaredError, accepted, slot, status;
    // With events: the sign of each function where the step begins (that of a
    // real number); how many times are kept, one count per event that keeps
    // some; from which time on events are looked for; and, with a fixed step,
    // how many of the times from + k step were reached.
    ValueRange signs, hits;
    Value detectFrom, reached;
  };
  // How far an attempt goes.
  struct Attempt {
    Value h, tNext, lands;
    Value number; // of the step, where it is fixed
  };
  struct Plan {
    Value next;       // the time at its end
    Value underflows; // i1: the step is too small
  };

  // Where a step ends: at an event, or where it was going.
  struct EventOutcome {
    SmallVector<Value> y, slope, signs, fires;
    Value t, detectFrom;
    Value fired, goesOn; // i1
    Value isNan, inner;  // i1: failed evaluations, those at the event
                         // included; may be null
  };

  void collectInputs();
  void collectEvents();
  void buildStart(LoopOp loop);
  void buildStep(LoopOp loop);
  void buildFinish(LoopOp loop);
  Flight takeApart(ValueRange states);

  SmallVector<Value> slopeAt(const RegionView &view, Value t, ValueRange y);
  SmallVector<Value> advanced(ValueRange y, Value h, ValueRange slope);
  Value legalTimes(const RegionView &view, Value from, Value to);
  Value legalSaves(const RegionView &view, Value from, Value to);
  Value firstStep(const RegionView &view, Value from, Value to, ValueRange y,
                  ValueRange slope);
  Value countSteps(Value from, Value to, Value step);
  Value tolerancesOf(OpBuilder &at, const RegionView &view, size_t state,
                     Value magnitude, Value scale);
  Value squaredNorm(const RegionView &view, ValueRange values,
                    ValueRange before, ValueRange after, Value zero);
  Value scaledNorm(const RegionView &view, ValueRange values, ValueRange y);
  Value isSteady(const RegionView &view, ValueRange y, ValueRange slope);
  Value squaredErrorOf(const RegionView &view, ValueRange y, const Step &step,
                       Value size);
  Value isLanding(Value t, Value h, Value to);
  Plan plan(const RegionView &view, Value t, Value h);
  Value slotsUntil(const RegionView &view, Value slot, Value until,
                   Value isForward);
  Value timeOfSlot(const RegionView &view, Value slot);
  Attempt planAttempt(const RegionView &view, const Flight &flight, Value k);
  Value evaluateEndSlope(const RegionView &view, Value tNext, Value lands,
                         Value accepts, const Flight &flight, Step &step);
  void saveStart(const RegionView &view, ValueRange y, Value from, Value to,
                 Value legal, ValueRange buffers, Value &slot,
                 SmallVectorImpl<Value> &records);
  void saveStep(const RegionView &view, StepContext &context,
                const Flight &flight, const Attempt &attempt, Value reached,
                Value accepts, const Step &step, ValueRange buffers,
                Value &slot, SmallVectorImpl<Value> &records);

  Value eventValue(unsigned i, const RegionView &view, Value t, ValueRange y);
  Value crosses(unsigned i, Value before, Value after);
  Value lookAhead(Value h);
  void startEvents(const RegionView &view, Value from, Value h, ValueRange y,
                   ValueRange slope, SmallVectorImpl<Value> &states,
                   Value &isNan);
  Value timeOfEvent(unsigned i, const RegionView &view, const Flight &flight,
                    Value h, Value low, const Step &step);
  EventOutcome findEvents(const RegionView &view, StepContext &context,
                          const Flight &flight, Value h, Value tNext,
                          Value accepts, const Step &step);
  void keepTimes(const Flight &flight, const EventOutcome &outcome,
                 Value accepts, ValueRange buffers,
                 SmallVectorImpl<Value> &counts,
                 SmallVectorImpl<Value> &records);

  Value magnitude(Value x) { return math::AbsFOp::create(builder, loc, x); }
  Value plus(Value a, Value b) {
    return arith::AddFOp::create(builder, loc, a, b);
  }
  Value minus(Value a, Value b) {
    return arith::SubFOp::create(builder, loc, a, b);
  }
  Value times(Value a, Value b) {
    return arith::MulFOp::create(builder, loc, a, b);
  }
  Value over(Value a, Value b) {
    return arith::DivFOp::create(builder, loc, a, b);
  }
  Value count(int32_t value) {
    return arith::ConstantIntOp::create(builder, loc, builder.getI32Type(),
                                        value);
  }
  bool isFixed() { return knobs.count("step"); }
  bool hasEvents() { return op.getNumEvents() > 0; }
  size_t numKept() {
    return llvm::count_if(op.getEventKeeps(), [](int64_t n) { return n > 0; });
  }
  int64_t numSaves() {
    return op.getSave() ? shapeOf(op.getSave().getType()).back() : 0;
  }
  StepController controller() {
    Attribute given = op.getControlAttr();
    return cast<StepController>(given ? given : PidAttr::get(op.getContext()));
  }

  OdeOp op;
  StepMethod method;
  size_t numStates;
  FloatType time;
  LoopInputs::Place savePlace = {false, 0};
  SmallVector<Type> stateTypes;
  SmallVector<Type> recordTypes;
  size_t numMemory = 0;
  Value innerFlag; // in the body, or null
  SmallVector<Value> eventFlags, applyFlags;
  Value innerFailed; // of the evaluations since it was cleared
};

} // namespace mlir::eq

#endif // EQ_EXPAND_ODEEXPANSION_H
