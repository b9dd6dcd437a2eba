// Turns loops scheduled as lanes into scf and memref.
//
//   eq.loop .. schedule(#eq.lanes<lanes = L>) step {f}
//     ->
//   while:
//     for lane in done:              finish, write the results
//     for lane in idle:              start the next sample in this place
//     leave if no lane is active
//     s[1 - p] = f(s[p]) on vectors of L samples; p = 1 - p
//
// A tensor state is one buffer with two views: the step sees memref<2 x shape x
// vector<Lxf32>>, a place is the column memref<2 x shape x L x f32>[.., lane].
// Scalars are carried as vectors, and stored to memory when places change
// hands. A state to which each step pushes is a ring whose slots all places
// share:
//
//   ring: memref<2(m + 1) x shape x vector<Lxf32>>     // m slots, m + 1 places
//   slot a of step t = ring[p + a], p = m - t mod (m + 1)   // one piece
//   %h' = eq.push %v, %h   ->   ring[p'] = ring[p' + m + 1] = %v, p' of t + 1

#include "eq/Batch/Batch.h"
#include "eq/Batch/Elementwise.h"
#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/Codegen/Host/LoopLowering.h"
#include "eq/Codegen/Host/Slots.h"
#include "eq/Codegen/Nests/Nests.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERLANELOOPSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

class LaneLowering : LoopLowering {
public:
  LaneLowering(LoopOp loop, LanesAttr schedule)
      : LoopLowering(loop), lanes(schedule.getLanes()),
        rows(schedule.getRows()), refill(schedule.getRefill()),
        chunk(schedule.getChunk()), i64(builder.getI64Type()) {}

  void run();

private:
  // Memory of L places for a tensor: as vectors, and as columns. Of a ring,
  // how many slots the state has; else 0.
  struct Home {
    Value vectors, columns;
    int64_t slots = 0;
  };
  // Sets of places, one bit each: done, idle, active; whose `again` is set; who
  // of the done ones holds its tensors in the other half. The next sample, and
  // the end of those that this worker has fetched. The step after which a rare
  // check is due (cancelled? has a sample had all its steps?), and whether
  // samples may take steps at all.
  struct Places {
    Value done, idle, active, again, held, next, end, check, open;
    static constexpr size_t count = 9;
    SmallVector<Value> values() const {
      return {done, idle, active, again, held, next, end, check, open};
    }
    static Places of(ValueRange values) {
      return {values[0], values[1], values[2], values[3], values[4],
              values[5], values[6], values[7], values[8]};
    }
  };
  struct Started {
    Value steps, again, last;
  };
  // A step that keeps the old states of a sample that leaves.
  struct Hold {
    Value when;                  // a condition in the step, or null
    SmallVector<Value> computed; // per state: what is new, or null
  };

  Home makeHome(ArrayRef<int64_t> lead, RankedTensorType type);
  void makeScalarHomes();
  void allocateResults();
  void allocateHomes();
  Value countWorkers();
  Value wholeSums(Value size);
  Value chunkSize(Value workers);
  std::pair<Value, Value> fetch();
  Value loadVector(Value home, Type type);
  SmallVector<Value> loadStates();
  void storeStates(ValueRange vectors);
  Value loadPlace(Value home, Type type, Value lane);
  void storePlace(Value value, Value home, Value lane);
  Value column(const Home &home, ArrayRef<Value> lead, Value lane);
  PushOp findPush(size_t state);
  Value ringPosition(const Home &home, Value tick);
  Value window(const Home &home, Value memory, Value position);
  Value windowOfPlace(const Home &home, Value position, Value lane);
  void startRing(Value history, const Home &home, Value tick, Value lane);
  void pushToRing(PushOp push, const Home &home, Value front, Value newTick);
  Value half(const Home &home, Value parity);
  Places changeHands(Places places, Value parity, Value tick);
  Hold findHold();
  void report();
  void finishPlace(Value lane, Value sample, Value parity, Value isHeld,
                   Value again, Value tick);
  void storeIns(ValueRange ins, Value lane);
  void occupyPlaces();
  Started startPlace(Value lane, Value sample, Value parity, Value tick);
  struct Checked {
    Value goesOn, check, open;
  };
  Checked checkRarely(Places places, Value again, Value tick);
  void runLoop();
  void allocateSums();
  void allocateTotals();
  void openTotals(Value lane, Value number);
  void addToTotals(ValueRange parts, Value mask);
  void addTotals();
  void addChunks();

  Value bits(int64_t value) {
    return arith::ConstantIntOp::create(builder, loc, i64, value);
  }
  Value isZero(Value value) {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, value,
                                 bits(0));
  }
  Value isSet(Value value) {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value,
                                 bits(0));
  }
  Value without(Value set, Value other) {
    Value ones = bits(-1);
    Value kept = arith::XOrIOp::create(builder, loc, other, ones);
    return arith::AndIOp::create(builder, loc, set, kept);
  }
  Value either(Value a, Value b) {
    return arith::OrIOp::create(builder, loc, a, b);
  }
  // Booleans take a byte each.
  Type storedType(Type type) {
    return type.isInteger(1) ? builder.getI8Type() : type;
  }
  Value fromHome(Value memory, Type element);
  void toHome(Value tensor, Value memory);
  template <typename CastOp> Value castElements(Value tensor, Type element);
  Value bitsOf(Value mask);
  Value laneMask(Value bits);
  Value notCancelled();
  VectorType vectorOf(Type type) { return VectorType::get(lanes, type); }

  int64_t lanes, rows, refill, chunk;
  Type i64;

  SmallVector<Home> stateHomes, insHomes; // of tensors
  SmallVector<Type> stateScalars, insScalars;
  // Of the scalar states and the scalar ins, in this order; then these three.
  SmallVector<Value> scalarHomes;
  Value firstSteps, lastSteps; // memref<L x index>: of its sample
  Value samples;               // memref<L x index>: who is in a place, or -1
  Value fetchedSamples;        // memref<i64>: how many the workers have fetched
  Value samplesAtOnce;
  Hold hold;

  // Of the sums: what each place has added up, whose that is (or -1), and one
  // sum for each chunk of the batch.
  SmallVector<Home> totalHomes;
  Value summed, numChunks, sumChunk;
  SmallVector<Value> chunkSums;
};

LaneLowering::Home LaneLowering::makeHome(ArrayRef<int64_t> lead,
                                          RankedTensorType type) {
  SmallVector<int64_t> shape(lead);
  llvm::append_range(shape, type.getShape());
  Type element = storedType(type.getElementType());
  int64_t bytes = lanes * llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  for (int64_t size : shape)
    bytes *= size;
  Value memory = memref::AllocOp::create(
      builder, loc, MemRefType::get({bytes}, builder.getI8Type()), ValueRange(),
      builder.getI64IntegerAttr(64));
  auto view = [&](ArrayRef<int64_t> shape, Type element) -> Value {
    return memref::ViewOp::create(builder, loc, MemRefType::get(shape, element),
                                  memory, index(0), ValueRange());
  };
  Home home;
  home.vectors = view(shape, vectorOf(element));
  shape.push_back(lanes);
  home.columns = view(shape, element);
  // Places that never had a sample are computed with, too.
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
  linalg::FillOp::create(builder, loc, zero, home.columns);
  return home;
}

// Homes of scalars are one piece of memory, so that one address reaches all.
void LaneLowering::makeScalarHomes() {
  SmallVector<Type> types = stateScalars;
  llvm::append_range(types, insScalars);
  types.append(3, builder.getIndexType());
  auto bytesOf = [&](Type type) {
    Type stored = storedType(type);
    int64_t bits = stored.isIndex() ? 64 : stored.getIntOrFloatBitWidth();
    return llvm::alignTo(lanes * llvm::divideCeil(bits, 8), 64);
  };
  int64_t bytes = 0;
  for (Type type : types)
    bytes += bytesOf(type);
  Value memory = memref::AllocOp::create(
      builder, loc, MemRefType::get({bytes}, builder.getI8Type()), ValueRange(),
      builder.getI64IntegerAttr(64));
  fillZero(memory);
  int64_t offset = 0;
  for (Type type : types) {
    scalarHomes.push_back(memref::ViewOp::create(
        builder, loc, MemRefType::get({lanes}, storedType(type)), memory,
        index(offset), ValueRange()));
    offset += bytesOf(type);
  }
  auto *last = scalarHomes.end();
  firstSteps = last[-3];
  lastSteps = last[-2];
  samples = last[-1];
  linalg::FillOp::create(builder, loc, index(-1), samples);
}

void LaneLowering::allocateHomes() {
  for (auto [i, type] : llvm::enumerate(stateTypes)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor) {
      stateScalars.push_back(type);
    } else if (findPush(i)) {
      int64_t slots = tensor.getDimSize(0);
      auto slot = RankedTensorType::get(tensor.getShape().drop_front(),
                                        tensor.getElementType());
      stateHomes.push_back(makeHome({2 * (slots + 1)}, slot));
      stateHomes.back().slots = slots;
    } else {
      stateHomes.push_back(makeHome({2}, tensor));
    }
  }
  size_t first = 1 + stateTypes.size();
  for (size_t i = 0; i < loop.getIns().size(); ++i) {
    Type type = loop.getStep().getArgument(first + i).getType();
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      insHomes.push_back(makeHome({}, tensor));
    else
      insScalars.push_back(type);
  }
  makeScalarHomes();
  allocateTotals();
}

void LaneLowering::allocateResults() {
  allocateFinals();
  for (Value record : loop.getRecord()) {
    recordBuffers.push_back(allocateLike(record.getType()));
    write(record, recordBuffers.back());
  }
  allocateSums();
}

Value LaneLowering::loadVector(Value home, Type type) {
  Type stored = cast<MemRefType>(home.getType()).getElementType();
  Value loaded =
      vector::LoadOp::create(builder, loc, vectorOf(stored), home, index(0));
  if (stored != type)
    loaded = arith::TruncIOp::create(builder, loc, vectorOf(type), loaded);
  return loaded;
}

SmallVector<Value> LaneLowering::loadStates() {
  SmallVector<Value> vectors;
  for (auto [home, type] : llvm::zip(scalarHomes, stateScalars))
    vectors.push_back(loadVector(home, type));
  return vectors;
}

void LaneLowering::storeStates(ValueRange vectors) {
  for (auto [home, value] : llvm::zip(scalarHomes, vectors)) {
    Type stored = cast<MemRefType>(home.getType()).getElementType();
    Value wide = value;
    if (wide.getType() != vectorOf(stored))
      wide = arith::ExtUIOp::create(builder, loc, vectorOf(stored), wide);
    vector::StoreOp::create(builder, loc, wide, home, index(0));
  }
}

Value LaneLowering::loadPlace(Value home, Type type, Value lane) {
  Value value = memref::LoadOp::create(builder, loc, home, lane);
  if (value.getType() != type)
    value = arith::TruncIOp::create(builder, loc, type, value);
  return value;
}

void LaneLowering::storePlace(Value value, Value home, Value lane) {
  Type stored = cast<MemRefType>(home.getType()).getElementType();
  if (value.getType() != stored)
    value = arith::ExtUIOp::create(builder, loc, stored, value);
  memref::StoreOp::create(builder, loc, value, home, lane);
}

// columns[lead.., :, lane], rank-reduced.
Value LaneLowering::column(const Home &home, ArrayRef<Value> lead, Value lane) {
  auto type = cast<MemRefType>(home.columns.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes;
  for (int64_t size : type.getShape())
    sizes.push_back(builder.getIndexAttr(size));
  for (auto [i, value] : llvm::enumerate(lead)) {
    offsets[i] = value;
    sizes[i] = builder.getIndexAttr(1);
  }
  offsets.back() = lane;
  sizes.back() = builder.getIndexAttr(1);
  auto reduced = cast<MemRefType>(memref::SubViewOp::inferRankReducedResultType(
      type.getShape().drop_front(lead.size()).drop_back(), type, offsets, sizes,
      strides));
  return memref::SubViewOp::create(builder, loc, reduced, home.columns, offsets,
                                   sizes, strides);
}

Value LaneLowering::half(const Home &home, Value parity) {
  return sampleView(home.vectors, parity);
}

template <typename CastOp>
Value LaneLowering::castElements(Value tensor, Type element) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(), element);
  return makeElementwise(builder, loc, tensor, empty,
                         [&](OpBuilder &nested, ValueRange elements) -> Value {
                           return CastOp::create(nested, loc, element,
                                                 elements[0]);
                         });
}

// The tensor in memory of a home, whose elements may be stored otherwise.
Value LaneLowering::fromHome(Value memory, Type element) {
  Value tensor = readTensor(memory);
  if (cast<RankedTensorType>(tensor.getType()).getElementType() == element)
    return tensor;
  return castElements<arith::TruncIOp>(tensor, element);
}

void LaneLowering::toHome(Value tensor, Value memory) {
  Type stored = cast<MemRefType>(memory.getType()).getElementType();
  if (cast<RankedTensorType>(tensor.getType()).getElementType() != stored)
    tensor = castElements<arith::ExtUIOp>(tensor, stored);
  write(tensor, memory);
}

Value LaneLowering::bitsOf(Value mask) {
  Value whole = Batcher::bitsOf(builder, loc, mask);
  return lanes == 64 ? whole
                     : Value(arith::ExtUIOp::create(builder, loc, i64, whole));
}

// The lanes whose bits are set, as a vector<Lxi1>.
Value LaneLowering::laneMask(Value bits) {
  Type type = builder.getIntegerType(lanes);
  Value whole = lanes == 64
                    ? bits
                    : Value(arith::TruncIOp::create(builder, loc, type, bits));
  Value mask = vector::BroadcastOp::create(builder, loc,
                                           VectorType::get(1, type), whole);
  if (lanes == 1)
    return mask;
  return vector::BitCastOp::create(builder, loc, vectorOf(builder.getI1Type()),
                                   mask);
}

Value LaneLowering::notCancelled() {
  Value flag =
      callRuntime(builder, loc, "eqrt_cancelled", i32, contextOf(builder, loc))
          .getResult();
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, flag,
                               count(0));
}

// The parts of a chain of `or`, down to what is no `or`.
void collectParts(Value value, llvm::SmallPtrSetImpl<Value> &parts) {
  auto either = value.getDefiningOp<arith::OrIOp>();
  if (!either) {
    parts.insert(value);
    return;
  }
  collectParts(either.getLhs(), parts);
  collectParts(either.getRhs(), parts);
}

// Whether the form of `again` tells that it is false where `condition` holds:
// again = not (a or b or ..), condition = b or ..
bool endsWhen(Value condition, Value again) {
  auto negated = again.getDefiningOp<arith::XOrIOp>();
  if (!negated || !matchPattern(negated.getRhs(), m_One()))
    return false;
  llvm::SmallPtrSet<Value, 8> stops, parts;
  collectParts(negated.getLhs(), stops);
  collectParts(condition, parts);
  return llvm::all_of(parts, [&](Value part) { return stops.contains(part); });
}

// select(condition, old, new) of whole tensors costs a pass over memory in each
// step. Where the condition ends the sample, its old states are still in the
// other half when it leaves:
//
//   %next = select %bad, %z, %f   ->   %next = %f, and who is bad leaves with
//   %z
LaneLowering::Hold LaneLowering::findHold() {
  Hold hold;
  Block &step = loop.getStep().front();
  auto next = cast<NextOp>(step.getTerminator());
  for (auto [i, value] : llvm::enumerate(next.getStates())) {
    Value &computed = hold.computed.emplace_back();
    auto op = value.getDefiningOp<linalg::GenericOp>();
    if (!op || !op.hasPureTensorSemantics() || op.getNumDpsInputs() != 2 ||
        op.getNumDpsInits() != 1 || op.getNumReductionLoops() != 0)
      continue;
    Block &body = *op.getBody();
    auto select = dyn_cast<arith::SelectOp>(body.front());
    if (!select || body.getTerminator()->getOperand(0) != select.getResult())
      continue;
    Value condition = select.getCondition();
    bool areIdentities =
        llvm::all_of(op.getIndexingMapsArray(),
                     [](AffineMap map) { return map.isIdentity(); });
    auto elementOf = [&](Value tensor, Value element) {
      for (OpOperand *input : op.getDpsInputOperands())
        if (input->get() == tensor &&
            op.getMatchingBlockArgument(input) == element)
          return true;
      return false;
    };
    Value old = step.getArgument(1 + i);
    Value other = op.getDpsInputs()[op.getDpsInputs()[0] == old ? 1 : 0];
    if (!areIdentities || condition.getParentBlock() != &step ||
        !elementOf(old, select.getTrueValue()) ||
        !elementOf(other, select.getFalseValue()) ||
        (hold.when && hold.when != condition) ||
        !endsWhen(condition, next.getAgain()))
      continue;
    hold.when = condition;
    computed = other;
  }
  return hold;
}

//===----------------------------------------------------------------------===//
// Rings
//===----------------------------------------------------------------------===//

// What each step of every sample pushes to a state, or null. A copy of two
// slots takes no longer than what a ring needs.
PushOp LaneLowering::findPush(size_t state) {
  Block &step = loop.getStep().front();
  Value next = hold.computed[state];
  if (!next)
    next = cast<NextOp>(step.getTerminator()).getStates()[state];
  auto push = next.getDefiningOp<PushOp>();
  if (!push || push->getBlock() != &step ||
      push.getHistory() != step.getArgument(1 + state))
    return nullptr;
  RankedTensorType type = push.getHistory().getType();
  Type element = type.getElementType();
  return type.getDimSize(0) > 2 && storedType(element) == element ? push
                                                                  : nullptr;
}

// Where slot 0 is after `tick` steps. It goes down, so that older slots follow,
// and m + 1 places make a round: what a step reads is apart from what it
// writes, and is still there when a sample leaves with its old states.
Value LaneLowering::ringPosition(const Home &home, Value tick) {
  Value turn =
      arith::RemUIOp::create(builder, loc, tick, index(home.slots + 1));
  return arith::SubIOp::create(builder, loc, index(home.slots), turn);
}

// memory[position.., ...]: all slots of a state.
Value LaneLowering::window(const Home &home, Value memory, Value position) {
  Slots all = slotsFrom(builder, cast<MemRefType>(memory.getType()), position,
                        home.slots);
  return memref::SubViewOp::create(builder, loc, memory, all.offsets, all.sizes,
                                   all.strides);
}

Value LaneLowering::windowOfPlace(const Home &home, Value position,
                                  Value lane) {
  return window(home, column(home, {}, lane), position);
}

// The first history of a sample. Of memory that `start` left as it was, nothing
// is read.
void LaneLowering::startRing(Value history, const Home &home, Value tick,
                             Value lane) {
  if (history.getDefiningOp<tensor::EmptyOp>())
    return;
  Value position = ringPosition(home, tick);
  write(history, windowOfPlace(home, position, lane));
  // Those slots again that are read after the next round.
  Value memory = column(home, {}, lane);
  auto slots =
      scf::ForOp::create(builder, loc, position, index(home.slots), index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(slots.getBody()->getTerminator());
  Value slot = slots.getInductionVar();
  Value later =
      arith::AddIOp::create(builder, loc, slot, index(home.slots + 1));
  memref::CopyOp::create(builder, loc, sampleView(memory, slot),
                         sampleView(memory, later));
}

// Writes the newest slot, `front`, and again for the next round.
void LaneLowering::pushToRing(PushOp push, const Home &home, Value front,
                              Value newTick) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(push);
  Value position = ringPosition(home, newTick);
  Value later =
      arith::AddIOp::create(builder, loc, position, index(home.slots + 1));
  for (Value slot : {front, sampleView(home.vectors, later)}) {
    if (isa<RankedTensorType>(push.getValue().getType()))
      write(push.getValue(), slot);
    else
      memref::StoreOp::create(builder, loc, push.getValue(), slot);
  }
  push.getResult().replaceAllUsesWith(
      readTensor(window(home, home.vectors, position)));
  push.erase();
}

// Writes the results of the sample in a place. Where the step holds states,
// they are those from before it.
void LaneLowering::finishPlace(Value lane, Value number, Value parity,
                               Value isHeld, Value again, Value tick) {
  Sample sample = openSample(number);
  SmallVector<Value> values;
  auto unlessHeld = [&](size_t state, Value now, Value before) -> Value {
    if (!hold.computed[state])
      return now;
    return arith::SelectOp::create(builder, loc, isHeld, before, now);
  };
  Value otherParity = arith::SubIOp::create(builder, loc, index(1), parity);
  size_t scalar = 0, tensor = 0;
  for (auto [i, type] : llvm::enumerate(stateTypes)) {
    if (!isa<RankedTensorType>(type)) {
      values.push_back(loadPlace(scalarHomes[scalar++], type, lane));
      continue;
    }
    const Home &home = stateHomes[tensor++];
    Value memory;
    if (home.slots) {
      Value before = arith::SubIOp::create(builder, loc, tick, index(1));
      Value position = ringPosition(home, unlessHeld(i, tick, before));
      memory = windowOfPlace(home, position, lane);
    } else {
      memory = column(home, unlessHeld(i, parity, otherParity), lane);
    }
    values.push_back(fromHome(memory, elementTypeOf(type)));
  }
  Value first = memref::LoadOp::create(builder, loc, firstSteps, lane);
  Value k = arith::IndexCastOp::create(
      builder, loc, i32, arith::SubIOp::create(builder, loc, tick, first));
  if (!loop.getFinish().empty()) {
    SmallVector<Value> arguments = {k, again};
    llvm::append_range(arguments, values);
    llvm::append_range(arguments, sample.ins);
    llvm::append_range(arguments, loop.getShared());
    values = inlineRegion(loop.getFinish(), arguments);
  }
  for (auto [value, buffer] : llvm::zip(values, finalBuffers)) {
    if (isa<RankedTensorType>(value.getType()))
      write(value, sampleView(buffer, number));
    else
      memref::StoreOp::create(builder, loc, value, buffer, number);
  }
  memref::StoreOp::create(builder, loc, k, stepsBuffer, number);
}

// Puts a sample into a place: whether it has a step to take, its `again`, and
// the tick of its last step.
void LaneLowering::storeIns(ValueRange ins, Value lane) {
  size_t scalar = stateScalars.size(), tensor = 0;
  for (Value value : ins) {
    if (isa<RankedTensorType>(value.getType()))
      toHome(value, column(insHomes[tensor++], {}, lane));
    else
      storePlace(value, scalarHomes[scalar++], lane);
  }
}

// Places without a sample are computed with, too. What guards a division in the
// step may have been computed before the loop: it is an input, and must be that
// of a sample.
void LaneLowering::occupyPlaces() {
  bool mayTrap = false;
  loop.getStep().walk([&](Operation *op) {
    mayTrap |=
        isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
            arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(op);
  });
  if (!mayTrap || loop.getIns().empty())
    return;
  Value isSome = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt,
                                       batchSize, index(0));
  auto branch = scf::IfOp::create(builder, loc, isSome, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(branch.thenYield());
  auto places =
      scf::ForOp::create(builder, loc, index(0), index(lanes), index(1));
  builder.setInsertionPoint(places.getBody()->getTerminator());
  storeIns(openSample(index(0)).ins, places.getInductionVar());
}

LaneLowering::Started LaneLowering::startPlace(Value lane, Value number,
                                               Value parity, Value tick) {
  Sample sample = openSample(number);
  Value again =
      arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
  SmallVector<Value> values = sample.init;
  if (!loop.getStart().empty()) {
    SmallVector<Value> arguments = sample.init;
    llvm::append_range(arguments, sample.ins);
    llvm::append_range(arguments, loop.getShared());
    bool takesRecords = loop.getStart().getNumArguments() > arguments.size();
    if (takesRecords)
      for (Value record : sample.records)
        arguments.push_back(readTensor(record, /*writable=*/true));
    SmallVector<Value> made = inlineRegion(loop.getStart(), arguments);
    ArrayRef<Value> next(made);
    again = next.front();
    next = next.drop_front();
    values.assign(next.begin(), next.begin() + stateTypes.size());
    if (takesRecords)
      for (auto [value, record] :
           llvm::zip(next.drop_front(stateTypes.size()), sample.records))
        write(value, record);
  }
  size_t scalar = 0, tensor = 0;
  for (Value value : values) {
    if (!isa<RankedTensorType>(value.getType())) {
      storePlace(value, scalarHomes[scalar++], lane);
      continue;
    }
    const Home &home = stateHomes[tensor++];
    if (home.slots)
      startRing(value, home, tick, lane);
    else
      toHome(value, column(home, parity, lane));
  }
  storeIns(sample.ins, lane);
  openTotals(lane, number);
  Value last = arith::AddIOp::create(
      builder, loc, tick,
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                 sample.max));
  memref::StoreOp::create(builder, loc, tick, firstSteps, lane);
  memref::StoreOp::create(builder, loc, last, lastSteps, lane);
  Value below = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                      count(0), sample.max);
  return {arith::AndIOp::create(builder, loc, again, below), again, last};
}

// One place at a time: its sample finishes, and another one starts in it. A
// sample that has no step to take is done at once.
LaneLowering::Places LaneLowering::changeHands(Places places, Value parity,
                                               Value tick) {
  // Waiting samples come in when enough places are free, or all are.
  Value waits = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                      places.next, batchSize);
  Value free = either(places.done, places.idle);
  Value enough = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::sge,
      math::CtPopOp::create(builder, loc, free), bits(refill));
  Value allFree = isZero(places.active);
  Value fills =
      arith::AndIOp::create(builder, loc, waits, either(enough, allFree));
  if (!totalHomes.empty()) {
    auto ends = scf::IfOp::create(builder, loc, allFree, /*withElse=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(ends.thenYield());
    addTotals();
  }
  Value done = arith::SelectOp::create(builder, loc, fills, free, places.done);
  Value idle =
      arith::SelectOp::create(builder, loc, fills, bits(0), places.idle);
  Places first = places;
  first.done = done;
  first.idle = idle;
  SmallVector<Value> carried = first.values();
  SmallVector<Type> types =
      llvm::map_to_vector(carried, [](Value value) { return value.getType(); });
  SmallVector<Location> locations(types.size(), loc);
  auto turns = scf::WhileOp::create(builder, loc, types, carried);
  OpBuilder::InsertionGuard guard(builder);
  Block *before = builder.createBlock(&turns.getBefore(), {}, types, locations);
  scf::ConditionOp::create(builder, loc,
                           isSet(Places::of(before->getArguments()).done),
                           before->getArguments());

  Block *after = builder.createBlock(&turns.getAfter(), {}, types, locations);
  Places now = Places::of(after->getArguments());
  Value position = math::CountTrailingZerosOp::create(builder, loc, now.done);
  Value lane = arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                          position);
  Value bit = arith::ShLIOp::create(builder, loc, bits(1), position);
  Value number = memref::LoadOp::create(builder, loc, samples, lane);
  Value taken = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                      number, index(0));
  auto leaves = scf::IfOp::create(builder, loc, taken, /*withElse=*/false);
  {
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPoint(leaves.thenYield());
    Value isHeld = isSet(arith::AndIOp::create(builder, loc, now.held, bit));
    Value again = isSet(arith::AndIOp::create(builder, loc, now.again, bit));
    finishPlace(lane, number, parity, isHeld, again, tick);
    memref::StoreOp::create(builder, loc, index(-1), samples, lane);
  }
  auto isBelow = [&](Value a, Value b) -> Value {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, a, b);
  };
  Value lacks = arith::AndIOp::create(
      builder, loc, fills,
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, now.next,
                            now.end));
  lacks =
      arith::AndIOp::create(builder, loc, lacks, isBelow(now.next, batchSize));
  auto fetched = scf::IfOp::create(
      builder, loc,
      {index(0).getType(), index(0).getType(), builder.getI1Type()}, lacks,
      /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPointToEnd(fetched.thenBlock());
    auto [first, end] = fetch();
    Value open = arith::AndIOp::create(builder, loc, now.open, notCancelled());
    scf::YieldOp::create(builder, loc, ValueRange{first, end, open});
    builder.setInsertionPointToEnd(fetched.elseBlock());
    scf::YieldOp::create(builder, loc, ValueRange{now.next, now.end, now.open});
  }
  now.next = fetched.getResult(0);
  now.end = fetched.getResult(1);
  now.open = fetched.getResult(2);
  Value comes =
      arith::AndIOp::create(builder, loc, isBelow(now.next, now.end), fills);
  auto enters = scf::IfOp::create(builder, loc, types, comes,
                                  /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPointToEnd(enters.thenBlock());
    Started started = startPlace(lane, now.next, parity, tick);
    Value steps = arith::AndIOp::create(builder, loc, started.steps, now.open);
    memref::StoreOp::create(builder, loc, now.next, samples, lane);
    auto choose = [&](Value condition, Value a, Value b) -> Value {
      return arith::SelectOp::create(builder, loc, condition, a, b);
    };
    Places entered = now;
    entered.done = choose(steps, without(now.done, bit), now.done);
    entered.active = choose(steps, either(now.active, bit), now.active);
    entered.again =
        choose(started.again, either(now.again, bit), without(now.again, bit));
    entered.held = without(now.held, bit);
    entered.next = arith::AddIOp::create(builder, loc, now.next, index(1));
    entered.check = choose(
        steps, arith::MinUIOp::create(builder, loc, now.check, started.last),
        now.check);
    scf::YieldOp::create(builder, loc, entered.values());
    builder.setInsertionPointToEnd(enters.elseBlock());
    Places left = now;
    left.done = without(now.done, bit);
    left.idle = either(now.idle, bit);
    scf::YieldOp::create(builder, loc, left.values());
  }
  scf::YieldOp::create(builder, loc, enters.getResults());
  return Places::of(turns.getResults());
}

// Who goes on after step `tick`. What hardly ever happens hides behind one
// comparison: everybody leaves when somebody cancelled, and so does a sample
// that has had all its steps.
LaneLowering::Checked LaneLowering::checkRarely(Places places, Value again,
                                                Value tick) {
  Value isDue = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge,
                                      tick, places.check);
  auto checked = scf::IfOp::create(
      builder, loc, {i64, tick.getType(), builder.getI1Type()}, isDue,
      /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(checked.thenBlock());
  Value open = arith::AndIOp::create(builder, loc, places.open, notCancelled());
  Value ticks = vector::BroadcastOp::create(
      builder, loc, vectorOf(builder.getIndexType()), tick);
  Value lasts = loadVector(lastSteps, builder.getIndexType());
  Value more = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                     lasts, ticks);
  // The next check: after a period, or with the last step of somebody.
  Value later = arith::AddIOp::create(builder, loc, tick, index(checkPeriod));
  Value laters = vector::BroadcastOp::create(
      builder, loc, vectorOf(builder.getIndexType()), later);
  Value next = vector::ReductionOp::create(
      builder, loc, vector::CombiningKind::MINUI,
      arith::SelectOp::create(builder, loc, more, lasts, laters), later);
  Value goesOn = arith::SelectOp::create(
      builder, loc, open,
      arith::AndIOp::create(builder, loc, again, bitsOf(more)), bits(0));
  scf::YieldOp::create(builder, loc, ValueRange{goesOn, next, open});
  builder.setInsertionPointToEnd(checked.elseBlock());
  scf::YieldOp::create(builder, loc,
                       ValueRange{again, places.check, places.open});
  return {checked.getResult(0), checked.getResult(1), checked.getResult(2)};
}

void LaneLowering::runLoop() {
  uint64_t all = lanes == 64 ? ~uint64_t(0) : (uint64_t(1) << lanes) - 1;
  Value yes =
      arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
  SmallVector<Value> carried =
      Places{bits(0),  bits(all),          bits(0), bits(0), bits(0), index(0),
             index(0), index(checkPeriod), yes}
          .values();
  constexpr size_t parityAt = Places::count, tickAt = parityAt + 1,
                   scalarsAt = tickAt + 1;
  carried.push_back(index(0)); // parity
  carried.push_back(index(0)); // tick: steps that this worker has taken
  llvm::append_range(carried, loadStates());
  SmallVector<Type> types =
      llvm::map_to_vector(carried, [](Value value) { return value.getType(); });
  SmallVector<Location> locations(types.size(), loc);
  auto steps = scf::WhileOp::create(builder, loc, types, carried);
  OpBuilder::InsertionGuard guard(builder);

  // The cold path, where the first samples come in as well.
  Block *before = builder.createBlock(&steps.getBefore(), {}, types, locations);
  ValueRange asked = before->getArguments();
  Places old = Places::of(asked);
  Value changes = either(isSet(old.done), isZero(old.active));
  auto cold = scf::IfOp::create(builder, loc, types, changes,
                                /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPointToEnd(cold.thenBlock());
    storeStates(asked.drop_front(scalarsAt));
    SmallVector<Value> yields =
        changeHands(old, asked[parityAt], asked[tickAt]).values();
    yields.push_back(asked[parityAt]);
    yields.push_back(asked[tickAt]);
    llvm::append_range(yields, loadStates());
    scf::YieldOp::create(builder, loc, yields);
    builder.setInsertionPointToEnd(cold.elseBlock());
    scf::YieldOp::create(builder, loc, asked);
  }
  scf::ConditionOp::create(builder, loc, isSet(cold.getResult(2)),
                           cold.getResults());

  Block *after = builder.createBlock(&steps.getAfter(), {}, types, locations);
  ValueRange now = after->getArguments();
  Places places = Places::of(now);
  Value parity = now[parityAt], tick = now[tickAt];
  ValueRange scalars = now.drop_front(scalarsAt);
  Value other = arith::SubIOp::create(builder, loc, index(1), parity);

  Value mask = laneMask(places.active);
  Batcher batcher(lanes, mask);
  batcher.setSamples(samples);
  auto *argument = loop.getStep().getArguments().begin();
  size_t scalar = 0, tensor = 0;
  if (!argument->use_empty()) {
    Value ticks = vector::BroadcastOp::create(
        builder, loc, vectorOf(builder.getIndexType()), tick);
    Value firsts = loadVector(firstSteps, builder.getIndexType());
    batcher.map(*argument,
                arith::IndexCastOp::create(
                    builder, loc, vectorOf(i32),
                    arith::SubIOp::create(builder, loc, ticks, firsts)));
  }
  ++argument;
  auto readState = [&](const Home &home, Type type) {
    Value memory = home.slots
                       ? window(home, home.vectors, ringPosition(home, tick))
                       : half(home, parity);
    return fromHome(memory, vectorOf(elementTypeOf(type)));
  };
  for (size_t i = 0; i < stateTypes.size(); ++i)
    batcher.map(*argument++, isTensorState(i) ? readState(stateHomes[tensor++],
                                                          stateTypes[i])
                                              : Value(scalars[scalar++]));
  tensor = 0;
  for (size_t i = 0; i < loop.getIns().size(); ++i, ++argument)
    batcher.map(*argument,
                isa<RankedTensorType>(argument->getType())
                    ? fromHome(insHomes[tensor++].vectors,
                               vectorOf(elementTypeOf(argument->getType())))
                    : loadVector(scalarHomes[scalar++], argument->getType()));
  for (Value shared : loop.getShared())
    batcher.map(*argument++, shared);
  for (Value record : recordBuffers)
    batcher.map(*argument++, record);
  // Where the new states go is known before they are computed.
  Value newTick = arith::AddIOp::create(builder, loc, tick, index(1));
  SmallVector<Value> newHalves;
  for (const Home &home : stateHomes)
    newHalves.push_back(
        half(home, home.slots ? ringPosition(home, newTick) : other));
  Block &step = loop.getStep().front();
  batcher.batchBlock(builder, step);
  auto next = cast<NextOp>(step.getTerminator());

  Value again = bitsOf(batcher.wide(builder, next.getAgain()));
  auto [goesOn, check, open] = checkRarely(places, again, newTick);
  Value held = hold.when ? bitsOf(batcher.wide(builder, hold.when)) : bits(0);
  SmallVector<Value> yields =
      Places{without(places.active, goesOn),
             places.idle,
             arith::AndIOp::create(builder, loc, places.active, goesOn),
             again,
             held,
             places.next,
             places.end,
             check,
             open}
          .values();
  yields.push_back(other);
  yields.push_back(newTick);
  tensor = 0;
  SmallVector<std::pair<PushOp, size_t>> pushes;
  for (auto [i, value] : llvm::enumerate(next.getStates())) {
    Value wide =
        batcher.wide(builder, hold.computed[i] ? hold.computed[i] : value);
    if (!isTensorState(i)) {
      yields.push_back(wide);
      continue;
    }
    if (stateHomes[tensor].slots)
      pushes.push_back({wide.getDefiningOp<PushOp>(), tensor});
    else
      toHome(wide, newHalves[tensor]);
    ++tensor;
  }
  SmallVector<Value> parts;
  for (Value part : next.getSums())
    parts.push_back(batcher.wide(builder, part));
  addToTotals(parts, mask);
  for (auto [push, home] : pushes)
    pushToRing(push, stateHomes[home], newHalves[home], newTick);
  scf::YieldOp::create(builder, loc, yields);
  formNests(*after, {rows, rows});
}

// Threads, but no more than there are full blocks of lanes.
Value LaneLowering::countWorkers() {
  Value threads =
      callRuntime(builder, loc, "eqrt_threads", i32, contextOf(builder, loc))
          .getResult();
  threads =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(), threads);
  Value blocks =
      arith::CeilDivUIOp::create(builder, loc, batchSize, index(lanes));
  return arith::MinUIOp::create(builder, loc, threads, blocks);
}

// One worker adds all of a chunk of sums.
Value LaneLowering::wholeSums(Value size) {
  if (loop.getSum().empty())
    return size;
  Value count = arith::CeilDivUIOp::create(builder, loc, size, sumChunk);
  return arith::MulIOp::create(builder, loc, count, sumChunk);
}

// Small enough for all workers to end at about the same time, and so large that
// the counter is no place to queue.
Value LaneLowering::chunkSize(Value workers) {
  if (chunk > 0)
    return wholeSums(index(chunk));
  Value parts = arith::MulIOp::create(builder, loc, workers, index(16));
  parts = arith::MaxUIOp::create(builder, loc, parts, index(1));
  Value even = arith::CeilDivUIOp::create(builder, loc, batchSize, parts);
  return wholeSums(arith::MinUIOp::create(builder, loc, even, index(1024)));
}

// The next samples that nobody has fetched: the first, and the end.
std::pair<Value, Value> LaneLowering::fetch() {
  Value size = arith::IndexCastOp::create(builder, loc, i64, samplesAtOnce);
  Value old =
      memref::AtomicRMWOp::create(builder, loc, i64, arith::AtomicRMWKind::addi,
                                  size, fetchedSamples, ValueRange());
  Value first =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(), old);
  Value end = arith::AddIOp::create(builder, loc, first, samplesAtOnce);
  return {arith::MinUIOp::create(builder, loc, first, batchSize),
          arith::MinUIOp::create(builder, loc, end, batchSize)};
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

// The order in which a sum is added is that of the samples in the batch. So all
// places change hands together: then places hold samples in this order.
void LaneLowering::allocateSums() {
  if (loop.getSum().empty())
    return;
  refill = lanes;
  sumChunk = index(loop.getSumChunk().value_or(LoopOp::defaultSumChunk));
  numChunks = arith::CeilDivUIOp::create(builder, loc, batchSize, sumChunk);
  for (Value sum : loop.getSum()) {
    // Scalars live in memory too: one path for both.
    Value first = sum;
    if (!isa<RankedTensorType>(sum.getType()))
      first = asTensor(sum);
    auto type = cast<RankedTensorType>(first.getType());
    chunkSums.push_back(memref::AllocOp::create(
        builder, loc,
        MemRefType::get(shapeOf(batchedType({ShapedType::kDynamic}, type)),
                        type.getElementType()),
        numChunks, builder.getI64IntegerAttr(64)));
    fillZero(chunkSums.back());
    sums.push_back(allocateLike(type));
    write(first, sums.back());
  }
}

void LaneLowering::allocateTotals() {
  if (loop.getSum().empty())
    return;
  for (Value sum : sums) {
    auto memory = cast<MemRefType>(sum.getType());
    totalHomes.push_back(makeHome(
        {}, RankedTensorType::get(memory.getShape(), memory.getElementType())));
  }
  summed = memref::AllocOp::create(
      builder, loc, MemRefType::get({lanes}, builder.getIndexType()),
      ValueRange(), builder.getI64IntegerAttr(64));
  linalg::FillOp::create(builder, loc, index(-1), summed);
}

// A sample begins with 0.
void LaneLowering::openTotals(Value lane, Value number) {
  if (totalHomes.empty())
    return;
  for (const Home &home : totalHomes)
    fillZero(column(home, {}, lane));
  memref::StoreOp::create(builder, loc, number, summed, lane);
}

// What a step adds for the samples that took it.
void LaneLowering::addToTotals(ValueRange parts, Value mask) {
  for (auto [part, home] : llvm::zip(parts, totalHomes))
    addInto(part, home.vectors, mask);
}

// All places are free: what their samples added up goes to the chunks, in
// order.
void LaneLowering::addTotals() {
  auto places =
      scf::ForOp::create(builder, loc, index(0), index(lanes), index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(places.getBody()->getTerminator());
  Value lane = places.getInductionVar();
  Value number = memref::LoadOp::create(builder, loc, summed, lane);
  Value taken = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                      number, index(0));
  auto adds = scf::IfOp::create(builder, loc, taken, /*withElse=*/false);
  builder.setInsertionPoint(adds.thenYield());
  Value chunk = arith::DivUIOp::create(builder, loc, number, sumChunk);
  for (auto [home, sum] : llvm::zip(totalHomes, chunkSums))
    addInto(column(home, {}, lane), sampleView(sum, chunk));
  memref::StoreOp::create(builder, loc, index(-1), summed, lane);
}

void LaneLowering::addChunks() {
  if (sums.empty())
    return;
  auto chunks = scf::ForOp::create(builder, loc, index(0), numChunks, index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(chunks.getBody()->getTerminator());
  for (auto [chunkSum, sum] : llvm::zip(chunkSums, sums))
    addInto(sampleView(chunkSum, chunks.getInductionVar()), sum);
}

void LaneLowering::report() {
  size_t tensors = 0, choices = 0, rings = 0;
  for (size_t i = 0; i < stateTypes.size(); ++i) {
    tensors += isTensorState(i);
    choices += static_cast<bool>(hold.computed[i]);
    rings += static_cast<bool>(findPush(i));
  }
  std::string text = std::to_string(lanes) +
                     " samples at once on each thread; states in memory: " +
                     std::to_string(tensors) + ", in registers: " +
                     std::to_string(stateTypes.size() - tensors);
  if (choices > 0)
    text += "; a sample that ends keeps its old state without a copy: " +
            std::to_string(choices);
  if (rings > 0)
    text += "; a ring stands for a history: " + std::to_string(rings);
  if (size_t records = loop.getRecord().size())
    text += "; records are written in place: " + std::to_string(records);
  remark::passed(loc, remark::RemarkOpts::name("lanes").category("eq-codegen"))
      << text;
}

void LaneLowering::run() {
  hold = findHold();
  report();
  openBatch();
  allocateResults();
  fetchedSamples = memref::AllocOp::create(
      builder, loc, MemRefType::get({}, i64), builder.getI64IntegerAttr(64));
  memref::StoreOp::create(builder, loc, bits(0), fetchedSamples, ValueRange());
  Value workers = countWorkers();
  samplesAtOnce = chunkSize(workers);
  auto forall =
      scf::ForallOp::create(builder, loc, OpFoldResult(workers), ValueRange(),
                            /*mapping=*/std::nullopt);
  builder.setInsertionPointToStart(forall.getBody());
  allocateHomes();
  occupyPlaces();
  runLoop();
  builder.setInsertionPointAfter(forall);
  addChunks();
  replaceResults();
  loop.erase();
}

struct LowerLaneLoops : impl::LowerLaneLoopsPassBase<LowerLaneLoops> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<LoopOp> loops;
    getOperation().walk([&](LoopOp loop) {
      std::optional<ScheduleAttrInterface> schedule = loop.getSchedule();
      if (schedule && isa<LanesAttr>(*schedule))
        loops.push_back(loop);
    });
    for (LoopOp loop : loops) {
      if (Operation *op = Batcher::findUnsupported(loop.getStep())) {
        op->emitOpError("expected to have a rule for lanes: schedule the loop "
                        "as #eq.serial");
        return signalPassFailure();
      }
      LaneLowering(loop, cast<LanesAttr>(*loop.getSchedule())).run();
    }
    lowerLoopsOfLanes();
  }

  // Loops in steps have become loops of lane blocks. From the outside in: an
  // inner loop is lowered where its parent put it.
  void lowerLoopsOfLanes() {
    auto find = [&] {
      LoopOp found;
      getOperation().walk<WalkOrder::PreOrder>([&](LoopOp loop) {
        if (!isa<VectorType>(loop.getStateTypes().front()))
          return WalkResult::advance();
        found = loop;
        return WalkResult::interrupt();
      });
      return found;
    };
    while (LoopOp loop = find())
      lowerSerially(loop);
  }
};

} // namespace
} // namespace mlir::eq
