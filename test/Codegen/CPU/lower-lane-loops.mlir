// RUN: eq-opt %s --eq-codegen-lower-lane-loops --canonicalize --cse | FileCheck %s
// RUN: eq-opt %s --eq-codegen-lower-lane-loops --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Four samples in flight. The state is one buffer with two views: vectors for the
// step, columns for a sample that leaves or enters. Weights stay scalars. No
// tensor is carried by a loop. Each worker has its own places, and fetches chunks
// of samples from a counter.
//
// CHECK-LABEL: func.func @product
// CHECK:         %[[FETCHED:[a-z0-9_]+]] = memref.alloc() {{.*}} : memref<i64>
// CHECK:         llvm.call @eqrt_threads
// CHECK:         scf.forall
// CHECK-DAG:     %[[VECTORS:[a-z0-9_]+]] = memref.view %[[MEMORY:[a-z0-9_]+]]{{.*}} to memref<2x3xvector<4xf32>>
// CHECK-DAG:     %[[COLUMNS:[a-z0-9_]+]] = memref.view %[[MEMORY]]{{.*}} to memref<2x3x4xf32>
// CHECK:         scf.while {{.*}} : (i64, i64, i64, i64, index, index, index, i1, index, index)
// CHECK:           scf.if
// CHECK:             math.ctpop
// CHECK:             scf.while
// CHECK:               math.cttz
// CHECK:               memref.subview %[[COLUMNS]][%{{.*}}, 0, %{{.*}}] [1, 3, 1] [1, 1, 1]
// CHECK:               memref.atomic_rmw addi %{{.*}}, %[[FETCHED]][]
// CHECK:               memref.subview %[[COLUMNS]][%{{.*}}, 0, %{{.*}}] [1, 3, 1] [1, 1, 1]
// CHECK:           scf.condition
// CHECK:           %[[OLD:[a-z0-9_]+]] = memref.subview %[[VECTORS]]
// CHECK:           %[[Z:[a-z0-9_]+]] = bufferization.to_tensor %[[OLD]] restrict : {{.*}} to tensor<3xvector<4xf32>>
// CHECK:           %[[WK:[a-z0-9_]+]] = tensor.extract %{{[a-z0-9_]+}}[%{{[a-z0-9_]+}}, %[[K:[a-z0-9_]+]]] : tensor<3x3xf32>
// CHECK:           %[[ZK:[a-z0-9_]+]] = tensor.extract %[[Z]][%[[K]]] : tensor<3xvector<4xf32>>
// CHECK:           %[[WS:[a-z0-9_]+]] = vector.broadcast %[[WK]] : f32 to vector<4xf32>
// CHECK:           math.fma %[[WS]], %[[ZK]], %{{[a-z0-9_]+}} : vector<4xf32>
// CHECK:           vector.bitcast %{{.*}} : vector<4xi1> to vector<1xi4>
// REMARK: :[[@LINE+3]]:{{[0-9]+}}: remark: [Passed] lanes | Category:eq-codegen | Remark="4 samples at once on each thread; states in memory: 1, in registers: 0"
// REMARK: :[[@LINE+6]]:{{[0-9]+}}: remark: [Passed] nest | Category:eq-codegen | Remark="2 operations share a loop over rows, 1 at a time"
func.func @product(%z: tensor<?x3xf32>, %w: tensor<3x3xf32>, %max: i32) -> (tensor<?x3xf32>, tensor<?xi32>) {
  %y, %n = eq.loop init(%z : tensor<?x3xf32>) shared(%w : tensor<3x3xf32>) max(%max : i32)
      schedule(#eq.lanes<lanes = 4, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %z: tensor<3xf32>, %w: tensor<3x3xf32>):
    %zero = arith.constant dense<0.0> : tensor<3xf32>
    %one = arith.constant 1.0 : f32
    %c0 = arith.constant 0 : index
    %y = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<3x3xf32>, tensor<3xf32>) outs(%zero : tensor<3xf32>) {
    ^bb0(%wk: f32, %zk: f32, %sum: f32):
      %next = math.fma %wk, %zk, %sum : f32
      linalg.yield %next : f32
    } -> tensor<3xf32>
    %first = tensor.extract %y[%c0] : tensor<3xf32>
    %go = arith.cmpf olt, %first, %one : f32
    eq.next %go, %y : tensor<3xf32>
  }
  return %y, %n : tensor<?x3xf32>, tensor<?xi32>
}

// A history of three in a ring of four places, twice: slots of a state lie side
// by side wherever they begin. A step writes one slot and its second copy, and
// copies no history.
//
// CHECK-LABEL: func.func @history
// CHECK-DAG:     %[[SLOTS:[a-z0-9_]+]] = arith.constant 3 : index
// CHECK-DAG:     %[[PLACES:[a-z0-9_]+]] = arith.constant 4 : index
// CHECK-DAG:     %[[SEVEN:[a-z0-9_]+]] = arith.constant 7 : index
// CHECK:         %[[RING:[a-z0-9_]+]] = memref.view {{.*}} to memref<8xvector<2xf32>>
// CHECK:         scf.while
// CHECK:           scf.condition
// CHECK:           scf.condition
// CHECK:           %[[TURN:[a-z0-9_]+]] = arith.remui %[[TICK:[a-z0-9_]+]], %[[PLACES]]
// CHECK:           %[[OLD:[a-z0-9_]+]] = arith.subi %[[SLOTS]], %[[TURN]]
// CHECK:           memref.subview %[[RING]][%[[OLD]]] [3] [1]
// CHECK:           %[[NEWTICK:[a-z0-9_]+]] = arith.addi %[[TICK]]
// CHECK:           %[[NEWTURN:[a-z0-9_]+]] = arith.remui %[[NEWTICK]], %[[PLACES]]
// CHECK:           %[[NEW:[a-z0-9_]+]] = arith.subi %[[SLOTS]], %[[NEWTURN]]
// CHECK:           memref.subview %[[RING]][%[[NEW]]] [1] [1]
// CHECK:           arith.addf %{{.*}} : vector<2xf32>
// CHECK:           %[[AGAIN:[a-z0-9_]+]] = arith.subi %[[SEVEN]], %[[NEWTURN]]
// CHECK:           memref.subview %[[RING]][%[[AGAIN]]] [1] [1]
// CHECK:           memref.store
// CHECK:           memref.store
// CHECK-NOT:       tensor.insert
// CHECK-NOT:       eq.push
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] lanes | Category:eq-codegen | Remark="2 samples at once on each thread; states in memory: 1, in registers: 0; a ring stands for a history: 1"
func.func @history(%h: tensor<?x3xf32>, %max: i32) -> tensor<?x3xf32> {
  %y, %n = eq.loop init(%h : tensor<?x3xf32>) max(%max : i32) schedule(#eq.lanes<lanes = 2, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %h: tensor<3xf32>):
    %c2 = arith.constant 2 : index
    %go = arith.constant true
    %last = tensor.extract %h[%c2] : tensor<3xf32>
    %x = arith.addf %last, %last : f32
    %h1 = eq.push %x, %h : f32 into tensor<3xf32>
    eq.next %go, %h1 : tensor<3xf32>
  }
  return %y : tensor<?x3xf32>
}
