// fixed.power_iteration (source: classic_fixed_points.json): the largest eigenvalue of a
// symmetric matrix, and its unit eigenvector.
//
//   x <- A x / |A x|_2          from x = (1, .., 1) / sqrt(n)
//
// A batch of starts and tolerances.

func.func @solve(
    %a: tensor<6x6xf64> {eq.name = "A"},
    %start: tensor<?x6xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x6xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x6xf64>) shared(%a : tensor<6x6xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: tensor<6xf64>, %a: tensor<6x6xf64>):
    %zero = arith.constant dense<0.0> : tensor<f64>
    %zeros = arith.constant dense<0.0> : tensor<6xf64>
    %ax = linalg.matvec ins(%a, %x : tensor<6x6xf64>, tensor<6xf64>) outs(%zeros : tensor<6xf64>) -> tensor<6xf64>
    %dot = linalg.dot ins(%ax, %ax : tensor<6xf64>, tensor<6xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
    %squared = tensor.extract %dot[] : tensor<f64>
    %length = math.sqrt %squared : f64
    %lengths = tensor.splat %length : tensor<6xf64>
    %f = arith.divf %ax, %lengths : tensor<6xf64>
    eq.yield %f : tensor<6xf64>
  }
  return %x, %iterations, %status : tensor<?x6xf64>, tensor<?xi32>, tensor<?xi32>
}
