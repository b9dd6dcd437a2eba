// Uses operations of the LLVM dialect where those of others would not get there
// in every compiler.
//
//   arith.truncf %x : f64 to f32       ->  llvm.fptrunc %x : f64 to f32
//   call @eqrt_far_quarters(%x)        ->  llvm.call @eqrt_far_quarters(%x)
//
// convert-arith-to-llvm leaves an attribute of arith on the first, which
// mlir-translate does not know. A compiler that gives functions of its own
// other conventions (llvm-request-c-wrappers) gives them to the runtime's, too.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_USELLVMOPSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

template <typename To> void convert(Operation *op) {
  if (!LLVM::isCompatibleType(op->getOperand(0).getType()))
    return;
  OpBuilder builder(op);
  op->replaceAllUsesWith(To::create(builder, op->getLoc(), op->getResultTypes(),
                                    op->getOperands()));
  op->erase();
}

// The same function of the LLVM dialect, or null where its types have none.
LLVM::LLVMFuncOp redeclare(func::FuncOp function) {
  FunctionType type = function.getFunctionType();
  bool isPlain = type.getNumResults() <= 1 &&
                 llvm::all_of(type.getInputs(), LLVM::isCompatibleType) &&
                 llvm::all_of(type.getResults(), LLVM::isCompatibleType);
  if (!isPlain)
    return nullptr;
  OpBuilder builder(function);
  Type result = type.getNumResults() == 1
                    ? type.getResult(0)
                    : LLVM::LLVMVoidType::get(builder.getContext());
  std::string name = function.getName().str();
  auto copy = LLVM::LLVMFuncOp::create(
      builder, function.getLoc(), name,
      LLVM::LLVMFunctionType::get(result, type.getInputs()));
  if (auto passthrough = function->getAttrOfType<ArrayAttr>("passthrough"))
    copy.setPassthroughAttr(passthrough);
  if (function->hasAttr(LLVM::LLVMDialect::getReadnoneAttrName()))
    copy.setMemoryEffectsAttr(LLVM::MemoryEffectsAttr::get(
        builder.getContext(),
        SmallVector<LLVM::ModRefInfo>(6, LLVM::ModRefInfo::NoModRef)));
  function.erase();
  return copy;
}

struct UseLLVMOps : impl::UseLLVMOpsPassBase<UseLLVMOps> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::StringMap<LLVM::LLVMFuncOp> declared;
    for (auto function :
         llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (function.isExternal()) {
        std::string name = function.getName().str();
        if (LLVM::LLVMFuncOp copy = redeclare(function))
          declared[name] = copy;
      }
    for (auto function : module.getOps<func::FuncOp>())
      function.walk([&](Operation *op) {
        // A rounding mode is not one of LLVM's fptrunc.
        auto narrow = dyn_cast<arith::TruncFOp>(op);
        if (narrow && !narrow.getRoundingmode())
          return convert<LLVM::FPTruncOp>(op);
        if (isa<arith::ExtFOp>(op))
          return convert<LLVM::FPExtOp>(op);
        auto call = dyn_cast<func::CallOp>(op);
        if (!call || !declared.contains(call.getCallee()))
          return;
        OpBuilder builder(call);
        auto copy = LLVM::CallOp::create(builder, call.getLoc(),
                                         declared[call.getCallee()],
                                         call.getOperands());
        call->replaceAllUsesWith(copy);
        call.erase();
      });
  }
};

} // namespace
} // namespace mlir::eq
