// The builders of the problem ops make ops that verify, and that are what a
// program in text would be.

#include "eq/IR/EqOps.h"
#include "eq/Pipeline/Pipeline.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::eq;

namespace {

struct BuildersTest : testing::Test {
  BuildersTest() : builder(&context) {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  // A function with arguments of these types, to build in.
  Block *open(ArrayRef<Type> types) {
    module = ModuleOp::create(loc());
    builder.setInsertionPointToStart(module->getBody());
    auto function = func::FuncOp::create(builder, loc(), "f",
                                         builder.getFunctionType(types, {}));
    Block *block = function.addEntryBlock();
    builder.setInsertionPointToStart(block);
    func::ReturnOp::create(builder, loc());
    builder.setInsertionPointToStart(block);
    return block;
  }

  // Whether what was built verifies, and is the function of `text`.
  void expect(StringRef text) {
    ASSERT_TRUE(succeeded(verify(*module)));
    auto wanted = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(wanted);
    EXPECT_EQ(print(*module), print(*wanted));
  }

  static std::string print(ModuleOp module) {
    std::string text;
    llvm::raw_string_ostream(text) << module;
    return text;
  }

  Location loc() { return UnknownLoc::get(&context); }
  Type tensor(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF64Type());
  }

  MLIRContext context;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
};

TEST_F(BuildersTest, FixedPointHasABatchAndItsOptions) {
  Type f64 = builder.getF64Type(), i32 = builder.getI32Type();
  Block *block = open({tensor({3, 2}), tensor({3}), tensor({2}), f64, i32});
  FixedPointOptions options;
  options.batchRank = 1;
  options.norm = Norm::rms;
  options.scale = {block->getArgument(2)};
  options.trace = 5;
  options.adjoint = ImplicitAttr::get(&context);
  options.onFailure = OnFailure::ignore;
  auto solve = FixedPointOp::create(
      builder, loc(), block->getArgument(0), block->getArgument(1),
      block->getArgument(2),
      {{"abs", block->getArgument(3)}, {"max", block->getArgument(4)}},
      PicardAttr::get(&context), {{"damping", block->getArgument(3)}},
      [](OpBuilder &builder, Location loc, ValueRange z) {
        Value sum = arith::AddFOp::create(builder, loc, z[0], z[2]);
        YieldOp::create(builder, loc, sum);
      },
      options);
  EXPECT_EQ(solve.getTraceResult().getType(), tensor({3, 5}));
  expect(R"(
func.func @f(%z: tensor<3x2xf64>, %x: tensor<3xf64>, %w: tensor<2xf64>, %t: f64, %max: i32) {
  %y:5 = eq.fixed_point init(%z : tensor<3x2xf64>) ins(%x : tensor<3xf64>)
      shared(%w : tensor<2xf64>) scale(%w : tensor<2xf64>)
      until(abs = %t : f64, max = %max : i32) norm(rms)
      method(#eq.picard) with(damping = %t : f64) trace(5) adjoint(#eq.implicit)
      on_failure(ignore) {
  ^bb0(%z: tensor<2xf64>, %x: f64, %w: tensor<2xf64>):
    %s = arith.addf %z, %w : tensor<2xf64>
    eq.yield %s : tensor<2xf64>
  }
  return
})");
}

TEST_F(BuildersTest, RootHasABatchAndItsOptions) {
  Type f64 = builder.getF64Type(), i32 = builder.getI32Type();
  Block *block = open({tensor({ShapedType::kDynamic}), f64, i32});
  RootOptions options;
  options.batchRank = 1;
  options.onFailure = OnFailure::fail;
  RootOp::create(
      builder, loc(), block->getArgument(0), ValueRange(), ValueRange(),
      {{"max", block->getArgument(2)}}, BrentAttr::get(&context),
      {{"low", block->getArgument(1)}, {"high", block->getArgument(1)}},
      [](OpBuilder &builder, Location loc, ValueRange z) {
        YieldOp::create(builder, loc, z);
      },
      options);
  expect(R"(
func.func @f(%z: tensor<?xf64>, %a: f64, %max: i32) {
  %y:4 = eq.root init(%z : tensor<?xf64>) until(max = %max : i32)
      method(#eq.brent) with(low = %a : f64, high = %a : f64) on_failure(fail) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
})");
}

TEST_F(BuildersTest, OdeHasEventsAndItsOptions) {
  Type f64 = builder.getF64Type(), i32 = builder.getI32Type();
  Block *block = open({tensor({3, 2}), tensor({3}), tensor({4}), f64, i32});
  Value tolerance = block->getArgument(3);
  auto height = [](OpBuilder &builder, Location loc, ValueRange values) {
    YieldOp::create(builder, loc, values[2]);
  };
  auto bounce = [](OpBuilder &builder, Location loc, ValueRange values) {
    Value on =
        arith::ConstantOp::create(builder, loc, builder.getBoolAttr(true));
    YieldOp::create(builder, loc, ValueRange{on, values[1]});
  };
  OdeOptions options;
  options.batchRank = 1;
  options.save = block->getArgument(2);
  options.scale = {tolerance};
  options.until = {{"abs", tolerance}};
  options.control = PidAttr::get(&context);
  options.adjoint = BacksolveAttr::get(&context);
  options.onFailure = OnFailure::fail;
  options.events = {{EventDirection::falling, height, bounce, /*keep=*/7},
                    {EventDirection::any, height, nullptr}};
  auto solve = OdeOp::create(
      builder, loc(), block->getArgument(0), block->getArgument(1),
      ValueRange(), tolerance, tolerance,
      {{"rel", tolerance}, {"max", block->getArgument(4)}},
      RungeKuttaAttr::get(&context, Tableau::tsit5),
      {{"first_step", tolerance}},
      [](OpBuilder &builder, Location loc, ValueRange values) {
        YieldOp::create(builder, loc, values[1]);
      },
      options);
  EXPECT_EQ(solve.getNumEvents(), 2u);
  expect(R"(
func.func @f(%z: tensor<3x2xf64>, %x: tensor<3xf64>, %s: tensor<4xf64>, %t: f64, %max: i32) {
  %y:8 = eq.ode init(%z : tensor<3x2xf64>) ins(%x : tensor<3xf64>)
      from(%t : f64) to(%t : f64) save(%s : tensor<4xf64>) scale(%t : f64)
      within(rel = %t : f64, max = %max : i32) until(abs = %t : f64)
      method(#eq.runge_kutta<tsit5>) control(#eq.pid) with(first_step = %t : f64)
      adjoint(#eq.backsolve) on_failure(fail) {
  ^bb0(%t: f64, %y: tensor<2xf64>, %x: f64):
    eq.yield %y : tensor<2xf64>
  } event(falling, keep = 7) {
  ^bb0(%t: f64, %y: tensor<2xf64>, %x: f64):
    eq.yield %x : f64
  } apply {
  ^bb0(%t: f64, %y: tensor<2xf64>, %x: f64):
    %on = arith.constant true
    eq.yield %on, %y : i1, tensor<2xf64>
  } event(any) {
  ^bb0(%t: f64, %y: tensor<2xf64>, %x: f64):
    eq.yield %x : f64
  }
  return
})");
}

// An operand without the dimensions that are asked for is refused by the
// verifier, as in text.
TEST_F(BuildersTest, TooFewDimensionsAreRefused) {
  Type f64 = builder.getF64Type(), i32 = builder.getI32Type();
  Block *block = open({tensor({3}), f64, i32});
  RootOptions options;
  options.batchRank = 1;
  RootOp::create(
      builder, loc(), block->getArgument(0),
      /*ins=*/block->getArgument(1), ValueRange(),
      {{"max", block->getArgument(2)}}, BrentAttr::get(&context),
      {{"low", block->getArgument(1)}, {"high", block->getArgument(1)}},
      [](OpBuilder &builder, Location loc, ValueRange z) {
        YieldOp::create(builder, loc, z.front());
      },
      options);
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message += diagnostic.str();
    return success();
  });
  EXPECT_TRUE(failed(verify(*module)));
  EXPECT_NE(message.find("'ins'"), std::string::npos) << message;
}

} // namespace
