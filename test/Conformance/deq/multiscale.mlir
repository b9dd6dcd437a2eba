// deq.multiscale_4_2 (source: deq.json): two images of different size that see each other.
//
//   z1 <- tanh(conv(z1, K1) + a0 up(z2) + x)             4x4
//   z2 <- tanh(conv(z2, K2) + a1 down(z1) + down(x))     2x2
//
// conv is 3x3 with zeros outside; up repeats each entry 2x2 times, down is the mean of 2x2.

func.func @solve(
    %start1: tensor<?x4x4xf64> {eq.name = "start1"},
    %start2: tensor<?x2x2xf64> {eq.name = "start2"},
    %k1: tensor<3x3xf64> {eq.name = "K1"},
    %k2: tensor<3x3xf64> {eq.name = "K2"},
    %coupling: tensor<2xf64> {eq.name = "coupling"},
    %x: tensor<4x4xf64> {eq.name = "x"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4x4xf64> {eq.name = "z1"}, tensor<?x2x2xf64> {eq.name = "z2"},
        tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z1, %z2, %residual, %iterations, %status = eq.fixed_point
      init(%start1, %start2 : tensor<?x4x4xf64>, tensor<?x2x2xf64>)
      shared(%k1, %k2, %coupling, %x : tensor<3x3xf64>, tensor<3x3xf64>, tensor<2xf64>, tensor<4x4xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z1: tensor<4x4xf64>, %z2: tensor<2x2xf64>, %k1: tensor<3x3xf64>, %k2: tensor<3x3xf64>, %coupling: tensor<2xf64>, %x: tensor<4x4xf64>):
    %none = arith.constant 0.0 : f64
    %zeros = arith.constant dense<0.0> : tensor<2x2xf64>
    %quarters = arith.constant dense<0.25> : tensor<2x2xf64>
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %a0 = tensor.extract %coupling[%c0] : tensor<2xf64>
    %a1 = tensor.extract %coupling[%c1] : tensor<2xf64>
    %a0s = tensor.splat %a0 : tensor<4x4xf64>
    %a1s = tensor.splat %a1 : tensor<2x2xf64>

    %blocks = tensor.empty() : tensor<2x2x2x2xf64>
    %repeated = linalg.broadcast ins(%z2 : tensor<2x2xf64>) outs(%blocks : tensor<2x2x2x2xf64>) dimensions = [1, 3]
    %up = tensor.collapse_shape %repeated [[0, 1], [2, 3]] : tensor<2x2x2x2xf64> into tensor<4x4xf64>
    %padded1 = tensor.pad %z1 low[1, 1] high[1, 1] {
    ^bb0(%i: index, %j: index):
      tensor.yield %none : f64
    } : tensor<4x4xf64> to tensor<6x6xf64>
    %conv1 = linalg.conv_2d ins(%padded1, %k1 : tensor<6x6xf64>, tensor<3x3xf64>) outs(%x : tensor<4x4xf64>) -> tensor<4x4xf64>
    %from2 = arith.mulf %a0s, %up : tensor<4x4xf64>
    %sum1 = arith.addf %conv1, %from2 : tensor<4x4xf64>
    %f1 = math.tanh %sum1 : tensor<4x4xf64>

    %blocks_z1 = tensor.expand_shape %z1 [[0, 1], [2, 3]] output_shape [2, 2, 2, 2] : tensor<4x4xf64> into tensor<2x2x2x2xf64>
    %blocks_x = tensor.expand_shape %x [[0, 1], [2, 3]] output_shape [2, 2, 2, 2] : tensor<4x4xf64> into tensor<2x2x2x2xf64>
    %total_z1 = linalg.reduce {arith.addf} ins(%blocks_z1 : tensor<2x2x2x2xf64>) outs(%zeros : tensor<2x2xf64>) dimensions = [1, 3]
    %total_x = linalg.reduce {arith.addf} ins(%blocks_x : tensor<2x2x2x2xf64>) outs(%zeros : tensor<2x2xf64>) dimensions = [1, 3]
    %down_z1 = arith.mulf %total_z1, %quarters : tensor<2x2xf64>
    %down_x = arith.mulf %total_x, %quarters : tensor<2x2xf64>
    %padded2 = tensor.pad %z2 low[1, 1] high[1, 1] {
    ^bb0(%i: index, %j: index):
      tensor.yield %none : f64
    } : tensor<2x2xf64> to tensor<4x4xf64>
    %conv2 = linalg.conv_2d ins(%padded2, %k2 : tensor<4x4xf64>, tensor<3x3xf64>) outs(%down_x : tensor<2x2xf64>) -> tensor<2x2xf64>
    %from1 = arith.mulf %a1s, %down_z1 : tensor<2x2xf64>
    %sum2 = arith.addf %conv2, %from1 : tensor<2x2xf64>
    %f2 = math.tanh %sum2 : tensor<2x2xf64>
    eq.yield %f1, %f2 : tensor<4x4xf64>, tensor<2x2xf64>
  }
  return %z1, %z2, %iterations, %status : tensor<?x4x4xf64>, tensor<?x2x2xf64>, tensor<?xi32>, tensor<?xi32>
}
