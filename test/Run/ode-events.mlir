// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Events: where they are found, what they change, and which count.

// A ball that falls from 10 and keeps 9/10 of its velocity at each impact: the
// times of the first ten in closed form; after the tenth it is on its way.
// bs3 takes parabolas in one step, over several impacts at once.
func.func @bouncing_ball() {
  %h0 = arith.constant 10.0 : f64
  %v0 = arith.constant 0.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 17.5 : f64
  %tol = arith.constant 1.0e-10 : f64
  %max = arith.constant 100000 : i32
  %y, %v, %hits, %t, %error, %steps, %rejected, %status = eq.ode init(%h0, %v0 : f64, f64)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %v: f64):
    %g = arith.constant -9.81 : f64
    eq.yield %v, %g : f64, f64
  } event(falling, keep = 12) {
  ^bb0(%t: f64, %y: f64, %v: f64):
    eq.yield %y : f64
  } apply {
  ^bb0(%t: f64, %y: f64, %v: f64):
    %r = arith.constant -0.9 : f64
    %up = arith.mulf %r, %v : f64
    %go = arith.constant true
    eq.yield %go, %y, %up : i1, f64, f64
  }
  eqtest.status %status, converged
  eqtest.close %hits, dense<[1.4278431229270645, 3.9979607441957805, 6.311066603337625, 8.392861876565284,
      10.266477622470179, 11.952731793784583, 13.470360547967548, 14.836226426732216, 16.065505717620415,
      17.171857079419798, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<12xf64>, rel = 1.0e-9
  return
}

// The same with fixed steps: a step that an event cuts off goes on to the end it
// would have had, so that the times of the others stay.
func.func @fixed_steps() {
  %h0 = arith.constant 10.0 : f64
  %v0 = arith.constant 0.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 5.0 : f64
  %h = arith.constant 0.5 : f64
  %at = arith.constant dense<[1.0, 1.5, 4.0, 5.0]> : tensor<4xf64>
  %max = arith.constant 12 : i32
  %y, %v, %ys, %vs, %hits, %t, %error, %steps, %rejected, %status = eq.ode init(%h0, %v0 : f64, f64)
      from(%t0 : f64) to(%t1 : f64) save(%at : tensor<4xf64>) within(max = %max : i32)
      method(#eq.runge_kutta<rk4>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64, %v: f64):
    %g = arith.constant -9.81 : f64
    eq.yield %v, %g : f64, f64
  } event(falling, keep = 2) {
  ^bb0(%t: f64, %y: f64, %v: f64):
    eq.yield %y : f64
  } apply {
  ^bb0(%t: f64, %y: f64, %v: f64):
    %r = arith.constant -0.9 : f64
    %up = arith.mulf %r, %v : f64
    %go = arith.constant true
    eq.yield %go, %y, %up : i1, f64, f64
  }
  // Ten steps, and two more that begin at impacts.
  eqtest.status %status, converged
  eqtest.close %steps, 12 : i32
  eqtest.close %t, 5.0 : f64, ulps = 0
  eqtest.close %hits, dense<[1.4278431229270645, 3.9979607441957805]> : tensor<2xf64>, rel = 1.0e-13
  // 10 - 4.905; then v1 s - 4.905 s^2 with s the time since the last impact and
  // v = 0.9 sqrt(2 9.81 10), 0.81 sqrt(2 9.81 10).
  eqtest.close %ys, dense<[5.095, 0.8841019523563315, 0.02311655860541489, 6.443895698256769]> : tensor<4xf64>, abs = 1.0e-9
  return
}

// An event without `apply` ends the integration: status event, with the time.
// y' = 1: it passes 1/2 upward; downward it never does, and in any direction it
// does. Per sample, one has no event before the end.
func.func @terminal() {
  %y0 = arith.constant dense<[0.0, 0.25, -9.0]> : tensor<3xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 2.0 : f64
  %tol = arith.constant 1.0e-8 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<3xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %one = arith.constant 1.0 : f64
    eq.yield %one : f64
  } event(rising) {
  ^bb0(%t: f64, %y: f64):
    %half = arith.constant 0.5 : f64
    %g = arith.subf %y, %half : f64
    eq.yield %g : f64
  }
  eqtest.status %status, [event, event, converged] : tensor<3xi32>
  eqtest.close %t, dense<[0.5, 0.25, 2.0]> : tensor<3xf64>, rel = 1.0e-14
  eqtest.close %y, dense<[0.5, 0.5, -7.0]> : tensor<3xf64>, rel = 1.0e-14

  %y2, %t2, %e2, %n2, %r2, %s2 = eq.ode init(%y0 : tensor<3xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %one = arith.constant 1.0 : f64
    eq.yield %one : f64
  } event(falling) {
  ^bb0(%t: f64, %y: f64):
    %half = arith.constant 0.5 : f64
    %g = arith.subf %y, %half : f64
    eq.yield %g : f64
  }
  eqtest.status %s2, converged : tensor<3xi32>

  %y3, %t3, %e3, %n3, %r3, %s3 = eq.ode init(%y0 : tensor<3xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %one = arith.constant 1.0 : f64
    eq.yield %one : f64
  } event(any) {
  ^bb0(%t: f64, %y: f64):
    %half = arith.constant 0.5 : f64
    %g = arith.subf %half, %y : f64
    eq.yield %g : f64
  }
  eqtest.status %s3, [event, event, converged] : tensor<3xi32>
  return
}

// Events that change nothing and go on: every one is counted once. cos t has
// zeros at (k + 1/2) pi, and rises at the odd ones. Backward, too. They begin at
// a zero of the second function: that one does not count.
func.func @counting() {
  %n0 = arith.constant 0.0 : f64
  %t0 = arith.constant dense<[0.0, 12.566370614359172]> : tensor<2xf64>
  %t1 = arith.constant dense<[12.5, 0.1]> : tensor<2xf64>
  %first = arith.constant dense<[0.1, -0.1]> : tensor<2xf64>
  %y0 = arith.constant dense<0.0> : tensor<2xf64>
  %tol = arith.constant 1.0e-9 : f64
  %max = arith.constant 10000 : i32
  %y, %all, %up, %sines, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<2xf64>)
      from(%t0 : tensor<2xf64>) to(%t1 : tensor<2xf64>) within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) with(first_step = %first : tensor<2xf64>) {
  ^bb0(%t: f64, %y: f64):
    %cos = math.cos %t : f64
    eq.yield %cos : f64
  } event(any, keep = 5) {
  ^bb0(%t: f64, %y: f64):
    %cos = math.cos %t : f64
    eq.yield %cos : f64
  } apply {
  ^bb0(%t: f64, %y: f64):
    %go = arith.constant true
    eq.yield %go, %y : i1, f64
  } event(rising, keep = 3) {
  ^bb0(%t: f64, %y: f64):
    %cos = math.cos %t : f64
    eq.yield %cos : f64
  } apply {
  ^bb0(%t: f64, %y: f64):
    %go = arith.constant true
    eq.yield %go, %y : i1, f64
  } event(any, keep = 4) {
  ^bb0(%t: f64, %y: f64):
    %sin = math.sin %t : f64
    eq.yield %sin : f64
  } apply {
  ^bb0(%t: f64, %y: f64):
    %go = arith.constant true
    eq.yield %go, %y : i1, f64
  }
  eqtest.status %status, converged : tensor<2xi32>
  eqtest.close %all, dense<[[1.5707963267948966, 4.71238898038469, 7.853981633974483, 10.995574287564276, 0x7FF8000000000000],
      [10.995574287564276, 7.853981633974483, 4.71238898038469, 1.5707963267948966, 0x7FF8000000000000]]> : tensor<2x5xf64>, rel = 1.0e-12
  eqtest.close %up, dense<[[4.71238898038469, 10.995574287564276, 0x7FF8000000000000],
      [7.853981633974483, 1.5707963267948966, 0x7FF8000000000000]]> : tensor<2x3xf64>, rel = 1.0e-12
  eqtest.close %sines, dense<[[3.141592653589793, 6.283185307179586, 9.42477796076938, 0x7FF8000000000000],
      [9.42477796076938, 6.283185307179586, 3.141592653589793, 0x7FF8000000000000]]> : tensor<2x4xf64>, rel = 1.0e-12
  return
}

// An event decides whether to go on: three switches of a relay, then the end.
// y' = u, u changes its sign where |y| reaches 1; n counts.
func.func @switch() {
  %y0 = arith.constant 0.0 : f64
  %u0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 100.0 : f64
  %tol = arith.constant 1.0e-9 : f64
  %max = arith.constant 1000 : i32
  %y, %u, %n, %times, %t, %error, %steps, %rejected, %status = eq.ode init(%y0, %u0, %y0 : f64, f64, f64)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %u: f64, %n: f64):
    %zero = arith.constant 0.0 : f64
    eq.yield %u, %zero, %zero : f64, f64, f64
  } event(rising, keep = 8) {
  ^bb0(%t: f64, %y: f64, %u: f64, %n: f64):
    %one = arith.constant 1.0 : f64
    %size = math.absf %y : f64
    %g = arith.subf %size, %one : f64
    eq.yield %g : f64
  } apply {
  ^bb0(%t: f64, %y: f64, %u: f64, %n: f64):
    %one = arith.constant 1.0 : f64
    %three = arith.constant 3.0 : f64
    %back = arith.negf %u : f64
    %more = arith.addf %n, %one : f64
    %go = arith.cmpf olt, %more, %three : f64
    eq.yield %go, %y, %back, %more : i1, f64, f64, f64
  }
  eqtest.status %status, event
  eqtest.close %t, 5.0 : f64, rel = 1.0e-13
  eqtest.close %n, 3.0 : f64, ulps = 0
  eqtest.close %times, dense<[1.0, 3.0, 5.0, 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000,
      0x7FF8000000000000, 0x7FF8000000000000]> : tensor<8xf64>, rel = 1.0e-13
  return
}

// An event whose function is NaN at once; one that is only from t = 1/2 on.
func.func @nan() {
  %y0 = arith.constant dense<[1.0, 1.0]> : tensor<2xf64>
  %until = arith.constant dense<[-1.0, 0.5]> : tensor<2xf64>
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-6 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<2xf64>) ins(%until : tensor<2xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %until: f64):
    eq.yield %y : f64
  } event(any) {
  ^bb0(%t: f64, %y: f64, %until: f64):
    %rest = arith.subf %until, %t : f64
    %root = math.sqrt %rest : f64
    %g = arith.addf %root, %y : f64
    eq.yield %g : f64
  }
  eqtest.status %status, non_finite : tensor<2xi32>
  eqtest.close %t, dense<[0.0, 0.5]> : tensor<2xf64>, abs = 1.0e-12
  return
}

// A solve in `apply` that fails: the status says whose fault it was, and the
// integration stops before the event.
func.func @inner() {
  %y0 = arith.constant 0.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 2.0 : f64
  %tol = arith.constant 1.0e-6 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: f64):
    %one = arith.constant 1.0 : f64
    eq.yield %one : f64
  } event(rising) {
  ^bb0(%t: f64, %y: f64):
    %half = arith.constant 0.5 : f64
    %g = arith.subf %y, %half : f64
    eq.yield %g : f64
  } apply {
  ^bb0(%t: f64, %y: f64):
    %go = arith.constant true
    %few = arith.constant 1 : i32
    %z, %residual, %iterations, %inner = eq.fixed_point init(%y : f64) until(max = %few : i32) method(#eq.picard) {
    ^bb0(%z: f64):
      %f = math.cos %z : f64
      eq.yield %f : f64
    }
    eq.yield %go, %z : i1, f64
  }
  eqtest.status %status, inner_failed
  eqtest.close %t, 0.5 : f64, abs = 1.0e-12
  return
}

// An inner integration that its own event ends has not failed: how long a body
// falls from z, as the right-hand side; z' = sqrt(2 z / 9.81) from 1 has the
// solution (1 + t/(2 sqrt(4.905)))^2.
func.func @inner_event() {
  %z0 = arith.constant 1.0 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-9 : f64
  %max = arith.constant 1000 : i32
  %z, %t, %error, %steps, %rejected, %status = eq.ode init(%z0 : f64)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %z: f64):
    %zero = arith.constant 0.0 : f64
    %long = arith.constant 100.0 : f64
    %abs = arith.constant 1.0e-12 : f64
    %m = arith.constant 1000 : i32
    %y, %v, %fall, %e, %n, %r, %s = eq.ode init(%z, %zero : f64, f64)
        from(%zero : f64) to(%long : f64) within(abs = %abs : f64, max = %m : i32) method(#eq.runge_kutta<tsit5>) {
    ^bb0(%t: f64, %y: f64, %v: f64):
      %g = arith.constant -9.81 : f64
      eq.yield %v, %g : f64, f64
    } event(falling) {
    ^bb0(%t: f64, %y: f64, %v: f64):
      eq.yield %y : f64
    }
    eq.yield %fall : f64
  }
  eqtest.status %status, converged
  eqtest.close %z, 1.5024920405779838 : f64, abs = 1.0e-8
  return
}
