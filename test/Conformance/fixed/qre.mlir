// fixed.qre (source: classic_fixed_points.json): the logit quantal response equilibrium
// of a 2x2 game with payoffs A (row) and B (column), for several lambda as one batch.
//
//   p <- sigmoid(lambda [(a11 - a21) q + (a12 - a22) (1 - q)])
//   q <- sigmoid(lambda [(b11 - b12) p + (b21 - b22) (1 - p)])
//
// Its Jacobian has the eigenvalues +-i rho: undamped it settles for rho < 1, damped by
// tau for tau < 2 / (1 + rho^2), fastest at half of that.

func.func @solve(
    %lambda: tensor<?xf64> {eq.name = "lambda"},
    %a: tensor<2x2xf64> {eq.name = "A"},
    %b: tensor<2x2xf64> {eq.name = "B"},
    %p0: tensor<?xf64> {eq.name = "p0"},
    %q0: tensor<?xf64> {eq.name = "q0"},
    %damping: tensor<?xf64> {eq.name = "damping"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "p"}, tensor<?xf64> {eq.name = "q"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %p, %q, %residual, %iterations, %status = eq.fixed_point
      init(%p0, %q0 : tensor<?xf64>, tensor<?xf64>) ins(%lambda : tensor<?xf64>)
      shared(%a, %b : tensor<2x2xf64>, tensor<2x2xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) with(damping = %damping : tensor<?xf64>) {
  ^bb0(%p: f64, %q: f64, %lambda: f64, %a: tensor<2x2xf64>, %b: tensor<2x2xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %one = arith.constant 1.0 : f64
    %a11 = tensor.extract %a[%c0, %c0] : tensor<2x2xf64>
    %a12 = tensor.extract %a[%c0, %c1] : tensor<2x2xf64>
    %a21 = tensor.extract %a[%c1, %c0] : tensor<2x2xf64>
    %a22 = tensor.extract %a[%c1, %c1] : tensor<2x2xf64>
    %b11 = tensor.extract %b[%c0, %c0] : tensor<2x2xf64>
    %b12 = tensor.extract %b[%c0, %c1] : tensor<2x2xf64>
    %b21 = tensor.extract %b[%c1, %c0] : tensor<2x2xf64>
    %b22 = tensor.extract %b[%c1, %c1] : tensor<2x2xf64>
    %rest_p = arith.subf %one, %p : f64
    %rest_q = arith.subf %one, %q : f64
    %a_left = arith.subf %a11, %a21 : f64
    %a_right = arith.subf %a12, %a22 : f64
    %u_left = arith.mulf %a_left, %q : f64
    %u_right = arith.mulf %a_right, %rest_q : f64
    %u1 = arith.addf %u_left, %u_right : f64
    %b_top = arith.subf %b11, %b12 : f64
    %b_bottom = arith.subf %b21, %b22 : f64
    %u_top = arith.mulf %b_top, %p : f64
    %u_bottom = arith.mulf %b_bottom, %rest_p : f64
    %u2 = arith.addf %u_top, %u_bottom : f64
    %x1 = arith.mulf %lambda, %u1 : f64
    %x2 = arith.mulf %lambda, %u2 : f64
    %minus_1 = arith.negf %x1 : f64
    %minus_2 = arith.negf %x2 : f64
    %exp_1 = math.exp %minus_1 : f64
    %exp_2 = math.exp %minus_2 : f64
    %below_1 = arith.addf %one, %exp_1 : f64
    %below_2 = arith.addf %one, %exp_2 : f64
    %f_p = arith.divf %one, %below_1 : f64
    %f_q = arith.divf %one, %below_2 : f64
    eq.yield %f_p, %f_q : f64, f64
  }
  return %p, %q, %iterations, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}
