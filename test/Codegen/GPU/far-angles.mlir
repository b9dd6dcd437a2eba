// RUN: eq-opt %s --pass-pipeline='builtin.module(gpu.module(eq-codegen-lower-far-angles,eq-codegen-define-far-angles))' \
// RUN:   | FileCheck %s
// RUN: eq-opt %s --pass-pipeline='builtin.module(gpu.module(eq-codegen-define-far-angles))' \
// RUN:   | FileCheck %s --check-prefix=AFTER

// The functions that libeqrt has on a CPU are put beside the kernel that calls
// them, with the bits of 2 / pi in constant memory.
//
// CHECK-LABEL: gpu.module @far
// CHECK:         gpu.func @angle
// CHECK:           scf.if
// CHECK:             func.call @eqrt_far_quarters
// CHECK:             func.call @eqrt_far_rest
// CHECK:             func.call @eqrt_far_rest_low
// CHECK:         llvm.mlir.global internal constant @eq_two_over_pi(dense<{{.*}}> : tensor<21xi64>) {addr_space = 4 : i32}
// CHECK:         func.func private @eq_take_turns(%{{[a-z0-9_]+}}: f64) -> (i64, i64, i64, i64, i1) {
// CHECK:         func.func private @eqrt_far_quarters(%{{[a-z0-9_]+}}: f64) -> f64 {
// CHECK:         func.func private @eqrt_far_rest(%{{[a-z0-9_]+}}: f64) -> f64 {
// CHECK:         func.func private @eqrt_far_rest_low(%{{[a-z0-9_]+}}: f64) -> f64 {
gpu.module @far {
  gpu.func @angle(%x: f64, %to: !llvm.ptr) kernel {
    %q, %r, %l = eq.far_angle %x from 1.0e9 : f64
    llvm.store %r, %to : f64, !llvm.ptr
    gpu.return
  }
}

// Left alone: nothing here calls them.
//
// CHECK-LABEL: gpu.module @near
// CHECK-NOT:     func.func
// AFTER-LABEL: gpu.module @near
// AFTER-NOT:     func.func
gpu.module @near {
  gpu.func @angle(%x: f64, %to: !llvm.ptr) kernel {
    llvm.store %x, %to : f64, !llvm.ptr
    gpu.return
  }
}
// CHECK: gpu.module @declared
// AFTER: gpu.module @declared

// One function that is declared is enough for all: they call each other.
//
// AFTER-COUNT-6: func.func private @{{.*}} {
gpu.module @declared {
  func.func private @eqrt_far_rest(f64) -> f64
  gpu.func @angle(%x: f64, %to: !llvm.ptr) kernel {
    %r = func.call @eqrt_far_rest(%x) : (f64) -> f64
    llvm.store %r, %to : f64, !llvm.ptr
    gpu.return
  }
}
