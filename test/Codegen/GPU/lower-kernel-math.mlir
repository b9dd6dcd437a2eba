// RUN: eq-opt %s --eq-codegen-lower-kernel-math --split-input-file --verify-diagnostics | FileCheck %s

gpu.module @kernels {
  // Each is one instruction, and exactly rounded; of the GPU's own functions,
  // which are not, none is left to be chosen.
  //
  // CHECK-LABEL: gpu.func @f64
  // CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f64, %[[Y:[a-z0-9_]+]]: f64,
  // CHECK:         llvm.call_intrinsic "llvm.sqrt.f64"(%[[X]]) : (f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.fabs.f64"(%[[X]]) : (f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.fma.f64"(%[[X]], %[[Y]], %[[X]]) : (f64, f64, f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.floor.f64"(%[[X]]) : (f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.ceil.f64"(%[[X]]) : (f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.trunc.f64"(%[[X]]) : (f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.round.f64"(%[[X]]) : (f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.roundeven.f64"(%[[X]]) : (f64) -> f64
  // CHECK:         llvm.call_intrinsic "llvm.copysign.f64"(%[[X]], %[[Y]]) : (f64, f64) -> f64
  gpu.func @f64(%x: f64, %y: f64, %to: !llvm.ptr) kernel {
    %0 = math.sqrt %x : f64
    %1 = math.absf %x : f64
    %2 = math.fma %x, %y, %x : f64
    %3 = math.floor %x : f64
    %4 = math.ceil %x : f64
    %5 = math.trunc %x : f64
    %6 = math.round %x : f64
    %7 = math.roundeven %x : f64
    %8 = math.copysign %x, %y : f64
    gpu.return
  }

  // What uses the function uses the intrinsic.
  //
  // CHECK-LABEL: gpu.func @f32
  // CHECK:         %[[ROOT:[a-z0-9_]+]] = llvm.call_intrinsic "llvm.sqrt.f32"
  // CHECK:         llvm.store %[[ROOT]]
  gpu.func @f32(%x: f32, %to: !llvm.ptr) kernel {
    %root = math.sqrt %x : f32
    llvm.store %root, %to : f32, !llvm.ptr
    gpu.return
  }

  // Which class a real is of: a NaN is 1 or 2, an infinity 4 or 512, a normal
  // number 8 or 256, and 504 is all that is finite.
  //
  // CHECK-LABEL: gpu.func @classes
  // CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f64)
  // CHECK:         "llvm.intr.is.fpclass"(%[[X]]) <{bit = 3 : i32}> : (f64) -> i1
  // CHECK:         "llvm.intr.is.fpclass"(%[[X]]) <{bit = 516 : i32}> : (f64) -> i1
  // CHECK:         "llvm.intr.is.fpclass"(%[[X]]) <{bit = 264 : i32}> : (f64) -> i1
  // CHECK:         "llvm.intr.is.fpclass"(%[[X]]) <{bit = 504 : i32}> : (f64) -> i1
  gpu.func @classes(%x: f64) kernel {
    %0 = math.isnan %x : f64
    %1 = math.isinf %x : f64
    %2 = math.isnormal %x : f64
    %3 = math.isfinite %x : f64
    gpu.return
  }

  // Left alone: integers, which other passes lower.
  //
  // CHECK-LABEL: gpu.func @integers
  // CHECK:         math.ctpop
  // CHECK:         math.ctlz
  gpu.func @integers(%n: i32) kernel {
    %0 = math.ctpop %n : i32
    %1 = math.ctlz %n : i32
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @library(%x: f16) kernel {
    // expected-error @+1 {{'math.asinh' op expected a function that eq computes itself (docs/Math.md) where 'schedule' is for a GPU: this one is the C library's}}
    %y = math.asinh %x : f16
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @remainder(%x: f16) kernel {
    // expected-error @+1 {{'arith.remf' op expected a function that eq computes itself (docs/Math.md) where 'schedule' is for a GPU: this one is the C library's}}
    %y = arith.remf %x, %x : f16
    gpu.return
  }
}
