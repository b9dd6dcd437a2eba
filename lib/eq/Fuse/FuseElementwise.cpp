// Fuses elementwise operations in the regions of loops.
//
//   %p = linalg.generic {mulf} ins(%a, %b)    %s = linalg.generic {
//   %s = linalg.generic {addf} ins(%p, %c) ->   mulf, addf } ins(%a, %b, %c)
//
// Nothing is computed twice: the first has one reader, and that reads each
// element once.

#include "eq/Fuse/Passes.h"
#include "eq/IR/EqOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::eq {

#define GEN_PASS_DEF_FUSEELEMENTWISEPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

// One select between two tensors by one condition: code generation knows it as
// the choice between the old state and the new one.
bool isChoice(linalg::GenericOp op) {
  Block *body = op.getBody();
  auto select =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::SelectOp>();
  return select && body->getOperations().size() == 2 &&
         select.getCondition().getParentBlock() != body;
}

bool fusesWithoutRepeating(OpOperand *operand) {
  Operation *producer = operand->get().getDefiningOp();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  return producer && producer->hasOneUse() && consumer &&
         consumer.getNumReductionLoops() == 0 && !isChoice(consumer) &&
         consumer.getMatchingIndexingMap(operand).isPermutation();
}

int64_t countGenerics(LoopOp loop) {
  int64_t count = 0;
  loop->walk([&](linalg::GenericOp) { ++count; });
  return count;
}

struct FuseElementwise : impl::FuseElementwisePassBase<FuseElementwise> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet set(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(set, fusesWithoutRepeating);
    FrozenRewritePatternSet patterns(std::move(set));
    WalkResult result = getOperation().walk([&](LoopOp loop) {
      int64_t before = countGenerics(loop);
      for (Region *region : loop.getRegions())
        if (failed(applyPatternsGreedily(*region, patterns)))
          return WalkResult::interrupt();
      int64_t fewer = before - countGenerics(loop);
      if (fewer > 0)
        remark::passed(loop.getLoc(),
                       remark::RemarkOpts::name("fuse").category("eq-fuse"))
            << std::to_string(fewer) +
                   (fewer == 1 ? " operation is" : " operations are") +
                   " computed where the result is read";
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
