// Carries the failure of inner solves out to the end of a body.
//
//   %f = scf.if %c -> f64 {              %f, %failed = scf.if %c -> (f64, i1) {
//     %y, .., %s = eq.fixed_point ..       %y, .., %s = eq.fixed_point ..
//                                    ->    %b = arith.cmpi ne, %s, converged
//     scf.yield %y                         scf.yield %y, %b
//   } else { scf.yield %z }              } else { scf.yield %z, false }

#include "Expand.h"
#include "eq/IR/SampleTypes.h"
#include "eq/IR/Status.h"
#include "eq/Methods/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::eq {
namespace {

Value boolean(OpBuilder &builder, Location loc, bool value) {
  return arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), value);
}

// Either of two flags; null is false.
Value either(OpBuilder &builder, Location loc, Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  return arith::OrIOp::create(builder, loc, a, b);
}

// Whether any element of `flags` (i1, a scalar or a batch) is set.
Value anyOf(OpBuilder &builder, Location loc, Value flags) {
  return reduceElements(
      builder, loc, flags, boolean(builder, loc, false),
      [&](OpBuilder &nested, ValueRange element, ValueRange accumulators) {
        return SmallVector<Value>{
            arith::OrIOp::create(nested, loc, accumulators[0], element[0])};
      })[0];
}

class FailureCarrier {
public:
  explicit FailureCarrier(MLIRContext *context) : rewriter(context) {}

  // The flag of the whole block, defined in it; null where nothing can fail.
  Value carryOut(Block &block) {
    Value failed;
    SmallVector<Operation *> ops;
    for (Operation &op : block.without_terminator())
      ops.push_back(&op);
    for (Operation *op : ops) {
      Value flag = flagOf(op);
      rewriter.setInsertionPoint(block.getTerminator());
      failed = either(rewriter, block.getTerminator()->getLoc(), failed, flag);
    }
    return failed;
  }

private:
  Value flagOf(Operation *op) {
    if (auto solve = dyn_cast<FixedPointOp>(op))
      return flagOfSolve(solve);
    if (auto solve = dyn_cast<RootOp>(op))
      return flagOfSolve(solve);
    if (auto solve = dyn_cast<OdeOp>(op))
      return flagOfSolve(solve);
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return flagOfBranch(branch);
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return flagOfFor(loop);
    if (auto loop = dyn_cast<LoopOp>(op))
      return flagOfLoop(loop);
    return nullptr;
  }

  // Every sample of the inner solve must have converged, or been ended by its
  // own event.
  template <typename SolveOp> Value flagOfSolve(SolveOp solve) {
    if (solve.getOnFailure().value_or(OnFailure::fail) != OnFailure::fail)
      return nullptr;
    Location loc = solve.getLoc();
    rewriter.setInsertionPointAfter(solve);
    return reduceElements(
        rewriter, loc, solve.getStatus(), boolean(rewriter, loc, false),
        [&](OpBuilder &nested, ValueRange status, ValueRange accumulators) {
          Value converged = arith::ConstantIntOp::create(
              nested, loc, status[0].getType(),
              static_cast<int32_t>(Status::converged));
          Value differs = arith::CmpIOp::create(
              nested, loc, arith::CmpIPredicate::ne, status[0], converged);
          if (std::is_same_v<SolveOp, OdeOp>) {
            Value event = arith::ConstantIntOp::create(
                nested, loc, status[0].getType(),
                static_cast<int32_t>(Status::event));
            Value noEvent = arith::CmpIOp::create(
                nested, loc, arith::CmpIPredicate::ne, status[0], event);
            differs = arith::AndIOp::create(nested, loc, differs, noEvent);
          }
          return SmallVector<Value>{
              arith::OrIOp::create(nested, loc, accumulators[0], differs)};
        })[0];
  }

  Value flagOfBranch(scf::IfOp branch) {
    SmallVector<Value> flags;
    for (Region &region : branch->getRegions())
      flags.push_back(region.empty() ? Value() : carryOut(region.front()));
    if (!flags[0] && !flags[1])
      return nullptr;
    Location loc = branch.getLoc();
    rewriter.setInsertionPoint(branch);
    SmallVector<Type> types(branch.getResultTypes());
    types.push_back(rewriter.getI1Type());
    auto wide = scf::IfOp::create(rewriter, loc, types, branch.getCondition(),
                                  /*addThenBlock=*/false,
                                  /*addElseBlock=*/false);
    for (auto [i, region] : llvm::enumerate(branch->getRegions())) {
      Region &target = wide->getRegion(i);
      target.takeBody(region);
      if (target.empty())
        rewriter.createBlock(&target);
      Block &block = target.front();
      SmallVector<Value> yields;
      if (!block.empty())
        if (auto old = dyn_cast<scf::YieldOp>(block.back())) {
          yields = SmallVector<Value>(old.getOperands());
          rewriter.eraseOp(old);
        }
      rewriter.setInsertionPointToEnd(&block);
      yields.push_back(flags[i] ? flags[i] : boolean(rewriter, loc, false));
      scf::YieldOp::create(rewriter, loc, yields);
    }
    rewriter.replaceOp(branch, wide.getResults().drop_back());
    return wide.getResults().back();
  }

  Value flagOfFor(scf::ForOp loop) {
    Value flag = carryOut(*loop.getBody());
    if (!flag)
      return nullptr;
    rewriter.setInsertionPoint(loop);
    Value no = boolean(rewriter, loop.getLoc(), false);
    FailureOr<LoopLikeOpInterface> wide = loop.replaceWithAdditionalYields(
        rewriter, no, /*replaceInitOperandUsesInLoop=*/false,
        [&](OpBuilder &at, Location loc, ArrayRef<BlockArgument> before) {
          return SmallVector<Value>{
              arith::OrIOp::create(at, loc, before[0], flag)};
        });
    return (*wide)->getResults().back();
  }

  // The flag is one more state of the loop, and one more result.
  Value flagOfLoop(LoopOp loop) {
    Value inStart = flagOfRegion(loop.getStart());
    Value inStep = flagOfRegion(loop.getStep());
    Value inFinish = flagOfRegion(loop.getFinish());
    if (!inStart && !inStep && !inFinish)
      return nullptr;
    Location loc = loop.getLoc();
    Type i1 = rewriter.getI1Type();
    SmallVector<int64_t> batch = loop.getBatchDims();
    size_t numStates = loop.getStateTypes().size();

    rewriter.setInsertionPoint(loop);
    SmallVector<Value> init(loop.getInit());
    if (loop.getStart().empty()) {
      Type type = batchedType(batch, i1);
      TypedAttr no = rewriter.getBoolAttr(false);
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        no = DenseElementsAttr::get(tensor, false);
      init.push_back(arith::ConstantOp::create(rewriter, loc, no));
    }
    size_t numFinals = loop.getFinals().size();
    SmallVector<Type> types(loop->getResultTypes());
    types.insert(types.begin() + numFinals, batchedType(batch, i1));
    auto wide = LoopOp::create(rewriter, loc, types, init, loop.getIns(),
                               loop.getShared(), loop.getRecord(),
                               loop.getSum(), loop.getMax());
    wide->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
    wide.setScheduleAttr(loop.getScheduleAttr());
    wide.setSumChunkAttr(loop.getSumChunkAttr());
    for (auto [to, from] : llvm::zip(wide->getRegions(), loop->getRegions()))
      to.takeBody(from);

    auto addToNext = [&](Region &region, Value flag) {
      auto next = cast<NextOp>(region.front().getTerminator());
      next.getStatesMutable().append(flag);
    };
    if (!wide.getStart().empty()) {
      rewriter.setInsertionPoint(wide.getStart().front().getTerminator());
      addToNext(wide.getStart(),
                inStart ? inStart : boolean(rewriter, loc, false));
    }
    Value before =
        wide.getStep().insertArgument(1 + numStates, i1, loc); // after k
    rewriter.setInsertionPoint(wide.getStep().front().getTerminator());
    addToNext(wide.getStep(), either(rewriter, loc, before, inStep));
    if (!wide.getFinish().empty()) {
      Value last = wide.getFinish().insertArgument(2 + numStates, i1, loc);
      auto yield = cast<YieldOp>(wide.getFinish().front().getTerminator());
      rewriter.setInsertionPoint(yield);
      yield.getValuesMutable().append(either(rewriter, loc, last, inFinish));
    }

    SmallVector<Value> results(wide->getResults());
    Value flags = results[numFinals];
    results.erase(results.begin() + numFinals);
    rewriter.replaceOp(loop, results);
    rewriter.setInsertionPointAfter(wide);
    return anyOf(rewriter, loc, flags);
  }

  Value flagOfRegion(Region &region) {
    return region.empty() ? Value() : carryOut(region.front());
  }

  IRRewriter rewriter;
};

} // namespace

Value carryInnerFailures(Block &body) {
  return FailureCarrier(body.getParentOp()->getContext()).carryOut(body);
}

} // namespace mlir::eq
