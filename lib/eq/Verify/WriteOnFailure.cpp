// Writes down what the failure of an inner solve does.
//
//   eq.yield uses %z only      ->  on_failure(fail)
//   the body reads %status     ->  on_failure(ignore)

#include "eq/IR/EqOps.h"
#include "eq/Verify/Passes.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_WRITEONFAILUREPASS
#include "eq/Verify/Passes.h.inc"

namespace {

struct WriteOnFailure : impl::WriteOnFailurePassBase<WriteOnFailure> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([](FixedPointOp op) {
      bool isInner = op->getParentOfType<FixedPointOp>() ||
                     op->getParentOfType<LoopOp>() ||
                     op->getParentOfType<OdeOp>();
      if (isInner && !op.getOnFailure())
        op.setOnFailure(op.getStatus().use_empty() ? OnFailure::fail
                                                   : OnFailure::ignore);
    });
  }
};

} // namespace
} // namespace mlir::eq
