// Moves every allocation out of the loops around it.
//
//   scf.for .. {                          %a = memref.alloc
//     %a = memref.alloc         ->        scf.for .. {
//
// A buffer made in one iteration is never used in the next: no memref is
// carried by a loop whose body made it (bufferization sees to that).

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

namespace mlir::eq {

#define GEN_PASS_DEF_HOISTALLOCATIONSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

// The outermost loop around `op` in its function, or null. Workers have memory
// of their own: their code counts as a function.
Operation *outermostLoop(Operation *op) {
  Operation *outermost = nullptr;
  for (Operation *parent = op->getParentOp();
       parent && !isa<func::FuncOp, scf::ForallOp>(parent);
       parent = parent->getParentOp())
    if (isa<LoopLikeOpInterface>(parent))
      outermost = parent;
  return outermost;
}

struct HoistAllocations : impl::HoistAllocationsPassBase<HoistAllocations> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](memref::AllocOp op) {
      Operation *loop = outermostLoop(op);
      if (!loop)
        return;
      bool sizesAreKnown = llvm::all_of(op->getOperands(), [&](Value size) {
        return !loop->isAncestor(size.getParentRegion()->getParentOp());
      });
      if (!sizesAreKnown) {
        op.emitOpError("needs memory whose size changes inside a loop; make "
                       "the size static or compute it before the loop");
        return signalPassFailure();
      }
      remark::passed(
          op.getLoc(),
          remark::RemarkOpts::name("allocate").category("eq-codegen"))
          << "memory is allocated once, before the loops around it";
      op->moveBefore(loop);
    });
  }
};

} // namespace
} // namespace mlir::eq
