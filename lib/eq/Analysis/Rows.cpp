// What the rows of an op are, and whether they can be elements of a vector.

#include "eq/Analysis/Rows.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::eq {

using linalg::GenericOp;
using utils::IteratorType;

// Rows that are the elements of a vector fill so many bytes of it, and are at
// most so many.
static constexpr int64_t rowVectorBytes = 32, mostRowsOfVector = 8;

static std::optional<unsigned> firstReduction(GenericOp op) {
  for (auto [dim, iterator] : llvm::enumerate(op.getIteratorTypesArray()))
    if (iterator == IteratorType::reduction)
      return dim;
  return std::nullopt;
}

bool hasRows(Operation *candidate) {
  auto op = dyn_cast<GenericOp>(candidate);
  if (!op || !op.hasPureTensorSemantics() || op.getNumLoops() == 0)
    return false;
  for (int64_t extent : op.getStaticLoopRanges())
    if (ShapedType::isDynamic(extent) || extent == 0)
      return false;
  // Every element of a result is written.
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!op.getMatchingIndexingMap(&init).isProjectedPermutation())
      return false;
  return true;
}

std::optional<unsigned> longestParallelDim(GenericOp op) {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  std::optional<unsigned> best;
  for (auto [dim, iterator] : llvm::enumerate(op.getIteratorTypesArray()))
    if (iterator == IteratorType::parallel &&
        (!best || extents[dim] > extents[*best]))
      best = dim;
  return best;
}

unsigned rowOf(GenericOp op) {
  std::optional<unsigned> best = longestParallelDim(op);
  std::optional<unsigned> sum = firstReduction(op);
  bool isSmall = !best || op.getStaticLoopRanges()[*best] <= unrollLimit;
  if (isSmall && sum && canSumOverRows(op, *sum))
    return *sum;
  return best.value_or(0);
}

int64_t parallelExtent(GenericOp op, std::optional<unsigned> except) {
  int64_t product = 1;
  for (auto [dim, extent, iterator] :
       llvm::enumerate(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    if (iterator == IteratorType::parallel && dim != except)
      product *= extent;
  return product;
}

bool canSumOverRows(GenericOp op, unsigned dim) {
  return firstReduction(op) == dim && parallelExtent(op) <= unrollLimit;
}

bool hasVectors(GenericOp op) {
  return llvm::any_of(op->getResultTypes(), [](Type type) {
    return isa<VectorType>(cast<RankedTensorType>(type).getElementType());
  });
}

int64_t elementBytesOf(GenericOp op) {
  int64_t most = 1;
  for (Type type : op->getOperandTypes()) {
    Type element = getElementTypeOrSelf(type);
    unsigned bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
    most = std::max<int64_t>(most, llvm::divideCeil(bits, 8));
  }
  return most;
}

int64_t rowsOfVector(int64_t extent, int64_t elementBytes) {
  int64_t rows =
      std::min<int64_t>(rowVectorBytes / elementBytes, mostRowsOfVector);
  return extent >= rows && rows > 1 ? rows : 1;
}

bool hasContiguousRows(AffineMap map, unsigned row) {
  if (!map.isFunctionOfDim(row))
    return true;
  AffineExpr last = map.getResults().back();
  return last == getAffineDimExpr(row, map.getContext()) &&
         llvm::none_of(map.getResults().drop_back(), [&](AffineExpr expr) {
           return expr.isFunctionOfDim(row);
         });
}

bool hasWideBody(GenericOp op, unsigned row) {
  return llvm::all_of(op.getBody()->without_terminator(), [&](Operation &op) {
    if (auto index = dyn_cast<linalg::IndexOp>(op))
      return index.getDim() != row;
    auto isScalar = [](Type type) { return type.isIntOrFloat(); };
    return op.getNumRegions() == 0 && isMemoryEffectFree(&op) &&
           llvm::all_of(op.getOperandTypes(), isScalar) &&
           llvm::all_of(op.getResultTypes(), isScalar);
  });
}

bool canBeWide(GenericOp op, unsigned row) {
  return !hasVectors(op) &&
         op.getIteratorTypesArray()[row] == IteratorType::parallel &&
         hasWideBody(op, row) &&
         rowsOfVector(op.getStaticLoopRanges()[row], elementBytesOf(op)) > 1;
}

bool isWide(GenericOp op, function_ref<bool(Value)> isInvariant) {
  if (!hasRows(op))
    return false;
  unsigned row = rowOf(op);
  return canBeWide(op, row) &&
         llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
           AffineMap map = op.getMatchingIndexingMap(&operand);
           return hasContiguousRows(map, row) ||
                  (map.isProjectedPermutation() && isInvariant(operand.get()));
         });
}

} // namespace mlir::eq
