// Equilibria of a network with one hidden layer, z = W2 tanh(W1 z + U x + b1) + b2,
// from 0 until the l2 norm of the change is at most %tol. 48 states and 96
// hidden stand for the sizes that are measured.

func.func @solve(
    %z: tensor<?x48xf32> {eq.name = "z"},
    %x: tensor<?x48xf32> {eq.name = "x"},
    %w1: tensor<96x48xf32> {eq.name = "w1"},
    %w2: tensor<48x96xf32> {eq.name = "w2"},
    %u: tensor<96x48xf32> {eq.name = "u"},
    %b1: tensor<96xf32> {eq.name = "b1"},
    %b2: tensor<48xf32> {eq.name = "b2"},
    %tol: f32 {eq.name = "tol"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<?x48xf32> {eq.name = "equilibrium"},
    tensor<?xi32> {eq.name = "iterations"},
    tensor<?xi32> {eq.name = "status"}
) {
  %star, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x48xf32>) ins(%x : tensor<?x48xf32>)
      shared(%w1, %w2, %u, %b1, %b2
          : tensor<96x48xf32>, tensor<48x96xf32>, tensor<96x48xf32>, tensor<96xf32>, tensor<48xf32>)
      until(abs = %tol : f32, max = %max : i32) norm(l2) method(#eq.picard) {
  ^bb0(%z: tensor<48xf32>, %x: tensor<48xf32>, %w1: tensor<96x48xf32>, %w2: tensor<48x96xf32>, %u: tensor<96x48xf32>,
       %b1: tensor<96xf32>, %b2: tensor<48xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<96x48xf32>, tensor<48xf32>) outs(%b1 : tensor<96xf32>) -> tensor<96xf32>
    %a = linalg.matvec ins(%w1, %z : tensor<96x48xf32>, tensor<48xf32>) outs(%ux : tensor<96xf32>) -> tensor<96xf32>
    %h = math.tanh %a : tensor<96xf32>
    %f = linalg.matvec ins(%w2, %h : tensor<48x96xf32>, tensor<96xf32>) outs(%b2 : tensor<48xf32>) -> tensor<48xf32>
    eq.yield %f : tensor<48xf32>
  }
  return %star, %iterations, %status : tensor<?x48xf32>, tensor<?xi32>, tensor<?xi32>
}
