// The rules of tensor, and of what eq has on tensors.
//
//   %r = tensor.concat dim(0) %a, %b    ->   the elements of %a, those of %b

#include "Scalariser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

namespace mlir::eq {

namespace {

Slice sliceOf(OffsetSizeAndStrideOpInterface op) {
  return {op.getMixedOffsets(), SmallVector<int64_t>(op.getStaticSizes()),
          SmallVector<int64_t>(op.getStaticStrides())};
}

// One element.
Slice elementAt(ValueRange indices) {
  SmallVector<int64_t> ones(indices.size(), 1);
  return {getAsOpFoldResult(indices), ones, ones};
}

} // namespace

//===----------------------------------------------------------------------===//
// Ops that make a tensor
//===----------------------------------------------------------------------===//

LogicalResult Scalariser::rewriteNothing(Operation *op) {
  Type type = op->getResult(0).getType();
  if (failed(expectSmall(op, type)))
    return failure();
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<Value> values(tensor.getNumElements(),
                            zero(tensor.getElementType()));
  return finish(op, values);
}

LogicalResult Scalariser::rewriteFromElements(tensor::FromElementsOp op) {
  if (failed(expectSmall(op, op.getType())))
    return failure();
  return finish(op, SmallVector<Value>(op.getElements()));
}

LogicalResult Scalariser::rewriteSplat(tensor::SplatOp op) {
  if (failed(expectSmall(op, op.getType())))
    return failure();
  return finish(
      op, SmallVector<Value>(op.getType().getNumElements(), op.getInput()));
}

LogicalResult Scalariser::rewriteGenerate(tensor::GenerateOp op) {
  if (failed(expectSmall(op, op.getType())))
    return failure();
  SmallVector<Value> values;
  auto add = [&](ArrayRef<int64_t> place) {
    FailureOr<Value> value = elementOf(op.getBody().front(), place);
    if (succeeded(value))
      values.push_back(*value);
    return LogicalResult(value);
  };
  if (failed(forEachPlace(op.getType().getShape(), add)))
    return failure();
  return finish(op, values);
}

//===----------------------------------------------------------------------===//
// Ops that rearrange
//===----------------------------------------------------------------------===//

// The elements of a small tensor that is made of a larger one.
LogicalResult Scalariser::readAll(Operation *op) {
  Value result = op->getResult(0);
  auto type = cast<RankedTensorType>(result.getType());
  SmallVector<Value> values;
  auto add = [&](ArrayRef<int64_t> place) {
    values.push_back(readLarge(op->getLoc(), result, constantPlace(place)));
    return expectRoom(op);
  };
  if (failed(forEachPlace(type.getShape(), add)))
    return failure();
  return finish(op, values);
}

// Reshapes and casts.
LogicalResult Scalariser::rewriteSameElements(Operation *op) {
  Value source = op->getOperand(0), result = op->getResult(0);
  if (isSmall(source.getType())) {
    if (failed(expectSmall(op, result.getType())))
      return failure();
    return finish(op, getElements(source));
  }
  if (!isSmall(result.getType())) {
    larger.push_back(op);
    return success();
  }
  // Of more elements, or of a shape that only a cast says.
  if (!isa<tensor::CastOp>(op) || !isa<RankedTensorType>(source.getType()))
    return expectSmall(op, source.getType());
  return readAll(op);
}

LogicalResult Scalariser::rewriteConcat(tensor::ConcatOp op) {
  if (failed(expectSmall(op, op->getOperandTypes())) ||
      failed(expectSmall(op, op.getType())))
    return failure();
  int64_t dim = op.getDim();
  SmallVector<Value> values;
  int64_t outer = computeProduct(op.getResultType().getShape().take_front(dim));
  for (int64_t i = 0; i < outer; ++i)
    for (Value input : op.getInputs()) {
      SmallVector<Value> all = getElements(input);
      size_t count = all.size() / outer;
      llvm::append_range(values, ArrayRef(all).slice(i * count, count));
    }
  return finish(op, values);
}

LogicalResult Scalariser::rewritePad(tensor::PadOp op) {
  if (failed(expectSmall(op, {op.getSourceType(), op.getType()})))
    return failure();
  ArrayRef<int64_t> low = op.getStaticLow();
  if (ShapedType::isDynamicShape(low) ||
      ShapedType::isDynamicShape(op.getStaticHigh()))
    return op->emitOpError("expected constant widths of the padding");
  ArrayRef<int64_t> inner = op.getSourceType().getShape();
  SmallVector<Value> values;
  auto add = [&](ArrayRef<int64_t> place) -> LogicalResult {
    SmallVector<int64_t> inside;
    for (auto [index, before] : llvm::zip_equal(place, low))
      inside.push_back(index - before);
    if (llvm::all_of(llvm::zip_equal(inside, inner), [](auto pair) {
          auto [index, size] = pair;
          return 0 <= index && index < size;
        })) {
      values.push_back(read(op.getLoc(), op.getSource(), inside));
      return success();
    }
    FailureOr<Value> value = elementOf(op.getRegion().front(), place);
    if (succeeded(value))
      values.push_back(*value);
    return value;
  };
  if (failed(forEachPlace(op.getResultType().getShape(), add)))
    return failure();
  return finish(op, values);
}

//===----------------------------------------------------------------------===//
// Elements and slices
//===----------------------------------------------------------------------===//

LogicalResult Scalariser::rewriteExtract(tensor::ExtractOp op) {
  if (isSmall(op.getTensor().getType()))
    return readSlice(op, op.getTensor(), elementAt(op.getIndices()));
  replace(op.getResult(), readLarge(op.getLoc(), op.getTensor(),
                                    getAsOpFoldResult(op.getIndices())));
  return finish(op);
}

LogicalResult Scalariser::rewriteExtractSlice(tensor::ExtractSliceOp op) {
  if (isSmall(op.getSource().getType())) {
    if (failed(expectSmall(op, op.getType())))
      return failure();
    return readSlice(op, op.getSource(), sliceOf(op));
  }
  if (!isSmall(op.getType())) {
    larger.push_back(op);
    return success();
  }
  if (failed(expectSlice(op, sliceOf(op), op.getSourceType().getShape())))
    return failure();
  return readAll(op);
}

LogicalResult Scalariser::rewriteInsert(tensor::InsertOp op) {
  if (failed(expectSmall(op, op.getType())))
    return failure();
  return writeSlice(op, op.getScalar(), op.getDest(),
                    elementAt(op.getIndices()));
}

LogicalResult Scalariser::rewriteInsertSlice(tensor::InsertSliceOp op) {
  if (failed(expectSmall(op, {op.getSourceType(), op.getType()})))
    return failure();
  return writeSlice(op, getElements(op.getSource()), op.getDest(), sliceOf(op));
}

LogicalResult Scalariser::rewriteDim(tensor::DimOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getSource().getType());
  if (!type || !type.hasStaticShape())
    return success(); // the size of a larger tensor
  SmallVector<Value> sizes;
  for (int64_t size : type.getShape())
    sizes.push_back(indexConstant(size));
  if (sizes.empty())
    return op->emitOpError("expected a tensor that has dimensions");
  int64_t rank = type.getRank();
  Choices choices = choicesOf(op.getLoc(), getAsOpFoldResult(op.getIndex()),
                              rank, /*inOrder=*/true);
  replace(op.getResult(), choose(op.getLoc(), sizes, rank, choices, 0));
  return finish(op);
}

//===----------------------------------------------------------------------===//
// Ops of eq
//===----------------------------------------------------------------------===//

// The newest in front, the oldest is lost.
LogicalResult Scalariser::rewritePush(PushOp op) {
  if (failed(expectSmall(op, op->getOperandTypes())))
    return failure();
  SmallVector<Value> values = getElements(op.getValue());
  size_t count = cast<RankedTensorType>(op.getType()).getNumElements();
  llvm::append_range(values, getElements(op.getHistory()));
  values.resize(count);
  return finish(op, values);
}

// A slot out of range is dropped.
LogicalResult Scalariser::rewriteRecord(RecordOp op) {
  if (failed(expectSmall(op, op->getOperandTypes())))
    return failure();
  Location loc = op.getLoc();
  SmallVector<Value> source = getElements(op.getValue());
  SmallVector<Value> values = getElements(op.getBuffer());
  int64_t slots = cast<RankedTensorType>(op.getType()).getDimSize(0);
  for (int64_t slot = 0; slot < slots; ++slot) {
    Value here = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       op.getSlot(), indexConstant(slot));
    here = arith::AndIOp::create(builder, loc, here, op.getWhen());
    for (auto [i, value] : llvm::enumerate(source)) {
      Value &old = values[slot * source.size() + i];
      old = arith::SelectOp::create(builder, loc, here, value, old);
    }
  }
  return finish(op, values);
}

} // namespace mlir::eq
