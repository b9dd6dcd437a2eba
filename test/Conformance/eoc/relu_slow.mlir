// eoc.relu_slow (source: edge_of_chaos.json): the correlation map of a ReLU network at
// its critical point, c <- (sqrt(1 - c^2) + c (pi - acos c)) / pi, reaches its fixed
// point c = 1 only like 9 pi^2 / (2 l^2): every loop ends at its limit on steps. The
// limits l are a batch.

func.func @correlation(
    %c0: tensor<?xf64> {eq.name = "c0"},
    %tol: f64 {eq.name = "tol"},
    %max: tensor<?xi32> {eq.name = "l"})
    -> (tensor<?xf64> {eq.name = "c"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %c, %residual, %iterations, %status = eq.fixed_point
      init(%c0 : tensor<?xf64>) until(abs = %tol : f64, max = %max : tensor<?xi32>) method(#eq.picard) {
  ^bb0(%c: f64):
    %one = arith.constant 1.0 : f64
    %pi = arith.constant 3.1415926535897931 : f64
    %cc = arith.mulf %c, %c : f64
    %rest = arith.subf %one, %cc : f64
    %s = math.sqrt %rest : f64
    %angle = math.acos %c : f64
    %other = arith.subf %pi, %angle : f64
    %along = arith.mulf %c, %other : f64
    %sum = arith.addf %s, %along : f64
    %f = arith.divf %sum, %pi : f64
    eq.yield %f : f64
  }
  return %c, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// The same map for e = 1 - c, which keeps its digits near c = 1:
//   e <- e - (sqrt(e (2 - e)) - (1 - e) t) / pi,  t = acos(1 - e) = 2 asin(sqrt(e / 2))
func.func @distance(
    %e0: tensor<?xf64> {eq.name = "e0"},
    %tol: f64 {eq.name = "tol"},
    %max: tensor<?xi32> {eq.name = "l"})
    -> (tensor<?xf64> {eq.name = "e"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %e, %residual, %iterations, %status = eq.fixed_point
      init(%e0 : tensor<?xf64>) until(abs = %tol : f64, max = %max : tensor<?xi32>) method(#eq.picard) {
  ^bb0(%e: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %pi = arith.constant 3.1415926535897931 : f64
    %c = arith.subf %one, %e : f64
    %far = arith.subf %two, %e : f64
    %product = arith.mulf %e, %far : f64
    %s = math.sqrt %product : f64
    %half = arith.divf %e, %two : f64
    %root = math.sqrt %half : f64
    %half_angle = math.asin %root : f64
    %angle = arith.mulf %two, %half_angle : f64
    %along = arith.mulf %c, %angle : f64
    %difference = arith.subf %s, %along : f64
    %step = arith.divf %difference, %pi : f64
    %f = arith.subf %e, %step : f64
    eq.yield %f : f64
  }
  return %e, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}
