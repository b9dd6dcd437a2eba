// The regions that a loop may leave out, written down.
#ifndef EQ_IR_LOOPREGIONS_H
#define EQ_IR_LOOPREGIONS_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// Writes `start` where there is none: the states are `init`, and there is a
/// step to come.
void ensureStart(LoopOp loop);

/// Writes `finish` where there is none: the results are the states.
void ensureFinish(LoopOp loop);

} // namespace mlir::eq

#endif // EQ_IR_LOOPREGIONS_H
