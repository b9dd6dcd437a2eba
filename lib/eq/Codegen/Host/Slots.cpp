// Turns eq.record and eq.push into writes of slices.
//
//   eq.record %v, %buf[%slot] when %c   ->  scf.if (%c and slot in range)
//                                             tensor.insert %v into %buf[%slot]
//   eq.push %v into %history            ->  slots 0.. moved to 1.., %v in slot
//   0

#include "eq/Codegen/Host/Slots.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::eq {

Slots slotsFrom(OpBuilder &builder, ShapedType type, OpFoldResult position,
                int64_t count) {
  Slots slots;
  slots.offsets.assign(type.getRank(), builder.getIndexAttr(0));
  slots.strides.assign(type.getRank(), builder.getIndexAttr(1));
  for (int64_t size : type.getShape())
    slots.sizes.push_back(builder.getIndexAttr(size));
  slots.offsets[0] = position;
  slots.sizes[0] = builder.getIndexAttr(count);
  return slots;
}

Value insertPart(OpBuilder &builder, Location loc, Value part, Value whole,
                 Value position) {
  if (!isa<RankedTensorType>(part.getType()))
    return tensor::InsertOp::create(builder, loc, part, whole, position);
  Slots slots = slotsFrom(builder, cast<RankedTensorType>(whole.getType()),
                          position, /*count=*/1);
  return tensor::InsertSliceOp::create(builder, loc, part, whole, slots.offsets,
                                       slots.sizes, slots.strides);
}

// A slot out of range is dropped.
void lowerRecord(RecordOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getBuffer().getType());
  Value slot = op.getSlot();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value slots =
      arith::ConstantIndexOp::create(builder, loc, type.getDimSize(0));
  Value notBelow = arith::CmpIOp::create(builder, loc,
                                         arith::CmpIPredicate::sge, slot, zero);
  Value notAbove = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::slt, slot, slots);
  Value inside = arith::AndIOp::create(builder, loc, notBelow, notAbove);
  Value writes = arith::AndIOp::create(builder, loc, inside, op.getWhen());
  auto branch = scf::IfOp::create(
      builder, loc, writes,
      [&](OpBuilder &then, Location) {
        Value written =
            insertPart(then, loc, op.getValue(), op.getBuffer(), slot);
        scf::YieldOp::create(then, loc, written);
      },
      [&](OpBuilder &otherwise, Location) {
        scf::YieldOp::create(otherwise, loc, op.getBuffer());
      });
  op.replaceAllUsesWith(branch.getResult(0));
  op.erase();
}

// A shift in memory: correct, and one copy of the history.
void lowerPush(PushOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getHistory().getType());
  int64_t depth = type.getDimSize(0);
  Value shifted = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                          type.getElementType());
  if (depth > 1) {
    Slots newer = slotsFrom(builder, type, builder.getIndexAttr(0), depth - 1);
    Slots older = slotsFrom(builder, type, builder.getIndexAttr(1), depth - 1);
    Value kept = tensor::ExtractSliceOp::create(builder, loc, op.getHistory(),
                                                newer.offsets, newer.sizes,
                                                newer.strides);
    shifted = tensor::InsertSliceOp::create(
        builder, loc, kept, shifted, older.offsets, older.sizes, older.strides);
  }
  Value front = arith::ConstantIndexOp::create(builder, loc, 0);
  Value result = insertPart(builder, loc, op.getValue(), shifted, front);
  op.replaceAllUsesWith(result);
  op.erase();
}

void lowerSlots(Operation *root) {
  root->walk([](Operation *op) {
    if (auto record = dyn_cast<RecordOp>(op))
      lowerRecord(record);
    else if (auto push = dyn_cast<PushOp>(op))
      lowerPush(push);
  });
}

} // namespace mlir::eq
