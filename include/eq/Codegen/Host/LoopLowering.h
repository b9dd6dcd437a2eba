// What the lowerings of a loop have in common, whoever runs its steps: operands
// and results in memory, the regions of a sample as tensor islands.
#ifndef EQ_CODEGEN_HOST_LOOPLOWERING_H
#define EQ_CODEGEN_HOST_LOOPLOWERING_H

#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/EqOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::eq {

/// A cancel flag is looked at every so many steps, a power of two.
inline constexpr int32_t checkPeriod = 1024;

/// Lowers a loop to one that takes its samples one after another. The loops in
/// its regions stay.
void lowerSerially(LoopOp loop);

class LoopLowering {
protected:
  explicit LoopLowering(LoopOp loop)
      : loop(loop), builder(loop), loc(loop.getLoc()),
        hasBatch(!loop.getBatchDims().empty()), i32(builder.getI32Type()),
        stateTypes(loop.getStateTypes()) {}

  /// Values of the loop's operands and results for one sample.
  struct Sample {
    SmallVector<Value> init, ins, records; // records: memrefs
    Value max;
  };

  /// The size of the batch, checked, and a buffer of every operand of it.
  void openBatch();
  void allocateFinals();
  Sample openSample(Value index);
  /// Lets memory stand for the results.
  void replaceResults();

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value count(int32_t value) {
    return arith::ConstantIntOp::create(builder, loc, i32, value);
  }
  Value operandBuffer(Value operand);
  /// Memory for a value of a batch; its first dimension may be dynamic.
  Value allocateLike(Type type);
  /// buffer[index, ...], rank-reduced.
  Value sampleView(Value buffer, Value index);
  Value readTensor(Value buffer, bool writable = false);
  void write(Value tensor, Value buffer);
  /// A scalar, or a vector of a lane block, as a tensor. Not
  /// tensor.from_elements, which folds vectors to a constant that cannot be.
  Value asTensor(Value scalar) {
    return tensor::SplatOp::create(builder, loc, scalar,
                                   RankedTensorType::get({}, scalar.getType()));
  }
  /// buffer += part, element by element; `part` is a scalar, a tensor or
  /// memory. With a mask, only the lanes that it has.
  void addInto(Value part, Value buffer, Value mask = {});
  void fillZero(Value buffer);
  /// Moves a copy of the region's ops here; gives the operands of its
  /// terminator.
  SmallVector<Value> inlineRegion(Region &region, ValueRange arguments);
  bool isTensorState(size_t i) { return isa<RankedTensorType>(stateTypes[i]); }

  LoopOp loop;
  OpBuilder builder;
  Location loc;
  bool hasBatch;
  Type i32;
  SmallVector<Type> stateTypes;

  Value batchSize;
  DenseMap<Value, Value> buffers;  // of operands with batch dimensions
  SmallVector<Value> finalBuffers; // null: a scalar without a batch
  SmallVector<Value> finalScalars;
  Value stepsBuffer, stepsScalar;
  SmallVector<Value> recordBuffers;
  SmallVector<Value> sums;

private:
  void checkBatchSizes();
};

} // namespace mlir::eq

#endif // EQ_CODEGEN_HOST_LOOPLOWERING_H
