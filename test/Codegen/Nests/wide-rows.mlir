// RUN: eq-opt %s --eq-codegen-form-nests=rows=2 --canonicalize --cse --split-input-file | FileCheck %s

// The rows of a transposed matrix are neighbours: a vector holds the sums of
// eight, and two vectors are a tile. The norm of the result adds them one by one, in their order.
//
// CHECK-LABEL: func.func @step
// CHECK-SAME:    %[[W:[a-z0-9_]+]]: tensor<8x20xf32>, %[[Z:[a-z0-9_]+]]: tensor<8xf32>, %[[B:[a-z0-9_]+]]: tensor<20xf32>
// CHECK-DAG:     %[[B0:[a-z0-9_]+]] = vector.transfer_read %[[B]][%c0], %cst {{.*}} : tensor<20xf32>, vector<8xf32>
// CHECK-DAG:     %[[B8:[a-z0-9_]+]] = vector.transfer_read %[[B]][%c8], %cst {{.*}} : tensor<20xf32>, vector<8xf32>
// CHECK:         %[[A:[a-z0-9_]+]]:2 = scf.for %[[K:[a-z0-9_]+]] = %c0 to %c8 step %c1 iter_args(%[[A0:[a-z0-9_]+]] = %[[B0]], %[[A1:[a-z0-9_]+]] = %[[B8]]) -> (vector<8xf32>, vector<8xf32>)
// CHECK-DAG:       %[[WK:[a-z0-9_]+]] = vector.transfer_read %[[W]][%[[K]], %c0]
// CHECK-DAG:       %[[ZK:[a-z0-9_]+]] = tensor.extract %[[Z]][%[[K]]]
// CHECK-DAG:       %[[ZS:[a-z0-9_]+]] = vector.broadcast %[[ZK]] : f32 to vector<8xf32>
// CHECK:           math.fma %[[WK]], %[[ZS]], %[[A0]] : vector<8xf32>
// CHECK:           math.fma {{.*}} : vector<8xf32>
// CHECK:         }
// CHECK:         vector.transfer_write %[[A]]#0, {{.*}}[%c0]
// CHECK:         vector.transfer_write %[[A]]#1, {{.*}}[%c8]
// CHECK:         %[[E0:[a-z0-9_]+]] = vector.extract %[[A]]#0[0]
// CHECK:         %[[S0:[a-z0-9_]+]] = math.fma %[[E0]], %[[E0]], %cst
// CHECK:         %[[E1:[a-z0-9_]+]] = vector.extract %[[A]]#0[1]
// CHECK:         math.fma %[[E1]], %[[E1]], %[[S0]]
//
// Four rows are left, too few for a vector.
//
// CHECK:         scf.for {{.*}} -> (f32, f32, f32, f32)
// CHECK:         tensor.insert {{.*}}[%c16]
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @step(%w: tensor<8x20xf32>, %z: tensor<8xf32>, %b: tensor<20xf32>) -> (tensor<20xf32>, f32) {
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (k, i)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<8x20xf32>, tensor<8xf32>) outs(%b : tensor<20xf32>) {
  ^bb0(%wk: f32, %zk: f32, %sum: f32):
    %next = math.fma %wk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<20xf32>
  %start = arith.constant dense<0.0> : tensor<f32>
  %norm = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]
  } ins(%y : tensor<20xf32>) outs(%start : tensor<f32>) {
  ^bb0(%in: f32, %sum: f32):
    %next = math.fma %in, %in, %sum : f32
    linalg.yield %next : f32
  } -> tensor<f32>
  %n = tensor.extract %norm[] : tensor<f32>
  return %y, %n : tensor<20xf32>, f32
}

// -----

// Rows of a matrix in row-major order are no neighbours, and three are too few.
//
// CHECK-LABEL: func.func @not_wide
// CHECK-NOT:     vector<
// CHECK:         return
func.func @not_wide(%w: tensor<20x8xf32>, %v: tensor<8x3xf32>, %z: tensor<8xf32>, %b: tensor<20xf32>, %c: tensor<3xf32>)
    -> (tensor<20xf32>, tensor<3xf32>) {
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<20x8xf32>, tensor<8xf32>) outs(%b : tensor<20xf32>) {
  ^bb0(%wk: f32, %zk: f32, %sum: f32):
    %next = math.fma %wk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<20xf32>
  %x = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (k, i)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%v, %z : tensor<8x3xf32>, tensor<8xf32>) outs(%c : tensor<3xf32>) {
  ^bb0(%vk: f32, %zk: f32, %sum: f32):
    %next = math.fma %vk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<3xf32>
  return %y, %x : tensor<20xf32>, tensor<3xf32>
}

// -----

// Booleans are bytes in memory: they are read one by one.
//
// CHECK-LABEL: func.func @booleans
// CHECK-NOT:     vector.transfer_read {{.*}}xi1>
// CHECK:         vector.from_elements {{.*}} : vector<8xi1>
// CHECK:         return
func.func @booleans(%w: tensor<8x16xi1>, %z: tensor<8xf32>, %b: tensor<16xf32>) -> tensor<16xf32> {
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (k, i)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<8x16xi1>, tensor<8xf32>) outs(%b : tensor<16xf32>) {
  ^bb0(%wk: i1, %zk: f32, %sum: f32):
    %more = arith.addf %sum, %zk : f32
    %next = arith.select %wk, %more, %sum : f32
    linalg.yield %next : f32
  } -> tensor<16xf32>
  return %y : tensor<16xf32>
}
