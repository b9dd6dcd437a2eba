// Calls the C library for transcendental functions: the one place that does.
//
//   math.tanh %x : f64  ->  call @tanh(%x)

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CALLLIBMPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

struct CallLibm : impl::CallLibmPassBase<CallLibm> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMathToLibmConversionPatterns(patterns);
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalOp<
        math::AcosOp, math::AcoshOp, math::AsinOp, math::AsinhOp, math::AtanOp,
        math::Atan2Op, math::AtanhOp, math::CbrtOp, math::CosOp, math::CoshOp,
        math::ErfOp, math::ErfcOp, math::ExpOp, math::Exp2Op, math::ExpM1Op,
        math::LogOp, math::Log10Op, math::Log1pOp, math::Log2Op, math::PowFOp,
        math::RsqrtOp, math::SinOp, math::SinhOp, math::TanOp, math::TanhOp>();
    getOperation().walk([&](Operation *op) {
      if (target.isIllegal(op) && !isa<math::RsqrtOp>(op))
        remark::missed(op->getLoc(),
                       remark::RemarkOpts::name("libm").category("eq-codegen"))
            << "'" + op->getName().getStringRef().str() +
                   "' is the C library's, whose last bits differ between "
                   "systems";
    });
    // 1 / sqrt(x) has no function of its own in libm.
    patterns.add(+[](math::RsqrtOp op, PatternRewriter &rewriter) {
      Location loc = op.getLoc();
      Value root = math::SqrtOp::create(rewriter, loc, op.getOperand());
      Value one = arith::ConstantOp::create(rewriter, loc,
                                            rewriter.getOneAttr(op.getType()));
      rewriter.replaceOpWithNewOp<arith::DivFOp>(op, one, root);
      return success();
    });
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
