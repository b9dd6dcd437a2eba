// RUN: eq-opt %s --eq-test-batch=lanes=2 | FileCheck %s

// The rules of linalg: maps do not change, shared inputs stay as they are.

// CHECK-LABEL: func.func @product
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<3x5xf32>, %[[Z:[a-z0-9]+]]: tensor<5xvector<2xf32>>, %[[B:[a-z0-9]+]]: tensor<3xf32>,
// CHECK:         %[[BS:.*]] = linalg.generic {{.*}} ins(%[[B]] : tensor<3xf32>) outs(%{{.*}} : tensor<3xvector<2xf32>>)
// CHECK:           vector.broadcast
// CHECK:         linalg.generic {indexing_maps = [#[[IK:.*]], #[[K:.*]], #[[I:.*]]], iterator_types = ["parallel", "reduction"]}
// CHECK-SAME:      ins(%[[W]], %[[Z]] : tensor<3x5xf32>, tensor<5xvector<2xf32>>) outs(%[[BS]] : tensor<3xvector<2xf32>>)
// CHECK-NEXT:    ^bb0(%[[WE:[a-z0-9_]+]]: f32, %[[ZE:[a-z0-9_]+]]: vector<2xf32>, %[[SUM:[a-z0-9_]+]]: vector<2xf32>):
// CHECK-NEXT:      %[[WS:.*]] = vector.broadcast %[[WE]] : f32 to vector<2xf32>
// CHECK-NEXT:      math.fma %[[WS]], %[[ZE]], %[[SUM]] : vector<2xf32>
func.func @product(%w: tensor<3x5xf32> {eqtest.shared}, %z: tensor<5xf32>, %b: tensor<3xf32> {eqtest.shared}) -> tensor<3xf32> {
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<3x5xf32>, tensor<5xf32>) outs(%b : tensor<3xf32>) {
  ^bb0(%wk: f32, %zk: f32, %sum: f32):
    %next = math.fma %wk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// A value from outside that differs between samples is enough.
//
// CHECK-LABEL: func.func @captured
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf32>, %[[T:[a-z0-9]+]]: tensor<3xf32>,
// CHECK:         linalg.generic {{.*}} ins(%[[T]] : tensor<3xf32>) outs(%{{.*}} : tensor<3xvector<2xf32>>)
// CHECK:           arith.mulf %{{.*}}, %[[X]] : vector<2xf32>
func.func @captured(%x: f32, %t: tensor<3xf32> {eqtest.shared}) -> tensor<3xf32> {
  %empty = tensor.empty() : tensor<3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%t : tensor<3xf32>) outs(%empty : tensor<3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.mulf %a, %x : f32
    linalg.yield %p : f32
  } -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// Two results; an index of linalg is the same for all samples.
//
// CHECK-LABEL: func.func @largest
// CHECK:         linalg.generic {{.*}} outs(%{{.*}}, %{{.*}} : tensor<vector<2xf32>>, tensor<vector<2xi32>>)
// CHECK:           linalg.index 0 : index
// CHECK:           arith.index_cast %{{.*}} : index to i32
// CHECK:           arith.select %{{.*}} : vector<2xi1>, vector<2xi32>
func.func @largest(%t: tensor<7xf32>, %least: tensor<f32> {eqtest.shared}, %zero: tensor<i32> {eqtest.shared}) -> (tensor<f32>, tensor<i32>) {
  %m, %at = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> ()>],
      iterator_types = ["reduction"]
  } ins(%t : tensor<7xf32>) outs(%least, %zero : tensor<f32>, tensor<i32>) {
  ^bb0(%a: f32, %m: f32, %at: i32):
    %i = linalg.index 0 : index
    %n = arith.index_cast %i : index to i32
    %above = arith.cmpf ogt, %a, %m : f32
    %next = arith.select %above, %a, %m : f32
    %where = arith.select %above, %n, %at : i32
    linalg.yield %next, %where : f32, i32
  } -> (tensor<f32>, tensor<i32>)
  return %m, %at : tensor<f32>, tensor<i32>
}
