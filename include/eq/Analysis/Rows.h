// Which dimension of a linalg.generic its rows are, and whether neighbouring
// rows can be the elements of a vector. Code generation forms nests by this,
// and the cost model asks what they will be.
#ifndef EQ_ANALYSIS_ROWS_H
#define EQ_ANALYSIS_ROWS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <optional>

namespace mlir::eq {

/// Dimensions of at most so many elements are unrolled, and their sums stay in
/// registers.
inline constexpr int64_t unrollLimit = 8;

/// The largest parallel dimension, the first of these; nothing without one.
std::optional<unsigned> longestParallelDim(linalg::GenericOp op);

/// Whether an op can be computed row by row: static sizes, on tensors, every
/// element of a result written.
bool hasRows(Operation *op);

/// The dimension of an op with rows that they are: the largest parallel one;
/// of a few small sums that of the terms, which are added row by row.
unsigned rowOf(linalg::GenericOp op);

/// The product of the parallel extents, but for the dimension `except`.
int64_t parallelExtent(linalg::GenericOp op,
                       std::optional<unsigned> except = {});

/// Whether the terms of sums can be rows: the sum over them is the outermost,
/// so that the order stays, and few enough sums run at once.
bool canSumOverRows(linalg::GenericOp op, unsigned dim);

/// Whether elements are vectors of samples already.
bool hasVectors(linalg::GenericOp op);

/// The bytes of the largest elements, which are numbers.
int64_t elementBytesOf(linalg::GenericOp op);

/// How many rows with elements of so many bytes are one vector; 1 where there
/// are too few.
int64_t rowsOfVector(int64_t extent, int64_t elementBytes);

/// Whether neighbours of dimension `row` are neighbours in a tensor that `map`
/// reads, or it does not depend on them.
bool hasContiguousRows(AffineMap map, unsigned row);

/// Whether a body on numbers can be computed for a vector of rows.
bool hasWideBody(linalg::GenericOp op, unsigned row);

/// Whether vectors can hold what is computed for several rows, as far as the
/// op itself goes: operands may stand in the way.
bool canBeWide(linalg::GenericOp op, unsigned row);

/// The same with operands, if those that are invariant may be transposed
/// before.
bool isWide(linalg::GenericOp op, function_ref<bool(Value input)> isInvariant);

} // namespace mlir::eq

#endif // EQ_ANALYSIS_ROWS_H
