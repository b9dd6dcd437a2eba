// An ensemble of Van der Pol oscillators, x' = y, y' = mu (1 - x^2) y - x, with mu per trajectory.

func.func @solve(
    %x0: tensor<?xf64> {eq.name = "x0"},
    %y0: tensor<?xf64> {eq.name = "y0"},
    %mu: tensor<?xf64> {eq.name = "mu"},
    %end: f64 {eq.name = "end"},
    %tol: f64 {eq.name = "tol"}
) -> (
    tensor<?xf64> {eq.name = "x"},
    tensor<?xf64> {eq.name = "y"},
    tensor<?xi32> {eq.name = "accepted"},
    tensor<?xi32> {eq.name = "rejected"},
    tensor<?xi32> {eq.name = "status"}
) {
  %start = arith.constant 0.0 : f64
  %first = arith.constant 0.01 : f64
  %max = arith.constant 1000000 : i32
  %x, %y, %t, %error, %accepted, %rejected, %status = eq.ode
      init(%x0, %y0 : tensor<?xf64>, tensor<?xf64>) ins(%mu : tensor<?xf64>)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) with(first_step = %first : f64) {
  ^bb0(%t: f64, %x: f64, %y: f64, %mu: f64):
    %one = arith.constant 1.0 : f64
    %xx = arith.mulf %x, %x fastmath<contract> : f64
    %d = arith.subf %one, %xx fastmath<contract> : f64
    %md = arith.mulf %mu, %d fastmath<contract> : f64
    %mdy = arith.mulf %md, %y fastmath<contract> : f64
    %dy = arith.subf %mdy, %x fastmath<contract> : f64
    eq.yield %y, %dy : f64, f64
  }
  return %x, %y, %accepted, %rejected, %status
      : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}
