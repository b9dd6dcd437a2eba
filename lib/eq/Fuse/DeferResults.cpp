// Leaves to `finish` what only `finish` reads.
//
//   step(k, z, s):  next again, z', status(z', x)    next again, z', s, x
//   finish(k, again, z, s):           s         ->   k == 0 ? s : status(z, x)
//
// A state that no step reads is worth its last value alone. Where that follows
// from what `finish` has anyway and from at most one more scalar x, the step
// hands on x instead.

#include "eq/Fuse/Passes.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/LoopRegions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::eq {

#define GEN_PASS_DEF_DEFERRESULTSPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

class Deferral {
public:
  explicit Deferral(LoopOp loop)
      : loop(loop), step(loop.getStep().front()),
        next(cast<NextOp>(step.getTerminator())) {}

  void run() {
    size_t states = next.getStates().size();
    for (size_t i = 0; i < states; ++i)
      defer(i);
    size_t count = deferred.size();
    if (count > 0)
      remark::passed(loop.getLoc(),
                     remark::RemarkOpts::name("defer").category("eq-fuse"))
          << std::to_string(count) +
                 (count == 1 ? " state is computed by `finish` alone"
                             : " states are computed by `finish` alone");
  }

private:
  using Leaves = llvm::SmallSetVector<Value, 4>;

  // Where `finish` has the last value of one of the step's values.
  BlockArgument inFinish(Value value) {
    Block &finish = loop.getFinish().front();
    if (value == next.getAgain())
      return finish.getArgument(1);
    for (auto [i, state] : llvm::enumerate(next.getStates()))
      if (state == value && !deferred.contains(i))
        return finish.getArgument(2 + i);
    size_t states = next.getStates().size();
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != &step)
      return nullptr;
    // (k, states, ins, shared, ..) there, (k, again, states, ins, shared) here.
    size_t number = argument.getArgNumber();
    if (number > states && number + 1 < finish.getNumArguments())
      return finish.getArgument(number + 1);
    return nullptr;
  }

  // Values of the step that `finish` lacks and from which `value` can be
  // computed, by at most `depth` ops one after another; false if there is no
  // way.
  bool findLeaves(Value value, int depth, Leaves &leaves) {
    Operation *op = value.getDefiningOp();
    if (inFinish(value) || (op && op->hasTrait<OpTrait::ConstantLike>()) ||
        !step.getParent()->isAncestor(value.getParentRegion()))
      return true;
    Leaves own;
    bool isComputed = op && depth > 0 && op->getBlock() == &step &&
                      isPure(op) && op->getNumRegions() == 0 &&
                      op->getNumResults() == 1;
    for (size_t i = 0; isComputed && i < op->getNumOperands(); ++i)
      isComputed =
          findLeaves(op->getOperand(i), depth - 1, own) && own.size() <= 1;
    if (isComputed) {
      leaves.insert_range(own);
      return true;
    }
    leaves.insert(value);
    return op && value.getType().isIntOrFloat();
  }

  // The last value of a value of the step, in `finish`.
  Value recompute(Value value, OpBuilder &builder, IRMapping &known) {
    if (Value there = known.lookupOrNull(value))
      return there;
    if (Value there = inFinish(value))
      return there;
    Operation *op = value.getDefiningOp();
    if (!op || !step.getParent()->isAncestor(op->getParentRegion()))
      return value;
    for (Value operand : op->getOperands())
      known.map(operand, recompute(operand, builder, known));
    Operation *clone = builder.clone(*op, known);
    return clone->getResult(0);
  }

  // A state more, which starts as zero; its argument of `finish`.
  BlockArgument addState(Value value) {
    size_t states = next.getStates().size();
    Type type = value.getType();
    auto first = cast<NextOp>(loop.getStart().front().getTerminator());
    OpBuilder builder(first);
    Value zero = arith::ConstantOp::create(builder, loop.getLoc(),
                                           builder.getZeroAttr(type));
    first.getStatesMutable().append(zero);
    next.getStatesMutable().append(value);
    step.insertArgument(1 + states, type, loop.getLoc());
    return loop.getFinish().insertArgument(2 + states, type, loop.getLoc());
  }

  void defer(size_t i) {
    Value value = next.getStates()[i];
    BlockArgument before = step.getArgument(1 + i);
    if (value == before || !before.use_empty() ||
        llvm::count(next.getStates(), value) > 1 || value == next.getAgain() ||
        !value.getType().isIntOrFloat())
      return;
    deferred.insert(i);
    Leaves leaves;
    Operation *op = value.getDefiningOp();
    bool follows = op && op->getBlock() == &step &&
                   findLeaves(value, 6, leaves) && leaves.size() <= 1 &&
                   !leaves.contains(value);
    if (!follows) {
      deferred.erase(i);
      return;
    }
    ensureStart(loop);
    ensureFinish(loop);

    IRMapping known;
    if (!leaves.empty())
      known.map(leaves[0], addState(leaves[0]));
    Block &finish = loop.getFinish().front();
    BlockArgument old = finish.getArgument(2 + i);
    OpBuilder builder = OpBuilder::atBlockBegin(&finish);
    Location loc = value.getLoc();
    Value last = recompute(value, builder, known);
    Value none =
        arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(0));
    Value isFirst = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq, finish.getArgument(0), none);
    auto result = arith::SelectOp::create(builder, loc, isFirst, old, last);
    old.replaceAllUsesExcept(result, result);
    next.getStatesMutable()[i].assign(before);
  }

  LoopOp loop;
  Block &step;
  NextOp next;
  llvm::SmallDenseSet<size_t> deferred; // states that are no leaves any more
};

struct DeferResults : impl::DeferResultsPassBase<DeferResults> {
  using Base::Base;

  void runOnOperation() override {
    getOperation()->walk([](LoopOp loop) {
      if (!loop.getFinish().empty())
        Deferral(loop).run();
    });
  }
};

} // namespace
} // namespace mlir::eq
