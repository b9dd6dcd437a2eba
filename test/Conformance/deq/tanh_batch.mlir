// deq.tanh_batch (source: deq.json): an equilibrium layer, samples that settle at
// different times.
//
//   z_s <- tanh(W z_s + U x_s + b)        from z_s = 0
//
// A batch of two dimensions: five tolerances times four samples.

func.func @solve(
    %start: tensor<5x4x6xf64> {eq.name = "start"},
    %w: tensor<6x6xf64> {eq.name = "W"},
    %u: tensor<6x3xf64> {eq.name = "U"},
    %b: tensor<6xf64> {eq.name = "b"},
    %x: tensor<5x4x3xf64> {eq.name = "x"},
    %tol: tensor<5x4xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x4x6xf64> {eq.name = "z"}, tensor<5x4xi32> {eq.name = "iterations"}, tensor<5x4xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x4x6xf64>) ins(%x : tensor<5x4x3xf64>)
      shared(%w, %u, %b : tensor<6x6xf64>, tensor<6x3xf64>, tensor<6xf64>)
      until(abs = %tol : tensor<5x4xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<6xf64>, %x: tensor<3xf64>, %w: tensor<6x6xf64>, %u: tensor<6x3xf64>, %b: tensor<6xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<6x3xf64>, tensor<3xf64>) outs(%b : tensor<6xf64>) -> tensor<6xf64>
    %a = linalg.matvec ins(%w, %z : tensor<6x6xf64>, tensor<6xf64>) outs(%ux : tensor<6xf64>) -> tensor<6xf64>
    %f = math.tanh %a : tensor<6xf64>
    eq.yield %f : tensor<6xf64>
  }
  return %z, %iterations, %status : tensor<5x4x6xf64>, tensor<5x4xi32>, tensor<5x4xi32>
}

func.func @solve_f32(
    %start: tensor<5x4x6xf32> {eq.name = "start"},
    %w: tensor<6x6xf32> {eq.name = "W"},
    %u: tensor<6x3xf32> {eq.name = "U"},
    %b: tensor<6xf32> {eq.name = "b"},
    %x: tensor<5x4x3xf32> {eq.name = "x"},
    %tol: tensor<5x4xf32> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x4x6xf32> {eq.name = "z"}, tensor<5x4xi32> {eq.name = "iterations"}, tensor<5x4xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x4x6xf32>) ins(%x : tensor<5x4x3xf32>)
      shared(%w, %u, %b : tensor<6x6xf32>, tensor<6x3xf32>, tensor<6xf32>)
      until(abs = %tol : tensor<5x4xf32>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<6xf32>, %x: tensor<3xf32>, %w: tensor<6x6xf32>, %u: tensor<6x3xf32>, %b: tensor<6xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<6x3xf32>, tensor<3xf32>) outs(%b : tensor<6xf32>) -> tensor<6xf32>
    %a = linalg.matvec ins(%w, %z : tensor<6x6xf32>, tensor<6xf32>) outs(%ux : tensor<6xf32>) -> tensor<6xf32>
    %f = math.tanh %a : tensor<6xf32>
    eq.yield %f : tensor<6xf32>
  }
  return %z, %iterations, %status : tensor<5x4x6xf32>, tensor<5x4xi32>, tensor<5x4xi32>
}
