// fixed.matching_pennies, fixed.zero_sum_asym (source: classic_fixed_points.json): the
// mixed equilibrium of a 2x2 zero-sum game, x = (p, 1 - p), y = (q, 1 - q).
//
// Plain gradient play circles around the equilibrium. Extragradient, which takes the
// slopes at a step ahead, settles:
//
//   p1 = clip(p + eta dv/dp(q)),  q1 = clip(q - eta dv/dq(p))          v = x^T A y
//   p <- clip(p + eta dv/dp(q1)), q <- clip(q - eta dv/dq(p1))
//
// clip keeps a probability between 0 and 1. With s = |a - b - c + d| the distance to the
// equilibrium shrinks by sqrt(1 - (eta s)^2 + (eta s)^4): by sqrt(3) / 2 at eta s = 1 / sqrt(2).

func.func private @row_slope(%a: tensor<2x2xf64>, %q: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f64
  %a00 = tensor.extract %a[%c0, %c0] : tensor<2x2xf64>
  %a01 = tensor.extract %a[%c0, %c1] : tensor<2x2xf64>
  %a10 = tensor.extract %a[%c1, %c0] : tensor<2x2xf64>
  %a11 = tensor.extract %a[%c1, %c1] : tensor<2x2xf64>
  %left = arith.subf %a00, %a10 : f64
  %right = arith.subf %a01, %a11 : f64
  %rest = arith.subf %one, %q : f64
  %from_left = arith.mulf %left, %q : f64
  %from_right = arith.mulf %right, %rest : f64
  %slope = arith.addf %from_left, %from_right : f64
  return %slope : f64
}

func.func private @column_slope(%a: tensor<2x2xf64>, %p: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f64
  %a00 = tensor.extract %a[%c0, %c0] : tensor<2x2xf64>
  %a01 = tensor.extract %a[%c0, %c1] : tensor<2x2xf64>
  %a10 = tensor.extract %a[%c1, %c0] : tensor<2x2xf64>
  %a11 = tensor.extract %a[%c1, %c1] : tensor<2x2xf64>
  %top = arith.subf %a00, %a01 : f64
  %bottom = arith.subf %a10, %a11 : f64
  %rest = arith.subf %one, %p : f64
  %from_top = arith.mulf %top, %p : f64
  %from_bottom = arith.mulf %bottom, %rest : f64
  %slope = arith.addf %from_top, %from_bottom : f64
  return %slope : f64
}

func.func private @move(%from: f64, %slope: f64, %eta: f64) -> f64 {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %step = arith.mulf %eta, %slope : f64
  %to = arith.addf %from, %step : f64
  %not_below = arith.maximumf %to, %zero : f64
  %clipped = arith.minimumf %not_below, %one : f64
  return %clipped : f64
}

// A batch of starts.
func.func @solve(
    %a: tensor<2x2xf64> {eq.name = "A"},
    %eta: f64 {eq.name = "eta"},
    %p0: tensor<?xf64> {eq.name = "p0"},
    %q0: tensor<?xf64> {eq.name = "q0"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "p"}, tensor<?xf64> {eq.name = "q"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %p, %q, %residual, %iterations, %status = eq.fixed_point
      init(%p0, %q0 : tensor<?xf64>, tensor<?xf64>) shared(%a, %eta : tensor<2x2xf64>, f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%p: f64, %q: f64, %a: tensor<2x2xf64>, %eta: f64):
    %minus_eta = arith.negf %eta : f64
    %by_p = func.call @row_slope(%a, %q) : (tensor<2x2xf64>, f64) -> f64
    %by_q = func.call @column_slope(%a, %p) : (tensor<2x2xf64>, f64) -> f64
    %p1 = func.call @move(%p, %by_p, %eta) : (f64, f64, f64) -> f64
    %q1 = func.call @move(%q, %by_q, %minus_eta) : (f64, f64, f64) -> f64
    %by_p1 = func.call @row_slope(%a, %q1) : (tensor<2x2xf64>, f64) -> f64
    %by_q1 = func.call @column_slope(%a, %p1) : (tensor<2x2xf64>, f64) -> f64
    %p2 = func.call @move(%p, %by_p1, %eta) : (f64, f64, f64) -> f64
    %q2 = func.call @move(%q, %by_q1, %minus_eta) : (f64, f64, f64) -> f64
    eq.yield %p2, %q2 : f64, f64
  }
  return %p, %q, %iterations, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}
