// Programs that run until they are told to stop, for test_load.py: some samples
// end soon, others never do.

// z = a z + b from 0. It settles for |a| < 1. With a = -1 and b = 1 the states
// are 0, 1, 0, 1 and so on.
func.func @fixed(
    %a: tensor<?xf64> {eq.name = "a"}, %b: tensor<?xf64> {eq.name = "b"}, %max: i32 {eq.name = "max"}
) -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %c0 = arith.constant 0 : index
  %samples = tensor.dim %a, %c0 : tensor<?xf64>
  %zero = arith.constant 0.0 : f64
  %start = tensor.splat %zero[%samples] : tensor<?xf64>
  %tol = arith.constant 1.0e-12 : f64
  %z, %residual, %iterations, %status = eq.fixed_point init(%start : tensor<?xf64>)
      ins(%a, %b : tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %a: f64, %b: f64):
    %az = arith.mulf %a, %z : f64
    %next = arith.addf %az, %b : f64
    eq.yield %next : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// A point on a circle, until its own end time.
func.func @circle(
    %b: tensor<?xf64> {eq.name = "b"}, %end: tensor<?xf64> {eq.name = "end"}, %max: i32 {eq.name = "max"}
) -> (tensor<?x2xf64> {eq.name = "z"}, tensor<?xf64> {eq.name = "time"},
      tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %c0 = arith.constant 0 : index
  %samples = tensor.dim %b, %c0 : tensor<?xf64>
  %one = arith.constant 1.0 : f64
  %start = tensor.splat %one[%samples] : tensor<?x2xf64>
  %t0 = arith.constant 0.0 : f64
  %tol = arith.constant 1.0e-6 : f64
  %z, %time, %error, %steps, %rejected, %status = eq.ode init(%start : tensor<?x2xf64>)
      ins(%b : tensor<?xf64>) from(%t0 : f64) to(%end : tensor<?xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32) method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %z: tensor<2xf64>, %b: f64):
    %i0 = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %x = tensor.extract %z[%i0] : tensor<2xf64>
    %y = tensor.extract %z[%i1] : tensor<2xf64>
    %dx = arith.mulf %b, %y : f64
    %down = arith.negf %x : f64
    %dy = arith.mulf %b, %down : f64
    %f = tensor.from_elements %dx, %dy : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return %z, %time, %steps, %status : tensor<?x2xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// y = y / 2 + the fixed point of `z = a z + b` from y: it is the inner solve that does
// not end.
func.func @nested(
    %a: tensor<?xf64> {eq.name = "a"}, %b: tensor<?xf64> {eq.name = "b"}, %max: i32 {eq.name = "max"}
) -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %most = arith.constant 100 : i32
  %tol = arith.constant 1.0e-12 : f64
  %z, %residual, %iterations, %status = eq.fixed_point init(%b : tensor<?xf64>)
      ins(%a, %b : tensor<?xf64>, tensor<?xf64>) shared(%max : i32)
      until(abs = %tol : f64, max = %most : i32) method(#eq.picard) {
  ^bb0(%y: f64, %a: f64, %b: f64, %max: i32):
    %inner_tol = arith.constant 1.0e-13 : f64
    %z, %r, %n, %s = eq.fixed_point init(%y : f64) ins(%a, %b : f64, f64)
        until(abs = %inner_tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%z: f64, %a: f64, %b: f64):
      %az = arith.mulf %a, %z : f64
      %next = arith.addf %az, %b : f64
      eq.yield %next : f64
    }
    %half = arith.constant 0.5 : f64
    %hy = arith.mulf %half, %y : f64
    %sum = arith.addf %hy, %z : f64
    eq.yield %sum : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// y' = z - 2 y for the fixed point of `z = a z + b` from y, until time 1.
func.func @inside(
    %a: tensor<?xf64> {eq.name = "a"}, %b: tensor<?xf64> {eq.name = "b"}, %max: i32 {eq.name = "max"}
) -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %most = arith.constant 10000 : i32
  %tol = arith.constant 1.0e-6 : f64
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %z, %time, %error, %steps, %rejected, %status = eq.ode init(%b : tensor<?xf64>)
      ins(%a, %b : tensor<?xf64>, tensor<?xf64>) shared(%max : i32) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %most : i32) method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: f64, %a: f64, %b: f64, %max: i32):
    %inner_tol = arith.constant 1.0e-13 : f64
    %z, %r, %n, %s = eq.fixed_point init(%y : f64) ins(%a, %b : f64, f64)
        until(abs = %inner_tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%z: f64, %a: f64, %b: f64):
      %az = arith.mulf %a, %z : f64
      %next = arith.addf %az, %b : f64
      eq.yield %next : f64
    }
    %two = arith.constant 2.0 : f64
    %twice = arith.mulf %two, %y : f64
    %f = arith.subf %z, %twice : f64
    eq.yield %f : f64
  }
  return %z, %steps, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}
