// fixed.pagerank (source: classic_fixed_points.json): the rank of every page of a graph.
//
//   x <- d P x + (1 - d) / n          from x = 1 / n
//
// P has the shares of the out-links in its columns. The tolerances are a batch.

func.func @solve(
    %start: tensor<?x6xf64> {eq.name = "start"},
    %p: tensor<6x6xf64> {eq.name = "P"},
    %d: f64 {eq.name = "d"},
    %n: f64 {eq.name = "n"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x6xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x6xf64>) shared(%p, %d, %n : tensor<6x6xf64>, f64, f64)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: tensor<6xf64>, %p: tensor<6x6xf64>, %d: f64, %n: f64):
    %one = arith.constant 1.0 : f64
    %zeros = arith.constant dense<0.0> : tensor<6xf64>
    %rest = arith.subf %one, %d : f64
    %jump = arith.divf %rest, %n : f64
    %px = linalg.matvec ins(%p, %x : tensor<6x6xf64>, tensor<6xf64>) outs(%zeros : tensor<6xf64>) -> tensor<6xf64>
    %f = linalg.map ins(%px : tensor<6xf64>) outs(%zeros : tensor<6xf64>)
      (%rank: f64, %old: f64) {
        %followed = arith.mulf %d, %rank : f64
        %all = arith.addf %followed, %jump : f64
        linalg.yield %all : f64
      }
    eq.yield %f : tensor<6xf64>
  }
  return %x, %iterations, %status : tensor<?x6xf64>, tensor<?xi32>, tensor<?xi32>
}
