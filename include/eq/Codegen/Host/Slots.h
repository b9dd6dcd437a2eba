// Slots of the first dimension: records and histories as slices of tensors.
#ifndef EQ_CODEGEN_HOST_SLOTS_H
#define EQ_CODEGEN_HOST_SLOTS_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// The operands of an op on slices, for slots of the first dimension.
struct Slots {
  SmallVector<OpFoldResult> offsets, sizes, strides;
};

/// `count` slots of a tensor or of memory, from `position` on. All dimensions
/// but the first are static.
Slots slotsFrom(OpBuilder &builder, ShapedType type, OpFoldResult position,
                int64_t count);

/// Turns every `eq.record` and `eq.push` in `root` into writes of slices. The
/// loops around them are to be lowered in the same pass: `eq.loop` does not let
/// another op write its records.
void lowerSlots(Operation *root);

/// One of them each.
void lowerRecord(RecordOp op);
void lowerPush(PushOp op);

/// whole[position, ...] = part, where `part` has one dimension less.
Value insertPart(OpBuilder &builder, Location loc, Value part, Value whole,
                 Value position);

} // namespace mlir::eq

#endif // EQ_CODEGEN_HOST_SLOTS_H
