// deq.monotone_n6, n6_mild, n10 (source: deq.json): equilibrium layers z = max(W z + U x + b, 0)
// with W = (1 - mm) I - A^T A + B - B^T, which have one solution for all A and B.
//
//   z <- max(z - alpha ((I - W) z - U x - b), 0)        forward-backward splitting, from z = 0
//   loss = c . z
//
// alpha is a number per sample; 1 makes it the plain iteration, which may go anywhere.

func.func @n6(
    %start: tensor<5x6xf64> {eq.name = "start"},
    %a: tensor<6x6xf64> {eq.name = "A"},
    %b2: tensor<6x6xf64> {eq.name = "B"},
    %u: tensor<6x3xf64> {eq.name = "U"},
    %b: tensor<6xf64> {eq.name = "b"},
    %x: tensor<3xf64> {eq.name = "x"},
    %c: tensor<6xf64> {eq.name = "c"},
    %mm: f64 {eq.name = "mm"},
    %alpha: tensor<5xf64> {eq.name = "alpha"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %bound: f64 {eq.name = "bound"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x6xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  // I - W = mm I + A^T A - B + B^T.
  %zeros = arith.constant dense<0.0> : tensor<6x6xf64>
  %at = linalg.transpose ins(%a : tensor<6x6xf64>) outs(%zeros : tensor<6x6xf64>) permutation = [1, 0]
  %ata = linalg.matmul ins(%at, %a : tensor<6x6xf64>, tensor<6x6xf64>) outs(%zeros : tensor<6x6xf64>) -> tensor<6x6xf64>
  %none = arith.constant 0.0 : f64
  %i_w = linalg.generic
      {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>],
       iterator_types = ["parallel", "parallel"]}
      ins(%ata, %b2, %b2 : tensor<6x6xf64>, tensor<6x6xf64>, tensor<6x6xf64>) outs(%zeros : tensor<6x6xf64>) {
  ^bb0(%square: f64, %over: f64, %under: f64, %old: f64):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %same = arith.cmpi eq, %i, %j : index
    %diagonal = arith.select %same, %mm, %none : f64
    %symmetric = arith.addf %diagonal, %square : f64
    %turned = arith.subf %under, %over : f64
    %entry = arith.addf %symmetric, %turned : f64
    linalg.yield %entry : f64
  } -> tensor<6x6xf64>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x6xf64>) ins(%alpha : tensor<5xf64>)
      shared(%i_w, %u, %b, %x : tensor<6x6xf64>, tensor<6x3xf64>, tensor<6xf64>, tensor<3xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32, bound = %bound : f64) method(#eq.picard) {
  ^bb0(%z: tensor<6xf64>, %alpha: f64, %i_w: tensor<6x6xf64>, %u: tensor<6x3xf64>, %b: tensor<6xf64>, %x: tensor<3xf64>):
    %none = arith.constant dense<0.0> : tensor<6xf64>
    %ux = linalg.matvec ins(%u, %x : tensor<6x3xf64>, tensor<3xf64>) outs(%b : tensor<6xf64>) -> tensor<6xf64>
    %left = linalg.matvec ins(%i_w, %z : tensor<6x6xf64>, tensor<6xf64>) outs(%none : tensor<6xf64>) -> tensor<6xf64>
    %r = arith.subf %left, %ux : tensor<6xf64>
    %alphas = tensor.splat %alpha : tensor<6xf64>
    %step = arith.mulf %alphas, %r : tensor<6xf64>
    %forward = arith.subf %z, %step : tensor<6xf64>
    %f = arith.maximumf %forward, %none : tensor<6xf64>
    eq.yield %f : tensor<6xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %loss = linalg.matvec ins(%z, %c : tensor<5x6xf64>, tensor<6xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x6xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}

func.func @n10(
    %start: tensor<5x10xf64> {eq.name = "start"},
    %a: tensor<10x10xf64> {eq.name = "A"},
    %b2: tensor<10x10xf64> {eq.name = "B"},
    %u: tensor<10x4xf64> {eq.name = "U"},
    %b: tensor<10xf64> {eq.name = "b"},
    %x: tensor<4xf64> {eq.name = "x"},
    %c: tensor<10xf64> {eq.name = "c"},
    %mm: f64 {eq.name = "mm"},
    %alpha: tensor<5xf64> {eq.name = "alpha"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %bound: f64 {eq.name = "bound"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x10xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  // I - W = mm I + A^T A - B + B^T.
  %zeros = arith.constant dense<0.0> : tensor<10x10xf64>
  %at = linalg.transpose ins(%a : tensor<10x10xf64>) outs(%zeros : tensor<10x10xf64>) permutation = [1, 0]
  %ata = linalg.matmul ins(%at, %a : tensor<10x10xf64>, tensor<10x10xf64>) outs(%zeros : tensor<10x10xf64>) -> tensor<10x10xf64>
  %none = arith.constant 0.0 : f64
  %i_w = linalg.generic
      {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>],
       iterator_types = ["parallel", "parallel"]}
      ins(%ata, %b2, %b2 : tensor<10x10xf64>, tensor<10x10xf64>, tensor<10x10xf64>) outs(%zeros : tensor<10x10xf64>) {
  ^bb0(%square: f64, %over: f64, %under: f64, %old: f64):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %same = arith.cmpi eq, %i, %j : index
    %diagonal = arith.select %same, %mm, %none : f64
    %symmetric = arith.addf %diagonal, %square : f64
    %turned = arith.subf %under, %over : f64
    %entry = arith.addf %symmetric, %turned : f64
    linalg.yield %entry : f64
  } -> tensor<10x10xf64>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x10xf64>) ins(%alpha : tensor<5xf64>)
      shared(%i_w, %u, %b, %x : tensor<10x10xf64>, tensor<10x4xf64>, tensor<10xf64>, tensor<4xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32, bound = %bound : f64) method(#eq.picard) {
  ^bb0(%z: tensor<10xf64>, %alpha: f64, %i_w: tensor<10x10xf64>, %u: tensor<10x4xf64>, %b: tensor<10xf64>, %x: tensor<4xf64>):
    %none = arith.constant dense<0.0> : tensor<10xf64>
    %ux = linalg.matvec ins(%u, %x : tensor<10x4xf64>, tensor<4xf64>) outs(%b : tensor<10xf64>) -> tensor<10xf64>
    %left = linalg.matvec ins(%i_w, %z : tensor<10x10xf64>, tensor<10xf64>) outs(%none : tensor<10xf64>) -> tensor<10xf64>
    %r = arith.subf %left, %ux : tensor<10xf64>
    %alphas = tensor.splat %alpha : tensor<10xf64>
    %step = arith.mulf %alphas, %r : tensor<10xf64>
    %forward = arith.subf %z, %step : tensor<10xf64>
    %f = arith.maximumf %forward, %none : tensor<10xf64>
    eq.yield %f : tensor<10xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %loss = linalg.matvec ins(%z, %c : tensor<5x10xf64>, tensor<10xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x10xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}
