// Writes named and elementwise operations as linalg.generic.
//
//   linalg.matvec ins(%w, %z) outs(%b)  ->  linalg.generic {
//                                             mulf contract, addf contract }
//   math.tanh %a : tensor<64xf32>       ->  linalg.generic { math.tanh }

#include "eq/Fuse/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::eq {

#define GEN_PASS_DEF_GENERALISEPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

// A named op becomes a generic whose body may be contracted. What the caller
// wrote himself (generic, and the regions of map and reduce) stays as it is.
struct GeneraliseNamedOp : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (isa<linalg::GenericOp>(op))
      return rewriter.notifyMatchFailure(op, "is a generic");
    bool hasOwnBody = isa<linalg::MapOp, linalg::ReduceOp>(op);
    FailureOr<linalg::GenericOp> generic =
        linalg::generalizeNamedOp(rewriter, op);
    if (failed(generic))
      return rewriter.notifyMatchFailure(op, "has no general form");
    if (hasOwnBody)
      return success();
    auto contract = arith::FastMathFlagsAttr::get(
        rewriter.getContext(), arith::FastMathFlags::contract);
    for (Operation &inner : *generic->getBody())
      if (isa<arith::MulFOp, arith::AddFOp, arith::SubFOp>(inner))
        inner.setAttr("fastmath", contract);
    return success();
  }
};

// A choice between whole tensors by one condition: linalg has no op for it.
struct SelectTensor : OpRewritePattern<arith::SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::SelectOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op.getType());
    if (!type || isa<ShapedType>(op.getCondition().getType()))
      return rewriter.notifyMatchFailure(op, "is elementwise already");
    Location loc = op.getLoc();
    Value condition = op.getCondition();
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, loc, op.getTrueValue());
    Value empty =
        tensor::EmptyOp::create(rewriter, loc, sizes, type.getElementType());
    SmallVector<AffineMap> maps(
        3, rewriter.getMultiDimIdentityMap(type.getRank()));
    SmallVector<utils::IteratorType> iterators(type.getRank(),
                                               utils::IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, ValueRange{op.getTrueValue(), op.getFalseValue()}, empty,
        maps, iterators,
        [&](OpBuilder &nested, Location, ValueRange arguments) {
          Value chosen = arith::SelectOp::create(nested, loc, condition,
                                                 arguments[0], arguments[1]);
          linalg::YieldOp::create(nested, loc, chosen);
        });
    return success();
  }
};

// A result that starts from nothing says so: code generation may then compute
// it wherever it is wanted.
void detachUnreadOutputs(linalg::GenericOp op) {
  OpBuilder builder(op);
  for (OpOperand &output : op.getDpsInitsMutable()) {
    auto type = dyn_cast<RankedTensorType>(output.get().getType());
    if (!type || op.payloadUsesValueFromOperand(&output) ||
        output.get().getDefiningOp<tensor::EmptyOp>())
      continue;
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(builder, op.getLoc(), output.get());
    output.set(tensor::EmptyOp::create(builder, op.getLoc(), sizes,
                                       type.getElementType()));
  }
}

struct Generalise : impl::GeneralisePassBase<Generalise> {
  using Base::Base;

  void runOnOperation() override {
    // Before the elementwise rewrite, which takes only tensor operands.
    RewritePatternSet selects(&getContext());
    selects.add<SelectTensor>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(selects))))
      return signalPassFailure();

    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseToLinalgConversionPatterns(patterns);
    patterns.add<GeneraliseNamedOp>(&getContext());
    linalg::populateDecomposePadPatterns(patterns);
    tensor::populateDecomposeTensorConcatPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    getOperation().walk(detachUnreadOutputs);
  }
};

} // namespace
} // namespace mlir::eq
