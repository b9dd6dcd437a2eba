// RUN: eq-opt %s --eq-expand-collapse-batch | FileCheck %s
// RUN: eq-opt %s --eq-expand-collapse-batch --remarks-filter=eq-expand 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Two batch dimensions become one in front of each operand that has them, and are
// made again behind the loop.
//
// CHECK-LABEL: func.func @two_dimensions
// CHECK-SAME:    (%[[Z:[a-z0-9_]+]]: tensor<2x3x4xf64>, %[[X:[a-z0-9_]+]]: tensor<2x3xf64>, %[[W:[a-z0-9_]+]]: tensor<4xf64>
// CHECK-DAG:     %[[ZF:[a-z0-9_]+]] = tensor.collapse_shape %[[Z]] {{\[\[}}0, 1], [2]] : tensor<2x3x4xf64> into tensor<6x4xf64>
// CHECK-DAG:     %[[XF:[a-z0-9_]+]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1]] : tensor<2x3xf64> into tensor<6xf64>
// CHECK-DAG:     %[[MF:[a-z0-9_]+]] = tensor.collapse_shape %{{[a-z0-9_]+}} {{\[\[}}0, 1]] : tensor<2x3xi32> into tensor<6xi32>
// CHECK-DAG:     %[[RF:[a-z0-9_]+]] = tensor.collapse_shape %{{[a-z0-9_]+}} {{\[\[}}0, 1], [2]] : tensor<2x3x5xf64> into tensor<6x5xf64>
// CHECK:         %[[F:[a-z0-9_]+]], %[[N:[a-z0-9_]+]], %[[RS:[a-z0-9_]+]], %[[SUM:[a-z0-9_]+]] = eq.loop init(%[[ZF]] : tensor<6x4xf64>) ins(%[[XF]] : tensor<6xf64>)
// CHECK-SAME:      shared(%[[W]] : tensor<4xf64>) record(%[[RF]] : tensor<6x5xf64>) sum(%{{[a-z0-9_]+}} : f64) max(%[[MF]] : tensor<6xi32>)
// CHECK-SAME:      schedule(#eq.serial) attributes {note = "kept", sum_chunk = 8 : i64}
// CHECK:         %[[FE:[a-z0-9_]+]] = tensor.expand_shape %[[F]] {{\[\[}}0, 1], [2]] output_shape [2, 3, 4] : tensor<6x4xf64> into tensor<2x3x4xf64>
// CHECK:         %[[NE:[a-z0-9_]+]] = tensor.expand_shape %[[N]] {{\[\[}}0, 1]] output_shape [2, 3] : tensor<6xi32> into tensor<2x3xi32>
// CHECK:         %[[RE:[a-z0-9_]+]] = tensor.expand_shape %[[RS]] {{\[\[}}0, 1], [2]] output_shape [2, 3, 5] : tensor<6x5xf64> into tensor<2x3x5xf64>
// CHECK:         return %[[FE]], %[[NE]], %[[RE]], %[[SUM]]
// REMARK: :[[@LINE+4]]:{{[0-9]+}}: remark: [Passed] batch | Category:eq-expand | Remark="2 batch dimensions are one"
func.func @two_dimensions(%z: tensor<2x3x4xf64>, %x: tensor<2x3xf64>, %w: tensor<4xf64>,
    %trace: tensor<2x3x5xf64>, %sum: f64, %max: tensor<2x3xi32>)
    -> (tensor<2x3x4xf64>, tensor<2x3xi32>, tensor<2x3x5xf64>, f64) {
  %y, %n, %rs, %total = eq.loop init(%z : tensor<2x3x4xf64>) ins(%x : tensor<2x3xf64>)
      shared(%w : tensor<4xf64>) record(%trace : tensor<2x3x5xf64>) sum(%sum : f64)
      max(%max : tensor<2x3xi32>) schedule(#eq.serial)
      attributes {note = "kept", sum_chunk = 8 : i64}
  step {
  ^bb0(%k: i32, %z: tensor<4xf64>, %x: f64, %w: tensor<4xf64>, %rs: tensor<5xf64>):
    %go = arith.constant true
    eq.next %go, %w : tensor<4xf64> record(%rs : tensor<5xf64>) sum(%x : f64)
  }
  return %y, %n, %rs, %total : tensor<2x3x4xf64>, tensor<2x3xi32>, tensor<2x3x5xf64>, f64
}

// Dynamic sizes are read before they are lost.
//
// CHECK-LABEL: func.func @dynamic
// CHECK-DAG:     %[[D0:[a-z0-9_]+]] = tensor.dim %[[Z:[a-z0-9_]+]], %{{c0[a-z0-9_]*}} : tensor<?x3x?xf32>
// CHECK-DAG:     %[[D2:[a-z0-9_]+]] = tensor.dim %[[Z]], %{{c2[a-z0-9_]*}} : tensor<?x3x?xf32>
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : tensor<?xf32>)
// CHECK:         tensor.expand_shape %{{[a-z0-9_]+}} {{\[\[}}0, 1, 2]] output_shape [%[[D0]], 3, %[[D2]]] : tensor<?xf32> into tensor<?x3x?xf32>
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] batch | Category:eq-expand | Remark="3 batch dimensions are one"
func.func @dynamic(%z: tensor<?x3x?xf32>, %max: i32) -> tensor<?x3x?xf32> {
  %y, %n = eq.loop init(%z : tensor<?x3x?xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32):
    %go = arith.constant true
    eq.next %go, %z : f32
  }
  return %y : tensor<?x3x?xf32>
}

// Left alone: one batch dimension, whatever the rank of the state.
//
// CHECK-LABEL: func.func @one_dimension
// CHECK-NOT:     tensor.collapse_shape
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : tensor<2x3x4xf64>)
func.func @one_dimension(%z: tensor<2x3x4xf64>, %max: i32) -> tensor<2x3x4xf64> {
  %y, %n = eq.loop init(%z : tensor<2x3x4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<3x4xf64>):
    %go = arith.constant true
    eq.next %go, %z : tensor<3x4xf64>
  }
  return %y : tensor<2x3x4xf64>
}

// Left alone: no batch.
//
// CHECK-LABEL: func.func @no_batch
// CHECK-NOT:     tensor.collapse_shape
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : tensor<2x3x4xf64>)
func.func @no_batch(%z: tensor<2x3x4xf64>, %max: i32) -> tensor<2x3x4xf64> {
  %y, %n = eq.loop init(%z : tensor<2x3x4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<2x3x4xf64>):
    %go = arith.constant true
    eq.next %go, %z : tensor<2x3x4xf64>
  }
  return %y : tensor<2x3x4xf64>
}
