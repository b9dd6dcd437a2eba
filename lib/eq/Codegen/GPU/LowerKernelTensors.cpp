// Turns tensors of kernels into numbers in registers.

#include "ValueLoops.h"
#include "eq/Codegen/GPU/Passes.h"
#include "eq/Scalarise/Scalarise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERKERNELTENSORSPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

// An element of a tensor that is in memory.
void lowerExtract(tensor::ExtractOp op) {
  Value memory = memoryOf(op.getTensor());
  if (!memory)
    return;
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Type i64 = builder.getI64Type();
  Value position = arith::ConstantIntOp::create(builder, loc, i64, 0);
  for (auto [size, at] :
       llvm::zip(op.getTensor().getType().getShape(), op.getIndices())) {
    Value extent = arith::ConstantIntOp::create(builder, loc, i64, size);
    Value wide = arith::IndexCastOp::create(builder, loc, i64, at);
    position = arith::MulIOp::create(builder, loc, position, extent);
    position = arith::AddIOp::create(builder, loc, position, wide);
  }
  Type element = op.getType();
  Value address = elementAddress(builder, loc, memory, element, position);
  op.replaceAllUsesWith(loadElement(builder, loc, address, element));
  op.erase();
}

struct LowerKernelTensors
    : impl::LowerKernelTensorsPassBase<LowerKernelTensors> {
  using Base::Base;

  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<gpu::GPUFuncOp>())
      if (failed(scalarise(kernel)))
        return signalPassFailure();
    getOperation().walk(lowerExtract);
    getOperation().walk([](UnrealizedConversionCastOp cast) {
      if (cast->use_empty())
        cast->erase();
    });
    // Scalarise has a rule for everything else.
    WalkResult result = getOperation().walk([](Operation *op) {
      for (Type type : op->getResultTypes()) {
        if (!isa<RankedTensorType>(type))
          continue;
        op->emitOpError("expected tensors of a kernel to be small or to be "
                        "read element by element, but got ")
            << type << ": #eq.serial and #eq.lanes have no such limit";
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
