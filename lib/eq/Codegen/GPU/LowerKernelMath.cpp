// Turns exactly rounded functions into LLVM's intrinsics.
//
//   math.sqrt %x : f32   ->   llvm.call_intrinsic "llvm.sqrt.f32"(%x)
//
// Otherwise `convert-gpu-to-nvvm` makes __nv_sqrtf of it, which libdevice turns
// into sqrt.approx, and calls of questions such as math.isnan.

#include "eq/Codegen/GPU/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/FloatingPointMode.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERKERNELMATHPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

// The intrinsic that is exactly the operation, or "".
StringRef intrinsicOf(Operation *op) {
  return TypeSwitch<Operation *, StringRef>(op)
      .Case([](math::SqrtOp) { return "llvm.sqrt"; })
      .Case([](math::AbsFOp) { return "llvm.fabs"; })
      .Case([](math::FmaOp) { return "llvm.fma"; })
      .Case([](math::FloorOp) { return "llvm.floor"; })
      .Case([](math::CeilOp) { return "llvm.ceil"; })
      .Case([](math::TruncOp) { return "llvm.trunc"; })
      .Case([](math::RoundOp) { return "llvm.round"; })
      .Case([](math::RoundEvenOp) { return "llvm.roundeven"; })
      .Case([](math::CopySignOp) { return "llvm.copysign"; })
      .Default([](Operation *) { return ""; });
}

// Operations on integers, which other passes lower.
bool isExact(Operation *op) {
  return isa<math::CountLeadingZerosOp, math::CountTrailingZerosOp,
             math::CtPopOp>(op);
}

// The classes of reals that the operation asks for (llvm.is.fpclass), or 0.
uint32_t classesOf(Operation *op) {
  return TypeSwitch<Operation *, uint32_t>(op)
      .Case([](math::IsFiniteOp) { return llvm::fcFinite; })
      .Case([](math::IsInfOp) { return llvm::fcInf; })
      .Case([](math::IsNaNOp) { return llvm::fcNan; })
      .Case([](math::IsNormalOp) { return llvm::fcNormal; })
      .Default([](Operation *) { return 0; });
}

void replace(Operation *op, Operation *other) {
  op->replaceAllUsesWith(other->getResults());
  op->erase();
}

// The larger of both; the least integer has no positive counterpart and stays.
void lowerAbs(math::AbsIOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Value zero = arith::ConstantOp::create(builder, loc,
                                         builder.getZeroAttr(op.getType()));
  Value minus = arith::SubIOp::create(builder, loc, zero, op.getOperand());
  replace(op, arith::MaxSIOp::create(builder, loc, op.getOperand(), minus));
}

struct LowerKernelMath : impl::LowerKernelMathPassBase<LowerKernelMath> {
  using Base::Base;

  void runOnOperation() override {
    WalkResult result = getOperation().walk([](Operation *op) {
      if (auto abs = dyn_cast<math::AbsIOp>(op)) {
        lowerAbs(abs);
        return WalkResult::advance();
      }
      OpBuilder builder(op);
      Location loc = op->getLoc();
      if (uint32_t classes = classesOf(op)) {
        replace(op, LLVM::IsFPClass::create(builder, loc,
                                            op->getResult(0).getType(),
                                            op->getOperand(0), classes));
        return WalkResult::advance();
      }
      StringRef name = intrinsicOf(op);
      if (name.empty()) {
        bool isLeft = isa<math::MathDialect>(op->getDialect()) && !isExact(op);
        if (!isLeft && !isa<arith::RemFOp>(op))
          return WalkResult::advance();
        op->emitOpError(
            "expected a function that eq computes itself "
            "(docs/Math.md) where 'schedule' is for a GPU: this one "
            "is the C library's");
        return WalkResult::interrupt();
      }
      Type type = op->getResult(0).getType();
      std::string full = name.str() + ".";
      if (auto vector = dyn_cast<VectorType>(type))
        full += "v" + std::to_string(vector.getNumElements());
      full += getElementTypeOrSelf(type).isF32() ? "f32" : "f64";
      replace(op, LLVM::CallIntrinsicOp::create(builder, loc, type,
                                                builder.getStringAttr(full),
                                                op->getOperands()));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
