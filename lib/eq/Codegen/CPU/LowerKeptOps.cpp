// Lowers the ops of other dialects that were kept for their rules for lanes.
//
//   %y = other.op %x : vector<8xf64>  ->  %y = arith...

#include "eq/Codegen/CPU/Passes.h"
#include "eq/IR/BodyOpInterface.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERKEPTOPSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

struct LowerKeptOps : impl::LowerKeptOpsPassBase<LowerKeptOps> {
  using Base::Base;

  void runOnOperation() override {
    if (failed(lowerBodyOps(getOperation(), /*evenKept=*/true)))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
