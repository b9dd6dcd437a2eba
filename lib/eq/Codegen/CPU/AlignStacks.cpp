// Asks for stacks on which vectors are aligned.
//
// Frames are aligned to 16 bytes, and LLVM decides whether to align one more
// before it knows that vectors will be spilled there. A vector that crosses a
// cache line is then stored twice and comes back late.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_ALIGNSTACKSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

bool hasVectors(LLVM::LLVMFuncOp function) {
  return function
      .walk([](Operation *op) {
        return llvm::any_of(op->getResultTypes(), llvm::IsaPred<VectorType>)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

struct AlignStacks : impl::AlignStacksPassBase<AlignStacks> {
  using Base::Base;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (!hasVectors(function))
        continue;
      SmallVector<Attribute> attributes;
      if (ArrayAttr given = function.getPassthroughAttr())
        llvm::append_range(attributes, given);
      attributes.push_back(StringAttr::get(&getContext(), "stackrealign"));
      function.setPassthroughAttr(ArrayAttr::get(&getContext(), attributes));
    }
  }
};

} // namespace
} // namespace mlir::eq
