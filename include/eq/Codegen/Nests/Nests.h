// Groups of linalg.generic ops become loops over rows, with what a row needs in
// registers.
//
//   %y = generic(i, k) ins(%w, %z)         for i = 0 to N step R:
//   %t = generic(i)    ins(%y)        ->     for k: a0 += w[i, k] z[k]; a1 +=
//   .. %s = generic(i)    ins(%t), sum          t[i] = f(a0); s += t[i]; t[i+1]
//   = ..
//
// Element types may be anything, vectors of samples among them. Every sum is
// added in the order of its op, so results keep their bits.
#ifndef EQ_CODEGEN_NESTS_NESTS_H
#define EQ_CODEGEN_NESTS_NESTS_H

#include "mlir/IR/Block.h"

namespace mlir::eq {

/// How many rows of a nest are computed at a time: as many sums as registers
/// hold. Elements that are vectors take more of these.
struct TileRows {
  int64_t ofScalars, ofVectors;
};

/// Rewrites the ops of `block`, and of blocks inside its loops and branches.
/// Ops on tensors of dynamic shape stay as they are, and nothing moves across
/// an op with a memory effect.
void formNests(Block &block, TileRows rows);

} // namespace mlir::eq

#endif // EQ_CODEGEN_NESTS_NESTS_H
