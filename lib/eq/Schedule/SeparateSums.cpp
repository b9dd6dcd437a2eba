// Sums over samples, taken out of a loop.
//
//   %z, %n, %total = eq.loop init(%z0) sum(%s) max(%m)
//       step(k, z): next again, z' sum(t)
//     ->
//   %z, %own, %n = eq.loop init(%z0) max(%m)
//       start(z): next true, z, 0.0    step(k, z, own): next again, z', own + t
//   %.., %total = eq.loop init(%n) ins(%own) sum(%s) max(1)
//       step(k, n, own): next false, n sum(own)
//
// What a sample adds up starts from 0.0 either way, and is never -0.0, so that
// adding it to 0.0 once more changes nothing.

#include "SeparateSums.h"
#include "eq/Batch/Elementwise.h"
#include "eq/IR/LoopRegions.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::eq;

// %a + %b, where %a may be overwritten.
static Value addTo(OpBuilder &builder, Location loc, Value a, Value b) {
  auto type = dyn_cast<RankedTensorType>(a.getType());
  if (!type)
    return arith::AddFOp::create(builder, loc, a, b);
  return makeElementwise(
      builder, loc, b, a, [&](OpBuilder &nested, ValueRange elements) -> Value {
        return arith::AddFOp::create(nested, loc, elements[1], elements[0]);
      });
}

static LoopOp createSamples(OpBuilder &builder, LoopOp loop) {
  Location loc = loop.getLoc();
  LoopOp written = loop.clone();
  builder.insert(written);
  ensureStart(written);
  ensureFinish(written);

  SmallVector<Type> types(written.getFinals().getTypes());
  for (Value sum : written.getSum())
    types.push_back(batchedType(written.getBatchDims(), sum.getType()));
  types.push_back(written.getSteps().getType());
  llvm::append_range(types, written.getRecords().getTypes());
  auto samples = LoopOp::create(
      builder, loc, types, written.getInit(), written.getIns(),
      written.getShared(), written.getRecord(), ValueRange(), written.getMax());
  samples->setDiscardableAttrs(written->getDiscardableAttrDictionary());
  samples.setScheduleAttr(written.getScheduleAttr());
  for (auto [to, from] :
       llvm::zip(samples->getRegions(), written->getRegions()))
    to.takeBody(from);

  auto nextOf = [](Region &region) {
    return cast<NextOp>(region.front().getTerminator());
  };
  size_t numStates = nextOf(samples.getStep()).getStates().size();
  auto sumTypes = llvm::to_vector(written.getSum().getTypes());
  written.erase();
  OpBuilder::InsertionGuard guard(builder);
  for (auto [i, type] : llvm::enumerate(sumTypes)) {
    NextOp first = nextOf(samples.getStart());
    builder.setInsertionPoint(first);
    first.getStatesMutable().append(
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type))
            .getResult());

    BlockArgument own =
        samples.getStep().insertArgument(1 + numStates + i, type, loc);
    NextOp next = nextOf(samples.getStep());
    builder.setInsertionPoint(next);
    next.getStatesMutable().append(addTo(builder, loc, own, next.getSums()[i]));

    BlockArgument last =
        samples.getFinish().insertArgument(2 + numStates + i, type, loc);
    Operation *yield = samples.getFinish().front().getTerminator();
    yield->insertOperands(yield->getNumOperands(), last);
  }
  nextOf(samples.getStep()).getSumsMutable().clear();
  return samples;
}

static LoopOp createAdder(OpBuilder &builder, LoopOp loop, LoopOp samples) {
  Location loc = loop.getLoc();
  auto own = samples.getFinals().take_back(loop.getSum().size());
  Type count = samples.getSteps().getType();
  SmallVector<Type> types = {count, count};
  llvm::append_range(types, loop.getSum().getTypes());
  Value one = arith::ConstantIntOp::create(builder, loc, 1, 32);
  auto adder = LoopOp::create(builder, loc, types, samples.getSteps(), own,
                              ValueRange(), ValueRange(), loop.getSum(), one);
  adder.setSumChunkAttr(loop.getSumChunkAttr());
  adder.setScheduleAttr(SerialAttr::get(builder.getContext()));

  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> arguments(2, builder.getI32Type());
  llvm::append_range(arguments, loop.getSum().getTypes());
  Block *block =
      builder.createBlock(&adder.getStep(), {}, arguments,
                          SmallVector<Location>(arguments.size(), loc));
  Value no = arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 0);
  NextOp::create(builder, loc, no, block->getArgument(1), ValueRange(),
                 block->getArguments().drop_front(2));
  return adder;
}

SeparatedSums mlir::eq::separateSums(LoopOp loop) {
  OpBuilder builder(loop);
  LoopOp samples = createSamples(builder, loop);
  return {samples, createAdder(builder, loop, samples)};
}

SmallVector<Value> SeparatedSums::getResults() {
  size_t numSums = adder.getSum().size();
  SmallVector<Value> results(samples.getFinals().drop_back(numSums));
  results.push_back(samples.getSteps());
  llvm::append_range(results, samples.getRecords());
  llvm::append_range(results, adder.getSums());
  return results;
}

void SeparatedSums::erase() {
  Operation *one = adder.getMax().getDefiningOp();
  adder.erase();
  one->erase();
  samples.erase();
}
