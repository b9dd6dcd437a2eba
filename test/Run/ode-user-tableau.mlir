// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'
// RUN: eq-opt %s | eq-opt | FileCheck %s

// A tableau with a name, written out by hand: the same bits, with fixed steps and
// with chosen ones. Its numbers are binary, so that nothing is lost on the way.

// CHECK-LABEL: func.func @fixed
// CHECK:         method(#eq.runge_kutta<heun>)
// CHECK:         method(#eq.runge_kutta<a = [1.000000e+00], b = [5.000000e-01, 5.000000e-01], c = [0.000000e+00, 1.000000e+00], order = 2>)
func.func @fixed() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %h = arith.constant 0.1 : f64
  %max = arith.constant 100 : i32
  %y, %t, %e, %n, %r, %s = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(max = %max : i32) method(#eq.runge_kutta<heun>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    %f = math.cos %y : f64
    eq.yield %f : f64
  }
  %z, %t2, %e2, %n2, %r2, %s2 = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(max = %max : i32)
      method(#eq.runge_kutta<order = 2, c = [0.0, 1.0], a = [1.0], b = [0.5, 0.5]>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    %f = math.cos %y : f64
    eq.yield %f : f64
  }
  eqtest.status %s2, converged
  eqtest.equal_bits %y, %z : f64
  return
}

// CHECK-LABEL: func.func @chosen
// CHECK:         b_hat = [1.000000e+00, 0.000000e+00], order_hat = 1>
func.func @chosen() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-5 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %e, %n, %r, %s = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<heun>) {
  ^bb0(%t: f64, %y: f64):
    %f = math.cos %y : f64
    eq.yield %f : f64
  }
  %z, %t2, %e2, %n2, %r2, %s2 = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<a = [1.0], b = [0.5, 0.5], c = [0.0, 1.0], order = 2, b_hat = [1.0, 0.0], order_hat = 1>) {
  ^bb0(%t: f64, %y: f64):
    %f = math.cos %y : f64
    eq.yield %f : f64
  }
  eqtest.status %s2, converged
  eqtest.equal_bits %y, %z : f64
  eqtest.equal_bits %n, %n2 : i32
  eqtest.equal_bits %e, %e2 : f64
  return
}

// The 3/8 rule of Kutta: of order 4, first-hand. One step of exp: 65/24.
func.func @three_eighths() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %max = arith.constant 100 : i32
  %y, %t, %e, %n, %r, %s = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(max = %max : i32)
      method(#eq.runge_kutta<a = [0.3333333333333333, -0.3333333333333333, 1.0, 1.0, -1.0, 1.0],
                             b = [0.125, 0.375, 0.375, 0.125], c = [0.0, 0.3333333333333333, 0.6666666666666666, 1.0],
                             order = 4>) with(step = %t1 : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.close %y, 2.7083333333333335 : f64, ulps = 4
  return
}
