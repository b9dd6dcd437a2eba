// A pass for tests of Scalarise: the body of each function with arguments
// becomes one on scalars, and the function calls it.
//
//   func @f(%x: tensor<2xf64>) -> tensor<2xf64>
//     -> func private @f_scalars(%x0: f64, %x1: f64) -> (f64, f64)
//        func @f(%x: tensor<2xf64>) -> tensor<2xf64>  // calls it
//
// With `loops`, this is done to the regions of each eq.loop alone, and in
// place: a region takes its tensors apart, goes on with scalars, and puts the
// tensors of its terminator together. A region with a record or a loop inside
// of it is left.

#include "eq/IR/EqDialect.h"
#include "eq/IR/EqOps.h"
#include "eq/Scalarise/Scalarise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/Pass.h"

namespace mlir::eq::test {

namespace {

struct TestScalarise : PassWrapper<TestScalarise, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TestScalarise)

  TestScalarise() = default;
  TestScalarise(const TestScalarise &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "eq-test-scalarise"; }
  StringRef getDescription() const override {
    return "turn the body of a function into one on scalars";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect,
                    tensor::TensorDialect>();
  }

  void runOnOperation() override {
    options.maxElements = maxElements;
    options.maxOperations = maxOperations;
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions;
    if (loops)
      getOperation().walk([&](LoopOp loop) {
        for (Region &region : loop->getRegions())
          if (canOutline(loop, region))
            functions.push_back(outline(loop, region, symbols));
      });
    else
      for (func::FuncOp function : getOperation().getOps<func::FuncOp>())
        if (!function.isExternal() && function.getNumArguments() != 0)
          functions.push_back(function);
    for (func::FuncOp function : functions) {
      func::FuncOp scalars = wrap(function, symbols);
      if (failed(scalarise(scalars, options)) || failed(expectNone(scalars)))
        return signalPassFailure();
      if (loops) {
        inlineCalls(scalars, symbols);
        inlineCalls(function, symbols);
      }
    }
  }

  // Puts the body of `function` where it is called, once.
  void inlineCalls(func::FuncOp function, SymbolTable &symbols) {
    getOperation().walk([&](func::CallOp call) {
      if (call.getCallee() != function.getName())
        return;
      OpBuilder builder(call);
      IRMapping mapping;
      mapping.map(function.getArguments(), call.getOperands());
      Block &body = function.getBody().front();
      for (Operation &op : body.without_terminator())
        builder.clone(op, mapping);
      for (auto [result, value] :
           llvm::zip(call.getResults(), body.getTerminator()->getOperands()))
        result.replaceAllUsesWith(mapping.lookup(value));
      call.erase();
    });
    symbols.erase(function);
  }

  static bool canOutline(LoopOp loop, Region &region) {
    return !region.empty() && loop.getRecord().empty() &&
           !region.walk([](LoopOp) { return WalkResult::interrupt(); })
                .wasInterrupted();
  }

  // A region of a loop becomes a function that it calls.
  func::FuncOp outline(LoopOp loop, Region &region, SymbolTable &symbols) {
    Location loc = loop.getLoc();
    auto parent = loop->getParentOfType<func::FuncOp>();
    OpBuilder builder(parent);
    Operation *end = region.front().getTerminator();
    const StringRef names[] = {"start", "step", "finish"};
    auto made = func::FuncOp::create(
        builder, loc,
        (parent.getName() + "_" + names[region.getRegionNumber()]).str(),
        builder.getFunctionType(region.getArgumentTypes(),
                                end->getOperandTypes()));
    made.setPrivate();
    symbols.insert(made);
    made.getBody().takeBody(region);
    Block &block = region.emplaceBlock();
    for (BlockArgument argument : made.getArguments())
      block.addArgument(argument.getType(), argument.getLoc());
    builder.setInsertionPointToStart(&block);
    auto call = func::CallOp::create(builder, loc, made, block.getArguments());
    builder.clone(*end)->setOperands(call.getResults());

    builder.setInsertionPoint(end);
    func::ReturnOp::create(builder, end->getLoc(), end->getOperands());
    end->erase();
    return made;
  }

  // Moves the body of `function` into one whose signature has scalars alone.
  func::FuncOp wrap(func::FuncOp function, SymbolTable &symbols) {
    Location loc = function.getLoc();
    OpBuilder builder(function);
    FunctionType type = function.getFunctionType();
    FunctionType flat =
        builder.getFunctionType(scalarTypes(type.getInputs(), options),
                                scalarTypes(type.getResults(), options));
    auto scalars = func::FuncOp::create(
        builder, loc, (function.getName() + "_scalars").str(), flat);
    scalars.setPrivate();
    symbols.insert(scalars);
    scalars.getBody().takeBody(function.getBody());

    Block &entry = scalars.getBody().front();
    unsigned count = entry.getNumArguments();
    entry.addArguments(flat.getInputs(),
                       SmallVector<Location>(flat.getNumInputs(), loc));
    builder.setInsertionPointToStart(&entry);
    SmallVector<Value> inside =
        putTogether(builder, loc, entry.getArguments().drop_front(count),
                    type.getInputs(), options);
    for (auto [old, value] :
         llvm::zip(entry.getArguments().take_front(count), inside))
      old.replaceAllUsesWith(value);
    entry.eraseArguments(0, count);
    Operation *end = entry.getTerminator();
    builder.setInsertionPoint(end);
    end->setOperands(
        takeApart(builder, end->getLoc(), end->getOperands(), options));

    Block *outer = function.addEntryBlock();
    builder.setInsertionPointToStart(outer);
    auto call = func::CallOp::create(
        builder, loc, scalars,
        takeApart(builder, loc, outer->getArguments(), options));
    func::ReturnOp::create(builder, loc,
                           putTogether(builder, loc, call.getResults(),
                                       type.getResults(), options));
    return scalars;
  }

  // No tensor is left that could be scalars.
  LogicalResult expectNone(func::FuncOp function) {
    auto isLeft = [&](Type type) { return isScalarisable(type, options); };
    WalkResult walked = function.walk([&](Operation *op) {
      bool found = llvm::any_of(op->getOperandTypes(), isLeft) ||
                   llvm::any_of(op->getResultTypes(), isLeft);
      for (Region &region : op->getRegions())
        for (Block &block : region)
          found |= llvm::any_of(block.getArgumentTypes(), isLeft);
      if (!found)
        return WalkResult::advance();
      op->emitOpError("expected to be gone by now");
      return WalkResult::interrupt();
    });
    return failure(walked.wasInterrupted());
  }

  ScalariseOptions options;
  Option<bool> loops{*this, "loops",
                     llvm::cl::desc("Regions of loops become functions")};
  Option<int64_t> maxElements{*this, "max-elements",
                              llvm::cl::desc("See ScalariseOptions"),
                              llvm::cl::init(ScalariseOptions().maxElements)};
  Option<int64_t> maxOperations{
      *this, "max-operations", llvm::cl::desc("See ScalariseOptions"),
      llvm::cl::init(ScalariseOptions().maxOperations)};
};

} // namespace

void registerTestScalarisePass() { PassRegistration<TestScalarise>(); }

} // namespace mlir::eq::test
