// RUN: eq-opt %s --eq-expand-check-batches --split-input-file | FileCheck %s

// Each operand of the batch is compared with the first, whether a region reads it
// or not; the first itself needs no check.
//
// CHECK-LABEL: func.func @operands_of_the_batch
// CHECK-SAME:    (%[[Z:.*]]: tensor<?xf64>, %[[V:.*]]: tensor<?x3xf64>, %[[X:.*]]: tensor<?xf64>, %[[R:.*]]: tensor<?x4xf64>, %{{.*}}: tensor<2xf64>, %[[MAX:.*]]: tensor<?xi32>)
// CHECK:         %[[BATCH:.*]] = tensor.dim %[[Z]]
// CHECK:         %[[SIZE:.*]] = tensor.dim %[[V]]
// CHECK-NEXT:    eq.expect_batch %[[SIZE]] is %[[BATCH]], "'init' operand #1"
// CHECK:         %[[SIZE:.*]] = tensor.dim %[[X]]
// CHECK-NEXT:    eq.expect_batch %[[SIZE]] is %[[BATCH]], "'ins' operand #1"
// CHECK:         %[[SIZE:.*]] = tensor.dim %[[R]]
// CHECK-NEXT:    eq.expect_batch %[[SIZE]] is %[[BATCH]], "'record' operand #0"
// CHECK:         %[[SIZE:.*]] = tensor.dim %[[MAX]]
// CHECK-NEXT:    eq.expect_batch %[[SIZE]] is %[[BATCH]], "'max' operand #0"
// CHECK-NEXT:    eq.loop
// CHECK-NOT:     eq.expect_batch
func.func @operands_of_the_batch(%z: tensor<?xf64>, %v: tensor<?x3xf64>, %x: tensor<?xf64>, %r: tensor<?x4xf64>,
    %w: tensor<2xf64>, %max: tensor<?xi32>) -> tensor<?xf64> {
  %y, %u, %steps, %record = eq.loop init(%z, %v : tensor<?xf64>, tensor<?x3xf64>)
      ins(%z, %x : tensor<?xf64>, tensor<?xf64>) shared(%w : tensor<2xf64>)
      record(%r : tensor<?x4xf64>) max(%max : tensor<?xi32>)
  step {
  ^bb0(%k: i32, %z: f64, %v: tensor<3xf64>, %z0: f64, %x: f64, %w: tensor<2xf64>, %r: tensor<4xf64>):
    %true = arith.constant true
    %next = arith.addf %z, %z0 : f64
    eq.next %true, %next, %v : f64, tensor<3xf64> record(%r : tensor<4xf64>)
  }
  return %y : tensor<?xf64>
}

// -----

// Left alone: sizes that are known, or no batch.
//
// CHECK-LABEL: func.func @static_sizes
// CHECK-NOT:     eq.expect_batch
// CHECK:         return
func.func @static_sizes(%z: tensor<4xf64>, %x: tensor<4xf64>, %max: i32) -> tensor<4xf64> {
  %y, %steps = eq.loop init(%z : tensor<4xf64>) ins(%x : tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %x: f64):
    %true = arith.constant true
    %inner, %n = eq.loop init(%z : f64) ins(%x : f64) max(%k : i32)
    step {
    ^bb0(%k: i32, %z: f64, %x: f64):
      %true = arith.constant true
      %next = arith.addf %z, %x : f64
      eq.next %true, %next : f64
    }
    eq.next %true, %inner : f64
  }
  return %y : tensor<4xf64>
}
