// The rules of ops that compute: a copy of the op, or of the body of a
// linalg.generic, for each element.
//
//   %y = arith.mulf %a, %b : tensor<2xf64>   ->   %y0 = arith.mulf %a0, %b0
//                                                 %y1 = arith.mulf %a1, %b1

#include "Scalariser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::eq {

LogicalResult
forEachPlace(ArrayRef<int64_t> shape,
             llvm::function_ref<LogicalResult(ArrayRef<int64_t>)> function) {
  if (llvm::is_contained(shape, 0))
    return success();
  SmallVector<int64_t> place(shape.size(), 0);
  while (true) {
    if (failed(function(place)))
      return failure();
    size_t d = shape.size();
    while (d > 0 && ++place[d - 1] == shape[d - 1])
      place[--d] = 0;
    if (d == 0)
      return success();
  }
}

LogicalResult Scalariser::rewriteElementwise(Operation *op) {
  if (failed(expectSmall(op, op->getOperandTypes())) ||
      failed(expectSmall(op, op->getResultTypes())))
    return failure();
  SmallVector<SmallVector<Value>> operands;
  size_t count = 1;
  for (Value operand : op->getOperands())
    operands.push_back(getElements(operand));
  SmallVector<Type> types;
  for (Type type : op->getResultTypes()) {
    if (!isSmall(type))
      return noRule(op);
    types.push_back(getElementTypeOrSelf(type));
    count = cast<RankedTensorType>(type).getNumElements();
  }
  SmallVector<SmallVector<Value>> results(op->getNumResults());
  for (size_t i = 0; i < count; ++i) {
    SmallVector<Value> values;
    for (auto [list, operand] : llvm::zip(operands, op->getOperands()))
      values.push_back(isSmall(operand.getType()) ? list[i] : list.front());
    Operation *scalar =
        Operation::create(op->getLoc(), op->getName(), types, values,
                          op->getDiscardableAttrDictionary(),
                          op->getPropertiesStorage(), BlockRange(), 0);
    builder.insert(scalar);
    for (auto [list, value] : llvm::zip(results, scalar->getResults()))
      list.push_back(value);
  }
  for (auto [result, values] : llvm::zip(op->getResults(), results))
    setElements(result, values);
  return finish(op);
}

LogicalResult Scalariser::rewriteConstant(arith::ConstantOp op) {
  auto value = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!isSmall(op.getType()) || !value) {
    larger.push_back(op);
    return isSmall(op.getType()) ? noRule(op) : success();
  }
  SmallVector<Value> values;
  for (Attribute element : value.getValues<Attribute>())
    values.push_back(constant(cast<TypedAttr>(element)));
  return finish(op, values);
}

// Turn by turn, in the order of the loops.
LogicalResult Scalariser::rewriteGeneric(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics())
    return noRule(op);
  if (failed(expectSmall(op, op->getResultTypes())))
    return failure();
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  if (ShapedType::isDynamicShape(extents))
    return expectSmall(op, op->getOperandTypes());
  Block &body = *op.getBody();
  uint64_t size = 1;
  for (Operation &inner : body.without_terminator())
    size += !inner.hasTrait<OpTrait::ConstantLike>();
  for (int64_t extent : extents)
    size = llvm::SaturatingMultiply<uint64_t>(size, extent);
  if (failed(expectRoom(op, std::min<uint64_t>(size, INT64_MAX))))
    return failure();

  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<SmallVector<Value>> results;
  for (Value init : op.getDpsInits())
    results.push_back(getElements(init));
  auto positionOf = [&](OpOperand &operand, ArrayRef<int64_t> turn) {
    return maps[operand.getOperandNumber()].compose(turn);
  };
  auto resultAt = [&](size_t i, ArrayRef<int64_t> turn) -> Value & {
    OpOperand &init = *op.getDpsInitOperand(i);
    auto type = cast<RankedTensorType>(init.get().getType());
    return results[i][linearise(positionOf(init, turn), type.getShape())];
  };
  LogicalResult done = forEachPlace(extents, [&](ArrayRef<int64_t> turn) {
    IRMapping mapping;
    for (OpOperand *input : op.getDpsInputOperands()) {
      BlockArgument argument = op.getMatchingBlockArgument(input);
      if (argument.use_empty())
        continue;
      bool isScalar = !isa<TensorType>(input->get().getType());
      mapping.map(argument, isScalar ? input->get()
                                     : read(op.getLoc(), input->get(),
                                            positionOf(*input, turn)));
    }
    for (size_t i = 0; i < results.size(); ++i)
      mapping.map(op.getRegionOutputArgs()[i], resultAt(i, turn));
    for (Operation &inner : body.without_terminator()) {
      if (auto index = dyn_cast<linalg::IndexOp>(inner))
        mapping.map(index.getResult(), indexConstant(turn[index.getDim()]));
      else if (failed(copy(&inner, mapping)))
        return failure();
    }
    for (auto [i, value] : llvm::enumerate(body.getTerminator()->getOperands()))
      resultAt(i, turn) = mapping.lookupOrDefault(value);
    return success();
  });
  if (failed(done))
    return failure();
  for (auto [result, values] : llvm::zip(op->getResults(), results))
    setElements(result, values);
  return finish(op);
}

} // namespace mlir::eq
