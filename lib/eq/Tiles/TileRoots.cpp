// What values of loops, branches and views in a region stand for.

#include "eq/Tiles/TilePlan.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::eq {

template <typename SliceOp> static bool isConstantSlice(SliceOp op) {
  auto isStatic = [](ArrayRef<int64_t> numbers) {
    return llvm::none_of(numbers, ShapedType::isDynamic);
  };
  return isStatic(op.getStaticOffsets()) && isStatic(op.getStaticSizes()) &&
         isStatic(op.getStaticStrides());
}

bool isTileView(Operation *op) {
  if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
    return true;
  auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
  return slice && isConstantSlice(slice);
}

Value sourceOfTileViews(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isTileView(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

bool isTileMove(Operation *op) {
  if (isa<tensor::InsertOp, PushOp>(op))
    return true;
  auto slice = dyn_cast<tensor::InsertSliceOp>(op);
  return slice && isConstantSlice(slice);
}

Value TileRoots::of(Value value) const {
  auto found = roots.find(value);
  return found == roots.end() ? value : found->second;
}

SmallVector<Value> TileRoots::standInsOf(Value value) const {
  SmallVector<Value> all = standIns.lookup(value);
  all.push_back(value);
  return all;
}

void TileRoots::add(Value value, Value root) {
  root = of(root);
  roots[value] = root;
  standIns[root].push_back(value);
}

void TileRoots::collect(Block &block) {
  for (Operation &op : block) {
    auto collectRegions = [&] {
      for (Region &region : op.getRegions())
        if (!region.empty())
          collect(region.front());
    };
    if (auto record = dyn_cast<RecordOp>(op)) {
      add(record.getResult(), record.getBuffer());
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      collectRegions();
      for (auto [i, result] : llvm::enumerate(branch.getResults()))
        if (isRecord(branch.thenYield().getOperand(i)))
          add(result, branch.thenYield().getOperand(i));
    } else if (auto inner = dyn_cast<scf::ForOp>(op)) {
      for (auto [init, argument, result] :
           llvm::zip(inner.getInitArgs(), inner.getRegionIterArgs(),
                     inner.getResults())) {
        if (isRecord(init))
          add(argument, init);
        if (isa<RankedTensorType>(result.getType()))
          add(result, argument);
      }
      collectRegions();
    } else if (auto inner = dyn_cast<LoopOp>(op)) {
      auto same = [&](auto arguments, ValueRange values) {
        for (auto [argument, value] : llvm::zip(arguments, values))
          if (isa<RankedTensorType>(value.getType()))
            add(argument, value);
      };
      size_t states = inner.getStateTypes().size();
      auto inStep = ArrayRef<BlockArgument>(inner.getStep().getArguments())
                        .slice(1, states);
      for (Region *region :
           {&inner.getStart(), &inner.getStep(), &inner.getFinish()}) {
        if (region->empty())
          continue;
        ArrayRef<BlockArgument> shared = TilePlan::sharedOf(inner, *region);
        size_t numIns = inner.getIns().size();
        same(ArrayRef<BlockArgument>(shared.begin() - numIns, numIns),
             inner.getIns());
        same(shared, inner.getShared());
        same(TilePlan::recordsOf(inner, *region), inner.getRecord());
        if (region == &inner.getStart())
          same(region->getArguments().take_front(inner.getInit().size()),
               inner.getInit());
      }
      SmallVector<Value> current(inStep);
      if (inner.getFinish().empty())
        same(inner.getFinals(), current);
      else
        same(inner.getFinish().getArguments().slice(2, states), current);
      same(inner.getRecords(), inner.getRecord());
      collectRegions();
    }
  }
}

TileRoots::TileRoots(LoopOp loop) {
  for (Region *region : {&loop.getStart(), &loop.getStep()})
    for (BlockArgument record : TilePlan::recordsOf(loop, *region))
      records.insert(record);
  for (Region *region : {&loop.getStart(), &loop.getStep(), &loop.getFinish()})
    if (!region->empty())
      collect(region->front());
}

} // namespace mlir::eq
