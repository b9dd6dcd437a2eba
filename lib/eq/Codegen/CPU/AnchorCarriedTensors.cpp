// Gives every tensor that scf.for carries one place for all its turns.
//
//   scf.for .. iter_args(%t = %z) {      scf.for .. iter_args(%t = %z) {
//     %y = f(%t)                     ->    %y = f(%t)
//     scf.yield %y                         %a = bufferization
//                                               .materialize_in_destination
//                                               %y in %t
//                                          scf.yield %a
//
// Without it a turn would end in memory of its own, which one-shot
// bufferization refuses. Where f can compute in place, the copy goes away.
// Where f is a loop that reads %t, it has memory of its own: what it still
// reads must not be gone. Two tensors that are carried begin in two places.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace mlir::eq {

#define GEN_PASS_DEF_ANCHORCARRIEDTENSORSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

// The tensor whose memory `value` is written into, op by op: destinations, and
// what loops and branches carry. `writers` become these ops.
Value rootOf(Value value, SmallVectorImpl<Operation *> *writers = nullptr) {
  while (auto result = dyn_cast<OpResult>(value)) {
    Operation *op = result.getOwner();
    if (writers)
      writers->push_back(op);
    if (auto destination = dyn_cast<DestinationStyleOpInterface>(op)) {
      value = destination.getTiedOpOperand(result)->get();
    } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
      value = loop.getInitArgs()[result.getResultNumber()];
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      unsigned i = result.getResultNumber();
      Value root = rootOf(branch.thenYield().getOperand(i));
      if (root != rootOf(branch.elseYield().getOperand(i)))
        return value;
      value = root;
    } else {
      return value;
    }
  }
  return value;
}

// Whether `value` is read in `op` or behind it, in this turn.
bool isReadFrom(Operation *op, Value value) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    Operation *around = op->getBlock()->findAncestorOpInBlock(*user);
    return around && !around->isBeforeInBlock(op) &&
           !around->hasTrait<OpTrait::IsTerminator>();
  });
}

// A loop that writes its result to an empty tensor must not do so in the memory
// of `carried` as long as that is read.
void separate(Value carried, Value value) {
  SmallVector<Operation *> writers;
  Value root = rootOf(value, &writers);
  auto empty = root.getDefiningOp<tensor::EmptyOp>();
  if (!empty || llvm::none_of(writers, [&](Operation *op) {
        return isa<scf::ForOp>(op) && isReadFrom(op, carried);
      }))
    return;
  OpBuilder builder(empty);
  auto own = bufferization::AllocTensorOp::create(
      builder, empty.getLoc(), empty.getType(), ValueRange());
  root.replaceUsesWithIf(own.getResult(), [&](OpOperand &use) {
    return llvm::is_contained(writers, use.getOwner());
  });
}

// Lets a loop that writes its result to an empty tensor write to `carried`,
// where nobody reads that from there on: the result ends there as it is.
// Whether it does.
bool writeInPlace(Value carried, Value value) {
  SmallVector<Operation *> writers;
  auto empty = rootOf(value, &writers).getDefiningOp<tensor::EmptyOp>();
  Block *body = carried.getParentBlock();
  if (!empty || !llvm::any_of(writers, llvm::IsaPred<scf::ForOp>) ||
      !llvm::all_of(ArrayRef(writers).drop_back(), [&](Operation *op) {
        return op->getBlock() == body && !isReadFrom(op, carried);
      }))
    return false;
  writers.pop_back(); // the empty tensor
  empty.getResult().replaceUsesWithIf(carried, [&](OpOperand &use) {
    return llvm::is_contained(writers, use.getOwner());
  });
  return rootOf(value) == carried;
}

// Whether somebody reads what is written into `value`, one element after the
// other, before the turn ends.
bool isReadWithin(Value value) {
  return llvm::any_of(value.getUses(), [](OpOperand &use) {
    auto insert = dyn_cast<tensor::InsertOp>(use.getOwner());
    if (insert && use.get() == insert.getDest())
      return isReadWithin(insert.getResult());
    return !isa<scf::YieldOp>(use.getOwner());
  });
}

// Tensors that begin as the same empty one have memory of their own each: what
// a turn wrote into one and reads again must not be gone because of another.
// Bufferization sees no conflict there. Those that nobody reads may share.
void separateEmpties(scf::ForOp loop) {
  OpBuilder builder(loop);
  for (auto [i, init] : llvm::enumerate(loop.getInitArgsMutable())) {
    auto empty = init.get().getDefiningOp<tensor::EmptyOp>();
    if (!empty || empty->hasOneUse() ||
        (loop.getResult(i).use_empty() &&
         !isReadWithin(loop.getRegionIterArg(i))))
      continue;
    init.set(builder.clone(*empty)->getResult(0));
  }
}

void anchorCarried(scf::ForOp loop) {
  separateEmpties(loop);
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  OpBuilder builder(yield);
  Location loc = yield.getLoc();
  // Copies first: a tensor is not read after it was written.
  SmallVector<std::pair<size_t, Value>> anchored;
  for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    Value value = yield.getOperand(i);
    Value root = type ? rootOf(value) : Value();
    if (!type || root == argument)
      continue;
    if (llvm::is_contained(loop.getRegionIterArgs(), root))
      value = bufferization::AllocTensorOp::create(builder, loc, type,
                                                   ValueRange(), value);
    else if (writeInPlace(argument, value))
      continue;
    else
      separate(argument, value);
    anchored.push_back({i, value});
  }
  for (auto [i, value] : anchored) {
    auto written = bufferization::MaterializeInDestinationOp::create(
        builder, loc, value.getType(), value, loop.getRegionIterArg(i));
    yield.setOperand(i, written.getResult());
  }
}

struct AnchorCarriedTensors
    : impl::AnchorCarriedTensorsPassBase<AnchorCarriedTensors> {
  using Base::Base;

  void runOnOperation() override { getOperation().walk(anchorCarried); }
};

} // namespace
} // namespace mlir::eq
