// eq.loop, its terminators and helpers: types, verifiers.

#include "Syntax.h"
#include "Verification.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#define GET_OP_CLASSES
#include "eq/IR/EqOps.cpp.inc"

namespace mlir::eq {

//===----------------------------------------------------------------------===//
// eq.loop: accessors and types
//===----------------------------------------------------------------------===//

// Types of the states as the step sees them; guessed from what is there, since
// inference runs before verification.
static SmallVector<Type> stateTypesOf(Region &step, size_t ins, size_t shared,
                                      size_t records) {
  if (step.empty())
    return {};
  size_t others = 1 + ins + shared + records;
  size_t total = step.getNumArguments();
  SmallVector<Type> types;
  for (size_t i = 1; total > others && i < 1 + total - others; ++i)
    types.push_back(step.getArgument(i).getType());
  return types;
}

TypeRange LoopOp::getStateTypes() {
  size_t states = stateTypesOf(getStep(), getIns().size(), getShared().size(),
                               getRecord().size())
                      .size();
  return TypeRange(ValueRange(getStep().getArguments().slice(1, states)));
}

ResultRange LoopOp::getFinals() {
  return getOuts().drop_back(1 + getRecord().size() + getSum().size());
}
Value LoopOp::getSteps() { return getOuts()[getFinals().size()]; }
ResultRange LoopOp::getRecords() {
  return getOuts().drop_back(getSum().size()).take_back(getRecord().size());
}
ResultRange LoopOp::getSums() { return getOuts().take_back(getSum().size()); }

// The arguments of a region, or none.
static bool usesArgument(Region &region, unsigned i) {
  return !region.empty() && !region.getArgument(i).use_empty();
}

bool LoopOp::readsInit(unsigned i) {
  // Without `start` they are the first states.
  return getStart().empty() || usesArgument(getStart(), i);
}

bool LoopOp::readsIns(unsigned i) {
  unsigned numStates = getStateTypes().size();
  return usesArgument(getStart(), getInit().size() + i) ||
         usesArgument(getStep(), 1 + numStates + i) ||
         usesArgument(getFinish(), 2 + numStates + i);
}

SmallVector<int64_t> LoopOp::getBatchDims() {
  BlockArgument first =
      getStart().empty() ? getStep().getArgument(1) : getStart().getArgument(0);
  return *batchDimsOf(getInit().front().getType(), first.getType());
}

LogicalResult
LoopOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                         ValueRange operands, DictionaryAttr attributes,
                         OpaqueProperties properties, RegionRange regions,
                         SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  Region &start = *regions[0], &step = *regions[1], &finish = *regions[2];

  SmallVector<Type> states =
      stateTypesOf(step, adaptor.getIns().size(), adaptor.getShared().size(),
                   adaptor.getRecord().size());
  Region &first = start.empty() ? step : start;
  unsigned firstState = start.empty() ? 1 : 0;
  SmallVector<int64_t> batch;
  if (!adaptor.getInit().empty() && !first.empty() &&
      first.getNumArguments() > firstState) {
    Type operand = adaptor.getInit().front().getType();
    int64_t rank = std::max<int64_t>(
        rankOf(operand) - rankOf(first.getArgument(firstState).getType()), 0);
    llvm::append_range(batch, shapeOf(operand).take_front(rank));
  }

  // A step of a wrong form: as many results as the short form would have, so
  // that the verifier is what refuses it.
  if (states.empty())
    states = SmallVector<Type>(adaptor.getInit().getTypes());
  SmallVector<Type> finals = states;
  if (!finish.empty() && !finish.back().empty())
    finals = SmallVector<Type>(finish.back().back().getOperandTypes());
  for (Type type : finals)
    types.push_back(batchedType(batch, type));
  types.push_back(batchedType(batch, IntegerType::get(context, 32)));
  llvm::append_range(types, adaptor.getRecord().getTypes());
  llvm::append_range(types, adaptor.getSum().getTypes());
  return success();
}

void LoopOp::build(OpBuilder &builder, OperationState &state, TypeRange results,
                   ValueRange init, ValueRange ins, ValueRange shared,
                   ValueRange record, ValueRange sum, Value max) {
  for (ValueRange group : {init, ins, shared, record, sum})
    state.addOperands(group);
  state.addOperands(max);
  state.getOrAddProperties<Properties>().operandSegmentSizes = {
      static_cast<int32_t>(init.size()),   static_cast<int32_t>(ins.size()),
      static_cast<int32_t>(shared.size()), static_cast<int32_t>(record.size()),
      static_cast<int32_t>(sum.size()),    1};
  for (int i = 0; i < 3; ++i)
    state.addRegion();
  state.addTypes(results);
}

void LoopOp::getAsmBlockArgumentNames(Region &region,
                                      OpAsmSetValueNameFn setName) {
  if (region.empty())
    return;
  size_t states = stateTypesOf(getStep(), getIns().size(), getShared().size(),
                               getRecord().size())
                      .size();
  SmallVector<std::pair<size_t, StringRef>> groups;
  if (&region == &getStart())
    states = getInit().size();
  if (&region != &getStart())
    groups.push_back({1, "k"});
  if (&region == &getFinish())
    groups.push_back({1, "again"});
  groups.append({{states, "z"},
                 {getIns().size(), "x"},
                 {getShared().size(), "w"},
                 {getRecord().size(), "record"}});
  auto argument = region.args_begin();
  for (auto [count, name] : groups)
    for (size_t i = 0; i < count && argument != region.args_end(); ++i)
      setName(*argument++, name);
}

void LoopOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  if (getOuts().size() < 1 + getRecord().size() + getSum().size())
    return;
  for (Value value : getFinals())
    setName(value, "final");
  setName(getSteps(), "steps");
  for (Value value : getRecords())
    setName(value, "record");
  for (Value value : getSums())
    setName(value, "sum");
}

//===----------------------------------------------------------------------===//
// eq.loop: verification
//===----------------------------------------------------------------------===//

LogicalResult LoopOp::verify() {
  // loop_c1
  if (getInit().empty())
    return emitOpError("expected 'init' to have at least one value");

  // loop_c9
  for (auto [i, sum] : llvm::enumerate(getSum())) {
    auto tensor = dyn_cast<RankedTensorType>(sum.getType());
    if (!isa<Float32Type, Float64Type>(elementTypeOf(sum.getType())) ||
        (tensor && (!tensor.hasStaticShape() || tensor.getEncoding())))
      return emitOpError("expected 'sum' operand #")
             << i << " to be f32, f64 or a static tensor of these, but got "
             << sum.getType();
  }

  // loop_c12
  if (getSumChunk() && *getSumChunk() < 1)
    return emitOpError("expected 'sum_chunk' to be at least 1, but got ")
           << *getSumChunk();
  return success();
}

// The region argument that a record value stands for: writes, loops and
// branches hand it on.
static Value originOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto record = dyn_cast<RecordOp>(op)) {
      value = record.getBuffer();
      continue;
    }
    auto result = cast<OpResult>(value);
    if (auto inner = dyn_cast<LoopOp>(op)) {
      auto records = inner.getRecords();
      auto it = llvm::find(records, value);
      if (it == records.end())
        return value;
      value = inner.getRecord()[it - records.begin()];
    } else if (auto loopLike = dyn_cast<scf::ForOp>(op)) {
      value = loopLike.getInitArgs()[result.getResultNumber()];
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      value = branch.thenYield().getOperand(result.getResultNumber());
    } else {
      return value;
    }
  }
  return value;
}

// Records are written in place, so each must leave a loop, a branch or a
// region where it came in.
static bool keepsPlace(scf::YieldOp yield, unsigned i) {
  Value origin = originOf(yield.getOperand(i));
  if (auto loopLike = dyn_cast<scf::ForOp>(yield->getParentOp()))
    return origin == loopLike.getRegionIterArg(i);
  if (auto branch = dyn_cast<scf::IfOp>(yield->getParentOp()))
    return origin == originOf(branch.thenYield().getOperand(i)) &&
           origin == originOf(branch.elseYield().getOperand(i));
  return false;
}

// The op that a record value is handed to must take it over.
static LogicalResult verifyRecordUser(LoopOp loop, Value value,
                                      OpOperand &use) {
  Operation *user = use.getOwner();
  bool takesOver = false;
  if (auto record = dyn_cast<RecordOp>(user))
    takesOver = &use == &record.getBufferMutable();
  else if (auto inner = dyn_cast<LoopOp>(user))
    takesOver = llvm::is_contained(inner.getRecord(), value) &&
                llvm::count(inner->getOperands(), value) == 1;
  else if (auto next = dyn_cast<NextOp>(user))
    takesOver = llvm::is_contained(next.getRecords(), value) &&
                llvm::count(next->getOperands(), value) == 1;
  else if (auto loopLike = dyn_cast<scf::ForOp>(user))
    takesOver = llvm::is_contained(loopLike.getInitArgs(), value);
  else if (auto yield = dyn_cast<scf::YieldOp>(user))
    takesOver = keepsPlace(yield, use.getOperandNumber());
  if (takesOver)
    return success();
  InFlightDiagnostic diag =
      loop.emitOpError("expected a record value to be used by 'eq.record', a "
                       "loop or branch that carries it, or 'eq.next' alone");
  diag.attachNote(user->getLoc()) << "used here";
  return diag;
}

// The values that stand for the record after `use`.
static void followRecord(OpOperand &use, SmallVectorImpl<Value> &next) {
  Operation *user = use.getOwner();
  if (auto record = dyn_cast<RecordOp>(user)) {
    next.push_back(record.getResult());
  } else if (auto inner = dyn_cast<LoopOp>(user)) {
    for (auto [operand, result] :
         llvm::zip(inner.getRecord(), inner.getRecords()))
      if (operand == use.get())
        next.push_back(result);
  } else if (auto loopLike = dyn_cast<scf::ForOp>(user)) {
    next.push_back(loopLike.getTiedLoopRegionIterArg(&use));
    next.push_back(loopLike.getTiedLoopResult(&use));
  } else if (auto yield = dyn_cast<scf::YieldOp>(user)) {
    // The result of a branch; a loop's result is followed from its operand.
    if (auto branch = dyn_cast<scf::IfOp>(yield->getParentOp()))
      next.push_back(branch.getResult(use.getOperandNumber()));
  }
}

// loop_c8: one use each; the two sides of one scf.if count as one.
static LogicalResult verifyLinear(LoopOp loop, Value record) {
  SmallVector<Value> worklist = {record};
  llvm::SmallPtrSet<void *, 8> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!seen.insert(value.getAsOpaquePointer()).second)
      continue;
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : value.getUses())
      uses.push_back(&use);
    Operation *branch = nullptr;
    if (uses.size() == 2) {
      auto ifAround = [&](OpOperand *use) -> Operation * {
        Operation *op = use->getOwner();
        while (op && op->getParentRegion() != value.getParentRegion()) {
          op = op->getParentOp();
          if (isa_and_nonnull<scf::IfOp>(op) &&
              op->getParentRegion() == value.getParentRegion())
            return op;
        }
        return nullptr;
      };
      Operation *first = ifAround(uses[0]);
      Region *firstRegion = uses[0]->getOwner()->getParentRegion();
      Region *secondRegion = uses[1]->getOwner()->getParentRegion();
      if (first && first == ifAround(uses[1]) && firstRegion != secondRegion)
        branch = first;
    }
    if (uses.size() != 1 && !branch) {
      InFlightDiagnostic diag = loop.emitOpError(
          "expected a record value to be used exactly once, but got ");
      diag << uses.size() << " uses";
      for (OpOperand *use : uses)
        diag.attachNote(use->getOwner()->getLoc()) << "used here";
      return diag;
    }
    for (OpOperand *use : uses) {
      if (failed(verifyRecordUser(loop, value, *use)))
        return failure();
      followRecord(*use, worklist);
    }
  }
  return success();
}

// loop_c8: `next` hands every record on in its own place.
static LogicalResult verifyPlaces(LoopOp loop, NextOp next, StringRef region,
                                  ArrayRef<BlockArgument> records) {
  for (auto [i, value, record] : llvm::enumerate(next.getRecords(), records))
    if (originOf(value) != record)
      return loop.emitOpError("expected record #")
             << i << " of '" << region << "' to be handed on in its own place";
  return success();
}

LogicalResult LoopOp::verifyRegions() {
  Region &start = getStart(), &step = getStep(), &finish = getFinish();
  size_t numIns = getIns().size(), numShared = getShared().size();
  size_t numRecords = getRecord().size(), numInit = getInit().size();

  // loop_c2
  if (failed(verifyOneBlock<NextOp>(*this, step, "step")) ||
      (!start.empty() &&
       failed(verifyOneBlock<NextOp>(*this, start, "start"))) ||
      (!finish.empty() &&
       failed(verifyOneBlock<YieldOp>(*this, finish, "finish"))))
    return failure();

  // loop_c3
  bool startTakesRecords = false;
  if (!start.empty()) {
    size_t without = numInit + numIns + numShared;
    startTakesRecords =
        numRecords > 0 && start.getNumArguments() == without + numRecords;
    if (!startTakesRecords &&
        failed(verifyArgumentCount(*this, start, "start", without,
                                   "one per 'init', 'ins' and 'shared' "
                                   "operand, then perhaps the records")))
      return failure();
  }

  // loop_c4
  auto startNext =
      start.empty() ? NextOp() : cast<NextOp>(start.front().getTerminator());
  size_t numStates = startNext ? startNext.getStates().size() : numInit;
  if (failed(verifyArgumentCount(
          *this, step, "step", 1 + numStates + numIns + numShared + numRecords,
          "k, then one per state, 'ins', 'shared' and 'record' operand")))
    return failure();
  if (!step.getArgument(0).getType().isInteger(32))
    return emitOpError("expected the first argument of 'step' to be the count "
                       "k of type 'i32', but got ")
           << step.getArgument(0).getType();
  ArrayRef<BlockArgument> stepArguments = step.getArguments();
  ArrayRef<BlockArgument> states = stepArguments.slice(1, numStates);
  SmallVector<Type> stateTypes = typesOf(states);

  // loop_c11
  for (auto [region, name] : {std::pair<Region *, StringRef>(&start, "start"),
                              {&step, "step"},
                              {&finish, "finish"}})
    if (!region->empty() && failed(verifySampleTypes(*this, *region, name)))
      return failure();

  // loop_c7
  ArrayRef<BlockArgument> inits =
      start.empty()
          ? states
          : ArrayRef<BlockArgument>(start.getArguments()).take_front(numInit);
  if (inits.empty())
    return emitOpError("expected 'step' to take at least one state");
  FailureOr<SmallVector<int64_t>> batch =
      verifyBatch(*this, getInit().front().getType(), inits.front().getType());
  if (failed(batch))
    return failure();
  ArrayRef<BlockArgument> rest = stepArguments.drop_front(1 + numStates);
  if (failed(verifyBatched(*this, "init", *batch, getInit(), inits)) ||
      failed(verifyBatched(*this, "ins", *batch, getIns(),
                           rest.take_front(numIns))) ||
      failed(verifyShared(*this, getShared(), rest.slice(numIns, numShared))) ||
      failed(verifyBatched(*this, "record", *batch, getRecord(),
                           rest.drop_front(numIns + numShared))))
    return failure();

  // loop_c3, loop_c6: the other regions see the same inputs.
  SmallVector<Type> inputs = typesOf(rest);
  auto verifyTypes = [&](Region &region, StringRef name, TypeRange expected) {
    if (TypeRange(region.getArgumentTypes()) == expected)
      return success();
    return LogicalResult(emitOpError("expected '")
                         << name << "' to take (" << expected << "), but got ("
                         << region.getArgumentTypes() << ")");
  };
  if (!start.empty()) {
    SmallVector<Type> expected = typesOf(inits);
    expected.append(inputs.begin(),
                    inputs.end() - (startTakesRecords ? 0 : numRecords));
    if (failed(verifyTypes(start, "start", expected)))
      return failure();
  }
  if (!finish.empty()) {
    SmallVector<Type> expected = {IntegerType::get(getContext(), 32),
                                  IntegerType::get(getContext(), 1)};
    llvm::append_range(expected, stateTypes);
    expected.append(inputs.begin(), inputs.end() - numRecords);
    if (failed(verifyArgumentCount(*this, finish, "finish", expected.size(),
                                   "k, again, then one per state, 'ins' and "
                                   "'shared' operand")) ||
        failed(verifyTypes(finish, "finish", expected)))
      return failure();
  }

  // loop_c10
  if (failed(verifyKnobType(*this, "max", getMax().getType(),
                            IntegerType::get(getContext(), 32), *batch)))
    return failure();

  // loop_c5
  ArrayRef<BlockArgument> records = rest.take_back(numRecords);
  SmallVector<Type> recordTypes = typesOf(records);
  auto next = cast<NextOp>(step.front().getTerminator());
  if (failed(verifyYields(*this, next, "step", stateTypes, next.getStates())) ||
      failed(verifyYields(*this, next, "record of step", recordTypes,
                          next.getRecords())) ||
      failed(verifyYields(*this, next, "sum of step", getSum().getTypes(),
                          next.getSums())))
    return failure();
  if (startNext) {
    SmallVector<Type> given =
        startTakesRecords ? recordTypes : SmallVector<Type>();
    if (failed(verifyYields(*this, startNext, "start", stateTypes,
                            startNext.getStates())) ||
        failed(verifyYields(*this, startNext, "record of start", given,
                            startNext.getRecords())) ||
        failed(verifyYields(*this, startNext, "sum of start", TypeRange(),
                            startNext.getSums())))
      return failure();
  }
  SmallVector<Type> finals = stateTypes;
  if (!finish.empty())
    finals = SmallVector<Type>(finish.front().back().getOperandTypes());
  for (auto [i, type] : llvm::enumerate(finals))
    if (auto reason = whySampleTypeUnsupported(type))
      return emitOpError("expected value #") << i << " of 'finish' " << *reason;

  // loop_c8
  for (BlockArgument record : records) {
    if (!isa<RankedTensorType>(record.getType()))
      return emitOpError("expected a record to be a tensor for each sample, "
                         "but got ")
             << record.getType();
    if (failed(verifyLinear(*this, record)))
      return failure();
  }
  if (failed(verifyPlaces(*this, next, "step", records)))
    return failure();
  if (!startTakesRecords)
    return success();
  ArrayRef<BlockArgument> startRecords =
      ArrayRef<BlockArgument>(start.getArguments()).take_back(numRecords);
  for (BlockArgument record : startRecords)
    if (failed(verifyLinear(*this, record)))
      return failure();
  return verifyPlaces(*this, startNext, "start", startRecords);
}

//===----------------------------------------------------------------------===//
// Helpers inside loops
//===----------------------------------------------------------------------===//

// record_c1, push_c1
static LogicalResult verifySlots(Operation *op, StringRef name,
                                 RankedTensorType slots, Type value) {
  if (!slots.hasStaticShape() || slots.getRank() != rankOf(value) + 1 ||
      slots.getElementType() != elementTypeOf(value) ||
      slots.getShape().drop_front() != shapeOf(value))
    return op->emitOpError("expected '")
           << name << "' to be one static dimension followed by the value's "
           << "type " << value << ", but got " << slots;
  return success();
}

LogicalResult RecordOp::verify() {
  return verifySlots(*this, "buffer",
                     cast<RankedTensorType>(getBuffer().getType()),
                     getValue().getType());
}

LogicalResult PushOp::verify() {
  return verifySlots(*this, "history",
                     cast<RankedTensorType>(getHistory().getType()),
                     getValue().getType());
}

} // namespace mlir::eq
