// Divides without a branch where it is known how large the numbers are.
//
//   arith.divf %a, %b {eq.quotient_of_tanh}
//     ->
//   %seed = nvvm.rcp.approx.ftz.f %b
//   %inverse = ..                       one step of Newton's method
//   fma(a - b (a inverse), inverse, a inverse)

#include "Quotient.h"
#include "eq/Codegen/GPU/Passes.h"
#include "eq/IR/Quotients.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
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

// The GPU's own reciprocal, wrong by at most one unit of the last place.
Value seedOf(ImplicitLocOpBuilder &builder, Value b) {
  auto seed = [&](Value one) -> Value {
    return NVVM::RcpApproxFtzF32Op::create(builder, one.getType(), one);
  };
  auto vector = dyn_cast<VectorType>(b.getType());
  if (!vector)
    return seed(b);
  Value seeds = arith::ConstantOp::create(builder, builder.getZeroAttr(vector));
  for (int64_t i = 0; i < vector.getNumElements(); ++i)
    seeds = vector::InsertOp::create(
        builder, seed(vector::ExtractOp::create(builder, b, i)), seeds, i);
  return seeds;
}

struct LowerQuotients : impl::LowerQuotientsPassBase<LowerQuotients> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](arith::DivFOp op) {
      if (!op->hasAttr(quotientOfTanhAttr) ||
          !getElementTypeOrSelf(op.getType()).isF32())
        return;
      ImplicitLocOpBuilder builder(op.getLoc(), op);
      Type type = op.getType();
      FloatAttr number = builder.getF32FloatAttr(1);
      TypedAttr ones = number;
      if (auto vector = dyn_cast<VectorType>(type))
        ones = DenseElementsAttr::get(vector, number);
      Emitted a = {&builder, op.getLhs()}, b = {&builder, op.getRhs()};
      Emitted one = {&builder, arith::ConstantOp::create(builder, ones)};
      // A CPU has no such seed; what is made of it is the same.
      Emitted reciprocal =
          simulate
              ? Emitted{&builder,
                        arith::DivFOp::create(builder, one.value, b.value)}
              : refinedReciprocal(b, {&builder, seedOf(builder, b.value)}, one);
      op.replaceAllUsesWith(quotientFrom(a, b, reciprocal).value);
      op.erase();
    });
  }
};

} // namespace
} // namespace mlir::eq
