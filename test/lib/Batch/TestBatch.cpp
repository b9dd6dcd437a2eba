// A pass for tests of the rules of Batch: the body of each function becomes
// that of a lane block.
//
//   func @f(%x: f64) -> f64
//     -> func @f(%x: vector<4xf64>, %mask: vector<4xi1>,
//                %samples: memref<4xindex>) -> vector<4xf64>
//
// An argument {eqtest.shared} stays as it is, a tensor {eqtest.record} becomes
// the memory of the records of all samples and is no longer returned.

#include "eq/Batch/Batch.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::eq::test {

namespace {

struct TestBatch : PassWrapper<TestBatch, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TestBatch)

  TestBatch() = default;
  TestBatch(const TestBatch &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "eq-test-batch"; }
  StringRef getDescription() const override {
    return "turn the body of a function into that of a lane block";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<linalg::LinalgDialect, math::MathDialect,
                    memref::MemRefDialect, scf::SCFDialect,
                    tensor::TensorDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    for (func::FuncOp function :
         llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (!function.isExternal())
        batch(function);
  }

  void batch(func::FuncOp function) {
    if (Operation *op = Batcher::findUnsupported(function.getBody())) {
      op->emitOpError("has no rule");
      return signalPassFailure();
    }
    OpBuilder builder(function);
    Batcher types(lanes);
    SmallVector<Type> arguments;
    for (BlockArgument argument : function.getArguments()) {
      Type type = argument.getType();
      unsigned i = argument.getArgNumber();
      if (function.getArgAttr(i, "eqtest.shared")) {
        arguments.push_back(type);
      } else if (function.getArgAttr(i, "eqtest.record")) {
        auto record = cast<RankedTensorType>(type);
        SmallVector<int64_t> shape(record.getShape());
        shape.insert(shape.begin(), ShapedType::kDynamic);
        arguments.push_back(MemRefType::get(shape, record.getElementType()));
      } else {
        arguments.push_back(types.widen(type));
      }
    }
    arguments.push_back(types.vectorOf(builder.getI1Type()));
    arguments.push_back(MemRefType::get({lanes}, builder.getIndexType()));

    auto made =
        func::FuncOp::create(builder, function.getLoc(), function.getName(),
                             builder.getFunctionType(arguments, {}));
    Block *block = made.addEntryBlock();
    builder.setInsertionPointToStart(block);
    ValueRange values = block->getArguments();
    Batcher batcher(lanes, values.drop_back().back());
    batcher.setSamples(values.back());
    batcher.map(function.getArguments(), values.drop_back(2));
    Block &old = function.getBody().front();
    batcher.batchBlock(builder, old);
    SmallVector<Value> results;
    for (Value value : old.getTerminator()->getOperands())
      if (!batcher.isRecord(value))
        results.push_back(batcher.wide(builder, value));
    func::ReturnOp::create(builder, function.getLoc(), results);
    made.setType(
        builder.getFunctionType(arguments, TypeRange(ValueRange(results))));
    function.erase();
  }

  Option<int64_t> lanes{*this, "lanes", llvm::cl::desc("A power of two"),
                        llvm::cl::init(4)};
};

} // namespace

void registerTestBatchPass() { PassRegistration<TestBatch>(); }

} // namespace mlir::eq::test
