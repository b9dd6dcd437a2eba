// Lowers solves in a module that is not eq's, and nothing else in it.
//
//   func.func @f(%z: tensor<?xf64>) {         func.func @f(%z: tensor<?xf64>) {
//     "vendor.op"(%z)                           "vendor.op"(%z)
//     %x = eq.fixed_point init(%z) ..    ->     %m = to_buffer %z
//   }                                           %o = memref.alloc
//                                               call @eq.f.solve.0(%m, %o)
//                                               %x = to_tensor %o
//                                             }
//                                             func.func private @eq.f.solve.0
//
// The solves are copied to a module of their own, on which the stages work as
// on any program. What they give is moved back, beside the functions that call
// it. So no pass of eq ever sees an operation of others.

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/SampleTypes.h"
#include "eq/IR/Solves.h"
#include "eq/Pipeline/Passes.h"
#include "eq/Pipeline/Pipeline.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERLOOPSPASS
#include "eq/Pipeline/Passes.h.inc"

namespace {

// The solves of one module.
class Embedding {
public:
  explicit Embedding(ModuleOp host) : host(host) {}

  void add(Operation *solve) { solves.push_back({solve, {}}); }

  /// Copies the solves to a module inside the host's.
  ModuleOp outline();
  /// Moves what has become of them to the host, and calls it.
  LogicalResult inlineBack();

private:
  struct Solve {
    Operation *op;
    std::string function;
  };

  void outline(Solve &solve, OpBuilder &builder);
  void copyCallees(Operation *op, OpBuilder &builder);
  LogicalResult moveSymbols();
  void call(const Solve &solve);

  ModuleOp host;
  ModuleOp inner; // ours, while there is one
  SmallVector<Solve> solves;
};

// The functions that a body calls come along: the stage `verify` inlines them.
void Embedding::copyCallees(Operation *op, OpBuilder &builder) {
  op->walk([&](func::CallOp call) {
    auto callee = host.lookupSymbol<func::FuncOp>(call.getCallee());
    if (!callee || inner.lookupSymbol(call.getCallee()))
      return;
    auto copy = cast<func::FuncOp>(builder.clone(*callee));
    copy.setPrivate();
    copyCallees(copy, builder);
  });
}

void Embedding::outline(Solve &solve, OpBuilder &builder) {
  Operation *op = solve.op;
  Location loc = op->getLoc();
  std::string stem = "eq.";
  auto around = op->getParentOfType<SymbolOpInterface>();
  if (around && around.getOperation() != host.getOperation())
    stem += (around.getName() + ".").str();
  for (unsigned i = 0;; ++i) {
    solve.function = stem + "solve." + std::to_string(i);
    if (!host.lookupSymbol(solve.function) &&
        !inner.lookupSymbol(solve.function))
      break;
  }
  // An operand that is given twice is one argument.
  llvm::SetVector<Value> operands(op->operand_begin(), op->operand_end());
  auto function = func::FuncOp::create(
      builder, loc, solve.function,
      builder.getFunctionType(TypeRange(operands.getArrayRef()),
                              op->getResultTypes()));
  Block *block = function.addEntryBlock();
  OpBuilder inside = OpBuilder::atBlockBegin(block);
  IRMapping mapping;
  mapping.map(operands.getArrayRef(), block->getArguments());
  Operation *copy = inside.clone(*op, mapping);
  func::ReturnOp::create(inside, loc, copy->getResults());
  copyCallees(copy, builder);
}

// Functions of the runtime and of the C library may be declared already.
LogicalResult Embedding::moveSymbols() {
  SymbolTable outer(host), own(inner);
  for (Operation &op : llvm::make_early_inc_range(*inner.getBody())) {
    auto symbol = cast<SymbolOpInterface>(op);
    auto declared = dyn_cast<FunctionOpInterface>(op);
    Operation *present = outer.lookup(symbol.getName());
    if (present && declared && declared.isExternal()) {
      auto function = dyn_cast<FunctionOpInterface>(present);
      bool isSame = function && present->getName() == op.getName() &&
                    function.getFunctionType() == declared.getFunctionType();
      if (isSame)
        continue;
      InFlightDiagnostic diag =
          present->emitOpError("expected '")
          << symbol.getName()
          << "' to be declared as the solves of the module call it, or not at "
             "all";
      diag.attachNote(solves.front().op->getLoc()) << "a solve is here";
      return diag;
    }
    if (present && failed(own.renameToUnique(&op, {&outer})))
      return failure();
  }
  Builder builder(host.getContext());
  auto internal =
      LLVM::LinkageAttr::get(host.getContext(), LLVM::Linkage::Internal);
  for (Operation &op : llvm::make_early_inc_range(*inner.getBody())) {
    if (outer.lookup(cast<SymbolOpInterface>(op).getName()))
      continue;
    // Another object may have solves of the same names.
    auto function = dyn_cast<func::FuncOp>(op);
    if (function && !function.isExternal()) {
      function.setPrivate();
      function->setAttr("llvm.linkage", internal);
      function->removeAttr(contextAttrName);
    }
    op.moveBefore(inner);
  }
  return success();
}

// The memory of a tensor. What was memory before is taken as it is.
Value memoryOf(OpBuilder &builder, Location loc, Value tensor) {
  auto wanted = dynamicLayout(cast<RankedTensorType>(tensor.getType()));
  auto known = tensor.getDefiningOp<bufferization::ToTensorOp>();
  if (known &&
      memref::CastOp::areCastCompatible(known.getBuffer().getType(), wanted))
    return builder.createOrFold<memref::CastOp>(loc, wanted, known.getBuffer());
  return bufferization::ToBufferOp::create(builder, loc, wanted, tensor,
                                           /*readOnly=*/true);
}

// The other way round: where memory is asked for, it is there.
void replaceByMemory(OpBuilder &builder, Value result, Value memory) {
  for (Operation *user : llvm::make_early_inc_range(result.getUsers())) {
    auto toBuffer = dyn_cast<bufferization::ToBufferOp>(user);
    if (!toBuffer || !memref::CastOp::areCastCompatible(memory.getType(),
                                                        toBuffer.getType()))
      continue;
    Value same = builder.createOrFold<memref::CastOp>(
        toBuffer.getLoc(), toBuffer.getType(), memory);
    toBuffer.replaceAllUsesWith(same);
    toBuffer.erase();
  }
  if (result.use_empty())
    return;
  result.replaceAllUsesWith(bufferization::ToTensorOp::create(
      builder, result.getLoc(), result.getType(), memory, /*restrict=*/true,
      /*writable=*/true));
}

// How many dimensions of operands and results are the batch.
int64_t batchRankOf(Operation *solve) {
  Value perSample =
      TypeSwitch<Operation *, Value>(solve)
          .Case<LoopOp>([](auto op) { return op.getSteps(); })
          .Case<FixedPointOp, RootOp>([](auto op) { return op.getStatus(); })
          .Case<OdeOp>([](auto op) { return op.getStatus(); });
  return rankOf(perSample.getType());
}

void Embedding::call(const Solve &solve) {
  Operation *op = solve.op;
  Location loc = op->getLoc();
  OpBuilder builder(op);
  llvm::SetVector<Value> operands(op->operand_begin(), op->operand_end());
  SmallVector<Value> arguments;
  DenseMap<Value, Value> memory;
  for (Value operand : operands) {
    bool isTensor = isa<RankedTensorType>(operand.getType());
    arguments.push_back(isTensor ? memoryOf(builder, loc, operand) : operand);
    memory[operand] = arguments.back();
  }

  // Sizes that only a run can tell are those of the batch, and the number of
  // saved times behind it.
  int64_t batchRank = batchRankOf(op);
  DenseMap<int64_t, Value> sizesKnown;
  auto sizeOf = [&](int64_t dimension) -> Value {
    Value &size = sizesKnown[dimension];
    if (size)
      return size;
    Value operand = op->getOperand(0);
    auto ode = dyn_cast<OdeOp>(op);
    if (ode && dimension >= batchRank) {
      operand = ode.getSave();
      dimension = rankOf(operand.getType()) - 1;
    }
    return size =
               memref::DimOp::create(builder, loc, memory[operand], dimension);
  };
  SmallVector<Value> outs;
  for (Type type : op->getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      continue;
    SmallVector<Value> sizes;
    for (auto [dimension, size] : llvm::enumerate(tensor.getShape()))
      if (ShapedType::isDynamic(size))
        sizes.push_back(sizeOf(dimension));
    auto memory = MemRefType::get(tensor.getShape(), tensor.getElementType());
    outs.push_back(memref::AllocOp::create(builder, loc, memory, sizes,
                                           builder.getI64IntegerAttr(64)));
    arguments.push_back(outs.back());
  }

  auto function = host.lookupSymbol<func::FuncOp>(solve.function);
  auto call = func::CallOp::create(builder, loc, function, arguments);
  auto out = outs.begin();
  auto number = call->result_begin();
  for (Value result : op->getResults()) {
    if (!isa<RankedTensorType>(result.getType())) {
      result.replaceAllUsesWith(*number++);
      continue;
    }
    replaceByMemory(builder, result, *out++);
  }
  op->erase();
  for (Value operand : operands)
    if (auto known = operand.getDefiningOp<bufferization::ToTensorOp>())
      if (known->use_empty())
        known->erase();
}

ModuleOp Embedding::outline() {
  OpBuilder builder = OpBuilder::atBlockEnd(host.getBody());
  inner = ModuleOp::create(builder, host.getLoc());
  // What the host says of the processor is said of its solves.
  for (Operation *op = host; op; op = op->getParentOp())
    if (Attribute target = op->getAttr(TargetAttr::attributeName)) {
      inner->setAttr(TargetAttr::attributeName, target);
      break;
    }
  builder.setInsertionPointToEnd(inner.getBody());
  for (Solve &solve : solves)
    outline(solve, builder);
  return inner;
}

LogicalResult Embedding::inlineBack() {
  if (failed(moveSymbols()))
    return failure();
  for (const Solve &solve : solves)
    call(solve);
  inner.erase();
  return success();
}

void buildPipeline(OpPassManager &manager) {
  buildStages(manager, Stage::verify, Stage::schedule);
  buildSolvers(manager);
  buildSolverCode(manager);
}

// What is called is a function of the CPU, and it makes no kernels.
LogicalResult verifyPlace(Operation *solve) {
  Operation *table = SymbolTable::getNearestSymbolTable(solve);
  if (!isa_and_nonnull<ModuleOp>(table) ||
      solve->getParentOfType<gpu::LaunchOp>())
    return solve->emitOpError(
        "expected to stand in a function of the CPU, where a function can be "
        "called");
  if (isOnGPU(solve))
    return solve->emitOpError("expected 'schedule' to be one for the CPU, such "
                              "as #eq.lanes, where eq-lower-loops makes code, "
                              "but got ")
           << cast<LoopOp>(solve).getScheduleAttr()
           << "; kernels and their launches are made by eq-to-nvvm";
  for (Operation *op = table; op; op = op->getParentOp()) {
    if (!op->hasAttr(GPUTargetAttr::attributeName))
      continue;
    InFlightDiagnostic diag =
        solve->emitOpError("expected a module without '")
        << GPUTargetAttr::attributeName
        << "' where eq-lower-loops makes code, which is for the CPU; kernels "
           "and their launches are made by eq-to-nvvm";
    diag.attachNote(op->getLoc()) << "this module has it";
    return diag;
  }
  return success();
}

// One-shot bufferization does not stop at the regions of an operation that it
// does not know: it turns what it knows in them into memory.
LogicalResult verifyBodies(Operation *solve) {
  Operation *memory = nullptr;
  solve->walk([&](Operation *op) {
    if (!memory && isa_and_nonnull<bufferization::BufferizationDialect,
                                   memref::MemRefDialect>(op->getDialect()))
      memory = op;
  });
  if (!memory)
    return success();
  InFlightDiagnostic diag = solve->emitOpError(
      "expected bodies of tensors and numbers, but one has been bufferized: "
      "run eq-lower-loops before one-shot-bufferize where bodies have tensors");
  diag.attachNote(memory->getLoc()) << "memory in a body";
  return diag;
}

struct LowerLoops : impl::LowerLoopsPassBase<LowerLoops> {
  using Base::Base;

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<bufferization::BufferizationDialect, func::FuncDialect,
                    LLVM::LLVMDialect, memref::MemRefDialect>();
    OpPassManager manager(ModuleOp::getOperationName());
    buildPipeline(manager);
    manager.getDependentDialects(registry);
  }

  // The solves, by the module that will hold their functions.
  LogicalResult collect(llvm::MapVector<Operation *, Embedding> &embeddings) {
    WalkResult walked =
        getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
          if (isSolve(op)) {
            if (failed(verifyPlace(op)) || failed(verifyBodies(op)))
              return WalkResult::interrupt();
            auto host = cast<ModuleOp>(SymbolTable::getNearestSymbolTable(op));
            embeddings.try_emplace(host, host).first->second.add(op);
            return WalkResult::skip();
          }
          if (isa_and_nonnull<EqDialect>(op->getDialect())) {
            op->emitOpError("expected to stand in a body by now: "
                            "eq-lower-loops lowers solves");
            return WalkResult::interrupt();
          }
          return WalkResult::advance();
        });
    return failure(walked.wasInterrupted());
  }

  void runOnOperation() override {
    llvm::MapVector<Operation *, Embedding> embeddings;
    if (failed(collect(embeddings)))
      return signalPassFailure();
    OpPassManager manager(ModuleOp::getOperationName());
    buildPipeline(manager);
    for (auto &[host, embedding] : embeddings)
      if (failed(runPipeline(manager, embedding.outline())) ||
          failed(embedding.inlineBack()))
        return signalPassFailure();
    // Nothing of eq is left.
    getOperation().walk([](ModuleOp module) {
      module->removeAttr(TargetAttr::attributeName);
      module->removeAttr(GPUTargetAttr::attributeName);
    });
  }
};

} // namespace

void leaveBodies(bufferization::BufferizationOptions &options) {
  options.opFilter.denyOperation(isInSolve);
  options.allowUnknownOps = true;
}

} // namespace mlir::eq
