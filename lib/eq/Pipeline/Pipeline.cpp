// Everything of eq in one registry, and the stages in order.

#include "eq/Pipeline/Pipeline.h"
#include "eq/Batch/Batch.h"
#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/GPU/Passes.h"
#include "eq/Expand/Passes.h"
#include "eq/Fuse/Passes.h"
#include "eq/IR/EqDialect.h"
#include "eq/IR/EqTest.h"
#include "eq/Methods/Methods.h"
#include "eq/Pipeline/Passes.h"
#include "eq/Schedule/Passes.h"
#include "eq/Verify/Passes.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/Transforms/RuntimeOpVerification.h"
#include "mlir/Dialect/Linalg/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/RuntimeOpVerification.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/RuntimeOpVerification.h"
#include "mlir/Dialect/Tensor/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"

namespace mlir::eq {

StringRef stageName(Stage stage) {
  switch (stage) {
  case Stage::verify:
    return "verify";
  case Stage::expand:
    return "expand";
  case Stage::fuse:
    return "fuse";
  case Stage::schedule:
    return "schedule";
  case Stage::codegen:
    return "codegen";
  }
  llvm_unreachable("a stage without a name");
}

std::optional<Stage> stageOf(StringRef name) {
  for (Stage stage : allStages)
    if (stageName(stage) == name)
      return stage;
  return std::nullopt;
}

void buildStage(OpPassManager &manager, Stage stage,
                const PipelineOptions &options) {
  switch (stage) {
  case Stage::verify:
    return buildVerifyStage(manager);
  case Stage::expand:
    return buildExpandStage(manager);
  case Stage::fuse:
    return buildFuseStage(manager);
  case Stage::schedule:
    return buildScheduleStage(manager, options.schedule);
  case Stage::codegen:
    buildEntries(manager);
    buildKernels(manager, options.kernels == Kernels::simulated);
    return buildHostCode(manager);
  }
}

void buildStages(OpPassManager &manager, Stage from, Stage to,
                 const PipelineOptions &options) {
  for (Stage stage : allStages)
    if (from <= stage && stage <= to)
      buildStage(manager, stage, options);
}

void registerAllDialects(DialectRegistry &registry) {
  registry.insert<EqDialect, test::EqTestDialect, arith::ArithDialect,
                  bufferization::BufferizationDialect, cf::ControlFlowDialect,
                  func::FuncDialect, gpu::GPUDialect, linalg::LinalgDialect,
                  LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                  NVVM::NVVMDialect, scf::SCFDialect, tensor::TensorDialect,
                  ub::UBDialect, vector::VectorDialect>();
  registerMethods(registry);
  registerBatchModels(registry);
  func::registerInlinerExtension(registry);
  // For convert-gpu-to-nvvm, which converts these together with its own.
  registerConvertFuncToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerRuntimeVerifiableOpInterfaceExternalModels(registry);
  linalg::registerSubsetOpInterfaceExternalModels(registry);
  memref::registerRuntimeVerifiableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerRuntimeVerifiableOpInterfaceExternalModels(registry);
  tensor::registerSubsetOpInterfaceExternalModels(registry);
  vector::registerBufferizableOpInterfaceExternalModels(registry);
}

static void registerPipeline(StringRef name, StringRef what, Stage from,
                             Stage to) {
  PassPipelineRegistration<>(name, what, [from, to](OpPassManager &manager) {
    buildStages(manager, from, to);
  });
}

namespace {
struct FuseOptions : PassPipelineOptions<FuseOptions> {
  Option<bool> hoist{
      *this, "hoist",
      llvm::cl::desc("compute what does not change before the loop"),
      llvm::cl::init(true)};
};

struct NVVMOptions : PassPipelineOptions<NVVMOptions> {
  Option<bool> simulate{
      *this, "simulate",
      llvm::cl::desc("end with functions for the simulator of kernels"),
      llvm::cl::init(false)};
};
} // namespace

void registerAllPasses() {
  // A tool of eq may load eq's plugin as well.
  if (PassPipelineInfo::lookup("eq-to-llvm"))
    return;
  registerEqVerifyPasses();
  registerEqExpandPasses();
  registerEqFusePasses();
  registerEqSchedulePasses();
  registerEqCodegenCPUPasses();
  registerEqCodegenGPUPasses();
  registerEqPipelinePasses();
  PassPipelineRegistration<FuseOptions>(
      "eq-fuse", "the stage fuse",
      [](OpPassManager &manager, const FuseOptions &options) {
        buildFuseStage(manager, options.hoist);
      });
  for (Stage stage : allStages)
    if (stage != Stage::fuse)
      registerPipeline(("eq-" + stageName(stage)).str(),
                       ("the stage " + stageName(stage)).str(), stage, stage);
  registerPipeline("eq-to-llvm",
                   "all stages: from a program to the LLVM dialect, for CPUs",
                   Stage::verify, Stage::codegen);
  PassPipelineRegistration<NVVMOptions>(
      "eq-to-nvvm", "all stages, with kernels of the NVVM dialect for GPUs",
      [](OpPassManager &manager, const NVVMOptions &given) {
        PipelineOptions options;
        options.kernels = given.simulate ? Kernels::simulated : Kernels::ptx;
        buildStages(manager, Stage::verify, Stage::codegen, options);
      });
}

} // namespace mlir::eq
