// deq.conv_2x6x6 (source: deq.json): a convolutional equilibrium layer.
//
//   z <- tanh(conv(z, K) + x + b)        from z = 0
//   conv(z, K)[o,i,j] = sum of K[o,c,p,q] z[c,i+p-1,j+q-1] over c, p, q; zeros outside
//   loss = sum of c z

func.func @solve(
    %start: tensor<5x2x6x6xf64> {eq.name = "start"},
    %k: tensor<2x2x3x3xf64> {eq.name = "K"},
    %x: tensor<2x6x6xf64> {eq.name = "x"},
    %b: tensor<2xf64> {eq.name = "b"},
    %c: tensor<2x6x6xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x2x6x6xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x2x6x6xf64>) shared(%k, %x, %b : tensor<2x2x3x3xf64>, tensor<2x6x6xf64>, tensor<2xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2x6x6xf64>, %k: tensor<2x2x3x3xf64>, %x: tensor<2x6x6xf64>, %b: tensor<2xf64>):
    %none = arith.constant 0.0 : f64
    %empty = tensor.empty() : tensor<2x6x6xf64>
    %bias = linalg.broadcast ins(%b : tensor<2xf64>) outs(%empty : tensor<2x6x6xf64>) dimensions = [1, 2]
    %given = arith.addf %x, %bias : tensor<2x6x6xf64>
    %padded = tensor.pad %z low[0, 1, 1] high[0, 1, 1] {
    ^bb0(%channel: index, %i: index, %j: index):
      tensor.yield %none : f64
    } : tensor<2x6x6xf64> to tensor<2x8x8xf64>
    // The named op has a batch of its own, here of one image.
    %image = tensor.expand_shape %padded [[0, 1], [2], [3]] output_shape [1, 2, 8, 8] : tensor<2x8x8xf64> into tensor<1x2x8x8xf64>
    %onto = tensor.expand_shape %given [[0, 1], [2], [3]] output_shape [1, 2, 6, 6] : tensor<2x6x6xf64> into tensor<1x2x6x6xf64>
    %conv = linalg.conv_2d_nchw_fchw ins(%image, %k : tensor<1x2x8x8xf64>, tensor<2x2x3x3xf64>) outs(%onto : tensor<1x2x6x6xf64>) -> tensor<1x2x6x6xf64>
    %a = tensor.collapse_shape %conv [[0, 1], [2], [3]] : tensor<1x2x6x6xf64> into tensor<2x6x6xf64>
    %f = math.tanh %a : tensor<2x6x6xf64>
    eq.yield %f : tensor<2x6x6xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %zs = tensor.collapse_shape %z [[0], [1, 2, 3]] : tensor<5x2x6x6xf64> into tensor<5x72xf64>
  %cs = tensor.collapse_shape %c [[0, 1, 2]] : tensor<2x6x6xf64> into tensor<72xf64>
  %loss = linalg.matvec ins(%zs, %cs : tensor<5x72xf64>, tensor<72xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x2x6x6xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}

func.func @solve_f32(
    %start: tensor<5x2x6x6xf32> {eq.name = "start"},
    %k: tensor<2x2x3x3xf32> {eq.name = "K"},
    %x: tensor<2x6x6xf32> {eq.name = "x"},
    %b: tensor<2xf32> {eq.name = "b"},
    %c: tensor<2x6x6xf32> {eq.name = "c"},
    %tol: tensor<5xf32> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x2x6x6xf32> {eq.name = "z"}, tensor<5xf32> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x2x6x6xf32>) shared(%k, %x, %b : tensor<2x2x3x3xf32>, tensor<2x6x6xf32>, tensor<2xf32>)
      until(abs = %tol : tensor<5xf32>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2x6x6xf32>, %k: tensor<2x2x3x3xf32>, %x: tensor<2x6x6xf32>, %b: tensor<2xf32>):
    %none = arith.constant 0.0 : f32
    %empty = tensor.empty() : tensor<2x6x6xf32>
    %bias = linalg.broadcast ins(%b : tensor<2xf32>) outs(%empty : tensor<2x6x6xf32>) dimensions = [1, 2]
    %given = arith.addf %x, %bias : tensor<2x6x6xf32>
    %padded = tensor.pad %z low[0, 1, 1] high[0, 1, 1] {
    ^bb0(%channel: index, %i: index, %j: index):
      tensor.yield %none : f32
    } : tensor<2x6x6xf32> to tensor<2x8x8xf32>
    // The named op has a batch of its own, here of one image.
    %image = tensor.expand_shape %padded [[0, 1], [2], [3]] output_shape [1, 2, 8, 8] : tensor<2x8x8xf32> into tensor<1x2x8x8xf32>
    %onto = tensor.expand_shape %given [[0, 1], [2], [3]] output_shape [1, 2, 6, 6] : tensor<2x6x6xf32> into tensor<1x2x6x6xf32>
    %conv = linalg.conv_2d_nchw_fchw ins(%image, %k : tensor<1x2x8x8xf32>, tensor<2x2x3x3xf32>) outs(%onto : tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32>
    %a = tensor.collapse_shape %conv [[0, 1], [2], [3]] : tensor<1x2x6x6xf32> into tensor<2x6x6xf32>
    %f = math.tanh %a : tensor<2x6x6xf32>
    eq.yield %f : tensor<2x6x6xf32>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf32>
  %zs = tensor.collapse_shape %z [[0], [1, 2, 3]] : tensor<5x2x6x6xf32> into tensor<5x72xf32>
  %cs = tensor.collapse_shape %c [[0, 1, 2]] : tensor<2x6x6xf32> into tensor<72xf32>
  %loss = linalg.matvec ins(%zs, %cs : tensor<5x72xf32>, tensor<72xf32>) outs(%no_loss : tensor<5xf32>) -> tensor<5xf32>
  return %z, %loss, %iterations, %status : tensor<5x2x6x6xf32>, tensor<5xf32>, tensor<5xi32>, tensor<5xi32>
}
