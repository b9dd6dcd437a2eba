// Which values of a kernel are the same in neighbouring threads.
//
//   %lane = nvvm.read.ptx.sreg.laneid              of the thread
//   %idle = nvvm.vote.sync ballot %mask, %go       of the warp
//   %size = arith.addi %parameter, %block          of the block
//
// All values are assumed to be the same in a block, and what contradicts that
// is followed until nothing changes: so the values that loops carry get the
// widest scope that holds in every turn.

#include "Uniformity.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

constexpr int64_t warpSize = 32;

// Operations whose results depend on nothing, and are the same everywhere.
static bool isSameInBlock(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() ||
         op->hasAttr(Uniformity::sameInBlock) ||
         isa<gpu::BlockIdOp, gpu::BlockDimOp, gpu::GridDimOp,
             gpu::NumSubgroupsOp, gpu::SubgroupSizeOp,
             gpu::DynamicSharedMemoryOp, LLVM::AddressOfOp, LLVM::ZeroOp,
             NVVM::BarrierOp, NVVM::BlockIdXOp, NVVM::BlockIdYOp,
             NVVM::BlockIdZOp, NVVM::BlockDimXOp, NVVM::BlockDimYOp,
             NVVM::BlockDimZOp, NVVM::GridDimXOp, NVVM::GridDimYOp,
             NVVM::GridDimZOp, NVVM::WarpDimOp, NVVM::WarpSizeOp,
             tensor::EmptyOp>(op);
}

// What a thread's number along x is divided by, where that gives the number of
// its warp; or 0.
static int64_t divisorOf(Operation *op) {
  APInt constant;
  if (op->getNumOperands() != 2 ||
      !matchPattern(op->getOperand(1), m_ConstantInt(&constant)))
    return 0;
  if (isa<arith::DivUIOp, arith::DivSIOp>(op))
    return constant.getSExtValue();
  if (isa<arith::ShRUIOp, arith::ShRSIOp>(op) && constant.ult(31))
    return int64_t(1) << constant.getZExtValue();
  return 0;
}

// Whether the block of `op`'s kernel is one row of threads.
static bool isBlockOneRow(Operation *op) {
  auto kernel = op->getParentOfType<gpu::GPUFuncOp>();
  std::optional<ArrayRef<int32_t>> size =
      kernel ? kernel.getKnownBlockSize() : std::nullopt;
  return size && size->size() == 3 && (*size)[1] == 1 && (*size)[2] == 1;
}

static bool isWarpNumber(Operation *op) {
  if (isa<gpu::SubgroupIdOp, NVVM::WarpIdOp>(op))
    return true;
  int64_t divisor = divisorOf(op);
  if (divisor <= 0 || divisor % warpSize != 0 || !isBlockOneRow(op))
    return false;
  Operation *number = op->getOperand(0).getDefiningOp();
  while (number && isa<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtUIOp,
                       arith::ExtSIOp>(number))
    number = number->getOperand(0).getDefiningOp();
  if (auto id = dyn_cast_or_null<gpu::ThreadIdOp>(number))
    return id.getDimension() == gpu::Dimension::x;
  return isa_and_nonnull<NVVM::ThreadIdXOp>(number);
}

Scope Uniformity::scopeOfOperands(Operation *op) const {
  Scope scope = Scope::block;
  for (Value operand : op->getOperands())
    scope = std::min(scope, scopeOf(operand));
  return scope;
}

// Of an operation without regions. A collective of the warp whose operands say
// the same in all threads gives all the same; a shuffle does where all read
// one.
Scope Uniformity::scopeOfResults(Operation *op) const {
  auto ofWarp = [&](std::initializer_list<Value> operands) {
    for (Value operand : operands)
      if (scopeOf(operand) == Scope::thread)
        return Scope::thread;
    return Scope::warp;
  };
  if (isSameInBlock(op))
    return Scope::block;
  if (isWarpNumber(op))
    return Scope::warp;
  if (auto vote = dyn_cast<NVVM::VoteSyncOp>(op))
    return ofWarp({vote.getMask()});
  if (auto redux = dyn_cast<NVVM::ReduxOp>(op))
    return ofWarp({redux.getMaskAndClamp()});
  if (auto shuffle = dyn_cast<NVVM::ShflOp>(op)) {
    APInt clamp;
    bool isWhole =
        shuffle.getKind() == NVVM::ShflKind::idx &&
        matchPattern(shuffle.getMaskAndClamp(), m_ConstantInt(&clamp)) &&
        clamp == warpSize - 1;
    return isWhole ? ofWarp({shuffle.getThreadMask(), shuffle.getOffset()})
                   : Scope::thread;
  }
  if (auto shuffle = dyn_cast<gpu::ShuffleOp>(op)) {
    APInt width;
    bool isWhole = shuffle.getMode() == gpu::ShuffleMode::IDX &&
                   matchPattern(shuffle.getWidth(), m_ConstantInt(&width)) &&
                   width == warpSize;
    return isWhole ? ofWarp({shuffle.getOffset()}) : Scope::thread;
  }
  // What is read or called may differ, and so may what no operand decides.
  if (op->getNumOperands() == 0 || !isMemoryEffectFree(op))
    return Scope::thread;
  return scopeOfOperands(op);
}

bool Uniformity::lower(Value value, Scope scope) {
  if (scope >= scopeOf(value))
    return false;
  scopes[value] = scope;
  return true;
}

Scope Uniformity::scopeOfControl(Operation *op) const {
  return TypeSwitch<Operation *, Scope>(op)
      .Case([&](scf::IfOp branch) { return scopeOf(branch.getCondition()); })
      .Case([&](scf::WhileOp loop) {
        return scopeOf(loop.getConditionOp().getCondition());
      })
      .Case([&](scf::ForOp loop) {
        return std::min({scopeOf(loop.getLowerBound()),
                         scopeOf(loop.getUpperBound()),
                         scopeOf(loop.getStep())});
      })
      .Case([](FunctionOpInterface function) {
        bool isOneBlock = function.getFunctionBody().hasOneBlock();
        return isOneBlock ? Scope::block : Scope::thread;
      })
      .Default([](Operation *) { return Scope::thread; });
}

// A carried value is one of turns that all threads take at once; what comes out
// is of a last turn, which may be another in each.
bool Uniformity::visitLoop(Operation *op) {
  Scope control = scopeOfControl(op);
  bool changed = false;
  auto carry = [&](ValueRange from, ValueRange to, Scope limit) {
    for (auto [source, target] : llvm::zip(from, to))
      changed |= lower(target, std::min(scopeOf(source), limit));
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    changed |=
        lower(loop.getInductionVar(),
              std::min(scopeOf(loop.getLowerBound()), scopeOf(loop.getStep())));
    carry(loop.getInitArgs(), loop.getRegionIterArgs(), Scope::block);
    carry(loop.getYieldedValues(), loop.getRegionIterArgs(), Scope::block);
    carry(loop.getRegionIterArgs(), loop.getResults(), control);
    return changed;
  }
  auto loop = cast<scf::WhileOp>(op);
  scf::ConditionOp condition = loop.getConditionOp();
  carry(loop.getInits(), loop.getBeforeArguments(), Scope::block);
  carry(loop.getYieldOp().getOperands(), loop.getBeforeArguments(),
        Scope::block);
  carry(condition.getArgs(), loop.getAfterArguments(), Scope::block);
  carry(condition.getArgs(), loop.getResults(), control);
  return changed;
}

bool Uniformity::visit(Operation *op) {
  if (isa<scf::ForOp, scf::WhileOp>(op))
    return visitLoop(op);
  bool changed = false;
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (op->getNumResults() == 0)
      return false;
    Scope control = scopeOfControl(op);
    for (auto [one, other, result] :
         llvm::zip(branch.thenYield().getOperands(),
                   branch.elseYield().getOperands(), branch.getResults())) {
      Scope both = std::min(scopeOf(one), scopeOf(other));
      changed |= lower(result, one == other ? both : std::min(both, control));
    }
    return changed;
  }
  // Of other control flow nothing is known.
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Value argument : block.getArguments())
        changed |= lower(argument, Scope::thread);
  Scope scope = op->getNumRegions() == 0 ? scopeOfResults(op) : Scope::thread;
  for (Value result : op->getResults())
    changed |= lower(result, scope);
  return changed;
}

Uniformity::Uniformity(FunctionOpInterface function) {
  if (function.isExternal())
    return;
  // A kernel's parameters and its shared memory are the same for all threads.
  auto kernel = dyn_cast<gpu::GPUFuncOp>(*function);
  bool isKernel = kernel && kernel.isKernel();
  for (BlockArgument argument : function.getArguments())
    if (!isKernel)
      scopes[argument] = Scope::thread;
  if (kernel)
    for (BlockArgument memory : kernel.getPrivateAttributions())
      scopes[memory] = Scope::thread;
  bool isOneBlock = function.getFunctionBody().hasOneBlock();
  bool changed = true;
  while (changed) {
    changed = false;
    function->walk([&](Operation *op) {
      if (op == function)
        return;
      changed |= visit(op);
      // Branches between blocks are not followed.
      if (isOneBlock)
        return;
      for (Value result : op->getResults())
        changed |= lower(result, Scope::thread);
    });
  }
}

} // namespace mlir::eq
