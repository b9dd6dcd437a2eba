// Hides all but kernels, checks that only NVVM is left, and tells the runtime
// which kernels are cooperative.
//
//   @m.k.descriptor = {.., 0, 0}             @m.k.descriptor = {.., 1, 0}
//   llvm.func @k() attributes {         ->   llvm.func @k() attributes {
//       eq.cooperative, nvvm.kernel}             nvvm.kernel}

#include "KernelLaunch.h"
#include "eq/Codegen/GPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_FINISHKERNELSPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

bool isKernel(Operation *op) {
  return isa<LLVM::LLVMFuncOp>(op) &&
         op->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName());
}

LogicalResult checkIsLow(Operation *op) {
  bool isLow = isa<LLVM::LLVMDialect, NVVM::NVVMDialect>(op->getDialect());
  auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
  if (isLow && !(function && function.getName().starts_with("__nv_")))
    return success();
  return op->emitOpError("expected only the LLVM and NVVM dialects to be left "
                         "in a kernel by now, and nothing of libdevice");
}

LogicalResult checkNotCooperative(Operation *op) {
  if (!op->hasAttr(cooperativeAttrName))
    return success();
  return op->emitOpError("expected '")
         << cooperativeAttrName << "' to be an attribute of a kernel";
}

// The `cooperative` of the constant `descriptor`; null if it has none.
LLVM::InsertValueOp findCooperative(LLVM::GlobalOp descriptor) {
  if (descriptor && descriptor.getInitializerBlock())
    for (auto field :
         descriptor.getInitializerBlock()->getOps<LLVM::InsertValueOp>())
      if (field.getPosition() == ArrayRef(cooperativeField) &&
          field.getValue().getType().isInteger(32))
        return field;
  return {};
}

// The description was made with the launch, before anybody could know that the
// kernel's blocks would wait for each other.
LogicalResult tellCooperative(Operation *kernel, gpu::GPUModuleOp kernels) {
  if (!isKernel(kernel))
    return checkNotCooperative(kernel);
  if (!isa<UnitAttr>(kernel->getAttr(cooperativeAttrName)))
    return kernel->emitOpError("expected '")
           << cooperativeAttrName << "' to have no value, but got "
           << kernel->getAttr(cooperativeAttrName);
  std::string name = kernelDescriptorName(kernels.getName(),
                                          SymbolTable::getSymbolName(kernel));
  auto descriptor =
      kernels->getParentOfType<ModuleOp>().lookupSymbol<LLVM::GlobalOp>(name);
  LLVM::InsertValueOp field = findCooperative(descriptor);
  if (!field)
    return kernel->emitOpError("expected a cooperative kernel to have a "
                               "description, the constant '@")
           << name << "', with a field " << cooperativeField
           << " (eqrt_kernel.cooperative)";
  OpBuilder builder(field);
  Value yes = LLVM::ConstantOp::create(builder, field.getLoc(),
                                       builder.getI32IntegerAttr(1));
  field.getValueMutable().assign(yes);
  kernel->removeAttr(cooperativeAttrName);
  return success();
}

LogicalResult finish(gpu::GPUModuleOp kernels) {
  WalkResult result = kernels.walk([&](Operation *op) {
    if (op != kernels && failed(checkIsLow(op)))
      return WalkResult::interrupt();
    if (op->hasAttr(cooperativeAttrName) &&
        failed(tellCooperative(op, kernels)))
      return WalkResult::interrupt();
    auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
    if (function && !function.isExternal() && !isKernel(function))
      function.setLinkage(LLVM::Linkage::Internal);
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

struct FinishKernels : impl::FinishKernelsPassBase<FinishKernels> {
  using Base::Base;

  void runOnOperation() override {
    for (Operation &op : *getOperation().getBody()) {
      auto kernels = dyn_cast<gpu::GPUModuleOp>(op);
      bool isRight = kernels ? succeeded(finish(kernels))
                             : succeeded(checkNotCooperative(&op));
      if (!isRight)
        return signalPassFailure();
    }
  }
};

} // namespace
} // namespace mlir::eq
