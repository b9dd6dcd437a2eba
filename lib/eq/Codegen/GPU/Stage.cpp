// The stage `codegen` for GPUs: from loops over tensors to kernels of the LLVM
// and NVVM dialects.

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/GPU/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::eq {

void buildKernels(OpPassManager &manager, bool simulate) {
  LowerTileLoopsPassOptions tiles;
  tiles.simulate = simulate;
  manager.addPass(createLowerTileLoopsPass(tiles));
  LowerThreadLoopsPassOptions options;
  options.simulate = simulate;
  manager.addPass(createLowerThreadLoopsPass(options));

  OpPassManager &kernels = manager.nest<gpu::GPUModuleOp>();
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createLowerKernelTensorsPass());
  // Not simplified greedily before there are branches: for each operation that
  // goes, all that the loop around it holds would be looked at.
  kernels.addPass(createCSEPass());
  kernels.addPass(createLowerFarAnglesPass());
  kernels.addPass(createDefineFarAnglesPass());
  kernels.addPass(createCheckCollectivesPass());
  kernels.addPass(createLowerRemaindersPass());
  kernels.addPass(createLowerPowersPass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createLowerQuotientsPass());
  kernels.addPass(createLowerKernelMathPass());
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  kernels.addPass(createConvertVectorToLLVMPass());
  kernels.addPass(createConvertMathToLLVMPass());
  kernels.addPass(createConvertIndexToLLVMPass());
  kernels.addPass(createArithToLLVMConversionPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createSymbolDCEPass());
  manager.addPass(createFinishKernelsPass());
  if (simulate)
    manager.addPass(createSimulateKernelsPass());
}

} // namespace mlir::eq
