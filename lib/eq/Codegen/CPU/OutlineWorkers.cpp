// Gives the body of scf.forall, which several threads run, a function of its
// own. Runs after bufferization: what a body uses is memory and scalars.
//
//   scf.forall (%w) in (%n) {      %args = {code, context, %m, ..}
//     use of %m               ->   eqrt_parallel_for(context, %n, @task, %args)
//   }                              return where code is not 0

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::eq {

#define GEN_PASS_DEF_OUTLINEWORKERSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

class WorkerOutliner {
public:
  WorkerOutliner(func::FuncOp function, scf::ForallOp loop, unsigned number)
      : function(function), loop(loop), loc(loop.getLoc()), builder(loop),
        pointer(LLVM::LLVMPointerType::get(loop.getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()), number(number) {}

  void run();

private:
  std::string nameOf(StringRef what) {
    StringRef stem = function.getName();
    stem.consume_back(".body");
    return (stem + "." + what + "." + Twine(number)).str();
  }
  void findCaptured();
  Type fieldOf(Type type);
  Value toField(Value value);
  Value fromField(Value field, Type type);
  Value fieldAddress(Value arguments, int32_t field) {
    return LLVM::GEPOp::create(builder, loc, pointer, fields, arguments,
                               ArrayRef<LLVM::GEPArg>{0, field});
  }
  func::FuncOp makeWorker();
  func::FuncOp makeTask(func::FuncOp worker);

  func::FuncOp function;
  scf::ForallOp loop;
  Location loc;
  OpBuilder builder;
  Type pointer, i32, i64;
  unsigned number;

  llvm::SetVector<Value> captured; // but for the context
  LLVM::LLVMStructType fields;     // the code, the context, the captured
};

// Constants are made again in the worker.
void WorkerOutliner::findCaptured() {
  getUsedValuesDefinedAbove(loop.getRegion(), captured);
  OpBuilder inside = OpBuilder::atBlockBegin(loop.getBody());
  for (Value value : llvm::to_vector(captured)) {
    Operation *op = value.getDefiningOp();
    if (!op || !(matchPattern(op, m_Constant()) ||
                 isa<memref::GetGlobalOp, LLVM::ConstantOp, LLVM::ZeroOp,
                     LLVM::AddressOfOp>(op)))
      continue;
    replaceAllUsesInRegionWith(value, inside.clone(*op)->getResult(0),
                               loop.getRegion());
    captured.remove(value);
  }
  captured.remove(function.getArgument(0));
  SmallVector<Type> types = {i32, pointer};
  for (Value value : captured)
    types.push_back(fieldOf(value.getType()));
  fields = LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
}

Type WorkerOutliner::fieldOf(Type type) {
  if (auto memory = dyn_cast<MemRefType>(type))
    return descriptorType(memory);
  return type.isIndex() ? i64 : type;
}

Value WorkerOutliner::toField(Value value) {
  if (isa<MemRefType>(value.getType()))
    return UnrealizedConversionCastOp::create(builder, loc,
                                              fieldOf(value.getType()), value)
        .getResult(0);
  if (value.getType().isIndex())
    return arith::IndexCastOp::create(builder, loc, i64, value);
  return value;
}

Value WorkerOutliner::fromField(Value field, Type type) {
  if (isa<MemRefType>(type))
    return UnrealizedConversionCastOp::create(builder, loc, type, field)
        .getResult(0);
  if (type.isIndex())
    return arith::IndexCastOp::create(builder, loc, type, field);
  return field;
}

// worker(context, which, captured..) -> code
func::FuncOp WorkerOutliner::makeWorker() {
  SmallVector<Type> types = {pointer, builder.getIndexType()};
  for (Value value : captured)
    types.push_back(value.getType());
  auto worker = func::FuncOp::create(builder, loc, nameOf("worker"),
                                     builder.getFunctionType(types, {i32}));
  worker.setPrivate();
  worker->setAttr(contextAttrName, builder.getUnitAttr());
  Block *block = worker.addEntryBlock();
  replaceAllUsesInRegionWith(function.getArgument(0), block->getArgument(0),
                             loop.getRegion());
  loop.getInductionVars().front().replaceAllUsesWith(block->getArgument(1));
  for (auto [value, argument] :
       llvm::zip(captured, block->getArguments().drop_front(2)))
    replaceAllUsesInRegionWith(value, argument, loop.getRegion());
  block->getOperations().splice(block->end(), loop.getBody()->getOperations(),
                                loop.getBody()->begin(),
                                std::prev(loop.getBody()->end()));
  builder.setInsertionPointToEnd(block);
  Value zero = arith::ConstantIntOp::create(builder, loc, i32, 0);
  func::ReturnOp::create(builder, loc, zero);
  return worker;
}

// task(fields *, which), as the runtime calls it
func::FuncOp WorkerOutliner::makeTask(func::FuncOp worker) {
  builder.setInsertionPointAfter(worker);
  auto task = func::FuncOp::create(builder, loc, nameOf("task"),
                                   builder.getFunctionType({pointer, i64}, {}));
  task.setPrivate();
  Block *block = task.addEntryBlock();
  builder.setInsertionPointToStart(block);
  Value given = block->getArgument(0);
  auto load = [&](int32_t field) -> Value {
    return LLVM::LoadOp::create(builder, loc, fields.getBody()[field],
                                fieldAddress(given, field));
  };
  SmallVector<Value> arguments = {
      load(1), fromField(block->getArgument(1), builder.getIndexType())};
  for (auto [i, value] : llvm::enumerate(captured))
    arguments.push_back(fromField(load(2 + i), value.getType()));
  Value code =
      func::CallOp::create(builder, loc, worker, arguments).getResult(0);
  // Any of the codes that are not 0, if several workers fail.
  LLVM::AtomicRMWOp::create(builder, loc, LLVM::AtomicBinOp::umax,
                            fieldAddress(given, 0), code,
                            LLVM::AtomicOrdering::monotonic);
  func::ReturnOp::create(builder, loc);
  return task;
}

void WorkerOutliner::run() {
  findCaptured();
  builder.setInsertionPointAfter(function);
  func::FuncOp worker = makeWorker();
  func::FuncOp task = makeTask(worker);

  builder.setInsertionPointToStart(&function.getBody().front());
  Value one =
      LLVM::ConstantOp::create(builder, loc, i64, builder.getI64IntegerAttr(1));
  Value slot = LLVM::AllocaOp::create(builder, loc, pointer, fields, one);
  builder.setInsertionPoint(loop);
  auto store = [&](Value value, int32_t field) {
    LLVM::StoreOp::create(builder, loc, value, fieldAddress(slot, field));
  };
  store(arith::ConstantIntOp::create(builder, loc, i32, 0), 0);
  store(function.getArgument(0), 1);
  for (auto [i, value] : llvm::enumerate(captured))
    store(toField(value), 2 + i);
  Value tasks = getValueOrCreateConstantIndexOp(
      builder, loc, loop.getMixedUpperBound().front());
  tasks = arith::IndexCastOp::create(builder, loc, i64, tasks);
  Value taskFunction = func::ConstantOp::create(
      builder, loc, task.getFunctionType(), task.getName());
  Value taskAddress =
      UnrealizedConversionCastOp::create(builder, loc, pointer, taskFunction)
          .getResult(0);
  returnIfFailed(
      builder, loc,
      callRuntime(builder, loc, "eqrt_parallel_for", i32,
                  {function.getArgument(0), tasks, taskAddress, slot})
          .getResult());
  returnIfFailed(
      builder, loc,
      LLVM::LoadOp::create(builder, loc, i32, fieldAddress(slot, 0)));
  loop.erase();
}

struct OutlineWorkers : impl::OutlineWorkersPassBase<OutlineWorkers> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      SmallVector<scf::ForallOp> loops;
      function.walk([&](scf::ForallOp loop) { loops.push_back(loop); });
      for (auto [number, loop] : llvm::enumerate(loops)) {
        if (!function->hasAttr(contextAttrName) || loop.getRank() != 1 ||
            !loop.isNormalized() || loop->getNumResults() != 0) {
          loop.emitOpError("expected one dimension from 0 in steps of 1, no "
                           "results, and a context in the function around");
          return signalPassFailure();
        }
        WorkerOutliner(function, loop, number).run();
      }
    }
  }
};

} // namespace
} // namespace mlir::eq
