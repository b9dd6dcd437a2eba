// Decides every rounding, and drops the fast-math flags.
//
//   %p = arith.mulf %a, %b fastmath<contract>
//   %s = arith.addf %c, %p fastmath<contract>  ->  %s = math.fma %a, %b, %c

#include "eq/Fuse/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"

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

// Held between two bounds: first at least the lower, then at most the upper.
void expandClamp(math::ClampFOp op) {
  OpBuilder builder(op);
  Value atLeast = arith::MaximumFOp::create(builder, op.getLoc(), op.getValue(),
                                            op.getMin());
  Value held =
      arith::MinimumFOp::create(builder, op.getLoc(), atLeast, op.getMax());
  op.replaceAllUsesWith(held);
  op.erase();
}

struct FixArithmetic : impl::FixArithmeticPassBase<FixArithmetic> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<arith::AddFOp, arith::SubFOp, arith::MaxNumFOp, arith::MinNumFOp,
              math::ClampFOp>(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      if (isa<arith::MaxNumFOp, arith::MinNumFOp>(op))
        defineNumberExtremum(op);
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
