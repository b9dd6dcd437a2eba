// RUN: eq-opt %s --pass-pipeline='builtin.module(gpu.module(eq-codegen-finish-kernels))' \
// RUN:   --split-input-file --verify-diagnostics | FileCheck %s

// What is not a kernel is nobody else's.
//
// CHECK:     llvm.func internal @helper
// CHECK:     llvm.func @eqrt_sim_turn(i32)
// CHECK:     llvm.func @kernel() attributes {{.*}}nvvm.kernel
gpu.module @kernels {
  llvm.func @helper(%x: f64) -> f64 {
    llvm.return %x : f64
  }
  llvm.func @eqrt_sim_turn(i32)
  llvm.func @kernel() attributes {nvvm.kernel} {
    llvm.return
  }
}

// -----

gpu.module @kernels {
  llvm.func @kernel(%x: f64) attributes {nvvm.kernel} {
    // expected-error @+1 {{'math.asinh' op expected only the LLVM and NVVM dialects to be left in a kernel by now, and nothing of libdevice}}
    %y = math.asinh %x : f64
    llvm.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'llvm.func' op expected only the LLVM and NVVM dialects to be left in a kernel by now, and nothing of libdevice}}
  llvm.func @__nv_asinh(f64) -> f64
}
