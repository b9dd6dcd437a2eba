// Ops of other dialects in bodies.
#ifndef EQ_IR_BODYOPINTERFACE_H
#define EQ_IR_BODYOPINTERFACE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

#include "eq/IR/BodyOpInterface.h.inc"

namespace mlir::eq {

/// Replaces the ops of `root` that implement `BodyOpInterface` by what they
/// are, those that are kept only if `evenKept`. Fails after an error.
LogicalResult lowerBodyOps(Operation *root, bool evenKept);

} // namespace mlir::eq

#endif // EQ_IR_BODYOPINTERFACE_H
