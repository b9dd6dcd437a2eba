// deq.relu_n8 (source: deq.json): an equilibrium layer with a corner.
//
//   z <- max(W z + U x + b, 0)        from z = 0

func.func @solve(
    %start: tensor<?x8xf64> {eq.name = "start"},
    %w: tensor<8x8xf64> {eq.name = "W"},
    %u: tensor<8x4xf64> {eq.name = "U"},
    %b: tensor<8xf64> {eq.name = "b"},
    %x: tensor<4xf64> {eq.name = "x"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x8xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x8xf64>)
      shared(%w, %u, %b, %x : tensor<8x8xf64>, tensor<8x4xf64>, tensor<8xf64>, tensor<4xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<8xf64>, %w: tensor<8x8xf64>, %u: tensor<8x4xf64>, %b: tensor<8xf64>, %x: tensor<4xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<8x4xf64>, tensor<4xf64>) outs(%b : tensor<8xf64>) -> tensor<8xf64>
    %a = linalg.matvec ins(%w, %z : tensor<8x8xf64>, tensor<8xf64>) outs(%ux : tensor<8xf64>) -> tensor<8xf64>
    %zeros = arith.constant dense<0.0> : tensor<8xf64>
    %f = arith.maximumf %a, %zeros : tensor<8xf64>
    eq.yield %f : tensor<8xf64>
  }
  return %z, %iterations, %status : tensor<?x8xf64>, tensor<?xi32>, tensor<?xi32>
}

func.func @solve_f32(
    %start: tensor<?x8xf32> {eq.name = "start"},
    %w: tensor<8x8xf32> {eq.name = "W"},
    %u: tensor<8x4xf32> {eq.name = "U"},
    %b: tensor<8xf32> {eq.name = "b"},
    %x: tensor<4xf32> {eq.name = "x"},
    %tol: tensor<?xf32> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x8xf32> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x8xf32>)
      shared(%w, %u, %b, %x : tensor<8x8xf32>, tensor<8x4xf32>, tensor<8xf32>, tensor<4xf32>)
      until(abs = %tol : tensor<?xf32>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<8xf32>, %w: tensor<8x8xf32>, %u: tensor<8x4xf32>, %b: tensor<8xf32>, %x: tensor<4xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<8x4xf32>, tensor<4xf32>) outs(%b : tensor<8xf32>) -> tensor<8xf32>
    %a = linalg.matvec ins(%w, %z : tensor<8x8xf32>, tensor<8xf32>) outs(%ux : tensor<8xf32>) -> tensor<8xf32>
    %zeros = arith.constant dense<0.0> : tensor<8xf32>
    %f = arith.maximumf %a, %zeros : tensor<8xf32>
    eq.yield %f : tensor<8xf32>
  }
  return %z, %iterations, %status : tensor<?x8xf32>, tensor<?xi32>, tensor<?xi32>
}
