// Writes down what the failure of an inner solve does.
//
//   eq.yield uses %z only      ->  on_failure(fail)
//   the body reads %status     ->  on_failure(ignore)

#include "eq/IR/EqOps.h"
#include "eq/Verify/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_WRITEONFAILUREPASS
#include "eq/Verify/Passes.h.inc"

namespace {

struct WriteOnFailure : impl::WriteOnFailurePassBase<WriteOnFailure> {
  using Base::Base;

  template <typename SolveOp> static void write(SolveOp op) {
    Operation *solve = op;
    bool isInner = solve->getParentOfType<FixedPointOp>() ||
                   solve->getParentOfType<RootOp>() ||
                   solve->getParentOfType<LoopOp>() ||
                   solve->getParentOfType<OdeOp>();
    if (!isInner || op.getOnFailure())
      return;
    bool isRead = !op.getStatus().use_empty();
    op.setOnFailure(isRead ? OnFailure::ignore : OnFailure::fail);
    remark::passed(op.getLoc(),
                   remark::RemarkOpts::name("on-failure").category("eq-verify"))
        << (isRead ? "on_failure(ignore): the body reads the status"
                   : "on_failure(fail): the body does not read the status");
  }

  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (auto solve = dyn_cast<FixedPointOp>(op))
        write(solve);
      else if (auto solve = dyn_cast<RootOp>(op))
        write(solve);
      else if (auto solve = dyn_cast<OdeOp>(op))
        write(solve);
    });
  }
};

} // namespace
} // namespace mlir::eq
