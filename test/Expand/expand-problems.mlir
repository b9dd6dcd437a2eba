// RUN: eq-opt %s --eq-expand-problems | FileCheck %s

// A fixed point becomes a loop. `start` checks the arguments, `step` evaluates
// the body, measures the change, decides and hands on, `finish` gives results and
// status. Knobs become shared inputs where they are scalars.
//
// CHECK-LABEL: func.func @fixed_point
// CHECK-SAME:    (%[[Z0:[a-z0-9_]+]]: tensor<?x3xf64>, %[[W:[a-z0-9_]+]]: tensor<3xf64>, %[[TOL:[a-z0-9_]+]]: f64, %[[MAX:[a-z0-9_]+]]: i32)
// CHECK:         %[[Z:[a-z0-9_]+]], %[[R:[a-z0-9_]+]], %[[STATUS:[a-z0-9_]+]], %[[STEPS:[a-z0-9_]+]] = eq.loop
// CHECK-SAME:      init(%[[Z0]] : tensor<?x3xf64>) shared(%[[W]], %[[TOL]], %[[MAX]] : tensor<3xf64>, f64, i32) max(%[[MAX]] : i32) start {
// CHECK:           eq.next %[[LEGAL:[a-z0-9_]+]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<3xf64>, f64, i32
// CHECK:         } step {
// CHECK-NEXT:    ^bb0(%{{k[0-9_]*}}: i32, %[[POINT:z[0-9_]*]]: tensor<3xf64>, %{{z[0-9_]*}}: f64, %{{z[0-9_]*}}: i32, %[[WIN:w[0-9_]*]]: tensor<3xf64>, %[[TOLIN:w[0-9_]*]]: f64, %{{w[0-9_]*}}: i32):
// CHECK:           %[[IMAGE:[a-z0-9_]+]] = arith.mulf %[[WIN]], %[[POINT]] : tensor<3xf64>
// CHECK:           %[[SETTLED:[a-z0-9_]+]] = arith.cmpf ole, %[[CHANGE:[a-z0-9_]+]], %[[TOLIN]] : f64
// CHECK:           %[[NEXT:[a-z0-9_]+]] = arith.select %[[BAD:[a-z0-9_]+]], %[[POINT]], %[[IMAGE]] : tensor<3xf64>
// CHECK:           eq.next %{{[a-z0-9_]+}}, %[[NEXT]], %[[CHANGE]], %{{[a-z0-9_]+}} : tensor<3xf64>, f64, i32
// CHECK:         } finish {
// CHECK:           eq.yield %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<3xf64>, f64, i32
// CHECK:         return %[[Z]], %[[R]], %[[STEPS]], %[[STATUS]]
func.func @fixed_point(%z0: tensor<?x3xf64>, %w: tensor<3xf64>, %tol: f64, %max: i32)
    -> (tensor<?x3xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<?x3xf64>) shared(%w : tensor<3xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>, %w: tensor<3xf64>):
    %f = arith.mulf %w, %z : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  return %z, %residual, %iterations, %status
      : tensor<?x3xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// A trace is a record that starts with NaNs; a knob per sample is one of `ins`;
// damping makes the method remember the last image.
//
// CHECK-LABEL: func.func @trace_and_damping
// CHECK:         %[[NAN:[a-z0-9_]+]] = arith.constant 0x7FC00000 : f32
// CHECK:         %[[TRACE:[a-z0-9_]+]] = linalg.fill ins(%[[NAN]] : f32)
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : tensor<7xf32>) ins(%[[BETA:[a-z0-9_]+]] : tensor<7xf32>)
// CHECK-SAME:      record(%[[TRACE]] : tensor<7x4xf32>)
// CHECK:           eq.next %{{[a-z0-9_]+}}, %[[Z:z[0-9_]*]], %[[Z]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f32, f32, f32, i32
// CHECK:         } step {
// CHECK:           %[[RS:[a-z0-9_]+]] = eq.record
// CHECK:           eq.next {{.*}} : f32, f32, f32, i32 record(%[[RS]] : tensor<4xf32>)
func.func @trace_and_damping(%z0: tensor<7xf32>, %beta: tensor<7xf32>, %max: i32)
    -> (tensor<7xf32>, tensor<7x4xf32>) {
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%z0 : tensor<7xf32>) until(max = %max : i32)
      method(#eq.picard) with(damping = %beta : tensor<7xf32>) trace(4) {
  ^bb0(%z: f32):
    %f = math.cos %z : f32
    eq.yield %f : f32
  }
  return %z, %trace : tensor<7xf32>, tensor<7x4xf32>
}

// A problem in the body of another ends up in the outer loop's step. Where it must
// not fail, its status is one of the outer exits: inner_failed is number 6, or 10
// where it failed because the caller cancelled.
//
// CHECK-LABEL: func.func @nested
// CHECK:         eq.loop
// CHECK:         } step {
// CHECK:           eq.loop init(%{{z[0-9_]*}} : f64)
// CHECK-NOT:     eq.fixed_point
// CHECK:           arith.cmpi ne
// CHECK:           arith.constant 6 : i32
// CHECK:         } finish {
// CHECK:           %[[FAILED:[a-z0-9_]+]] = arith.cmpi eq, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i32
// CHECK:           %[[CANCELLED:[a-z0-9_]+]] = eq.cancelled
// CHECK:           arith.andi %[[FAILED]], %[[CANCELLED]] : i1
// CHECK:           arith.constant 10 : i32
func.func @nested(%z0: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<7xf64>) shared(%max : i32) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %max: i32):
    %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
        method(#eq.picard) on_failure(fail) {
    ^bb0(%y: f64):
      %f = math.cos %y : f64
      eq.yield %f : f64
    }
    eq.yield %y : f64
  }
  return %z : tensor<7xf64>
}

// Left alone: a loop is what it should be.
//
// CHECK-LABEL: func.func @loop
// CHECK-NEXT:    %{{[a-z0-9_, %]+}} = eq.loop init(%{{[a-z0-9_]+}} : f64) max(%{{[a-z0-9_]+}} : i32) step {
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[GO:[a-z0-9_]+]] = arith.constant true
// CHECK-NEXT:      eq.next %[[GO]], %{{z[0-9_]*}} : f64
// CHECK-NEXT:    }
func.func @loop(%z: f64, %max: i32) -> f64 {
  %y, %n = eq.loop init(%z : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : f64
}
