// RUN: eq-opt %s | eq-opt | FileCheck %s
// RUN: eq-opt %s --mlir-print-op-generic | eq-opt | FileCheck %s
// RUN: eq-opt %s --emit-bytecode | eq-opt | FileCheck %s

// The body's first argument is the time. Results: the state, then time reached,
// error, accepted and rejected steps, status.
//
// CHECK-LABEL: func.func @scalar
// CHECK:         %[[Y:y[0-9_]*]], %{{time[0-9_]*}}, %{{error[0-9_]*}}, %{{steps[0-9_]*}}, %{{rejected[0-9_]*}}, %[[STATUS:status[0-9_]*]] = eq.ode init(%{{[a-z0-9_]+}} : f64)
// CHECK-SAME:      from(%{{[a-z0-9_]+}} : f64) to(%{{[a-z0-9_]+}} : f64)
// CHECK-SAME:      within(abs = %{{[a-z0-9_]+}} : f64, rel = %{{[a-z0-9_]+}} : f64, max = %{{[a-z0-9_]+}} : i32)
// CHECK-SAME:      method(#eq.runge_kutta<dp5>) {
// CHECK-NEXT:    ^bb0(%{{t[0-9_]*}}: f64, %[[Z:z[0-9_]*]]: f64):
// CHECK-NEXT:      %[[F:[a-z0-9_]+]] = arith.negf %[[Z]] : f64
// CHECK-NEXT:      eq.yield %[[F]] : f64
// CHECK:         return %[[Y]], %[[STATUS]] : f64, i32
func.func @scalar(%y: f64, %t0: f64, %t1: f64, %tol: f64, %max: i32) -> (f64, i32) {
  %y1, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y : f64) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: f64):
    %f = arith.negf %y : f64
    eq.yield %f : f64
  }
  return %y1, %status : f64, i32
}

// Bouncing balls: a dynamic batch of two scalar states, 11 saved times, an event
// that changes the state and keeps its first 10 times.
//
// CHECK-LABEL: func.func @bouncing_balls
// CHECK:         eq.ode init(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<?xf64>, tensor<?xf64>) ins(%{{[a-z0-9_]+}} : tensor<?xf64>) shared(%{{[a-z0-9_]+}} : f64)
// CHECK-SAME:      save(%{{[a-z0-9_]+}} : tensor<11xf64>)
// CHECK-SAME:      method(#eq.runge_kutta<tsit5>) control(#eq.pid) with(first_step = %{{[a-z0-9_]+}} : f64)
// CHECK-SAME:      adjoint(#eq.checkpointed<slots = 32>) {
// CHECK-NEXT:    ^bb0(%{{t[0-9_]*}}: f64, %{{z[0-9_]*}}: f64, %{{z[0-9_]*}}: f64, %{{x[0-9_]*}}: f64, %{{w[0-9_]*}}: f64):
// CHECK:         } event(falling, keep = 10) {
// CHECK:           eq.yield %{{[a-z0-9_]+}} : f64
// CHECK:         } apply {
// CHECK:           eq.yield %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i1, f64, f64
// CHECK:         return %{{[a-z0-9_#]+}}, %{{[a-z0-9_#]+}}, %{{[a-z0-9_#]+}} : tensor<?x11xf64>, tensor<?x10xf64>, tensor<?xi32>
func.func @bouncing_balls(%y: tensor<?xf64>, %v: tensor<?xf64>, %r: tensor<?xf64>, %g: f64,
    %t0: f64, %t1: f64, %ts: tensor<11xf64>, %abs: f64, %rel: f64, %max: i32, %h: f64)
    -> (tensor<?x11xf64>, tensor<?x10xf64>, tensor<?xi32>) {
  %y1, %v1, %ys, %vs, %hits, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y, %v : tensor<?xf64>, tensor<?xf64>) ins(%r : tensor<?xf64>) shared(%g : f64)
      from(%t0 : f64) to(%t1 : f64) save(%ts : tensor<11xf64>)
      within(abs = %abs : f64, rel = %rel : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) control(#eq.pid) with(first_step = %h : f64)
      adjoint(#eq.checkpointed<slots = 32>) {
  ^bb0(%t: f64, %y: f64, %v: f64, %r: f64, %g: f64):
    %a = arith.negf %g : f64
    eq.yield %v, %a : f64, f64
  } event(falling, keep = 10) {
  ^bb0(%t: f64, %y: f64, %v: f64, %r: f64, %g: f64):
    eq.yield %y : f64
  } apply {
  ^bb0(%t: f64, %y: f64, %v: f64, %r: f64, %g: f64):
    %rv = arith.mulf %r, %v : f64
    %up = arith.negf %rv : f64
    %go = arith.constant true
    eq.yield %go, %y, %up : i1, f64, f64
  }
  return %ys, %hits, %status : tensor<?x11xf64>, tensor<?x10xf64>, tensor<?xi32>
}

// f64 time with f32 states, times and ends per sample, a fixed step, a scale;
// two events, one without `apply` and without kept times.
//
// CHECK-LABEL: func.func @per_sample_times
// CHECK:         eq.ode init(%{{[a-z0-9_]+}} : tensor<6x3xf32>)
// CHECK-SAME:      from(%{{[a-z0-9_]+}} : f64) to(%{{[a-z0-9_]+}} : tensor<6xf64>) save(%{{[a-z0-9_]+}} : tensor<6x5xf64>) scale(%{{[a-z0-9_]+}} : tensor<3xf32>)
// CHECK-SAME:      within(max = %{{[a-z0-9_]+}} : i32, bound = %{{[a-z0-9_]+}} : f32) until(abs = %{{[a-z0-9_]+}} : f32)
// CHECK-SAME:      method(#eq.runge_kutta<rk4>) with(step = %{{[a-z0-9_]+}} : f64) adjoint(#eq.backsolve) on_failure(fail)
// CHECK-SAME:      attributes {note = "steps"} {
// CHECK:         } event(any) {
// CHECK:         } event(rising, keep = 2) {
// CHECK:         } apply {
// CHECK:         return %{{[a-z0-9_#]+}}, %{{[a-z0-9_#]+}}, %{{[a-z0-9_#]+}} : tensor<6x5x3xf32>, tensor<6x2xf64>, tensor<6xf32>
func.func @per_sample_times(%y: tensor<6x3xf32>, %t0: f64, %t1: tensor<6xf64>,
    %ts: tensor<6x5xf64>, %scale: tensor<3xf32>, %bound: f32, %max: i32, %h: f64)
    -> (tensor<6x5x3xf32>, tensor<6x2xf64>, tensor<6xf32>) {
  %y1, %ys, %hits, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y : tensor<6x3xf32>) from(%t0 : f64) to(%t1 : tensor<6xf64>)
      save(%ts : tensor<6x5xf64>) scale(%scale : tensor<3xf32>)
      within(max = %max : i32, bound = %bound : f32) until(abs = %bound : f32)
      method(#eq.runge_kutta<rk4>) with(step = %h : f64) adjoint(#eq.backsolve)
      on_failure(fail) attributes {note = "steps"} {
  ^bb0(%t: f64, %y: tensor<3xf32>):
    eq.yield %y : tensor<3xf32>
  } event(any) {
  ^bb0(%t: f64, %y: tensor<3xf32>):
    eq.yield %t : f64
  } event(rising, keep = 2) {
  ^bb0(%t: f64, %y: tensor<3xf32>):
    %c0 = arith.constant 0 : index
    %first = tensor.extract %y[%c0] : tensor<3xf32>
    eq.yield %first : f32
  } apply {
  ^bb0(%t: f64, %y: tensor<3xf32>):
    %stop = arith.constant false
    eq.yield %stop, %y : i1, tensor<3xf32>
  }
  return %ys, %hits, %error : tensor<6x5x3xf32>, tensor<6x2xf64>, tensor<6xf32>
}

// A fixed point in the body of an integration: it belongs to one sample.
//
// CHECK-LABEL: func.func @nested
// CHECK:         eq.ode init(%{{[a-z0-9_]+}} : tensor<128x8xf64>) shared(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64, i32)
// CHECK:           eq.fixed_point init(%[[Y:[a-z0-9_]+]] : tensor<8xf64>) ins(%[[Y]] : tensor<8xf64>)
// CHECK:             eq.yield %{{[a-z0-9_]+}} : tensor<8xf64>
// CHECK:           eq.yield %{{[a-z0-9_]+}} : tensor<8xf64>
func.func @nested(%y: tensor<128x8xf64>, %t0: f64, %t1: f64, %tol: f64, %max: i32)
    -> tensor<128x8xf64> {
  %y1, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y : tensor<128x8xf64>) shared(%tol, %max : f64, i32)
      from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: tensor<8xf64>, %tol: f64, %max: i32):
    %z, %residual, %iterations, %inner = eq.fixed_point
        init(%y : tensor<8xf64>) ins(%y : tensor<8xf64>)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%z: tensor<8xf64>, %y: tensor<8xf64>):
      %c = math.cos %z : tensor<8xf64>
      %n = arith.addf %c, %y : tensor<8xf64>
      eq.yield %n : tensor<8xf64>
    }
    eq.yield %z : tensor<8xf64>
  }
  return %y1 : tensor<128x8xf64>
}
