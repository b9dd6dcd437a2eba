// RUN: eq-opt %s --eq-expand-problems --split-input-file | FileCheck %s

// The states of the loop are the next point, what Brent's method remembers (two
// points, two values, two steps), the best point, its residual and the status.
// `start` evaluates both ends, a step the next point.
//
// CHECK-LABEL: func.func @root
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : f64) shared({{.*}}) max(%{{[a-z0-9_]+}} : i32) start {
// CHECK-COUNT-2:   math.cos
// CHECK-NOT:       math.cos
// CHECK:           eq.next %{{[a-z0-9_]+}}, {{.*}} : f64, f64, f64, f64, f64, f64, f64, f64, f64, i32
// CHECK:         } step {
// CHECK-COUNT-1:   math.cos
// CHECK-NOT:       math.cos
// CHECK:         } finish {
// CHECK:           eq.yield %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64, f64, i32
func.func @root(%x: f64, %a: f64, %b: f64, %max: i32) -> f64 {
  %r, %residual, %iterations, %status = eq.root init(%x : f64) until(max = %max : i32)
      method(#eq.brent) with(low = %a : f64, high = %b : f64) {
  ^bb0(%x: f64):
    %g = math.cos %x : f64
    eq.yield %g : f64
  }
  return %r : f64
}

// -----

// An event adds to the states of an integration: the sign behind the last step,
// how many times are kept, and the time from which on it is looked for. Where
// the sign changes, a root is looked for inside of the step.
//
// CHECK-LABEL: func.func @event
// CHECK:         eq.loop {{.*}} record(%{{[a-z0-9_]+}} : tensor<3xf64>)
// CHECK:           eq.next %{{[a-z0-9_]+}}, {{.*}} : f64, f64, f64, f64, f64, i32, f64, i32, f64, i32 record(%{{[a-z0-9_]+}} : tensor<3xf64>)
// CHECK:         } step {
// CHECK:           scf.if
// CHECK:             scf.if
// CHECK:               eq.loop
// CHECK:           eq.record
func.func @event(%y0: f64, %t0: f64, %t1: f64, %tol: f64, %max: i32) -> tensor<3xf64> {
  %y, %times, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %f = math.cos %t : f64
    eq.yield %f : f64
  } event(any, keep = 3) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return %times : tensor<3xf64>
}
