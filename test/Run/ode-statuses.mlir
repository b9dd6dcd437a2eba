// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// How an integration that does not reach its end says so, and where it stops.

// y' = y^2 from 1 blows up at t = 1; y' = -y beside it does not mind.
func.func @blow_up() {
  %y0 = arith.constant dense<1.0> : tensor<2xf64>
  %p = arith.constant dense<[1.0, -1.0]> : tensor<2xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 2.0 : f64
  %tol = arith.constant 1.0e-7 : f64
  %max = arith.constant 100000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<2xf64>) ins(%p : tensor<2xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %p: f64):
    %zero = arith.constant 0.0 : f64
    %grows = arith.cmpf ogt, %p, %zero : f64
    %yy = arith.mulf %y, %y : f64
    %down = arith.negf %y : f64
    %f = arith.select %grows, %yy, %down : f64
    eq.yield %f : f64
  }
  // step_underflow, at the time of the pole.
  eqtest.status %status, [step_underflow, converged] : tensor<2xi32>
  eqtest.close %t, dense<[1.0, 2.0]> : tensor<2xf64>, abs = 1.0e-5
  return
}

// Past the bound before the pole: y = 1/(1 - t) passes 100 at t = 0.99.
func.func @bound() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 2.0 : f64
  %tol = arith.constant 1.0e-7 : f64
  %bound = arith.constant 100.0 : f64
  %max = arith.constant 100000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, bound = %bound : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %f = arith.mulf %y, %y : f64
    eq.yield %f : f64
  }
  eqtest.status %status, diverged
  eqtest.close %t, 0.99 : f64, abs = 1.0e-3
  // The state is the last one within the bound, and belongs to the time.
  %one = arith.constant 1.0 : f64
  %rest = arith.subf %one, %t : f64
  %product = arith.mulf %y, %rest : f64
  eqtest.close %product, 1.0 : f64, abs = 1.0e-3
  return
}

// A fixed step that is unstable, y_k = (-4)^k: past 1e12 after 20 steps. At the
// limit of stability, (-1)^k goes on for ever.
func.func @unstable() {
  %y0 = arith.constant dense<1.0> : tensor<2xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 10.0 : f64
  %h = arith.constant dense<[0.05, 0.02]> : tensor<2xf64>
  %bound = arith.constant 1.0e12 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<2xf64>)
      from(%t0 : f64) to(%t1 : f64) within(bound = %bound : f64, max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %h : tensor<2xf64>) {
  ^bb0(%t: f64, %y: f64):
    %c = arith.constant -100.0 : f64
    %f = arith.mulf %c, %y : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [diverged, converged] : tensor<2xi32>
  eqtest.close %steps, dense<[19, 500]> : tensor<2xi32>
  eqtest.close %y, dense<[-274877906944.0, 1.0]> : tensor<2xf64>, rel = 1.0e-9
  return
}

// The right-hand side is NaN at once, from t = 1/2 on, and never: for a fixed
// step and for one that is chosen.
func.func @nan_fixed() {
  %y0 = arith.constant dense<1.0> : tensor<3xf64>
  %until = arith.constant dense<[-1.0, 0.6, 9.0]> : tensor<3xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %h = arith.constant 0.25 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<3xf64>) ins(%until : tensor<3xf64>)
      from(%t0 : f64) to(%t1 : f64) within(max = %max : i32)
      method(#eq.runge_kutta<rk4>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64, %until: f64):
    %rest = arith.subf %until, %t : f64
    %root = math.sqrt %rest : f64
    %zero = arith.constant 0.0 : f64
    %f = arith.mulf %zero, %root : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [non_finite, non_finite, converged] : tensor<3xi32>
  eqtest.close %y, dense<1.0> : tensor<3xf64>, ulps = 0
  eqtest.close %t, dense<[0.0, 0.5, 1.0]> : tensor<3xf64>, ulps = 0
  return
}

func.func @nan_adaptive() {
  %y0 = arith.constant dense<1.0> : tensor<3xf64>
  %until = arith.constant dense<[-1.0, 0.6, 9.0]> : tensor<3xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-7 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<3xf64>) ins(%until : tensor<3xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %until: f64):
    %rest = arith.subf %until, %t : f64
    %root = math.sqrt %rest : f64
    %zero = arith.constant 0.0 : f64
    %f = arith.mulf %zero, %root : f64
    eq.yield %f : f64
  }
  // The steps become small before the place where the number ends.
  eqtest.status %status, [non_finite, non_finite, converged] : tensor<3xi32>
  eqtest.close %y, dense<1.0> : tensor<3xf64>, ulps = 0
  eqtest.close %t, dense<[0.0, 0.6, 1.0]> : tensor<3xf64>, abs = 1.0e-12
  return
}

// Arguments that are not allowed, each in one sample: nothing is computed.
func.func @bad_times() {
  %y0 = arith.constant dense<[1.0, 1.0, 1.0, 0x7FF0000000000000, 1.0, 1.0, 1.0]> : tensor<7xf64>
  %t0 = arith.constant dense<[0x7FF8000000000000, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> : tensor<7xf64>
  %t1 = arith.constant dense<[1.0, 0x7FF0000000000000, 1.0, 1.0, 1.0, 1.0, 1.0]> : tensor<7xf64>
  %h = arith.constant dense<[0.5, 0.5, -0.5, 0.5, 0.0, 0x7FF8000000000000, 0.5]> : tensor<7xf64>
  %max = arith.constant dense<[9, 9, 9, 9, 9, 9, -1]> : tensor<7xi32>
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<7xf64>)
      from(%t0 : tensor<7xf64>) to(%t1 : tensor<7xf64>) within(max = %max : tensor<7xi32>)
      method(#eq.runge_kutta<euler>) with(step = %h : tensor<7xf64>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.status %status, bad_argument : tensor<7xi32>
  eqtest.equal_bits %y, %y0 : tensor<7xf64>
  eqtest.equal_bits %t, %t0 : tensor<7xf64>
  eqtest.close %steps, dense<0> : tensor<7xi32>
  return
}

func.func @bad_knobs() {
  %y0 = arith.constant dense<1.0> : tensor<6xf64>
  %t0 = arith.constant 1.0 : f64
  %t1 = arith.constant 0.0 : f64
  %abs = arith.constant dense<[-1.0, 1.0e-3, 1.0e-3, 1.0e-3, 1.0e-3, 1.0e-3]> : tensor<6xf64>
  %first = arith.constant dense<[-0.1, 0.1, -0.1, -0.1, -0.1, -0.1]> : tensor<6xf64>
  %safety = arith.constant dense<[0.9, 0.9, 1.5, 0.9, 0.9, 0.9]> : tensor<6xf64>
  %least = arith.constant dense<[0.2, 0.2, 0.2, -0.2, 0.2, 0.2]> : tensor<6xf64>
  %most = arith.constant dense<[5.0, 5.0, 5.0, 5.0, 0.5, 5.0]> : tensor<6xf64>
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<6xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %abs : tensor<6xf64>, max = %max : i32)
      method(#eq.runge_kutta<bs3>) control(#eq.pid)
      with(first_step = %first : tensor<6xf64>, safety = %safety : tensor<6xf64>,
           factor_min = %least : tensor<6xf64>, factor_max = %most : tensor<6xf64>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.status %status, [bad_argument, bad_argument, bad_argument, bad_argument, bad_argument, converged] : tensor<6xi32>
  return
}

// Saved times that turn back, that lie before, behind, and that are no number.
func.func @bad_saves() {
  %y0 = arith.constant dense<1.0> : tensor<5xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %h = arith.constant 0.25 : f64
  %at = arith.constant dense<[[0.5, 0.25], [-0.1, 0.5], [0.5, 1.1],
                              [0.5, 0x7FF8000000000000], [0.0, 0.0]]> : tensor<5x2xf64>
  %max = arith.constant 10 : i32
  %y, %ys, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<5xf64>)
      from(%t0 : f64) to(%t1 : f64) save(%at : tensor<5x2xf64>) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  eqtest.status %status, [bad_argument, bad_argument, bad_argument, bad_argument, converged] : tensor<5xi32>
  eqtest.close %ys, dense<[[0x7FF8000000000000, 0x7FF8000000000000], [0x7FF8000000000000, 0x7FF8000000000000],
      [0x7FF8000000000000, 0x7FF8000000000000], [0x7FF8000000000000, 0x7FF8000000000000], [1.0, 1.0]]> : tensor<5x2xf64>, ulps = 0
  return
}

// So stiff that an explicit method needs more steps than it is given.
func.func @stiff() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-3 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %c = arith.constant -1.0e9 : f64
    %f = arith.mulf %c, %y : f64
    eq.yield %f : f64
  }
  eqtest.status %status, max_iterations
  return
}

// A steady state ends the integration: y' = 1 - y from 0, |y'| = exp(-t), below
// 1/100 at t = log 100 = 4.605, and at the next step of 1/8: 4.625. A start at
// the steady state needs no step.
func.func @steady_state() {
  %y0 = arith.constant dense<[0.0, 1.0, 0.0]> : tensor<3xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant dense<[100.0, 100.0, 2.0]> : tensor<3xf64>
  %h = arith.constant 0.125 : f64
  %steady = arith.constant 0.01 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<3xf64>)
      from(%t0 : f64) to(%t1 : tensor<3xf64>) within(max = %max : i32) until(abs = %steady : f64)
      method(#eq.runge_kutta<rk4>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    %one = arith.constant 1.0 : f64
    %f = arith.subf %one, %y : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged : tensor<3xi32>
  eqtest.close %t, dense<[4.625, 0.0, 2.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %y, dense<[0.99019635, 1.0, 0.86466472]> : tensor<3xf64>, abs = 2.0e-5
  return
}

// A solve in the right-hand side that fails from t = 1/2 on: the step becomes
// small, and the status says whose fault it was. Ignored, it does not matter.
func.func @inner() {
  %y0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-6 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %half = arith.constant 0.5 : f64
    %few = arith.constant 1 : i32
    %many = arith.constant 100 : i32
    %isLate = arith.cmpf ogt, %t, %half : f64
    %limit = arith.select %isLate, %few, %many : i32
    %goal = arith.constant 1.0e-12 : f64
    %z, %residual, %iterations, %inner = eq.fixed_point init(%y : f64) until(abs = %goal : f64, max = %limit : i32)
        method(#eq.picard) {
    ^bb0(%z: f64):
      %q = arith.constant 0.25 : f64
      %f = arith.mulf %z, %q : f64
      eq.yield %f : f64
    }
    eq.yield %z : f64
  }
  eqtest.status %status, inner_failed
  eqtest.close %t, 0.5 : f64, abs = 1.0e-12
  return
}
