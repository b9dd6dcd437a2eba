// RUN: eq-opt %s --eq-schedule-choose --split-input-file | FileCheck %s

// A kernel gives what each sample adds up; a loop of one step adds these as the
// sums of the loop would have been.

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {

// CHECK-LABEL: func.func @threads
// CHECK-SAME:      %[[Z:.*]]: tensor<7xf64>, %[[X:.*]]: tensor<7x3xf64>, %[[TOTAL:.*]]: f64, %[[GRAD:.*]]: tensor<3xf64>, %[[MAX:.*]]: i32
// CHECK:         %[[Y:.*]], %[[OWN:.*]], %[[OWN_GRAD:.*]], %[[STEPS:.*]] = eq.loop init(%[[Z]] : tensor<7xf64>) ins(%[[X]] : tensor<7x3xf64>) max(%[[MAX]] : i32) schedule(#eq.thread) start {
// CHECK-DAG:       %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG:       %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : tensor<3xf64>
// CHECK:           eq.next %true, %{{.*}}, %[[ZERO]], %[[ZEROS]] : f64, f64, tensor<3xf64>
// CHECK:         } step {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %[[STATE:.*]]: f64, %[[SUM:.*]]: f64, %[[SUMS:.*]]: tensor<3xf64>, %[[IN:.*]]: tensor<3xf64>):
// CHECK:           %[[HALF:.*]] = arith.mulf
// CHECK:           %[[NEW:.*]] = arith.addf %[[SUM]], %[[HALF]] : f64
// CHECK:           %[[NEWS:.*]] = linalg.generic {{.*}} ins(%[[IN]] : tensor<3xf64>) outs(%[[SUMS]] : tensor<3xf64>) {
// CHECK-NEXT:      ^bb0(%[[TERM:.*]]: f64, %[[BEFORE:.*]]: f64):
// CHECK-NEXT:        arith.addf %[[BEFORE]], %[[TERM]] : f64
// CHECK:           eq.next %{{.*}}, %[[HALF]], %[[NEW]], %[[NEWS]] : f64, f64, tensor<3xf64>
// CHECK:         } finish {
// CHECK:           eq.yield %{{.*}}, %{{.*}}, %{{.*}} : f64, f64, tensor<3xf64>
// CHECK:         }
// CHECK:         %[[ONE:.*]] = arith.constant 1 : i32
// CHECK:         %{{.*}}, %{{.*}}, %[[SUM:.*]], %[[SUM_GRAD:.*]] = eq.loop init(%[[STEPS]] : tensor<7xi32>) ins(%[[OWN]], %[[OWN_GRAD]] : tensor<7xf64>, tensor<7x3xf64>) sum(%[[TOTAL]], %[[GRAD]] : f64, tensor<3xf64>) max(%[[ONE]] : i32) schedule(#eq.serial) attributes {sum_chunk = 2 : i64} step {
// CHECK:           %[[NO:.*]] = arith.constant false
// CHECK:           eq.next %[[NO]], %{{.*}} : i32 sum(%{{.*}}, %{{.*}} : f64, tensor<3xf64>)
// CHECK:         return %[[Y]], %[[STEPS]], %[[SUM]], %[[SUM_GRAD]]
func.func @threads(%z: tensor<7xf64>, %x: tensor<7x3xf64>, %total: f64, %grad: tensor<3xf64>, %max: i32)
    -> (tensor<7xf64>, tensor<7xi32>, f64, tensor<3xf64>) {
  %y, %steps, %sum, %sum_grad = eq.loop init(%z : tensor<7xf64>) ins(%x : tensor<7x3xf64>)
      sum(%total, %grad : f64, tensor<3xf64>) max(%max : i32) attributes {sum_chunk = 2 : i64}
  step {
  ^bb0(%k: i32, %z: f64, %x: tensor<3xf64>):
    %half = arith.constant 0.5 : f64
    %y = arith.mulf %z, %half : f64
    %go = arith.cmpf ogt, %y, %half : f64
    eq.next %go, %y : f64 sum(%y, %x : f64, tensor<3xf64>)
  }
  return %y, %steps, %sum, %sum_grad : tensor<7xf64>, tensor<7xi32>, f64, tensor<3xf64>
}

// Given tiles, a `start` that stays, and records.
//
// CHECK-LABEL: func.func @tiles
// CHECK:         %{{.*}}, %[[OWN:.*]], %[[STEPS:.*]] = eq.loop init(%{{.*}} : tensor<7x4xf32>) max(%{{.*}} : i32) schedule(#eq.cta) start {
// CHECK:           eq.next %{{.*}}, %{{.*}}, %{{.*}} : tensor<4xf32>, f32
// CHECK:         eq.loop init(%[[STEPS]] : tensor<7xi32>) ins(%[[OWN]] : tensor<7xf32>) sum(%{{.*}} : f32)
// CHECK-SAME:        schedule(#eq.serial) step {
func.func @tiles(%z: tensor<7x4xf32>, %total: f32, %max: i32) -> f32 {
  %y, %steps, %sum = eq.loop init(%z : tensor<7x4xf32>) sum(%total : f32) max(%max : i32) schedule(#eq.cta)
  start {
  ^bb0(%z: tensor<4xf32>):
    %c0 = arith.constant 0 : index
    %first = tensor.extract %z[%c0] : tensor<4xf32>
    %one = arith.constant 1.0 : f32
    %go = arith.cmpf ogt, %first, %one : f32
    eq.next %go, %z : tensor<4xf32>
  }
  step {
  ^bb0(%k: i32, %z: tensor<4xf32>):
    %c0 = arith.constant 0 : index
    %first = tensor.extract %z[%c0] : tensor<4xf32>
    %one = arith.constant 1.0 : f32
    %go = arith.cmpf ogt, %first, %one : f32
    eq.next %go, %z : tensor<4xf32> sum(%first : f32)
  }
  return %sum : f32
}

// What stays on the CPU stays whole: the terms have no form for tiles, and with
// what it adds up a sample has too many numbers for a thread.
//
// CHECK-LABEL: func.func @too_large
// CHECK-NEXT:    %{{.*}} = eq.loop init(%{{.*}} : tensor<7xf64>) sum(%{{.*}} : tensor<300xf64>) max(%{{.*}} : i32) schedule(#eq.serial)
// CHECK-NOT:     eq.loop
func.func @too_large(%z: tensor<7xf64>, %grad: tensor<300xf64>, %max: i32) -> tensor<300xf64> {
  %y, %steps, %sum = eq.loop init(%z : tensor<7xf64>) sum(%grad : tensor<300xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %terms = tensor.generate {
    ^bb0(%i: index):
      tensor.yield %z : f64
    } : tensor<300xf64>
    eq.next %go, %z : f64 sum(%terms : tensor<300xf64>)
  }
  return %sum : tensor<300xf64>
}
}
