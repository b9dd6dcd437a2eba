// Turns loops scheduled as threads into kernels and their launches.
//
//   eq.loop .. schedule(#eq.thread<refill = q>) step {f}
//     ->
//   gpu.func, in every thread:
//     while:
//       idle = ballot(not going on)
//       if popcount(idle) >= q:        the same in all threads of a warp
//         finish, write the results of those who are done
//         take samples from the common counter, start them
//       leave if no thread of the warp has a sample
//       if going on: s = f(s)
//
// States and inputs of a sample are values, tensors among them; none is in
// memory. What is large or shared stays in memory and is read there.

#include "KernelLowering.h"
#include "ValueLoops.h"
#include "eq/Codegen/GPU/Passes.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Scalarise/Scalarise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERTHREADLOOPSPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

constexpr int32_t warpSize = 32;

// Bytes of small shared tensors that a kernel gets with its parameters, of
// which there may be 4096 bytes.
constexpr int64_t mostContentBytes = 3072;

int64_t bytesOf(RankedTensorType type) {
  return type.getNumElements() *
         llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

class ThreadLowering : KernelLowering {
public:
  ThreadLowering(LoopOp loop, ThreadAttr schedule, GPUTargetAttr target,
                 bool simulate)
      : KernelLowering(loop, target, simulate), schedule(schedule) {}

  void run() {
    replaceLoop([&] { collectArguments(); }, [&] { makeKernel(); });
  }

private:
  void collectArguments();
  void makeKernel();
  Turn firstTurn();
  Value goesOn(const Turn &turn);
  Turn changeHands(const Turn &turn, Value going, Value idle, Value count);
  void finishSample(const Turn &turn);
  Turn startSample(const Turn &turn, Value sample);
  Turn runStep(const Turn &turn);
  SmallVector<Value> inputsOf(const Turn &turn);
  SmallVector<Value> recordsOf(Value sample);
  SmallVector<Value> shared();
  Value loadOperand(Value operand, Type type, Value sample);
  Value loadValue(unsigned argument, Type type, Value sample);
  Value loadTensor(Value base, RankedTensorType tensor);
  Value fromParameter(Value value, Type type);
  Value unpack(Value array, RankedTensorType tensor);
  void storeValue(Value value, unsigned argument, Value sample);
  TypeRange insTypes() {
    return TypeRange(loop.getStep().getArgumentTypes())
        .slice(1 + stateTypes.size(), loop.getIns().size());
  }
  // A large input stays in memory.
  bool isCarried(Type type) {
    return !isa<RankedTensorType>(type) || isScalarisable(type);
  }
  Value complement(Value condition) {
    return arith::XOrIOp::create(builder, loc, condition, flag(true));
  }
  Value ballot(Value condition) {
    return NVVM::VoteSyncOp::create(builder, loc, i32, count(-1), condition,
                                    NVVM::VoteSyncKind::ballot);
  }
  Value any(Value condition) {
    return NVVM::VoteSyncOp::create(builder, loc, i1, count(-1), condition,
                                    NVVM::VoteSyncKind::any);
  }
  Value popcount(Value mask) {
    return math::CtPopOp::create(builder, loc, mask);
  }

  ThreadAttr schedule;
};

void ThreadLowering::collectArguments() {
  addBatchedArguments();
  int64_t contentBytes = 0;
  for (Value operand : loop.getShared()) {
    auto tensor = dyn_cast<RankedTensorType>(operand.getType());
    if (!tensor) {
      sharedArguments.push_back(launch.addValue(operand));
      continue;
    }
    Value buffer = operandBuffer(operand);
    bool isContent = isScalarisable(tensor) &&
                     contentBytes + bytesOf(tensor) <= mostContentBytes;
    contentBytes += isContent ? bytesOf(tensor) : 0;
    sharedArguments.push_back(isContent
                                  ? launch.addContent(buffer)
                                  : launch.addMemory(buffer, EQRT_USE_READ));
  }
  addOtherArguments();
}

// A value of sample `sample`, a tensor as its elements.
Value ThreadLowering::loadValue(unsigned argument, Type type, Value sample) {
  Value pointer = launch.argument(argument);
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return loadElement(builder, loc,
                       elementAddress(builder, loc, pointer, type, sample),
                       type);
  Value first = arith::MulIOp::create(builder, loc, sample,
                                      wide(tensor.getNumElements()));
  return loadTensor(
      elementAddress(builder, loc, pointer, tensor.getElementType(), first),
      tensor);
}

// The same of an `init` or `ins` operand; nobody uses one that is not read.
Value ThreadLowering::loadOperand(Value operand, Type type, Value sample) {
  if (isRead(operand))
    return loadValue(batched[operand], type, sample);
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && !isScalarisable(tensor))
    return tensorInMemory(
        builder, loc,
        LLVM::ZeroOp::create(builder, loc,
                             LLVM::LLVMPointerType::get(loop.getContext())),
        tensor);
  return zeroOf(type);
}

// A small tensor as its elements; a large one stays where it is.
Value ThreadLowering::loadTensor(Value base, RankedTensorType tensor) {
  if (!isScalarisable(tensor))
    return tensorInMemory(builder, loc, base, tensor);
  Type element = tensor.getElementType();
  SmallVector<Value> elements;
  for (int64_t i = 0; i < tensor.getNumElements(); ++i)
    elements.push_back(loadElement(
        builder, loc, elementAddress(builder, loc, base, element, wide(i)),
        element));
  return tensor::FromElementsOp::create(builder, loc, tensor, elements);
}

// A boolean is a byte among parameters.
Value ThreadLowering::fromParameter(Value value, Type type) {
  if (value.getType() == type)
    return value;
  return arith::TruncIOp::create(builder, loc, type, value);
}

Value ThreadLowering::unpack(Value array, RankedTensorType tensor) {
  SmallVector<Value> elements;
  for (int64_t i = 0; i < tensor.getNumElements(); ++i)
    elements.push_back(
        fromParameter(LLVM::ExtractValueOp::create(builder, loc, array, i),
                      tensor.getElementType()));
  return tensor::FromElementsOp::create(builder, loc, tensor, elements);
}

void ThreadLowering::storeValue(Value value, unsigned argument, Value sample) {
  Value pointer = launch.argument(argument);
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  if (!tensor) {
    storeElement(
        builder, loc, value,
        elementAddress(builder, loc, pointer, value.getType(), sample));
    return;
  }
  Type element = tensor.getElementType();
  Value first = arith::MulIOp::create(builder, loc, sample,
                                      wide(tensor.getNumElements()));
  Value base = elementAddress(builder, loc, pointer, element, first);
  for (auto [i, part] : llvm::enumerate(takeApart(builder, loc, value)))
    storeElement(builder, loc, part,
                 elementAddress(builder, loc, base, element, wide(i)));
}

SmallVector<Value> ThreadLowering::shared() {
  SmallVector<Value> values;
  for (auto [operand, argument] :
       llvm::zip(loop.getShared(), sharedArguments)) {
    Value value = launch.argument(argument);
    auto tensor = dyn_cast<RankedTensorType>(operand.getType());
    if (!tensor)
      values.push_back(fromParameter(value, operand.getType()));
    else if (isa<LLVM::LLVMPointerType>(value.getType()))
      values.push_back(loadTensor(value, tensor));
    else
      values.push_back(unpack(value, tensor));
  }
  return values;
}

SmallVector<Value> ThreadLowering::inputsOf(const Turn &turn) {
  SmallVector<Value> values;
  const Value *carried = turn.ins.begin();
  for (auto [operand, type] : llvm::zip(loop.getIns(), insTypes()))
    values.push_back(isCarried(type) ? *carried++
                                     : loadOperand(operand, type, turn.sample));
  llvm::append_range(values, shared());
  return values;
}

SmallVector<Value> ThreadLowering::recordsOf(Value sample) {
  SmallVector<Value> values;
  size_t numRecords = loop.getRecord().size();
  for (auto [argument, type] :
       llvm::zip(recordArguments, TypeRange(loop.getStep().getArgumentTypes())
                                      .take_back(numRecords))) {
    auto tensor = cast<RankedTensorType>(type);
    Value first = arith::MulIOp::create(builder, loc, sample,
                                        wide(tensor.getNumElements()));
    Value base = elementAddress(builder, loc, launch.argument(argument),
                                tensor.getElementType(), first);
    values.push_back(tensorInMemory(builder, loc, base, tensor));
  }
  return values;
}

ThreadLowering::Turn ThreadLowering::firstTurn() {
  Turn turn;
  turn.sample = wide(-1);
  turn.k = turn.most = turn.turns = count(0);
  turn.again = turn.closed = flag(false);
  turn.next = turn.end = wide(0);
  turn.threshold = count(1);
  for (Type type : stateTypes)
    turn.states.push_back(zeroOf(type));
  for (Type type : insTypes())
    if (isCarried(type))
      turn.ins.push_back(zeroOf(type));
  return turn;
}

Value ThreadLowering::goesOn(const Turn &turn) {
  Value below = compare(arith::CmpIPredicate::slt, turn.k, turn.most);
  Value wants = arith::AndIOp::create(builder, loc, turn.again, below);
  return arith::AndIOp::create(builder, loc, wants, complement(turn.closed));
}

// In the thread of a sample that is done.
void ThreadLowering::finishSample(const Turn &turn) {
  ValueLoops loops(builder, launch.cancelled());
  SmallVector<Value> values = turn.states;
  if (!loop.getFinish().empty()) {
    SmallVector<Value> arguments = {turn.k, turn.again};
    llvm::append_range(arguments, turn.states);
    llvm::append_range(arguments, inputsOf(turn));
    values = loops.inlineRegion(loop.getFinish(), arguments);
  }
  for (auto [value, argument] : llvm::zip(values, finalArguments))
    storeValue(value, argument, turn.sample);
  storeValue(turn.k, stepsArgument, turn.sample);
}

// In the thread that gets `sample`.
ThreadLowering::Turn ThreadLowering::startSample(const Turn &turn,
                                                 Value sample) {
  ValueLoops loops(builder, launch.cancelled());
  Turn started = turn;
  started.sample = sample;
  started.k = count(0);
  started.again = flag(true);
  started.most = rankOf(loop.getMax().getType()) > 0
                     ? loadValue(maxArgument, i32, sample)
                     : launch.argument(maxArgument);
  started.ins.clear();
  for (auto [operand, type] : llvm::zip(loop.getIns(), insTypes()))
    if (isCarried(type))
      started.ins.push_back(loadOperand(operand, type, sample));
  Region &first = loop.getStart().empty() ? loop.getStep() : loop.getStart();
  unsigned firstInit = loop.getStart().empty() ? 1 : 0;
  SmallVector<Value> inits;
  for (auto [i, operand] : llvm::enumerate(loop.getInit()))
    inits.push_back(loadOperand(
        operand, first.getArgument(firstInit + i).getType(), sample));
  if (loop.getStart().empty()) {
    started.states = inits;
    return started;
  }
  SmallVector<Value> arguments = inits;
  llvm::append_range(arguments, inputsOf(started));
  if (loop.getStart().getNumArguments() > arguments.size())
    llvm::append_range(arguments, recordsOf(sample));
  SmallVector<Value> next = loops.inlineRegion(loop.getStart(), arguments);
  started.again = next.front();
  started.states.assign(next.begin() + 1, next.begin() + 1 + stateTypes.size());
  return started;
}

// All threads of a warp are here. Who is done gives his results and takes a
// sample: one that the warp has, or of the next chunk.
ThreadLowering::Turn ThreadLowering::changeHands(const Turn &turn, Value going,
                                                 Value idle, Value numIdle) {
  using Predicate = arith::CmpIPredicate;
  Turn changed = turn;
  // Who waits still gets his status, but no step.
  ValueLoops loops(builder, launch.cancelled());
  changed.closed =
      arith::OrIOp::create(builder, loc, turn.closed, loops.isCancelled(loc));

  Value isIdle = complement(going);
  Value has = compare(Predicate::sge, turn.sample, wide(0));
  Value isDone = arith::AndIOp::create(builder, loc, has, isIdle);
  auto done = scf::IfOp::create(builder, loc, isDone, /*withElse=*/false);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(done.thenBlock());
    finishSample(turn);
  }

  // One thread takes a chunk for all, if those that the warp has are too few.
  Value samples = launch.samples();
  Value left = arith::SubIOp::create(builder, loc, turn.end, turn.next);
  Value wanted = widen(numIdle);
  Value tooFew = compare(Predicate::sgt, wanted, left);
  Value isMore = compare(Predicate::slt, turn.end, samples);
  Value fetches = arith::AndIOp::create(builder, loc, tooFew, isMore);
  auto fetched = scf::IfOp::create(builder, loc, TypeRange{i64, i64}, fetches,
                                   /*withElse=*/true);
  Value lane = NVVM::LaneIdOp::create(builder, loc, i32);
  lane.getDefiningOp()->moveBefore(fetched);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(fetched.thenBlock());
    Value isFirst = compare(Predicate::eq, lane, count(0));
    auto take = scf::IfOp::create(builder, loc, i32, isFirst, true);
    {
      OpBuilder::InsertionGuard inner(builder);
      builder.setInsertionPointToStart(take.thenBlock());
      Value chunk = LLVM::AtomicRMWOp::create(
          builder, loc, LLVM::AtomicBinOp::add, launch.taken(), count(1),
          LLVM::AtomicOrdering::monotonic);
      scf::YieldOp::create(builder, loc, chunk);
      builder.setInsertionPointToStart(take.elseBlock());
      scf::YieldOp::create(builder, loc, count(0));
    }
    Value number = NVVM::ShflOp::create(builder, loc, i32, count(-1),
                                        take.getResult(0), count(0), count(31),
                                        NVVM::ShflKind::idx, UnitAttr());
    Value size = widen(launch.chunk());
    Value first = arith::MulIOp::create(builder, loc, widen(number), size);
    first = arith::MinSIOp::create(builder, loc, first, samples);
    Value end = arith::AddIOp::create(builder, loc, first, size);
    end = arith::MinSIOp::create(builder, loc, end, samples);
    scf::YieldOp::create(builder, loc, ValueRange{first, end});
    builder.setInsertionPointToStart(fetched.elseBlock());
    scf::YieldOp::create(builder, loc, ValueRange{turn.end, turn.end});
  }
  Value first = fetched.getResult(0), end = fetched.getResult(1);

  // Idle threads get samples in their order.
  Value one = arith::ShLIOp::create(builder, loc, count(1), lane);
  Value below = arith::SubIOp::create(builder, loc, one, count(1));
  Value before = arith::AndIOp::create(builder, loc, idle, below);
  Value rank = widen(popcount(before));
  Value isOld = compare(Predicate::slt, rank, left);
  Value old = arith::AddIOp::create(builder, loc, turn.next, rank);
  Value beyond = arith::SubIOp::create(builder, loc, rank, left);
  Value fresh = arith::AddIOp::create(builder, loc, first, beyond);
  Value sample = choose(isOld, old, fresh);
  Value exists = arith::OrIOp::create(builder, loc, isOld,
                                      compare(Predicate::slt, fresh, end));
  Value starts = arith::AndIOp::create(builder, loc, isIdle, exists);

  // What the warp has now.
  Value used = arith::SubIOp::create(builder, loc, wanted, left);
  Value usedFresh = arith::AddIOp::create(builder, loc, first, used);
  usedFresh = arith::MinSIOp::create(builder, loc, usedFresh, end);
  Value usedOld = arith::AddIOp::create(builder, loc, turn.next, wanted);
  changed.next = choose(tooFew, usedFresh, usedOld);
  changed.end = end;
  Value hasLeft = compare(Predicate::slt, changed.next, changed.end);
  Value comesMore = compare(Predicate::slt, changed.end, samples);
  Value goesOnTaking = arith::OrIOp::create(builder, loc, hasLeft, comesMore);
  changed.threshold =
      choose(goesOnTaking, count(schedule.getRefill()), count(warpSize));

  // Idle threads without a sample have none.
  Turn without = changed;
  without.sample = choose(isIdle, wide(-1), turn.sample);
  SmallVector<Value> kept = without.values();
  auto started = scf::IfOp::create(builder, loc, ValueRange(kept).getTypes(),
                                   starts, /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(started.thenBlock());
    Turn fresh = startSample(changed, sample);
    scf::YieldOp::create(builder, loc, fresh.values());
    builder.setInsertionPointToStart(started.elseBlock());
    scf::YieldOp::create(builder, loc, kept);
  }
  return turn.with(started.getResults());
}

ThreadLowering::Turn ThreadLowering::runStep(const Turn &turn) {
  ValueLoops loops(builder, launch.cancelled());
  SmallVector<Value> arguments = {turn.k};
  llvm::append_range(arguments, turn.states);
  llvm::append_range(arguments, inputsOf(turn));
  llvm::append_range(arguments, recordsOf(turn.sample));
  SmallVector<Value> next = loops.inlineRegion(loop.getStep(), arguments);
  Turn stepped = turn;
  stepped.k = arith::AddIOp::create(builder, loc, turn.k, count(1));
  stepped.again = next.front();
  stepped.states.assign(next.begin() + 1, next.begin() + 1 + stateTypes.size());
  return stepped;
}

void ThreadLowering::makeKernel() {
  using Predicate = arith::CmpIPredicate;
  auto block = static_cast<int32_t>(schedule.getBlock());
  gpu::GPUFuncOp kernel = launch.makeKernel(
      {block, block, static_cast<int32_t>(schedule.getChunk())}, target);
  builder.setInsertionPointToStart(&kernel.front());

  Turn initial = firstTurn();
  SmallVector<Value> carried = initial.values();
  SmallVector<Type> types = llvm::to_vector(ValueRange(carried).getTypes());
  SmallVector<Type> afterTypes = types;
  afterTypes.push_back(i1);
  auto whileOp = scf::WhileOp::create(builder, loc, afterTypes, carried);
  gpu::ReturnOp::create(builder, loc);

  SmallVector<Location> locations(afterTypes.size(), loc);
  Block *before =
      builder.createBlock(&whileOp.getBefore(), {}, types,
                          ArrayRef<Location>(locations).drop_back());
  Turn turn = initial.with(before->getArguments());
  Value going = goesOn(turn);
  Value idle = ballot(complement(going));
  Value numIdle = popcount(idle);
  Value enough = compare(Predicate::sge, numIdle, turn.threshold);
  auto service = scf::IfOp::create(builder, loc, TypeRange(types), enough,
                                   /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(service.thenBlock());
    Turn changed = changeHands(turn, going, idle, numIdle);
    scf::YieldOp::create(builder, loc, changed.values());

    // The flag is far away: it is asked now and then.
    builder.setInsertionPointToStart(service.elseBlock());
    Value phase =
        arith::AndIOp::create(builder, loc, turn.turns, count(checkPeriod - 1));
    Value polls = compare(Predicate::eq, phase, count(checkPeriod - 1));
    auto polled = scf::IfOp::create(builder, loc, i1, polls, true);
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPointToStart(polled.thenBlock());
    ValueLoops loops(builder, launch.cancelled());
    Value closes =
        arith::OrIOp::create(builder, loc, turn.closed, loops.isCancelled(loc));
    scf::YieldOp::create(builder, loc, closes);
    builder.setInsertionPointToStart(polled.elseBlock());
    scf::YieldOp::create(builder, loc, turn.closed);
    builder.setInsertionPointAfter(polled);
    Turn same = turn;
    same.closed = polled.getResult(0);
    scf::YieldOp::create(builder, loc, same.values());
  }
  turn = turn.with(service.getResults());
  turn.turns = arith::AddIOp::create(builder, loc, turn.turns, count(1));
  Value has = compare(Predicate::sge, turn.sample, wide(0));
  SmallVector<Value> handed = turn.values();
  handed.push_back(goesOn(turn));
  scf::ConditionOp::create(builder, loc, any(has), handed);

  Block *after =
      builder.createBlock(&whileOp.getAfter(), {}, afterTypes, locations);
  turn = initial.with(after->getArguments());
  going = after->getArguments().back();
  if (simulate)
    countTurn(going);
  SmallVector<Value> kept = turn.values();
  auto step = scf::IfOp::create(builder, loc, TypeRange(types), going,
                                /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(step.thenBlock());
    Turn stepped = runStep(turn);
    scf::YieldOp::create(builder, loc, stepped.values());
    builder.setInsertionPointToStart(step.elseBlock());
    scf::YieldOp::create(builder, loc, kept);
  }
  scf::YieldOp::create(builder, loc, step.getResults());
}

// States are in registers.
LogicalResult checkStates(LoopOp loop) {
  for (auto [i, type] : llvm::enumerate(loop.getStateTypes()))
    if (isa<RankedTensorType>(type) && !isScalarisable(type))
      return loop.emitOpError("expected states of at most ")
             << ScalariseOptions().maxElements
             << " elements where 'schedule' is " << *loop.getSchedule()
             << ", but state #" << i << " is " << type
             << ": #eq.lanes has no such limit";
  return success();
}

struct LowerThreadLoops : impl::LowerThreadLoopsPassBase<LowerThreadLoops> {
  using Base::Base;

  void runOnOperation() override {
    LogicalResult result = forEachLoop<ThreadAttr>(
        getOperation(),
        [&](LoopOp loop, ThreadAttr schedule,
            GPUTargetAttr target) -> LogicalResult {
          if (!loop.getSum().empty())
            return loop.emitOpError(
                       "expected no 'sum' operands where 'schedule' is ")
                   << schedule << ": #eq.serial and #eq.lanes have them";
          if (failed(checkStates(loop)))
            return failure();
          remark::passed(
              loop.getLoc(),
              remark::RemarkOpts::name("kernel").category("eq-codegen"))
              << "one kernel runs the whole solve, for " +
                     target.getChip().str();
          ThreadLowering(loop, schedule, target, simulate).run();
          return success();
        });
    if (failed(result))
      return signalPassFailure();
    // Kernels say it from here on.
    getOperation()->removeAttr(GPUTargetAttr::attributeName);
  }
};

} // namespace
} // namespace mlir::eq
