// What a thread of a GPU needs to run a loop's samples.

#include "Registers.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Scalarise/Scalarise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::eq {

// What the kernel's own loop keeps: whose sample it is, counts, the samples
// that the warp has, addresses.
static constexpr int64_t ownRegisters = 28;

static int64_t wordsOf(Type type) {
  if (isa<RankedTensorType>(type) && !isScalarisable(type))
    return 0;
  Type element = elementTypeOf(type);
  if (!element.isIntOrIndexOrFloat())
    return 0;
  int64_t words =
      element.isIndex() || element.getIntOrFloatBitWidth() > 32 ? 2 : 1;
  for (int64_t size : shapeOf(type))
    words *= size;
  return words;
}

// A value that takes no register: constants are in the code or its table.
static bool isFree(Value value) {
  Operation *op = value.getDefiningOp();
  return op &&
         (op->hasTrait<OpTrait::ConstantLike>() || isa<tensor::EmptyOp>(op));
}

// The most words that live at once in a region of one block, without those of
// values from around it.
static int64_t mostLive(Region &region, const DenseSet<Value> &inMemory) {
  if (region.empty())
    return 0;
  Block &block = region.front();
  DenseSet<Value> live;
  int64_t words = 0, most = 0;
  auto add = [&](Value value) {
    bool isOurs = value.getParentRegion() == &region;
    if (isOurs && !isFree(value) && !inMemory.contains(value) &&
        live.insert(value).second)
      words += wordsOf(value.getType());
  };
  for (Operation &op : llvm::reverse(block)) {
    for (Value result : op.getResults())
      if (live.erase(result))
        words -= wordsOf(result.getType());
    int64_t inside = 0;
    // A structured op computes element by element.
    if (!isa<linalg::LinalgOp>(op)) {
      for (Region &nested : op.getRegions())
        inside = std::max(inside, mostLive(nested, inMemory));
    }
    for (Value operand : op.getOperands())
      add(operand);
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op.getRegions(), captured);
    for (Value value : captured)
      add(value);
    most = std::max(most, words + inside);
  }
  return most;
}

int64_t countRegisters(LoopOp loop) {
  DenseSet<Value> inMemory;
  loop->walk([&](LoopOp nested) {
    for (Region *region :
         {&nested.getStart(), &nested.getStep(), &nested.getFinish()}) {
      if (region->empty())
        continue;
      // (.., shared, records), and in `finish` and perhaps `start` no records.
      size_t records =
          region == &nested.getStep() ? nested.getRecord().size() : 0;
      if (region == &nested.getStart() &&
          region->getNumArguments() > nested.getInit().size() +
                                          nested.getIns().size() +
                                          nested.getShared().size())
        records = nested.getRecord().size();
      ArrayRef<BlockArgument> arguments = region->getArguments();
      for (BlockArgument argument :
           arguments.take_back(records + nested.getShared().size()))
        inMemory.insert(argument);
    }
  });
  int64_t most = 0;
  for (Region *region : {&loop.getStart(), &loop.getStep(), &loop.getFinish()})
    most = std::max(most, mostLive(*region, inMemory));
  // Inputs live as long as the sample.
  int64_t inputs = 0;
  for (BlockArgument argument :
       ArrayRef<BlockArgument>(loop.getStep().getArguments())
           .slice(1 + loop.getStateTypes().size(), loop.getIns().size()))
    if (argument.use_empty())
      inputs += wordsOf(argument.getType());
  return most + inputs + ownRegisters;
}

// An operation whose result is a tensor that is neither in registers nor a part
// of one in memory, or null.
static Operation *findLargeTensor(LoopOp loop) {
  Operation *found = nullptr;
  loop->walk([&](Operation *op) {
    // Loops and branches hand on what others made.
    bool isRead =
        isa<LoopOp, RecordOp, PushOp, scf::ForOp, scf::IfOp, scf::WhileOp,
            tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
            tensor::ExtractSliceOp, tensor::EmptyOp>(op) ||
        op->hasTrait<OpTrait::ConstantLike>();
    if (op == loop || isRead)
      return;
    for (Type type : op->getResultTypes())
      if (isa<RankedTensorType>(type) && !isScalarisable(type))
        found = op;
  });
  return found;
}

int64_t countOperations(LoopOp loop) {
  int64_t count = 0;
  for (Region *region : {&loop.getStart(), &loop.getStep(), &loop.getFinish()})
    region->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op->hasTrait<OpTrait::ConstantLike>())
        return WalkResult::advance();
      auto structured = dyn_cast<linalg::LinalgOp>(op);
      if (!structured) {
        int64_t most = 1;
        for (Type type : op->getResultTypes())
          if (isScalarisable(type))
            most =
                std::max(most, cast<RankedTensorType>(type).getNumElements());
        count += most;
        return WalkResult::advance();
      }
      int64_t times = 1;
      for (int64_t range : structured.getStaticLoopRanges())
        times *= std::max<int64_t>(range, 1);
      count +=
          times * llvm::range_size(structured.getBlock()->without_terminator());
      return WalkResult::skip();
    });
  return count;
}

Operation *findLibraryCall(LoopOp loop) {
  Operation *call = nullptr;
  loop->walk([&](Operation *op) {
    bool isExact =
        isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
            math::CountLeadingZerosOp, math::CountTrailingZerosOp,
            math::CtPopOp, math::FloorOp, math::FmaOp, math::IsFiniteOp,
            math::IsInfOp, math::IsNaNOp, math::IsNormalOp, math::RoundEvenOp,
            math::RoundOp, math::SqrtOp, math::TruncOp>(op);
    // Products of numbers that kernels multiply, and steps of a division.
    bool isRemainder = isa<arith::RemFOp>(op);
    if (isRemainder || isa<math::FPowIOp, math::IPowIOp>(op)) {
      Type type = getElementTypeOrSelf(op->getResult(0).getType());
      isExact = type.isF32() || type.isF64() || type.isInteger();
    }
    if ((isRemainder || isa<math::MathDialect>(op->getDialect())) && !isExact)
      call = op;
  });
  return call;
}

std::optional<std::string> whyNoThreads(LoopOp loop) {
  if (loop.getBatchDims().empty())
    return "it has no batch";
  if (!loop.getSum().empty())
    return "it has sums over samples";
  for (auto [i, type] : llvm::enumerate(loop.getStateTypes()))
    if (isa<RankedTensorType>(type) && !isScalarisable(type))
      return "state #" + std::to_string(i) + " has more than " +
             std::to_string(ScalariseOptions().maxElements) + " elements";
  if (Operation *call = findLibraryCall(loop))
    return "'" + call->getName().getStringRef().str() +
           "' has no form for kernels";
  if (Operation *large = findLargeTensor(loop))
    return "'" + large->getName().getStringRef().str() +
           "' makes a tensor of more than " +
           std::to_string(ScalariseOptions().maxElements) + " elements";
  int64_t registers = countRegisters(loop);
  if (registers > mostRegisters)
    return "a sample needs about " + std::to_string(registers) +
           " registers, and a thread has " + std::to_string(mostRegisters);
  return std::nullopt;
}

int64_t threadsAtOnce(int64_t registers, int64_t block, GPUTargetAttr target) {
  // Registers are given to warps by 256.
  int64_t warp = llvm::alignTo(registers * 32, 256);
  int64_t warps = target.getRegisters() / warp;
  int64_t blocks = std::min(warps * 32, target.getThreads()) / block;
  return blocks * block;
}

} // namespace mlir::eq
