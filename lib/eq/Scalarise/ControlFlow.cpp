// The rules of scf: a tensor that is carried becomes as many scalars, a loop
// whose counter is an index is unrolled.
//
//   scf.while (%z = %a) : (tensor<2xf64>) -> tensor<2xf64>
//     -> scf.while (%z0 = %a0, %z1 = %a1) : (f64, f64) -> (f64, f64)

#include "Scalariser.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace mlir::eq {

// Arguments for the elements behind the old arguments, which ops that are dead
// still use.
void Scalariser::flattenArguments(Block &block) {
  unsigned count = block.getNumArguments();
  if (llvm::none_of(block.getArgumentTypes(),
                    [&](Type type) { return isSmall(type); }))
    return;
  for (unsigned i = 0; i < count; ++i) {
    BlockArgument old = block.getArgument(i);
    SmallVector<Value> values;
    for (Type type : scalarTypes(old.getType(), options))
      values.push_back(block.addArgument(type, old.getLoc()));
    if (isSmall(old.getType()))
      setElements(old, values);
    else
      replace(old, values.front());
  }
  oldArguments.push_back({&block, count});
}

LogicalResult Scalariser::rewriteControlFlow(Operation *op) {
  if (failed(expectSmall(op, op->getOperandTypes())) ||
      failed(expectSmall(op, op->getResultTypes())))
    return failure();
  for (Region &region : op->getRegions())
    for (Block &block : region)
      if (failed(expectSmall(op, block.getArgumentTypes())))
        return failure();

  SmallVector<Type> types = scalarTypes(op->getResultTypes(), options);
  Operation *flat = Operation::create(
      op->getLoc(), op->getName(), types, flatten(op->getOperands()),
      op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
      BlockRange(), op->getNumRegions());
  builder.insert(flat);
  for (auto [region, old] : llvm::zip(flat->getRegions(), op->getRegions())) {
    region.takeBody(old);
    for (Block &block : region)
      flattenArguments(block);
  }
  if (failed(visitRegions(flat)))
    return failure();

  ValueRange values = flat->getResults();
  for (Value result : op->getResults()) {
    size_t count = scalarTypes(result.getType(), options).size();
    if (isSmall(result.getType()))
      setElements(result, SmallVector<Value>(values.take_front(count)));
    else
      replace(result, values.front());
    values = values.drop_front(count);
  }
  return finish(op);
}

LogicalResult Scalariser::rewriteYield(Operation *op) {
  if (!isa<scf::ForOp, scf::IfOp, scf::WhileOp>(op->getParentOp()))
    return noRule(op);
  if (failed(expectSmall(op, op->getOperandTypes())))
    return failure();
  op->setOperands(flatten(op->getOperands()));
  return success();
}

bool Scalariser::indexesSmallTensors(scf::ForOp loop) const {
  // What the counter decides.
  DenseSet<Value> decided = {loop.getInductionVar()};
  auto isDecided = [&](Value value) { return decided.contains(value); };
  auto indexes = [&](Operation *op) {
    if (auto extract = dyn_cast<tensor::ExtractOp>(op))
      return isSmall(extract.getTensor().getType()) &&
             llvm::any_of(extract.getIndices(), isDecided);
    if (auto insert = dyn_cast<tensor::InsertOp>(op))
      return isSmall(insert.getType()) &&
             llvm::any_of(insert.getIndices(), isDecided);
    auto slice = dyn_cast<OffsetSizeAndStrideOpInterface>(op);
    return slice && op->getNumResults() == 1 &&
           isSmall(op->getResult(0).getType()) &&
           llvm::any_of(slice.getOffsets(), isDecided);
  };
  return loop.getBody()
      ->walk<WalkOrder::PreOrder>([&](Operation *op) {
        if (indexes(op))
          return WalkResult::interrupt();
        if (llvm::any_of(op->getOperands(), isDecided)) {
          decided.insert(op->result_begin(), op->result_end());
          for (Region &region : op->getRegions())
            decided.insert(region.args_begin(), region.args_end());
        }
        return WalkResult::advance();
      })
      .wasInterrupted();
}

LogicalResult Scalariser::unroll(scf::ForOp loop, int64_t turns) {
  int64_t lower = *getConstantIntValue(loop.getLowerBound());
  int64_t step = *getConstantIntValue(loop.getStep());
  Block &body = *loop.getBody();
  SmallVector<Value> carried(loop.getInitArgs());
  for (int64_t turn = 0; turn < turns; ++turn) {
    IRMapping mapping;
    mapping.map(loop.getInductionVar(),
                constant(builder.getIntegerAttr(
                    loop.getInductionVar().getType(), lower + turn * step)));
    mapping.map(loop.getRegionIterArgs(), carried);
    if (failed(copyBody(body, mapping)))
      return failure();
    for (auto [value, next] :
         llvm::zip(carried, body.getTerminator()->getOperands()))
      value = mapping.lookupOrDefault(next);
  }
  for (auto [result, value] : llvm::zip(loop.getResults(), carried)) {
    if (isSmall(value.getType()) && !elements.contains(value))
      return noRule(loop);
    alias(result, value);
  }
  return finish(loop);
}

} // namespace mlir::eq
