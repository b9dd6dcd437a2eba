// Allocates from the call's arena and returns failures as codes. Runs where
// control flow is branches already.
//
//   %m = memref.alloc(%n)     %p = call @eqrt_alloc(context, bytes, 64)
//   .. {eq.device = @k}       %p = call @eqrt_device_alloc(context, @k, bytes)
//   cf.assert %ok, "..."  ->  cond_br (%p is null), ^failed, ^next
//                           ^failed: return eqrt_fail(context, code, text)
//
// Where a failure ends the process, nothing is returned, and control flow may
// be structured:
//
//                             scf.if (%p is null) { eqrt_fail(..) }

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/Runtime/eqrt.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

namespace mlir::eq {

#define GEN_PASS_DEF_RETURNERRORSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

class FailureLowering {
public:
  FailureLowering(func::FuncOp function, bool endsProcess)
      : function(function), endsProcess(endsProcess),
        builder(function.getContext()),
        pointer(LLVM::LLVMPointerType::get(function.getContext())),
        i64(builder.getI64Type()) {}

  void run() {
    SmallVector<Operation *> ops;
    function.walk([&](Operation *op) {
      if (isa<memref::AllocOp, memref::DeallocOp, cf::AssertOp>(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      builder.setInsertionPoint(op);
      if (auto alloc = dyn_cast<memref::AllocOp>(op))
        lowerAlloc(alloc);
      else if (auto check = dyn_cast<cf::AssertOp>(op))
        leaveUnless(op->getLoc(), check.getArg(), EQ_ERROR_SHAPE,
                    check.getMsg());
      // The arena is freed as a whole when the call ends.
      op->erase();
    }
  }

private:
  Value constant(Location loc, int64_t value) {
    return LLVM::ConstantOp::create(builder, loc, i64,
                                    builder.getI64IntegerAttr(value));
  }

  // Says what has failed, unless the runtime knows already.
  Value recordFailure(Location loc, int32_t code, StringRef message) {
    Value text = stringAddress(builder, loc, message);
    Type i32 = builder.getI32Type();
    Value number = LLVM::ConstantOp::create(builder, loc, i32,
                                            builder.getI32IntegerAttr(code));
    return callRuntime(builder, loc, "eqrt_fail", i32,
                       {function.getArgument(0), number, text})
        .getResult();
  }

  // Ends the function where `condition` is false, with what the runtime has
  // recorded, or else `code` and `message`; leaves the builder where it is
  // true.
  void leaveUnless(Location loc, Value condition, int32_t code,
                   StringRef message) {
    if (endsProcess) {
      Value one =
          arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
      Value fails = arith::XOrIOp::create(builder, loc, condition, one);
      auto branch = scf::IfOp::create(builder, loc, fails);
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(branch.thenBlock());
      recordFailure(loc, code, message);
      return;
    }
    Block *block = builder.getInsertionBlock();
    Block *rest = block->splitBlock(builder.getInsertionPoint());
    Block *leave = builder.createBlock(rest);
    Value returned = recordFailure(loc, code, message);
    func::ReturnOp::create(builder, loc, returned);
    builder.setInsertionPointToEnd(block);
    cf::CondBranchOp::create(builder, loc, condition, rest, ValueRange(), leave,
                             ValueRange());
    builder.setInsertionPointToStart(rest);
  }

  // a b, or the largest number where that is more: no machine has so many
  // bytes, and the runtime says so.
  Value saturatingProduct(Location loc, Value a, Value b) {
    APInt x, y;
    if (matchPattern(a, m_ConstantInt(&x)) &&
        matchPattern(b, m_ConstantInt(&y)))
      return constant(loc, x.smul_sat(y).getSExtValue());
    Type i1 = builder.getI1Type();
    Value pair = LLVM::SMulWithOverflowOp::create(
        builder, loc,
        LLVM::LLVMStructType::getLiteral(builder.getContext(), {i64, i1}), a,
        b);
    Value low = LLVM::ExtractValueOp::create(builder, loc, pair, 0);
    Value overflows = LLVM::ExtractValueOp::create(builder, loc, pair, 1);
    return LLVM::SelectOp::create(builder, loc, overflows,
                                  constant(loc, INT64_MAX), low);
  }

  // Asks for memory where the op is to have it; null if there is none.
  Value takeMemory(memref::AllocOp op, Value bytes, int64_t alignment) {
    Location loc = op.getLoc();
    Value context = function.getArgument(0);
    if (auto kernel = op->getAttrOfType<FlatSymbolRefAttr>(deviceAttrName)) {
      Value address = LLVM::AddressOfOp::create(builder, loc, pointer, kernel);
      return callRuntime(builder, loc, "eqrt_device_alloc", pointer,
                         {context, address, bytes})
          .getResult();
    }
    return callRuntime(builder, loc, "eqrt_alloc", pointer,
                       {context, bytes, constant(loc, alignment)})
        .getResult();
  }

  void lowerAlloc(memref::AllocOp op) {
    Location loc = op.getLoc();
    MemRefType type = op.getType();
    // Sizes, and row-major strides from the last dimension forward.
    SmallVector<Value> sizes;
    auto dynamic = op.getDynamicSizes().begin();
    for (int64_t size : type.getShape())
      sizes.push_back(ShapedType::isDynamic(size)
                          ? UnrealizedConversionCastOp::create(builder, loc,
                                                               i64, *dynamic++)
                                .getResult(0)
                          : constant(loc, size));
    SmallVector<Value> strides(sizes.size());
    Value elements = constant(loc, 1);
    for (size_t d = sizes.size(); d-- > 0;) {
      strides[d] = elements;
      elements = saturatingProduct(loc, elements, sizes[d]);
    }
    // Lanes are the elements of vectors.
    int64_t lanes = 1;
    if (auto vector = dyn_cast<VectorType>(type.getElementType()))
      lanes = vector.getNumElements();
    Type element = getElementTypeOrSelf(type.getElementType());
    unsigned bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
    int64_t size = llvm::divideCeil(bits * lanes, 8);
    Value bytes = saturatingProduct(loc, elements, constant(loc, size));
    // A vector's natural alignment is its size.
    int64_t alignment =
        std::max<int64_t>(64, llvm::PowerOf2Ceil(lanes > 1 ? size : 1));
    Value memory = takeMemory(op, bytes, alignment);
    Value null = LLVM::ZeroOp::create(builder, loc, pointer);
    Value isThere = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne,
                                         memory, null);
    leaveUnless(loc, isThere, EQ_ERROR_MEMORY, "out of memory");

    Value buffer = memrefAt(builder, loc, type, memory, sizes, strides);
    op.replaceAllUsesWith(buffer);
  }

  func::FuncOp function;
  bool endsProcess;
  OpBuilder builder;
  Type pointer, i64;
};

struct ReturnErrors : impl::ReturnErrorsPassBase<ReturnErrors> {
  using Base::Base;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(contextAttrName))
        FailureLowering(function, endProcess).run();
  }
};

} // namespace
} // namespace mlir::eq
