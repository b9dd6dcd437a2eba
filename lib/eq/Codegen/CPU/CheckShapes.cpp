// Compares sizes that only a run can tell.
//
//   linalg.generic ins(%a : tensor<?xf64>, %b : tensor<?xf64>)
//
// gets, in front, an assertion that both have the same size.

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/EqOps.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/RuntimeVerifiableOpInterface.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHECKSHAPESPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

bool hasDynamicShape(TypeRange types) {
  return llvm::any_of(types, [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  });
}

// Indices may be out of range whatever the shapes are.
bool needsCheck(Operation *op) {
  return hasDynamicShape(op->getOperandTypes()) ||
         hasDynamicShape(op->getResultTypes()) ||
         isa<tensor::ExtractOp, tensor::InsertOp, tensor::ExtractSliceOp,
             tensor::InsertSliceOp>(op);
}

std::string messageOf(Operation *op, StringRef rule) {
  return ("at " + locationText(op->getLoc()) + ": '" +
          op->getName().getStringRef() + "' failed: " + rule)
      .str();
}

struct CheckShapes : impl::CheckShapesPassBase<CheckShapes> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<RuntimeVerifiableOpInterface> ops;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<LoopOp>(op))
        return WalkResult::skip();
      auto verifiable = dyn_cast<RuntimeVerifiableOpInterface>(op);
      if (verifiable && needsCheck(op))
        ops.push_back(verifiable);
      return WalkResult::advance();
    });
    for (RuntimeVerifiableOpInterface op : ops) {
      OpBuilder builder(op);
      op.generateRuntimeVerification(builder, op.getLoc(), messageOf);
    }
  }
};

} // namespace
} // namespace mlir::eq
