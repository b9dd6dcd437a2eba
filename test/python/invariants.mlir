// Programs whose steps compute what does not change, for test_lanes.py.

// Per sample U x + b and exp(-g), for all samples the weights scaled by tanh(c).
func.func @model(
    %z: tensor<?x7xf32> {eq.name = "z"}, %x: tensor<?x5xf32> {eq.name = "x"}, %g: tensor<?xf32> {eq.name = "g"},
    %w: tensor<7x7xf32> {eq.name = "w"}, %u: tensor<7x5xf32> {eq.name = "u"}, %b: tensor<7xf32> {eq.name = "b"},
    %c: f32 {eq.name = "c"}, %tol: f32 {eq.name = "tol"}, %max: tensor<?xi32> {eq.name = "max"}
) -> (tensor<?x7xf32> {eq.name = "y"}, tensor<?xf32> {eq.name = "residual"}, tensor<?xi32> {eq.name = "iterations"},
      tensor<?xi32> {eq.name = "status"}) {
  %y, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x7xf32>) ins(%x, %g : tensor<?x5xf32>, tensor<?xf32>)
      shared(%w, %u, %b, %c : tensor<7x7xf32>, tensor<7x5xf32>, tensor<7xf32>, f32)
      until(abs = %tol : f32, max = %max : tensor<?xi32>) method(#eq.picard) {
  ^bb0(%z: tensor<7xf32>, %x: tensor<5xf32>, %g: f32, %w: tensor<7x7xf32>, %u: tensor<7x5xf32>, %b: tensor<7xf32>,
       %c: f32):
    %zeros = arith.constant dense<0.0> : tensor<7xf32>
    %t = math.tanh %c : f32
    %scale = tensor.splat %t : tensor<7x7xf32>
    %scaled = arith.mulf %w, %scale : tensor<7x7xf32>
    %ux = linalg.matvec ins(%u, %x : tensor<7x5xf32>, tensor<5xf32>) outs(%b : tensor<7xf32>) -> tensor<7xf32>
    %wz = linalg.matvec ins(%scaled, %z : tensor<7x7xf32>, tensor<7xf32>) outs(%zeros : tensor<7xf32>) -> tensor<7xf32>
    %n = arith.negf %g : f32
    %e = math.exp %n : f32
    %es = tensor.splat %e : tensor<7xf32>
    %a = math.fma %es, %wz, %ux : tensor<7xf32>
    %f = math.tanh %a : tensor<7xf32>
    eq.yield %f : tensor<7xf32>
  }
  return %y, %residual, %iterations, %status : tensor<?x7xf32>, tensor<?xf32>, tensor<?xi32>, tensor<?xi32>
}

// The inner solve's exp(x) leaves both loops; the inner solve of v = cos(x v)
// does not depend on the state, and leaves as a whole.
func.func @nested(
    %z: tensor<?xf64> {eq.name = "z"}, %x: tensor<?xf64> {eq.name = "x"},
    %tol: f64 {eq.name = "tol"}, %max: i32 {eq.name = "max"}
) -> (tensor<?xf64> {eq.name = "y"}, tensor<?xf64> {eq.name = "residual"}, tensor<?xi32> {eq.name = "iterations"},
      tensor<?xi32> {eq.name = "status"}) {
  %y, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?xf64>) ins(%x : tensor<?xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64, %tol: f64, %max: i32):
    %a, %ra, %na, %sa = eq.fixed_point init(%z : f64) ins(%x, %z : f64, f64)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%a: f64, %x: f64, %z: f64):
      %e = math.exp %x : f64
      %az = arith.addf %a, %z : f64
      %q = arith.mulf %az, %e : f64
      %s = math.sin %q : f64
      %four = arith.constant 4.0 : f64
      %next = arith.divf %s, %four : f64
      eq.yield %next : f64
    }
    %b, %rb, %nb, %sb = eq.fixed_point init(%x : f64) ins(%x : f64)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%b: f64, %x: f64):
      %xb = arith.mulf %x, %b : f64
      %next = math.cos %xb : f64
      eq.yield %next : f64
    }
    %half = arith.constant 0.5 : f64
    %c = arith.mulf %a, %half : f64
    %next = arith.addf %c, %b : f64
    eq.yield %next : f64
  }
  return %y, %residual, %iterations, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// A neural ODE that is driven by U x.
func.func @flow(
    %y0: tensor<?x6xf64> {eq.name = "y0"}, %x: tensor<?x5xf64> {eq.name = "x"},
    %w: tensor<6x6xf64> {eq.name = "w"}, %u: tensor<6x5xf64> {eq.name = "u"},
    %end: f64 {eq.name = "end"}, %tol: f64 {eq.name = "tol"}, %max: i32 {eq.name = "max"}
) -> (tensor<?x6xf64> {eq.name = "y"}, tensor<?xf64> {eq.name = "error"}, tensor<?xi32> {eq.name = "accepted"},
      tensor<?xi32> {eq.name = "rejected"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %y, %t, %error, %accepted, %rejected, %status = eq.ode
      init(%y0 : tensor<?x6xf64>) ins(%x : tensor<?x5xf64>) shared(%w, %u : tensor<6x6xf64>, tensor<6x5xf64>)
      from(%start : f64) to(%end : f64) within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: tensor<6xf64>, %x: tensor<5xf64>, %w: tensor<6x6xf64>, %u: tensor<6x5xf64>):
    %zeros = arith.constant dense<0.0> : tensor<6xf64>
    %ux = linalg.matvec ins(%u, %x : tensor<6x5xf64>, tensor<5xf64>) outs(%zeros : tensor<6xf64>) -> tensor<6xf64>
    %a = linalg.matvec ins(%w, %y : tensor<6x6xf64>, tensor<6xf64>) outs(%ux : tensor<6xf64>) -> tensor<6xf64>
    %f = math.tanh %a : tensor<6xf64>
    eq.yield %f : tensor<6xf64>
  }
  return %y, %error, %accepted, %rejected, %status
      : tensor<?x6xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}
