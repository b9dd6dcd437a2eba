// Loops inside a kernel's region, with tensors as values.
#ifndef EQ_CODEGEN_GPU_VALUELOOPS_H
#define EQ_CODEGEN_GPU_VALUELOOPS_H

#include "eq/IR/EqOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace mlir::eq {

/// A tensor that is in memory and stays there: `extract` reads an element where
/// it is, `eq.record` writes one. `pointer` is its first element.
Value tensorInMemory(OpBuilder &builder, Location loc, Value pointer,
                     RankedTensorType type);

/// The first element of a tensor in memory; null for any other tensor.
Value memoryOf(Value tensor);

/// The address of element `position` (i64, row-major) from `pointer`.
Value elementAddress(OpBuilder &builder, Location loc, Value pointer,
                     Type element, Value position);

/// Reads or writes a number; booleans take a byte.
Value loadElement(OpBuilder &builder, Location loc, Value address,
                  Type element);
void storeElement(OpBuilder &builder, Location loc, Value value, Value address);

/// Moves copies of regions of `eq.loop` to where `builder` is. Loops inside
/// become `scf.while` that carry tensors, and records are written at once where
/// they are in memory.
class ValueLoops {
public:
  /// `cancelled` is the address of an i32 that is not 0 when the call is to
  /// stop.
  ValueLoops(OpBuilder &builder, Value cancelled)
      : builder(builder), cancelled(cancelled) {}

  /// Gives the operands of the region's terminator.
  SmallVector<Value> inlineRegion(Region &region, ValueRange arguments);

  /// Whether the call is to stop, as i1.
  Value isCancelled(Location loc);

private:
  struct Sample {
    SmallVector<Value> init, ins, records;
    Value max;
  };
  struct Outcome {
    SmallVector<Value> finals, records, totals;
    Value steps;
  };
  void lower(Operation *op);
  void lowerRecord(RecordOp op);
  void lowerFor(scf::ForOp op);
  void lowerIf(scf::IfOp op);
  void lowerLoop(LoopOp loop);
  Outcome runSample(LoopOp loop, const Sample &sample);
  SmallVector<Value> runBatch(LoopOp loop);

  OpBuilder &builder;
  Value cancelled;
};

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_VALUELOOPS_H
