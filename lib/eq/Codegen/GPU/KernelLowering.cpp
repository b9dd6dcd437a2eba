// The arguments and the launch of a kernel, and what its loop carries.

#include "KernelLowering.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::eq {

static StringRef stemOf(func::FuncOp function) {
  StringRef stem = function.getName();
  stem.consume_front("eq.");
  stem.consume_back(".body");
  return stem;
}

KernelLowering::KernelLowering(LoopOp loop, GPUTargetAttr target, bool simulate)
    : LoopLowering(loop), target(target), simulate(simulate), host(loop),
      launch(host, loc, stemOf(loop->getParentOfType<func::FuncOp>())),
      i1(builder.getI1Type()), i64(builder.getI64Type()) {}

SmallVector<Value> KernelLowering::Turn::values() const {
  SmallVector<Value> all = {sample, k,         again,  most, next,
                            end,    threshold, closed, turns};
  llvm::append_range(all, states);
  llvm::append_range(all, ins);
  return all;
}

KernelLowering::Turn KernelLowering::Turn::with(ValueRange all) const {
  Turn turn{all[0], all[1], all[2], all[3], all[4], all[5],
            all[6], all[7], all[8], {},     {}};
  turn.states = SmallVector<Value>(all.slice(9, states.size()));
  turn.ins = SmallVector<Value>(all.slice(9 + states.size(), ins.size()));
  return turn;
}

void KernelLowering::addBatchedArguments() {
  auto add = [&](Value operand, bool isNeeded) {
    if (isNeeded && !batched.count(operand))
      batched[operand] =
          launch.addMemory(operandBuffer(operand), EQRT_USE_READ);
  };
  for (auto [i, operand] : llvm::enumerate(loop.getInit()))
    add(operand, loop.readsInit(i));
  for (auto [i, operand] : llvm::enumerate(loop.getIns()))
    add(operand, loop.readsIns(i));
}

Value KernelLowering::allocateResult(OpResult result) {
  Value buffer = allocateLike(result.getType());
  auto stays = loop->getAttrOfType<DenseBoolArrayAttr>(staysAttrName);
  if (stays && stays[result.getResultNumber()])
    buffer.getDefiningOp()->setAttr(deviceAttrName, launch.getDescriptor());
  return buffer;
}

void KernelLowering::addOtherArguments() {
  Value max = loop.getMax();
  if (rankOf(max.getType()) == 0)
    maxArgument = launch.addValue(max);
  else if (batched.count(max))
    maxArgument = batched[max];
  else
    maxArgument = launch.addMemory(operandBuffer(max), EQRT_USE_READ);
  for (Value final : finalBuffers)
    finalArguments.push_back(launch.addMemory(final, EQRT_USE_WRITE));
  stepsArgument = launch.addMemory(stepsBuffer, EQRT_USE_WRITE);
  for (Value record : recordBuffers)
    recordArguments.push_back(launch.addMemory(record, EQRT_USE_UPDATE));
}

void KernelLowering::replaceLoop(function_ref<void()> addArguments,
                                 function_ref<void()> makeKernel) {
  openBatch();
  for (OpResult final : loop.getFinals())
    finalBuffers.push_back(allocateResult(final));
  stepsBuffer = allocateResult(cast<OpResult>(loop.getSteps()));
  for (Value record : loop.getRecord()) {
    recordBuffers.push_back(allocateLike(record.getType()));
    write(record, recordBuffers.back());
  }
  host.setInsertionPoint(loop);
  addArguments();
  makeKernel();
  host.setInsertionPoint(loop);
  launch.launch(batchSize, simulate);
  builder.setInsertionPoint(loop);
  replaceResults();
  loop.erase();
}

void KernelLowering::countTurn(Value going) {
  constexpr StringLiteral name = "eqrt_sim_turn";
  auto kernels = builder.getInsertionBlock()
                     ->getParentOp()
                     ->getParentOfType<gpu::GPUModuleOp>();
  auto counter = kernels.lookupSymbol<LLVM::LLVMFuncOp>(name);
  if (!counter) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(kernels.getBody());
    counter = LLVM::LLVMFuncOp::create(
        builder, loc, name,
        LLVM::LLVMFunctionType::get(
            LLVM::LLVMVoidType::get(builder.getContext()), {i32}));
  }
  Value number = arith::ExtUIOp::create(builder, loc, i32, going);
  LLVM::CallOp::create(builder, loc, counter, number);
}

} // namespace mlir::eq
