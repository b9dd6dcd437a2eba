// Decides every rounding, and drops the fast-math flags.
//
//   %p = arith.mulf %a, %b fastmath<contract>
//   %s = arith.addf %c, %p fastmath<contract>  ->  %s = math.fma %a, %b, %c

#include "eq/Fuse/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_FIXARITHMETICPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

bool mayContract(Operation *op) {
  auto fast = dyn_cast_or_null<arith::ArithFastMathInterface>(op);
  return fast &&
         arith::bitEnumContainsAll(fast.getFastMathFlagsAttr().getValue(),
                                   arith::FastMathFlags::contract);
}

// The product that `value` is, if it may be contracted into its one use.
arith::MulFOp contractibleProduct(Value value) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  return product && product->hasOneUse() && mayContract(product)
             ? product
             : arith::MulFOp();
}

// a b + c and a b - c, with the product on either side.
void contract(Operation *op) {
  if (!isa<arith::AddFOp, arith::SubFOp>(op) || !mayContract(op))
    return;
  OpBuilder builder(op);
  Location loc = op->getLoc();
  bool isDifference = isa<arith::SubFOp>(op);
  Value left = op->getOperand(0), right = op->getOperand(1);
  arith::MulFOp product;
  Value a, c;
  if ((product = contractibleProduct(right))) {
    // c + a b, or c - a b = (-a) b + c.
    a = product.getLhs();
    if (isDifference)
      a = arith::NegFOp::create(builder, loc, a);
    c = left;
  } else if ((product = contractibleProduct(left))) {
    a = product.getLhs();
    c = right;
    if (isDifference)
      c = arith::NegFOp::create(builder, loc, c);
  } else {
    return;
  }
  remark::passed(loc, remark::RemarkOpts::name("contract").category("eq-fuse"))
      << "a product and a sum are rounded once";
  Value fma = math::FmaOp::create(builder, loc, a, product.getRhs(), c);
  op->getResult(0).replaceAllUsesWith(fma);
  op->erase();
  product->erase();
}

// The larger (smaller) number; the other operand where one is a NaN. For equal
// values, zeros of either sign among them, the second.
void defineNumberExtremum(Operation *op) {
  auto predicate = isa<arith::MaxNumFOp>(op) ? arith::CmpFPredicate::OGT
                   : isa<arith::MinNumFOp>(op)
                       ? arith::CmpFPredicate::OLT
                       : arith::CmpFPredicate::AlwaysFalse;
  if (predicate == arith::CmpFPredicate::AlwaysFalse)
    return;
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Value a = op->getOperand(0), b = op->getOperand(1);
  Value better = arith::CmpFOp::create(builder, loc, predicate, a, b);
  Value alone =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, b, b);
  Value takesFirst = arith::OrIOp::create(builder, loc, better, alone);
  Value chosen = arith::SelectOp::create(builder, loc, takesFirst, a, b);
  op->getResult(0).replaceAllUsesWith(chosen);
  op->erase();
}

// The larger (smaller) number, a NaN where one is, and -0 below +0: by
// comparisons and bits, for MLIR and LLVM do not agree about the zeros.
void defineExtremum(Operation *op) {
  using Predicate = arith::CmpFPredicate;
  OpBuilder builder(op);
  Location loc = op->getLoc();
  bool isMax = isa<arith::MaximumFOp>(op);
  Value a = op->getOperand(0), b = op->getOperand(1);
  auto replace = [&](Value value) {
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
  };

  // Beside a constant one comparison is enough; a NaN fails it and stays.
  APFloat constant(0.0);
  if (matchPattern(a, m_ConstantFloat(&constant)))
    std::swap(a, b);
  if (matchPattern(b, m_ConstantFloat(&constant)) && !constant.isNaN()) {
    bool winsTies = constant.isZero() && constant.isNegative() != isMax;
    Predicate loses = isMax ? (winsTies ? Predicate::OLE : Predicate::OLT)
                            : (winsTies ? Predicate::OGE : Predicate::OGT);
    Value takesConstant = arith::CmpFOp::create(builder, loc, loses, a, b);
    return replace(arith::SelectOp::create(builder, loc, takesConstant, b, a));
  }

  // Equal numbers differ in the signs of zeros at most, and where one is a NaN
  // a union of all bits is one: min(a, b) = a | b, max(a, b) = -(-a | -b).
  Type type = a.getType();
  Type bits = builder.getIntegerType(
      getElementTypeOrSelf(type).getIntOrFloatBitWidth());
  if (auto shaped = dyn_cast<ShapedType>(type))
    bits = shaped.clone(bits);
  auto unionOf = [&](Value x, Value y) -> Value {
    if (isMax) {
      x = arith::NegFOp::create(builder, loc, x);
      y = arith::NegFOp::create(builder, loc, y);
    }
    Value either = arith::OrIOp::create(
        builder, loc, arith::BitcastOp::create(builder, loc, bits, x),
        arith::BitcastOp::create(builder, loc, bits, y));
    Value number = arith::BitcastOp::create(builder, loc, type, either);
    return isMax ? arith::NegFOp::create(builder, loc, number) : number;
  };
  Predicate better = isMax ? Predicate::OGT : Predicate::OLT;
  Value first = arith::CmpFOp::create(builder, loc, better, a, b);
  Value second = arith::CmpFOp::create(builder, loc, better, b, a);
  Value tie = unionOf(a, b);
  Value other = arith::SelectOp::create(builder, loc, second, b, tie);
  replace(arith::SelectOp::create(builder, loc, first, a, other));
}

// Held between two bounds: first at least the lower, then at most the upper.
void expandClamp(math::ClampFOp op) {
  OpBuilder builder(op);
  auto atLeast = arith::MaximumFOp::create(builder, op.getLoc(), op.getValue(),
                                           op.getMin());
  auto held =
      arith::MinimumFOp::create(builder, op.getLoc(), atLeast, op.getMax());
  op.replaceAllUsesWith(held.getResult());
  op.erase();
  defineExtremum(held);
  defineExtremum(atLeast);
}

struct FixArithmetic : impl::FixArithmeticPassBase<FixArithmetic> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<arith::AddFOp, arith::SubFOp, arith::MaximumFOp, arith::MaxNumFOp,
              arith::MinimumFOp, arith::MinNumFOp, math::ClampFOp>(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      if (isa<arith::MaxNumFOp, arith::MinNumFOp>(op))
        defineNumberExtremum(op);
      else if (isa<arith::MaximumFOp, arith::MinimumFOp>(op))
        defineExtremum(op);
      else if (auto clamp = dyn_cast<math::ClampFOp>(op))
        expandClamp(clamp);
      else
        contract(op);
    }
    auto none = arith::FastMathFlagsAttr::get(&getContext(),
                                              arith::FastMathFlags::none);
    getOperation().walk([&](arith::ArithFastMathInterface op) {
      op->setAttr(op.getFastMathAttrName(), none);
    });
  }
};

} // namespace
} // namespace mlir::eq
