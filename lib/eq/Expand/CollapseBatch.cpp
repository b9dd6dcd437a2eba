// Makes several batch dimensions one.
//
//   eq.loop init(%z : tensor<2x3x64xf32>)     %c = tensor.collapse_shape %z
//                                         ->  eq.loop init(%c :
//                                         tensor<6x64xf32>)
//                                             tensor.expand_shape

#include "eq/Expand/Passes.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_COLLAPSEBATCHPASS
#include "eq/Expand/Passes.h.inc"

namespace {

// [[0, .., r - 1], [r], [r + 1], ..]
SmallVector<ReassociationIndices> batchGroups(int64_t batchRank, int64_t rank) {
  SmallVector<ReassociationIndices> groups(1);
  for (int64_t d = 0; d < rank; ++d) {
    if (d >= batchRank)
      groups.emplace_back();
    groups.back().push_back(d);
  }
  return groups;
}

void collapseBatch(LoopOp loop, int64_t batchRank) {
  IRRewriter rewriter(loop);
  Location loc = loop.getLoc();
  SmallVector<OpFoldResult> batchSizes =
      tensor::getMixedSizes(rewriter, loc, loop.getInit().front());
  batchSizes.resize(batchRank);

  auto collapse = [&](ValueRange values) {
    return llvm::map_to_vector(values, [&](Value value) -> Value {
      return tensor::CollapseShapeOp::create(
          rewriter, loc, value,
          batchGroups(batchRank, rankOf(value.getType())));
    });
  };
  Value max = loop.getMax();
  if (rankOf(max.getType()) > 0)
    max = collapse(max)[0];
  SmallVector<Value> init = collapse(loop.getInit());
  SmallVector<Value> record = collapse(loop.getRecord());
  SmallVector<Value> ins = collapse(loop.getIns());

  int64_t flat = shapeOf(init.front().getType()).front();
  size_t numBatched = loop.getOuts().size() - loop.getSum().size();
  SmallVector<Type> types;
  for (auto [i, type] : llvm::enumerate(loop.getOuts().getTypes()))
    types.push_back(
        i < numBatched
            ? batchedType({flat}, RankedTensorType::get(
                                      shapeOf(type).drop_front(batchRank),
                                      elementTypeOf(type)))
            : type);
  auto flatLoop = LoopOp::create(rewriter, loc, types, init, ins,
                                 loop.getShared(), record, loop.getSum(), max);
  flatLoop->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  flatLoop.setScheduleAttr(loop.getScheduleAttr());
  flatLoop.setSumChunkAttr(loop.getSumChunkAttr());
  for (auto [to, from] : llvm::zip(flatLoop->getRegions(), loop->getRegions()))
    to.takeBody(from);

  SmallVector<Value> results;
  for (auto [i, value] : llvm::enumerate(flatLoop.getOuts())) {
    auto type = dyn_cast<RankedTensorType>(loop.getOuts()[i].getType());
    if (i >= numBatched) {
      results.push_back(value);
      continue;
    }
    SmallVector<OpFoldResult> sizes = batchSizes;
    for (int64_t size : type.getShape().drop_front(batchRank))
      sizes.push_back(rewriter.getIndexAttr(size));
    results.push_back(tensor::ExpandShapeOp::create(
        rewriter, loc, type, value, batchGroups(batchRank, type.getRank()),
        sizes));
  }
  rewriter.replaceOp(loop, results);
}

struct CollapseBatch : impl::CollapseBatchPassBase<CollapseBatch> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([](LoopOp loop) {
      int64_t batchRank = loop.getBatchDims().size();
      if (batchRank <= 1)
        return;
      remark::passed(loop.getLoc(),
                     remark::RemarkOpts::name("batch").category("eq-expand"))
          << std::to_string(batchRank) + " batch dimensions are one";
      collapseBatch(loop, batchRank);
    });
  }
};

} // namespace
} // namespace mlir::eq
