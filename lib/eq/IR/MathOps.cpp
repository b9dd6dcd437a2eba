// The elementwise ops of eq's own functions.

#include "eq/IR/EqOps.h"

namespace mlir::eq {

LogicalResult FarAngleOp::verify() {
  // far_angle_c1
  if (!(getFrom().convertToDouble() >= 1))
    return emitOpError("expected 'from' to be 1 or more, but got ")
           << getFromAttr();
  return success();
}

} // namespace mlir::eq
