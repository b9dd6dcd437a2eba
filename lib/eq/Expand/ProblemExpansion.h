// What the expansions of all problem ops have in common: the loop's operands,
// its regions, the checks of arguments, and the evaluation of the body.
#ifndef EQ_EXPAND_PROBLEMEXPANSION_H
#define EQ_EXPAND_PROBLEMEXPANSION_H

#include "Expand.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/Status.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::eq {

/// The operands of the loop: those of the problem, then its knobs and scales,
/// each with the inputs of one sample (`ins`) or of all (`shared`).
struct LoopInputs {
  SmallVector<Value> ins, shared;
  SmallVector<Type> insTypes, sharedTypes; // as a region sees them

  /// An input with its type for one sample; gives its place.
  struct Place {
    bool isShared;
    size_t index;
  };
  Place add(Value value, Type sample, bool isShared) {
    (isShared ? shared : ins).push_back(value);
    auto &types = isShared ? sharedTypes : insTypes;
    types.push_back(sample);
    return {isShared, types.size() - 1};
  }
};

/// The arguments of one region of the loop.
struct RegionView {
  ValueRange ins, shared;

  Value at(LoopInputs::Place place) const {
    return place.isShared ? shared[place.index] : ins[place.index];
  }
};

class ProblemExpansion {
protected:
  /// `real` is the type of errors and tolerances.
  ProblemExpansion(Operation *op, FloatType real)
      : builder(op), loc(op->getLoc()), real(real) {}

  /// The problem's own inputs, first of all; `arguments` are the body's.
  void addInputs(ValueRange ins, ValueRange shared,
                 ArrayRef<BlockArgument> arguments);
  void addKnob(StringRef name, Value value);
  void addKnobs(ArrayAttr names, ValueRange values);
  void addScales(ValueRange values, ArrayRef<BlockArgument> states);

  /// Makes the block of `region` with (leading, ins, shared, trailing)
  /// arguments and moves the builder into it.
  RegionView openRegion(Region &region, TypeRange leading,
                        SmallVectorImpl<Value> &leadingArguments,
                        TypeRange trailing = {});

  /// The sample's value of a knob, or null where it is not given.
  Value knob(const RegionView &view, StringRef name);

  /// Clones `block`, which takes (leading, ins, shared), at these values, and
  /// gives what it yields. `flag`, if not null, is the i1 of `block` that is
  /// set where an inner solve failed; it is or-ed into `failed`.
  SmallVector<Value> evaluate(Block &block, Value flag, ValueRange leading,
                              const RegionView &view, Value &failed);

  /// An i1: every real element is finite. Null where there is none.
  Value allFinite(ValueRange values);
  /// A size that is NaN if any real element is, infinite if one is infinite and
  /// none NaN, and finite otherwise: a sum of small multiples of the
  /// magnitudes, one fma each. In ascending order.
  Value sizeOf(ValueRange values);
  /// An i1: the size is finite, or it is not.
  Value isFinite(Value size);
  Value isNotFinite(Value size);

  /// What failed evaluations were. Any of them may be null.
  struct Failure {
    Value size;         // of what they gave: not finite where one is not
    Value isNan, inner; // i1: NaNs elsewhere, failed inner solves
  };
  /// An i1: an evaluation failed. Null where none can.
  Value failed(const Failure &failure);
  /// The status of a failure, or `otherwise`.
  Value statusOf(const Failure &failure, Value otherwise);
  /// The largest |element| of the real values, NaN if any is; null: no reals.
  Value largestMagnitude(ValueRange values);
  /// An i1: tolerances (those of `until` too) and `bound` are not negative and
  /// no NaN, `max` is not negative, scales are positive and finite.
  Value legalLimits(const RegionView &view);

  /// The status with which the sample's loop ends after `k` steps: `cancelled`
  /// where it would go on (`again`) and could, or where an inner solve failed
  /// because it was cancelled.
  Value finalStatus(const RegionView &view, Value k, Value again, Value status);

  /// An array of `sample`'s shape and type for every sample of `like`, full of
  /// NaNs, to be written slot by slot.
  Value makeRecord(Value like, size_t batchRank, RankedTensorType sample);

  Value number(double value) { return number(real, value); }
  Value number(Type type, double value);
  Value boolean(bool value);
  Value statusConstant(Status status);
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, loc, predicate, a, b);
  }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, loc, predicate, a, b);
  }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(builder, loc, condition, yes, no);
  }
  /// Both and either of two i1 values; null is true and false, respectively.
  Value all(Value a, Value b);
  Value either(Value a, Value b);
  Value negate(Value condition);

  OpBuilder builder;
  Location loc;
  FloatType real;
  LoopInputs inputs;
  bool canFailInside = false; // a body that was evaluated has inner solves
  size_t numOwnIns = 0, numOwnShared = 0; // those the body sees
  llvm::StringMap<LoopInputs::Place> knobs;
  SmallVector<LoopInputs::Place> scales;
};

} // namespace mlir::eq

#endif // EQ_EXPAND_PROBLEMEXPANSION_H
