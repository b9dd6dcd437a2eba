// Turns memref.expand_shape into a view by explicit sizes and strides.
//
//   memref.expand_shape %m [[0, 1]]         memref.extract_strided_metadata %m
//     output_shape [%a, %b]             ->  memref.reinterpret_cast %base
//                                             sizes: [%a, %b], strides: [%b s,
//                                             s]
//
// The pass of MLIR that does so derives one size of a group from the others,
// and cannot have two that are dynamic (a batch of two such dimensions).

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWEREXPANDSHAPESPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

void lowerExpandShape(memref::ExpandShapeOp op) {
  IRRewriter rewriter(op);
  Location loc = op.getLoc();
  auto source =
      memref::ExtractStridedMetadataOp::create(rewriter, loc, op.getSrc());
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();
  SmallVector<OpFoldResult> sourceStrides = source.getConstifiedMixedStrides();
  SmallVector<OpFoldResult> strides(sizes.size());
  AffineExpr a, b;
  bindSymbols(rewriter.getContext(), a, b);
  for (auto [group, stride] :
       llvm::zip(op.getReassociationIndices(), sourceStrides)) {
    OpFoldResult running = stride;
    for (int64_t d : llvm::reverse(group)) {
      strides[d] = running;
      running = affine::makeComposedFoldedAffineApply(rewriter, loc, a * b,
                                                      {running, sizes[d]});
    }
  }
  Value view = memref::ReinterpretCastOp::create(
      rewriter, loc, source.getBaseBuffer(), source.getConstifiedMixedOffset(),
      sizes, strides);
  if (view.getType() != op.getType())
    view = memref::CastOp::create(rewriter, loc, op.getType(), view);
  rewriter.replaceOp(op, view);
}

struct LowerExpandShapes : impl::LowerExpandShapesPassBase<LowerExpandShapes> {
  using Base::Base;

  void runOnOperation() override { getOperation().walk(lowerExpandShape); }
};

} // namespace
} // namespace mlir::eq
