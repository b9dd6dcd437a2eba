// The walk: every op has a rule, stays as it is, or is an error.

#include "eq/Scalarise/Scalarise.h"
#include "Scalariser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

namespace {

bool hasTensors(Operation *op) {
  auto isTensor = [](Type type) { return isa<TensorType>(type); };
  return llvm::any_of(op->getOperandTypes(), isTensor) ||
         llvm::any_of(op->getResultTypes(), isTensor);
}

// Named ops of linalg become linalg.generic, which has the one rule.
LogicalResult generaliseNamedOps(
    Operation *root,
    llvm::function_ref<LogicalResult(Operation *, TypeRange)> expectSmall) {
  SmallVector<linalg::LinalgOp> named;
  root->walk([&](linalg::LinalgOp op) {
    if (!isa<linalg::GenericOp>(op) && hasTensors(op))
      named.push_back(op);
  });
  IRRewriter rewriter(root->getContext());
  for (linalg::LinalgOp op : named) {
    // Said of the op that the program has.
    if (failed(expectSmall(op, op->getResultTypes())))
      return failure();
    rewriter.setInsertionPoint(op);
    if (failed(linalg::generalizeNamedOp(rewriter, op)))
      return op->emitOpError("expected to have a form as linalg.generic");
  }
  return success();
}

// Folding is exact there, and indices become constants by it.
bool isWorthFolding(Operation *op) {
  return op->getNumResults() != 0 && op->getNumRegions() == 0 && isPure(op) &&
         llvm::all_of(op->getResultTypes(),
                      [](Type type) { return type.isIntOrIndex(); });
}

} // namespace

bool isScalarisable(Type type, const ScalariseOptions &options) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() &&
         tensor.getElementType().isIntOrIndexOrFloat() &&
         tensor.getNumElements() <= options.maxElements;
}

LogicalResult scalarise(Operation *root, const ScalariseOptions &options) {
  return Scalariser(root->getContext(), options).run(root);
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

LogicalResult Scalariser::run(Operation *given) {
  root = given;
  auto expect = [&](Operation *op, TypeRange types) {
    return expectSmall(op, types);
  };
  if (failed(generaliseNamedOps(root, expect)) || failed(visitRegions(root)))
    return failure();

  for (Operation *op : llvm::reverse(dead))
    op->erase();
  for (auto [block, count] : oldArguments)
    block->eraseArguments(0, count);
  for (Operation *op : llvm::reverse(larger))
    if (op->use_empty())
      op->erase();
  return success();
}

LogicalResult Scalariser::visitRegions(Operation *op) {
  for (Region &region : op->getRegions()) {
    for (Block &block : region) {
      for (Value argument : block.getArguments())
        if (isSmall(argument.getType()) && !elements.contains(argument))
          return op->emitOpError("expected no block argument that is a tensor "
                                 "to be made scalars, but got ")
                 << argument.getType();
      for (Operation &inner : llvm::make_early_inc_range(block))
        if (failed(visit(&inner)))
          return failure();
    }
  }
  return success();
}

LogicalResult Scalariser::visit(Operation *op) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  if (failed(expectRoom(op)))
    return failure();
  for (Value operand : op->getOperands())
    if (isSmall(operand.getType()) && !elements.contains(operand))
      return op->emitOpError("expected tensors made before it, inside of ")
             << root->getName() << ", but got " << operand.getType();

  constexpr uint64_t maxTurns = 64;
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    std::optional<APInt> turns = loop.getStaticTripCount();
    if (turns && turns->ule(maxTurns) && indexesSmallTensors(loop) &&
        getConstantIntValue(loop.getLowerBound()) &&
        getConstantIntValue(loop.getStep()))
      return unroll(loop, turns->getZExtValue());
  }
  if (hasTensors(op))
    return rewrite(op);

  SmallVector<Value> folded;
  if (isWorthFolding(op) && succeeded(builder.tryFold(op, folded)) &&
      !folded.empty()) {
    for (auto [result, value] : llvm::zip(op->getResults(), folded))
      replace(result, value);
    return finish(op);
  }
  return visitRegions(op);
}

LogicalResult Scalariser::rewrite(Operation *op) {
  if (OpTrait::hasElementwiseMappableTraits(op))
    return rewriteElementwise(op);
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](arith::ConstantOp op) { return rewriteConstant(op); })
      .Case([&](linalg::GenericOp op) { return rewriteGeneric(op); })
      .Case([&](tensor::ConcatOp op) { return rewriteConcat(op); })
      .Case([&](tensor::DimOp op) { return rewriteDim(op); })
      .Case([&](tensor::ExtractOp op) { return rewriteExtract(op); })
      .Case([&](tensor::ExtractSliceOp op) { return rewriteExtractSlice(op); })
      .Case([&](tensor::FromElementsOp op) { return rewriteFromElements(op); })
      .Case([&](tensor::GenerateOp op) { return rewriteGenerate(op); })
      .Case([&](tensor::InsertOp op) { return rewriteInsert(op); })
      .Case([&](tensor::InsertSliceOp op) { return rewriteInsertSlice(op); })
      .Case([&](tensor::PadOp op) { return rewritePad(op); })
      .Case([&](tensor::SplatOp op) { return rewriteSplat(op); })
      .Case([&](PushOp op) { return rewritePush(op); })
      .Case([&](RecordOp op) { return rewriteRecord(op); })
      .Case<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
            tensor::ReshapeOp>(
          [&](Operation *op) { return rewriteSameElements(op); })
      .Case<tensor::EmptyOp, ub::PoisonOp>(
          [&](Operation *op) { return rewriteNothing(op); })
      .Case<scf::ForOp, scf::IfOp, scf::WhileOp>(
          [&](Operation *op) { return rewriteControlFlow(op); })
      .Case<scf::ConditionOp, scf::YieldOp>(
          [&](Operation *op) { return rewriteYield(op); })
      .Default([&](Operation *op) { return rewriteOther(op); });
}

// What gives a larger tensor, or takes one, is the caller's affair; ops on
// numbers are not.
LogicalResult Scalariser::rewriteOther(Operation *op) {
  auto isSmallType = [&](Type type) { return isSmall(type); };
  if (llvm::any_of(op->getOperandTypes(), isSmallType) ||
      llvm::any_of(op->getResultTypes(), isSmallType))
    return noRule(op);
  if (!llvm::is_contained({"arith", "eq", "linalg", "math", "scf", "tensor"},
                          op->getName().getDialectNamespace()))
    return visitRegions(op);
  if (failed(expectSmall(op, op->getOperandTypes())) ||
      failed(expectSmall(op, op->getResultTypes())))
    return failure();
  return noRule(op);
}

LogicalResult Scalariser::copy(Operation *op, IRMapping &mapping) {
  auto scalar = dyn_cast<arith::ConstantOp>(op);
  if (scalar && !isa<TensorType>(scalar.getType())) {
    mapping.map(scalar.getResult(), constant(scalar.getValue()));
    return success();
  }
  Operation *copied = builder.clone(*op, mapping);
  if (failed(visit(copied)))
    return failure();
  if (!dead.empty() && dead.back() == copied)
    --operations;
  for (auto [result, made] :
       llvm::zip(op->getResults(), copied->getResults())) {
    Value now = replaced.lookup(made);
    mapping.map(result, now ? now : made);
  }
  return success();
}

LogicalResult Scalariser::copyBody(Block &block, IRMapping &mapping) {
  for (Operation &op : block.without_terminator())
    if (failed(copy(&op, mapping)))
      return failure();
  return success();
}

FailureOr<Value> Scalariser::elementOf(Block &block, ArrayRef<int64_t> place) {
  IRMapping mapping;
  for (auto [argument, index] : llvm::zip(block.getArguments(), place))
    mapping.map(argument, indexConstant(index));
  if (failed(copyBody(block, mapping)))
    return failure();
  return mapping.lookupOrDefault(block.getTerminator()->getOperand(0));
}

void Scalariser::notifyOperationInserted(Operation *op,
                                         OpBuilder::InsertPoint) {
  if (!op->hasTrait<OpTrait::ConstantLike>())
    ++operations;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

LogicalResult Scalariser::noRule(Operation *op) {
  return op->emitOpError("expected to have a rule that makes scalars of its "
                         "tensors, but got none");
}

LogicalResult Scalariser::expectSmall(Operation *op, TypeRange types) {
  for (Type type : types)
    if (isa<TensorType>(type) && !isSmall(type))
      return op->emitOpError(
                 "expected tensors of numbers, of static shape and at most ")
             << options.maxElements << " elements, but got " << type;
  return success();
}

LogicalResult Scalariser::expectRoom(Operation *op, int64_t more) {
  if (more <= options.maxOperations - operations)
    return success();
  return op->emitOpError("expected at most ")
         << options.maxOperations
         << " operations on scalars, but got more from here on";
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void Scalariser::replace(Value old, Value value) {
  old.replaceAllUsesWith(value);
  replaced[old] = value;
}

SmallVector<Value> Scalariser::getElements(Value value) const {
  if (!isSmall(value.getType()))
    return {value};
  const auto &found = elements.find(value)->second;
  return SmallVector<Value>(found.begin(), found.end());
}

SmallVector<Value> Scalariser::flatten(ValueRange values) const {
  SmallVector<Value> flat;
  for (Value value : values)
    llvm::append_range(flat, getElements(value));
  return flat;
}

void Scalariser::alias(Value old, Value value) {
  if (isSmall(old.getType()))
    setElements(old, getElements(value));
  else
    replace(old, value);
}

Value Scalariser::constant(TypedAttr value) {
  Operation *scope = builder.getInsertionBlock()->getParentOp();
  Block *block = builder.getInsertionBlock();
  while (scope != root && !scope->hasTrait<OpTrait::IsIsolatedFromAbove>()) {
    block = scope->getBlock();
    scope = scope->getParentOp();
  }
  block = &block->getParent()->front();
  Value &known = constants[{block, value}];
  if (!known) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(block);
    known = arith::ConstantOp::create(builder, scope->getLoc(), value);
  }
  return known;
}

} // namespace mlir::eq
