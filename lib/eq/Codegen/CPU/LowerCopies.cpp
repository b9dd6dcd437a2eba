// Turns copies of memrefs into loops, which need no function of a runtime
// library where strides differ.
//
//   memref.copy %row, %column    ->    scf.for %i { %x = load %row[%i]
//                                                   store %x, %column[%i] }
//                                      // neither vectors, nor much code

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERCOPIESPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

// Whether neighbours in the type are known to be apart in memory.
bool hasGaps(Value memory) {
  SmallVector<int64_t> strides;
  int64_t offset;
  auto type = cast<MemRefType>(memory.getType());
  if (failed(type.getStridesAndOffset(strides, offset)) || strides.empty())
    return false;
  return ShapedType::isStatic(strides.back()) && strides.back() != 1;
}

// Vectors do not help where each element has its own address: LLVM would take
// them apart again, and compare addresses before, in hundreds of instructions.
LLVM::LoopAnnotationAttr fewInstructions(MLIRContext *context) {
  Builder builder(context);
  auto vectorize = LLVM::LoopVectorizeAttr::get(
      context, /*disable=*/builder.getBoolAttr(true), {}, {}, {}, {}, {}, {});
  auto unroll = LLVM::LoopUnrollAttr::get(
      context, /*disable=*/{},
      /*count=*/builder.getI32IntegerAttr(4), {}, {}, {}, {}, {});
  return LLVM::LoopAnnotationAttr::get(context, {}, vectorize, {}, unroll, {},
                                       {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
}

void copyInLoops(OpBuilder &builder, memref::CopyOp op) {
  Location loc = op.getLoc();
  Value from = op.getSource(), to = op.getTarget();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  SmallVector<Value> sizes = getValueOrCreateConstantIndexOp(
      builder, loc, memref::getMixedSizes(builder, loc, from));
  scf::LoopNest nest = scf::buildLoopNest(
      builder, loc, SmallVector<Value>(sizes.size(), zero), sizes,
      SmallVector<Value>(sizes.size(), one),
      [&](OpBuilder &nested, Location, ValueRange indices) {
        Value element = memref::LoadOp::create(nested, loc, from, indices);
        memref::StoreOp::create(nested, loc, element, to, indices);
      });
  nest.loops.back()->setAttr("loop_annotation",
                             fewInstructions(builder.getContext()));
}

struct LowerCopies : impl::LowerCopiesPassBase<LowerCopies> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([](memref::CopyOp op) {
      OpBuilder builder(op);
      if (hasGaps(op.getSource()) || hasGaps(op.getTarget()))
        copyInLoops(builder, op);
      else
        linalg::makeMemRefCopyOp(builder, op.getLoc(), op.getSource(),
                                 op.getTarget());
      op.erase();
    });
  }
};

} // namespace
} // namespace mlir::eq
