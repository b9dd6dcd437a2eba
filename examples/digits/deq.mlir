// A deep equilibrium model that reads handwritten digits. The hidden state of an image is the solution of
//
//   z = tanh(W z + U x + b)
//
// and its ten class scores are V z + c. Every image is one sample: it starts at its own row of %z, stops when its own
// residual, the largest entry of |f(z) - z|, is at most %abs, and has its own iteration count and status.
// `demo.py` in this folder runs it on 1,797 images.

func.func @solve(
    %z: tensor<?x64xf32> {eq.name = "z"},   // where the iteration starts
    %x: tensor<?x64xf32> {eq.name = "x"},   // the images, 8x8 pixels in [0, 1]
    %w: tensor<64x64xf32> {eq.name = "w"},
    %u: tensor<64x64xf32> {eq.name = "u"},
    %b: tensor<64xf32> {eq.name = "b"},
    %v: tensor<10x64xf32> {eq.name = "v"},
    %c: tensor<10xf32> {eq.name = "c"},
    %abs: f32 {eq.name = "abs"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<?x64xf32> {eq.name = "equilibrium"},
    tensor<?x10xf32> {eq.name = "logits"},
    tensor<?xf32> {eq.name = "residual"},
    tensor<?xi32> {eq.name = "iterations"},
    tensor<?xi32> {eq.name = "status"}
) {
  %star, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x64xf32>) ins(%x : tensor<?x64xf32>)
      shared(%w, %u, %b : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64xf32>)
      until(abs = %abs : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<64xf32>, %x: tensor<64xf32>, %w: tensor<64x64xf32>, %u: tensor<64x64xf32>, %b: tensor<64xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<64x64xf32>, tensor<64xf32>) outs(%b : tensor<64xf32>) -> tensor<64xf32>
    %a = linalg.matvec ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%ux : tensor<64xf32>) -> tensor<64xf32>
    %f = math.tanh %a : tensor<64xf32>
    eq.yield %f : tensor<64xf32>
  }

  // The read-out is ordinary linalg on the whole batch: logits[n, i] = c[i] + sum over j of z[n, j] v[i, j].
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %empty = tensor.empty(%n) : tensor<?x10xf32>
  %bias = linalg.generic {
      indexing_maps = [affine_map<(n, i) -> (i)>, affine_map<(n, i) -> (n, i)>],
      iterator_types = ["parallel", "parallel"]
  } ins(%c : tensor<10xf32>) outs(%empty : tensor<?x10xf32>) {
  ^bb0(%ci: f32, %unused: f32):
    linalg.yield %ci : f32
  } -> tensor<?x10xf32>
  %logits = linalg.generic {
      indexing_maps = [affine_map<(n, i, j) -> (n, j)>, affine_map<(n, i, j) -> (i, j)>, affine_map<(n, i, j) -> (n, i)>],
      iterator_types = ["parallel", "parallel", "reduction"]
  } ins(%star, %v : tensor<?x64xf32>, tensor<10x64xf32>) outs(%bias : tensor<?x10xf32>) {
  ^bb0(%zj: f32, %vij: f32, %sum: f32):
    %next = math.fma %zj, %vij, %sum : f32
    linalg.yield %next : f32
  } -> tensor<?x10xf32>

  return %star, %logits, %residual, %iterations, %status
      : tensor<?x64xf32>, tensor<?x10xf32>, tensor<?xf32>, tensor<?xi32>, tensor<?xi32>
}
