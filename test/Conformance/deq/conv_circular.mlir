// deq.conv_linear_circular (source: deq.json): a linear equation on a torus.
//
//   z <- conv(z, k) + x        from z = 0
//   conv(z, k)[i,j] = sum of k[p,q] z[(i+p-1) mod 8, (j+q-1) mod 8] over p, q

func.func @solve(
    %start: tensor<8x8xf64> {eq.name = "start"},
    %k: tensor<3x3xf64> {eq.name = "k"},
    %x: tensor<8x8xf64> {eq.name = "x"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<8x8xf64> {eq.name = "z"}, i32 {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<8x8xf64>) shared(%k, %x : tensor<3x3xf64>, tensor<8x8xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<8x8xf64>, %k: tensor<3x3xf64>, %x: tensor<8x8xf64>):
    // The last row above the first and the first below the last; the same with columns.
    %bottom = tensor.extract_slice %z[7, 0] [1, 8] [1, 1] : tensor<8x8xf64> to tensor<1x8xf64>
    %top = tensor.extract_slice %z[0, 0] [1, 8] [1, 1] : tensor<8x8xf64> to tensor<1x8xf64>
    %tall = tensor.concat dim(0) %bottom, %z, %top : (tensor<1x8xf64>, tensor<8x8xf64>, tensor<1x8xf64>) -> tensor<10x8xf64>
    %right = tensor.extract_slice %tall[0, 7] [10, 1] [1, 1] : tensor<10x8xf64> to tensor<10x1xf64>
    %left = tensor.extract_slice %tall[0, 0] [10, 1] [1, 1] : tensor<10x8xf64> to tensor<10x1xf64>
    %torus = tensor.concat dim(1) %right, %tall, %left : (tensor<10x1xf64>, tensor<10x8xf64>, tensor<10x1xf64>) -> tensor<10x10xf64>
    %f = linalg.conv_2d ins(%torus, %k : tensor<10x10xf64>, tensor<3x3xf64>) outs(%x : tensor<8x8xf64>) -> tensor<8x8xf64>
    eq.yield %f : tensor<8x8xf64>
  }
  return %z, %status : tensor<8x8xf64>, i32
}
