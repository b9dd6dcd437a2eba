// eq.root as a loop. The states of the loop are, in this order:
//
//   point...     one per `init`: z, the next point to evaluate
//   memory...    what the method remembers
//   best...      the best point so far: what is returned
//   residual     max |g(best)|
//   status       how it ended; `max_iterations` while it has not

#include "ProblemExpansion.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/RootMethod.h"

namespace mlir::eq {
namespace {

using Predicate = arith::CmpFPredicate;

class RootExpansion : public ProblemExpansion {
public:
  explicit RootExpansion(RootOp op)
      : ProblemExpansion(op, widestReal(op.getInit().getTypes())), op(op),
        method(dyn_cast<RootMethod>(op.getMethodAttr())),
        numStates(op.getInit().size()) {}

  LogicalResult run();

private:
  void buildStart(LoopOp loop);
  void buildStep(LoopOp loop);
  void buildFinish(LoopOp loop);
  SmallVector<Value> valueAt(const RegionView &view, ValueRange z) {
    return evaluate(op.getBody().front(), innerFlag, z, view, innerFailed);
  }

  RootOp op;
  RootMethod method;
  size_t numStates;
  SmallVector<Type> stateTypes;
  Value innerFlag;   // in the body, or null
  Value innerFailed; // of the evaluations since it was cleared
};

void RootExpansion::buildStart(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Value> init;
  SmallVector<Type> types(
      TypeRange(op.getBody().getArgumentTypes()).take_front(numStates));
  RegionView view = openRegion(loop.getStart(), types, init);
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  auto call = [&](ValueRange z) { return valueAt(view, z); };
  RootContext context(builder, loc, findKnob, call);

  innerFailed = nullptr;
  Value legal = all(allFinite(init), legalLimits(view));
  legal = all(legal, method.checkKnobs(context));
  RootStart start = method.start(context, init);
  legal = all(legal, start.isLegal);
  Value status = select(legal, statusConstant(Status::max_iterations),
                        statusConstant(Status::bad_argument));
  if (innerFailed) {
    status = select(innerFailed, statusConstant(Status::inner_failed), status);
    legal = all(legal, negate(innerFailed));
  }
  SmallVector<Value> states = start.z;
  llvm::append_range(states, start.memory);
  llvm::append_range(states, init);
  states.push_back(infinity(builder, loc, real));
  states.push_back(status);
  NextOp::create(builder, loc, legal, states, ValueRange(), ValueRange());
  stateTypes =
      llvm::map_to_vector(states, [](Value value) { return value.getType(); });
}

void RootExpansion::buildStep(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> leading = {builder.getI32Type()};
  llvm::append_range(leading, stateTypes);
  SmallVector<Value> arguments;
  RegionView view = openRegion(loop.getStep(), leading, arguments);
  auto findKnob = [&](StringRef name) { return knob(view, name); };
  auto call = [&](ValueRange z) { return valueAt(view, z); };
  RootContext context(builder, loc, findKnob, call);
  ArrayRef<Value> states = ArrayRef<Value>(arguments).drop_front();
  ArrayRef<Value> z = states.take_front(numStates);
  ArrayRef<Value> memory =
      states.drop_front(numStates).drop_back(numStates + 2);
  ArrayRef<Value> best = states.take_back(numStates + 2).drop_back(2);
  Value residual = states[states.size() - 2];

  innerFailed = nullptr;
  SmallVector<Value> value = valueAt(view, z);
  Failure failure = {largestMagnitude(value), nullptr, innerFailed};
  Value fails = failed(failure);

  RootStep step = method.step(context, z, value, memory);
  Value tolerance = knob(view, "abs");
  if (!tolerance)
    tolerance = number(0.0);
  Value error = largestMagnitude(step.valueAtBest);
  Value settled =
      either(compare(Predicate::OLE, error, tolerance), step.settled);
  Value again = negate(either(settled, fails));
  Value status =
      statusOf(failure, select(again, statusConstant(Status::max_iterations),
                               statusConstant(Status::converged)));

  // A failed evaluation leaves the best point as it was.
  SmallVector<Value> next = step.z;
  llvm::append_range(next, step.memory);
  for (auto [before, after] : llvm::zip(best, step.best))
    next.push_back(select(fails, before, after));
  next.push_back(select(fails, residual, error));
  next.push_back(status);
  NextOp::create(builder, loc, again, next, ValueRange(), ValueRange());
}

void RootExpansion::buildFinish(LoopOp loop) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> leading = {builder.getI32Type(), builder.getI1Type()};
  llvm::append_range(leading, stateTypes);
  SmallVector<Value> arguments;
  RegionView view = openRegion(loop.getFinish(), leading, arguments);
  ArrayRef<Value> states = ArrayRef<Value>(arguments).drop_front(2);
  SmallVector<Value> finals(states.take_back(numStates + 2).drop_back());

  finals.push_back(
      finalStatus(view, arguments[0], arguments[1], states.back()));
  YieldOp::create(builder, loc, finals);
}

LogicalResult RootExpansion::run() {
  if (!method)
    return op.emitOpError("expected 'method' to have a model, but none is "
                          "registered for ")
           << op.getMethodAttr();
  ArrayRef<BlockArgument> arguments = op.getBody().getArguments();
  addInputs(op.getIns(), op.getShared(), arguments.drop_front(numStates));
  addKnobs(op.getUntilNames(), op.getUntil());
  addKnobs(op.getWithNames(), op.getWith());
  innerFlag = carryInnerFailures(op.getBody().front());

  // Results in the loop's order: solutions, residual, status, iterations.
  SmallVector<Type> types(op.getSolutions().getTypes());
  types.append({op.getResidual().getType(), op.getStatus().getType(),
                op.getIterations().getType()});
  auto loop =
      LoopOp::create(builder, loc, types, op.getInit(), inputs.ins,
                     inputs.shared, ValueRange(), ValueRange(),
                     findKnob(op.getUntilNames(), op.getUntil(), "max"));
  buildStart(loop);
  buildStep(loop);
  buildFinish(loop);

  ResultRange finals = loop.getFinals();
  SmallVector<Value> replacements(finals.take_front(numStates));
  replacements.append(
      {finals[numStates], loop.getSteps(), finals[numStates + 1]});
  op->replaceAllUsesWith(replacements);
  op->erase();
  return success();
}

} // namespace

LogicalResult expandRoot(RootOp op) { return RootExpansion(op).run(); }

} // namespace mlir::eq
