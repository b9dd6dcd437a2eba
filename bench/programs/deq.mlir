// A deep equilibrium model, z = tanh(W z + U x + b), from 0 until the l2 norm
// of the change is at most %tol. 64 stands for the width that is measured.

func.func @solve(
    %z: tensor<?x64xf32> {eq.name = "z"},
    %x: tensor<?x64xf32> {eq.name = "x"},
    %w: tensor<64x64xf32> {eq.name = "w"},
    %u: tensor<64x64xf32> {eq.name = "u"},
    %b: tensor<64xf32> {eq.name = "b"},
    %tol: f32 {eq.name = "tol"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<?x64xf32> {eq.name = "equilibrium"},
    tensor<?xi32> {eq.name = "iterations"},
    tensor<?xi32> {eq.name = "status"}
) {
  %star, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x64xf32>) ins(%x : tensor<?x64xf32>)
      shared(%w, %u, %b : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64xf32>)
      until(abs = %tol : f32, max = %max : i32) norm(l2) method(#eq.picard) {
  ^bb0(%z: tensor<64xf32>, %x: tensor<64xf32>, %w: tensor<64x64xf32>, %u: tensor<64x64xf32>, %b: tensor<64xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<64x64xf32>, tensor<64xf32>) outs(%b : tensor<64xf32>) -> tensor<64xf32>
    %a = linalg.matvec ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%ux : tensor<64xf32>) -> tensor<64xf32>
    %f = math.tanh %a : tensor<64xf32>
    eq.yield %f : tensor<64xf32>
  }
  return %star, %iterations, %status : tensor<?x64xf32>, tensor<?xi32>, tensor<?xi32>
}
