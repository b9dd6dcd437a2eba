// A fixed point with tensors whose numbers are written out.

func.func @solve(
    %z: tensor<?x2x3xf32> {eq.name = "x"},
    %p: tensor<?xf32> {eq.name = "p"},
    %at: tensor<?xi32> {eq.name = "at"}
) -> (tensor<?x2x3xf32> {eq.name = "result"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %tol = arith.constant 1.0e-5 : f32
  %max = arith.constant 50 : i32
  %y, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x2x3xf32>) ins(%p, %at : tensor<?xf32>, tensor<?xi32>)
      until(abs = %tol : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2x3xf32>, %p: f32, %at: i32):
    %numbers = arith.constant dense<[[0.5, -0.25, 0.125], [0.375, 0.75, -0.625]]> : tensor<2x3xf32>
    %half = arith.constant 0.5 : f32
    %one = arith.constant 1.0 : f32
    %0 = arith.mulf %p, %p : f32
    %1 = math.sin %p : f32
    %own = tensor.from_elements %p, %0, %1, %half, %p, %one : tensor<2x3xf32>
    %i = arith.index_cast %at : i32 to index
    %c1 = arith.constant 1 : index
    %picked = tensor.extract %own[%c1, %i] : tensor<2x3xf32>
    %many = tensor.splat %picked : tensor<2x3xf32>
    %inside = math.tanh %z : tensor<2x3xf32>
    %scaled = arith.mulf %inside, %numbers : tensor<2x3xf32>
    %shifted = arith.addf %scaled, %own : tensor<2x3xf32>
    %new = arith.addf %shifted, %many : tensor<2x3xf32>
    eq.yield %new : tensor<2x3xf32>
  }
  return %y, %iterations, %status : tensor<?x2x3xf32>, tensor<?xi32>, tensor<?xi32>
}
