// fixed.chandrasekhar_c05, _c09_mid100, _c099 (source: classic_fixed_points.json):
// Chandrasekhar's H equation on the nodes mu and weights w of a quadrature rule.
//
//   H_i <- 1 / (1 - (c / 2) sum_j w_j mu_i H_j / (mu_i + mu_j))       from H = 1
//
// One size for all rules: a node of weight 0 changes no other, so that it is a place
// where H is evaluated, or fills the array up. There, and for mu = 0, mu is 2^-1000,
// where H is 1 in every digit.

func.func @solve(
    %mu: tensor<100xf64> {eq.name = "mu"},
    %w: tensor<100xf64> {eq.name = "w"},
    %c: f64 {eq.name = "c"},
    %start: tensor<?x100xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x100xf64> {eq.name = "H"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %h, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x100xf64>) shared(%mu, %w, %c : tensor<100xf64>, tensor<100xf64>, f64)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%h: tensor<100xf64>, %mu: tensor<100xf64>, %w: tensor<100xf64>, %c: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %zeros = arith.constant dense<0.0> : tensor<100xf64>
    %sums = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (j)>,
                          affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
         iterator_types = ["parallel", "reduction"]}
        ins(%mu, %mu, %w, %h : tensor<100xf64>, tensor<100xf64>, tensor<100xf64>, tensor<100xf64>) outs(%zeros : tensor<100xf64>) {
    ^bb0(%mu_i: f64, %mu_j: f64, %w_j: f64, %h_j: f64, %sum: f64):
      %weighted = arith.mulf %w_j, %mu_i : f64
      %above = arith.mulf %weighted, %h_j : f64
      %below = arith.addf %mu_i, %mu_j : f64
      %term = arith.divf %above, %below : f64
      %more = arith.addf %sum, %term : f64
      linalg.yield %more : f64
    } -> tensor<100xf64>
    %half = arith.divf %c, %two : f64
    %f = linalg.map ins(%sums : tensor<100xf64>) outs(%zeros : tensor<100xf64>)
      (%sum: f64, %old: f64) {
        %scattered = arith.mulf %half, %sum : f64
        %rest = arith.subf %one, %scattered : f64
        %inverse = arith.divf %one, %rest : f64
        linalg.yield %inverse : f64
      }
    eq.yield %f : tensor<100xf64>
  }
  return %h, %iterations, %status : tensor<?x100xf64>, tensor<?xi32>, tensor<?xi32>
}
