// Sums over samples, taken out of a loop.
#ifndef EQ_LIB_SCHEDULE_SEPARATESUMS_H
#define EQ_LIB_SCHEDULE_SEPARATESUMS_H

#include "eq/IR/EqOps.h"

namespace mlir::eq {

/// Two loops that together give what one with sums gives, to the bit.
struct SeparatedSums {
  /// The loop without sums. Its last finals are what each sample adds up.
  LoopOp samples;
  /// One step for each sample: adds these, in the order of the sums.
  LoopOp adder;

  /// The values of the loop that these stand for.
  SmallVector<Value> getResults();
  void erase();
};

/// Writes both before `loop`, which has a batch and stays.
SeparatedSums separateSums(LoopOp loop);

} // namespace mlir::eq

#endif // EQ_LIB_SCHEDULE_SEPARATESUMS_H
