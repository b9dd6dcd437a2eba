// What the rules have in common by which the code of one sample becomes that of
// a lane block.

#include "eq/Batch/Batch.h"
#include "Models.h"
#include "eq/Batch/Elementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "eq/Batch/BatchableOpInterface.cpp.inc"

namespace mlir::eq {

namespace {

bool isScalarOp(Operation *op) {
  auto isScalar = [](Type type) { return type.isIntOrIndexOrFloat(); };
  return op->getNumRegions() == 0 &&
         llvm::all_of(op->getOperandTypes(), isScalar) &&
         llvm::all_of(op->getResultTypes(), isScalar);
}

// Whether an op has a rule; the ops of its regions are asked for themselves.
bool hasRule(Operation *op) {
  if (auto batchable = dyn_cast<BatchableOpInterface>(op))
    return batchable.hasBatchRule();
  if (op->hasTrait<OpTrait::IsTerminator>())
    return true;
  // Reads nothing, so it is the same for all samples.
  if (op->getNumOperands() == 0 && op->getNumRegions() == 0)
    return isMemoryEffectFree(op);
  return isScalarOp(op) && isMemoryEffectFree(op);
}

} // namespace

void registerBatchModels(DialectRegistry &registry) {
  registerArithBatchModels(registry);
  registerEqBatchModels(registry);
  registerLinalgBatchModels(registry);
  registerMathBatchModels(registry);
  registerSCFBatchModels(registry);
  registerTensorBatchModels(registry);
}

Operation *Batcher::findUnsupported(Region &region) {
  Operation *found = nullptr;
  region.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (hasRule(op))
      return WalkResult::advance();
    found = op;
    return WalkResult::interrupt();
  });
  return found;
}

Type Batcher::widen(Type type) const {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.clone(vectorOf(tensor.getElementType()));
  return vectorOf(type);
}

bool Batcher::readsVarying(Operation *op) const {
  bool varying = false;
  op->walk([&](Operation *inner) {
    varying |= llvm::any_of(inner->getOperands(),
                            [&](Value value) { return isVarying(value); });
  });
  return varying;
}

Value Batcher::wide(OpBuilder &builder, Value value) {
  Value mapped = get(value);
  if (mapped.getType() != value.getType())
    return mapped;
  return spread(builder, mapped);
}

Value Batcher::spread(OpBuilder &builder, Value value) {
  Location loc = value.getLoc();
  Type type = widen(value.getType());
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return vector::BroadcastOp::create(builder, loc, type, value);
  Value empty = tensor::EmptyOp::create(builder, loc, tensor.getShape(),
                                        tensor.getElementType());
  if (value.getDefiningOp<tensor::EmptyOp>())
    return empty;
  return makeElementwise(builder, loc, value, empty,
                         [&](OpBuilder &nested, ValueRange elements) -> Value {
                           return vector::BroadcastOp::create(
                               nested, loc, tensor.getElementType(),
                               elements[0]);
                         });
}

Value Batcher::select(OpBuilder &builder, Location loc, Value condition,
                      Value a, Value b) {
  auto tensor = dyn_cast<RankedTensorType>(a.getType());
  if (!tensor)
    return arith::SelectOp::create(builder, loc, condition, a, b);
  Value empty = tensor::EmptyOp::create(builder, loc, tensor.getShape(),
                                        tensor.getElementType());
  return makeElementwise(builder, loc, {a, b}, empty,
                         [&](OpBuilder &nested, ValueRange elements) -> Value {
                           return arith::SelectOp::create(
                               nested, loc, condition, elements[0],
                               elements[1]);
                         });
}

Value Batcher::getMask(OpBuilder &builder, Location loc) {
  if (mask)
    return mask;
  return arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(vectorOf(builder.getI1Type()), true));
}

Value Batcher::narrowed(OpBuilder &builder, Location loc, Value condition) {
  if (!mask)
    return condition;
  return arith::AndIOp::create(builder, loc, mask, condition);
}

Value Batcher::bitsOf(OpBuilder &builder, Location loc, Value mask) {
  int64_t lanes = cast<VectorType>(mask.getType()).getNumElements();
  if (lanes > 1)
    mask = vector::BitCastOp::create(
        builder, loc, VectorType::get(1, builder.getIntegerType(lanes)), mask);
  return vector::ExtractOp::create(builder, loc, mask, int64_t(0));
}

Value Batcher::anyOf(OpBuilder &builder, Location loc, Value mask) {
  Value bits = bitsOf(builder, loc, mask);
  Value none = arith::ConstantOp::create(
      builder, loc, builder.getIntegerAttr(bits.getType(), 0));
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, bits,
                               none);
}

void Batcher::widenOp(OpBuilder &builder, Operation *op) {
  OperationState state(op->getLoc(), op->getName());
  bool isScalar = isScalarOp(op);
  for (Value operand : op->getOperands()) {
    bool isPosition = !isScalar && operand.getType().isIndex();
    state.operands.push_back(isPosition && !isVarying(operand)
                                 ? get(operand)
                                 : wide(builder, operand));
  }
  for (Type type : op->getResultTypes())
    state.types.push_back(widen(type));
  state.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
  state.propertiesAttr = op->getPropertiesAsAttribute();
  Operation *widened = builder.create(state);
  map(op->getResults(), widened->getResults());
}

void Batcher::cloneForLanes(OpBuilder &builder, Operation *op) {
  Location loc = op->getLoc();
  SmallVector<Value> results;
  for (Type type : op->getResultTypes())
    results.push_back(arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(widen(type))));
  for (int64_t lane = 0; lane < lanes; ++lane) {
    IRMapping scalars;
    for (Value operand : op->getOperands())
      scalars.map(operand, isVarying(operand)
                               ? vector::ExtractOp::create(builder, loc,
                                                           get(operand), lane)
                               : get(operand));
    Operation *scalar = builder.clone(*op, scalars);
    for (auto [result, value] : llvm::zip(results, scalar->getResults()))
      result = vector::InsertOp::create(builder, loc, value, result, lane);
  }
  map(op->getResults(), results);
}

void Batcher::batchOp(OpBuilder &builder, Operation *op) {
  if (!readsVarying(op)) {
    builder.clone(*op, mapping);
    return;
  }
  if (auto batchable = dyn_cast<BatchableOpInterface>(op))
    batchable.batch(builder, *this);
  else if (OpTrait::hasElementwiseMappableTraits(op))
    widenOp(builder, op);
  else
    cloneForLanes(builder, op);
}

void Batcher::batchBlock(OpBuilder &builder, Block &block) {
  for (Operation &op : block.without_terminator())
    batchOp(builder, &op);
}

} // namespace mlir::eq
