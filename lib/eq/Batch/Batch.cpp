// The rules by which the code of one sample becomes that of a lane block.

#include "eq/Batch/Batch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::eq {

namespace {

bool isScalarOp(Operation *op) {
  auto isScalar = [](Type type) { return !isa<ShapedType>(type); };
  return llvm::all_of(op->getOperandTypes(), isScalar) &&
         llvm::all_of(op->getResultTypes(), isScalar);
}

bool hasStaticOffsets(OffsetSizeAndStrideOpInterface op) {
  return !ShapedType::isDynamicShape(op.getStaticOffsets());
}

// Whether an op has a rule; the ops of its regions are asked for themselves.
bool hasRule(Operation *op) {
  // Repeated multiplication is a function of its own, for scalars only.
  if (isa<math::IPowIOp, math::FPowIOp>(op))
    return false;
  if (OpTrait::hasElementwiseMappableTraits(op))
    return isScalarOp(op);
  if (auto slice = dyn_cast<OffsetSizeAndStrideOpInterface>(op))
    return isa<tensor::ExtractSliceOp, tensor::InsertSliceOp>(op) &&
           hasStaticOffsets(slice);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return llvm::all_of(
        ValueRange{loop.getLowerBound(), loop.getUpperBound(), loop.getStep()},
        [](Value bound) { return bound.getDefiningOp<arith::ConstantOp>(); });
  return op->hasTrait<OpTrait::IsTerminator>() ||
         isa<arith::ConstantOp, linalg::GenericOp, linalg::IndexOp,
             tensor::EmptyOp, tensor::ExtractOp, tensor::InsertOp,
             tensor::SplatOp, tensor::FromElementsOp, tensor::CastOp,
             tensor::CollapseShapeOp, tensor::ExpandShapeOp, scf::IfOp>(op);
}

} // namespace

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
    return tensor.clone(VectorType::get(lanes, tensor.getElementType()));
  return VectorType::get(lanes, type);
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
  Location loc = value.getLoc();
  Type type = widen(value.getType());
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return vector::BroadcastOp::create(builder, loc, type, mapped);
  Value empty = tensor::EmptyOp::create(builder, loc, tensor.getShape(),
                                        tensor.getElementType());
  if (value.getDefiningOp<tensor::EmptyOp>())
    return empty;
  SmallVector<AffineMap> maps(2,
                              builder.getMultiDimIdentityMap(tensor.getRank()));
  SmallVector<utils::IteratorType> iterators(tensor.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, tensor, mapped, empty, maps, iterators,
             [&](OpBuilder &nested, Location, ValueRange elements) {
               Value copies = vector::BroadcastOp::create(
                   nested, loc, tensor.getElementType(), elements[0]);
               linalg::YieldOp::create(nested, loc, copies);
             })
      .getResult(0);
}

// A choice by a condition for each lane.
Value Batcher::select(OpBuilder &builder, Location loc, Value condition,
                      Value a, Value b) {
  auto tensor = dyn_cast<RankedTensorType>(a.getType());
  if (!tensor)
    return arith::SelectOp::create(builder, loc, condition, a, b);
  Value empty = tensor::EmptyOp::create(builder, loc, tensor.getShape(),
                                        tensor.getElementType());
  SmallVector<AffineMap> maps(3,
                              builder.getMultiDimIdentityMap(tensor.getRank()));
  SmallVector<utils::IteratorType> iterators(tensor.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, tensor, ValueRange{a, b}, empty, maps, iterators,
             [&](OpBuilder &nested, Location, ValueRange elements) {
               Value chosen = arith::SelectOp::create(nested, loc, condition,
                                                      elements[0], elements[1]);
               linalg::YieldOp::create(nested, loc, chosen);
             })
      .getResult(0);
}

// The same op on values of all lanes.
void Batcher::widenOp(OpBuilder &builder, Operation *op) {
  OperationState state(op->getLoc(), op->getName());
  bool hasPositions = isa<tensor::ExtractOp, tensor::InsertOp,
                          tensor::ExtractSliceOp, tensor::InsertSliceOp,
                          tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op);
  for (Value operand : op->getOperands())
    state.operands.push_back(
        hasPositions && isa<IndexType>(operand.getType()) && !isVarying(operand)
            ? get(operand)
            : wide(builder, operand));
  for (Type type : op->getResultTypes())
    state.types.push_back(widen(type));
  state.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
  state.propertiesAttr = op->getPropertiesAsAttribute();
  Operation *widened = builder.create(state);
  mapping.map(op->getResults(), widened->getResults());
}

// tensor.extract and tensor.insert where the position differs between samples:
// one lane after another.
bool Batcher::gather(OpBuilder &builder, Operation *op) {
  ValueRange indices;
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    indices = extract.getIndices();
  else if (auto insert = dyn_cast<tensor::InsertOp>(op))
    indices = insert.getIndices();
  if (llvm::none_of(indices, [&](Value index) { return isVarying(index); }))
    return false;
  Location loc = op->getLoc();
  auto positionOf = [&](int64_t lane) {
    return llvm::map_to_vector(indices, [&](Value index) -> Value {
      if (!isVarying(index))
        return get(index);
      return vector::ExtractOp::create(builder, loc, get(index), lane);
    });
  };
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    auto type = cast<VectorType>(widen(extract.getType()));
    Value result =
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    for (int64_t lane = 0; lane < lanes; ++lane) {
      Value element = tensor::ExtractOp::create(
          builder, loc, get(extract.getTensor()), positionOf(lane));
      if (isVarying(extract.getTensor()))
        element = vector::ExtractOp::create(builder, loc, element, lane);
      result = vector::InsertOp::create(builder, loc, element, result, lane);
    }
    mapping.map(extract.getResult(), result);
    return true;
  }
  auto insert = cast<tensor::InsertOp>(op);
  Value scalars = wide(builder, insert.getScalar());
  Value result = wide(builder, insert.getDest());
  for (int64_t lane = 0; lane < lanes; ++lane) {
    SmallVector<Value> position = positionOf(lane);
    Value old = tensor::ExtractOp::create(builder, loc, result, position);
    Value element = vector::ExtractOp::create(builder, loc, scalars, lane);
    Value changed = vector::InsertOp::create(builder, loc, element, old, lane);
    result = tensor::InsertOp::create(builder, loc, changed, result, position);
  }
  mapping.map(insert.getResult(), result);
  return true;
}

// The same maps; inputs that all samples share stay as they are.
void Batcher::batchGeneric(OpBuilder &builder, Operation *op) {
  auto generic = cast<linalg::GenericOp>(op);
  SmallVector<Value> inputs, outputs;
  SmallVector<Type> types;
  for (Value input : generic.getDpsInputs())
    inputs.push_back(get(input));
  for (Value output : generic.getDpsInits()) {
    outputs.push_back(wide(builder, output));
    types.push_back(outputs.back().getType());
  }
  auto widened = linalg::GenericOp::create(
      builder, op->getLoc(), types, inputs, outputs,
      generic.getIndexingMapsArray(), generic.getIteratorTypesArray(),
      [&](OpBuilder &nested, Location loc, ValueRange elements) {
        Block *body = generic.getBody();
        for (auto [from, to] : llvm::zip(body->getArguments(), elements))
          map(from, to);
        batchBlock(nested, *body);
        SmallVector<Value> yields;
        for (Value value : body->getTerminator()->getOperands())
          yields.push_back(wide(nested, value));
        linalg::YieldOp::create(nested, loc, yields);
      });
  mapping.map(op->getResults(), widened->getResults());
}

// Turns are the same for all samples; what is carried may differ.
void Batcher::batchFor(OpBuilder &builder, Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  SmallVector<Value> inits;
  for (Value init : loop.getInitArgs())
    inits.push_back(wide(builder, init));
  auto widened = scf::ForOp::create(
      builder, op->getLoc(), get(loop.getLowerBound()),
      get(loop.getUpperBound()), get(loop.getStep()), inits,
      [&](OpBuilder &nested, Location loc, Value turn, ValueRange carried) {
        map(loop.getInductionVar(), turn);
        for (auto [from, to] : llvm::zip(loop.getRegionIterArgs(), carried))
          map(from, to);
        batchBlock(nested, *loop.getBody());
        SmallVector<Value> yields;
        for (Value value : loop.getYieldedValues())
          yields.push_back(wide(nested, value));
        scf::YieldOp::create(nested, loc, yields);
      });
  mapping.map(op->getResults(), widened->getResults());
}

// Both sides, then a choice. Nothing in a body can trap: `expand` gave hostile
// operations a defined result.
void Batcher::batchIf(OpBuilder &builder, Operation *op) {
  auto branch = cast<scf::IfOp>(op);
  Location loc = op->getLoc();
  Value condition = wide(builder, branch.getCondition());
  batchBlock(builder, *branch.thenBlock());
  if (op->getNumResults() == 0)
    return;
  batchBlock(builder, *branch.elseBlock());
  for (auto [result, a, b] :
       llvm::zip(op->getResults(), branch.thenYield().getOperands(),
                 branch.elseYield().getOperands()))
    map(result,
        select(builder, loc, condition, wide(builder, a), wide(builder, b)));
}

void Batcher::batchOp(OpBuilder &builder, Operation *op) {
  if (!readsVarying(op)) {
    builder.clone(*op, mapping);
    return;
  }
  if (isa<linalg::GenericOp>(op))
    batchGeneric(builder, op);
  else if (isa<scf::ForOp>(op))
    batchFor(builder, op);
  else if (isa<scf::IfOp>(op))
    batchIf(builder, op);
  else if (!gather(builder, op))
    widenOp(builder, op);
}

void Batcher::batchBlock(OpBuilder &builder, Block &block) {
  for (Operation &op : block.without_terminator())
    batchOp(builder, &op);
}

} // namespace mlir::eq
