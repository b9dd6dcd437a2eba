// ode.stiff_linear (source: classic_odes.json): a linear system with the rates 1 and 1000.
//
//   y' = A y,   A = [[998, 1998], [-999, -1999]],   y = (2 e^-t - e^-1000t, -e^-t + e^-1000t)

func.func @solve(
    %start: tensor<2xf64> {eq.name = "start"},
    %a: tensor<2x2xf64> {eq.name = "A"},
    %end: f64 {eq.name = "end"},
    %times: tensor<5xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x2xf64> {eq.name = "saved"}, tensor<2xf64> {eq.name = "last"}, i32 {eq.name = "status"}) {
  %from = arith.constant 0.0 : f64
  %last, %saved, %t, %error, %steps, %rejected, %status = eq.ode
      init(%start : tensor<2xf64>) shared(%a : tensor<2x2xf64>)
      from(%from : f64) to(%end : f64) save(%times : tensor<5xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: tensor<2xf64>, %a: tensor<2x2xf64>):
    %zeros = arith.constant dense<0.0> : tensor<2xf64>
    %f = linalg.matvec ins(%a, %y : tensor<2x2xf64>, tensor<2xf64>) outs(%zeros : tensor<2xf64>) -> tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return %saved, %last, %status : tensor<5x2xf64>, tensor<2xf64>, i32
}
