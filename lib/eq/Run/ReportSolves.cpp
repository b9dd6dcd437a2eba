// Reports counts, residuals and statuses of every outermost solve.
//
//   %z, %r, %n, %s = eq.fixed_point ..  ->  .. eq.report "..", %n, %r, %s
//
// Of an integration the count is that of accepted steps, and the residual is
// the scaled error of the last one.

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

  static void report(Operation *op, Value count, Value error, Value status) {
    OpBuilder builder(op);
    builder.setInsertionPointAfter(op);
    ReportOp::create(builder, op->getLoc(), count, error, status,
                     builder.getStringAttr(labelOf(op)));
  }

  void runOnOperation() override {
    getOperation().walk<WalkOrder::PreOrder>([](Operation *op) {
      if (auto solve = dyn_cast<FixedPointOp>(op))
        report(op, solve.getIterations(), solve.getResidual(),
               solve.getStatus());
      else if (auto root = dyn_cast<RootOp>(op))
        report(op, root.getIterations(), root.getResidual(), root.getStatus());
      else if (auto ode = dyn_cast<OdeOp>(op))
        report(op, ode.getSteps(), ode.getError(), ode.getStatus());
      return isa<FixedPointOp, RootOp, OdeOp, LoopOp>(op)
                 ? WalkResult::skip()
                 : WalkResult::advance();
    });
  }
};

} // namespace
} // namespace mlir::eq
