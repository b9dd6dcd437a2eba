// Gives hostile operations in bodies a defined result.
//
//   %q = arith.divsi %a, %b     %z = arith.cmpi eq, %b, 0
//                           ->  %s = arith.select %z, 1, %b
//                               %q = arith.select %z, 0, (divsi %a, %s)

#include "eq/Expand/Passes.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include <cmath>

namespace mlir::eq {

#define GEN_PASS_DEF_GUARDTRAPSPASS
#include "eq/Expand/Passes.h.inc"

namespace {

void report(Operation *op, const std::string &text) {
  remark::passed(op->getLoc(),
                 remark::RemarkOpts::name("guard").category("eq-expand"))
      << "'" + op->getName().getStringRef().str() + "': " + text;
}

Value integerConstant(OpBuilder &builder, Location loc, Type type,
                      int64_t value) {
  TypedAttr attr = builder.getIntegerAttr(elementTypeOf(type), value);
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    attr = DenseElementsAttr::get(tensor, Attribute(attr));
  return arith::ConstantOp::create(builder, loc, attr);
}

Value equals(OpBuilder &builder, Location loc, Value value, int64_t constant) {
  return arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq, value,
      integerConstant(builder, loc, value.getType(), constant));
}

//===----------------------------------------------------------------------===//
// Division and shifts
//===----------------------------------------------------------------------===//

// Every element of a constant divisor is neither 0 nor -1.
bool isHarmlessDivisor(Value divisor) {
  APInt scalar;
  if (matchPattern(divisor, m_ConstantInt(&scalar)))
    return !scalar.isZero() && !scalar.isAllOnes();
  DenseIntElementsAttr elements;
  if (!matchPattern(divisor, m_Constant(&elements)))
    return false;
  return llvm::all_of(elements.getValues<APInt>(), [](const APInt &value) {
    return !value.isZero() && !value.isAllOnes();
  });
}

// x / 0 = 0, x % 0 = 0. Signed x / -1 is 0 - x, which wraps; x % -1 is 0.
void guardDivision(Operation *op) {
  Value dividend = op->getOperand(0), divisor = op->getOperand(1);
  if (isHarmlessDivisor(divisor))
    return;
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Type type = divisor.getType();
  bool isSigned = isa<arith::DivSIOp, arith::RemSIOp, arith::CeilDivSIOp,
                      arith::FloorDivSIOp>(op);
  bool isRemainder = isa<arith::RemSIOp, arith::RemUIOp>(op);
  report(op, isSigned ? "by 0 gives 0, and by -1 wraps" : "by 0 gives 0");
  Value zero = integerConstant(builder, loc, type, 0);
  Value isZero = equals(builder, loc, divisor, 0);
  Value special = isZero;
  Value isMinusOne;
  if (isSigned) {
    isMinusOne = equals(builder, loc, divisor, -1);
    special = arith::OrIOp::create(builder, loc, special, isMinusOne);
  }
  Value safe = arith::SelectOp::create(
      builder, loc, special, integerConstant(builder, loc, type, 1), divisor);
  op->setOperand(1, safe);

  builder.setInsertionPointAfter(op);
  Value result = op->getResult(0), guarded;
  SmallPtrSet<Operation *, 2> made = {op};
  if (isMinusOne && !isRemainder) {
    Value negated = arith::SubIOp::create(builder, loc, zero, dividend);
    guarded =
        arith::SelectOp::create(builder, loc, isMinusOne, negated, result);
    made.insert(guarded.getDefiningOp());
    guarded = arith::SelectOp::create(builder, loc, isZero, zero, guarded);
  } else {
    guarded = arith::SelectOp::create(builder, loc, special, zero, result);
  }
  made.insert(guarded.getDefiningOp());
  result.replaceAllUsesExcept(guarded, made);
}

// What shifting one place at a time would give.
void guardShift(Operation *op) {
  Value amount = op->getOperand(1);
  Type type = amount.getType();
  unsigned width = elementTypeOf(type).isIndex()
                       ? 64
                       : elementTypeOf(type).getIntOrFloatBitWidth();
  APInt constant;
  if (matchPattern(amount, m_ConstantInt(&constant)) && constant.ult(width))
    return;
  report(op, "by " + std::to_string(width) +
                 " places and more gives what single places give");
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Value last = integerConstant(builder, loc, type, width - 1);
  Value tooFar = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                       amount, last);
  op->setOperand(1,
                 arith::SelectOp::create(builder, loc, tooFar, last, amount));
  if (isa<arith::ShRSIOp>(op))
    return;
  builder.setInsertionPointAfter(op);
  Value result = op->getResult(0);
  auto guarded = arith::SelectOp::create(
      builder, loc, tooFar, integerConstant(builder, loc, type, 0), result);
  result.replaceAllUsesExcept(guarded, guarded);
}

// A real that no integer of the type can hold becomes the nearest one that can,
// a NaN becomes 0.
void guardConversion(Operation *op, bool isSigned) {
  report(op, "a number out of range gives the nearest one, a NaN gives 0");
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Value real = op->getOperand(0);
  Type realType = real.getType(), integerType = op->getResult(0).getType();
  unsigned width = elementTypeOf(integerType).getIntOrFloatBitWidth();
  auto realConstant = [&](double value) -> Value {
    TypedAttr attr = builder.getFloatAttr(elementTypeOf(realType), value);
    if (auto tensor = dyn_cast<RankedTensorType>(realType))
      attr = DenseElementsAttr::get(tensor, Attribute(attr));
    return arith::ConstantOp::create(builder, loc, attr);
  };
  auto compare = [&](arith::CmpFPredicate predicate, Value bound) -> Value {
    return arith::CmpFOp::create(builder, loc, predicate, real, bound);
  };
  // Powers of two, which are exact; a value in between is rounded toward 0.
  Value below =
      compare(arith::CmpFPredicate::OLT,
              realConstant(isSigned ? -std::ldexp(1.0, width - 1) : 0.0));
  Value above =
      compare(arith::CmpFPredicate::OGE,
              realConstant(std::ldexp(1.0, isSigned ? width - 1 : width)));
  Value isNan = compare(arith::CmpFPredicate::UNO, real);
  Value outside = arith::OrIOp::create(
      builder, loc, arith::OrIOp::create(builder, loc, below, above), isNan);
  op->setOperand(0, arith::SelectOp::create(builder, loc, outside,
                                            realConstant(0.0), real));

  builder.setInsertionPointAfter(op);
  Value result = op->getResult(0);
  APInt least = isSigned ? APInt::getSignedMinValue(width) : APInt(width, 0);
  APInt most =
      isSigned ? APInt::getSignedMaxValue(width) : APInt::getMaxValue(width);
  auto low = arith::SelectOp::create(
      builder, loc, below,
      integerConstant(builder, loc, integerType, least.getSExtValue()), result);
  auto high = arith::SelectOp::create(
      builder, loc, above,
      integerConstant(builder, loc, integerType, most.getSExtValue()), low);
  result.replaceAllUsesExcept(high, low);
}

// 0 to a negative power, which would be 1 / 0, is 0.
void guardPower(Operation *op) {
  report(op, "0 to a negative power gives 0");
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Value base = op->getOperand(0), power = op->getOperand(1);
  Value zero = integerConstant(builder, loc, power.getType(), 0);
  Value negative = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::slt, power, zero);
  Value isZero = equals(builder, loc, base, 0);
  Value special = arith::AndIOp::create(builder, loc, negative, isZero);
  op->setOperand(0,
                 arith::SelectOp::create(
                     builder, loc, special,
                     integerConstant(builder, loc, base.getType(), 1), base));
  builder.setInsertionPointAfter(op);
  Value result = op->getResult(0);
  auto guarded = arith::SelectOp::create(
      builder, loc, special, integerConstant(builder, loc, result.getType(), 0),
      result);
  result.replaceAllUsesExcept(guarded, guarded);
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

// 0 <= index <= last can be seen from constants around it.
bool isWithin(Value index, int64_t last) {
  if (auto constant = getConstantIntValue(index))
    return 0 <= *constant && *constant <= last;
  if (auto position = index.getDefiningOp<linalg::IndexOp>()) {
    auto generic = position->getParentOfType<linalg::LinalgOp>();
    int64_t extent = generic.getStaticLoopRanges()[position.getDim()];
    return ShapedType::isStatic(extent) && extent - 1 <= last;
  }
  auto argument = dyn_cast<BlockArgument>(index);
  if (!argument)
    return false;
  auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
  if (!loop || argument != loop.getInductionVar())
    return false;
  auto lower = getConstantIntValue(loop.getLowerBound());
  auto upper = getConstantIntValue(loop.getUpperBound());
  return lower && upper && 0 <= *lower && *upper - 1 <= last;
}

Value clamped(OpBuilder &builder, Location loc, Value index, int64_t last) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value top = arith::ConstantIndexOp::create(builder, loc, last);
  Value atLeast = arith::MaxSIOp::create(builder, loc, index, zero);
  return arith::MinSIOp::create(builder, loc, atLeast, top);
}

void guardIndices(Operation *op, MutableOperandRange indices,
                  ArrayRef<int64_t> last) {
  OpBuilder builder(op);
  for (auto [index, top] : llvm::zip(indices, last))
    if (!isWithin(index.get(), top)) {
      report(op, "an index is held between 0 and " + std::to_string(top));
      index.set(clamped(builder, op->getLoc(), index.get(), top));
    }
}

// Elements: the last place of each dimension.
void guardElement(Operation *op, MutableOperandRange indices,
                  RankedTensorType type) {
  guardIndices(op, indices,
               llvm::map_to_vector(type.getShape(),
                                   [](int64_t size) { return size - 1; }));
}

// Slices: the last offset at which the slice still fits.
template <typename SliceOp>
void guardSlice(SliceOp op, RankedTensorType whole) {
  SmallVector<int64_t> last;
  for (auto [d, offset] : llvm::enumerate(op.getStaticOffsets()))
    if (ShapedType::isDynamic(offset))
      last.push_back(whole.getDimSize(d) -
                     (op.getStaticSizes()[d] - 1) * op.getStaticStrides()[d] -
                     1);
  guardIndices(op, op.getOffsetsMutable(), last);
}

// What has no defined result for some numbers, wherever it stands.
void guardArithmetic(Operation *op) {
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
          arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(op))
    return guardDivision(op);
  if (isa<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(op))
    return guardShift(op);
  if (isa<arith::FPToSIOp, arith::FPToUIOp>(op))
    return guardConversion(op, isa<arith::FPToSIOp>(op));
  if (isa<math::IPowIOp>(op))
    return guardPower(op);
}

// Indices in a body; outside, codegen adds checks that return an error.
void guardPlaces(Operation *op) {
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    return guardElement(op, extract.getIndicesMutable(),
                        cast<RankedTensorType>(extract.getTensor().getType()));
  if (auto insert = dyn_cast<tensor::InsertOp>(op))
    return guardElement(op, insert.getIndicesMutable(),
                        cast<RankedTensorType>(insert.getDest().getType()));
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return guardSlice(slice, slice.getSourceType());
  if (auto slice = dyn_cast<tensor::InsertSliceOp>(op))
    return guardSlice(slice, slice.getDestType());
}

struct GuardTraps : impl::GuardTrapsPassBase<GuardTraps> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<Operation *> all, inBodies;
    getOperation().walk([&](Operation *op) {
      all.push_back(op);
      if (op->getParentOfType<LoopOp>())
        inBodies.push_back(op);
    });
    for (Operation *op : all)
      guardArithmetic(op);
    for (Operation *op : inBodies)
      guardPlaces(op);
  }
};

} // namespace
} // namespace mlir::eq
