// Builds x = cos x for a batch of starts, compiles it, and runs it, all in this
// process.

#include "eq/IR/EqOps.h"
#include "eq/Pipeline/CompileModule.h"
#include "eq/Run/Executable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/TargetSelect.h"
#include <cstdio>

using namespace mlir;

// func.func @solve(%x0: tensor<3xf64>) -> tensor<3xf64>
static void buildSolve(ModuleOp module) {
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  Location loc = builder.getUnknownLoc();
  Type batch = RankedTensorType::get({3}, builder.getF64Type());
  auto function = func::FuncOp::create(
      builder, loc, "solve", builder.getFunctionType({batch}, {batch}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value abs =
      arith::ConstantOp::create(builder, loc, builder.getF64FloatAttr(1e-12));
  Value max =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(200));
  eq::FixedPointOptions options;
  options.batchRank = 1;
  auto solve = eq::FixedPointOp::create(
      builder, loc, function.getArguments(), /*ins=*/ValueRange(),
      /*shared=*/ValueRange(), {{"abs", abs}, {"max", max}},
      eq::PicardAttr::get(module.getContext()), /*with=*/{},
      [](OpBuilder &builder, Location loc, ValueRange z) {
        Value image = math::CosOp::create(builder, loc, z.front());
        eq::YieldOp::create(builder, loc, image);
      },
      options);
  func::ReturnOp::create(builder, loc, solve.getSolutions());
}

static int fail(llvm::Error error) {
  llvm::errs() << llvm::toString(std::move(error)) << '\n';
  return 1;
}

int main() {
  DialectRegistry registry;
  eq::registerAllDialects(registry);
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  buildSolve(*module);

  auto object = eq::compileModule(*module);
  if (!object)
    return fail(object.takeError());
  llvm::Expected<eq::Executable> executable = eq::Executable::load(*object);
  if (!executable)
    return fail(executable.takeError());
  auto entry = executable->lookup("solve");
  if (!entry)
    return fail(entry.takeError());

  double starts[] = {-1.0, 0.5, 3.0}, solutions[3];
  int64_t shape[] = {3};
  auto tensor = [&](double *data) {
    return eq_tensor{
        data, {EQ_DEVICE_CPU, 0}, 1, {EQ_TYPE_FLOAT, 64, 1}, shape, nullptr, 0};
  };
  eq_tensor in = tensor(starts), out = tensor(solutions);
  if ((*entry)(nullptr, &in, &out) != EQ_OK) {
    std::fprintf(stderr, "%s\n", eq_last_error(nullptr));
    return 1;
  }
  for (double solution : solutions)
    std::printf("%.10f\n", solution);
}
