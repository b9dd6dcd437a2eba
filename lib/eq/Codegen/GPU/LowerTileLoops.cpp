// Turns loops scheduled as tiles of a block's threads into kernels and their
// launches.
//
//   eq.loop .. schedule(#eq.cta<warps = w, samples = s>) step {f}
//     ->
//   gpu.func, in every block of w warps:
//     shared tensors to shared memory
//     while:
//       idle = ballots(not going on)
//       if popcount(idle) >= refill:     the same in all warps of the block
//         finish, write the results of those who are done
//         take samples from the common counter, load and start them
//       leave if the block has no sample
//       s = f(s) for all samples of the tile; kept by those who go on
//
// Each lane of every warp has the same samples, vectors of s, and computes
// their scalars; the warps share the rows of tensors (TileEmitter).

#include "KernelLowering.h"
#include "TileEmitter.h"
#include "Uniformity.h"
#include "ValueLoops.h"
#include "eq/Codegen/GPU/Passes.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERTILELOOPSPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

using Predicate = arith::CmpIPredicate;

// The shared memory of all kernels of a module, as large as a launch says.
constexpr StringLiteral sharedName = "eq_shared";

class TileLowering : KernelLowering {
public:
  TileLowering(LoopOp loop, CtaAttr schedule, GPUTargetAttr target,
               bool simulate)
      : KernelLowering(loop, target, simulate), schedule(schedule),
        plan(loop, schedule.getSamples()), size(schedule.getSamples()),
        tile(schedule.getTile()) {}

  LogicalResult run();

private:
  // Places whose samples are done, or that have none: in each lane as a vector,
  // and how many there are before each.
  struct Idle {
    Value mask;
    SmallVector<Value> ranks; // i32, of each sample of the lane
    Value count;
  };

  void collectArguments();
  void makeKernel();
  void openThread();
  void loadResidents();
  Turn firstTurn();
  Value goesOn(const Turn &turn);
  Idle findIdle(Value going);
  Turn changeHands(const Turn &turn, const Idle &idle);
  void finishSamples(const Turn &turn, Value done, Value count);
  Turn startSamples(const Turn &turn, Value starts, Value idle, Value left,
                    Value first);
  void loadTensors(Value count, const Turn &turn, Value left, Value first);
  Value loadScalars(unsigned argument, Type type, Value sample, Value mask,
                    Value old, bool fills = false);
  Value loadOperand(Value operand, Type type, Value sample, Value mask,
                    Value old, bool fills = false);
  void storeScalars(Value value, unsigned argument, Value sample, Value mask);
  Turn runStep(const Turn &turn, Value going);
  void takeOver(NextOp next, Batcher &batcher, TileEmitter &emitter, Value mask,
                Turn &turn);
  void mapShared(Batcher &batcher, TileEmitter &emitter, Region &region);
  void mapRecords(TileEmitter &emitter, Region &region, Value samples);
  void mapTurn(Batcher &batcher, Region &region, unsigned firstState,
               unsigned firstIns, const Turn &turn);
  Value sampleOf(const Turn &turn, Value lane, Value component);
  Value addressOf(const TilePlace &place, Value memory, Value sample,
                  Value element);
  using Transfers = SmallVector<TileEmitter::Transfer>;
  void
  forEachPlace(Value count, ArrayRef<const TilePlace *> moved,
               TileEmitter &emitter,
               function_ref<Transfers(Value number, Value place)> transfersOf);
  void mailStops();
  std::pair<Value, Value> readMail();
  void barrier() { NVVM::Barrier0Op::create(builder, loc); }

  VectorType vectorOf(Type type) { return VectorType::get(size, type); }
  Value splat(Value value) {
    return vector::BroadcastOp::create(builder, loc, vectorOf(value.getType()),
                                       value);
  }
  Value component(Value vector, int64_t i) {
    return vector::ExtractOp::create(builder, loc, vector, i);
  }
  Value gather(ArrayRef<Value> components) {
    Value vector = zeroOf(vectorOf(components.front().getType()));
    for (auto [i, value] : llvm::enumerate(components))
      vector = vector::InsertOp::create(builder, loc, value, vector,
                                        static_cast<int64_t>(i));
    return vector;
  }
  Value both(Value a, Value b) {
    return arith::AndIOp::create(builder, loc, a, b);
  }
  Value complement(Value condition) {
    Value ones = flag(true);
    if (isa<VectorType>(condition.getType()))
      ones = splat(ones);
    return arith::XOrIOp::create(builder, loc, condition, ones);
  }
  Value toIndex(Value number) {
    return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                      number);
  }
  Value add(Value a, Value b) {
    return arith::AddIOp::create(builder, loc, a, b);
  }
  Value subtract(Value a, Value b) {
    return arith::SubIOp::create(builder, loc, a, b);
  }
  Value multiply(Value a, Value b) {
    return arith::MulIOp::create(builder, loc, a, b);
  }
  // Word `i` (i64) of the mail.
  Value mailAddress(Value i) {
    return LLVM::GEPOp::create(builder, loc, thread.shared.getType(), i32,
                               thread.shared, ArrayRef<LLVM::GEPArg>{i},
                               LLVM::GEPNoWrapFlags::inbounds);
  }
  template <typename Body> void when(Value condition, Body body) {
    auto branch =
        scf::IfOp::create(builder, loc, condition, /*withElse=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    body();
  }
  Type insType(size_t i) {
    return loop.getStep().getArgument(1 + stateTypes.size() + i).getType();
  }

  CtaAttr schedule;
  TilePlan plan;
  int64_t size, tile; // samples of a lane, and of a block
  TileThread thread;
  Value threadNumber, laneNumber; // i32
};

void TileLowering::collectArguments() {
  addBatchedArguments();
  for (Value operand : loop.getShared())
    sharedArguments.push_back(
        isa<RankedTensorType>(operand.getType())
            ? launch.addMemory(operandBuffer(operand), EQRT_USE_READ)
            : launch.addValue(operand));
  addOtherArguments();
}

// Who this thread is, and the shared memory of its block.
void TileLowering::openThread() {
  auto kernels = builder.getInsertionBlock()
                     ->getParentOp()
                     ->getParentOfType<gpu::GPUModuleOp>();
  unsigned space = unsigned(NVVM::NVVMMemorySpace::Shared);
  auto memory = kernels.lookupSymbol<LLVM::GlobalOp>(sharedName);
  if (!memory) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(kernels.getBody());
    memory = LLVM::GlobalOp::create(
        builder, loc, LLVM::LLVMArrayType::get(builder.getI8Type(), 0),
        /*isConstant=*/false, LLVM::Linkage::External, sharedName, Attribute(),
        /*alignment=*/16, space);
  }
  thread.shared = LLVM::AddressOfOp::create(builder, loc, memory);
  threadNumber = NVVM::ThreadIdXOp::create(builder, loc, i32);
  laneNumber = NVVM::LaneIdOp::create(builder, loc, i32);
  Value warp = arith::ShRUIOp::create(builder, loc, threadNumber, count(5));
  thread.warp = toIndex(warp);
  thread.lane = toIndex(laneNumber);
  thread.warps = schedule.getWarps();
  thread.samples = size;
  thread.rows = schedule.getRows();
}

// Once: what the steps read of shared tensors. The barrier of the first change
// publishes it.
void TileLowering::loadResidents() {
  ArrayRef<BlockArgument> arguments = TilePlan::sharedOf(loop, loop.getStep());
  Batcher batcher(size);
  TileEmitter emitter(builder, loc, plan, thread, batcher);
  int64_t threads = 32 * thread.warps;
  for (auto [argument, number] : llvm::zip(arguments, sharedArguments)) {
    const TilePlace *place = plan.placeOf(argument);
    if (!place)
      continue;
    auto type = cast<RankedTensorType>(argument.getType());
    auto copies =
        scf::ForOp::create(builder, loc, toIndex(threadNumber),
                           index(type.getNumElements()), index(threads));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(copies.getBody());
    Value at = copies.getInductionVar();
    Value wide = arith::IndexCastOp::create(builder, loc, i64, at);
    Value element =
        loadElement(builder, loc,
                    elementAddress(builder, loc, launch.argument(number),
                                   type.getElementType(), wide),
                    type.getElementType());
    emitter.store(element, *place,
                  emitter.linearOf(*place, emitter.indicesOf(at, type)));
  }
}

TileLowering::Turn TileLowering::firstTurn() {
  Turn turn;
  turn.sample = splat(wide(-1));
  turn.k = splat(count(0));
  turn.again = splat(flag(false));
  turn.most = turn.k;
  turn.next = wide(0);
  turn.end = wide(0);
  turn.threshold = count(1);
  turn.closed = flag(false);
  turn.turns = count(0);
  for (Type type : stateTypes)
    if (!isa<RankedTensorType>(type))
      turn.states.push_back(zeroOf(vectorOf(type)));
  for (size_t i = 0; i < loop.getIns().size(); ++i)
    if (!isa<RankedTensorType>(insType(i)))
      turn.ins.push_back(zeroOf(vectorOf(insType(i))));
  return turn;
}

Value TileLowering::goesOn(const Turn &turn) {
  Value below = compare(Predicate::slt, turn.k, turn.most);
  Value open = complement(turn.closed);
  return both(both(turn.again, below), splat(open));
}

TileLowering::Idle TileLowering::findIdle(Value going) {
  Idle idle;
  idle.mask = complement(going);
  Value one = arith::ShLIOp::create(builder, loc, count(1), laneNumber);
  Value below = subtract(one, count(1));
  idle.count = count(0);
  for (int64_t i = 0; i < size; ++i) {
    Value ballot = sameInBlock(NVVM::VoteSyncOp::create(
        builder, loc, i32, count(-1), component(idle.mask, i),
        NVVM::VoteSyncKind::ballot));
    Value before = math::CtPopOp::create(builder, loc, both(ballot, below));
    idle.ranks.push_back(add(idle.count, before));
    idle.count = add(idle.count, math::CtPopOp::create(builder, loc, ballot));
  }
  return idle;
}

// One thread looks for all whether the call is to stop.
void TileLowering::mailStops() {
  ValueLoops loops(builder, launch.cancelled());
  Value stops =
      arith::ExtUIOp::create(builder, loc, i32, loops.isCancelled(loc));
  LLVM::StoreOp::create(builder, loc, stops, mailAddress(wide(1)));
}

// The number of a chunk, and whether the call is to stop: the same for all.
std::pair<Value, Value> TileLowering::readMail() {
  Value number = sameInBlock(
      LLVM::LoadOp::create(builder, loc, i32, mailAddress(wide(0))));
  Value stops = sameInBlock(
      LLVM::LoadOp::create(builder, loc, i32, mailAddress(wide(1))));
  return {number, compare(Predicate::ne, stops, count(0))};
}

// Each warp makes the transfers of its part of the first `number` idle places,
// several of them at once where little is `moved` of each.
void TileLowering::forEachPlace(
    Value number, ArrayRef<const TilePlace *> moved, TileEmitter &emitter,
    function_ref<Transfers(Value number, Value place)> transfersOf) {
  int64_t chunks = 0;
  for (const TilePlace *place : moved)
    chunks += TileEmitter::chunksOf(*place);
  int64_t atOnce = std::max<int64_t>(1, TileEmitter::chunksAtOnce / chunks);
  Value end = toIndex(number);
  auto places = scf::ForOp::create(builder, loc, thread.warp, end,
                                   index(thread.warps * atOnce));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(places.getBody());
  Transfers transfers;
  for (int64_t i = 0; i < atOnce; ++i) {
    Value at = places.getInductionVar(), inside;
    if (i > 0) {
      at = add(at, index(i * thread.warps));
      inside = compare(Predicate::ult, at, end);
      // Behind the last one, that is read again.
      at = arith::MinUIOp::create(builder, loc, at, subtract(end, index(1)));
    }
    Value wideAt = arith::IndexCastOp::create(builder, loc, i64, at);
    constexpr int64_t words = TilePlan::mailBytes / 4;
    Value place = LLVM::LoadOp::create(builder, loc, i32,
                                       mailAddress(add(wideAt, wide(words))));
    for (TileEmitter::Transfer &one : transfersOf(wideAt, place)) {
      if (inside)
        one.condition = one.condition ? both(one.condition, inside) : inside;
      transfers.push_back(std::move(one));
    }
  }
  emitter.transfer(transfers);
}

// The sample in component `component` (i32) of another lane.
Value TileLowering::sampleOf(const Turn &turn, Value lane, Value which) {
  Value sample = component(turn.sample, 0);
  for (int64_t i = 1; i < size; ++i)
    sample = choose(compare(Predicate::eq, which, count(i)),
                    component(turn.sample, i), sample);
  auto shuffle = [&](Value word) {
    return NVVM::ShflOp::create(builder, loc, i32, count(-1), word, lane,
                                count(31), NVVM::ShflKind::idx, UnitAttr());
  };
  Value low = arith::TruncIOp::create(builder, loc, i32, sample);
  Value high = arith::TruncIOp::create(
      builder, loc, i32,
      arith::ShRUIOp::create(builder, loc, sample, wide(32)));
  low = widen(shuffle(low));
  high = arith::ShLIOp::create(builder, loc, widen(shuffle(high)), wide(32));
  return arith::OrIOp::create(builder, loc, high, low);
}

// Of an element of a sample's tensor in global memory.
Value TileLowering::addressOf(const TilePlace &place, Value memory,
                              Value sample, Value element) {
  Value first = multiply(sample, wide(place.elements));
  Value at = arith::IndexCastOp::create(builder, loc, i64, element);
  return elementAddress(builder, loc, memory, place.element, add(first, at));
}

// Those that the mask has get the value of their sample, a place without a
// sample that of the first one if `fills`; the others keep theirs.
Value TileLowering::loadScalars(unsigned argument, Type type, Value sample,
                                Value mask, Value old, bool fills) {
  SmallVector<Value> loaded;
  Value first = wide(0);
  for (int64_t i = 0; i < size; ++i) {
    Value at = choose(component(mask, i), component(sample, i), first);
    loaded.push_back(loadElement(
        builder, loc,
        elementAddress(builder, loc, launch.argument(argument), type, at),
        type));
  }
  if (fills)
    mask = arith::OrIOp::create(
        builder, loc, mask, compare(Predicate::slt, sample, splat(wide(0))));
  return choose(mask, gather(loaded), old);
}

// The same of an `init` or `ins` operand; nobody uses one that is not read.
Value TileLowering::loadOperand(Value operand, Type type, Value sample,
                                Value mask, Value old, bool fills) {
  if (!isRead(operand))
    return old;
  return loadScalars(batched[operand], type, sample, mask, old, fills);
}

// By one warp: all have the same.
void TileLowering::storeScalars(Value value, unsigned argument, Value sample,
                                Value mask) {
  for (int64_t i = 0; i < size; ++i)
    when(component(mask, i), [&] {
      Value scalar = component(value, i);
      storeElement(builder, loc, scalar,
                   elementAddress(builder, loc, launch.argument(argument),
                                  scalar.getType(), component(sample, i)));
    });
}

void TileLowering::mapShared(Batcher &batcher, TileEmitter &emitter,
                             Region &region) {
  for (auto [argument, number] :
       llvm::zip(TilePlan::sharedOf(loop, region), sharedArguments)) {
    Value parameter = launch.argument(number);
    if (isa<RankedTensorType>(argument.getType())) {
      emitter.setGlobal(argument, parameter);
      continue;
    }
    if (parameter.getType() != argument.getType())
      parameter =
          arith::TruncIOp::create(builder, loc, argument.getType(), parameter);
    batcher.map(argument, parameter);
  }
}

// Of a step, or of a start that has them.
void TileLowering::mapRecords(TileEmitter &emitter, Region &region,
                              Value samples) {
  emitter.setSamples(samples);
  for (auto [argument, number] :
       llvm::zip(TilePlan::recordsOf(loop, region), recordArguments))
    emitter.setRecord(argument, launch.argument(number));
}

void TileLowering::mapTurn(Batcher &batcher, Region &region,
                           unsigned firstState, unsigned firstIns,
                           const Turn &turn) {
  size_t scalar = 0;
  for (auto [i, type] : llvm::enumerate(stateTypes))
    if (!isa<RankedTensorType>(type))
      batcher.map(region.getArgument(firstState + i), turn.states[scalar++]);
  scalar = 0;
  for (size_t i = 0; i < loop.getIns().size(); ++i)
    if (!isa<RankedTensorType>(insType(i)))
      batcher.map(region.getArgument(firstIns + i), turn.ins[scalar++]);
}

// The results of those who are done.
void TileLowering::finishSamples(const Turn &turn, Value done, Value number) {
  Batcher batcher(size, done);
  TileEmitter emitter(builder, loc, plan, thread, batcher);
  Region &region = loop.getFinish();
  SmallVector<Value> yielded;
  unsigned numStates = stateTypes.size();
  if (!region.empty()) {
    batcher.map(region.getArgument(0), turn.k);
    batcher.map(region.getArgument(1), turn.again);
    mapTurn(batcher, region, 2, 2 + numStates, turn);
    mapShared(batcher, emitter, region);
    emitter.setCancelled(turn.closed);
    emitter.emitRegion(region);
    yielded = SmallVector<Value>(region.front().getTerminator()->getOperands());
  }

  SmallVector<std::pair<const TilePlace *, unsigned>> inMemory;
  SmallVector<std::pair<Value, unsigned>> scalars;
  size_t scalar = 0;
  for (size_t i = 0; i < finalArguments.size(); ++i) {
    unsigned argument = finalArguments[i];
    if (region.empty()) {
      if (const TilePlace *place = plan.placeOfState(i))
        inMemory.push_back({place, argument});
      else
        scalars.push_back({turn.states[scalar++], argument});
      continue;
    }
    auto type = dyn_cast<RankedTensorType>(yielded[i].getType());
    const TilePlace *place = plan.placeOf(yielded[i]);
    if (!type) {
      scalars.push_back({batcher.wide(builder, yielded[i]), argument});
    } else if (place && place->ofSamples) {
      inMemory.push_back({place, argument});
    } else {
      // The same for all samples, in registers, or seen with other indices.
      emitter.prepareRead(yielded[i]);
      emitter.forEachOfWarp(type.getNumElements(), [&](Value element) {
        Value value =
            emitter.read(yielded[i], emitter.indicesOf(element, type));
        if (!isa<VectorType>(value.getType()))
          value = splat(value);
        Value at = arith::IndexCastOp::create(builder, loc, i64, element);
        Value first = multiply(turn.sample, splat(wide(type.getNumElements())));
        storeScalars(value, argument, add(first, splat(at)), done);
      });
    }
  }
  Value isFirst = compare(Predicate::ult, threadNumber, count(32));
  when(isFirst, [&] {
    for (auto [value, argument] : scalars)
      storeScalars(value, argument, turn.sample, done);
    storeScalars(turn.k, stepsArgument, turn.sample, done);
  });

  if (inMemory.empty())
    return emitter.settle();

  // A warp writes what belongs to one sample: neighbours in memory.
  SmallVector<const TilePlace *> reads;
  for (auto [place, argument] : inMemory)
    reads.push_back(place);
  emitter.prepare(reads, {});
  forEachPlace(number, reads, emitter, [&](Value, Value place) {
    Value lane = arith::DivUIOp::create(builder, loc, place, count(size));
    Value which = arith::RemUIOp::create(builder, loc, place, count(size));
    Value sample = sampleOf(turn, lane, which);
    Value isSample = compare(Predicate::sge, sample, wide(0));
    Transfers transfers;
    for (auto [from, argument] : inMemory) {
      Value to = launch.argument(argument);
      auto load = [this, from = from](Value, Value address) {
        return loadElement(builder, loc, address, from->element);
      };
      auto store = [this, from = from, to, sample](Value element, Value,
                                                   Value value) {
        storeElement(builder, loc, value,
                     addressOf(*from, to, sample, element));
      };
      transfers.push_back({from, toIndex(place), isSample, load, store});
    }
    return transfers;
  });
  // Who starts overwrites it.
  emitter.settle();
}

// Tensors of samples for `number` idle places: warp by warp, neighbours in
// memory. Places without a sample get the last one: what guards a division may
// have been computed before the loop, and all places take the steps.
void TileLowering::loadTensors(Value number, const Turn &turn, Value left,
                               Value first) {
  SmallVector<std::pair<const TilePlace *, Value>> loads;
  for (auto [i, operand] : llvm::enumerate(loop.getIns()))
    if (const TilePlace *place =
            plan.placeOf(loop.getStep().getArgument(1 + stateTypes.size() + i)))
      loads.push_back({place, operand});
  for (auto [i, operand] : llvm::enumerate(loop.getInit())) {
    const TilePlace *place = loop.getStart().empty()
                                 ? plan.placeOfState(i)
                                 : plan.placeOf(loop.getStart().getArgument(i));
    if (place)
      loads.push_back({place, operand});
  }
  if (loads.empty())
    return;
  Batcher batcher(size);
  TileEmitter emitter(builder, loc, plan, thread, batcher);
  auto moved = llvm::to_vector(llvm::make_first_range(loads));
  forEachPlace(number, moved, emitter, [&](Value at, Value place) {
    Value sample = choose(compare(Predicate::slt, at, left), add(turn.next, at),
                          add(first, subtract(at, left)));
    sample = arith::MinSIOp::create(builder, loc, sample,
                                    subtract(launch.samples(), wide(1)));
    Transfers transfers;
    for (auto [to, operand] : loads) {
      Value from = launch.argument(batched[operand]);
      auto load = [this, to = to, from, sample](Value element, Value) {
        return loadElement(builder, loc, addressOf(*to, from, sample, element),
                           to->element);
      };
      auto store = [this](Value, Value address, Value value) {
        storeElement(builder, loc, value, address);
      };
      transfers.push_back({to, toIndex(place), Value(), load, store});
    }
    return transfers;
  });
}

// What a region gives, for the samples of the mask; the others keep theirs.
void TileLowering::takeOver(NextOp next, Batcher &batcher, TileEmitter &emitter,
                            Value mask, Turn &turn) {
  Value again = batcher.wide(builder, next.getAgain());
  turn.again = choose(mask, again, turn.again);
  size_t scalar = 0;
  for (auto [i, value] : llvm::enumerate(next.getStates())) {
    if (const TilePlace *place = plan.placeOfState(i)) {
      emitter.copyTo(value, *place, mask);
      continue;
    }
    Value &old = turn.states[scalar++];
    old = choose(mask, batcher.wide(builder, value), old);
  }
  emitter.settle();
}

// `starts` have new samples, the first ones of `idle` places.
TileLowering::Turn TileLowering::startSamples(const Turn &turn, Value starts,
                                              Value idle, Value left,
                                              Value first) {
  loadTensors(idle, turn, left, first);
  Turn started = turn;
  started.k = choose(starts, splat(count(0)), turn.k);
  started.again = arith::OrIOp::create(builder, loc, starts, turn.again);
  started.most =
      rankOf(loop.getMax().getType()) > 0
          ? loadScalars(maxArgument, i32, turn.sample, starts, turn.most)
          : choose(starts, splat(launch.argument(maxArgument)), turn.most);
  size_t scalar = 0;
  for (auto [i, operand] : llvm::enumerate(loop.getIns()))
    if (Type type = insType(i); !isa<RankedTensorType>(type)) {
      Value &value = started.ins[scalar++];
      value = loadOperand(operand, type, turn.sample, starts, value,
                          /*fills=*/true);
    }
  barrier();
  if (loop.getStart().empty()) {
    scalar = 0;
    for (auto [operand, type] : llvm::zip(loop.getInit(), stateTypes))
      if (!isa<RankedTensorType>(type)) {
        Value &value = started.states[scalar++];
        value = loadOperand(operand, type, turn.sample, starts, value);
      }
    return started;
  }

  Region &region = loop.getStart();
  Batcher batcher(size, starts);
  TileEmitter emitter(builder, loc, plan, thread, batcher);
  emitter.shareWords(); // the list of places is done with
  unsigned numInit = loop.getInit().size();
  for (auto [i, operand] : llvm::enumerate(loop.getInit())) {
    Type type = region.getArgument(i).getType();
    if (!isa<RankedTensorType>(type))
      batcher.map(region.getArgument(i),
                  loadOperand(operand, type, turn.sample, starts,
                              zeroOf(vectorOf(type))));
  }
  scalar = 0;
  for (size_t i = 0; i < loop.getIns().size(); ++i)
    if (!isa<RankedTensorType>(insType(i)))
      batcher.map(region.getArgument(numInit + i), started.ins[scalar++]);
  mapShared(batcher, emitter, region);
  mapRecords(emitter, region, turn.sample);
  emitter.emitRegion(region);
  auto next = cast<NextOp>(region.front().getTerminator());
  takeOver(next, batcher, emitter, starts, started);
  return started;
}

// All threads of the block are here. Who is done gives the results and takes a
// sample: one that the block has, or of the next chunk.
TileLowering::Turn TileLowering::changeHands(const Turn &turn,
                                             const Idle &idle) {
  Turn changed = turn;
  Value samples = launch.samples();
  Value left = subtract(turn.end, turn.next);
  Value wanted = widen(idle.count);
  Value tooFew = compare(Predicate::sgt, wanted, left);
  Value isMore = compare(Predicate::slt, turn.end, samples);
  Value fetches = both(tooFew, isMore);

  // One thread asks for all, and one warp lists the idle places.
  barrier();
  when(compare(Predicate::eq, threadNumber, count(0)), [&] {
    mailStops();
    when(fetches, [&] {
      Value chunk = LLVM::AtomicRMWOp::create(
          builder, loc, LLVM::AtomicBinOp::add, launch.taken(), count(1),
          LLVM::AtomicOrdering::monotonic);
      LLVM::StoreOp::create(builder, loc, chunk, mailAddress(wide(0)));
    });
  });
  when(compare(Predicate::ult, threadNumber, count(32)), [&] {
    Value firstPlace = multiply(laneNumber, count(size));
    for (int64_t i = 0; i < size; ++i)
      when(component(idle.mask, i), [&] {
        Value at = add(widen(idle.ranks[i]), wide(TilePlan::mailBytes / 4));
        LLVM::StoreOp::create(builder, loc, add(firstPlace, count(i)),
                              mailAddress(at));
      });
  });
  barrier();
  auto [number, stops] = readMail();
  // Who waits still gets his status, but no step.
  changed.closed = arith::OrIOp::create(builder, loc, turn.closed, stops);

  Value has = compare(Predicate::sge, turn.sample, splat(wide(0)));
  Value done = both(has, idle.mask);
  Batcher batcher(size);
  TileEmitter emitter(builder, loc, plan, thread, batcher);
  when(emitter.anyOfTile(done),
       [&] { finishSamples(changed, done, idle.count); });

  // The chunk, if there is a new one.
  Value chunkSize = widen(launch.chunk());
  Value first = multiply(widen(number), chunkSize);
  first = arith::MinSIOp::create(builder, loc, first, samples);
  Value end = add(first, chunkSize);
  end = arith::MinSIOp::create(builder, loc, end, samples);
  first = choose(fetches, first, turn.end);
  end = choose(fetches, end, turn.end);

  // Idle places get samples in their order.
  Value available = add(left, subtract(end, first));
  Value taken = arith::MinSIOp::create(builder, loc, wanted, available);
  SmallVector<Value> starting, fresh;
  for (int64_t i = 0; i < size; ++i) {
    Value rank = widen(idle.ranks[i]);
    starting.push_back(
        both(component(idle.mask, i), compare(Predicate::slt, rank, taken)));
    Value isOld = compare(Predicate::slt, rank, left);
    fresh.push_back(
        choose(isOld, add(turn.next, rank), add(first, subtract(rank, left))));
  }
  Value starts = gather(starting);
  Value none = splat(wide(-1));
  changed.sample =
      choose(idle.mask, choose(starts, gather(fresh), none), turn.sample);

  // What the block has now.
  Value usedFresh = add(first, subtract(taken, left));
  Value usedOld = add(turn.next, taken);
  changed.next = choose(fetches, usedFresh, usedOld);
  changed.end = end;
  Value hasLeft = compare(Predicate::slt, changed.next, changed.end);
  Value comesMore = compare(Predicate::slt, changed.end, samples);
  Value goesOnTaking = arith::OrIOp::create(builder, loc, hasLeft, comesMore);
  changed.threshold =
      choose(goesOnTaking, count(schedule.getRefill()), count(tile));

  SmallVector<Value> kept = changed.values();
  auto started = scf::IfOp::create(builder, loc, ValueRange(kept).getTypes(),
                                   compare(Predicate::sgt, taken, wide(0)),
                                   /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(started.thenBlock());
  Turn withNew = changed;
  withNew.next = turn.next; // where samples are counted from
  withNew = startSamples(withNew, starts, idle.count, left, first);
  withNew.next = changed.next;
  scf::YieldOp::create(builder, loc, withNew.values());
  builder.setInsertionPointToStart(started.elseBlock());
  scf::YieldOp::create(builder, loc, kept);
  return turn.with(started.getResults());
}

// A step of all samples, which those keep that go on.
TileLowering::Turn TileLowering::runStep(const Turn &turn, Value going) {
  Region &region = loop.getStep();
  Batcher batcher(size, going);
  TileEmitter emitter(builder, loc, plan, thread, batcher);
  emitter.setStateMask(going);
  emitter.shareWords();
  unsigned numStates = stateTypes.size();
  batcher.map(region.getArgument(0), turn.k);
  mapTurn(batcher, region, 1, 1 + numStates, turn);
  mapShared(batcher, emitter, region);
  mapRecords(emitter, region, turn.sample);
  emitter.emitRegion(region);
  auto next = cast<NextOp>(region.front().getTerminator());
  Turn stepped = turn;
  stepped.k = choose(going, add(turn.k, splat(count(1))), turn.k);
  takeOver(next, batcher, emitter, going, stepped);
  return stepped;
}

void TileLowering::makeKernel() {
  auto threads = static_cast<int32_t>(32 * schedule.getWarps());
  KernelShape shape = {threads, static_cast<int32_t>(tile),
                       static_cast<int32_t>(schedule.getChunk()),
                       static_cast<int32_t>(plan.getSharedBytes())};
  gpu::GPUFuncOp kernel = launch.makeKernel(shape, target);
  // Shared memory allows few blocks: registers need not be spared for more,
  // which ptxas would do as it does not see how much there is.
  if (!simulate)
    kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    builder.getI32IntegerAttr(1));
  builder.setInsertionPointToStart(&kernel.front());
  openThread();
  loadResidents();

  Turn initial = firstTurn();
  SmallVector<Value> carried = initial.values();
  SmallVector<Type> types = llvm::to_vector(ValueRange(carried).getTypes());
  auto whileOp = scf::WhileOp::create(builder, loc, types, carried);
  gpu::ReturnOp::create(builder, loc);

  SmallVector<Location> locations(types.size(), loc);
  Block *before =
      builder.createBlock(&whileOp.getBefore(), {}, types, locations);
  Turn turn = initial.with(before->getArguments());
  Idle idle = findIdle(goesOn(turn));
  Value enough = compare(Predicate::sge, idle.count, turn.threshold);
  auto service = scf::IfOp::create(builder, loc, TypeRange(types), enough,
                                   /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(service.thenBlock());
    scf::YieldOp::create(builder, loc, changeHands(turn, idle).values());

    // The flag is far away: it is asked now and then, by one thread for all.
    builder.setInsertionPointToStart(service.elseBlock());
    Value phase = both(turn.turns, count(checkPeriod - 1));
    Value polls = compare(Predicate::eq, phase, count(checkPeriod - 1));
    auto polled = scf::IfOp::create(builder, loc, i1, polls, true);
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPointToStart(polled.thenBlock());
    barrier();
    when(compare(Predicate::eq, threadNumber, count(0)), [&] { mailStops(); });
    barrier();
    Value stops = readMail().second;
    scf::YieldOp::create(
        builder, loc,
        ValueRange(arith::OrIOp::create(builder, loc, turn.closed, stops)));
    builder.setInsertionPointToStart(polled.elseBlock());
    scf::YieldOp::create(builder, loc, turn.closed);
    builder.setInsertionPointAfter(polled);
    Turn same = turn;
    same.closed = polled.getResult(0);
    scf::YieldOp::create(builder, loc, same.values());
  }
  turn = turn.with(service.getResults());
  turn.turns = add(turn.turns, count(1));
  Value has = compare(Predicate::sge, turn.sample, splat(wide(0)));
  Batcher batcher(size);
  TileEmitter emitter(builder, loc, plan, thread, batcher);
  scf::ConditionOp::create(builder, loc, emitter.anyOfTile(has), turn.values());

  Block *after = builder.createBlock(&whileOp.getAfter(), {}, types, locations);
  turn = initial.with(after->getArguments());
  Value going = goesOn(turn);
  if (simulate)
    for (int64_t i = 0; i < size; ++i)
      countTurn(component(going, i));
  scf::YieldOp::create(builder, loc, runStep(turn, going).values());
}

LogicalResult TileLowering::run() {
  if (plan.getSharedBytes() > target.getSharedMemory())
    return loop.emitOpError("expected tiles of at most ")
           << target.getSharedMemory()
           << " bytes of shared memory, which a block of " << target.getChip()
           << " can have, where 'schedule' is " << schedule
           << ", but they need " << plan.getSharedBytes();
  replaceLoop([&] { collectArguments(); }, [&] { makeKernel(); });
  return success();
}

struct LowerTileLoops : impl::LowerTileLoopsPassBase<LowerTileLoops> {
  using Base::Base;

  void runOnOperation() override {
    LogicalResult result = forEachLoop<CtaAttr>(
        getOperation(),
        [&](LoopOp loop, CtaAttr schedule,
            GPUTargetAttr target) -> LogicalResult {
          if (std::optional<std::string> why = TilePlan::whyNot(loop))
            return loop.emitOpError(
                       "expected a loop that has tiles where 'schedule' is ")
                   << schedule << ": " << *why;
          remark::passed(
              loop.getLoc(),
              remark::RemarkOpts::name("kernel").category("eq-codegen"))
              << "one kernel runs the whole solve, for " +
                     target.getChip().str();
          return TileLowering(loop, schedule, target, simulate).run();
        });
    if (failed(result))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
