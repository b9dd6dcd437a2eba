// Gives kernels the functions of the runtime for angles far from zero.
//
// On a CPU they are in libeqrt (Angle.c), and what they compute is said there:
// x = k pi / 2 + r from those bits of 2 / pi that matter (Payne and Hanek,
// 1983). Here is the same, step by step, for a processor without a C library.

#include "eq/Codegen/GPU/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

namespace mlir::eq {

#define GEN_PASS_DEF_DEFINEFARANGLESPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

// The bits of 2 / pi, the first of weight 2^63, are words; the fraction of a
// turn is 126 bits in %p0 and %p1, shifted left by %shift more.
constexpr StringLiteral functions = R"mlir(
llvm.mlir.global internal constant @eq_two_over_pi(dense<[
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0,
    0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
    0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d
  ]> : tensor<21xi64>) {addr_space = 4 : i32} : !llvm.array<21 x i64>

func.func private @eq_take_turns(%x: f64)
    -> (i64, i64, i64, i64, i1) {
  %c1 = arith.constant 1 : i64
  %c2 = arith.constant 2 : i64
  %c3 = arith.constant 3 : i64
  %c4 = arith.constant 4 : i64
  %c6 = arith.constant 6 : i64
  %c52 = arith.constant 52 : i64
  %c61 = arith.constant 61 : i64
  %c62 = arith.constant 62 : i64
  %c63 = arith.constant 63 : i64
  %c64 = arith.constant 64 : i64
  %zero = arith.constant 0 : i64
  %ones = arith.constant -1 : i64
  %bias = arith.constant 1013 : i64
  %exponent_mask = arith.constant 0x7ff : i64
  %mantissa_mask = arith.constant 0xfffffffffffff : i64
  %leading = arith.constant 0x10000000000000 : i64
  %turn_mask = arith.constant 0x3fffffffffffffff : i64
  %word = arith.bitcast %x : f64 to i64
  %shifted = arith.shrui %word, %c52 : i64
  %exponent = arith.andi %shifted, %exponent_mask : i64
  %low_bits = arith.andi %word, %mantissa_mask : i64
  %mantissa = arith.ori %low_bits, %leading : i64

  // 192 bits of 2 / pi from the one whose product with 2^exponent is 2.
  %first = arith.subi %exponent, %bias : i64
  %at = arith.shrui %first, %c6 : i64
  %by = arith.andi %first, %c63 : i64
  %at1 = arith.addi %at, %c1 : i64
  %at2 = arith.addi %at, %c2 : i64
  %at3 = arith.addi %at, %c3 : i64
  %table = llvm.mlir.addressof @eq_two_over_pi : !llvm.ptr<4>
  %a0 = llvm.getelementptr %table[%at] : (!llvm.ptr<4>, i64) -> !llvm.ptr<4>, i64
  %a1 = llvm.getelementptr %table[%at1] : (!llvm.ptr<4>, i64) -> !llvm.ptr<4>, i64
  %a2 = llvm.getelementptr %table[%at2] : (!llvm.ptr<4>, i64) -> !llvm.ptr<4>, i64
  %a3 = llvm.getelementptr %table[%at3] : (!llvm.ptr<4>, i64) -> !llvm.ptr<4>, i64
  %t0 = llvm.load %a0 : !llvm.ptr<4> -> i64
  %t1 = llvm.load %a1 : !llvm.ptr<4> -> i64
  %t2 = llvm.load %a2 : !llvm.ptr<4> -> i64
  %t3 = llvm.load %a3 : !llvm.ptr<4> -> i64
  %w0 = llvm.intr.fshl(%t0, %t1, %by) : (i64, i64, i64) -> i64
  %w1 = llvm.intr.fshl(%t1, %t2, %by) : (i64, i64, i64) -> i64
  %w2 = llvm.intr.fshl(%t2, %t3, %by) : (i64, i64, i64) -> i64

  // Times the mantissa; what is 4 and more falls off.
  %m2, %carry2 = arith.mului_extended %mantissa, %w2 : i64
  %m1, %carry1 = arith.mului_extended %mantissa, %w1 : i64
  %m0 = arith.muli %mantissa, %w0 : i64
  %middle = arith.addi %m1, %carry2 : i64
  %overflows = arith.cmpi ult, %middle, %m1 : i64
  %overflow = arith.extui %overflows : i1 to i64
  %carry = arith.addi %carry1, %overflow : i64
  %high = arith.addi %m0, %carry : i64

  // The fraction's first bit says that k + 1 is nearer.
  %k = arith.shrui %high, %c62 : i64
  %half = arith.shrui %high, %c61 : i64
  %half_bit = arith.andi %half, %c1 : i64
  %is_above = arith.cmpi ne, %half_bit, %zero : i64
  %flip = arith.select %is_above, %ones, %zero : i64
  %nearest = arith.addi %k, %half_bit : i64
  %q0 = arith.xori %high, %flip : i64
  %q1 = arith.xori %middle, %flip : i64
  %q2 = arith.xori %m2, %flip : i64
  %r0 = arith.andi %q0, %turn_mask : i64

  // Leading zeros go.
  %zeros0 = math.ctlz %r0 : i64
  %zeros1 = math.ctlz %q1 : i64
  %is_small = arith.cmpi eq, %r0, %zero : i64
  %more = arith.select %is_small, %zeros1, %zero : i64
  %all = arith.addi %zeros0, %more : i64
  %shift = arith.subi %all, %c2 : i64
  %is_long = arith.cmpi uge, %shift, %c64 : i64
  %s0 = arith.select %is_long, %q1, %r0 : i64
  %s1 = arith.select %is_long, %q2, %q1 : i64
  %s2 = arith.select %is_long, %zero, %q2 : i64
  %rest_shift = arith.andi %shift, %c63 : i64
  %p0 = llvm.intr.fshl(%s0, %s1, %rest_shift) : (i64, i64, i64) -> i64
  %p1 = llvm.intr.fshl(%s1, %s2, %rest_shift) : (i64, i64, i64) -> i64

  %sign = arith.shrui %word, %c63 : i64
  %is_minus = arith.cmpi ne, %sign, %zero : i64
  %is_negative = arith.xori %is_above, %is_minus : i1
  %mirrored = arith.subi %c4, %nearest : i64
  %quarters = arith.select %is_minus, %mirrored, %nearest : i64
  %modulo = arith.andi %quarters, %c3 : i64
  return %modulo, %p0, %p1, %shift, %is_negative : i64, i64, i64, i64, i1
}

func.func private @eq_far_is_finite(%x: f64) -> i1 {
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %size = math.absf %x : f64
  %finite = arith.cmpf olt, %size, %infinity : f64
  return %finite : i1
}

func.func private @eqrt_far_quarters(%x: f64) -> f64 {
  %none = arith.constant 0.0 : f64
  %quarters, %p0, %p1, %shift, %is_negative = func.call @eq_take_turns(%x)
    : (f64) -> (i64, i64, i64, i64, i1)
  %number = arith.uitofp %quarters : i64 to f64
  %finite = func.call @eq_far_is_finite(%x) : (f64) -> i1
  %result = arith.select %finite, %number, %none : f64
  return %result : f64
}

// r, and what rounding has taken from it.
func.func private @eq_take_rest(%x: f64) -> (f64, f64) {
  %c11 = arith.constant 11 : i64
  %c22 = arith.constant 22 : i64
  %c42 = arith.constant 42 : i64
  %c52 = arith.constant 52 : i64
  %low_mask = arith.constant 0x7ff : i64
  %scale_bias = arith.constant 897 : i64
  %one = arith.constant 1.0 : f64
  %minus = arith.constant -1.0 : f64
  %two75 = arith.constant 0x44A0000000000000 : f64
  %two22 = arith.constant 0x4150000000000000 : f64
  %half_pi = arith.constant 0x3FF921FB54442D18 : f64
  %half_pi_rest = arith.constant 0x3C91A62633145C07 : f64
  %quarters, %p0, %p1, %shift, %is_negative = func.call @eq_take_turns(%x)
    : (f64) -> (i64, i64, i64, i64, i1)
  // The fraction as a sum of two numbers, times pi / 2 as such a sum.
  %top = arith.shrui %p0, %c11 : i64
  %top_real = arith.uitofp %top : i64 to f64
  %high = arith.mulf %top_real, %two75 : f64
  %below = arith.andi %p0, %low_mask : i64
  %below_up = arith.shli %below, %c42 : i64
  %p1_down = arith.shrui %p1, %c22 : i64
  %bottom = arith.ori %below_up, %p1_down : i64
  %bottom_real = arith.uitofp %bottom : i64 to f64
  %low = arith.mulf %bottom_real, %two22 : f64
  %product = arith.mulf %high, %half_pi : f64
  %minus_product = arith.negf %product : f64
  %error0 = math.fma %high, %half_pi, %minus_product : f64
  %low_product = arith.mulf %low, %half_pi : f64
  %error1 = math.fma %high, %half_pi_rest, %low_product : f64
  %error = arith.addf %error0, %error1 : f64
  %sum = arith.addf %product, %error : f64
  %sign = arith.select %is_negative, %minus, %one : f64
  %exponent = arith.subi %scale_bias, %shift : i64
  %scale_bits = arith.shli %exponent, %c52 : i64
  %scale = arith.bitcast %scale_bits : i64 to f64
  %signed_sum = arith.mulf %sign, %sum : f64
  %rest = arith.mulf %signed_sum, %scale : f64
  %taken = arith.subf %sum, %product : f64
  %lost = arith.subf %error, %taken : f64
  %signed_lost = arith.mulf %sign, %lost : f64
  %rest_low = arith.mulf %signed_lost, %scale : f64
  %finite = func.call @eq_far_is_finite(%x) : (f64) -> i1
  %nan = arith.subf %x, %x : f64
  %result = arith.select %finite, %rest, %nan : f64
  %result_low = arith.select %finite, %rest_low, %nan : f64
  return %result, %result_low : f64, f64
}

func.func private @eqrt_far_rest(%x: f64) -> f64 {
  %rest, %low = func.call @eq_take_rest(%x) : (f64) -> (f64, f64)
  return %rest : f64
}

func.func private @eqrt_far_rest_low(%x: f64) -> f64 {
  %rest, %low = func.call @eq_take_rest(%x) : (f64) -> (f64, f64)
  return %low : f64
}
)mlir";

struct DefineFarAngles : impl::DefineFarAnglesPassBase<DefineFarAngles> {
  using Base::Base;

  void runOnOperation() override {
    gpu::GPUModuleOp kernels = getOperation();
    SmallVector<func::FuncOp> declared;
    for (auto function : kernels.getOps<func::FuncOp>())
      if (function.isDeclaration() &&
          function.getName().starts_with("eqrt_far_"))
        declared.push_back(function);
    if (declared.empty())
      return;
    for (func::FuncOp function : declared)
      function.erase();
    OwningOpRef<ModuleOp> defined =
        parseSourceString<ModuleOp>(functions, &getContext());
    if (!defined)
      return signalPassFailure();
    for (Operation &op :
         llvm::make_early_inc_range(defined->getBody()->getOperations()))
      op.moveBefore(kernels.getBody(), kernels.getBody()->end());
  }
};

} // namespace
} // namespace mlir::eq
