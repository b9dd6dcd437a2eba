// RUN: eq-opt %s --eq-codegen-finish-kernels --split-input-file --verify-diagnostics \
// RUN:   | FileCheck %s

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
  llvm.func @kernel(%x: f16) attributes {nvvm.kernel} {
    // expected-error @+1 {{'math.asinh' op expected only the LLVM and NVVM dialects to be left in a kernel by now, and nothing of libdevice}}
    %y = math.asinh %x : f16
    llvm.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'llvm.func' op expected only the LLVM and NVVM dialects to be left in a kernel by now, and nothing of libdevice}}
  llvm.func @__nv_asinh(f64) -> f64
}

// -----

// A kernel whose blocks wait for each other says so to the runtime, and the one
// beside it does not.
//
// CHECK-LABEL: @cooperative.waits.descriptor
// CHECK:         %[[YES:.*]] = llvm.mlir.constant(1 : i32)
// CHECK-NEXT:    %[[SAID:.*]] = llvm.insertvalue %[[YES]], %{{.*}}[7]
// CHECK:         llvm.insertvalue %{{.*}}, %[[SAID]][8]
// CHECK-LABEL: @cooperative.plain.descriptor
// CHECK-NOT:     llvm.mlir.constant(1 : i32)
// CHECK:         llvm.insertvalue %{{.*}}, %{{.*}}[7]
// CHECK-NOT:     llvm.mlir.constant(1 : i32)
// CHECK-LABEL: gpu.module @cooperative
// CHECK-NOT:     eq.cooperative
llvm.mlir.global internal constant @cooperative.waits.descriptor() : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)> {
  %no = llvm.mlir.constant(0 : i32) : i32
  %0 = llvm.mlir.undef : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %1 = llvm.insertvalue %no, %0[7] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %2 = llvm.insertvalue %no, %1[8] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  llvm.return %2 : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
}
llvm.mlir.global internal constant @cooperative.plain.descriptor() : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)> {
  %no = llvm.mlir.constant(0 : i32) : i32
  %0 = llvm.mlir.undef : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %1 = llvm.insertvalue %no, %0[7] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  llvm.return %1 : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
}
gpu.module @cooperative {
  llvm.func @waits() attributes {eq.cooperative, nvvm.kernel} {
    llvm.return
  }
  llvm.func @plain() attributes {nvvm.kernel} {
    llvm.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'llvm.func' op expected 'eq.cooperative' to be an attribute of a kernel}}
  llvm.func @helper() attributes {eq.cooperative} {
    llvm.return
  }
}

// -----

gpu.module @kernels {
  llvm.func @kernel(%x: f64) attributes {nvvm.kernel} {
    // expected-error @+1 {{'llvm.fadd' op expected 'eq.cooperative' to be an attribute of a kernel}}
    %y = llvm.fadd %x, %x {eq.cooperative} : f64
    llvm.return
  }
}

// -----

// expected-error @+1 {{'llvm.func' op expected 'eq.cooperative' to be an attribute of a kernel}}
llvm.func @host() attributes {eq.cooperative} {
  llvm.return
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'llvm.func' op expected 'eq.cooperative' to have no value, but got false}}
  llvm.func @kernel() attributes {eq.cooperative = false, nvvm.kernel} {
    llvm.return
  }
}

// -----

// Nobody launches it.
gpu.module @kernels {
  // expected-error @+1 {{'llvm.func' op expected a cooperative kernel to have a description, the constant '@kernels.kernel.descriptor', with a field 7 (eqrt_kernel.cooperative)}}
  llvm.func @kernel() attributes {eq.cooperative, nvvm.kernel} {
    llvm.return
  }
}

// -----

// What launches it does not know of the field.
llvm.mlir.global internal constant @kernels.kernel.descriptor() : !llvm.struct<(ptr, i32)> {
  %no = llvm.mlir.constant(0 : i32) : i32
  %0 = llvm.mlir.undef : !llvm.struct<(ptr, i32)>
  %1 = llvm.insertvalue %no, %0[1] : !llvm.struct<(ptr, i32)>
  llvm.return %1 : !llvm.struct<(ptr, i32)>
}
gpu.module @kernels {
  // expected-error @+1 {{'llvm.func' op expected a cooperative kernel to have a description, the constant '@kernels.kernel.descriptor', with a field 7}}
  llvm.func @kernel() attributes {eq.cooperative, nvvm.kernel} {
    llvm.return
  }
}
