// The rules of scf.
//
//   scf.for %i = %a to %b   ->  the same where all samples share the bounds;
//                               else turns until the last lane is done, and
//                               lanes that are done keep what they have
//   scf.if %c -> (f64)      ->  both sides, each under its part of the mask,
//                               then arith.select
//
// Records are written in place, so nothing is carried for them.

#include "Models.h"
#include "eq/Batch/Batch.h"
#include "eq/IR/EqOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::eq {

namespace {

//===----------------------------------------------------------------------===//
// scf.for
//===----------------------------------------------------------------------===//

// What a loop carries, without records.
struct Carried {
  Carried(scf::ForOp loop, const Batcher &batcher) {
    for (auto [init, argument, yield, result] :
         llvm::zip(loop.getInitArgs(), loop.getRegionIterArgs(),
                   loop.getYieldedValues(), loop.getResults())) {
      if (batcher.isRecord(init)) {
        records.push_back({init, argument, result});
        continue;
      }
      inits.push_back(init);
      arguments.push_back(argument);
      yields.push_back(yield);
      results.push_back(result);
    }
  }

  struct Record {
    Value init, argument, result;
  };
  SmallVector<Record> records;
  SmallVector<Value> inits, arguments, yields, results;
};

struct ForModel : BatchableOpInterface::ExternalModel<ForModel, scf::ForOp> {
  // The lanes whose turn `turn` is one of theirs.
  static Value lanesWithTurn(OpBuilder &builder, Location loc, Value turn,
                             Value end, bool isUnsigned) {
    Value turns =
        vector::BroadcastOp::create(builder, loc, end.getType(), turn);
    return arith::CmpIOp::create(builder, loc,
                                 isUnsigned ? arith::CmpIPredicate::ult
                                            : arith::CmpIPredicate::slt,
                                 turns, end);
  }

  // The largest value of the lanes that run here, `least` where none does.
  static Value largest(OpBuilder &builder, Location loc, Batcher &batcher,
                       Value values, Value least, bool isUnsigned) {
    Value leasts =
        vector::BroadcastOp::create(builder, loc, values.getType(), least);
    values = arith::SelectOp::create(
        builder, loc, batcher.getMask(builder, loc), values, leasts);
    return vector::ReductionOp::create(builder, loc,
                                       isUnsigned
                                           ? vector::CombiningKind::MAXUI
                                           : vector::CombiningKind::MAXSI,
                                       values, least);
  }

  // For each lane, how often it turns: (end - first) / step, rounded up.
  static Value turnsOf(OpBuilder &builder, Location loc, Batcher &batcher,
                       scf::ForOp loop) {
    Value first = batcher.wide(builder, loop.getLowerBound());
    Value end = batcher.wide(builder, loop.getUpperBound());
    Value step = batcher.wide(builder, loop.getStep());
    Value any =
        arith::CmpIOp::create(builder, loc,
                              loop.getUnsignedCmp() ? arith::CmpIPredicate::ult
                                                    : arith::CmpIPredicate::slt,
                              first, end);
    Value distance = arith::SubIOp::create(builder, loc, end, first);
    Value turns = distance;
    // The step of a loop in a body is a positive constant; 1 is the usual one.
    if (getConstantIntValue(loop.getStep()) != 1)
      turns = arith::CeilDivUIOp::create(builder, loc, distance, step);
    Value none = arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(turns.getType()));
    return arith::SelectOp::create(builder, loc, any, turns, none);
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto loop = cast<scf::ForOp>(op);
    Location loc = op->getLoc();
    bool isUnsigned = loop.getUnsignedCmp();
    Value lower = batcher.get(loop.getLowerBound());
    Value upper = batcher.get(loop.getUpperBound());
    Value step = batcher.get(loop.getStep());
    // Where each lane ends, in turns of the new loop; null: all at once.
    Value ends;
    bool countsTurns = batcher.isVarying(loop.getLowerBound());
    if (countsTurns) {
      ends = turnsOf(builder, loc, batcher, loop);
      auto constant = [&](int64_t value) -> Value {
        return arith::ConstantOp::create(
            builder, loc, builder.getIntegerAttr(step.getType(), value));
      };
      lower = constant(0);
      step = constant(1);
      isUnsigned = true;
      upper = largest(builder, loc, batcher, ends, lower, isUnsigned);
    } else if (batcher.isVarying(loop.getUpperBound())) {
      ends = upper;
      upper = largest(builder, loc, batcher, ends, lower, isUnsigned);
    }

    Carried carried(loop, batcher);
    for (const Carried::Record &record : carried.records) {
      batcher.map(record.argument, batcher.get(record.init));
      batcher.map(record.result, batcher.get(record.init));
    }
    SmallVector<Value> inits;
    for (Value init : carried.inits)
      inits.push_back(batcher.wide(builder, init));
    auto widened = scf::ForOp::create(
        builder, loc, lower, upper, step, inits,
        [&](OpBuilder &nested, Location, Value turn, ValueRange old) {
          batcher.map(carried.arguments, old);
          Value runs;
          if (ends)
            runs = batcher.narrowed(
                nested, loc,
                lanesWithTurn(nested, loc, turn, ends, isUnsigned));
          Batcher::MaskScope scope(batcher, runs);
          batcher.map(loop.getInductionVar(),
                      countsTurns
                          ? inductionOf(nested, loc, batcher, loop, turn)
                          : turn);
          batcher.batchBlock(nested, *loop.getBody());
          SmallVector<Value> yields;
          for (auto [value, before] : llvm::zip(carried.yields, old)) {
            Value next = batcher.wide(nested, value);
            if (ends)
              next = batcher.select(nested, loc, runs, next, before);
            yields.push_back(next);
          }
          scf::YieldOp::create(nested, loc, yields);
        },
        isUnsigned);
    batcher.map(carried.results, widened.getResults());
  }

  // first + turn * step for each lane.
  static Value inductionOf(OpBuilder &builder, Location loc, Batcher &batcher,
                           scf::ForOp loop, Value turn) {
    Value first = batcher.wide(builder, loop.getLowerBound());
    Value step = batcher.wide(builder, loop.getStep());
    Value turns =
        vector::BroadcastOp::create(builder, loc, first.getType(), turn);
    return arith::AddIOp::create(
        builder, loc, first, arith::MulIOp::create(builder, loc, turns, step));
  }
};

//===----------------------------------------------------------------------===//
// scf.if
//===----------------------------------------------------------------------===//

struct IfModel : BatchableOpInterface::ExternalModel<IfModel, scf::IfOp> {
  // Worth a jump where no lane needs it.
  static bool isLong(Block &block) {
    return block
        .walk([](Operation *op) {
          auto nest = dyn_cast<linalg::LinalgOp>(op);
          bool isLoop = isa<LoopOp, scf::ForOp>(op) ||
                        (nest && ShapedType::getNumElements(
                                     nest.getStaticLoopRanges()) >= 32);
          return isLoop ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto branch = cast<scf::IfOp>(op);
    Location loc = op->getLoc();
    Value condition = batcher.wide(builder, branch.getCondition());
    Value thenLanes = batcher.narrowed(builder, loc, condition);
    Value ones = arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(cast<ShapedType>(condition.getType()), true));
    Value elseLanes = batcher.narrowed(
        builder, loc, arith::XOrIOp::create(builder, loc, condition, ones));

    // Records went to their memory inside of the sides.
    SmallVector<Value> results, thenValues, elseValues;
    auto side = [&](OpBuilder &nested, Block &block, Value lanes) {
      Batcher::MaskScope scope(batcher, lanes);
      batcher.batchBlock(nested, block);
    };
    auto yieldsOf = [&](OpBuilder &nested, Block &block) {
      SmallVector<Value> values;
      for (Value value : block.getTerminator()->getOperands())
        if (!batcher.isRecord(value))
          values.push_back(batcher.wide(nested, value));
      return values;
    };
    auto choose = [&](OpBuilder &nested, ArrayRef<Value> a, ArrayRef<Value> b) {
      SmallVector<Value> chosen;
      for (auto [whenTrue, whenFalse] : llvm::zip(a, b))
        chosen.push_back(
            batcher.select(nested, loc, condition, whenTrue, whenFalse));
      return chosen;
    };

    Block *thenBlock = branch.thenBlock(), *elseBlock = branch.elseBlock();
    SmallVector<Value> chosen;
    if (isLong(*thenBlock)) {
      if (elseBlock) {
        side(builder, *elseBlock, elseLanes);
        elseValues = yieldsOf(builder, *elseBlock);
      }
      chosen =
          guarded(builder, loc, thenLanes, elseValues, [&](OpBuilder &nested) {
            side(nested, *thenBlock, thenLanes);
            return choose(nested, yieldsOf(nested, *thenBlock), elseValues);
          });
    } else {
      side(builder, *thenBlock, thenLanes);
      thenValues = yieldsOf(builder, *thenBlock);
      if (elseBlock && isLong(*elseBlock)) {
        chosen = guarded(
            builder, loc, elseLanes, thenValues, [&](OpBuilder &nested) {
              side(nested, *elseBlock, elseLanes);
              return choose(nested, thenValues, yieldsOf(nested, *elseBlock));
            });
      } else if (elseBlock) {
        side(builder, *elseBlock, elseLanes);
        chosen = choose(builder, thenValues, yieldsOf(builder, *elseBlock));
      }
    }
    size_t next = 0;
    for (auto [i, result] : llvm::enumerate(op->getResults())) {
      Value yielded = branch.thenYield().getOperand(i);
      batcher.map(result, batcher.isRecord(yielded) ? batcher.get(yielded)
                                                    : chosen[next++]);
    }
  }

  // What `make` gives if a lane is in `lanes`, else `values`.
  static SmallVector<Value>
  guarded(OpBuilder &builder, Location loc, Value lanes, ArrayRef<Value> values,
          function_ref<SmallVector<Value>(OpBuilder &)> make) {
    Value any = Batcher::anyOf(builder, loc, lanes);
    auto branch = scf::IfOp::create(
        builder, loc, any,
        [&](OpBuilder &nested, Location) {
          scf::YieldOp::create(nested, loc, make(nested));
        },
        [&](OpBuilder &nested, Location) {
          scf::YieldOp::create(nested, loc, values);
        });
    return SmallVector<Value>(branch.getResults());
  }
};

} // namespace

void registerSCFBatchModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, scf::SCFDialect *) {
    scf::ForOp::attachInterface<ForModel>(*context);
    scf::IfOp::attachInterface<IfModel>(*context);
  });
}

} // namespace mlir::eq
