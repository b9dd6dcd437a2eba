// ode.van_der_pol_1, ode.van_der_pol_5, ode.van_der_pol_stiff_1e-3 (source: classic_odes.json): an
// oscillator that is damped where |x| > 1 and driven where |x| < 1.
//
//   x' = y                                  x' = y
//   y' = mu (1 - x^2) y - x                 y' = ((1 - x^2) y - x) / eps
//
// A sample ends at its own time, and saves its own times on the way.

func.func @solve(
    %x0: tensor<?xf64> {eq.name = "x0"},
    %y0: tensor<?xf64> {eq.name = "y0"},
    %end: tensor<?xf64> {eq.name = "end"},
    %times: tensor<?x3xf64> {eq.name = "times"},
    %mu: f64 {eq.name = "mu"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xf64> {eq.name = "y"},
        tensor<?x3xf64> {eq.name = "xs"}, tensor<?x3xf64> {eq.name = "ys"},
        tensor<?xf64> {eq.name = "t"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %x, %y, %xs, %ys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%x0, %y0 : tensor<?xf64>, tensor<?xf64>) shared(%mu : f64)
      from(%start : f64) to(%end : tensor<?xf64>) save(%times : tensor<?x3xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<vern7>) {
  ^bb0(%t: f64, %x: f64, %y: f64, %mu: f64):
    %one = arith.constant 1.0 : f64
    %xx = arith.mulf %x, %x : f64
    %inside = arith.subf %one, %xx : f64
    %driven = arith.mulf %inside, %y : f64
    %drive = arith.mulf %mu, %driven : f64
    %dy = arith.subf %drive, %x : f64
    eq.yield %y, %dy : f64, f64
  }
  return %x, %y, %xs, %ys, %t, %status
      : tensor<?xf64>, tensor<?xf64>, tensor<?x3xf64>, tensor<?x3xf64>, tensor<?xf64>, tensor<?xi32>
}

// Between its jumps the solution follows x' = x / (1 - x^2), to which all others are drawn at the rate
// 3 / eps and more: an explicit method takes steps of the size of eps.
func.func @stiff(
    %x0: f64 {eq.name = "x0"},
    %y0: f64 {eq.name = "y0"},
    %times: tensor<3xf64> {eq.name = "times"},
    %end: f64 {eq.name = "end"},
    %eps: f64 {eq.name = "eps"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<3xf64> {eq.name = "xs"}, tensor<3xf64> {eq.name = "ys"}, i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %x, %y, %xs, %ys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%x0, %y0 : f64, f64) shared(%eps : f64)
      from(%start : f64) to(%end : f64) save(%times : tensor<3xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %x: f64, %y: f64, %eps: f64):
    %one = arith.constant 1.0 : f64
    %xx = arith.mulf %x, %x : f64
    %inside = arith.subf %one, %xx : f64
    %drive = arith.mulf %inside, %y : f64
    %force = arith.subf %drive, %x : f64
    %dy = arith.divf %force, %eps : f64
    eq.yield %y, %dy : f64, f64
  }
  return %xs, %ys, %status : tensor<3xf64>, tensor<3xf64>, i32
}
