// Programs whose steps hold loops and records, for the comparison of schedules in
// test_lanes.py.

// A fixed point of two layers, the inner one solved for at each evaluation; its
// bound is the sample's own, so some evaluations fail.
func.func @fixed_point_in_fixed_point(
    %x: tensor<?x3xf32> {eq.name = "x"}, %most: tensor<?xi32> {eq.name = "most"},
    %w: tensor<3x3xf32> {eq.name = "w"}, %tol: f32 {eq.name = "tol"}
) -> (tensor<?x3xf32> {eq.name = "z"}, tensor<?xf32> {eq.name = "residual"},
      tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %max = arith.constant 60 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%x : tensor<?x3xf32>) ins(%x, %most : tensor<?x3xf32>, tensor<?xi32>)
      shared(%w, %tol : tensor<3x3xf32>, f32)
      until(abs = %tol : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>, %x: tensor<3xf32>, %most: i32, %w: tensor<3x3xf32>, %tol: f32):
    %y, %r, %n, %s = eq.fixed_point init(%z : tensor<3xf32>) ins(%z, %x : tensor<3xf32>, tensor<3xf32>)
        shared(%w : tensor<3x3xf32>) until(abs = %tol : f32, max = %most : i32) method(#eq.picard) {
    ^bb0(%y: tensor<3xf32>, %z: tensor<3xf32>, %x: tensor<3xf32>, %w: tensor<3x3xf32>):
      %wy = linalg.matvec ins(%w, %y : tensor<3x3xf32>, tensor<3xf32>) outs(%x : tensor<3xf32>) -> tensor<3xf32>
      %half = arith.constant dense<0.5> : tensor<3xf32>
      %hz = arith.mulf %z, %half : tensor<3xf32>
      %sum = arith.addf %wy, %hz : tensor<3xf32>
      %t = math.tanh %sum : tensor<3xf32>
      eq.yield %t : tensor<3xf32>
    }
    eq.yield %y : tensor<3xf32>
  }
  return %z, %residual, %iterations, %status : tensor<?x3xf32>, tensor<?xf32>, tensor<?xi32>, tensor<?xi32>
}

// y' = -x with x^3 + x = p y: a root at each stage of each step. The bracket ends
// at 2, so a large p y has no root in it.
func.func @root_in_ode(
    %y: tensor<?xf64> {eq.name = "y"}, %p: tensor<?xf64> {eq.name = "p"}, %tol: f64 {eq.name = "tol"}
) -> (tensor<?xf64> {eq.name = "end"}, tensor<?xi32> {eq.name = "steps"}, tensor<?xi32> {eq.name = "rejected"},
      tensor<?xi32> {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 2.0 : f64
  %max = arith.constant 200 : i32
  %end, %t, %error, %steps, %rejected, %status = eq.ode init(%y : tensor<?xf64>) ins(%p : tensor<?xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %p: f64):
    %low = arith.constant -2.0 : f64
    %high = arith.constant 2.0 : f64
    %most = arith.constant 100 : i32
    %py = arith.mulf %p, %y : f64
    %x, %r, %n, %s = eq.root init(%py : f64) ins(%py : f64) until(max = %most : i32)
        method(#eq.brent) with(low = %low : f64, high = %high : f64) {
    ^bb0(%x: f64, %py: f64):
      %square = arith.mulf %x, %x : f64
      %cube = arith.mulf %square, %x : f64
      %left = arith.addf %cube, %x : f64
      %g = arith.subf %left, %py : f64
      eq.yield %g : f64
    }
    %f = arith.negf %x : f64
    eq.yield %f : f64
  }
  return %end, %steps, %rejected, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}

// z = a + (what y' = -c y makes of z in a time of 1) / 2, with the trace of its
// changes.
func.func @ode_in_fixed_point(
    %a: tensor<?x2xf64> {eq.name = "a"}, %c: tensor<?xf64> {eq.name = "c"}, %tol: f64 {eq.name = "tol"}
) -> (tensor<?x2xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"},
      tensor<?x9xf64> {eq.name = "trace"}) {
  %max = arith.constant 60 : i32
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%a : tensor<?x2xf64>) ins(%a, %c : tensor<?x2xf64>, tensor<?xf64>) shared(%tol : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) trace(9) {
  ^bb0(%z: tensor<2xf64>, %a: tensor<2xf64>, %c: f64, %tol: f64):
    %t0 = arith.constant 0.0 : f64
    %t1 = arith.constant 1.0 : f64
    %most = arith.constant 100 : i32
    %y, %t, %error, %steps, %rejected, %s = eq.ode init(%z : tensor<2xf64>) ins(%c : f64)
        from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %most : i32)
        method(#eq.runge_kutta<tsit5>) {
    ^bb0(%t: f64, %y: tensor<2xf64>, %c: f64):
      %rate = tensor.splat %c : tensor<2xf64>
      %cy = arith.mulf %rate, %y : tensor<2xf64>
      %f = arith.negf %cy : tensor<2xf64>
      eq.yield %f : tensor<2xf64>
    }
    %half = arith.constant dense<0.5> : tensor<2xf64>
    %part = arith.mulf %y, %half : tensor<2xf64>
    %f = arith.addf %a, %part : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return %z, %iterations, %status, %trace : tensor<?x2xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?x9xf64>
}

// Predators and prey with saved times of each sample's own, times at which the
// prey is 1 again, and an end where there are too many predators.
func.func @saves_and_events(
    %y: tensor<?x2xf64> {eq.name = "y"}, %end: tensor<?xf64> {eq.name = "end"},
    %at: tensor<?x7xf64> {eq.name = "at"}, %tol: f64 {eq.name = "tol"}
) -> (tensor<?x2xf64> {eq.name = "last"}, tensor<?x7x2xf64> {eq.name = "saved"}, tensor<?x4xf64> {eq.name = "times"},
      tensor<?xf64> {eq.name = "t"}, tensor<?xi32> {eq.name = "steps"}, tensor<?xi32> {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f64
  %max = arith.constant 1000 : i32
  %last, %saved, %times, %t, %error, %steps, %rejected, %status = eq.ode init(%y : tensor<?x2xf64>)
      from(%t0 : f64) to(%end : tensor<?xf64>) save(%at : tensor<?x7xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: tensor<2xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %prey = tensor.extract %y[%c0] : tensor<2xf64>
    %hunters = tensor.extract %y[%c1] : tensor<2xf64>
    %meetings = arith.mulf %prey, %hunters : f64
    %a = arith.subf %prey, %meetings : f64
    %b = arith.subf %meetings, %hunters : f64
    %f = tensor.from_elements %a, %b : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  } event(any, keep = 4) {
  ^bb0(%t: f64, %y: tensor<2xf64>):
    %c0 = arith.constant 0 : index
    %one = arith.constant 1.0 : f64
    %prey = tensor.extract %y[%c0] : tensor<2xf64>
    %g = arith.subf %prey, %one : f64
    eq.yield %g : f64
  } apply {
  ^bb0(%t: f64, %y: tensor<2xf64>):
    %go = arith.constant true
    eq.yield %go, %y : i1, tensor<2xf64>
  } event(rising) {
  ^bb0(%t: f64, %y: tensor<2xf64>):
    %c1 = arith.constant 1 : index
    %most = arith.constant 3.0 : f64
    %hunters = tensor.extract %y[%c1] : tensor<2xf64>
    %g = arith.subf %hunters, %most : f64
    eq.yield %g : f64
  }
  return %last, %saved, %times, %t, %steps, %status : tensor<?x2xf64>, tensor<?x7x2xf64>, tensor<?x4xf64>,
      tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}
