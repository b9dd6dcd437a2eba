// Loops inside a kernel's region, with tensors as values.
//
//   eq.loop init(%z) .. step {f}   ->   scf.while (%k, %again, %s :
//   tensor<3xf64>)
//                                         while %again and %k < %max: %s =
//                                         f(%s)
//
// No tensor is in memory but those that came from there; the others become
// numbers in registers later (eq/Scalarise).

#include "ValueLoops.h"
#include "eq/Codegen/Host/Slots.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Scalarise/Scalarise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value tensorInMemory(OpBuilder &builder, Location loc, Value pointer,
                     RankedTensorType type) {
  return UnrealizedConversionCastOp::create(builder, loc, type, pointer)
      .getResult(0);
}

Value memoryOf(Value tensor) {
  auto cast = tensor.getDefiningOp<UnrealizedConversionCastOp>();
  if (!cast || cast.getInputs().size() != 1 ||
      !isa<LLVM::LLVMPointerType>(cast.getInputs()[0].getType()))
    return nullptr;
  return cast.getInputs()[0];
}

// Booleans take a byte each.
static Type storedType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8)
                              : element;
}

Value elementAddress(OpBuilder &builder, Location loc, Value pointer,
                     Type element, Value position) {
  return LLVM::GEPOp::create(
      builder, loc, pointer.getType(), storedType(element), pointer,
      ArrayRef<LLVM::GEPArg>{position}, LLVM::GEPNoWrapFlags::inbounds);
}

Value loadElement(OpBuilder &builder, Location loc, Value address,
                  Type element) {
  Value loaded =
      LLVM::LoadOp::create(builder, loc, storedType(element), address);
  if (loaded.getType() != element)
    loaded = arith::TruncIOp::create(builder, loc, element, loaded);
  return loaded;
}

void storeElement(OpBuilder &builder, Location loc, Value value,
                  Value address) {
  Type stored = storedType(value.getType());
  if (value.getType() != stored)
    value = arith::ExtUIOp::create(builder, loc, stored, value);
  LLVM::StoreOp::create(builder, loc, value, address);
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

SmallVector<Value> ValueLoops::inlineRegion(Region &region,
                                            ValueRange arguments) {
  IRMapping mapping;
  mapping.map(region.getArguments(), arguments);
  SmallVector<Operation *> copies;
  for (Operation &op : region.front())
    copies.push_back(builder.clone(op, mapping));
  // The terminator's copy keeps hold of the values until all is lowered.
  Operation *terminator = copies.pop_back_val();
  for (Operation *copy : copies)
    lower(copy);
  SmallVector<Value> values(terminator->getOperands());
  builder.setInsertionPoint(terminator);
  Operation *after = terminator->getNextNode();
  Block *block = terminator->getBlock();
  terminator->erase();
  if (after)
    builder.setInsertionPoint(after);
  else
    builder.setInsertionPointToEnd(block);
  return values;
}

void ValueLoops::lower(Operation *op) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  TypeSwitch<Operation *>(op)
      .Case([&](RecordOp record) { lowerRecord(record); })
      .Case([&](PushOp push) { lowerPush(push); })
      .Case([&](scf::ForOp loop) { lowerFor(loop); })
      .Case([&](scf::IfOp branch) { lowerIf(branch); })
      .Case([&](LoopOp loop) { lowerLoop(loop); })
      .Case([&](CancelledOp question) {
        question.replaceAllUsesWith(isCancelled(question.getLoc()));
        question.erase();
      });
}

static void lowerAll(Block &block, function_ref<void(Operation *)> lower) {
  for (Operation &op : llvm::make_early_inc_range(block))
    lower(&op);
}

// A record in memory is one thing wherever it is carried: what a loop or branch
// hands on is what came in.
void ValueLoops::lowerFor(scf::ForOp loop) {
  for (auto [init, argument] :
       llvm::zip(loop.getInitArgs(), loop.getRegionIterArgs()))
    if (memoryOf(init))
      argument.replaceAllUsesWith(init);
  lowerAll(*loop.getBody(), [&](Operation *op) { lower(op); });
  for (auto [init, result] : llvm::zip(loop.getInitArgs(), loop.getResults()))
    if (memoryOf(init))
      result.replaceAllUsesWith(init);
}

void ValueLoops::lowerIf(scf::IfOp branch) {
  for (Region *region : branch.getRegions())
    if (!region->empty())
      lowerAll(region->front(), [&](Operation *op) { lower(op); });
  if (branch.getNumResults() == 0)
    return;
  for (auto [yielded, other, result] :
       llvm::zip(branch.thenYield().getOperands(),
                 branch.elseYield().getOperands(), branch.getResults()))
    if (yielded == other && memoryOf(yielded))
      result.replaceAllUsesWith(yielded);
}

void ValueLoops::lowerRecord(RecordOp op) {
  Value memory = memoryOf(op.getBuffer());
  if (!memory)
    return eq::lowerRecord(op);
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getBuffer().getType());
  Type element = type.getElementType();
  int64_t elements = type.getNumElements() / type.getDimSize(0);
  Value slot = op.getSlot();
  Value slots =
      arith::ConstantIndexOp::create(builder, loc, type.getDimSize(0));
  // A slot below 0 is far above as an unsigned number.
  Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                       slot, slots);
  Value writes = arith::AndIOp::create(builder, loc, inside, op.getWhen());
  auto branch = scf::IfOp::create(builder, loc, writes, /*withElse=*/false);
  OpBuilder then = branch.getThenBodyBuilder();
  Value wide = arith::IndexCastOp::create(then, loc, then.getI64Type(), slot);
  Value size =
      arith::ConstantIntOp::create(then, loc, then.getI64Type(), elements);
  Value first = arith::MulIOp::create(then, loc, wide, size);
  Value base = elementAddress(then, loc, memory, element, first);
  for (auto [i, part] : llvm::enumerate(takeApart(then, loc, op.getValue()))) {
    Value position =
        arith::ConstantIntOp::create(then, loc, then.getI64Type(), i);
    storeElement(then, loc, part,
                 elementAddress(then, loc, base, element, position));
  }
  op.replaceAllUsesWith(op.getBuffer());
  op.erase();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

Value ValueLoops::isCancelled(Location loc) {
  Type i32 = builder.getI32Type();
  Value flag = LLVM::LoadOp::create(builder, loc, i32, cancelled,
                                    /*alignment=*/4, /*isVolatile=*/true);
  Value zero = arith::ConstantIntOp::create(builder, loc, i32, 0);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, flag,
                               zero);
}

// As in the serial lowering, with values where that has memory.
ValueLoops::Outcome ValueLoops::runSample(LoopOp loop, const Sample &sample) {
  Location loc = loop.getLoc();
  Type i32 = builder.getI32Type();
  auto count = [&](int32_t value) -> Value {
    return arith::ConstantIntOp::create(builder, loc, i32, value);
  };
  size_t numStates = loop.getStateTypes().size();
  SmallVector<Value> inputs = sample.ins;
  llvm::append_range(inputs, loop.getShared());

  // k, again, the states, the records that are not in memory, the totals.
  SmallVector<Value> carried = {count(0)};
  SmallVector<Value> records = sample.records;
  if (loop.getStart().empty()) {
    carried.push_back(
        arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1));
    llvm::append_range(carried, sample.init);
  } else {
    SmallVector<Value> arguments = sample.init;
    llvm::append_range(arguments, inputs);
    bool takesRecords = loop.getStart().getNumArguments() > arguments.size();
    if (takesRecords)
      llvm::append_range(arguments, records);
    SmallVector<Value> next = inlineRegion(loop.getStart(), arguments);
    carried.append(next.begin(), next.begin() + 1 + numStates);
    if (takesRecords)
      records.assign(next.begin() + 1 + numStates, next.end());
  }
  SmallVector<size_t> carriedRecords;
  for (auto [i, record] : llvm::enumerate(records)) {
    if (memoryOf(record))
      continue;
    carriedRecords.push_back(i);
    carried.push_back(record);
  }
  SmallVector<Value> zeros;
  for (Value sum : loop.getSum())
    zeros.push_back(arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(sum.getType())));
  llvm::append_range(carried, zeros);

  auto recordsOf = [&](ValueRange values) {
    SmallVector<Value> all = records;
    for (auto [at, i] : llvm::enumerate(carriedRecords))
      all[i] = values[2 + numStates + at];
    return all;
  };
  SmallVector<Type> types = llvm::to_vector(ValueRange(carried).getTypes());
  SmallVector<Location> locations(types.size(), loc);
  auto whileOp = scf::WhileOp::create(builder, loc, types, carried);
  {
    OpBuilder::InsertionGuard guard(builder);
    Block *before =
        builder.createBlock(&whileOp.getBefore(), {}, types, locations);
    Value k = before->getArgument(0);
    Value below = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                        k, sample.max);
    Value goesOn =
        arith::AndIOp::create(builder, loc, before->getArgument(1), below);
    // The flag is far away: it is asked now and then, but not at first.
    constexpr int32_t last = 1023;
    Value phase = arith::AndIOp::create(builder, loc, k, count(last));
    Value polls = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        phase, count(last));
    auto polled =
        scf::IfOp::create(builder, loc, goesOn.getType(), polls, true);
    {
      OpBuilder::InsertionGuard inner(builder);
      builder.setInsertionPointToStart(polled.thenBlock());
      Value one =
          arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
      Value open = arith::XOrIOp::create(builder, loc, isCancelled(loc), one);
      Value both = arith::AndIOp::create(builder, loc, goesOn, open);
      scf::YieldOp::create(builder, loc, both);
      builder.setInsertionPointToStart(polled.elseBlock());
      scf::YieldOp::create(builder, loc, goesOn);
    }
    scf::ConditionOp::create(builder, loc, polled.getResult(0),
                             before->getArguments());

    Block *after =
        builder.createBlock(&whileOp.getAfter(), {}, types, locations);
    ValueRange old = after->getArguments();
    SmallVector<Value> arguments = {old[0]};
    llvm::append_range(arguments, old.slice(2, numStates));
    llvm::append_range(arguments, inputs);
    llvm::append_range(arguments, recordsOf(old));
    SmallVector<Value> next = inlineRegion(loop.getStep(), arguments);
    SmallVector<Value> yielded = {
        arith::AddIOp::create(builder, loc, old[0], count(1))};
    yielded.append(next.begin(), next.begin() + 1 + numStates);
    for (size_t i : carriedRecords)
      yielded.push_back(next[1 + numStates + i]);
    ValueRange totals = old.take_back(zeros.size());
    ArrayRef<Value> parts = ArrayRef<Value>(next).take_back(zeros.size());
    for (auto [total, part] : llvm::zip(totals, parts))
      yielded.push_back(arith::AddFOp::create(builder, loc, total, part));
    scf::YieldOp::create(builder, loc, yielded);
  }

  ValueRange last = whileOp.getResults();
  Outcome outcome;
  outcome.steps = last[0];
  outcome.records = recordsOf(last);
  outcome.totals = SmallVector<Value>(last.take_back(zeros.size()));
  outcome.finals = SmallVector<Value>(last.slice(2, numStates));
  if (!loop.getFinish().empty()) {
    SmallVector<Value> arguments = {last[0], last[1]};
    llvm::append_range(arguments, outcome.finals);
    llvm::append_range(arguments, inputs);
    outcome.finals = inlineRegion(loop.getFinish(), arguments);
  }
  return outcome;
}

// values[b, ...], rank-reduced.
static Value takePart(OpBuilder &builder, Location loc, Value values, Value b) {
  auto type = cast<RankedTensorType>(values.getType());
  auto sampleType = RankedTensorType::get(type.getShape().drop_front(),
                                          type.getElementType());
  if (Value memory = memoryOf(values)) {
    Value wide =
        arith::IndexCastOp::create(builder, loc, builder.getI64Type(), b);
    Value size = arith::ConstantIntOp::create(
        builder, loc, builder.getI64Type(), sampleType.getNumElements());
    Value first = arith::MulIOp::create(builder, loc, wide, size);
    return tensorInMemory(
        builder, loc,
        elementAddress(builder, loc, memory, type.getElementType(), first),
        sampleType);
  }
  if (type.getRank() == 1)
    return tensor::ExtractOp::create(builder, loc, values, b);
  Slots one = slotsFrom(builder, type, b, /*count=*/1);
  return tensor::ExtractSliceOp::create(builder, loc, sampleType, values,
                                        one.offsets, one.sizes, one.strides);
}

// A batch inside a sample, one after another.
SmallVector<Value> ValueLoops::runBatch(LoopOp loop) {
  Location loc = loop.getLoc();
  int64_t samples = loop.getBatchDims().front();
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  // The results that a turn writes a part of; the records that are not in
  // memory; the sums, and their parts in this chunk.
  SmallVector<Value> carried;
  auto carryEmpty = [&](Value result) {
    auto type = cast<RankedTensorType>(result.getType());
    carried.push_back(tensor::EmptyOp::create(builder, loc, type.getShape(),
                                              type.getElementType()));
  };
  for (Value final : loop.getFinals())
    carryEmpty(final);
  carryEmpty(loop.getSteps());
  size_t numWritten = carried.size();
  for (Value record : loop.getRecord())
    if (!memoryOf(record))
      carried.push_back(record);
  size_t firstSum = carried.size(), numSums = loop.getSum().size();
  llvm::append_range(carried, loop.getSum());
  SmallVector<Value> zeros;
  for (Value sum : loop.getSum())
    zeros.push_back(arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(sum.getType())));
  llvm::append_range(carried, zeros);

  auto forOp = scf::ForOp::create(builder, loc, index(0), index(samples),
                                  index(1), carried);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    Value b = forOp.getInductionVar();
    ValueRange old = forOp.getRegionIterArgs();
    Sample sample;
    for (Value init : loop.getInit())
      sample.init.push_back(takePart(builder, loc, init, b));
    for (Value value : loop.getIns())
      sample.ins.push_back(takePart(builder, loc, value, b));
    size_t at = numWritten;
    for (Value record : loop.getRecord())
      sample.records.push_back(
          takePart(builder, loc, memoryOf(record) ? record : old[at++], b));
    sample.max = rankOf(loop.getMax().getType()) > 0
                     ? takePart(builder, loc, loop.getMax(), b)
                     : loop.getMax();
    Outcome outcome = runSample(loop, sample);

    SmallVector<Value> parts = outcome.finals, yielded;
    parts.push_back(outcome.steps);
    for (Value record : outcome.records)
      if (!memoryOf(record))
        parts.push_back(record);
    for (auto [part, whole] : llvm::zip(parts, old))
      yielded.push_back(insertPart(builder, loc, part, whole, b));
    if (numSums > 0) {
      int64_t size = loop.getSumChunk().value_or(LoopOp::defaultSumChunk);
      Value place = arith::RemUIOp::create(builder, loc, b, index(size));
      Value isLast = arith::OrIOp::create(
          builder, loc,
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, place,
                                index(size - 1)),
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, b,
                                index(samples - 1)));
      SmallVector<Value> sums, partials;
      for (size_t i = 0; i < numSums; ++i) {
        Value sum = old[firstSum + i], partial = old[firstSum + numSums + i];
        partial =
            arith::AddFOp::create(builder, loc, partial, outcome.totals[i]);
        Value added = arith::AddFOp::create(builder, loc, sum, partial);
        sums.push_back(
            arith::SelectOp::create(builder, loc, isLast, added, sum));
        partials.push_back(
            arith::SelectOp::create(builder, loc, isLast, zeros[i], partial));
      }
      llvm::append_range(yielded, sums);
      llvm::append_range(yielded, partials);
    }
    scf::YieldOp::create(builder, loc, yielded);
  }

  ValueRange last = forOp.getResults();
  SmallVector<Value> results(last.take_front(numWritten));
  size_t at = numWritten;
  for (Value record : loop.getRecord())
    results.push_back(memoryOf(record) ? record : last[at++]);
  llvm::append_range(results, last.slice(firstSum, numSums));
  return results;
}

void ValueLoops::lowerLoop(LoopOp loop) {
  Location loc = loop.getLoc();
  SmallVector<Value> results;
  if (loop.getBatchDims().empty()) {
    Sample sample;
    sample.init = SmallVector<Value>(loop.getInit());
    sample.ins = SmallVector<Value>(loop.getIns());
    sample.records = SmallVector<Value>(loop.getRecord());
    sample.max = loop.getMax();
    Outcome outcome = runSample(loop, sample);
    results = outcome.finals;
    results.push_back(outcome.steps);
    llvm::append_range(results, outcome.records);
    // One chunk of one sample; zero plus a number loses the sign of a zero.
    for (auto [sum, total] : llvm::zip(loop.getSum(), outcome.totals)) {
      Value zero = arith::ConstantOp::create(
          builder, loc, builder.getZeroAttr(sum.getType()));
      Value chunk = arith::AddFOp::create(builder, loc, zero, total);
      results.push_back(arith::AddFOp::create(builder, loc, sum, chunk));
    }
  } else {
    results = runBatch(loop);
  }
  loop.replaceAllUsesWith(results);
  loop.erase();
}

} // namespace mlir::eq
