// What operations of eq are, for those who look for them in a program.
#ifndef EQ_IR_SOLVES_H
#define EQ_IR_SOLVES_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// Whether an operation is a problem, or the loop that one becomes.
inline bool isSolve(Operation *op) {
  return isa<FixedPointOp, RootOp, OdeOp, LoopOp>(op);
}

/// Whether an operation is in the body, or another region, of a solve.
inline bool isInSolve(Operation *op) {
  while ((op = op->getParentOp()))
    if (isSolve(op))
      return true;
  return false;
}

/// Whether an operation is a loop whose schedule is one for GPUs.
inline bool isOnGPU(Operation *op) {
  auto loop = dyn_cast<LoopOp>(op);
  return loop && isa_and_nonnull<ThreadAttr, CtaAttr>(loop.getScheduleAttr());
}

} // namespace mlir::eq

#endif // EQ_IR_SOLVES_H
