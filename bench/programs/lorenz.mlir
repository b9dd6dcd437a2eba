// An ensemble of Lorenz systems, x' = 10 (y - x), y' = x (rho - z) - y, z' = x y - 8/3 z, with rho per trajectory. f64
// stands for the type that is measured.

func.func @solve(
    %x0: tensor<?xf64> {eq.name = "x0"},
    %y0: tensor<?xf64> {eq.name = "y0"},
    %z0: tensor<?xf64> {eq.name = "z0"},
    %rho: tensor<?xf64> {eq.name = "rho"},
    %end: f64 {eq.name = "end"},
    %tol: f64 {eq.name = "tol"}
) -> (
    tensor<?xf64> {eq.name = "x"},
    tensor<?xf64> {eq.name = "y"},
    tensor<?xf64> {eq.name = "z"},
    tensor<?xi32> {eq.name = "accepted"},
    tensor<?xi32> {eq.name = "rejected"},
    tensor<?xi32> {eq.name = "status"}
) {
  %start = arith.constant 0.0 : f64
  %first = arith.constant 0.01 : f64
  %max = arith.constant 1000000 : i32
  %x, %y, %z, %t, %error, %accepted, %rejected, %status = eq.ode
      init(%x0, %y0, %z0 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) ins(%rho : tensor<?xf64>)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) with(first_step = %first : f64) {
  ^bb0(%t: f64, %x: f64, %y: f64, %z: f64, %rho: f64):
    %sigma = arith.constant 10.0 : f64
    %beta = arith.constant 2.6666666666666665 : f64
    %yx = arith.subf %y, %x fastmath<contract> : f64
    %dx = arith.mulf %sigma, %yx fastmath<contract> : f64
    %rho_z = arith.subf %rho, %z fastmath<contract> : f64
    %xr = arith.mulf %x, %rho_z fastmath<contract> : f64
    %dy = arith.subf %xr, %y fastmath<contract> : f64
    %xy = arith.mulf %x, %y fastmath<contract> : f64
    %bz = arith.mulf %beta, %z fastmath<contract> : f64
    %dz = arith.subf %xy, %bz fastmath<contract> : f64
    eq.yield %dx, %dy, %dz : f64, f64, f64
  }
  return %x, %y, %z, %accepted, %rejected, %status
      : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}
