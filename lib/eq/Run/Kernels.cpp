// From kernels of the NVVM dialect to PTX.

#include "eq/Run/Kernels.h"
#include "Optimise.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::eq {

static llvm::Error failureOf(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
makeMachine(NVVM::NVVMTargetAttr wanted) {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  llvm::Triple triple(wanted.getTriple());
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return failureOf("expected this LLVM to write PTX: " + error);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, wanted.getChip(), wanted.getFeatures(), options, std::nullopt,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return failureOf("expected this LLVM to write PTX for " + wanted.getChip());
  return machine;
}

llvm::Expected<std::string> emitPTX(gpu::GPUModuleOp kernels) {
  auto wanted =
      kernels.getTargetsAttr()
          ? dyn_cast<NVVM::NVVMTargetAttr>(kernels.getTargetsAttr()[0])
          : NVVM::NVVMTargetAttr();
  if (!wanted)
    return failureOf("expected the kernels '" + kernels.getName() +
                     "' to have a #nvvm.target");
  auto machine = makeMachine(wanted);
  if (!machine)
    return machine.takeError();

  // Its operations as a module of their own.
  OwningOpRef<ModuleOp> alone = ModuleOp::create(kernels.getLoc());
  for (Operation &op : *kernels.getBody())
    alone->push_back(op.clone());
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module =
      translateModuleToLLVMIR(*alone, context, kernels.getName());
  if (!module)
    return failureOf("the kernels '" + kernels.getName() +
                     "' could not be translated to LLVM IR");
  optimise(*module, **machine, [&](llvm::PassBuilder &builder) {
    (*machine)->registerPassBuilderCallbacks(builder);
    return builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3);
  });

  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream os(text);
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, os, nullptr,
                                      llvm::CodeGenFileType::AssemblyFile))
    return failureOf("expected this LLVM to write PTX");
  passes.run(*module);
  return std::string(text.begin(), text.end());
}

llvm::Error embedKernels(ModuleOp module) {
  for (auto kernels :
       llvm::make_early_inc_range(module.getOps<gpu::GPUModuleOp>())) {
    auto global =
        module.lookupSymbol<LLVM::GlobalOp>((kernels.getName() + ".ptx").str());
    if (!global)
      return failureOf("expected a global for the PTX of the kernels '" +
                       kernels.getName() + "'");
    llvm::Expected<std::string> ptx = emitPTX(kernels);
    if (!ptx)
      return ptx.takeError();
    ptx->push_back('\0');
    OpBuilder builder(global);
    global.setGlobalType(
        LLVM::LLVMArrayType::get(builder.getI8Type(), ptx->size()));
    global.setValueAttr(builder.getStringAttr(*ptx));
    global.setLinkage(LLVM::Linkage::Internal);
    kernels.erase();
  }
  return llvm::Error::success();
}

} // namespace mlir::eq
