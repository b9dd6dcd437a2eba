// Turns loops into scf and memref, one sample after another.
//
//   eq.loop init(%z) .. step {f}      for b in samples:
//                                       s[0] = start(init[b]); k = 0; p = 0
//                                 ->    while again and k < max:
//                                         s[1 - p] = step(k, s[p]); p = 1 - p
//                                       results[b] = finish(k, again, s[p])
//
// s is one memref<2 x state> per tensor state; scalar states are carried by the
// while. Regions become tensor islands: `to_tensor` at their start,
// `materialize_in_destination` at their end.

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/Codegen/Host/LoopLowering.h"
#include "eq/Codegen/Host/Slots.h"
#include "eq/Codegen/Nests/Nests.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERSERIALLOOPSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

// A choice between two whole tensors by one condition, as fuse writes it:
//
//   linalg.generic ins(%a, %b) { linalg.yield (arith.select %condition, ..) }
struct Choice {
  Value condition, whenTrue, whenFalse;
};

std::optional<Choice> choiceOf(Value value) {
  auto generic = value.getDefiningOp<linalg::GenericOp>();
  if (!generic || generic->getNumResults() != 1 ||
      generic.getNumParallelLoops() != generic.getNumLoops() ||
      !llvm::all_of(generic.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isIdentity(); }))
    return std::nullopt;
  Block *body = generic.getBody();
  auto select =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::SelectOp>();
  if (!select || select->getBlock() != body ||
      body->getOperations().size() != 2)
    return std::nullopt;
  auto inputOf = [&](Value element) -> Value {
    auto argument = dyn_cast<BlockArgument>(element);
    if (!argument || argument.getOwner() != body ||
        argument.getArgNumber() >= generic.getNumDpsInputs())
      return nullptr;
    return generic.getDpsInputs()[argument.getArgNumber()];
  };
  Choice choice = {select.getCondition(), inputOf(select.getTrueValue()),
                   inputOf(select.getFalseValue())};
  bool fromOutside = choice.condition.getParentBlock() != body &&
                     !isa<VectorType>(choice.condition.getType());
  if (!fromOutside || !choice.whenTrue || !choice.whenFalse)
    return std::nullopt;
  return choice;
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

class SerialLowering : LoopLowering {
public:
  explicit SerialLowering(LoopOp loop) : LoopLowering(loop) {}

  void run();

private:
  // The state in flight.
  struct State {
    Value k, again, parity;
    SmallVector<Value> scalars; // null where the state is a tensor
  };

  void allocate();
  State runStart(const Sample &sample);
  State runSteps(const Sample &sample, const State &state);
  void runFinish(const Sample &sample, const State &state, Value index);
  void runSample(Value index);
  void runChunks();

  void transposeShared(Operation *steps);
  Value stateView(size_t state, Value parity);
  SmallVector<Value> readStates(const State &state);

  SmallVector<Value> stateBuffers; // memref<2 x state>, null for scalars
  SmallVector<Value> totals, partials;
};

void SerialLowering::allocate() {
  for (Type type : stateTypes) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    stateBuffers.push_back(
        tensor ? memref::AllocOp::create(
                     builder, loc,
                     MemRefType::get(shapeOf(batchedType({2}, tensor)),
                                     tensor.getElementType()),
                     ValueRange(), builder.getI64IntegerAttr(64))
               : Value());
  }
  allocateFinals();
  for (Value record : loop.getRecord()) {
    recordBuffers.push_back(allocateLike(record.getType()));
    write(record, recordBuffers.back());
  }
  for (Value sum : loop.getSum()) {
    // Scalars live in memory too: one path for both.
    for (auto *places : {&totals, &partials, &sums})
      places->push_back(allocateLike(sum.getType()));
    write(isa<RankedTensorType>(sum.getType()) ? sum : asTensor(sum),
          sums.back());
  }
}

Value SerialLowering::stateView(size_t state, Value parity) {
  return sampleView(stateBuffers[state], parity);
}

SmallVector<Value> SerialLowering::readStates(const State &state) {
  SmallVector<Value> values;
  for (size_t i = 0; i < stateTypes.size(); ++i)
    values.push_back(isTensorState(i) ? readTensor(stateView(i, state.parity))
                                      : state.scalars[i]);
  return values;
}

SerialLowering::State SerialLowering::runStart(const Sample &sample) {
  State state;
  state.k = count(0);
  state.parity = index(0);
  SmallVector<Value> values;
  if (loop.getStart().empty()) {
    state.again =
        arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
    values = sample.init;
  } else {
    SmallVector<Value> arguments = sample.init;
    llvm::append_range(arguments, sample.ins);
    llvm::append_range(arguments, loop.getShared());
    bool takesRecords = loop.getStart().getNumArguments() > arguments.size();
    if (takesRecords)
      for (Value record : sample.records)
        arguments.push_back(readTensor(record, /*writable=*/true));
    SmallVector<Value> next = inlineRegion(loop.getStart(), arguments);
    state.again = next.front();
    values.append(next.begin() + 1, next.begin() + 1 + stateTypes.size());
    if (takesRecords)
      for (auto [i, record] : llvm::enumerate(sample.records))
        write(next[1 + stateTypes.size() + i], record);
  }
  for (size_t i = 0; i < stateTypes.size(); ++i) {
    if (isTensorState(i))
      write(values[i], stateView(i, state.parity));
    state.scalars.push_back(isTensorState(i) ? Value() : values[i]);
  }
  return state;
}

SerialLowering::State SerialLowering::runSteps(const Sample &sample,
                                               const State &start) {
  SmallVector<Value> carried = {start.k, start.again, start.parity};
  for (Value scalar : start.scalars)
    if (scalar)
      carried.push_back(scalar);
  auto unpack = [&](ValueRange values) {
    State state;
    state.k = values[0];
    state.again = values[1];
    state.parity = values[2];
    size_t at = 3;
    for (size_t i = 0; i < stateTypes.size(); ++i)
      state.scalars.push_back(isTensorState(i) ? Value() : values[at++]);
    return state;
  };

  SmallVector<Type> types =
      llvm::map_to_vector(carried, [](Value value) { return value.getType(); });
  SmallVector<Location> locations(types.size(), loc);
  auto loopOp = scf::WhileOp::create(builder, loc, types, carried);
  OpBuilder::InsertionGuard guard(builder);

  // Go on while the step says so, the bound allows it and nobody cancelled.
  Block *before =
      builder.createBlock(&loopOp.getBefore(), {}, types, locations);
  State asked = unpack(before->getArguments());
  Value below = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                      asked.k, sample.max);
  Value goesOn = arith::AndIOp::create(builder, loc, asked.again, below);
  Value phase =
      arith::AndIOp::create(builder, loc, asked.k, count(checkPeriod - 1));
  Value polls = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                      phase, count(0));
  auto cancelled = scf::IfOp::create(builder, loc, goesOn.getType(), polls,
                                     /*withElseRegion=*/true);
  OpBuilder then = cancelled.getThenBodyBuilder();
  Value flag =
      callRuntime(then, loc, "eqrt_cancelled", i32, contextOf(then, loc))
          .getResult();
  Value zero = arith::ConstantIntOp::create(then, loc, i32, 0);
  Value clear =
      arith::CmpIOp::create(then, loc, arith::CmpIPredicate::eq, flag, zero);
  Value both = arith::AndIOp::create(then, loc, goesOn, clear);
  scf::YieldOp::create(then, loc, both);
  OpBuilder otherwise = cancelled.getElseBodyBuilder();
  scf::YieldOp::create(otherwise, loc, goesOn);
  scf::ConditionOp::create(builder, loc, cancelled.getResult(0),
                           before->getArguments());

  Block *after = builder.createBlock(&loopOp.getAfter(), {}, types, locations);
  State state = unpack(after->getArguments());
  SmallVector<Value> arguments = {state.k};
  SmallVector<Value> states = readStates(state);
  llvm::append_range(arguments, states);
  llvm::append_range(arguments, sample.ins);
  llvm::append_range(arguments, loop.getShared());
  for (Value record : sample.records)
    arguments.push_back(readTensor(record, /*writable=*/true));
  // Where the new states go is known before they are computed, so that they are
  // computed there.
  Value other = arith::SubIOp::create(builder, loc, index(1), state.parity);
  SmallVector<Value> newStates;
  for (size_t i = 0; i < stateTypes.size(); ++i)
    newStates.push_back(isTensorState(i) ? stateView(i, other) : Value());
  SmallVector<Value> next = inlineRegion(loop.getStep(), arguments);
  ArrayRef<Value> values(next);
  values = values.drop_front();

  // A step that hands back its old state when something is wrong selects
  // between old and new by one condition. Then the new state is written, and
  // the old half stays the current one: no copy.
  Value keepsOld;
  bool selectsAll = true;
  for (size_t i = 0; i < stateTypes.size(); ++i) {
    if (!isTensorState(i))
      continue;
    std::optional<Choice> choice = choiceOf(values[i]);
    bool matches = choice && choice->whenTrue == states[i] &&
                   (!keepsOld || keepsOld == choice->condition);
    selectsAll &= matches;
    if (matches)
      keepsOld = choice->condition;
  }
  Value parity = other;
  if (keepsOld && selectsAll)
    parity =
        arith::SelectOp::create(builder, loc, keepsOld, state.parity, other);
  SmallVector<Value> yielded = {
      arith::AddIOp::create(builder, loc, state.k, count(1)), next.front(),
      parity};
  for (size_t i = 0; i < stateTypes.size(); ++i) {
    if (!isTensorState(i)) {
      yielded.push_back(values[i]);
      continue;
    }
    Value value = values[i];
    if (keepsOld && selectsAll)
      value = choiceOf(value)->whenFalse;
    write(value, newStates[i]);
  }
  values = values.drop_front(stateTypes.size());
  for (auto [value, record] : llvm::zip(values, sample.records))
    write(value, record);
  values = values.drop_front(sample.records.size());
  for (auto [value, total] : llvm::zip(values, totals))
    addInto(value, total);
  scf::YieldOp::create(builder, loc, yielded);
  transposeShared(loopOp);
  return unpack(loopOp.getResults());
}

// A step sums the rows of matrices in vectors where the rows are neighbours in
// memory: what does not change is transposed once, before all loops around.
void SerialLowering::transposeShared(Operation *steps) {
  // One step would not pay for it.
  if (matchPattern(loop.getMax(), m_One()))
    return;
  using Wanted = std::pair<Value, ArrayAttr>;
  DenseMap<Wanted, Value> made;
  transposeForRows(steps, [&](Value tensor, ArrayRef<int64_t> permutation) {
    Block *block = tensor.getParentBlock();
    Operation *around = block->findAncestorOpInBlock(*steps);
    if (!around)
      return Value();
    Value &transposed = made[{tensor, builder.getI64ArrayAttr(permutation)}];
    if (!transposed) {
      auto type = cast<RankedTensorType>(tensor.getType());
      SmallVector<int64_t> shape =
          applyPermutation(type.getShape(), permutation);
      OpBuilder before(around);
      Value empty =
          tensor::EmptyOp::create(before, loc, shape, type.getElementType());
      transposed =
          linalg::TransposeOp::create(before, loc, tensor, empty, permutation)
              ->getResult(0);
    }
    return transposed;
  });
}

void SerialLowering::runFinish(const Sample &sample, const State &state,
                               Value index) {
  SmallVector<Value> values = readStates(state);
  if (!loop.getFinish().empty()) {
    SmallVector<Value> arguments = {state.k, state.again};
    llvm::append_range(arguments, values);
    llvm::append_range(arguments, sample.ins);
    llvm::append_range(arguments, loop.getShared());
    values = inlineRegion(loop.getFinish(), arguments);
  }
  for (auto [value, buffer] : llvm::zip(values, finalBuffers)) {
    if (!buffer)
      finalScalars.push_back(value);
    else if (!hasBatch)
      write(value, buffer);
    else if (isa<RankedTensorType>(value.getType()))
      write(value, sampleView(buffer, index));
    else
      memref::StoreOp::create(builder, loc, value, buffer, index);
  }
  if (hasBatch)
    memref::StoreOp::create(builder, loc, state.k, stepsBuffer, index);
  else
    stepsScalar = state.k;
}

void SerialLowering::runSample(Value index) {
  for (Value total : totals)
    fillZero(total);
  Sample sample = openSample(index);
  State state = runStart(sample);
  state = runSteps(sample, state);
  runFinish(sample, state, index);
  for (auto [total, partial] : llvm::zip(totals, partials))
    addInto(total, partial);
}

// All samples in index order; sums are added up chunk by chunk.
void SerialLowering::runChunks() {
  if (!hasBatch) {
    for (Value partial : partials)
      fillZero(partial);
    runSample(Value());
  } else if (sums.empty()) {
    auto samples =
        scf::ForOp::create(builder, loc, index(0), batchSize, index(1));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(samples.getBody()->getTerminator());
    runSample(samples.getInductionVar());
    return;
  } else {
    int64_t size = loop.getSumChunk().value_or(LoopOp::defaultSumChunk);
    auto chunks =
        scf::ForOp::create(builder, loc, index(0), batchSize, index(size));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(chunks.getBody()->getTerminator());
    for (Value partial : partials)
      fillZero(partial);
    Value first = chunks.getInductionVar();
    Value end = arith::AddIOp::create(builder, loc, first, index(size));
    end = arith::MinSIOp::create(builder, loc, end, batchSize);
    auto samples = scf::ForOp::create(builder, loc, first, end, index(1));
    {
      OpBuilder::InsertionGuard inner(builder);
      builder.setInsertionPoint(samples.getBody()->getTerminator());
      runSample(samples.getInductionVar());
    }
    for (auto [partial, sum] : llvm::zip(partials, sums))
      addInto(partial, sum);
    return;
  }
  for (auto [partial, sum] : llvm::zip(partials, sums))
    addInto(partial, sum);
}

void SerialLowering::run() {
  openBatch();
  allocate();
  runChunks();
  replaceResults();
  loop.erase();
}

} // namespace

void lowerSerially(LoopOp loop) { SerialLowering(loop).run(); }

namespace {

struct LowerSerialLoops : impl::LowerSerialLoopsPassBase<LowerSerialLoops> {
  using Base::Base;

  void runOnOperation() override {
    lowerSlots(getOperation());
    // From the outside in: an inner loop is lowered where its parent put it.
    while (LoopOp loop = findOutermost()) {
      report(loop);
      SerialLowering(loop).run();
    }
    getOperation().walk(lowerCancelled);
  }

  static void report(LoopOp loop) {
    std::string text = loop.getBatchDims().empty()
                           ? "one sample, on the thread of the call"
                           : "one sample after another, on the thread of the "
                             "call";
    if (size_t records = loop.getRecord().size())
      text += "; records are written in place: " + std::to_string(records);
    remark::passed(loop.getLoc(),
                   remark::RemarkOpts::name("serial").category("eq-codegen"))
        << text;
  }

  // No loop is left that would keep the context out.
  static void lowerCancelled(CancelledOp op) {
    OpBuilder builder(op);
    Location loc = op.getLoc();
    Type i32 = builder.getI32Type();
    Value flag = callRuntime(builder, loc, "eqrt_cancelled", i32,
                             contextOf(builder, loc))
                     .getResult();
    Value zero = arith::ConstantIntOp::create(builder, loc, i32, 0);
    Value isSet = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                        flag, zero);
    op.replaceAllUsesWith(isSet);
    op.erase();
  }

  LoopOp findOutermost() {
    LoopOp found;
    getOperation().walk<WalkOrder::PreOrder>([&](LoopOp loop) {
      found = loop;
      return WalkResult::interrupt();
    });
    return found;
  }
};

} // namespace
} // namespace mlir::eq
