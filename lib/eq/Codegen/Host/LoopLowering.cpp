// Operands and results of a loop in memory, and the regions of one sample.

#include "eq/Codegen/Host/LoopLowering.h"
#include "eq/Batch/Elementwise.h"
#include "eq/Codegen/Host/Slots.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::eq {

// Sizes that the types do not tell must agree at run time.
void LoopLowering::checkBatchSizes() {
  Value first = loop.getInit().front();
  auto check = [&](ValueRange operands, StringRef group) {
    for (auto [i, operand] : llvm::enumerate(operands)) {
      auto type = dyn_cast<RankedTensorType>(operand.getType());
      if (!type || type.getRank() == 0 || !type.isDynamicDim(0) ||
          operand == first)
        continue;
      Value size = tensor::DimOp::create(builder, loc, operand, 0);
      std::string rule = "expected '" + group.str() + "' operand #" +
                         std::to_string(i) + " of the solve at " +
                         locationText(loc) +
                         " to have the batch size of 'init' operand #0";
      Value wanted = arith::IndexCastOp::create(
          builder, loc, builder.getI64Type(), batchSize);
      Value got =
          arith::IndexCastOp::create(builder, loc, builder.getI64Type(), size);
      Value code = callRuntime(builder, loc, "eqrt_expect_size", i32,
                               {contextOf(builder, loc),
                                stringAddress(builder, loc, rule), wanted, got})
                       .getResult();
      returnIfFailed(builder, loc, code);
    }
  };
  check(loop.getInit(), "init");
  check(loop.getIns(), "ins");
  check(loop.getRecord(), "record");
  if (rankOf(loop.getMax().getType()) > 0)
    check(loop.getMax(), "max");
}

Value LoopLowering::operandBuffer(Value operand) {
  Value &buffer = buffers[operand];
  if (!buffer)
    buffer = bufferization::ToBufferOp::create(
        builder, loc, dynamicLayout(cast<RankedTensorType>(operand.getType())),
        operand, /*readOnly=*/true);
  return buffer;
}

void LoopLowering::openBatch() {
  if (!hasBatch)
    return;
  batchSize = tensor::DimOp::create(builder, loc, loop.getInit().front(), 0);
  checkBatchSizes();
  // Before the loop, where their values exist.
  for (ValueRange group :
       {ValueRange(loop.getInit()), ValueRange(loop.getIns())})
    for (Value operand : group)
      operandBuffer(operand);
  if (rankOf(loop.getMax().getType()) > 0)
    operandBuffer(loop.getMax());
}

Value LoopLowering::allocateLike(Type type) {
  SmallVector<Value> sizes;
  if (ShapedType::isDynamicShape(shapeOf(type)))
    sizes.push_back(batchSize);
  return memref::AllocOp::create(
      builder, loc, MemRefType::get(shapeOf(type), elementTypeOf(type)), sizes,
      builder.getI64IntegerAttr(64));
}

void LoopLowering::allocateFinals() {
  for (Value final : loop.getFinals())
    finalBuffers.push_back(isa<RankedTensorType>(final.getType())
                               ? allocateLike(final.getType())
                               : Value());
  if (hasBatch)
    stepsBuffer = allocateLike(loop.getSteps().getType());
}

Value LoopLowering::sampleView(Value buffer, Value index) {
  auto type = cast<MemRefType>(buffer.getType());
  Slots one = slotsFrom(builder, type, index, /*count=*/1);
  auto reduced = cast<MemRefType>(memref::SubViewOp::inferRankReducedResultType(
      type.getShape().drop_front(), type, one.offsets, one.sizes, one.strides));
  return memref::SubViewOp::create(builder, loc, reduced, buffer, one.offsets,
                                   one.sizes, one.strides);
}

Value LoopLowering::readTensor(Value buffer, bool writable) {
  auto type = cast<MemRefType>(buffer.getType());
  return bufferization::ToTensorOp::create(
      builder, loc,
      RankedTensorType::get(type.getShape(), type.getElementType()), buffer,
      /*restrict=*/true, writable);
}

void LoopLowering::write(Value tensor, Value buffer) {
  bufferization::MaterializeInDestinationOp::create(
      builder, loc, Type(), tensor, buffer, /*restrict=*/true,
      /*writable=*/true);
}

void LoopLowering::addInto(Value part, Value buffer, Value mask) {
  Value tensor = part;
  if (isa<MemRefType>(part.getType()))
    tensor = readTensor(part);
  else if (!isa<RankedTensorType>(part.getType()))
    tensor = asTensor(part);
  Value old = readTensor(buffer, /*writable=*/true);
  Value sum = makeElementwise(
      builder, loc, tensor, old, [&](OpBuilder &nested, ValueRange element) {
        Value added =
            arith::AddFOp::create(nested, loc, element[1], element[0]);
        if (mask)
          added = arith::SelectOp::create(nested, loc, mask, added, element[1]);
        return added;
      });
  write(sum, buffer);
}

void LoopLowering::fillZero(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(type.getElementType()));
  linalg::FillOp::create(builder, loc, zero, buffer);
}

LoopLowering::Sample LoopLowering::openSample(Value index) {
  auto read = [&](Value operand) -> Value {
    if (!hasBatch)
      return operand;
    Value buffer = operandBuffer(operand);
    if (rankOf(operand.getType()) == 1)
      return memref::LoadOp::create(builder, loc, buffer, index);
    return readTensor(sampleView(buffer, index));
  };
  Sample sample;
  for (Value init : loop.getInit())
    sample.init.push_back(read(init));
  for (Value value : loop.getIns())
    sample.ins.push_back(read(value));
  for (Value record : recordBuffers)
    sample.records.push_back(hasBatch ? sampleView(record, index) : record);
  sample.max =
      rankOf(loop.getMax().getType()) > 0 ? read(loop.getMax()) : loop.getMax();
  return sample;
}

SmallVector<Value> LoopLowering::inlineRegion(Region &region,
                                              ValueRange arguments) {
  IRMapping mapping;
  mapping.map(region.getArguments(), arguments);
  Block &block = region.front();
  for (Operation &op : block.without_terminator())
    builder.clone(op, mapping);
  return llvm::map_to_vector(
      block.getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

void LoopLowering::replaceResults() {
  auto takeOver = [&](Value result, Value buffer) {
    // Not writable: a later use of the result must not compute in its place,
    // because reads by other loops are no longer seen by bufferization.
    Value tensor = readTensor(buffer);
    if (!isa<RankedTensorType>(result.getType()))
      tensor = tensor::ExtractOp::create(builder, loc, tensor, ValueRange());
    result.replaceAllUsesWith(tensor);
  };
  size_t scalar = 0;
  for (auto [i, final] : llvm::enumerate(loop.getFinals())) {
    if (finalBuffers[i])
      takeOver(final, finalBuffers[i]);
    else
      final.replaceAllUsesWith(finalScalars[scalar++]);
  }
  if (hasBatch)
    takeOver(loop.getSteps(), stepsBuffer);
  else
    loop.getSteps().replaceAllUsesWith(stepsScalar);
  for (auto [record, buffer] : llvm::zip(loop.getRecords(), recordBuffers))
    takeOver(record, buffer);
  for (auto [sum, buffer] : llvm::zip(loop.getSums(), sums))
    takeOver(sum, buffer);
}

} // namespace mlir::eq
