// deq.nested_n4 (source: deq.json): an equilibrium of a map that is an equilibrium itself.
//
//   y <- tanh(A y + z)         from y = 0, for every z: y*(z)
//   z <- tanh(B y*(z) + x)     from z = 0

func.func @solve(
    %start: tensor<?x4xf64> {eq.name = "start"},
    %a: tensor<4x4xf64> {eq.name = "A"},
    %b: tensor<4x4xf64> {eq.name = "B"},
    %x: tensor<4xf64> {eq.name = "x"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %inner_tol: f64 {eq.name = "inner_tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4xf64> {eq.name = "z"}, tensor<?x4xf64> {eq.name = "y"},
        tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x4xf64>)
      shared(%a, %b, %x, %inner_tol, %max : tensor<4x4xf64>, tensor<4x4xf64>, tensor<4xf64>, f64, i32)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<4xf64>, %a: tensor<4x4xf64>, %b: tensor<4x4xf64>, %x: tensor<4xf64>, %inner_tol: f64, %max: i32):
    %y0 = arith.constant dense<0.0> : tensor<4xf64>
    %y, %r, %n, %inner = eq.fixed_point
        init(%y0 : tensor<4xf64>) ins(%a, %z : tensor<4x4xf64>, tensor<4xf64>)
        until(abs = %inner_tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%y: tensor<4xf64>, %a: tensor<4x4xf64>, %z: tensor<4xf64>):
      %ay = linalg.matvec ins(%a, %y : tensor<4x4xf64>, tensor<4xf64>) outs(%z : tensor<4xf64>) -> tensor<4xf64>
      %fy = math.tanh %ay : tensor<4xf64>
      eq.yield %fy : tensor<4xf64>
    }
    %by = linalg.matvec ins(%b, %y : tensor<4x4xf64>, tensor<4xf64>) outs(%x : tensor<4xf64>) -> tensor<4xf64>
    %fz = math.tanh %by : tensor<4xf64>
    eq.yield %fz : tensor<4xf64>
  }
  // y is nobody's state outside the body: once more, for the z that was found.
  %y, %r, %n, %inner = eq.fixed_point
      init(%start : tensor<?x4xf64>) ins(%z : tensor<?x4xf64>) shared(%a : tensor<4x4xf64>)
      until(abs = %inner_tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%y: tensor<4xf64>, %z: tensor<4xf64>, %a: tensor<4x4xf64>):
    %ay = linalg.matvec ins(%a, %y : tensor<4x4xf64>, tensor<4xf64>) outs(%z : tensor<4xf64>) -> tensor<4xf64>
    %fy = math.tanh %ay : tensor<4xf64>
    eq.yield %fy : tensor<4xf64>
  }
  return %z, %y, %iterations, %status : tensor<?x4xf64>, tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}
