// A host that bufferizes first, in C++: bodies stay what they are.

#include "eq/IR/EqOps.h"
#include "eq/Pipeline/Passes.h"
#include "eq/Pipeline/Pipeline.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {

// A product and a constant in a body, and the host's own product behind it.
const char *program = R"(
func.func @host(%z: tensor<?x3xf64>, %w: tensor<3x3xf64>, %v: tensor<3xf64>,
                %out: tensor<?xf64>) -> tensor<?xf64> {
  %max = arith.constant 100 : i32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x3xf64>) shared(%w : tensor<3x3xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%x: tensor<3xf64>, %w: tensor<3x3xf64>):
    %c = arith.constant dense<[0.1, 0.2, 0.3]> : tensor<3xf64>
    %fx = linalg.matvec ins(%w, %x : tensor<3x3xf64>, tensor<3xf64>)
        outs(%c : tensor<3xf64>) -> tensor<3xf64>
    eq.yield %fx : tensor<3xf64>
  }
  %y = linalg.matvec ins(%x, %v : tensor<?x3xf64>, tensor<3xf64>)
      outs(%out : tensor<?xf64>) -> tensor<?xf64>
  return %y : tensor<?xf64>
})";

struct BufferizeTest : testing::Test {
  BufferizeTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    eq::registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<bufferization::BufferizationDialect,
                        memref::MemRefDialect>();
    module = parseSourceString<ModuleOp>(program, &context);
    options.bufferizeFunctionBoundaries = true;
  }

  LogicalResult bufferize() {
    bufferization::BufferizationState state;
    if (failed(
            bufferization::runOneShotModuleBufferize(*module, options, state)))
      return failure();
    return verify(*module);
  }

  LogicalResult lower() {
    PassManager manager(&context);
    manager.addPass(eq::createLowerLoopsPass());
    return manager.run(*module);
  }

  // How many operations of a kind have tensors.
  template <typename Op> int countOnTensors() {
    int count = 0;
    module->walk([&](Op op) {
      count += llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>);
    });
    return count;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  bufferization::OneShotBufferizationOptions options;
};

TEST_F(BufferizeTest, BodiesAreLeftWhereTheHostAsksForIt) {
  ASSERT_TRUE(module);
  eq::leaveBodies(options);
  ASSERT_TRUE(succeeded(bufferize()));
  // The body's product has tensors, the host's memory.
  EXPECT_EQ(countOnTensors<linalg::MatvecOp>(), 1);
  ASSERT_TRUE(succeeded(lower()));
  // And no tensor is left: what was memory has been passed as it is.
  int tensors = 0;
  module->walk([&](Operation *op) {
    tensors += llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
    tensors += llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>);
  });
  EXPECT_EQ(tensors, 0);
}

// A function that a body calls is the host's, and has memory afterwards.
TEST_F(BufferizeTest, BodiesThatCallFunctionsOfTensorsAreRefused) {
  module = parseSourceString<ModuleOp>(R"(
func.func private @negate(%x: tensor<3xf64>) -> tensor<3xf64> {
  %fx = arith.negf %x : tensor<3xf64>
  return %fx : tensor<3xf64>
}
func.func @host(%z: tensor<?x3xf64>) -> tensor<?x3xf64> {
  %max = arith.constant 100 : i32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x3xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%x: tensor<3xf64>):
    %fx = func.call @negate(%x) : (tensor<3xf64>) -> tensor<3xf64>
    eq.yield %fx : tensor<3xf64>
  }
  return %x : tensor<?x3xf64>
})",
                                       &context);
  ASSERT_TRUE(module);
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message += diagnostic.str();
    return success();
  });
  eq::leaveBodies(options);
  EXPECT_TRUE(failed(bufferize()));
  EXPECT_NE(message.find("'func.call'"), std::string::npos) << message;
}

TEST_F(BufferizeTest, BodiesAreBufferizedOtherwise) {
  ASSERT_TRUE(module);
  options.allowUnknownOps = true;
  ASSERT_TRUE(succeeded(bufferize()));
  EXPECT_EQ(countOnTensors<linalg::MatvecOp>(), 0);
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message += diagnostic.str();
    return success();
  });
  EXPECT_TRUE(failed(lower()));
  EXPECT_NE(message.find("one has been bufferized"), std::string::npos)
      << message;
}

} // namespace
