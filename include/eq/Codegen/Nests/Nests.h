// Groups of linalg.generic ops become loops over rows, with what a row needs in
// registers.
//
//   %y = generic(i, k) ins(%w, %z)         for i = 0 to N step R:
//   %t = generic(i)    ins(%y)        ->     for k: a0 += w[i, k] z[k]; a1 +=
//   .. %s = generic(i)    ins(%t), sum          t[i] = f(a0); s += t[i]; t[i+1]
//   = ..
//
// Element types may be anything, vectors of samples among them. Where elements
// are numbers and neighbouring rows are neighbours in memory, a vector holds
// the sums of several rows. Every sum is added in the order of its op, so
// results keep their bits.
#ifndef EQ_CODEGEN_NESTS_NESTS_H
#define EQ_CODEGEN_NESTS_NESTS_H

#include "mlir/IR/Operation.h"

namespace mlir::eq {

/// How many rows of a nest are computed at a time: as many sums as registers
/// hold. Elements that are vectors take more of these.
struct TileRows {
  int64_t ofScalars, ofVectors;
};

/// Where sums of rows could be the elements of a vector, but for inputs whose
/// rows are no neighbours in memory, asks for other tensors: `transpose` gives
/// one whose dimension i is dimension permutation[i] of the given one, or null.
void transposeForRows(
    Operation *root,
    function_ref<Value(Value tensor, ArrayRef<int64_t> permutation)> transpose);

/// Rewrites the ops of `block`, and of blocks inside its loops and branches.
/// Ops on tensors of dynamic shape stay as they are, and nothing moves across
/// an op with a memory effect.
void formNests(Block &block, TileRows rows);

} // namespace mlir::eq

#endif // EQ_CODEGEN_NESTS_NESTS_H
