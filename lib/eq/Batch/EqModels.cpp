// The rules of eq.
//
//   eq.loop init(%z) max(%m) step {f}
//     -> eq.loop init(%z) max(any) step {      // again: a lane goes on
//          %new = f(%z) on vectors
//          select(%active, %new, %z)           // lanes that are done keep
//          theirs
//        }
//   eq.record %v, %buf[%slot] when %c
//     -> for each lane of the mask: a store to the memory of its sample
//
// The loop of a lane block is a loop of one "sample", the block itself: its
// states are vectors and tensors of vectors, before them (active, again, steps)
// of each lane. All lanes begin it together, so those still active have taken
// as many steps as the loop itself: `k` is one number. It is lowered as any
// inner loop.

#include "Models.h"
#include "eq/Batch/Batch.h"
#include "eq/IR/EqDialect.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::eq {

namespace {

//===----------------------------------------------------------------------===//
// eq.loop
//===----------------------------------------------------------------------===//

class LoopOfLanes {
public:
  LoopOfLanes(LoopOp loop, OpBuilder &builder, Batcher &batcher)
      : loop(loop), builder(builder), batcher(batcher), loc(loop.getLoc()),
        i1(builder.getI1Type()), i32(builder.getI32Type()),
        bools(batcher.vectorOf(i1)), counts(batcher.vectorOf(i32)) {}

  void run();

private:
  // The new region's arguments after the states.
  struct Inputs {
    ValueRange ins, shared;
    Value max; // null: the loop's own
    Value mask, samples;
    ValueRange records;
  };

  void collectOperands();
  Block *addBlock(Region &region, TypeRange leading);
  Inputs inputsOf(ValueRange arguments);
  // A batcher of one of the regions.
  Batcher open(const Inputs &inputs, Value mask);
  void makeStart();
  void makeStep();
  void makeFinish();

  Value below(Value k, Value max) {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, k,
                                 max);
  }
  Value both(Value a, Value b) {
    return arith::AndIOp::create(builder, loc, a, b);
  }
  Value zeros(Type type) {
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  }

  LoopOp loop, made;
  OpBuilder &builder;
  Batcher &batcher;
  Location loc;
  Type i1, i32, bools, counts;

  // The operands of the new loop, and the types its regions have for them.
  SmallVector<Value> init, ins, shared;
  SmallVector<Type> initTypes, insTypes;
  bool hasOwnMax = false, maxIsInput = false;
};

// Which operands differ between lanes decides which types its arguments have.
void LoopOfLanes::collectOperands() {
  auto sampleType = [&](Value operand, Type argument) {
    return batcher.isVarying(operand) ? batcher.widen(argument) : argument;
  };
  bool hasStart = !loop.getStart().empty();
  Region &first = hasStart ? loop.getStart() : loop.getStep();
  for (auto [operand, argument] : llvm::zip(
           loop.getInit(), first.getArguments().drop_front(hasStart ? 0 : 1))) {
    init.push_back(batcher.get(operand));
    initTypes.push_back(sampleType(operand, argument.getType()));
  }
  ValueRange rest =
      loop.getStep().getArguments().drop_front(1 + loop.getStateTypes().size());
  for (auto [operand, argument] : llvm::zip(loop.getIns(), rest)) {
    ins.push_back(batcher.get(operand));
    insTypes.push_back(sampleType(operand, argument.getType()));
  }
  for (Value operand : loop.getShared())
    shared.push_back(batcher.get(operand));

  // A bound that differs between lanes is tested with them.
  Value max = loop.getMax();
  hasOwnMax = batcher.isVarying(max);
  maxIsInput = hasOwnMax && rankOf(max.getType()) > 0;
  if (maxIsInput) {
    ins.push_back(batcher.get(max));
    insTypes.push_back(counts);
  } else if (hasOwnMax) {
    shared.push_back(batcher.get(max));
  }
  shared.push_back(batcher.getMask(builder, loc));
  if (!loop.getRecord().empty()) {
    shared.push_back(batcher.getSamples());
    for (Value record : loop.getRecord())
      shared.push_back(batcher.get(record));
  }
}

Block *LoopOfLanes::addBlock(Region &region, TypeRange leading) {
  SmallVector<Type> types(leading);
  llvm::append_range(types, insTypes);
  llvm::append_range(types, ValueRange(shared).getTypes());
  SmallVector<Location> locations(types.size(), loc);
  return builder.createBlock(&region, region.end(), types, locations);
}

LoopOfLanes::Inputs LoopOfLanes::inputsOf(ValueRange arguments) {
  auto take = [&](size_t n) {
    ValueRange taken = arguments.take_front(n);
    arguments = arguments.drop_front(n);
    return taken;
  };
  Inputs inputs;
  inputs.ins = take(loop.getIns().size());
  if (maxIsInput)
    inputs.max = take(1).front();
  inputs.shared = take(loop.getShared().size());
  if (hasOwnMax && !maxIsInput)
    inputs.max = take(1).front();
  inputs.mask = take(1).front();
  if (!loop.getRecord().empty()) {
    inputs.samples = take(1).front();
    inputs.records = arguments;
  }
  return inputs;
}

Batcher LoopOfLanes::open(const Inputs &inputs, Value mask) {
  Batcher inner(batcher.getLanes(), mask);
  inner.setSamples(inputs.samples);
  return inner;
}

// Every lane of the mask begins; one that has no step to take is done at once.
void LoopOfLanes::makeStart() {
  Block *block = addBlock(made.getStart(), initTypes);
  ValueRange arguments = block->getArguments();
  ValueRange initial = arguments.take_front(init.size());
  Inputs inputs = inputsOf(arguments.drop_front(init.size()));
  Batcher inner = open(inputs, inputs.mask);
  Value again;
  SmallVector<Value> states;
  if (loop.getStart().empty()) {
    again = arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(cast<ShapedType>(bools), true));
    for (auto [state, type] : llvm::zip(initial, loop.getStateTypes()))
      states.push_back(state.getType() == type ? inner.spread(builder, state)
                                               : state);
  } else {
    Block &start = loop.getStart().front();
    ValueRange old = start.getArguments();
    inner.map(old.take_front(init.size()), initial);
    old = old.drop_front(init.size());
    inner.map(old.take_front(loop.getIns().size()), inputs.ins);
    old = old.drop_front(loop.getIns().size());
    inner.map(old.take_front(loop.getShared().size()), inputs.shared);
    old = old.drop_front(loop.getShared().size());
    if (!old.empty())
      inner.map(old, inputs.records);
    inner.batchBlock(builder, start);
    auto next = cast<NextOp>(start.getTerminator());
    again = inner.wide(builder, next.getAgain());
    for (Value state : next.getStates())
      states.push_back(inner.wide(builder, state));
  }
  Value active = both(inputs.mask, again);
  Value steps = zeros(counts);
  if (inputs.max)
    active = both(active, below(steps, inputs.max));
  SmallVector<Value> yields = {active, again, steps};
  llvm::append_range(yields, states);
  NextOp::create(builder, loc, Batcher::anyOf(builder, loc, active), yields,
                 ValueRange(), ValueRange());
}

void LoopOfLanes::makeStep() {
  SmallVector<Type> leading = {i32, bools, bools, counts};
  for (Type type : loop.getStateTypes())
    leading.push_back(batcher.widen(type));
  Block *block = addBlock(made.getStep(), leading);
  ValueRange arguments = block->getArguments();
  Value k = arguments[0], active = arguments[1], again = arguments[2],
        steps = arguments[3];
  ValueRange states = arguments.slice(4, loop.getStateTypes().size());
  Inputs inputs = inputsOf(arguments.drop_front(leading.size()));
  Batcher inner = open(inputs, active);
  Block &step = loop.getStep().front();
  ValueRange old = step.getArguments();
  inner.map(old.front(), k);
  old = old.drop_front();
  inner.map(old.take_front(states.size()), states);
  old = old.drop_front(states.size());
  inner.map(old.take_front(inputs.ins.size()), inputs.ins);
  old = old.drop_front(inputs.ins.size());
  inner.map(old.take_front(inputs.shared.size()), inputs.shared);
  inner.map(old.drop_front(inputs.shared.size()), inputs.records);
  inner.batchBlock(builder, step);

  auto next = cast<NextOp>(step.getTerminator());
  auto frozen = [&](Value value, Value before) {
    return inner.select(builder, loc, active, value, before);
  };
  Value goesOn = inner.wide(builder, next.getAgain());
  Value taken = arith::AddIOp::create(
      builder, loc, k, arith::ConstantIntOp::create(builder, loc, i32, 1));
  Value takenByAll = vector::BroadcastOp::create(builder, loc, counts, taken);
  Value stillActive = both(active, goesOn);
  if (inputs.max)
    stillActive = both(stillActive, below(takenByAll, inputs.max));
  SmallVector<Value> yields = {stillActive, frozen(goesOn, again),
                               frozen(takenByAll, steps)};
  for (auto [value, before] : llvm::zip(next.getStates(), states))
    yields.push_back(frozen(inner.wide(builder, value), before));
  SmallVector<Value> sums;
  for (Value value : next.getSums()) {
    Value part = inner.wide(builder, value);
    // x + 0 has the bits of x: a sum that begins with 0 is never -0.
    Value zero;
    if (auto tensor = dyn_cast<RankedTensorType>(part.getType())) {
      Value element = zeros(tensor.getElementType());
      zero = tensor::SplatOp::create(builder, loc, element, tensor);
    } else {
      zero = zeros(part.getType());
    }
    sums.push_back(frozen(part, zero));
  }
  NextOp::create(builder, loc, Batcher::anyOf(builder, loc, stillActive),
                 yields, ValueRange(), sums);
}

// For every lane, also for those that took no step.
void LoopOfLanes::makeFinish() {
  SmallVector<Type> leading = {i32, i1, bools, bools, counts};
  for (Type type : loop.getStateTypes())
    leading.push_back(batcher.widen(type));
  Block *block = addBlock(made.getFinish(), leading);
  ValueRange arguments = block->getArguments();
  Value again = arguments[3], steps = arguments[4];
  ValueRange states = arguments.slice(5, loop.getStateTypes().size());
  SmallVector<Value> yields(states);
  if (!loop.getFinish().empty()) {
    Inputs inputs = inputsOf(arguments.drop_front(leading.size()));
    Batcher inner = open(inputs, inputs.mask);
    Block &finish = loop.getFinish().front();
    ValueRange old = finish.getArguments();
    inner.map(old[0], steps);
    inner.map(old[1], again);
    old = old.drop_front(2);
    inner.map(old.take_front(states.size()), states);
    old = old.drop_front(states.size());
    inner.map(old.take_front(inputs.ins.size()), inputs.ins);
    inner.map(old.drop_front(inputs.ins.size()), inputs.shared);
    inner.batchBlock(builder, finish);
    yields.clear();
    for (Value value : finish.getTerminator()->getOperands())
      yields.push_back(inner.wide(builder, value));
  }
  yields.push_back(steps);
  YieldOp::create(builder, loc, yields);
}

void LoopOfLanes::run() {
  collectOperands();
  SmallVector<Value> sums;
  for (Value sum : loop.getSum())
    sums.push_back(batcher.wide(builder, sum));
  Value max = loop.getMax();
  if (hasOwnMax)
    max = arith::ConstantIntOp::create(builder, loc, i32,
                                       std::numeric_limits<int32_t>::max());
  else
    max = batcher.get(max);
  SmallVector<Type> results;
  for (Value final : loop.getFinals())
    results.push_back(batcher.widen(final.getType()));
  results.push_back(batcher.widen(loop.getSteps().getType()));
  results.push_back(loop.getSteps().getType());
  llvm::append_range(results, ValueRange(sums).getTypes());
  made = LoopOp::create(builder, loc, results, init, ins, shared, ValueRange(),
                        sums, max);
  if (loop.getSumChunk())
    made.setSumChunk(loop.getSumChunk());
  {
    OpBuilder::InsertionGuard guard(builder);
    makeStart();
    makeStep();
    makeFinish();
  }
  ValueRange finals = made.getFinals();
  batcher.map(loop.getFinals(), finals.drop_back());
  batcher.map(loop.getSteps(), finals.back());
  for (auto [result, record] : llvm::zip(loop.getRecords(), loop.getRecord()))
    batcher.map(result, batcher.get(record));
  batcher.map(loop.getSums(), made.getSums());
}

struct LoopModel : BatchableOpInterface::ExternalModel<LoopModel, LoopOp> {
  // Records go to the memory of the outermost loop. A loop with a record of its
  // own, which the body reads afterwards, has none.
  bool hasBatchRule(Operation *op) const {
    return llvm::all_of(cast<LoopOp>(op).getRecord(), [](Value record) {
      Operation *maker = record.getDefiningOp();
      return !maker ||
             isa<LoopOp, RecordOp, scf::ForOp, scf::IfOp, scf::WhileOp>(maker);
    });
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    LoopOfLanes(cast<LoopOp>(op), builder, batcher).run();
  }
};

//===----------------------------------------------------------------------===//
// eq.record
//===----------------------------------------------------------------------===//

struct RecordModel
    : BatchableOpInterface::ExternalModel<RecordModel, RecordOp> {
  // The lanes that write: those that run, want to, and name a slot that exists.
  static Value lanesThatWrite(RecordOp record, OpBuilder &builder,
                              Batcher &batcher) {
    Location loc = record.getLoc();
    Value slot = batcher.wide(builder, record.getSlot());
    auto compare = [&](arith::CmpIPredicate predicate, int64_t value) -> Value {
      Value bound = arith::ConstantOp::create(
          builder, loc,
          DenseElementsAttr::get(cast<ShapedType>(slot.getType()),
                                 builder.getIndexAttr(value)));
      return arith::CmpIOp::create(builder, loc, predicate, slot, bound);
    };
    Value inside = arith::AndIOp::create(
        builder, loc, compare(arith::CmpIPredicate::sge, 0),
        compare(arith::CmpIPredicate::slt,
                record.getBuffer().getType().getDimSize(0)));
    Value wants = batcher.wide(builder, record.getWhen());
    return batcher.narrowed(builder, loc,
                            arith::AndIOp::create(builder, loc, inside, wants));
  }

  // Writes the value of one lane to memory[sample, slot, ..].
  static void store(RecordOp record, OpBuilder &builder, Batcher &batcher,
                    Value lane) {
    Location loc = record.getLoc();
    auto laneOf = [&](Value value) -> Value {
      if (!isa<VectorType>(value.getType()))
        return value;
      return vector::ExtractOp::create(builder, loc, value, lane);
    };
    Value memory = batcher.get(record.getBuffer());
    SmallVector<Value> place = {
        memref::LoadOp::create(builder, loc, batcher.getSamples(), lane),
        laneOf(batcher.get(record.getSlot()))};
    Value value = batcher.get(record.getValue());
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    if (!tensor) {
      memref::StoreOp::create(builder, loc, laneOf(value), memory, place);
      return;
    }
    auto constant = [&](int64_t number) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, number);
    };
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Value> indices;
    for (int64_t size : tensor.getShape()) {
      auto loop = scf::ForOp::create(builder, loc, constant(0), constant(size),
                                     constant(1));
      indices.push_back(loop.getInductionVar());
      builder.setInsertionPoint(loop.getBody()->getTerminator());
    }
    Value element = tensor::ExtractOp::create(builder, loc, value, indices);
    llvm::append_range(place, indices);
    memref::StoreOp::create(builder, loc, laneOf(element), memory, place);
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto record = cast<RecordOp>(op);
    Location loc = op->getLoc();
    batcher.map(record.getResult(), batcher.get(record.getBuffer()));
    Value bits =
        Batcher::bitsOf(builder, loc, lanesThatWrite(record, builder, batcher));
    Type type = builder.getI64Type();
    if (bits.getType() != type)
      bits = arith::ExtUIOp::create(builder, loc, type, bits);
    auto constant = [&](OpBuilder &nested, int64_t value) -> Value {
      return arith::ConstantIntOp::create(nested, loc, type, value);
    };
    // One lane after another, from the lowest bit on.
    scf::WhileOp::create(
        builder, loc, type, bits,
        [&](OpBuilder &nested, Location, ValueRange left) {
          Value any =
              arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::ne,
                                    left[0], constant(nested, 0));
          scf::ConditionOp::create(nested, loc, any, left);
        },
        [&](OpBuilder &nested, Location, ValueRange left) {
          Value position =
              math::CountTrailingZerosOp::create(nested, loc, left[0]);
          Value lane = arith::IndexCastOp::create(
              nested, loc, nested.getIndexType(), position);
          store(record, nested, batcher, lane);
          Value less =
              arith::SubIOp::create(nested, loc, left[0], constant(nested, 1));
          Value rest = arith::AndIOp::create(nested, loc, left[0], less);
          scf::YieldOp::create(nested, loc, rest);
        });
  }
};

// A shift of vectors or tensors of them.
struct PushModel : BatchableOpInterface::ExternalModel<PushModel, PushOp> {
  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    batcher.widenOp(builder, op);
  }
};

} // namespace

void registerEqBatchModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, EqDialect *) {
    LoopOp::attachInterface<LoopModel>(*context);
    PushOp::attachInterface<PushModel>(*context);
    RecordOp::attachInterface<RecordModel>(*context);
  });
}

} // namespace mlir::eq
