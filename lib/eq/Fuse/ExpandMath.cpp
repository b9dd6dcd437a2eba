// Writes transcendental functions as eq's own polynomials.
//
//   math.rsqrt %x : f64  ->  %r = math.sqrt %x
//                            arith.divf 1, %r
//
// The functions themselves are in Math/: each is a template over a type of
// number, here Emitted.

#include "Math/Emitted.h"
#include "Math/ErrorFunctions.h"
#include "Math/Exponentials.h"
#include "Math/InverseHyperbolic.h"
#include "Math/Inverses.h"
#include "Math/Logarithms.h"
#include "Math/Powers.h"
#include "Math/Trigonometry.h"
#include "eq/Fuse/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::eq {

#define GEN_PASS_DEF_EXPANDMATHPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

template <class Op, class Function> struct ExpandOp : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Type type = op->getResultTypes().front();
    if (!type.isF32() && !type.isF64())
      return rewriter.notifyMatchFailure(op, "is not a scalar f32 or f64");
    remark::passed(op.getLoc(),
                   remark::RemarkOpts::name("expand").category("eq-fuse"))
        << "'" + op->getName().getStringRef().str() + "' is eq's own code";
    if (type.isF32())
      expand<float>(op, rewriter);
    else
      expand<double>(op, rewriter);
    return success();
  }

  template <class Real> static void expand(Op op, PatternRewriter &rewriter) {
    using Number = math_functions::Emitted<Real>;
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    auto operand = [&](unsigned index) {
      return Number(&builder, op->getOperand(index));
    };
    SmallVector<Value> results;
    if constexpr (std::is_same_v<Op, math::SincosOp>) {
      results = {math_functions::sin(operand(0)).getValue(),
                 math_functions::cos(operand(0)).getValue()};
    } else if constexpr (Op::template hasTrait<OpTrait::OneOperand>()) {
      results = {Function::of(operand(0)).getValue()};
    } else {
      results = {Function::of(operand(0), operand(1)).getValue()};
    }
    rewriter.replaceOp(op, results);
  }
};

// The ops and their functions.
#define EQ_EXPANDED_OPS(X)                                                     \
  X(AcosOp, acos)                                                              \
  X(AcoshOp, acosh)                                                            \
  X(AsinOp, asin)                                                              \
  X(AsinhOp, asinh)                                                            \
  X(AtanOp, atan)                                                              \
  X(Atan2Op, atan2)                                                            \
  X(AtanhOp, atanh)                                                            \
  X(CbrtOp, cbrt)                                                              \
  X(CosOp, cos)                                                                \
  X(CoshOp, cosh)                                                              \
  X(ErfOp, erf)                                                                \
  X(ErfcOp, erfc)                                                              \
  X(ExpOp, exp)                                                                \
  X(Exp2Op, exp2)                                                              \
  X(ExpM1Op, expm1)                                                            \
  X(LogOp, log)                                                                \
  X(Log10Op, log10)                                                            \
  X(Log1pOp, log1p)                                                            \
  X(Log2Op, log2)                                                              \
  X(PowFOp, pow)                                                               \
  X(RsqrtOp, rsqrt)                                                            \
  X(SinOp, sin)                                                                \
  X(SincosOp, sin)                                                             \
  X(SinhOp, sinh)                                                              \
  X(TanOp, tan)                                                                \
  X(TanhOp, tanh)

#define EQ_X(Op, name)                                                         \
  struct Function##Op {                                                        \
    template <class... Numbers> static auto of(Numbers... numbers) {           \
      return math_functions::name(numbers...);                                 \
    }                                                                          \
  };
EQ_EXPANDED_OPS(EQ_X)
#undef EQ_X

// Questions that have no counterpart below: a magnitude in a range.
Value compareSize(PatternRewriter &rewriter, Operation *op,
                  arith::CmpFPredicate predicate, const APFloat &limit) {
  Location loc = op->getLoc();
  Value size = math::AbsFOp::create(rewriter, loc, op->getOperand(0));
  Value bound = arith::ConstantOp::create(
      rewriter, loc, rewriter.getFloatAttr(size.getType(), limit));
  return arith::CmpFOp::create(rewriter, loc, predicate, size, bound);
}

struct ExpandIsInf : OpRewritePattern<math::IsInfOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::IsInfOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<FloatType>(op.getOperand().getType());
    if (!type)
      return failure();
    rewriter.replaceOp(op,
                       compareSize(rewriter, op, arith::CmpFPredicate::OEQ,
                                   APFloat::getInf(type.getFloatSemantics())));
    return success();
  }
};

struct ExpandIsNormal : OpRewritePattern<math::IsNormalOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::IsNormalOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<FloatType>(op.getOperand().getType());
    if (!type)
      return failure();
    const llvm::fltSemantics &semantics = type.getFloatSemantics();
    Value large = compareSize(rewriter, op, arith::CmpFPredicate::OGE,
                              APFloat::getSmallestNormalized(semantics));
    Value finite = compareSize(rewriter, op, arith::CmpFPredicate::OLT,
                               APFloat::getInf(semantics));
    rewriter.replaceOpWithNewOp<arith::AndIOp>(op, large, finite);
    return success();
  }
};

struct ExpandMath : impl::ExpandMathPassBase<ExpandMath> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
#define EQ_X(Op, name)                                                         \
  patterns.add<ExpandOp<math::Op, Function##Op>>(&getContext());
    EQ_EXPANDED_OPS(EQ_X)
#undef EQ_X
    patterns.add<ExpandIsInf, ExpandIsNormal>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

bool isExpandedMath(Operation *op) {
#define EQ_X(Op, name)                                                         \
  if (isa<math::Op>(op))                                                       \
    return llvm::all_of(op->getResultTypes(), [](Type type) {                  \
      return type.isF32() || type.isF64();                                     \
    });
  EQ_EXPANDED_OPS(EQ_X)
#undef EQ_X
  return false;
}

} // namespace mlir::eq
