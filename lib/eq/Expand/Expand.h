// Expansion of each problem op into a loop.
#ifndef EQ_EXPAND_EXPAND_H
#define EQ_EXPAND_EXPAND_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// Replaces `op` by an `eq.loop`; fails, with an error at `op`, when its method
/// has no model.
LogicalResult expandFixedPoint(FixedPointOp op);
LogicalResult expandRoot(RootOp op);
LogicalResult expandOde(OdeOp op);

/// Carries the failure of inner solves with `on_failure(fail)` out of branches
/// and loops to the end of `body`: an i1 there that is set where any of them
/// did not converge, or null where there is none.
Value carryInnerFailures(Block &body);

} // namespace mlir::eq

#endif // EQ_EXPAND_EXPAND_H
