// Folders and canonicalisations.
//
//   eq.fixed_point ins(%x, %x) shared(%w)     eq.fixed_point ins(%x)
//   { uses x0, x1, but not w }             ->   { uses x0 }

#include "eq/IR/EqOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::eq {
namespace {

// A region and the number of its first argument that stands for an input.
struct InputView {
  Region *region;
  unsigned firstInput;
};

SmallVector<InputView> inputViews(FixedPointOp op) {
  return {{&op.getBody(), static_cast<unsigned>(op.getInit().size())}};
}

SmallVector<InputView> inputViews(RootOp op) {
  return {{&op.getBody(), static_cast<unsigned>(op.getInit().size())}};
}

SmallVector<InputView> inputViews(OdeOp op) {
  unsigned first = 1 + op.getInit().size(); // behind the time and the states
  SmallVector<InputView> views = {{&op.getBody(), first}};
  for (Region &region : op.getEvents())
    if (!region.empty())
      views.push_back({&region, first});
  return views;
}

SmallVector<InputView> inputViews(LoopOp op) {
  unsigned states = op.getStateTypes().size();
  SmallVector<InputView> views = {{&op.getStep(), 1 + states}};
  if (!op.getStart().empty())
    views.push_back(
        {&op.getStart(), static_cast<unsigned>(op.getInit().size())});
  if (!op.getFinish().empty())
    views.push_back({&op.getFinish(), 2 + states});
  return views;
}

// An input that no region reads, or that is given twice, is dropped. (States
// are not: an unused one is in the norm.)
template <typename SolveOp> struct DropInputs : OpRewritePattern<SolveOp> {
  using OpRewritePattern<SolveOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(SolveOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<InputView> views = inputViews(op);
    unsigned numIns = op.getIns().size();
    bool dropped = dropFrom(op.getInsMutable(), views, 0, rewriter, op);
    numIns = op.getIns().size();
    dropped |= dropFrom(op.getSharedMutable(), views, numIns, rewriter, op);
    return success(dropped);
  }

  static bool dropFrom(MutableOperandRange group, ArrayRef<InputView> views,
                       unsigned before, PatternRewriter &rewriter, SolveOp op) {
    bool dropped = false;
    for (unsigned i = group.size(); i-- > 0;) {
      auto argumentOf = [&](const InputView &view, unsigned input) {
        return view.region->getArgument(view.firstInput + before + input);
      };
      bool unused = llvm::all_of(views, [&](const InputView &view) {
        return argumentOf(view, i).use_empty();
      });
      std::optional<unsigned> twin;
      for (unsigned j = 0; j < i && !twin; ++j)
        if (group[j].get() == group[i].get())
          twin = j;
      if (!unused && !twin)
        continue;
      dropped = true;
      rewriter.modifyOpInPlace(op, [&] {
        for (const InputView &view : views) {
          if (!unused)
            rewriter.replaceAllUsesWith(argumentOf(view, i),
                                        argumentOf(view, *twin));
          view.region->eraseArgument(view.firstInput + before + i);
        }
        group.erase(i);
      });
    }
    return dropped;
  }
};

} // namespace

// What is never written is the buffer as it was.
OpFoldResult RecordOp::fold(FoldAdaptor adaptor) {
  return matchPattern(adaptor.getWhen(), m_Zero()) ? getBuffer() : Value();
}

LogicalResult ExpectBatchOp::canonicalize(ExpectBatchOp op,
                                          PatternRewriter &rewriter) {
  if (op.getSize() != op.getBatch())
    return rewriter.notifyMatchFailure(op, "the sizes may differ");
  rewriter.eraseOp(op);
  return success();
}

void FixedPointOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns.add<DropInputs<FixedPointOp>>(context);
}

void RootOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<DropInputs<RootOp>>(context);
}

void OdeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<DropInputs<OdeOp>>(context);
}

void LoopOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<DropInputs<LoopOp>>(context);
}

} // namespace mlir::eq
