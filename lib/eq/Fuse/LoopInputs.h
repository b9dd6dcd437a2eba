// Inputs added to a loop: an operand, and an argument in each of its regions.
#ifndef EQ_FUSE_LOOPINPUTS_H
#define EQ_FUSE_LOOPINPUTS_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// The arguments of a loop's regions that stand for one input; null where the
/// region is absent.
struct InputArguments {
  BlockArgument start, step, finish;
};

enum class InputGroup { ins, shared };

/// The arguments that stand for operand `i` of the group.
InputArguments inputArguments(LoopOp loop, InputGroup group, size_t i);

/// Adds `operand`, which regions see as `type`, behind the last one of its
/// group.
InputArguments addInput(LoopOp loop, InputGroup group, Value operand,
                        Type type);

} // namespace mlir::eq

#endif // EQ_FUSE_LOOPINPUTS_H
