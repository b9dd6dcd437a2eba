// deq.two_tensor_8_4 (source: deq.json): an equilibrium of two tensors.
//
//   z1 <- tanh(W11 z1 + W12 z2 + U1 x + b1)        from 0
//   z2 <- tanh(W21 z1 + W22 z2 + U2 x + b2)        from 0

// Both at once.
func.func @jacobi(
    %start1: tensor<?x8xf64> {eq.name = "start1"},
    %start2: tensor<?x4xf64> {eq.name = "start2"},
    %w11: tensor<8x8xf64> {eq.name = "W11"},
    %w12: tensor<8x4xf64> {eq.name = "W12"},
    %w21: tensor<4x8xf64> {eq.name = "W21"},
    %w22: tensor<4x4xf64> {eq.name = "W22"},
    %u1: tensor<8x3xf64> {eq.name = "U1"},
    %u2: tensor<4x3xf64> {eq.name = "U2"},
    %b1: tensor<8xf64> {eq.name = "b1"},
    %b2: tensor<4xf64> {eq.name = "b2"},
    %x: tensor<3xf64> {eq.name = "x"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x8xf64> {eq.name = "z1"}, tensor<?x4xf64> {eq.name = "z2"},
        tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z1, %z2, %residual, %iterations, %status = eq.fixed_point
      init(%start1, %start2 : tensor<?x8xf64>, tensor<?x4xf64>)
      shared(%w11, %w12, %w21, %w22, %u1, %u2, %b1, %b2, %x
             : tensor<8x8xf64>, tensor<8x4xf64>, tensor<4x8xf64>, tensor<4x4xf64>, tensor<8x3xf64>, tensor<4x3xf64>, tensor<8xf64>, tensor<4xf64>, tensor<3xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z1: tensor<8xf64>, %z2: tensor<4xf64>,
       %w11: tensor<8x8xf64>, %w12: tensor<8x4xf64>, %w21: tensor<4x8xf64>, %w22: tensor<4x4xf64>, %u1: tensor<8x3xf64>, %u2: tensor<4x3xf64>, %b1: tensor<8xf64>, %b2: tensor<4xf64>, %x: tensor<3xf64>):
    %u1x = linalg.matvec ins(%u1, %x : tensor<8x3xf64>, tensor<3xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %from1 = linalg.matvec ins(%w11, %z1 : tensor<8x8xf64>, tensor<8xf64>) outs(%u1x : tensor<8xf64>) -> tensor<8xf64>
    %sum1 = linalg.matvec ins(%w12, %z2 : tensor<8x4xf64>, tensor<4xf64>) outs(%from1 : tensor<8xf64>) -> tensor<8xf64>
    %f1 = math.tanh %sum1 : tensor<8xf64>
    %u2x = linalg.matvec ins(%u2, %x : tensor<4x3xf64>, tensor<3xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    %from2 = linalg.matvec ins(%w21, %z1 : tensor<4x8xf64>, tensor<8xf64>) outs(%u2x : tensor<4xf64>) -> tensor<4xf64>
    %sum2 = linalg.matvec ins(%w22, %z2 : tensor<4x4xf64>, tensor<4xf64>) outs(%from2 : tensor<4xf64>) -> tensor<4xf64>
    %f2 = math.tanh %sum2 : tensor<4xf64>
    eq.yield %f1, %f2 : tensor<8xf64>, tensor<4xf64>
  }
  return %z1, %z2, %iterations, %status : tensor<?x8xf64>, tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}

// z1 first, and z2 from the new z1.
func.func @gauss_seidel(
    %start1: tensor<?x8xf64> {eq.name = "start1"},
    %start2: tensor<?x4xf64> {eq.name = "start2"},
    %w11: tensor<8x8xf64> {eq.name = "W11"},
    %w12: tensor<8x4xf64> {eq.name = "W12"},
    %w21: tensor<4x8xf64> {eq.name = "W21"},
    %w22: tensor<4x4xf64> {eq.name = "W22"},
    %u1: tensor<8x3xf64> {eq.name = "U1"},
    %u2: tensor<4x3xf64> {eq.name = "U2"},
    %b1: tensor<8xf64> {eq.name = "b1"},
    %b2: tensor<4xf64> {eq.name = "b2"},
    %x: tensor<3xf64> {eq.name = "x"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x8xf64> {eq.name = "z1"}, tensor<?x4xf64> {eq.name = "z2"},
        tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z1, %z2, %residual, %iterations, %status = eq.fixed_point
      init(%start1, %start2 : tensor<?x8xf64>, tensor<?x4xf64>)
      shared(%w11, %w12, %w21, %w22, %u1, %u2, %b1, %b2, %x
             : tensor<8x8xf64>, tensor<8x4xf64>, tensor<4x8xf64>, tensor<4x4xf64>, tensor<8x3xf64>, tensor<4x3xf64>, tensor<8xf64>, tensor<4xf64>, tensor<3xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z1: tensor<8xf64>, %z2: tensor<4xf64>,
       %w11: tensor<8x8xf64>, %w12: tensor<8x4xf64>, %w21: tensor<4x8xf64>, %w22: tensor<4x4xf64>, %u1: tensor<8x3xf64>, %u2: tensor<4x3xf64>, %b1: tensor<8xf64>, %b2: tensor<4xf64>, %x: tensor<3xf64>):
    %u1x = linalg.matvec ins(%u1, %x : tensor<8x3xf64>, tensor<3xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %from1 = linalg.matvec ins(%w11, %z1 : tensor<8x8xf64>, tensor<8xf64>) outs(%u1x : tensor<8xf64>) -> tensor<8xf64>
    %sum1 = linalg.matvec ins(%w12, %z2 : tensor<8x4xf64>, tensor<4xf64>) outs(%from1 : tensor<8xf64>) -> tensor<8xf64>
    %f1 = math.tanh %sum1 : tensor<8xf64>
    %u2x = linalg.matvec ins(%u2, %x : tensor<4x3xf64>, tensor<3xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    %from2 = linalg.matvec ins(%w21, %f1 : tensor<4x8xf64>, tensor<8xf64>) outs(%u2x : tensor<4xf64>) -> tensor<4xf64>
    %sum2 = linalg.matvec ins(%w22, %z2 : tensor<4x4xf64>, tensor<4xf64>) outs(%from2 : tensor<4xf64>) -> tensor<4xf64>
    %f2 = math.tanh %sum2 : tensor<4xf64>
    eq.yield %f1, %f2 : tensor<8xf64>, tensor<4xf64>
  }
  return %z1, %z2, %iterations, %status : tensor<?x8xf64>, tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}

// z1 first, and z2 in equilibrium with the new z1.
func.func @nested(
    %start1: tensor<?x8xf64> {eq.name = "start1"},
    %start2: tensor<?x4xf64> {eq.name = "start2"},
    %w11: tensor<8x8xf64> {eq.name = "W11"},
    %w12: tensor<8x4xf64> {eq.name = "W12"},
    %w21: tensor<4x8xf64> {eq.name = "W21"},
    %w22: tensor<4x4xf64> {eq.name = "W22"},
    %u1: tensor<8x3xf64> {eq.name = "U1"},
    %u2: tensor<4x3xf64> {eq.name = "U2"},
    %b1: tensor<8xf64> {eq.name = "b1"},
    %b2: tensor<4xf64> {eq.name = "b2"},
    %x: tensor<3xf64> {eq.name = "x"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x8xf64> {eq.name = "z1"}, tensor<?x4xf64> {eq.name = "z2"},
        tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z1, %z2, %residual, %iterations, %status = eq.fixed_point
      init(%start1, %start2 : tensor<?x8xf64>, tensor<?x4xf64>)
      shared(%w11, %w12, %w21, %w22, %u1, %u2, %b1, %b2, %x
             : tensor<8x8xf64>, tensor<8x4xf64>, tensor<4x8xf64>, tensor<4x4xf64>, tensor<8x3xf64>, tensor<4x3xf64>, tensor<8xf64>, tensor<4xf64>, tensor<3xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z1: tensor<8xf64>, %z2: tensor<4xf64>,
       %w11: tensor<8x8xf64>, %w12: tensor<8x4xf64>, %w21: tensor<4x8xf64>, %w22: tensor<4x4xf64>, %u1: tensor<8x3xf64>, %u2: tensor<4x3xf64>, %b1: tensor<8xf64>, %b2: tensor<4xf64>, %x: tensor<3xf64>):
    %u1x = linalg.matvec ins(%u1, %x : tensor<8x3xf64>, tensor<3xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %from1 = linalg.matvec ins(%w11, %z1 : tensor<8x8xf64>, tensor<8xf64>) outs(%u1x : tensor<8xf64>) -> tensor<8xf64>
    %sum1 = linalg.matvec ins(%w12, %z2 : tensor<8x4xf64>, tensor<4xf64>) outs(%from1 : tensor<8xf64>) -> tensor<8xf64>
    %f1 = math.tanh %sum1 : tensor<8xf64>
    %u2x = linalg.matvec ins(%u2, %x : tensor<4x3xf64>, tensor<3xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    %from2 = linalg.matvec ins(%w21, %f1 : tensor<4x8xf64>, tensor<8xf64>) outs(%u2x : tensor<4xf64>) -> tensor<4xf64>
    %inner_tol = arith.constant 1.0e-15 : f64
    %inner_max = arith.constant 100 : i32
    %f2, %r, %n, %inner = eq.fixed_point
        init(%z2 : tensor<4xf64>) ins(%w22, %from2 : tensor<4x4xf64>, tensor<4xf64>)
        until(abs = %inner_tol : f64, max = %inner_max : i32) method(#eq.picard) {
    ^bb0(%z2: tensor<4xf64>, %w22: tensor<4x4xf64>, %from2: tensor<4xf64>):
      %sum2 = linalg.matvec ins(%w22, %z2 : tensor<4x4xf64>, tensor<4xf64>) outs(%from2 : tensor<4xf64>) -> tensor<4xf64>
      %f2 = math.tanh %sum2 : tensor<4xf64>
      eq.yield %f2 : tensor<4xf64>
    }
    eq.yield %f1, %f2 : tensor<8xf64>, tensor<4xf64>
  }
  return %z1, %z2, %iterations, %status : tensor<?x8xf64>, tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}
