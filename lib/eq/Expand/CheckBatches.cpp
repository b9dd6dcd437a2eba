// Compares the batch sizes that only a run can tell.
//
//   eq.loop init(%z) ins(%x)  ->  eq.expect_batch %sizeOfX is %sizeOfZ, ..
//                                 eq.loop init(%z) ins(%x)

#include "eq/Expand/Passes.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHECKBATCHESPASS
#include "eq/Expand/Passes.h.inc"

namespace {

void checkBatches(LoopOp loop) {
  if (!ShapedType::isDynamicShape(loop.getBatchDims()))
    return;
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Value first = loop.getInit().front();
  Value batch = tensor::DimOp::create(builder, loc, first, 0);
  auto check = [&](ValueRange operands, StringRef group) {
    for (auto [i, operand] : llvm::enumerate(operands)) {
      if (operand == first)
        continue;
      Value size = tensor::DimOp::create(builder, loc, operand, 0);
      std::string name = ("'" + group + "' operand #" + Twine(i)).str();
      ExpectBatchOp::create(builder, loc, size, batch, name);
    }
  };
  check(loop.getInit(), "init");
  check(loop.getIns(), "ins");
  check(loop.getRecord(), "record");
  if (rankOf(loop.getMax().getType()) > 0)
    check(loop.getMax(), "max");
}

struct CheckBatches : impl::CheckBatchesPassBase<CheckBatches> {
  using Base::Base;

  void runOnOperation() override {
    // Inside of a region all sizes are static.
    getOperation().walk<WalkOrder::PreOrder>([](LoopOp loop) {
      checkBatches(loop);
      return WalkResult::skip();
    });
  }
};

} // namespace
} // namespace mlir::eq
