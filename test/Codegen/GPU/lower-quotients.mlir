// RUN: eq-opt %s --eq-codegen-lower-quotients | FileCheck %s

gpu.module @kernels {
  // A polynomial of the divisor, a step of third order and one of Newton's
  // method, and what is left of the dividend.
  //
  // CHECK-LABEL: gpu.func @known
  // CHECK-SAME:    (%[[A:[a-z0-9_]+]]: f32, %[[B:[a-z0-9_]+]]: f32,
  // CHECK-NOT:     arith.divf
  // CHECK:         %[[P1:[a-z0-9_]+]] = math.fma %[[B]], %{{.*}}, %{{.*}} : f32
  // CHECK:         %[[P2:[a-z0-9_]+]] = math.fma %[[B]], %[[P1]], %{{.*}} : f32
  // CHECK:         %[[SEED:[a-z0-9_]+]] = math.fma %[[B]], %[[P2]], %{{.*}} : f32
  // CHECK:         %[[ERROR:[a-z0-9_]+]] = math.fma %{{.*}}, %[[SEED]], %{{.*}} : f32
  // CHECK:         %[[MORE:[a-z0-9_]+]] = math.fma %[[ERROR]], %[[ERROR]], %[[ERROR]] : f32
  // CHECK:         %[[CLOSER:[a-z0-9_]+]] = math.fma %[[SEED]], %[[MORE]], %[[SEED]] : f32
  // CHECK:         %[[REST:[a-z0-9_]+]] = math.fma %{{.*}}, %[[CLOSER]], %{{.*}} : f32
  // CHECK:         %[[INVERSE:[a-z0-9_]+]] = math.fma %[[CLOSER]], %[[REST]], %[[CLOSER]] : f32
  // CHECK:         %[[NEAR:[a-z0-9_]+]] = arith.mulf %[[A]], %[[INVERSE]] : f32
  // CHECK:         %[[LEFT:[a-z0-9_]+]] = math.fma %{{.*}}, %[[NEAR]], %[[A]] : f32
  // CHECK:         %[[T:[a-z0-9_]+]] = math.fma %[[LEFT]], %[[INVERSE]], %[[NEAR]] : f32
  // CHECK:         llvm.store %[[T]]
  gpu.func @known(%a: f32, %b: f32, %to: !llvm.ptr) kernel {
    %t = arith.divf %a, %b {eq.quotient_of_tanh} : f32
    llvm.store %t, %to : f32, !llvm.ptr
    gpu.return
  }

  // Several samples at once.
  //
  // CHECK-LABEL: gpu.func @samples
  // CHECK-COUNT-10: math.fma {{.*}} : vector<2xf32>
  // CHECK-NOT:     arith.divf
  // CHECK:         llvm.store
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
