// status.deq_regimes (source: status.json): equilibrium layers inside and outside the regime
// in which they contract.
//
//   z <- z + damping (tanh(M z + b) - z)        from z = 0
//
// M, the damping and the limit are the sample's. The test is of tanh(M z + b) - z, so a
// damped sample has the tolerance of a plain one: the damped step has 1/8 of it.

func.func @solve(
    %start: tensor<?x8xf64> {eq.name = "start"},
    %m: tensor<?x8x8xf64> {eq.name = "M"},
    %b: tensor<8xf64> {eq.name = "b"},
    %damping: tensor<?xf64> {eq.name = "damping"},
    %tol: f64 {eq.name = "tol"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?x8xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x8xf64>) ins(%m : tensor<?x8x8xf64>) shared(%b : tensor<8xf64>)
      until(abs = %tol : f64, max = %max : tensor<?xi32>)
      method(#eq.picard) with(damping = %damping : tensor<?xf64>) {
  ^bb0(%z: tensor<8xf64>, %m: tensor<8x8xf64>, %b: tensor<8xf64>):
    %a = linalg.matvec ins(%m, %z : tensor<8x8xf64>, tensor<8xf64>) outs(%b : tensor<8xf64>) -> tensor<8xf64>
    %f = math.tanh %a : tensor<8xf64>
    eq.yield %f : tensor<8xf64>
  }
  return %z, %iterations, %status : tensor<?x8xf64>, tensor<?xi32>, tensor<?xi32>
}
