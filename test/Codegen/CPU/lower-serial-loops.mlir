// RUN: eq-opt %s --eq-codegen-lower-serial-loops | FileCheck %s
// RUN: eq-opt %s --eq-codegen-lower-serial-loops --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// One sample after another: a for over the batch, a while over the steps. The
// tensor state has two halves in one buffer outside of both; each step reads one
// and writes the other. No tensor is carried by a loop.
//
// CHECK-LABEL: func.func @tensor_state
// CHECK:         %[[HALVES:[a-z0-9_]+]] = memref.alloc() {{.*}} : memref<2x3xf64>
// CHECK:         %[[RESULT:[a-z0-9_]+]] = memref.alloc() {{.*}} : memref<7x3xf64>
// CHECK:         %[[STEPS:[a-z0-9_]+]] = memref.alloc() {{.*}} : memref<7xi32>
// CHECK:         scf.for %[[SAMPLE:[a-z0-9_]+]] =
// CHECK:           %[[END:[a-z0-9_]+]]:3 = scf.while (%{{[a-z0-9_]+}} = %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} = %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} = %{{[a-z0-9_]+}}) : (i32, i1, index) -> (i32, i1, index)
// CHECK:             %[[BELOW:[a-z0-9_]+]] = arith.cmpi slt
// CHECK:             arith.andi %{{[a-z0-9_]+}}, %[[BELOW]] : i1
// CHECK:             scf.condition
// CHECK:           } do {
// CHECK-NEXT:      ^bb0(%{{[a-z0-9_]+}}: i32, %{{[a-z0-9_]+}}: i1, %[[PARITY:[a-z0-9_]+]]: index):
// CHECK:             %[[OLD:[a-z0-9_]+]] = memref.subview %[[HALVES]][%[[PARITY]], 0] [1, 3] [1, 1]
// CHECK:             %[[Z:[a-z0-9_]+]] = bufferization.to_tensor %[[OLD]] restrict
// CHECK:             %[[OTHER:[a-z0-9_]+]] = arith.subi %{{[a-z0-9_]+}}, %[[PARITY]] : index
// CHECK:             %[[NEW:[a-z0-9_]+]] = memref.subview %[[HALVES]][%[[OTHER]], 0] [1, 3] [1, 1]
// CHECK:             %[[F:[a-z0-9_]+]] = linalg.generic
// CHECK:             bufferization.materialize_in_destination %[[F]] in restrict writable %[[NEW]]
// CHECK:             scf.yield %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[OTHER]] : i32, i1, index
// CHECK:           memref.store %[[END]]#0, %[[STEPS]][%[[SAMPLE]]] : memref<7xi32>
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] serial | Category:eq-codegen | Remark="one sample after another, on the thread of the call"
func.func @tensor_state(%z: tensor<7x3xf64>, %max: i32) -> (tensor<7x3xf64>, tensor<7xi32>) {
  %y, %n = eq.loop init(%z : tensor<7x3xf64>) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: tensor<3xf64>):
    %go = arith.constant true
    %f = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
        outs(%z : tensor<3xf64>) {
    ^bb0(%x: f64):
      %s = arith.addf %x, %x : f64
      linalg.yield %s : f64
    } -> tensor<3xf64>
    eq.next %go, %f : tensor<3xf64>
  }
  return %y, %n : tensor<7x3xf64>, tensor<7xi32>
}

// A step that sums rows of a matrix reads its transpose, in which rows are
// neighbours: made once, before all loops.
//
// CHECK-LABEL: func.func @product
// CHECK-SAME:    %{{[a-z0-9_]+}}: tensor<?x16xf64>, %[[W:[a-z0-9_]+]]: tensor<16x16xf64>
// CHECK:         %[[WT:[a-z0-9_]+]] = linalg.transpose ins(%[[W]] : tensor<16x16xf64>) {{.*}} permutation = [1, 0]
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK-NOT:         linalg.transpose
// CHECK:             linalg.generic {indexing_maps = [#[[KI:[a-z0-9_]+]],
// CHECK-SAME:          ins(%[[WT]],
func.func @product(%z: tensor<?x16xf64>, %w: tensor<16x16xf64>, %b: tensor<16xf64>, %max: i32) -> tensor<?x16xf64> {
  %y, %n = eq.loop init(%z : tensor<?x16xf64>) shared(%w, %b : tensor<16x16xf64>, tensor<16xf64>) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: tensor<16xf64>, %w: tensor<16x16xf64>, %b: tensor<16xf64>):
    %go = arith.constant true
    %f = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<16x16xf64>, tensor<16xf64>) outs(%b : tensor<16xf64>) {
    ^bb0(%wk: f64, %zk: f64, %sum: f64):
      %next = math.fma %wk, %zk, %sum : f64
      linalg.yield %next : f64
    } -> tensor<16xf64>
    eq.next %go, %f : tensor<16xf64>
  }
  return %y : tensor<?x16xf64>
}

// A scalar state needs no memory: the while carries it. Without a batch there is
// no for.
//
// CHECK-LABEL: func.func @scalar_state
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     scf.for
// CHECK:         %[[END:[a-z0-9_]+]]:4 = scf.while
// CHECK-SAME:      (i32, i1, index, f64) -> (i32, i1, index, f64)
// CHECK:         return %[[END]]#3 : f64
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] serial | Category:eq-codegen | Remark="one sample, on the thread of the call"
func.func @scalar_state(%z: f64, %max: i32) -> f64 {
  %y, %n = eq.loop init(%z : f64) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %f = arith.addf %z, %z : f64
    eq.next %go, %f : f64
  }
  return %y : f64
}

// Batch sizes that only the run can tell are compared in front; `max` per sample
// is read in the for.
//
// CHECK-LABEL: func.func @dynamic_batch
// CHECK:         llvm.call @eqrt_expect_size
// CHECK:         cf.assert
// CHECK:         llvm.call @eqrt_expect_size
// CHECK:         cf.assert
// CHECK:         scf.for
// CHECK:           memref.load %{{[a-z0-9_]+}}[%{{[a-z0-9_]+}}] : memref<?xi32
func.func @dynamic_batch(%context: !llvm.ptr, %z: tensor<?xf64>, %x: tensor<?xf64>, %max: tensor<?xi32>) -> i32
    attributes {eq.context} {
  %y, %n = eq.loop init(%z : tensor<?xf64>) ins(%x : tensor<?xf64>) max(%max : tensor<?xi32>) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: f64, %x: f64):
    %go = arith.constant true
    %f = arith.addf %z, %x : f64
    eq.next %go, %f : f64
  }
  %zero = arith.constant 0 : i32
  return %zero : i32
}

// What asks whether the caller has cancelled becomes a call, once no loop is left.
//
// CHECK-LABEL: func.func @asks
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr
// CHECK:         } do {
// CHECK:         %[[FLAG:[a-z0-9_]+]] = llvm.call @eqrt_cancelled(%[[CONTEXT]])
// CHECK:         %[[STOPS:[a-z0-9_]+]] = arith.cmpi ne, %[[FLAG]], %{{[a-z0-9_]+}} : i32
// CHECK:         arith.select %[[STOPS]],
func.func @asks(%context: !llvm.ptr, %z: f64, %max: i32) -> f64 attributes {eq.context} {
  %y, %n = eq.loop init(%z : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %z: f64):
    %stops = eq.cancelled
    %zero = arith.constant 0.0 : f64
    %last = arith.select %stops, %zero, %z : f64
    eq.yield %last : f64
  }
  return %y : f64
}
