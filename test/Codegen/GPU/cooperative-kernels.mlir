// RUN: eq-opt %s --eq-codegen-lower-thread-loops -o %t.mlir
// RUN: eq-opt %t.mlir --eq-to-nvvm | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: sed 's/ kernel attributes {/ kernel attributes {eq.cooperative, /' %t.mlir | eq-opt --eq-to-nvvm \
// RUN:   | FileCheck %s --check-prefixes=CHECK,TOGETHER

// A kernel's launch is written before anybody says that its blocks wait for each
// other: the runtime is told in the end.
//
// CHECK-LABEL:    @eq.kernels.squares_0.descriptor
// PLAIN:            %[[SAID:.*]] = llvm.mlir.constant(0 : i32)
// TOGETHER:         %[[SAID:.*]] = llvm.mlir.constant(1 : i32)
// CHECK:            llvm.insertvalue %[[SAID]], %{{.*}}[7]
// CHECK-NEXT:       llvm.insertvalue %{{.*}}, %{{.*}}[8]
// CHECK-NEXT:       llvm.return
// CHECK-LABEL:    gpu.module @eq.kernels
// CHECK-NOT:        eq.cooperative
// CHECK:            llvm.func @squares_0
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @squares(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.thread<block = 64, refill = 2>)
  step {
  ^bb0(%k: i32, %z: f64):
    %square = arith.mulf %z, %z : f64
    %one = arith.constant 1.0 : f64
    %go = arith.cmpf olt, %square, %one : f64
    eq.next %go, %square : f64
  }
  return %y : tensor<7xf64>
}
}
