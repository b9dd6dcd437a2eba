// Gives every tensor that scf.for carries one place for all its turns.
//
//   scf.for .. iter_args(%t = %z) {      scf.for .. iter_args(%t = %z) {
//     %y = f(%t)                     ->    %y = f(%t)
//     scf.yield %y                         %a = bufferization
//                                               .materialize_in_destination
//                                               %y in %t
//                                          scf.yield %a
//
// Without it a turn would end in memory of its own, which one-shot
// bufferization refuses. Where f can compute in place, the copy goes away.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_ANCHORCARRIEDTENSORSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

struct AnchorCarriedTensors
    : impl::AnchorCarriedTensorsPassBase<AnchorCarriedTensors> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([](scf::ForOp loop) {
      auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
      OpBuilder builder(yield);
      for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
        Value value = yield.getOperand(i);
        if (!isa<RankedTensorType>(argument.getType()) || value == argument)
          continue;
        auto anchored = bufferization::MaterializeInDestinationOp::create(
            builder, yield.getLoc(), argument.getType(), value, argument);
        yield.setOperand(i, anchored.getResult());
      }
    });
  }
};

} // namespace
} // namespace mlir::eq
