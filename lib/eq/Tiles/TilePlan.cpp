// The plan of a loop for #eq.cta.

#include "eq/Tiles/TilePlan.h"
#include "eq/Analysis/Rows.h"
#include "eq/Batch/Batch.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::eq {

using linalg::GenericOp;
using utils::IteratorType;

// Vectors of 16 bytes are what shared memory reads at once.
static constexpr int64_t alignment = 16;

//===----------------------------------------------------------------------===//
// What has a form for tiles
//===----------------------------------------------------------------------===//

static bool isScalar(Type type) { return type.isIntOrIndexOrFloat(); }

static bool isMatrixOfNumbers(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getNumElements() > 0 &&
         tensor.getElementType().isIntOrFloat();
}

// Elements of a tensor in memory, read one by one.
static bool isFreeOfStructure(Operation *op) {
  return op->getNumRegions() == 0 &&
         llvm::all_of(op->getOperandTypes(), isScalar) &&
         llvm::all_of(op->getResultTypes(), isScalar) && isMemoryEffectFree(op);
}

static bool isTileable(GenericOp op) {
  if (!op.hasPureTensorSemantics())
    return false;
  for (Value operand : op->getOperands())
    if (!isScalar(operand.getType()) && !isMatrixOfNumbers(operand.getType()))
      return false;
  // Each element of a result is computed once.
  for (OpOperand &init : op.getDpsInitsMutable()) {
    AffineMap map = op.getMatchingIndexingMap(&init);
    if (!map.isProjectedPermutation() ||
        map.getNumResults() != op.getNumParallelLoops())
      return false;
    for (AffineExpr expr : map.getResults())
      if (op.getIteratorTypesArray()[cast<AffineDimExpr>(expr).getPosition()] !=
          IteratorType::parallel)
        return false;
  }
  return llvm::all_of(op.getBody()->without_terminator(), [](Operation &inner) {
    return isa<linalg::IndexOp, tensor::ExtractOp>(inner) ||
           isFreeOfStructure(&inner);
  });
}

// A reader chooses among so many numbers by its index.
static constexpr int64_t mostListed = 16;

// Numbers that are written out: few, or all the same.
static bool isListed(Operation *op) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !isMatrixOfNumbers(type))
    return false;
  DenseElementsAttr elements;
  bool isConstant = matchPattern(op, m_Constant(&elements));
  return (isConstant && elements.isSplat()) ||
         ((isConstant || isa<tensor::FromElementsOp>(op)) &&
          type.getNumElements() <= mostListed);
}

// A loop hands a tensor on in its memory, which each turn writes: no other of
// its tensors may be what a turn gives, nor the same one with other indices.
static bool keepsPlaces(ValueRange arguments, ValueRange yields) {
  for (auto [argument, yield] : llvm::zip(arguments, yields))
    if (isa<RankedTensorType>(yield.getType()) && yield != argument &&
        llvm::is_contained(arguments, sourceOfTileViews(yield)))
      return false;
  return true;
}

// Records are written, and handed on. Nobody reads one.
static bool readsRecord(Operation *op, const TileRoots &roots) {
  return op
      ->walk([&](Operation *inner) {
        bool handsOn = isa<RecordOp, scf::ForOp, scf::IfOp, LoopOp>(inner) ||
                       inner->hasTrait<OpTrait::IsTerminator>();
        bool reads =
            !handsOn && llvm::any_of(inner->getOperands(), [&](Value value) {
              return roots.isRecord(value);
            });
        return reads ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

static bool hasForm(Operation *op, const TileRoots &roots) {
  if (op->hasTrait<OpTrait::IsTerminator>() || isa<CancelledOp>(op))
    return true;
  if (readsRecord(op, roots))
    return false;
  auto isCarried = [&](Value value) {
    return isScalar(value.getType()) || roots.isRecord(value) ||
           isMatrixOfNumbers(value.getType());
  };
  if (auto record = dyn_cast<RecordOp>(op))
    return roots.isRecord(record.getBuffer());
  if (isTileView(op) || isTileMove(op))
    return llvm::all_of(op->getOperandTypes(),
                        [](Type type) {
                          return isScalar(type) || isMatrixOfNumbers(type);
                        }) &&
           isMatrixOfNumbers(op->getResult(0).getType());
  if (auto inner = dyn_cast<scf::ForOp>(op))
    return llvm::all_of(inner.getInitArgs(), isCarried) &&
           keepsPlaces(inner.getRegionIterArgs(), inner.getYieldedValues());
  if (auto inner = dyn_cast<LoopOp>(op)) {
    auto states =
        inner.getStep().getArguments().slice(1, inner.getStateTypes().size());
    auto next = cast<NextOp>(inner.getStep().front().getTerminator());
    SmallVector<Value> arguments(states);
    return inner.getBatchDims().empty() && inner.getSum().empty() &&
           llvm::all_of(inner->getOperands(), isCarried) &&
           llvm::all_of(inner.getFinals(), isCarried) &&
           llvm::all_of(inner.getRecord(),
                        [&](Value record) { return roots.isRecord(record); }) &&
           keepsPlaces(arguments, next.getStates());
  }
  if (auto generic = dyn_cast<GenericOp>(op))
    return isTileable(generic);
  if (isa<tensor::EmptyOp, tensor::ExtractOp, tensor::SplatOp>(op))
    return true;
  if (op->hasTrait<OpTrait::ConstantLike>() || isa<tensor::FromElementsOp>(op))
    return isScalar(op->getResult(0).getType()) || isListed(op);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return llvm::all_of(branch.getResults(), isCarried);
  return isFreeOfStructure(op);
}

std::optional<std::string> TilePlan::whyNot(LoopOp loop) {
  if (loop.getBatchDims().empty())
    return "it has no batch";
  if (!loop.getSum().empty())
    return "it has sums over samples";
  for (Region *region : {&loop.getStart(), &loop.getStep(), &loop.getFinish()})
    for (Type type : region->getArgumentTypes())
      if (!isScalar(type) && !isMatrixOfNumbers(type))
        return "it has tensors that are not of numbers";
  Operation *found = nullptr;
  TileRoots roots(loop);
  for (Region *region :
       {&loop.getStart(), &loop.getStep(), &loop.getFinish()}) {
    region->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!hasForm(op, roots)) {
        found = op;
        return WalkResult::interrupt();
      }
      // Its body was looked at.
      return isa<GenericOp>(op) ? WalkResult::skip() : WalkResult::advance();
    });
    if (!found)
      found = Batcher::findUnsupported(*region);
    if (found)
      return "'" + found->getName().getStringRef().str() +
             "' has no form for tiles";
  }
  auto next = cast<NextOp>(loop.getStep().front().getTerminator());
  SmallVector<Value> states(
      loop.getStep().getArguments().slice(1, loop.getStateTypes().size()));
  if (!keepsPlaces(states, next.getStates()))
    return "a state becomes another";
  return std::nullopt;
}

unsigned TilePlan::rowOf(GenericOp op) { return *longestParallelDim(op); }

// %max = maxsi(%before, ..) as the only use of what was the largest so far; as
// integers, numbers without a sign are in their order.
bool TilePlan::isMaximum(GenericOp op) {
  if (op.getNumLoops() != 1 || op.getNumReductionLoops() != 1 ||
      op->getNumResults() != 1 ||
      getElementTypeOrSelf(op->getResult(0).getType())
              .getIntOrFloatBitWidth() != 32)
    return false;
  auto onlyUser = [](Value value) -> Operation * {
    return value.hasOneUse() ? *value.getUsers().begin() : nullptr;
  };
  Value before = op.getRegionOutputArgs()[0];
  Operation *user = onlyUser(before);
  bool isCast = isa_and_nonnull<arith::BitcastOp>(user);
  if (isCast)
    user = onlyUser(user->getResult(0));
  if (!isa_and_nonnull<arith::MaxSIOp>(user))
    return false;
  user = onlyUser(user->getResult(0));
  if (isCast)
    user = isa_and_nonnull<arith::BitcastOp>(user)
               ? onlyUser(user->getResult(0))
               : nullptr;
  return user && user == op.getBody()->getTerminator();
}

TilePlace TilePlan::getWords(MLIRContext *context) const {
  TilePlace place;
  place.offset = mailBytes;
  place.bytes = 4 * warpLanes * samples;
  place.element = IntegerType::get(context, 32);
  place.strides = {1};
  place.ofSamples = true;
  return place;
}

int64_t TilePlan::chooseWarps(LoopOp loop, int64_t rows) {
  // Tiles of rows, and how long one takes.
  SmallVector<std::pair<int64_t, int64_t>> nests;
  auto collect = [&](bool products) {
    loop.getStep().walk([&](GenericOp op) {
      if (op.getNumParallelLoops() == 0 ||
          (products && op.getNumReductionLoops() == 0))
        return;
      SmallVector<int64_t> extents = op.getStaticLoopRanges();
      int64_t size = 1, extent = extents[rowOf(op)];
      for (int64_t other : extents)
        size *= other;
      nests.push_back({llvm::divideCeil(extent, rows), size / extent});
    });
  };
  collect(/*products=*/true);
  if (nests.empty())
    collect(/*products=*/false);
  int64_t best = 1, least = std::numeric_limits<int64_t>::max();
  for (int64_t warps = 1; warps <= 8; ++warps) {
    int64_t cost = 0;
    for (auto [tiles, weight] : nests)
      cost += llvm::divideCeil(tiles, warps) * weight * warps;
    if (cost <= least) {
      least = cost;
      best = warps;
    }
  }
  return best;
}

//===----------------------------------------------------------------------===//
// The order of ops
//===----------------------------------------------------------------------===//

// Loops of a sample: of a block of threads, until the last sample is done.
static bool isInnerLoop(Operation *op) { return isa<scf::ForOp, LoopOp>(op); }

void TilePlan::findVarying(Block &block) {
  for (Operation &op : block) {
    bool reads = false;
    op.walk([&](Operation *inner) {
      reads |= llvm::any_of(inner->getOperands(),
                            [&](Value value) { return isVarying(value); });
    });
    bool hasMemory =
        isInnerLoop(&op) ||
        (isa<scf::IfOp>(op) && llvm::any_of(op.getResultTypes(), [](Type type) {
           return isa<RankedTensorType>(type);
         }));
    if (!reads && !hasMemory)
      continue;
    for (Value result : op.getResults())
      varying.insert(result);
    if (isa<scf::IfOp, scf::ForOp, LoopOp>(op))
      findVaryingInside(&op);
  }
}

// What loops carry differs between samples as soon as they take different
// numbers of turns; and what a branch gives has memory, of samples.
void TilePlan::findVaryingInside(Operation *op) {
  if (auto inner = dyn_cast<scf::ForOp>(op)) {
    for (Value argument : inner.getRegionIterArgs())
      varying.insert(argument);
    if (llvm::any_of(ValueRange{inner.getLowerBound(), inner.getUpperBound(),
                                inner.getStep()},
                     [&](Value bound) { return isVarying(bound); }))
      varying.insert(inner.getInductionVar());
  }
  if (auto inner = dyn_cast<LoopOp>(op))
    for (Region *region :
         {&inner.getStart(), &inner.getStep(), &inner.getFinish()}) {
      if (region->empty())
        continue;
      ArrayRef<BlockArgument> shared = sharedOf(inner, *region);
      for (BlockArgument argument : region->getArguments())
        if (!llvm::is_contained(shared, argument))
          varying.insert(argument);
      // A scalar that all samples share is as it was.
      for (auto [argument, operand] : llvm::zip(shared, inner.getShared()))
        if (isVarying(operand))
          varying.insert(argument);
    }
  for (Region &region : op->getRegions())
    if (!region.empty())
      findVarying(region.front());
}

// Ops with a value for each of some rows.
static bool opensNest(Operation *op) {
  auto generic = dyn_cast<GenericOp>(op);
  return generic && generic.getNumParallelLoops() > 0;
}

// Constants are made first, wherever they are.
static bool isEarly(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() || isa<tensor::EmptyOp>(op);
}

// Whether `op` can be computed row by row with the members of a nest, whose
// rows are in registers.
static bool canJoin(GenericOp op, ArrayRef<Operation *> nest,
                    function_ref<bool(Value)> isThere) {
  auto opener = cast<GenericOp>(nest.front());
  if (opener.getNumParallelLoops() != 1 || op.getNumLoops() != 1 ||
      op.getNumParallelLoops() != 1 ||
      op.getStaticLoopRanges()[0] !=
          opener.getStaticLoopRanges()[TilePlan::rowOf(opener)])
    return false;
  bool isReady = true;
  for (OpOperand &operand : op->getOpOperands()) {
    Operation *maker = operand.get().getDefiningOp();
    if (maker && llvm::is_contained(nest, maker))
      isReady &= op.getMatchingIndexingMap(&operand).isIdentity();
    else
      isReady &= isThere(operand.get());
  }
  op->walk([&](Operation *inner) {
    if (inner == op)
      return;
    for (Value value : inner->getOperands())
      isReady &= value.getParentBlock() == op.getBody() || isThere(value);
  });
  return isReady;
}

void TilePlan::planBlock(Block &block) {
  SmallVector<Operation *> waiting;
  DenseSet<Operation *> isWaiting;
  for (Operation &op : block.without_terminator())
    if (!isEarly(&op) && !isOpTriviallyDead(&op)) {
      waiting.push_back(&op);
      isWaiting.insert(&op);
    }
  auto isThere = [&](Value value) {
    Operation *maker = value.getDefiningOp();
    return !maker || !isWaiting.contains(maker);
  };
  SmallVector<TileItem> made;
  for (Operation *op : waiting) {
    if (!isWaiting.contains(op))
      continue;
    TileItem item = {op};
    if (opensNest(op)) {
      for (bool grown = true; grown;) {
        grown = false;
        for (Operation *other : waiting) {
          auto generic = dyn_cast<GenericOp>(other);
          if (!generic || llvm::is_contained(item, other) ||
              !isWaiting.contains(other) || !canJoin(generic, item, isThere))
            continue;
          item.push_back(other);
          grown = true;
        }
      }
    }
    for (Operation *member : item) {
      isWaiting.erase(member);
      times[member] = time;
    }
    ++time;
    made.push_back(item);
    if (!isa<scf::IfOp, scf::ForOp, LoopOp>(op))
      continue;
    for (Region &region : op->getRegions())
      if (!region.empty())
        planBlock(region.front());
    endTimes[op] = time++;
  }
  items[&block] = std::move(made);
}

// What an inner region gives is read at its end.
int64_t TilePlan::timeOf(Operation *op) const {
  for (; op && op != loop; op = op->getParentOp()) {
    auto found = times.find(op);
    if (found != times.end())
      return found->second;
    auto end = endTimes.find(op->getParentOp());
    if (op->hasTrait<OpTrait::IsTerminator>() && end != endTimes.end())
      return end->second;
  }
  return time; // the end of the region
}

// A loop reads in each turn what was made before it.
int64_t TilePlan::lastUseOf(Value value) const {
  int64_t last = -1;
  for (Value standIn : roots.standInsOf(value))
    for (Operation *user : standIn.getUsers()) {
      last = std::max(last, timeOf(user));
      if (isTileView(user))
        last = std::max(last, lastUseOf(user->getResult(0)));
      for (Operation *op = user; op && op != loop; op = op->getParentOp())
        if (isInnerLoop(op) && endTimes.contains(op) &&
            !op->isAncestor(value.getParentBlock()->getParentOp()))
          last = std::max(last, endTimes.lookup(op));
    }
  return last;
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

TilePlace TilePlan::makePlace(RankedTensorType type, bool ofSamples) const {
  TilePlace place;
  place.element = type.getElementType();
  place.ofSamples = ofSamples;
  place.elements = type.getNumElements();
  int64_t elements = 1;
  for (int64_t size : llvm::reverse(type.getShape())) {
    place.strides.insert(place.strides.begin(), elements);
    // Four elements of a row are read at once.
    bool isRow = elements == 1 && type.getRank() > 1 && !ofSamples;
    elements *= isRow ? llvm::alignTo(size, 4) : size;
  }
  int64_t bytes =
      elements * llvm::divideCeil(place.element.getIntOrFloatBitWidth(), 8);
  if (ofSamples)
    bytes *= warpLanes * samples;
  place.bytes = llvm::alignTo(bytes, alignment);
  return place;
}

// Shared tensors that the step reads stay in shared memory.
void TilePlan::placeResidents() {
  size_t count = loop.getShared().size();
  for (size_t i = 0; i < count; ++i) {
    Value inStep = sharedOf(loop, loop.getStep())[i];
    auto type = dyn_cast<RankedTensorType>(inStep.getType());
    if (!type || inStep.use_empty())
      continue;
    TilePlace place = makePlace(type, /*ofSamples=*/false);
    place.offset = sharedBytes;
    sharedBytes += place.bytes;
    for (Region *region :
         {&loop.getStart(), &loop.getStep(), &loop.getFinish()})
      if (!region->empty())
        places[sharedOf(loop, *region)[i]] = place;
  }
}

void TilePlan::placeStatesAndIns() {
  auto take = [&](Type type) {
    TilePlace place;
    if (auto tensor = dyn_cast<RankedTensorType>(type)) {
      place = makePlace(tensor, /*ofSamples=*/true);
      place.offset = sharedBytes;
      sharedBytes += place.bytes;
    }
    return place;
  };
  size_t numStates = loop.getStateTypes().size();
  size_t numIns = loop.getIns().size(), numInit = loop.getInit().size();
  for (size_t i = 0; i < numStates; ++i) {
    statePlaces.push_back(take(loop.getStateTypes()[i]));
    if (!statePlaces[i].element)
      continue;
    places[loop.getStep().getArgument(1 + i)] = statePlaces[i];
    if (!loop.getFinish().empty())
      places[loop.getFinish().getArgument(2 + i)] = statePlaces[i];
  }
  for (size_t i = 0; i < numIns; ++i) {
    Value inStep = loop.getStep().getArgument(1 + numStates + i);
    if (!loop.readsIns(i))
      continue;
    TilePlace place = take(inStep.getType());
    if (!place.element)
      continue;
    places[inStep] = place;
    if (!loop.getStart().empty())
      places[loop.getStart().getArgument(numInit + i)] = place;
    if (!loop.getFinish().empty())
      places[loop.getFinish().getArgument(2 + numStates + i)] = place;
  }
  // What only becomes a state is loaded into it.
  if (loop.getStart().empty())
    return;
  auto next = cast<NextOp>(loop.getStart().front().getTerminator());
  for (auto [i, value] : llvm::enumerate(next.getStates())) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getArgNumber() < numInit &&
        statePlaces[i].element && !places.count(argument))
      places[argument] = statePlaces[i];
  }
}

// A new state is written over the old one where all other reads of that are
// done by then.
void TilePlan::findDirectStates() {
  Block &step = loop.getStep().front();
  auto next = cast<NextOp>(step.getTerminator());
  for (auto [i, value] : llvm::enumerate(next.getStates())) {
    Operation *maker = value.getDefiningOp();
    Value old = step.getArgument(1 + i);
    if (!statePlaces[i].element || !maker || !opensNest(maker) ||
        maker->getBlock() != &step || direct.count(value))
      continue;
    int64_t at = timeOf(maker);
    auto isBefore = [&](OpOperand &use) {
      int64_t when = timeOf(use.getOwner());
      if (isTileView(use.getOwner()))
        return lastUseOf(use.getOwner()->getResult(0)) < at;
      if (when != at)
        return when < at;
      // In the nest: each row reads its own element.
      auto generic = dyn_cast<GenericOp>(use.getOwner());
      return generic && generic->getBlock() == &step &&
             generic.getNumLoops() == 1 &&
             generic.getMatchingIndexingMap(&use).isIdentity();
    };
    bool isLast = llvm::all_of(roots.standInsOf(old), [&](Value standIn) {
      return llvm::all_of(standIn.getUses(), isBefore);
    });
    if (!isLast)
      continue;
    direct[value] = i;
    places[value] = statePlaces[i];
  }
}

// Whether a tensor is read by others than the members of its nest.
bool TilePlan::needsMemory(Value value) const {
  Operation *maker = value.getDefiningOp();
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || type.getRank() == 0 || !opensNest(maker))
    return false;
  return llvm::any_of(roots.standInsOf(value), [&](Value standIn) {
    return llvm::any_of(standIn.getUsers(), [&](Operation *user) {
      return timeOf(user) != timeOf(maker);
    });
  });
}

void TilePlan::addScratch(Value value, int64_t from, int64_t to) {
  Scratch wanted = {from, to,
                    makePlace(cast<RankedTensorType>(value.getType()),
                              varying.contains(value))};
  // The first gap among those that live at the same time.
  int64_t offset = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (const Scratch &other : scratch) {
      bool meets = other.from <= to && from <= other.to &&
                   offset < other.place.end() &&
                   other.place.offset < offset + wanted.place.bytes;
      if (meets) {
        offset = other.place.end();
        moved = true;
      }
    }
  }
  wanted.place.offset = offset;
  scratch.push_back(wanted);
  places[value] = wanted.place;
}

void TilePlan::placeScratch(Region &region) {
  scratch.clear();
  auto add = [&](Value value, int64_t from, int64_t to) {
    addScratch(value, from, std::max(to, lastUseOf(value)));
  };
  for (BlockArgument argument : region.getArguments())
    if (isa<RankedTensorType>(argument.getType()) && !argument.use_empty() &&
        !places.count(argument) && varying.contains(argument))
      add(argument, -1, -1);
  // What is the same as something else is where that is.
  auto addOwn = [&](ValueRange values, Operation *op) {
    for (Value value : values)
      if (isa<RankedTensorType>(value.getType()) && roots.of(value) == value &&
          !roots.isRecord(value))
        add(value, timeOf(op), std::max(timeOf(op), endTimes.lookup(op)));
  };
  region.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto generic = dyn_cast<GenericOp>(op)) {
      for (Value result : generic->getResults())
        if (!places.count(result) && needsMemory(result))
          add(result, timeOf(op), timeOf(op));
    } else if (isTileMove(op)) {
      addOwn(op->getResults(), op);
    } else if (isInnerLoop(op) || isa<scf::IfOp>(op)) {
      if (!endTimes.contains(op))
        return; // nobody reads what it gives
      if (auto inner = dyn_cast<scf::ForOp>(op))
        addOwn(inner.getRegionIterArgs(), op);
      if (auto inner = dyn_cast<LoopOp>(op))
        addOwn(inner.getStep().getArguments().slice(
                   1, inner.getStateTypes().size()),
               op);
      addOwn(op->getResults(), op);
    }
  });
}

//===----------------------------------------------------------------------===//
// The plan
//===----------------------------------------------------------------------===//

ArrayRef<BlockArgument> TilePlan::sharedOf(LoopOp loop, Region &region) {
  size_t states = loop.getStateTypes().size();
  size_t first = &region == &loop.getStart()  ? loop.getInit().size()
                 : &region == &loop.getStep() ? 1 + states
                                              : 2 + states;
  return ArrayRef<BlockArgument>(region.getArguments())
      .slice(first + loop.getIns().size(), loop.getShared().size());
}

ArrayRef<BlockArgument> TilePlan::recordsOf(LoopOp loop, Region &region) {
  if (region.empty() || &region == &loop.getFinish())
    return {};
  ArrayRef<BlockArgument> all = region.getArguments();
  return all.drop_front(sharedOf(loop, region).end() - all.begin());
}

TilePlan::TilePlan(LoopOp loop, int64_t samples)
    : loop(loop), roots(loop), samples(samples),
      sharedBytes(mailBytes + 4 * warpLanes * samples) {
  for (Region *region :
       {&loop.getStart(), &loop.getStep(), &loop.getFinish()}) {
    if (region->empty())
      continue;
    for (BlockArgument argument : region->getArguments())
      if (!roots.isRecord(argument) &&
          !llvm::is_contained(sharedOf(loop, *region), argument))
        varying.insert(argument);
    findVarying(region->front());
  }
  placeResidents();
  placeStatesAndIns();

  // Scratch memory of one region is not needed in another.
  int64_t most = 0;
  SmallVector<Value> values;
  for (Region *region :
       {&loop.getStart(), &loop.getStep(), &loop.getFinish()}) {
    if (region->empty())
      continue;
    time = 0;
    planBlock(region->front());
    if (region == &loop.getStep())
      findDirectStates();
    DenseSet<Value> before;
    for (auto &[value, place] : places)
      before.insert(value);
    placeScratch(*region);
    for (auto &[value, place] : places)
      if (!before.contains(value))
        place.offset += sharedBytes;
    for (const Scratch &piece : scratch)
      most = std::max(most, piece.place.end());
  }
  sharedBytes += most;
}

} // namespace mlir::eq
