// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Fixed steps: how many there are, where they land, and what one step computes.

// Euler's y1 = (1 + h) y0, four times with h = 1/4: (5/4)^4 is a binary number.
func.func @euler() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %h = arith.constant 0.25 : f64
  %max = arith.constant 4 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.close %y, 2.44140625 : f64, ulps = 0
  eqtest.close %t, 1.0 : f64, ulps = 0
  eqtest.close %error, 0.0 : f64, ulps = 0
  eqtest.close %steps, 4 : i32
  eqtest.close %rejected, 0 : i32
  eqtest.status %status, converged
  return
}

// One step of the classical method is the series of exp up to its fourth term:
// 65/24.
func.func @rk4() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %max = arith.constant 1 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(max = %max : i32)
      method(#eq.runge_kutta<rk4>) with(step = %t1 : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.close %y, 2.7083333333333335 : f64, ulps = 1
  eqtest.status %status, converged
  return
}

// RK stages see the time: on f = 4 t^3 the classical method is Simpson's rule,
// which is exact; 81 - 1.
func.func @time() {
  %y0 = arith.constant 0.0 : f64
  %t0 = arith.constant 1.0 : f64
  %t1 = arith.constant 3.0 : f64
  %h = arith.constant 0.5 : f64
  %max = arith.constant 10 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(max = %max : i32)
      method(#eq.runge_kutta<rk4>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    %four = arith.constant 4.0 : f64
    %tt = arith.mulf %t, %t : f64
    %ttt = arith.mulf %tt, %t : f64
    %f = arith.mulf %four, %ttt : f64
    eq.yield %f : f64
  }
  eqtest.close %y, 80.0 : f64, ulps = 4
  eqtest.close %steps, 4 : i32
  eqtest.status %status, converged
  return
}

// Backward: (1 - 1/4)^4.
func.func @backward() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 1.0 : f64
  %t1 = arith.constant 0.0 : f64
  %h = arith.constant -0.25 : f64
  %max = arith.constant 10 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.close %y, 0.31640625 : f64, ulps = 0
  eqtest.close %t, 0.0 : f64, ulps = 0
  eqtest.close %steps, 4 : i32
  eqtest.status %status, converged
  return
}

// Steps that do not divide the way end with a short one, per sample:
// 1.3^3 1.1 for a step of 0.3, 1.75 for one that is too long, and ten steps
// where 1/0.1 is only rounding away from ten.
func.func @landing() {
  %y0 = arith.constant dense<1.0> : tensor<3xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant dense<[1.0, 0.75, 1.0]> : tensor<3xf64>
  %h = arith.constant dense<[0.3, 2.0, 0.1]> : tensor<3xf64>
  %max = arith.constant 100 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<3xf64>)
      from(%t0 : f64) to(%t1 : tensor<3xf64>) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %h : tensor<3xf64>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.close %y, dense<[2.4167, 1.75, 2.5937424601]> : tensor<3xf64>, ulps = 16
  eqtest.close %t, dense<[1.0, 0.75, 1.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %steps, dense<[4, 1, 10]> : tensor<3xi32>
  eqtest.status %status, converged : tensor<3xi32>
  return
}

// No way to go: converged where it stands. A limit of three steps: the state
// and the time after three. A limit of none: the initial state.
func.func @limits() {
  %y0 = arith.constant dense<1.0> : tensor<3xf64>
  %t0 = arith.constant dense<[1.0, 0.0, 0.0]> : tensor<3xf64>
  %t1 = arith.constant 1.0 : f64
  %h = arith.constant 0.25 : f64
  %max = arith.constant dense<[3, 3, 0]> : tensor<3xi32>
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<3xf64>)
      from(%t0 : tensor<3xf64>) to(%t1 : f64) within(max = %max : tensor<3xi32>)
      method(#eq.runge_kutta<euler>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.close %y, dense<[1.0, 1.953125, 1.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %t, dense<[1.0, 0.75, 0.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %steps, dense<[0, 3, 0]> : tensor<3xi32>
  eqtest.status %status, [converged, max_iterations, max_iterations] : tensor<3xi32>
  return
}

// Saved times in between: those of the cubic through both ends of a step, which
// is exact for y = t^3 when the steps are; the last one is y1 itself. One time
// is given twice; the order is that of the integration.
func.func @saves() {
  %y0 = arith.constant dense<[0.0, 1.0]> : tensor<2xf64>
  %t0 = arith.constant dense<[0.0, 1.0]> : tensor<2xf64>
  %t1 = arith.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %h = arith.constant dense<[0.25, -0.25]> : tensor<2xf64>
  %at = arith.constant dense<[[0.0, 0.125, 0.125, 0.5, 1.0],
                              [1.0, 0.875, 0.75, 0.5, 0.0]]> : tensor<2x5xf64>
  %max = arith.constant 10 : i32
  %y, %ys, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<2xf64>)
      from(%t0 : tensor<2xf64>) to(%t1 : tensor<2xf64>) save(%at : tensor<2x5xf64>)
      within(max = %max : i32)
      method(#eq.runge_kutta<rk4>) with(step = %h : tensor<2xf64>) {
  ^bb0(%t: f64, %y: f64):
    %three = arith.constant 3.0 : f64
    %tt = arith.mulf %t, %t : f64
    %f = arith.mulf %three, %tt : f64
    eq.yield %f : f64
  }
  eqtest.close %ys, dense<[[0.0, 0.001953125, 0.001953125, 0.125, 1.0],
                           [1.0, 0.669921875, 0.421875, 0.125, 0.0]]> : tensor<2x5xf64>, abs = 1.0e-15
  eqtest.close %steps, dense<[4, 4]> : tensor<2xi32>
  eqtest.status %status, converged : tensor<2xi32>
  return
}

// What was not reached is NaN.
func.func @unreached_saves() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %h = arith.constant 0.25 : f64
  %at = arith.constant dense<[0.0, 0.5, 0.75, 1.0]> : tensor<4xf64>
  %max = arith.constant 2 : i32
  %y, %ys, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) save(%at : tensor<4xf64>)
      within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.close %ys, dense<[1.0, 1.5625, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<4xf64>, ulps = 0
  eqtest.status %status, max_iterations
  return
}

// Several states of different shape and type, with a time of its own type.
func.func @states() {
  %a0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b0 = arith.constant 1.0 : f64
  %c = arith.constant 2.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 0.5 : f64
  %h = arith.constant 0.25 : f64
  %max = arith.constant 10 : i32
  %a, %b, %t, %error, %steps, %rejected, %status = eq.ode init(%a0, %b0 : tensor<2xf32>, f64)
      shared(%c : f64) from(%t0 : f64) to(%t1 : f64) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %h : f64) {
  ^bb0(%t: f64, %a: tensor<2xf32>, %b: f64, %c: f64):
    %f = arith.negf %a : tensor<2xf32>
    %g = arith.mulf %b, %c : f64
    eq.yield %f, %g : tensor<2xf32>, f64
  }
  eqtest.close %a, dense<[0.5625, 1.125]> : tensor<2xf32>, ulps = 0
  eqtest.close %b, 2.25 : f64, ulps = 0
  eqtest.status %status, converged
  return
}
