// Drops results nobody reads, and states that decide nothing.
//
//   %z, %r, %n = eq.loop step(k, z, r)     %z, %n = eq.loop step(k, z)
//     next again(z), f(z), g(z)         ->   next again(z), f(z)
//   // %r is not used

#include "eq/Fuse/Passes.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/LoopRegions.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::eq {

#define GEN_PASS_DEF_DROPDEADSTATESPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

void eraseDead(Region &region) {
  if (region.empty())
    return;
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(region.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

// The states that `again`, records, sums, `finish` or living states read.
SmallVector<bool> findLiving(LoopOp loop) {
  size_t states = loop.getStateTypes().size();
  Block &step = loop.getStep().front();
  auto next = cast<NextOp>(step.getTerminator());
  SmallVector<bool> living(states, false);
  SmallVector<Value> read = {next.getAgain()};
  llvm::append_range(read, next.getRecords());
  llvm::append_range(read, next.getSums());
  auto awake = [&](size_t state) {
    if (living[state])
      return;
    living[state] = true;
    read.push_back(next.getStates()[state]);
  };
  for (size_t i = 0; i < states; ++i)
    if (loop.getFinish().empty() ||
        !loop.getFinish().getArgument(2 + i).use_empty())
      awake(i);
  DenseSet<Operation *> seen;
  while (!read.empty()) {
    Value value = read.pop_back_val();
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      size_t number = argument.getArgNumber();
      if (argument.getOwner() == &step && 1 <= number && number <= states)
        awake(number - 1);
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (seen.insert(op).second)
      op->walk([&](Operation *inner) {
        llvm::append_range(read, inner->getOperands());
      });
  }
  return living;
}

// The loop without results nobody reads; erases `loop` if it differs.
LoopOp dropResults(LoopOp loop) {
  size_t numFinals = loop.getFinals().size();
  llvm::BitVector unused(numFinals);
  for (auto [i, value] : llvm::enumerate(loop.getFinals()))
    unused[i] = value.use_empty();
  if (unused.none())
    return loop;
  ensureFinish(loop);
  loop.getFinish().front().getTerminator()->eraseOperands(unused);
  eraseDead(loop.getFinish());

  IRRewriter rewriter(loop);
  SmallVector<Type> types;
  SmallVector<Value> kept;
  for (auto [i, value] : llvm::enumerate(loop.getOuts()))
    if (i >= numFinals || !unused[i]) {
      types.push_back(value.getType());
      kept.push_back(value);
    }
  auto smaller = LoopOp::create(rewriter, loop.getLoc(), types, loop.getInit(),
                                loop.getIns(), loop.getShared(),
                                loop.getRecord(), loop.getSum(), loop.getMax());
  smaller->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  smaller.setScheduleAttr(loop.getScheduleAttr());
  smaller.setSumChunkAttr(loop.getSumChunkAttr());
  for (auto [to, from] : llvm::zip(smaller->getRegions(), loop->getRegions()))
    to.takeBody(from);
  for (auto [from, to] : llvm::zip(kept, smaller.getOuts()))
    rewriter.replaceAllUsesWith(from, to);
  rewriter.eraseOp(loop);
  return smaller;
}

// Gives how many states went.
size_t dropStates(LoopOp loop) {
  SmallVector<bool> living = findLiving(loop);
  size_t dead = llvm::count(living, false);
  if (dead == 0)
    return 0;
  auto next = cast<NextOp>(loop.getStep().front().getTerminator());
  // A loop has a state, if only for its batch; this one stays as it is.
  if (dead == living.size()) {
    living[0] = true;
    next.getStatesMutable()[0].assign(loop.getStep().getArgument(1));
    if (--dead == 0)
      return 0;
  }
  ensureFinish(loop);
  ensureStart(loop);
  auto first = cast<NextOp>(loop.getStart().front().getTerminator());
  for (size_t i = living.size(); i-- > 0;)
    if (!living[i]) {
      first.getStatesMutable().erase(i);
      next.getStatesMutable().erase(i);
    }
  eraseDead(loop.getStart());
  eraseDead(loop.getStep());
  for (size_t i = living.size(); i-- > 0;)
    if (!living[i]) {
      loop.getStep().eraseArgument(1 + i);
      loop.getFinish().eraseArgument(2 + i);
    }
  return dead;
}

// What `start` does not read, of a size that needs no check. The first one
// stands for the batch.
void dropInit(LoopOp loop) {
  if (loop.getStart().empty())
    return;
  for (size_t i = loop.getInit().size(); i-- > 1;) {
    Value operand = loop.getInit()[i];
    bool isChecked = ShapedType::isDynamicShape(shapeOf(operand.getType())) &&
                     operand != loop.getInit().front();
    if (isChecked || !loop.getStart().getArgument(i).use_empty())
      continue;
    loop.getStart().eraseArgument(i);
    loop.getInitMutable().erase(i);
  }
}

struct DropDeadStates : impl::DropDeadStatesPassBase<DropDeadStates> {
  using Base::Base;

  void runOnOperation() override {
    // From the outside in, and later ones first: what a dead state read of an
    // inner or earlier loop is not read any more.
    drop(getOperation());
  }

  void drop(Operation *root) {
    SmallVector<LoopOp> loops;
    for (Region &region : root->getRegions())
      region.walk<WalkOrder::PreOrder>([&](LoopOp loop) {
        loops.push_back(loop);
        return WalkResult::skip();
      });
    for (LoopOp loop : llvm::reverse(loops)) {
      if (isOpTriviallyDead(loop)) {
        loop.erase();
        continue;
      }
      size_t before = loop.getFinals().size();
      loop = dropResults(loop);
      size_t results = before - loop.getFinals().size();
      size_t states = dropStates(loop);
      dropInit(loop);
      if (results + states > 0)
        remark::passed(loop.getLoc(),
                       remark::RemarkOpts::name("drop").category("eq-fuse"))
            << "dropped " + std::to_string(states) +
                   " states that decide nothing and " +
                   std::to_string(results) + " results that are not read";
      drop(loop);
    }
  }
};

} // namespace
} // namespace mlir::eq
