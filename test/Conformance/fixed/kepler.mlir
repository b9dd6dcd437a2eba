// fixed.kepler (source: classic_fixed_points.json): Kepler's equation E - e sin E = M.
//
//   E <- M + e sin E            contracts by e |cos E| <= e < 1, from every start
//   tan(nu / 2) = sqrt((1 + e) / (1 - e)) tan(E / 2)    the true anomaly
//   dE/dM <- 1 + e cos E dE/dM          the derivatives of both sides, solved in
//   dE/de <- sin E + e cos E dE/de      the same way at the E that was found
//
// The slowest of the oracle's rows, e = 0.999 and M = 3, has e cos E = -0.9965: from E = 0
// down to a step of 1e-12 takes 7280 evaluations. The next, e = 0.99 and M = 0.01, has
// 0.933: down to 1e-14 takes 426. max = 10000 is enough for all.

func.func @solve(
    %start: tensor<?xf64> {eq.name = "start"},
    %e: tensor<?xf64> {eq.name = "e"},
    %m: tensor<?xf64> {eq.name = "M"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "E"}, tensor<?xf64> {eq.name = "true_anomaly"},
        tensor<?xf64> {eq.name = "dE_dM"}, tensor<?xf64> {eq.name = "dE_de"},
        tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"},
        tensor<?xi32> {eq.name = "derivative_status"}) {
  %E, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>) ins(%m, %e : tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%E: f64, %m: f64, %e: f64):
    %sin = math.sin %E : f64
    %swing = arith.mulf %e, %sin : f64
    %f = arith.addf %m, %swing : f64
    eq.yield %f : f64
  }
  // The true anomaly has no feedback: it settles at once.
  %true_anomaly, %by_m, %by_e, %r, %n, %derivative_status = eq.fixed_point
      init(%start, %start, %start : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) ins(%E, %e : tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%nu: f64, %by_m: f64, %by_e: f64, %E: f64, %e: f64):
    %one = arith.constant 1.0 : f64
    %sin = math.sin %E : f64
    %cos = math.cos %E : f64
    %factor = arith.mulf %e, %cos : f64
    %passed_m = arith.mulf %factor, %by_m : f64
    %passed_e = arith.mulf %factor, %by_e : f64
    %f_m = arith.addf %one, %passed_m : f64
    %f_e = arith.addf %sin, %passed_e : f64
    %two = arith.constant 2.0 : f64
    %half = arith.constant 0.5 : f64
    %halved = arith.mulf %E, %half : f64
    %sin_half = math.sin %halved : f64
    %cos_half = math.cos %halved : f64
    %more = arith.addf %one, %e : f64
    %less = arith.subf %one, %e : f64
    %high = math.sqrt %more : f64
    %low = math.sqrt %less : f64
    %y = arith.mulf %high, %sin_half : f64
    %x = arith.mulf %low, %cos_half : f64
    %angle = math.atan2 %y, %x : f64
    %f_nu = arith.mulf %two, %angle : f64
    eq.yield %f_nu, %f_m, %f_e : f64, f64, f64
  }
  return %E, %true_anomaly, %by_m, %by_e, %iterations, %status, %derivative_status
      : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}
