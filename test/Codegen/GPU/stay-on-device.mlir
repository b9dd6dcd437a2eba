// RUN: eq-opt %s --eq-codegen-make-entries | FileCheck %s

// What only kernels and the caller read may stay on the GPU: inputs are flagged
// in the signature, results on their loops. `finals, steps` are the results.

// The caller's z goes to a kernel; its result to another kernel and the caller.
// The steps that the first took are added up on the host.
//
// CHECK-LABEL: @eq.chain.in()
// CHECK:         llvm.mlir.constant(64 : i32) : i32
// CHECK-NEXT:    llvm.mlir.constant(1 : i32) : i32
// CHECK-NEXT:    %[[FLAG:[a-z0-9_]+]] = llvm.mlir.constant(1 : i32) : i32
// CHECK:         llvm.insertvalue %[[FLAG]], %{{[a-z0-9_]+}}[4]
// CHECK-LABEL: func.func private @eq.chain.body
// CHECK:         eq.loop {{.*}} attributes {eq.stays = array<i1: true, false>}
// CHECK:         eq.loop {{.*}} attributes {eq.stays = array<i1: true, true>}
func.func @chain(%z: tensor<?xf64>, %max: i32) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, i64) {
  %c0 = arith.constant 0 : index
  %x, %n = eq.loop init(%z : tensor<?xf64>) max(%max : i32) schedule(#eq.thread) step {
  ^bb0(%k: i32, %v: f64):
    %go = arith.constant true
    %next = math.sqrt %v : f64
    eq.next %go, %next : f64
  }
  %y, %m = eq.loop init(%x : tensor<?xf64>) max(%max : i32) schedule(#eq.thread) step {
  ^bb0(%k: i32, %v: f64):
    %go = arith.constant true
    %next = math.sqrt %v : f64
    eq.next %go, %next : f64
  }
  %steps = arith.addi %n, %n : tensor<?xi32>
  %size = tensor.dim %x, %c0 : tensor<?xf64>
  %wide = arith.index_cast %size : index to i64
  return %x, %y, %steps, %wide : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, i64
}

// A loop on the CPU reads the result of the kernel, and z.
//
// CHECK-LABEL: @eq.mixed.in()
// CHECK:         llvm.mlir.constant(64 : i32) : i32
// CHECK-NEXT:    llvm.mlir.constant(1 : i32) : i32
// CHECK-NEXT:    %[[FLAG:[a-z0-9_]+]] = llvm.mlir.constant(0 : i32) : i32
// CHECK:         llvm.insertvalue %[[FLAG]], %{{[a-z0-9_]+}}[4]
// CHECK-LABEL: func.func private @eq.mixed.body
// CHECK:         eq.loop {{.*}} attributes {eq.stays = array<i1: false, true>}
func.func @mixed(%z: tensor<?xf64>, %max: i32) -> (tensor<?xf64>, tensor<?xi32>) {
  %x, %n = eq.loop init(%z : tensor<?xf64>) max(%max : i32) schedule(#eq.thread) step {
  ^bb0(%k: i32, %v: f64):
    %go = arith.constant true
    %next = math.sqrt %v : f64
    eq.next %go, %next : f64
  }
  %y, %m = eq.loop init(%x : tensor<?xf64>) ins(%z : tensor<?xf64>) max(%max : i32) schedule(#eq.serial) step {
  ^bb0(%k: i32, %v: f64, %w: f64):
    %go = arith.constant true
    %next = arith.addf %v, %w : f64
    eq.next %go, %next : f64
  }
  return %y, %n : tensor<?xf64>, tensor<?xi32>
}
