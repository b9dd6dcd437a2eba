// Refuses collectives that not all threads take part in.
//
//   scf.if %is_first_lane {
//     %all = nvvm.vote.sync all %mask, %go    // error: others are elsewhere
//   }

#include "Uniformity.h"
#include "eq/Codegen/GPU/Passes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHECKCOLLECTIVESPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

// The threads that have to be at `op` together; `thread`: any one may be.
Scope participantsOf(Operation *op) {
  if (isa<gpu::AllReduceOp, gpu::BarrierOp, NVVM::Barrier0Op,
          NVVM::BarrierArriveOp, NVVM::BarrierOp>(op))
    return Scope::block;
  if (isa<gpu::RotateOp, gpu::ShuffleOp, gpu::SubgroupBroadcastOp,
          gpu::SubgroupReduceOp, NVVM::ElectSyncOp, NVVM::LdMatrixOp,
          NVVM::MatchSyncOp, NVVM::MmaOp, NVVM::ReduxOp, NVVM::ShflOp,
          NVVM::StMatrixOp, NVVM::SyncWarpOp, NVVM::VoteSyncOp,
          NVVM::WMMALoadOp, NVVM::WMMAMmaOp, NVVM::WMMAStoreOp>(op))
    return Scope::warp;
  return Scope::thread;
}

// Where it is decided whether a region of `op` is entered.
Location decisionOf(Operation *op) {
  return TypeSwitch<Operation *, Location>(op)
      .Case([](scf::IfOp branch) { return branch.getCondition().getLoc(); })
      .Case([](scf::WhileOp loop) {
        return loop.getConditionOp().getCondition().getLoc();
      })
      .Default([](Operation *other) { return other->getLoc(); });
}

class CollectiveChecker {
public:
  explicit CollectiveChecker(gpu::GPUModuleOp kernels);
  LogicalResult check(FunctionOpInterface function) const;

private:
  Scope participantsOfCallee(Operation *op) const;
  Scope neededBy(Operation *op) const {
    return std::max(participantsOf(op), participantsOfCallee(op));
  }

  gpu::GPUModuleOp kernels;
  // Of functions that have a collective, or call one that has.
  llvm::DenseMap<Operation *, Scope> participants;
};

Scope CollectiveChecker::participantsOfCallee(Operation *op) const {
  auto call = dyn_cast<CallOpInterface>(op);
  auto symbol = call ? dyn_cast<SymbolRefAttr>(call.getCallableForCallee())
                     : SymbolRefAttr();
  return symbol
             ? participants.lookup(SymbolTable::lookupSymbolIn(kernels, symbol))
             : Scope::thread;
}

CollectiveChecker::CollectiveChecker(gpu::GPUModuleOp kernels)
    : kernels(kernels) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto function : kernels.getOps<FunctionOpInterface>()) {
      Scope most = Scope::thread;
      function->walk(
          [&](Operation *op) { most = std::max(most, neededBy(op)); });
      changed |= std::exchange(participants[function], most) != most;
    }
  }
}

LogicalResult CollectiveChecker::check(FunctionOpInterface function) const {
  Uniformity uniformity(function);
  WalkResult result = function->walk([&](Operation *op) {
    Scope needed = neededBy(op);
    if (needed == Scope::thread || op == function)
      return WalkResult::advance();
    for (Operation *around = op->getParentOp(); around != kernels;
         around = around->getParentOp()) {
      if (uniformity.scopeOfControl(around) >= needed)
        continue;
      StringRef who = needed == Scope::warp ? "warp" : "block";
      InFlightDiagnostic error =
          op->emitOpError("expected all threads of a ")
          << who << " to come here together, but got a condition that may "
          << "differ between them";
      error.attachNote(decisionOf(around)) << "decided here";
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

struct CheckCollectives : impl::CheckCollectivesPassBase<CheckCollectives> {
  using Base::Base;

  void runOnOperation() override {
    CollectiveChecker checker(getOperation());
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      if (failed(checker.check(function)))
        return signalPassFailure();
    // No promise outlives its use.
    getOperation().walk(
        [](Operation *op) { op->removeAttr(Uniformity::sameInBlock); });
  }
};

} // namespace
} // namespace mlir::eq
