// ode.prothero_robinson (source: classic_odes.json): a solution to which all others are drawn at the
// rate lambda.
//
//   y' = -lambda (y - cos t) - sin t,   y = cos t + (y0 - 1) e^(-lambda t)

func.func @solve(
    %y0: tensor<?xf64> {eq.name = "y0"},
    %end: f64 {eq.name = "end"},
    %times: tensor<3xf64> {eq.name = "times"},
    %lambda: f64 {eq.name = "lambda"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x3xf64> {eq.name = "ys"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %y, %ys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y0 : tensor<?xf64>) shared(%lambda : f64)
      from(%start : f64) to(%end : f64) save(%times : tensor<3xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %lambda: f64):
    %cos = math.cos %t : f64
    %sin = math.sin %t : f64
    %off = arith.subf %cos, %y : f64
    %drawn = arith.mulf %lambda, %off : f64
    %f = arith.subf %drawn, %sin : f64
    eq.yield %f : f64
  }
  return %ys, %status : tensor<?x3xf64>, tensor<?xi32>
}
