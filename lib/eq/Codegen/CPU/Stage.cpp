// The stage `codegen` for CPUs: from loops over tensors to the LLVM dialect.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHECKGENERATEDPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

struct CheckGenerated : impl::CheckGeneratedPassBase<CheckGenerated> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<ModuleOp>(op) || isa<LLVM::LLVMDialect>(op->getDialect()))
        return WalkResult::advance();
      // Kernels have a check of their own.
      if (isa<gpu::GPUModuleOp>(op))
        return WalkResult::skip();
      op->emitOpError("expected only the LLVM dialect to be left by now");
      signalPassFailure();
      return WalkResult::interrupt();
    });
  }
};

} // namespace

// Regions are left as they are: greedily simplified, they take longer than all
// else here, and LLVM merges and drops blocks anyway.
static void addCleanUp(OpPassManager &manager) {
  GreedyRewriteConfig config;
  config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
  manager.addPass(createCanonicalizerPass(config));
  manager.addPass(createCSEPass());
}

void buildEntries(OpPassManager &manager) {
  manager.addPass(createMakeEntriesPass());
  manager.addPass(createCheckShapesPass());
  manager.addPass(createLowerChecksPass());
}

void buildSolvers(OpPassManager &manager) {
  manager.addPass(createMakeSolversPass());
  manager.addPass(createCheckShapesPass());
  manager.addPass(createLowerChecksPass());
}

// From loops over tensors to loops over memory.
static void addStructuredCode(OpPassManager &manager) {
  // Buffers around the loops.
  manager.addPass(createLowerLaneLoopsPass());
  manager.addPass(createLowerSerialLoopsPass());
  manager.addPass(createLowerKeptOpsPass());
  addCleanUp(manager);

  // Rows of several ops in one loop; the loops' indices are folded.
  manager.addPass(createFormNestsPass());
  addCleanUp(manager);

  // Each body is bufferised once. A result is computed where it is wanted.
  manager.addPass(createAnchorCarriedTensorsPass());
  manager.addPass(createKeepSourcesPass());
  manager.addPass(bufferization::createEmptyTensorEliminationPass());
  manager.addPass(bufferization::createOneShotBufferizePass());
  addCleanUp(manager);
  manager.addPass(createHoistAllocationsPass());
  manager.addPass(createOutlineWorkersPass());

  // Every op becomes loops over elements, or a call.
  manager.addPass(createLowerCopiesPass());
  manager.addPass(createConvertLinalgToLoopsPass());
  manager.addPass(createLowerFarAnglesPass());
  manager.addPass(createLowerRemaindersPass());
  manager.addPass(createCallLibmPass());
  manager.addPass(createConvertMathToFuncs());
  // Vectors of elements that are not neighbours.
  manager.addPass(createConvertVectorToSCFPass());
}

// Views of memory by arithmetic on sizes and strides.
static void addViewArithmetic(OpPassManager &manager) {
  manager.addPass(createLowerExpandShapesPass());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(arith::createArithExpandOpsPass());
}

void buildSolverCode(OpPassManager &manager) {
  addStructuredCode(manager);
  addCleanUp(manager);
  ReturnErrorsPassOptions options;
  options.endProcess = true;
  manager.addPass(createReturnErrorsPass(options));
  // Not every compiler has these steps, and the next ones every one has.
  addViewArithmetic(manager);
  manager.addPass(createUseLLVMOpsPass());
}

void buildHostCode(OpPassManager &manager) {
  addStructuredCode(manager);

  // From structured control flow to branches.
  manager.addPass(createSCFToControlFlowPass());
  addCleanUp(manager);
  manager.addPass(createReturnErrorsPass());

  // To the LLVM dialect. What LLVM folds as well is not folded at the end.
  addViewArithmetic(manager);
  manager.addPass(createUseLLVMOpsPass());
  manager.addPass(createConvertVectorToLLVMPass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(createConvertIndexToLLVMPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createConvertFuncToLLVMPass());
  manager.addPass(createUBToLLVMConversionPass());
  manager.addPass(createAlignStacksPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  manager.addPass(createCheckGeneratedPass());
}

} // namespace mlir::eq
