// The rules of Batch are open: an op of any dialect joins with a model of its
// own.

#include "eq/Batch/Batch.h"
#include "eq/Pipeline/Pipeline.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::eq;

namespace {

constexpr const char *program = R"(
func.func @f(%a: tensor<2xf64>, %b: tensor<3xf64>) -> tensor<5xf64> {
  %r = tensor.concat dim(0) %a, %b
      : (tensor<2xf64>, tensor<3xf64>) -> tensor<5xf64>
  return %r : tensor<5xf64>
})";

// The same op on tensors of vectors.
struct ConcatModel
    : BatchableOpInterface::ExternalModel<ConcatModel, tensor::ConcatOp> {
  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    batcher.widenOp(builder, op);
  }
};

struct BatchTest : testing::Test {
  BatchTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    module = parseSourceString<ModuleOp>(program, &context);
    function = *module->getOps<func::FuncOp>().begin();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
};

TEST_F(BatchTest, AnOpWithoutARuleIsFound) {
  Operation *found = Batcher::findUnsupported(function.getBody());
  ASSERT_TRUE(found);
  EXPECT_TRUE(isa<tensor::ConcatOp>(found));
}

TEST_F(BatchTest, AnOpFromOutsideJoins) {
  tensor::ConcatOp::attachInterface<ConcatModel>(context);
  ASSERT_FALSE(Batcher::findUnsupported(function.getBody()));

  // Only the second operand differs between samples.
  Batcher batcher(8);
  OpBuilder builder(function);
  Type shared = function.getArgument(0).getType();
  Type wide = batcher.widen(function.getArgument(1).getType());
  auto made = func::FuncOp::create(builder, function.getLoc(), "wide",
                                   builder.getFunctionType({shared, wide}, {}));
  Block *block = made.addEntryBlock();
  builder.setInsertionPointToStart(block);
  batcher.map(function.getArguments(), block->getArguments());
  batcher.batchBlock(builder, function.getBody().front());
  func::ReturnOp::create(builder, function.getLoc());
  ASSERT_TRUE(succeeded(verify(made)));

  auto concat = *made.getBody().front().getOps<tensor::ConcatOp>().begin();
  auto eight = VectorType::get(8, builder.getF64Type());
  EXPECT_EQ(concat.getType(), RankedTensorType::get({5}, eight));
  EXPECT_EQ(concat.getInputs()[0].getType(), RankedTensorType::get({2}, eight));
  EXPECT_EQ(concat.getInputs()[1], block->getArgument(1));
}

} // namespace
