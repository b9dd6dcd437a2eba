// Records and histories as slices of tensors.
#ifndef EQ_CODEGEN_CPU_SLOTS_H
#define EQ_CODEGEN_CPU_SLOTS_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// Turns every `eq.record` and `eq.push` in `root` into writes of slices. The
/// loops around them are to be lowered in the same pass: `eq.loop` does not let
/// another op write its records.
void lowerSlots(Operation *root);

} // namespace mlir::eq

#endif // EQ_CODEGEN_CPU_SLOTS_H
