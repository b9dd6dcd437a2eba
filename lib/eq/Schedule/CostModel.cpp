// What a step costs, one sample after another and in lanes.
//
// A count, not a simulation: operations times what each occupies of a core.
// Vectors that are wider than the machine's count as several, narrower ones as
// one.

#include "CostModel.h"
#include "eq/Analysis/Rows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/SaveAndRestore.h"

namespace mlir::eq {

namespace {

// Everything that was measured or read somewhere. "Fitted" means: to bench/run
// on a Zen 3 at AVX2, one thread, where bench/predictions compares them.
namespace costs {

// ns of a cycle: 3.3 GHz.
constexpr double cycle = 0.3;

// Cycles of an operation. Scalar code of one sample waits for its operands
// (latency 3 to 4, three to four in flight). One vector per value waits as
// well, two overlap, four and more wait for registers more than for each other.
// More than four make long code, of which the processor does not keep all
// decoded instructions (4096 on Zen 3; those that are counted here are two
// fifths of it). Loops over rows have rows to overlap. Fitted.
constexpr double scalar = 1.0;
constexpr double straightOne = 1.1, straightTwo = 0.85, straightFour = 0.75,
                 straightLong = 1.0, longCode = 1200;
constexpr double rowwise = 0.85;

// A multiply-add takes 4 cycles, and two start in each (vendors' tables for
// Zen 2 to 5, Skylake and later). Fitted: they reach two thirds of this.
constexpr double latency = 4, throughput = 0.5, sumsEfficiency = 0.67;
// Sums that do not fit into registers are stored and loaded. Fitted. A tile
// has its sums, the vectors of one column and one factor in registers.
constexpr double spill = 2.2, spare = 1;

// Divisions and roots: not pipelined, a vector every 4 to 8 cycles; a number
// alone is waited for (the same tables).
constexpr double slow = 6, slowAlone = 13;
// Operations around the division of a remainder (LowerRemainders), which mostly
// takes one turn of its loop.
constexpr double aroundRemainder = 40;
// Loads and stores that meet in L1: two and one a cycle.
constexpr double move = 0.5;
// More for each byte, from L2 (32 bytes a cycle) and from behind it (fitted).
constexpr double fromL2 = 1.0 / 32, fromFar = 1.0 / 5;

// Rows that are the elements of one vector, at most (Nests). A vector of sums
// of a sample alone, whose factors are in L1, and further away. Fitted.
constexpr double mostWide = 8;
constexpr double wideSums = 1, wideSumsFar = 2;

// A call of the C library's functions, 10 to 30 ns; an access by a lane's own
// index: extract, load, insert.
constexpr double call = 60, gather = 3;

// The loop around a step, and around one of lanes with its masks. When places
// of lanes change hands: the way in and out, which all that leave together
// share; for each of them mispredicted branches, and stores that loads wait
// for; and each scalar that is moved (0.3 ns). Fitted.
constexpr double stepAlone = 4, step = 12, change = 70, leave = 40, moved = 1;

// Nobody knows how many steps samples take, nor what a branch or an inner loop
// does: steps of a loop, of one in a step, and turns of a
// loop with bounds of its own; and how much longer the slowest of several
// samples takes.
constexpr double steps = 24, innerSteps = 10, turns = 8, slowest = 1.5;

} // namespace costs

// Dimensions of at most so many elements are unrolled by nests.
constexpr double unrolled = 8;

size_t placeOf(Type type) {
  Type element = getElementTypeOrSelf(type);
  // Booleans go along with what was compared, mostly numbers of 32 bits.
  if (!element.isIntOrFloat() || element.isInteger(1))
    return 2;
  unsigned bits = element.getIntOrFloatBitWidth();
  return bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
}

// The widest values that an op reads or makes.
size_t placeOf(Operation *op) {
  size_t place = 0;
  for (Type type : op->getOperandTypes())
    place = std::max(place, placeOf(type));
  for (Type type : op->getResultTypes())
    place = std::max(place, placeOf(type));
  return place;
}

bool isSlow(Operation *op) {
  return isa<arith::DivFOp, arith::RemFOp, arith::DivSIOp, arith::DivUIOp,
             arith::RemSIOp, arith::RemUIOp, math::SqrtOp, math::RsqrtOp>(op);
}

// Functions that are no instructions.
bool isCall(Operation *op) {
  return isa<math::MathDialect>(op->getDialect()) &&
         !isa<math::AbsFOp, math::AbsIOp, math::CopySignOp, math::FmaOp,
              math::SqrtOp, math::RsqrtOp, math::FloorOp, math::CeilOp,
              math::TruncOp, math::RoundEvenOp, math::CtPopOp,
              math::CountLeadingZerosOp, math::CountTrailingZerosOp,
              math::IsNaNOp, math::IsInfOp, math::IsFiniteOp>(op);
}

int64_t elementsOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() ? tensor.getNumElements() : 1;
}

// Elements that an op on tensors reads or writes. Views read none, unless each
// sample has its own.
int64_t elementsTouched(Operation *op, bool isOwn, bool isAlone) {
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return elementsOf(insert.getSourceType());
  if (auto push = dyn_cast<PushOp>(op)) {
    // Lanes have a ring, with two copies of what is new.
    int64_t all = elementsOf(push.getHistory().getType());
    return isAlone ? all
                   : std::min(all, 2 * elementsOf(push.getValue().getType()));
  }
  if (isOwn && isa<tensor::ExtractSliceOp>(op))
    return elementsOf(op->getResult(0).getType());
  return isa<tensor::ExtractOp, tensor::InsertOp, RecordOp>(op);
}

// Adds up the ops of a region.
class Counter {
public:
  // Alone, one side of a branch is taken; beside other samples, both.
  // Tensors that do not vary are transposed before many steps.
  Counter(Work &work, bool isAlone, bool transposes, int64_t &rows)
      : work(work), isAlone(isAlone), transposes(transposes), rows(rows) {}

  void markVarying(ValueRange values) {
    varying.insert(values.begin(), values.end());
  }
  void count(Block &block, double times, double copies, bool inRows);

private:
  bool reads(Operation *op);
  void countOp(Operation *op, double times, double copies, bool inRows);
  void countGeneric(linalg::GenericOp op, double times, double copies);
  void countLoop(LoopOp loop, double times, double copies);
  bool isOwnIndex(Operation *op);
  WidthWork &at(size_t place) {
    return (isWide ? work.wide : work.byWidth)[place];
  }

  Work &work;
  bool isAlone;
  bool transposes;
  bool isWide = false; // in an op whose rows are the elements of vectors
  int64_t &rows;
  llvm::DenseSet<Value> varying;
};

bool Counter::reads(Operation *op) {
  bool found = false;
  op->walk([&](Operation *inner) {
    found |= llvm::any_of(inner->getOperands(),
                          [&](Value value) { return varying.contains(value); });
  });
  return found;
}

// Whether a tensor is accessed where the sample says.
bool Counter::isOwnIndex(Operation *op) {
  return llvm::any_of(op->getOperands(), [&](Value value) {
    return value.getType().isIndex() && varying.contains(value);
  });
}

void Counter::count(Block &block, double times, double copies, bool inRows) {
  for (Operation &op : block.without_terminator()) {
    if (reads(&op)) {
      markVarying(op.getResults());
      countOp(&op, times, copies, inRows);
    } else if (op.getNumOperands() > 0 &&
               !isa<tensor::ExtractSliceOp, tensor::CollapseShapeOp,
                    tensor::ExpandShapeOp>(op)) {
      // Rarely much: it was hoisted.
      double elements = 1;
      if (auto generic = dyn_cast<linalg::GenericOp>(op))
        for (int64_t extent : generic.getStaticLoopRanges())
          elements *= extent;
      work.shared += times * elements;
      work.instructions += copies;
    }
  }
}

void Counter::countOp(Operation *op, double times, double copies, bool inRows) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return countGeneric(generic, times, copies);
  if (auto loop = dyn_cast<LoopOp>(op))
    return countLoop(loop, times, copies);
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    double share = isAlone ? 0.5 : 1;
    for (Region &region : branch->getRegions())
      if (!region.empty())
        count(region.front(), times * share, copies, inRows);
    return;
  }
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    double turns = costs::turns;
    if (std::optional<APInt> known = loop.getStaticTripCount())
      turns = known->getSExtValue();
    else if (!isAlone && isOwnIndex(op))
      turns *= costs::slowest;
    markVarying(loop.getRegionIterArgs());
    if (isOwnIndex(op))
      markVarying(loop.getInductionVar());
    return count(loop.getRegion().front(), times * turns, copies, inRows);
  }
  if (op->getNumRegions() > 0) {
    // tensor.generate and its like: a loop over elements.
    double elements = 1;
    if (op->getNumResults() == 1)
      if (auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType()))
        elements = type.getNumElements();
    for (Region &region : op->getRegions())
      for (Block &block : region)
        count(block, times * elements, copies, /*inRows=*/true);
    return;
  }

  WidthWork &width = at(placeOf(op));
  bool isTensor =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>);
  if (isTensor || isa<RecordOp>(op)) {
    work.instructions += copies;
    bool isOwn = isOwnIndex(op);
    (isOwn || isa<RecordOp>(op) ? work.gathers : width.moves) +=
        times * elementsTouched(op, isOwn, isAlone);
    return;
  }
  work.instructions += copies;
  if (isCall(op))
    work.calls += times;
  else if (isSlow(op))
    width.slow += times;
  else
    (inRows ? width.rowwise : width.straight) += times;
  if (isa<arith::RemFOp>(op))
    (inRows ? width.rowwise : width.straight) += costs::aroundRemainder * times;
}

void Counter::countGeneric(linalg::GenericOp op, double times, double copies) {
  double parallel = 1, all = 1, jammed = 1;
  bool hasSums = op.getNumReductionLoops() > 0;
  int64_t longest = 1;
  for (auto [extent, iterator] :
       llvm::zip(op.getStaticLoopRanges(), op.getIteratorTypesArray())) {
    if (extent <= 0)
      return;
    all *= extent;
    if (iterator != utils::IteratorType::parallel)
      continue;
    parallel *= extent;
    longest = std::max(longest, extent);
    jammed *= std::min<double>(extent, unrolled);
  }
  rows = std::max(rows, longest);
  llvm::SaveAndRestore outer(isWide);
  isWide = isAlone && eq::isWide(op, [&](Value input) {
             return transposes && !varying.contains(input);
           });

  for (OpOperand *input : op.getDpsInputOperands()) {
    if (!varying.contains(input->get()))
      continue;
    markVarying(op.getMatchingBlockArgument(input));
    if (isa<RankedTensorType>(input->get().getType()) && !hasSums)
      at(placeOf(input->get().getType())).moves += times * all;
  }
  for (BlockArgument init : op.getRegionOutputArgs()) {
    markVarying(init);
    at(placeOf(init.getType())).moves += times * parallel;
  }

  // A sum of products for each of several rows, or anything else.
  Block &body = *op.getBody();
  if (hasSums && parallel > 1) {
    double before = work.instructions;
    Work inner;
    Counter nested(inner, isAlone, transposes, rows);
    nested.varying = varying;
    nested.count(body, times * all, copies * std::min(jammed, unrolled),
                 /*inRows=*/true);
    for (auto [from, to] :
         llvm::zip(inner.byWidth, isWide ? work.wide : work.byWidth)) {
      to.sums += from.rowwise + from.straight;
      to.slow += from.slow;
      to.moves += from.moves;
    }
    work.shared += inner.shared;
    work.calls += inner.calls;
    work.gathers += inner.gathers;
    work.instructions = before + inner.instructions;
    return;
  }
  count(body, times * all, copies * std::min(jammed, unrolled),
        /*inRows=*/true);
}

void Counter::countLoop(LoopOp loop, double times, double copies) {
  double steps = costs::innerSteps;
  APInt bound;
  if (matchPattern(loop.getMax(), m_ConstantInt(&bound)))
    steps = std::clamp<double>(bound.getSExtValue(), 0, steps);
  if (!isAlone && steps > 1)
    steps *= costs::slowest;
  for (Region *region : {&loop.getStart(), &loop.getStep(), &loop.getFinish()})
    if (!region->empty()) {
      markVarying(region->getArguments());
      bool isStep = region == &loop.getStep();
      count(region->front(), isStep ? times * steps : times, copies,
            /*inRows=*/false);
    }
  // Who has ended keeps its state.
  if (!isAlone)
    for (Type type : loop.getStateTypes()) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      double elements = tensor ? tensor.getNumElements() : 1;
      WidthWork &width = work.byWidth[placeOf(type)];
      (tensor ? width.rowwise : width.straight) += times * steps * elements;
      work.instructions += copies;
    }
}

void countRegion(Work &work, Region &region, bool isAlone, bool transposes,
                 int64_t &rows, ValueRange sharedArguments) {
  if (region.empty())
    return;
  Counter counter(work, isAlone, transposes, rows);
  for (BlockArgument argument : region.getArguments())
    if (!llvm::is_contained(sharedArguments, Value(argument)))
      counter.markVarying(argument);
  counter.count(region.front(), 1, 1, /*inRows=*/false);
}

int64_t bytesOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return 0;
  unsigned bits = tensor.getElementTypeBitWidth();
  return tensor.getNumElements() * std::max(1u, bits / 8);
}

// Cycles for the bytes that `moves` touch and that are not in L1.
double farCycles(double bytes, double heldBytes, TargetAttr target) {
  if (heldBytes <= target.getL1())
    return 0;
  return bytes * (heldBytes <= target.getL2() ? costs::fromL2 : costs::fromFar);
}

double serialCycles(const Work &work, double heldBytes, double sharedBytes,
                    TargetAttr target) {
  double cycles = costs::scalar * work.shared + costs::call * work.calls +
                  costs::scalar * work.gathers;
  for (auto [bits, width] : llvm::zip(Work::widths, work.byWidth)) {
    cycles += costs::scalar * (width.straight + width.rowwise + width.sums) +
              costs::slowAlone * width.slow + costs::move * width.moves;
    cycles += farCycles(width.moves * bits / 8, heldBytes, target);
  }
  double wideSums =
      sharedBytes <= target.getL1() ? costs::wideSums : costs::wideSumsFar;
  for (auto [bits, width] : llvm::zip(Work::widths, work.wide)) {
    double rows = std::clamp<double>(double(target.getVectorBits()) / bits, 1,
                                     costs::mostWide);
    cycles += (costs::rowwise * (width.straight + width.rowwise) +
               wideSums * width.sums + costs::slow * width.slow +
               costs::move * width.moves) /
              rows;
    cycles += farCycles(width.moves * bits / 8, heldBytes, target);
  }
  return cycles;
}

// Vectors of the machine that a value of all lanes takes.
double vectorsOf(int64_t lanes, int64_t bits, TargetAttr target) {
  return std::max<double>(1, double(lanes * bits) / target.getVectorBits());
}

bool overflowsRegisters(double rows, double vectors, TargetAttr target) {
  return rows * vectors + vectors + costs::spare > target.getVectorRegisters();
}

double laneCycles(const Work &work, int64_t lanes, int64_t rows,
                  double heldBytes, TargetAttr target) {
  double cycles =
      costs::step + costs::scalar * work.shared +
      lanes * (costs::call * work.calls + costs::gather * work.gathers);
  for (auto [bits, width] : llvm::zip(Work::widths, work.byWidth)) {
    double vectors = vectorsOf(lanes, bits, target);
    bool isLong = vectors > 4 && vectors * work.instructions > costs::longCode;
    double straight = isLong        ? costs::straightLong
                      : vectors > 2 ? costs::straightFour
                      : vectors > 1 ? costs::straightTwo
                                    : costs::straightOne;
    // Chains that wait, and loads: a row's weight and the rows' vectors.
    double sums =
        std::max({costs::throughput, costs::latency / (rows * vectors),
                  costs::move * (rows + vectors) / (rows * vectors)});
    sums /= costs::sumsEfficiency;
    if (overflowsRegisters(rows, vectors, target))
      sums *= costs::spill;
    cycles += vectors * (straight * width.straight +
                         costs::rowwise * width.rowwise + sums * width.sums +
                         costs::slow * width.slow + costs::move * width.moves);
    cycles += farCycles(lanes * width.moves * bits / 8, heldBytes, target);
  }
  return cycles;
}

} // namespace

const double mostInstructions = 6000;

LoopWork countWork(LoopOp loop) {
  LoopWork work;
  auto sharedOf = [&](Region &region, size_t before) {
    auto arguments = region.getArguments();
    return SmallVector<Value>(arguments.slice(before + loop.getIns().size(),
                                              loop.getShared().size()));
  };
  size_t states = loop.getStateTypes().size();
  int64_t ignored = 1;
  if (!loop.getStart().empty())
    countRegion(work.edges, loop.getStart(), /*isAlone=*/true,
                /*transposes=*/false, ignored,
                sharedOf(loop.getStart(), loop.getInit().size()));
  if (!loop.getFinish().empty())
    countRegion(work.edges, loop.getFinish(), /*isAlone=*/true,
                /*transposes=*/false, ignored,
                sharedOf(loop.getFinish(), 2 + states));
  SmallVector<Value> shared = sharedOf(loop.getStep(), 1 + states);
  bool transposes = !matchPattern(loop.getMax(), m_One());
  countRegion(work.one, loop.getStep(), /*isAlone=*/true, transposes, work.rows,
              shared);
  countRegion(work.lanes, loop.getStep(), /*isAlone=*/false, transposes,
              work.rows, shared);

  // In, and out; k, `again` and the bound go along.
  work.scalars = 3;
  for (Type type : loop.getStateTypes()) {
    work.moved += 2 * elementsOf(type);
    work.bytes += 2 * bytesOf(type);
    work.scalars += !isa<RankedTensorType>(type);
  }
  auto arguments = loop.getStep().getArguments();
  for (BlockArgument in : arguments.slice(1 + states, loop.getIns().size())) {
    work.moved += elementsOf(in.getType());
    work.bytes += bytesOf(in.getType());
    work.scalars += !isa<RankedTensorType>(in.getType());
  }
  work.moved += work.scalars;
  for (Value argument : shared)
    work.sharedBytes += argument.use_empty() ? 0 : bytesOf(argument.getType());

  work.steps = costs::steps;
  APInt bound;
  if (matchPattern(loop.getMax(), m_ConstantInt(&bound)))
    work.steps = std::clamp<double>(bound.getSExtValue(), 1, costs::steps);
  int64_t batch = 1;
  for (int64_t size : loop.getBatchDims())
    batch = ShapedType::isDynamic(size) || batch < 0 ? -1 : batch * size;
  if (batch >= 0)
    work.batch = batch;
  return work;
}

int64_t LoopWork::dominantWidth() const {
  double all = 0;
  for (const WidthWork &width : lanes.byWidth)
    all += width.total();
  for (size_t i = Work::widths.size(); i-- > 0;)
    if (lanes.byWidth[i].total() > 0 && lanes.byWidth[i].total() >= all / 4)
      return Work::widths[i];
  return 32;
}

Prediction predict(const LoopWork &work, ScheduleAttrInterface schedule,
                   TargetAttr target) {
  Prediction found;
  // Of the edges, little is worth a closer look.
  found.sample = costs::cycle * (serialCycles(work.edges, work.bytes,
                                              work.sharedBytes, target) +
                                 costs::moved * work.moved);
  auto asLanes = dyn_cast<LanesAttr>(schedule);
  if (!asLanes) {
    found.step = costs::cycle *
                 (costs::stepAlone +
                  serialCycles(work.one, work.bytes, work.sharedBytes, target));
    found.instructions = work.one.instructions;
    found.elapsed = found.step * work.steps + found.sample;
    return found;
  }
  int64_t lanes = asLanes.getLanes(), refill = asLanes.getRefill();
  // Places wait for others that become free: half of them on average.
  double busy = lanes - 0.5 * (refill - 1);
  found.step = costs::cycle *
               laneCycles(work.lanes, lanes, asLanes.getRows(),
                          double(lanes) * work.bytes, target) /
               busy;
  double vectors = vectorsOf(lanes, work.dominantWidth(), target);
  // Those that leave in the same step: if this happens at random, the mean over
  // the steps in which one leaves. Waiting for more adds them.
  double rate = lanes / work.steps, together = rate / (1 - std::exp(-rate));
  found.sample +=
      costs::cycle * (costs::leave + (costs::change + vectors * work.scalars) /
                                         (refill - 1 + together));
  found.instructions = vectors * work.lanes.instructions +
                       lanes * (work.lanes.calls > 0 || work.lanes.gathers > 0);

  // All cores have the same to do, but for a small batch.
  double blocks = target.getCores(), samples = blocks * lanes;
  if (work.batch && *work.batch > 0) {
    blocks = llvm::divideCeil(*work.batch, lanes);
    samples = *work.batch;
  }
  double rounds = std::ceil(blocks / target.getCores());
  found.elapsed =
      (found.step * work.steps + found.sample) * rounds * lanes / samples;
  return found;
}

SmallVector<LanesAttr> proposeLanes(const LoopWork &work, TargetAttr target) {
  SmallVector<LanesAttr> proposals;
  MLIRContext *context = target.getContext();
  int64_t native = target.getVectorBits() / work.dominantWidth();
  for (int64_t lanes :
       {native / 2, native, 2 * native, 4 * native, 8 * native}) {
    double vectors = vectorsOf(lanes, work.dominantWidth(), target);
    // Four vectors are for short straight code, which has no rows to overlap,
    // and eight for still shorter code.
    double most = lanes > 4 * native ? costs::longCode : mostInstructions / 3;
    bool isShort = work.rows == 1 && vectors * work.lanes.instructions <= most;
    if (lanes < 2 || lanes > 64 || (lanes > 2 * native && !isShort))
      continue;
    int64_t rows = std::min<int64_t>(8, work.rows);
    while (rows > 1 && overflowsRegisters(rows, vectors, target))
      --rows;
    auto withRefill = [&](int64_t refill) {
      return LanesAttr::get(context, lanes, rows, refill, 0);
    };
    // Refilling more places at once shares the way in and out among more
    // samples, and leaves more places idle.
    auto elapsed = [&](int64_t refill) {
      return predict(work, withRefill(refill), target).elapsed;
    };
    int64_t refill = 1;
    while (refill < lanes / 2 && elapsed(refill + 1) < elapsed(refill))
      ++refill;
    proposals.push_back(withRefill(refill));
  }
  return proposals;
}

} // namespace mlir::eq
