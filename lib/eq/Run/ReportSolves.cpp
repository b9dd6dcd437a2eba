// Reports counts, residuals and statuses of every outermost solve.
//
//   %z, %r, %n, %s = eq.fixed_point ..  ->  .. eq.report "..", %n, %r, %s

#include "eq/IR/EqOps.h"
#include "eq/Run/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Path.h"

namespace mlir::eq {

#define GEN_PASS_DEF_REPORTSOLVESPASS
#include "eq/Run/Passes.h.inc"

namespace {

// "eq.fixed_point at deq.mlir:32"
std::string labelOf(Operation *op) {
  std::string label = op->getName().getStringRef().str();
  if (auto place = op->getLoc()->findInstanceOf<FileLineColLoc>())
    label += (" at " + llvm::sys::path::filename(place.getFilename().strref()) +
              ":" + Twine(place.getLine()))
                 .str();
  return label;
}

struct ReportSolves : impl::ReportSolvesPassBase<ReportSolves> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk<WalkOrder::PreOrder>([](Operation *op) {
      if (isa<LoopOp, OdeOp>(op))
        return WalkResult::skip();
      auto solve = dyn_cast<FixedPointOp>(op);
      if (!solve)
        return WalkResult::advance();
      OpBuilder builder(op);
      builder.setInsertionPointAfter(op);
      ReportOp::create(builder, op->getLoc(), solve.getIterations(),
                       solve.getResidual(), solve.getStatus(),
                       builder.getStringAttr(labelOf(op)));
      return WalkResult::skip();
    });
  }
};

} // namespace
} // namespace mlir::eq
