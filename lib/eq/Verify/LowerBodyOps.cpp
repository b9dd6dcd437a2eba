// Writes what ops of other dialects are in operations that a body may use.
//
//   %y = other.op %x  ->  %y = arith...

#include "eq/IR/BodyOpInterface.h"
#include "eq/Verify/Passes.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERBODYOPSPASS
#include "eq/Verify/Passes.h.inc"

namespace {

struct LowerBodyOps : impl::LowerBodyOpsPassBase<LowerBodyOps> {
  using Base::Base;

  void runOnOperation() override {
    if (failed(lowerBodyOps(getOperation(), /*evenKept=*/false)))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
