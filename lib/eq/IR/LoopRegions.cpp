// The regions that a loop may leave out, written down.

#include "eq/IR/LoopRegions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::eq;

void mlir::eq::ensureFinish(LoopOp loop) {
  if (!loop.getFinish().empty())
    return;
  OpBuilder builder(loop);
  SmallVector<Type> types = {builder.getI32Type(), builder.getI1Type()};
  size_t states = loop.getStateTypes().size();
  size_t inputs = loop.getIns().size() + loop.getShared().size();
  for (BlockArgument argument :
       loop.getStep().getArguments().slice(1, states + inputs))
    types.push_back(argument.getType());
  Block *block =
      builder.createBlock(&loop.getFinish(), loop.getFinish().end(), types,
                          SmallVector<Location>(types.size(), loop.getLoc()));
  YieldOp::create(builder, loop.getLoc(),
                  ValueRange(block->getArguments()).slice(2, states));
}

void mlir::eq::ensureStart(LoopOp loop) {
  if (!loop.getStart().empty())
    return;
  OpBuilder builder(loop);
  size_t inputs = loop.getIns().size() + loop.getShared().size();
  SmallVector<Type> types;
  for (BlockArgument argument :
       loop.getStep().getArguments().slice(1, loop.getInit().size() + inputs))
    types.push_back(argument.getType());
  Block *block =
      builder.createBlock(&loop.getStart(), loop.getStart().end(), types,
                          SmallVector<Location>(types.size(), loop.getLoc()));
  Value yes = arith::ConstantIntOp::create(builder, loop.getLoc(),
                                           builder.getI1Type(), 1);
  NextOp::create(
      builder, loop.getLoc(), yes,
      ValueRange(block->getArguments()).take_front(loop.getInit().size()),
      ValueRange(), ValueRange());
}
