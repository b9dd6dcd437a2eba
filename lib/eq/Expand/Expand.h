// Expansion of each problem op into a loop.
#ifndef EQ_EXPAND_EXPAND_H
#define EQ_EXPAND_EXPAND_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// Replaces `op` by an `eq.loop`; fails, with an error at `op`, when its method
/// has no model.
LogicalResult expandFixedPoint(FixedPointOp op);

} // namespace mlir::eq

#endif // EQ_EXPAND_EXPAND_H
