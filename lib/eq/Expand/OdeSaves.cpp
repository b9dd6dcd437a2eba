// Saved times of eq.ode: states between the steps, by the method's interpolant.

#include "OdeExpansion.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::eq {

using Predicate = arith::CmpFPredicate;

Value OdeExpansion::timeOfSlot(const RegionView &view, Value slot) {
  return tensor::ExtractOp::create(builder, loc, view.at(savePlace), slot);
}

// Saved times lie between `from` and `to` and do not turn back.
Value OdeExpansion::legalSaves(const RegionView &view, Value from, Value to) {
  Value isForward = compare(Predicate::OLE, from, to);
  auto inOrder = [&](Value earlier, Value later) {
    return select(isForward, compare(Predicate::OLE, earlier, later),
                  compare(Predicate::OGE, earlier, later));
  };
  Value first = arith::ConstantIndexOp::create(builder, loc, 0);
  Value step = arith::ConstantIndexOp::create(builder, loc, 1);
  Value end = arith::ConstantIndexOp::create(builder, loc, numSaves());
  auto loop = scf::ForOp::create(builder, loc, first, end, step,
                                 ValueRange{boolean(true), from});
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(loop.getBody());
    Value at = timeOfSlot(view, loop.getInductionVar());
    Value good = inOrder(loop.getRegionIterArg(1), at);
    scf::YieldOp::create(builder, loc,
                         ValueRange{all(loop.getRegionIterArg(0), good), at});
  }
  return all(loop.getResult(0), inOrder(loop.getResult(1), to));
}

// The first slot from `slot` on whose time is behind `until`.
Value OdeExpansion::slotsUntil(const RegionView &view, Value slot, Value until,
                               Value isForward) {
  Type i32 = builder.getI32Type();
  Value saves = view.at(savePlace);
  auto loop = LoopOp::create(builder, loc, TypeRange{i32, i32}, slot,
                             ValueRange(), ValueRange{saves, until, isForward},
                             ValueRange(), ValueRange(), count(numSaves() + 1));
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Location> locations(5, loc);
  Block *block = builder.createBlock(
      &loop.getStep(), loop.getStep().end(),
      {i32, i32, saves.getType(), time, builder.getI1Type()}, locations);
  Value at = block->getArgument(1);
  Value place =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(), at);
  Value when =
      tensor::ExtractOp::create(builder, loc, block->getArgument(2), place);
  Value end = block->getArgument(3);
  Value passed =
      select(block->getArgument(4), compare(Predicate::OLE, when, end),
             compare(Predicate::OGE, when, end));
  Value exists = compare(arith::CmpIPredicate::slt, at, count(numSaves()));
  Value goesOn = all(passed, exists);
  Value next = arith::AddIOp::create(builder, loc, at, count(1));
  NextOp::create(builder, loc, goesOn, ValueRange{select(goesOn, next, at)},
                 ValueRange(), ValueRange());
  return loop.getFinals().front();
}

// Times at the very start.
void OdeExpansion::saveStart(const RegionView &view, ValueRange y, Value from,
                             Value to, Value legal, ValueRange buffers,
                             Value &slot, SmallVectorImpl<Value> &records) {
  Value isForward = compare(Predicate::OLE, from, to);
  Value end = slotsUntil(view, slot, from, isForward);
  end = select(legal, end, slot);
  Value first = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value last =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(), end);
  auto loop = scf::ForOp::create(builder, loc, first, last, one, buffers);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(loop.getBody());
    SmallVector<Value> written;
    for (auto [state, buffer] : llvm::zip(y, loop.getRegionIterArgs()))
      written.push_back(RecordOp::create(builder, loc, buffer.getType(), state,
                                         buffer, loop.getInductionVar(),
                                         boolean(true)));
    scf::YieldOp::create(builder, loc, written);
  }
  llvm::append_range(records, loop.getResults());
  slot = end;
}

// Times behind t up to `reached`, by the method's interpolant.
void OdeExpansion::saveStep(const RegionView &view, StepContext &context,
                            const Flight &flight, const Attempt &attempt,
                            Value reached, Value accepts, const Step &step,
                            ValueRange buffers, Value &slot,
                            SmallVectorImpl<Value> &records) {
  Value isForward =
      compare(Predicate::OLE, knob(view, "from"), knob(view, "to"));
  // A rejected step reaches no further than the last one.
  reached = select(accepts, reached, flight.t);
  Value end = slotsUntil(view, slot, reached, isForward);
  Value any = compare(arith::CmpIPredicate::slt, slot, end);
  Value savedFlag = innerFailed;
  auto branch = scf::IfOp::create(builder, loc, TypeRange(buffers), any,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    Value h = attempt.h;
    Step whole = step;
    llvm::append_range(
        whole.stages, method.extraStages(context, flight.t, h, flight.y, step));
    auto toIndex = [&](Value x) -> Value {
      return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                        x);
    };
    Value one = arith::ConstantIndexOp::create(builder, loc, 1);
    auto loop = scf::ForOp::create(builder, loc, toIndex(slot), toIndex(end),
                                   one, buffers);
    {
      OpBuilder::InsertionGuard inner(builder);
      builder.setInsertionPointToEnd(loop.getBody());
      Value when = timeOfSlot(view, loop.getInductionVar());
      Value theta = over(minus(when, flight.t), h);
      Value isEnd = compare(Predicate::OEQ, when, attempt.tNext);
      SmallVector<Value> between =
          method.interpolate(context, theta, h, flight.y, whole);
      SmallVector<Value> written;
      for (auto [value, last, buffer] :
           llvm::zip(between, step.y, loop.getRegionIterArgs()))
        written.push_back(RecordOp::create(
            builder, loc, buffer.getType(), select(isEnd, last, value), buffer,
            loop.getInductionVar(), boolean(true)));
      scf::YieldOp::create(builder, loc, written);
    }
    scf::YieldOp::create(builder, loc, loop.getResults());
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, loc, buffers);
  }
  innerFailed = savedFlag;
  llvm::append_range(records, branch.getResults());
  slot = end;
}

} // namespace mlir::eq
