// RUN: eq-opt %s --eq-codegen-form-nests=rows=4 --canonicalize --cse --split-input-file | FileCheck %s
// RUN: eq-opt %s --eq-codegen-form-nests=rows=4 --split-input-file --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// A product, a function of it and the norm of the change share one loop over
// rows: four sums at a time, the last two rows apart. The product is in no memory.
//
// CHECK-LABEL: func.func @step
// CHECK-SAME:    %[[W:[a-z0-9_]+]]: tensor<10x8xf32>, %[[Z:[a-z0-9_]+]]: tensor<8xf32>, %[[OLD:[a-z0-9_]+]]: tensor<10xf32>
// CHECK:         %[[EMPTY:[a-z0-9_]+]] = tensor.empty() : tensor<10xf32>
// CHECK:         %[[ROWS:[a-z0-9_]+]]:2 = scf.for %[[I:[a-z0-9_]+]] = %c0 to %c8 step %c4 iter_args(%[[T:[a-z0-9_]+]] = %[[EMPTY]], %[[SUM:[a-z0-9_]+]] = %cst) -> (tensor<10xf32>, f32)
// CHECK:           %[[A:[a-z0-9_]+]]:4 = scf.for %[[K:[a-z0-9_]+]] = %c0 to %c8 step %c1 iter_args(%[[A0:[a-z0-9_]+]] = %cst, %{{.*}} = %cst, %{{.*}} = %cst, %{{.*}} = %cst) -> (f32, f32, f32, f32)
// CHECK-DAG:         %[[WK:[a-z0-9_]+]] = tensor.extract %[[W]][%[[I]], %[[K]]]
// CHECK-DAG:         %[[ZK:[a-z0-9_]+]] = tensor.extract %[[Z]][%[[K]]]
// CHECK:             math.fma %[[WK]], %[[ZK]], %[[A0]] : f32
// CHECK-COUNT-3:     math.fma
// CHECK:             scf.yield
// CHECK:           %[[T0:[a-z0-9_]+]] = math.absf %[[A]]#0
// CHECK:           tensor.insert %[[T0]] into %[[T]][%[[I]]]
// CHECK-COUNT-3:   tensor.insert
// CHECK:           %[[OLD0:[a-z0-9_]+]] = tensor.extract %[[OLD]][%[[I]]]
// CHECK:           %[[D0:[a-z0-9_]+]] = arith.subf %[[T0]], %[[OLD0]]
// CHECK:           math.fma %[[D0]], %[[D0]], %[[SUM]] : f32
// CHECK-COUNT-3:   math.fma
// CHECK:           scf.yield
// CHECK:         scf.for {{.*}} -> (f32, f32)
// CHECK-COUNT-2:   math.fma
// CHECK:         tensor.insert %{{.*}} into %[[ROWS]]#0[%c8]
// CHECK:         tensor.insert %{{.*}}[%c9]
// CHECK-NOT:     linalg.generic
// CHECK:         return
// REMARK: :[[@LINE+9]]:{{[0-9]+}}: remark: [Passed] nest | Category:eq-codegen | Remark="3 operations share a loop over rows, 4 at a time"
func.func @step(%w: tensor<10x8xf32>, %z: tensor<8xf32>, %old: tensor<10xf32>) -> (tensor<10xf32>, f32) {
  %zero = arith.constant 0.0 : f32
  %none = tensor.empty() : tensor<10xf32>
  %zeros = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%none : tensor<10xf32>) {
  ^bb0(%out: f32):
    linalg.yield %zero : f32
  } -> tensor<10xf32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<10x8xf32>, tensor<8xf32>) outs(%zeros : tensor<10xf32>) {
  ^bb0(%wk: f32, %zk: f32, %sum: f32):
    %next = math.fma %wk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<10xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%y : tensor<10xf32>) outs(%none : tensor<10xf32>) {
  ^bb0(%in: f32, %out: f32):
    %abs = math.absf %in : f32
    linalg.yield %abs : f32
  } -> tensor<10xf32>
  %start = arith.constant dense<0.0> : tensor<f32>
  %norm = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>],
      iterator_types = ["reduction"]
  } ins(%t, %old : tensor<10xf32>, tensor<10xf32>) outs(%start : tensor<f32>) {
  ^bb0(%new: f32, %before: f32, %sum: f32):
    %d = arith.subf %new, %before : f32
    %next = math.fma %d, %d, %sum : f32
    linalg.yield %next : f32
  } -> tensor<f32>
  %n = tensor.extract %norm[] : tensor<f32>
  return %t, %n : tensor<10xf32>, f32
}

// -----

// The second product needs all of the first: it is a nest of its own.
//
// CHECK-LABEL: func.func @two_layers
// CHECK:         %[[H:[a-z0-9_]+]] = scf.for {{.*}} -> (tensor<16xf32>)
// CHECK:         scf.for {{.*}} -> (tensor<16xf32>)
// CHECK:           scf.for {{.*}} -> (f32, f32, f32, f32)
// CHECK:             tensor.extract %[[H]]
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] nest | Category:eq-codegen | Remark="1 operation in a loop over rows, 4 at a time"
func.func @two_layers(%w: tensor<16x16xf32>, %v: tensor<16x16xf32>, %z: tensor<16xf32>, %b: tensor<16xf32>) -> tensor<16xf32> {
  %h = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<16x16xf32>, tensor<16xf32>) outs(%b : tensor<16xf32>) {
  ^bb0(%wk: f32, %zk: f32, %sum: f32):
    %next = math.fma %wk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<16xf32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%v, %h : tensor<16x16xf32>, tensor<16xf32>) outs(%b : tensor<16xf32>) {
  ^bb0(%wk: f32, %zk: f32, %sum: f32):
    %next = math.fma %wk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<16xf32>
  return %y : tensor<16xf32>
}

// -----

// A sum over two dimensions keeps its order, i before k, where the second one is
// longer.
//
// CHECK-LABEL: func.func @order
// CHECK-SAME:    %[[A:[a-z0-9_]+]]: tensor<3x20xf32>
// CHECK:         scf.for %[[K:[a-z0-9_]+]] = %c0 to %c20 {{.*}} -> (f32)
// CHECK:           tensor.extract %[[A]][%c0, %[[K]]]
// CHECK:         scf.for %[[L:[a-z0-9_]+]] = %c0 to %c20 {{.*}} -> (f32)
// CHECK:           tensor.extract %[[A]][%c1, %[[L]]]
// CHECK:         scf.for %[[M:[a-z0-9_]+]] = %c0 to %c20 {{.*}} -> (f32)
// CHECK:           tensor.extract %[[A]][%c2, %[[M]]]
func.func @order(%a: tensor<3x20xf32>) -> f32 {
  %start = arith.constant dense<0.0> : tensor<f32>
  %total = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> ()>],
      iterator_types = ["reduction", "reduction"]
  } ins(%a : tensor<3x20xf32>) outs(%start : tensor<f32>) {
  ^bb0(%in: f32, %sum: f32):
    %next = arith.addf %sum, %in : f32
    linalg.yield %next : f32
  } -> tensor<f32>
  %t = tensor.extract %total[] : tensor<f32>
  return %t : f32
}

// -----

// Few rows need no loop; positions may be any affine function, and bodies
// may ask for them.
//
// CHECK-LABEL: func.func @small
// CHECK-SAME:    %[[X:[a-z0-9_]+]]: tensor<5xf32>, %[[WINDOW:[a-z0-9_]+]]: tensor<3xf32>
// CHECK-NOT:     scf.for
// CHECK:         %[[X1:[a-z0-9_]+]] = tensor.extract %[[X]][%c1]
// CHECK:         %[[W1:[a-z0-9_]+]] = tensor.extract %[[WINDOW]][%c1]
// CHECK:         %[[M1:[a-z0-9_]+]] = arith.addf %[[X1]], %cst{{.*}}
// CHECK:         math.fma %[[M1]], %[[W1]], %{{.*}} : f32
// CHECK:         %[[X3:[a-z0-9_]+]] = tensor.extract %[[X]][%c3]
// CHECK:         %[[M3:[a-z0-9_]+]] = arith.addf %[[X3]], %cst
// CHECK:         math.fma %[[M3]], %[[W1]], %{{.*}} : f32
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @small(%x: tensor<5xf32>, %window: tensor<3xf32>) -> tensor<2xf32> {
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (2 * i + k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%x, %window : tensor<5xf32>, tensor<3xf32>) outs(%zero : tensor<2xf32>) {
  ^bb0(%in: f32, %weight: f32, %sum: f32):
    %i = linalg.index 0 : index
    %n = arith.index_cast %i : index to i32
    %shift = arith.sitofp %n : i32 to f32
    %moved = arith.addf %in, %shift : f32
    %next = math.fma %moved, %weight, %sum : f32
    linalg.yield %next : f32
  } -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// Sizes that only a run tells are left alone.
//
// CHECK-LABEL: func.func @dynamic
// CHECK:         linalg.generic
func.func @dynamic(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : tensor<?xf32>) {
  ^bb0(%out: f32):
    %twice = arith.addf %out, %out : f32
    linalg.yield %twice : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// Nothing moves across a write to memory: the two ops share no loop.
//
// CHECK-LABEL: func.func @effects
// CHECK:         scf.for
// CHECK:         memref.store
// CHECK:         scf.for
func.func @effects(%x: tensor<16xf32>, %m: memref<f32>, %v: f32) -> (tensor<16xf32>, tensor<16xf32>) {
  %none = tensor.empty() : tensor<16xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<16xf32>) outs(%none : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %abs = math.absf %in : f32
    linalg.yield %abs : f32
  } -> tensor<16xf32>
  memref.store %v, %m[] : memref<f32>
  %z = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%y : tensor<16xf32>) outs(%none : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %neg = arith.negf %in : f32
    linalg.yield %neg : f32
  } -> tensor<16xf32>
  return %y, %z : tensor<16xf32>, tensor<16xf32>
}

// -----

// A long body needs the registers for itself: it leaves the product. Two rows of
// vectors go side by side, operation by operation, and bring their sum along.
//
// CHECK-LABEL: func.func @long_body_of_vectors
// CHECK:         scf.for %{{.*}} = %c0 to %c16 step %c4
// CHECK:           scf.for
// CHECK-COUNT-4:     math.fma
// CHECK:             scf.yield
// CHECK:         scf.for %{{.*}} = %c0 to %c16 step %c2
// CHECK:           %[[A:[a-z0-9_]+]] = tensor.extract
// CHECK:           %[[B:[a-z0-9_]+]] = tensor.extract
// CHECK:           %[[A1:[0-9]+]] = math.fma %[[A]], %[[A]], %[[A]]
// CHECK:           %[[B1:[0-9]+]] = math.fma %[[B]], %[[B]], %[[B]]
// CHECK:           math.fma %[[A1]], %[[A]], %[[A]]
// CHECK:           math.fma %[[B1]], %[[B]], %[[B]]
// CHECK-COUNT-22:  math.fma
// CHECK-COUNT-2:   tensor.insert
// CHECK-COUNT-2:   arith.addf
// CHECK:           scf.yield
// REMARK: :[[@LINE+14]]:{{[0-9]+}}: remark: [Passed] nest | Category:eq-codegen | Remark="2 operations share a loop over rows, 2 at a time"
func.func @long_body_of_vectors(%w: tensor<16x16xf32>, %z: tensor<16xvector<4xf32>>) -> (tensor<16xvector<4xf32>>, tensor<vector<4xf32>>) {
  %zero = arith.constant dense<0.0> : vector<4xf32>
  %zeros = tensor.splat %zero : tensor<16xvector<4xf32>>
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<16x16xf32>, tensor<16xvector<4xf32>>) outs(%zeros : tensor<16xvector<4xf32>>) {
  ^bb0(%wk: f32, %zk: vector<4xf32>, %sum: vector<4xf32>):
    %wide = vector.broadcast %wk : f32 to vector<4xf32>
    %next = math.fma %wide, %zk, %sum : vector<4xf32>
    linalg.yield %next : vector<4xf32>
  } -> tensor<16xvector<4xf32>>
  %none = tensor.empty() : tensor<16xvector<4xf32>>
  %f = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]
  } ins(%y : tensor<16xvector<4xf32>>) outs(%none : tensor<16xvector<4xf32>>) {
  ^bb0(%a: vector<4xf32>, %out: vector<4xf32>):
    %1 = math.fma %a, %a, %a : vector<4xf32>
    %2 = math.fma %1, %a, %a : vector<4xf32>
    %3 = math.fma %2, %a, %a : vector<4xf32>
    %4 = math.fma %3, %a, %a : vector<4xf32>
    %5 = math.fma %4, %a, %a : vector<4xf32>
    %6 = math.fma %5, %a, %a : vector<4xf32>
    %7 = math.fma %6, %a, %a : vector<4xf32>
    %8 = math.fma %7, %a, %a : vector<4xf32>
    %9 = math.fma %8, %a, %a : vector<4xf32>
    %10 = math.fma %9, %a, %a : vector<4xf32>
    %11 = math.fma %10, %a, %a : vector<4xf32>
    %12 = math.fma %11, %a, %a : vector<4xf32>
    %13 = math.fma %12, %a, %a : vector<4xf32>
    linalg.yield %13 : vector<4xf32>
  } -> tensor<16xvector<4xf32>>
  %start = tensor.splat %zero : tensor<vector<4xf32>>
  %s = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]
  } ins(%f : tensor<16xvector<4xf32>>) outs(%start : tensor<vector<4xf32>>) {
  ^bb0(%a: vector<4xf32>, %sum: vector<4xf32>):
    %more = arith.addf %sum, %a : vector<4xf32>
    linalg.yield %more : vector<4xf32>
  } -> tensor<vector<4xf32>>
  return %f, %s : tensor<16xvector<4xf32>>, tensor<vector<4xf32>>
}

// -----

// Scalars leave the sum for a loop of its own, so that their rows can be made
// vectors.
//
// CHECK-LABEL: func.func @long_body_of_scalars
// CHECK:         scf.for %{{.*}} = %c0 to %c16 step %c4
// CHECK:           scf.for
// CHECK-COUNT-4:     math.fma
// CHECK:             scf.yield
// CHECK:         scf.for %{{.*}} = %c0 to %c16 step %c1
// CHECK-COUNT-13:  math.fma
// CHECK-NEXT:      tensor.insert
// CHECK-NEXT:      scf.yield
// CHECK:         scf.for
// CHECK-COUNT-4:   arith.addf
// REMARK: :[[@LINE+13]]:{{[0-9]+}}: remark: [Passed] nest | Category:eq-codegen | Remark="1 operation in a loop over rows, 1 at a time"
func.func @long_body_of_scalars(%w: tensor<16x16xf32>, %z: tensor<16xf32>) -> (tensor<16xf32>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %zeros = tensor.splat %zero : tensor<16xf32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]
  } ins(%w, %z : tensor<16x16xf32>, tensor<16xf32>) outs(%zeros : tensor<16xf32>) {
  ^bb0(%wk: f32, %zk: f32, %sum: f32):
    %next = math.fma %wk, %zk, %sum : f32
    linalg.yield %next : f32
  } -> tensor<16xf32>
  %none = tensor.empty() : tensor<16xf32>
  %f = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]
  } ins(%y : tensor<16xf32>) outs(%none : tensor<16xf32>) {
  ^bb0(%a: f32, %out: f32):
    %1 = math.fma %a, %a, %a : f32
    %2 = math.fma %1, %a, %a : f32
    %3 = math.fma %2, %a, %a : f32
    %4 = math.fma %3, %a, %a : f32
    %5 = math.fma %4, %a, %a : f32
    %6 = math.fma %5, %a, %a : f32
    %7 = math.fma %6, %a, %a : f32
    %8 = math.fma %7, %a, %a : f32
    %9 = math.fma %8, %a, %a : f32
    %10 = math.fma %9, %a, %a : f32
    %11 = math.fma %10, %a, %a : f32
    %12 = math.fma %11, %a, %a : f32
    %13 = math.fma %12, %a, %a : f32
    linalg.yield %13 : f32
  } -> tensor<16xf32>
  %start = tensor.splat %zero : tensor<f32>
  %s = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]
  } ins(%f : tensor<16xf32>) outs(%start : tensor<f32>) {
  ^bb0(%a: f32, %sum: f32):
    %more = arith.addf %sum, %a : f32
    linalg.yield %more : f32
  } -> tensor<f32>
  return %f, %s : tensor<16xf32>, tensor<f32>
}
