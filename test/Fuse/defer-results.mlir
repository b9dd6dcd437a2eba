// RUN: eq-opt %s --eq-fuse-defer-results | FileCheck %s
// RUN: eq-opt %s --eq-fuse-defer-results --remarks-filter=eq-fuse 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// The status follows from the new root, which the step hands on, and `again`.
//
// CHECK-LABEL: func.func @status
// CHECK:         step {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %[[Z:.*]]: f64, %[[S:.*]]: i32, %{{.*}}: f64):
// CHECK:           %[[ROOT:.*]] = math.sqrt %[[Z]]
// CHECK:           eq.next %{{.*}}, %{{.*}}, %[[S]], %[[ROOT]] : f64, i32, f64
// CHECK:         finish {
// CHECK-NEXT:    ^bb0(%[[K:.*]]: i32, %[[AGAIN:.*]]: i1, %{{.*}}: f64, %[[OLD:.*]]: i32, %[[LAST:.*]]: f64):
// CHECK-DAG:       %[[NAN:.*]] = arith.cmpf uno, %[[LAST]], %[[LAST]]
// CHECK-DAG:       %[[OTHERWISE:.*]] = arith.extui %[[AGAIN]]
// CHECK:           %[[NEW:.*]] = arith.select %[[NAN]], %{{.*}}, %[[OTHERWISE]]
// CHECK:           %[[FIRST:.*]] = arith.cmpi eq, %[[K]], %{{.*}}
// CHECK:           %[[STATUS:.*]] = arith.select %[[FIRST]], %[[OLD]], %[[NEW]]
// CHECK:           eq.yield %{{.*}}, %[[STATUS]]
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] defer | Category:eq-fuse | Remark="1 state is computed by `finish` alone"
func.func @status(%z0: tensor<?xf64>, %max: i32) -> (tensor<?xf64>, tensor<?xi32>) {
  %z, %s, %steps = eq.loop init(%z0 : tensor<?xf64>) max(%max : i32)
  start {
  ^bb0(%z: f64):
    %yes = arith.constant true
    %one = arith.constant 1 : i32
    eq.next %yes, %z, %one : f64, i32
  } step {
  ^bb0(%k: i32, %z: f64, %s: i32):
    %two = arith.constant 2 : i32
    %root = math.sqrt %z : f64
    %again = arith.cmpf olt, %root, %z : f64
    %nan = arith.cmpf uno, %root, %root : f64
    %otherwise = arith.extui %again : i1 to i32
    %status = arith.select %nan, %two, %otherwise : i32
    %twice = arith.addf %root, %root : f64
    eq.next %again, %twice, %status : f64, i32
  } finish {
  ^bb0(%k: i32, %again: i1, %z: f64, %s: i32):
    eq.yield %z, %s : f64, i32
  }
  return %z, %s : tensor<?xf64>, tensor<?xi32>
}

// What follows from last states and inputs takes no state more.
//
// CHECK-LABEL: func.func @distance
// CHECK:         step {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %[[Z:.*]]: f64, %[[D:.*]]: f64, %[[X:.*]]: f64):
// CHECK:           eq.next %{{.*}}, %{{.*}}, %[[D]] : f64, f64
// CHECK:         finish {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %{{.*}}: i1, %[[LAST:.*]]: f64, %{{.*}}: f64, %[[X:.*]]: f64):
// CHECK:           arith.subf %[[LAST]], %[[X]]
func.func @distance(%z0: tensor<?xf64>, %x: tensor<?xf64>, %max: i32) -> (tensor<?xf64>, tensor<?xf64>) {
  %z, %d, %steps = eq.loop init(%z0, %x : tensor<?xf64>, tensor<?xf64>) ins(%x : tensor<?xf64>) max(%max : i32)
  start {
  ^bb0(%z: f64, %d: f64, %x: f64):
    %yes = arith.constant true
    eq.next %yes, %z, %d : f64, f64
  } step {
  ^bb0(%k: i32, %z: f64, %d: f64, %x: f64):
    %new = math.sqrt %z : f64
    %distance = arith.subf %new, %x : f64
    %again = arith.cmpf olt, %new, %z : f64
    eq.next %again, %new, %distance : f64, f64
  } finish {
  ^bb0(%k: i32, %again: i1, %z: f64, %d: f64, %x: f64):
    eq.yield %z, %d : f64, f64
  }
  return %z, %d : tensor<?xf64>, tensor<?xf64>
}

// Two scalars would have to be handed on for one, and the other state is read
// by the step: nothing changes.
//
// CHECK-LABEL: func.func @two_scalars
// CHECK:         step {
// CHECK:           %[[SUM:.*]] = arith.addf
// CHECK:           eq.next %{{.*}}, %{{.*}}, %[[SUM]] : f64, f64
func.func @two_scalars(%z0: tensor<?xf64>, %max: i32) -> (tensor<?xf64>, tensor<?xf64>) {
  %z, %s, %steps = eq.loop init(%z0 : tensor<?xf64>) max(%max : i32)
  start {
  ^bb0(%z: f64):
    %yes = arith.constant true
    eq.next %yes, %z, %z : f64, f64
  } step {
  ^bb0(%k: i32, %z: f64, %s: f64):
    %a = math.sqrt %z : f64
    %b = math.absf %z : f64
    %again = arith.cmpf olt, %a, %b : f64
    %product = arith.mulf %a, %b : f64
    %sum = arith.addf %a, %b : f64
    eq.next %again, %product, %sum : f64, f64
  } finish {
  ^bb0(%k: i32, %again: i1, %z: f64, %s: f64):
    eq.yield %z, %s : f64, f64
  }
  return %z, %s : tensor<?xf64>, tensor<?xf64>
}
