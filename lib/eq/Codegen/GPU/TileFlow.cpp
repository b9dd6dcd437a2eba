// Loops, branches and records of a region for the samples of a tile.
//
//   scf.for, eq.loop     turns of all threads, while a vote finds a sample that
//                        takes one; the others keep what they have
//   scf.if               both sides, each if a sample takes it
//   eq.record            stores to the memory of all samples

#include "TileEmitter.h"
#include "ValueLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::eq {

// Tensors to the places of others; scalars and records have none.
void TileEmitter::copyAll(ValueRange values, ValueRange to, Value mask) {
  for (auto [value, target] : llvm::zip(values, to)) {
    bool isTensor = isa<RankedTensorType>(value.getType()) &&
                    !plan.getRoots().isRecord(value);
    const TilePlace *place = isTensor ? plan.placeOf(target) : nullptr;
    if (place)
      copyTo(value, *place, mask);
  }
}

SmallVector<Value> TileEmitter::wideScalars(ValueRange values) {
  SmallVector<Value> wide;
  for (Value value : values)
    if (!isa<RankedTensorType>(value.getType()))
      wide.push_back(batcher.wide(builder, value));
  return wide;
}

static SmallVector<Value> scalarsOf(ValueRange values) {
  return llvm::filter_to_vector(values, [](Value value) {
    return !isa<RankedTensorType>(value.getType());
  });
}

// Turns of all threads together, until no sample of the tile takes one:
// `activeOf` says which do, and they keep what `turn` gives. Memory that is
// carried is written by `turn` itself.
SmallVector<Value> TileEmitter::repeat(ValueRange initial,
                                       function_ref<Value(ValueRange)> activeOf,
                                       Body turn) {
  settle();
  SmallVector<Type> types(initial.getTypes());
  SmallVector<Location> locations(types.size(), loc);
  auto loop = scf::WhileOp::create(builder, loc, types, initial);
  OpBuilder::InsertionGuard guard(builder);
  Block *before = builder.createBlock(&loop.getBefore(), {}, types, locations);
  Value active = activeOf(before->getArguments());
  scf::ConditionOp::create(builder, loc, anyOfTile(active),
                           before->getArguments());

  Block *after = builder.createBlock(&loop.getAfter(), {}, types, locations);
  ValueRange old = after->getArguments();
  active = activeOf(old);
  Batcher::MaskScope scope(batcher, active);
  known.clear();
  SmallVector<Value> yields = turn(old);
  for (auto [value, kept] : llvm::zip(yields, old))
    if (isa<VectorType>(value.getType()))
      value = arith::SelectOp::create(builder, loc, active, value, kept);
  settle();
  scf::YieldOp::create(builder, loc, yields);
  known.clear();
  return SmallVector<Value>(loop.getResults());
}

// Where samples have bounds of their own, each starts with its first turn.
void TileEmitter::emitFor(scf::ForOp op) {
  Value mask = batcher.getMask(builder, loc);
  copyAll(op.getInitArgs(), op.getRegionIterArgs(), mask);
  Value first = batcher.get(op.getLowerBound());
  Value end = batcher.get(op.getUpperBound());
  Value step = batcher.get(op.getStep());
  Type type = op.getInductionVar().getType();
  if (plan.isVarying(op.getInductionVar()))
    for (Value *bound : {&first, &end, &step})
      *bound = toSamples(*bound, type);
  SmallVector<Value> initial = wideScalars(op.getInitArgs());
  initial.push_back(first);
  auto predicate = op.getUnsignedCmp() ? arith::CmpIPredicate::ult
                                       : arith::CmpIPredicate::slt;
  auto activeOf = [&](ValueRange values) -> Value {
    Value below =
        arith::CmpIOp::create(builder, loc, predicate, values.back(), end);
    return arith::AndIOp::create(builder, loc, mask,
                                 toSamples(below, builder.getI1Type()));
  };
  SmallVector<Value> last = repeat(initial, activeOf, [&](ValueRange values) {
    batcher.map(scalarsOf(op.getRegionIterArgs()), values.drop_back());
    batcher.map(op.getInductionVar(), values.back());
    emitItems(*op.getBody());
    ValueRange given = op.getYieldedValues();
    copyAll(given, op.getRegionIterArgs(), batcher.getMask(builder, loc));
    SmallVector<Value> yields = wideScalars(given);
    yields.push_back(arith::AddIOp::create(builder, loc, values.back(), step));
    return yields;
  });
  batcher.map(scalarsOf(op.getResults()), ValueRange(last).drop_back());
}

// A solve inside a step: start, steps as long as a sample wants one, finish.
void TileEmitter::emitLoop(LoopOp op) {
  Value mask = batcher.getMask(builder, loc);
  for (Region *region : {&op.getStart(), &op.getStep(), &op.getFinish()}) {
    if (region->empty())
      continue;
    ArrayRef<BlockArgument> shared = TilePlan::sharedOf(op, *region);
    size_t numIns = op.getIns().size();
    auto share = [&](ArrayRef<BlockArgument> arguments, ValueRange values) {
      for (auto [argument, value] : llvm::zip(arguments, values))
        if (!isa<RankedTensorType>(value.getType()))
          batcher.map(argument, batcher.get(value));
    };
    share({shared.begin() - numIns, numIns}, op.getIns());
    share(shared, op.getShared());
  }
  size_t numStates = op.getStateTypes().size();
  ValueRange states =
      ValueRange(op.getStep().getArguments()).slice(1, numStates);
  auto constant = [&](TypedAttr value) {
    return toSamples(arith::ConstantOp::create(builder, loc, value),
                     value.getType());
  };
  Value again = constant(builder.getBoolAttr(true));
  ValueRange given = op.getInit();
  if (!op.getStart().empty()) {
    Region &start = op.getStart();
    for (auto [argument, value] :
         llvm::zip(start.getArguments().take_front(op.getInit().size()), given))
      if (!isa<RankedTensorType>(value.getType()))
        batcher.map(argument, batcher.get(value));
    emitItems(start.front());
    auto next = cast<NextOp>(start.front().getTerminator());
    again = batcher.wide(builder, next.getAgain());
    given = next.getStates();
  }
  copyAll(given, states, mask);

  // The states, whether there is a step to come, and how many there were.
  SmallVector<Value> initial = wideScalars(given);
  initial.push_back(again);
  initial.push_back(constant(builder.getI32IntegerAttr(0)));
  Value most = batcher.wide(builder, op.getMax());
  auto activeOf = [&](ValueRange values) -> Value {
    Value below = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                        values.back(), most);
    Value goesOn =
        arith::AndIOp::create(builder, loc, values.drop_back().back(), below);
    return arith::AndIOp::create(builder, loc, mask, goesOn);
  };
  SmallVector<Value> last = repeat(initial, activeOf, [&](ValueRange values) {
    batcher.map(op.getStep().getArgument(0), values.back());
    batcher.map(scalarsOf(states), values.drop_back(2));
    emitItems(op.getStep().front());
    auto next = cast<NextOp>(op.getStep().front().getTerminator());
    copyAll(next.getStates(), states, batcher.getMask(builder, loc));
    SmallVector<Value> yields = wideScalars(next.getStates());
    yields.push_back(batcher.wide(builder, next.getAgain()));
    yields.push_back(arith::AddIOp::create(
        builder, loc, values.back(), constant(builder.getI32IntegerAttr(1))));
    return yields;
  });

  batcher.map(op.getSteps(), last.back());
  ValueRange finals = ValueRange(last).drop_back(2);
  if (op.getFinish().empty())
    return batcher.map(scalarsOf(op.getFinals()), finals);
  Region &finish = op.getFinish();
  batcher.map(finish.getArgument(0), last.back());
  batcher.map(finish.getArgument(1), last[last.size() - 2]);
  batcher.map(scalarsOf(finish.getArguments().slice(2, numStates)), finals);
  emitItems(finish.front());
  ValueRange yielded = finish.front().getTerminator()->getOperands();
  copyAll(yielded, op.getFinals(), mask);
  batcher.map(scalarsOf(op.getFinals()), wideScalars(yielded));
}

// To the memory of all samples, by those that have a slot for it.
void TileEmitter::emitRecord(RecordOp op) {
  auto type = cast<RankedTensorType>(op.getBuffer().getType());
  int64_t slots = type.getDimSize(0);
  int64_t elements = type.getNumElements() / slots;
  Type i64 = builder.getI64Type();
  Value pointer = records.lookup(plan.getRoots().of(op.getBuffer()));
  Value slot = batcher.wide(builder, op.getSlot());
  auto all = [&](int64_t value, Type type) {
    return toSamples(arith::ConstantOp::create(
                         builder, loc, builder.getIntegerAttr(type, value)),
                     type);
  };
  // A slot below 0 is far above as an unsigned number.
  Value inside =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, slot,
                            all(slots, builder.getIndexType()));
  inside = arith::AndIOp::create(builder, loc, inside,
                                 batcher.wide(builder, op.getWhen()));
  inside = arith::AndIOp::create(builder, loc, inside,
                                 batcher.getMask(builder, loc));
  Value first = arith::MulIOp::create(builder, loc, samples, all(slots, i64));
  first = arith::AddIOp::create(
      builder, loc, first,
      arith::IndexCastOp::create(builder, loc, batcher.vectorOf(i64), slot));
  first = arith::MulIOp::create(builder, loc, first, all(elements, i64));
  auto write = [&](Value value, Value element) {
    Value number = arith::IndexCastOp::create(builder, loc, i64, element);
    for (int64_t i = 0; i < thread.samples; ++i) {
      auto of = [&](Value vector) -> Value {
        return vector::ExtractOp::create(builder, loc, vector, i);
      };
      auto branch =
          scf::IfOp::create(builder, loc, of(inside), /*withElse=*/false);
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(branch.thenBlock());
      Value at = arith::AddIOp::create(builder, loc, of(first), number);
      storeElement(
          builder, loc, of(value),
          elementAddress(builder, loc, pointer, type.getElementType(), at));
    }
  };
  auto value = dyn_cast<RankedTensorType>(op.getValue().getType());
  prepare(placesRead({op}), {});
  forEachOfWarp(elements, [&](Value element) {
    Value number = value ? read(op.getValue(), indicesOf(element, value))
                         : batcher.get(op.getValue());
    write(toSamples(number, type.getElementType()), element);
  });
  known.clear();
}

// A branch is taken by all threads or by none. The other samples compute what
// nobody reads.
void TileEmitter::emitIf(scf::IfOp op) {
  Value condition = batcher.get(op.getCondition());
  bool isVarying = isa<VectorType>(condition.getType());
  SmallVector<Value> results = scalarsOf(op.getResults());
  SmallVector<Type> types;
  for (Value result : results)
    types.push_back(plan.isVarying(result) ? batcher.widen(result.getType())
                                           : result.getType());
  SmallVector<Range> readBefore = wasRead, writtenBefore = wasWritten;
  SmallVector<Range> readAfter, writtenAfter;
  auto emitBranch = [&](Region &region) -> SmallVector<Value> {
    wasRead = readBefore;
    wasWritten = writtenBefore;
    SmallVector<Value> values;
    if (!region.empty()) {
      emitItems(region.front());
      ValueRange given = region.front().getTerminator()->getOperands();
      copyAll(given, op.getResults(), batcher.getMask(builder, loc));
      for (auto [value, result] : llvm::zip(scalarsOf(given), results))
        values.push_back(plan.isVarying(result) ? batcher.wide(builder, value)
                                                : batcher.get(value));
      known.clear();
    }
    llvm::append_range(readAfter, wasRead);
    llvm::append_range(writtenAfter, wasWritten);
    return values;
  };
  auto finish = [&] {
    wasRead = readAfter;
    wasWritten = writtenAfter;
  };

  if (!isVarying) {
    auto branch = scf::IfOp::create(builder, loc, types, anyOfTile(condition),
                                    /*withElse=*/true);
    for (auto [block, region] :
         {std::pair(branch.thenBlock(), &op.getThenRegion()),
          std::pair(branch.elseBlock(), &op.getElseRegion())}) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(block);
      SmallVector<Value> values = emitBranch(*region);
      if (block->empty() || !block->back().hasTrait<OpTrait::IsTerminator>())
        scf::YieldOp::create(builder, loc, values);
    }
    finish();
    return batcher.map(results, branch.getResults());
  }

  // Each side for the samples that take it.
  SmallVector<Value> sides[2];
  for (bool isThen : {true, false}) {
    Region &region = isThen ? op.getThenRegion() : op.getElseRegion();
    Value wanted = condition;
    if (!isThen) {
      Value ones = arith::ConstantOp::create(
          builder, loc,
          DenseElementsAttr::get(cast<VectorType>(condition.getType()), true));
      wanted = arith::XOrIOp::create(builder, loc, condition, ones);
    }
    Value mask = batcher.narrowed(builder, loc, wanted);
    Batcher::MaskScope scope(batcher, mask);
    SmallVector<Value> &values = sides[isThen ? 0 : 1];
    if (region.empty() || plan.itemsOf(&region.front()).empty()) {
      values = emitBranch(region);
      continue;
    }
    auto branch = scf::IfOp::create(builder, loc, types, anyOfTile(mask),
                                    /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    SmallVector<Value> computed = emitBranch(region);
    if (!types.empty())
      scf::YieldOp::create(builder, loc, computed);
    builder.setInsertionPointToStart(branch.elseBlock());
    SmallVector<Value> nothing;
    for (Type type : types)
      nothing.push_back(
          arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)));
    if (!types.empty())
      scf::YieldOp::create(builder, loc, nothing);
    values = branch.getResults();
  }
  finish();
  for (auto [i, result] : llvm::enumerate(results))
    batcher.map(result, arith::SelectOp::create(builder, loc, condition,
                                                sides[0][i], sides[1][i]));
}

} // namespace mlir::eq
