// Divides without a branch where it is known how large the numbers are.
//
//   arith.divf %a, %b {eq.quotient_of_tanh}
//     ->
//   %inverse = ..                     a polynomial and two steps of refinement
//   fma(a - b (a inverse), inverse, a inverse)

#include "Quotient.h"
#include "eq/Codegen/GPU/Passes.h"
#include "eq/IR/Quotients.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERQUOTIENTSPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

// A number, or one of each sample, whose operations are emitted.
struct Emitted {
  ImplicitLocOpBuilder *builder;
  Value value;

  friend Emitted operator*(Emitted a, Emitted b) {
    return {a.builder, arith::MulFOp::create(*a.builder, a.value, b.value)};
  }
  friend Emitted operator-(Emitted a) {
    return {a.builder, arith::NegFOp::create(*a.builder, a.value)};
  }
  friend Emitted fma(Emitted a, Emitted b, Emitted c) {
    return {a.builder,
            math::FmaOp::create(*a.builder, a.value, b.value, c.value)};
  }
};

struct LowerQuotients : impl::LowerQuotientsPassBase<LowerQuotients> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](arith::DivFOp op) {
      if (!op->hasAttr(quotientOfTanhAttr) ||
          !getElementTypeOrSelf(op.getType()).isF32())
        return;
      ImplicitLocOpBuilder builder(op.getLoc(), op);
      auto like = [&](float number) -> Emitted {
        TypedAttr value = builder.getF32FloatAttr(number);
        if (auto vector = dyn_cast<VectorType>(op.getType()))
          value = DenseElementsAttr::get(vector, Attribute(value));
        return {&builder, arith::ConstantOp::create(builder, value)};
      };
      Emitted a = {&builder, op.getLhs()}, b = {&builder, op.getRhs()};
      Emitted reciprocal = reciprocalOf(b, like);
      op.replaceAllUsesWith(quotientFrom(a, b, reciprocal).value);
      op.erase();
    });
  }
};

} // namespace
} // namespace mlir::eq
