// Turns copies of memrefs into loops, which need no function of a runtime
// library where strides differ.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERCOPIESPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

struct LowerCopies : impl::LowerCopiesPassBase<LowerCopies> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([](memref::CopyOp op) {
      OpBuilder builder(op);
      linalg::makeMemRefCopyOp(builder, op.getLoc(), op.getSource(),
                               op.getTarget());
      op.erase();
    });
  }
};

} // namespace
} // namespace mlir::eq
