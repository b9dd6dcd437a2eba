// RUN: eq-opt %s --eq-codegen-lower-quotients | FileCheck %s
// RUN: eq-opt %s --eq-codegen-lower-quotients=simulate | FileCheck %s --check-prefix=SIM

gpu.module @kernels {
  // The GPU's reciprocal, a step of Newton's method, and what is left of the
  // dividend. The simulator divides, and goes on in the same way.
  //
  // CHECK-LABEL: gpu.func @known
  // CHECK-SAME:    (%[[A:[a-z0-9_]+]]: f32, %[[B:[a-z0-9_]+]]: f32,
  // CHECK-NOT:     arith.divf
  // CHECK:         %[[ONE:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f32
  // CHECK:         %[[SEED:[a-z0-9_]+]] = nvvm.rcp.approx.ftz.f %[[B]] : f32
  // CHECK:         %[[MINUS:[a-z0-9_]+]] = arith.negf %[[B]]
  // CHECK:         %[[ERROR:[a-z0-9_]+]] = math.fma %[[MINUS]], %[[SEED]], %[[ONE]]
  // CHECK:         %[[INVERSE:[a-z0-9_]+]] = math.fma %[[SEED]], %[[ERROR]], %[[SEED]]
  // CHECK:         %[[NEAR:[a-z0-9_]+]] = arith.mulf %[[A]], %[[INVERSE]]
  // CHECK:         %[[LEFT:[a-z0-9_]+]] = math.fma %{{[a-z0-9_]+}}, %[[NEAR]], %[[A]]
  // CHECK:         %[[T:[a-z0-9_]+]] = math.fma %[[LEFT]], %[[INVERSE]], %[[NEAR]]
  // CHECK:         llvm.store %[[T]]
  //
  // SIM-LABEL: gpu.func @known
  // SIM-SAME:    (%[[A:[a-z0-9_]+]]: f32, %[[B:[a-z0-9_]+]]: f32,
  // SIM:         %[[ONE:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f32
  // SIM:         %[[INVERSE:[a-z0-9_]+]] = arith.divf %[[ONE]], %[[B]]
  // SIM:         %[[NEAR:[a-z0-9_]+]] = arith.mulf %[[A]], %[[INVERSE]]
  // SIM:         math.fma
  // SIM:         math.fma %{{[a-z0-9_]+}}, %[[INVERSE]], %[[NEAR]]
  gpu.func @known(%a: f32, %b: f32, %to: !llvm.ptr) kernel {
    %t = arith.divf %a, %b {eq.quotient_of_tanh} : f32
    llvm.store %t, %to : f32, !llvm.ptr
    gpu.return
  }

  // The seeds of several samples one by one.
  //
  // CHECK-LABEL: gpu.func @samples
  // CHECK-COUNT-2: nvvm.rcp.approx.ftz.f
  // CHECK-NOT:     nvvm.rcp.approx.ftz.f
  // CHECK:         math.fma {{.*}} : vector<2xf32>
  gpu.func @samples(%a: vector<2xf32>, %b: vector<2xf32>, %to: !llvm.ptr) kernel {
    %t = arith.divf %a, %b {eq.quotient_of_tanh} : vector<2xf32>
    llvm.store %t, %to : vector<2xf32>, !llvm.ptr
    gpu.return
  }

  // Left alone: nothing is known of the numbers.
  //
  // CHECK-LABEL: gpu.func @unknown
  // CHECK:         arith.divf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f32
  gpu.func @unknown(%a: f32, %b: f32, %to: !llvm.ptr) kernel {
    %t = arith.divf %a, %b : f32
    llvm.store %t, %to : f32, !llvm.ptr
    gpu.return
  }
}
