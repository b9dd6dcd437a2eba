// One value for each element: code on small tensors becomes code on scalars,
// before there is any memory.
//
//   %s = arith.addf %x, %y : tensor<2xf64>   ->   %s0 = arith.addf %x0, %y0
//                                                 %s1 = arith.addf %x1, %y1
//
// Elements are in row-major order. Sums keep the order of their source, and no
// operation on numbers is changed or left out: the bits stay the same.
#ifndef EQ_SCALARISE_SCALARISE_H
#define EQ_SCALARISE_SCALARISE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"
#include "mlir/Support/LogicalResult.h"

namespace mlir::eq {

struct ScalariseOptions {
  /// A tensor with more elements stays a tensor.
  int64_t maxElements = 256;
  /// More operations than this (constants aside) are an error.
  int64_t maxOperations = 50000;
};

/// Whether values of `type` become scalars: a tensor of numbers, of static
/// shape and with at most `maxElements` elements.
bool isScalarisable(Type type, const ScalariseOptions &options = {});

/// Replaces in all regions of `root` every tensor that is scalarisable by its
/// elements. `root` itself keeps its signature, so no block of it may take such
/// a tensor; the ops that make them are `tensor.from_elements` and the like.
///
/// What a body may use has a rule, and `scf.if`, `scf.for` and `scf.while` that
/// carry such tensors: but not `eq.loop`, which the caller lowers before. An
/// `scf.for` of constant bounds with at most 64 turns whose counter is an index
/// into such a tensor is unrolled. Other indices that are not constant become
/// comparisons and selections; an index out of range is clamped. Elements of
/// `tensor.empty` are 0.
///
/// A larger tensor is read one element at a time, by `tensor.extract`, where a
/// small one is made from it: by an `extract_slice` or a `linalg.generic` whose
/// results are small. Reshapes, casts and slices of larger tensors are folded
/// into the indices, an element of a constant becomes a scalar constant. So
/// nothing but `tensor.extract` is left of them, reading from whatever gave the
/// tensor: a block argument, a constant, an op of another dialect.
///
/// Emits an error at the op that has no rule, whose tensors are too large, or
/// at which there are too many operations. The IR is then half rewritten, to
/// be thrown away: a caller that wants to go on does this on a clone. Repeated
/// reads and index arithmetic are left to CSE. The dialects arith, linalg and
/// tensor must be loaded.
LogicalResult scalarise(Operation *root, const ScalariseOptions &options = {});

//===----------------------------------------------------------------------===//
// At the boundary
//===----------------------------------------------------------------------===//

/// The types of the scalars that stand for values of `types`; what is not
/// scalarisable stands for itself.
SmallVector<Type> scalarTypes(TypeRange types,
                              const ScalariseOptions &options = {});

/// The scalars of `values`, by `tensor.extract`.
SmallVector<Value> takeApart(OpBuilder &builder, Location loc,
                             ValueRange values,
                             const ScalariseOptions &options = {});

/// Values of `types` of their scalars, by `tensor.from_elements`.
SmallVector<Value> putTogether(OpBuilder &builder, Location loc,
                               ValueRange scalars, TypeRange types,
                               const ScalariseOptions &options = {});

} // namespace mlir::eq

#endif // EQ_SCALARISE_SCALARISE_H
