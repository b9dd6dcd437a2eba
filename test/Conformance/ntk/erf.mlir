// ntk.erf_L1 (source: ntk.json): the Gram matrices of an infinitely wide network on five
// points, one step per hidden layer:
//
//   Sigma <- sw2 E phi(u) phi(v) + sb2,   Theta <- Sigma + Theta sw2 E phi'(u) phi'(v)
//   E phi phi = (2 / pi) asin(2 k / sqrt((1 + 2 a) (1 + 2 b)))
//   E phi' phi' = (4 / pi) / sqrt((1 + 2 a) (1 + 2 b) - 4 k^2)
//
// with k = Sigma_ij and a, b the diagonal entries of Sigma (Williams).
//
// The state made by `start` is (Sigma, Theta); the number of layers is the limit on
// the steps.

func.func @kernels(
    %x: tensor<5x3xf64> {eq.name = "X"},
    %sw2: f64 {eq.name = "sigma_w2"},
    %sb2: f64 {eq.name = "sigma_b2"},
    %layers: i32 {eq.name = "hidden_layers"})
    -> (tensor<5x5xf64> {eq.name = "nngp"}, tensor<5x5xf64> {eq.name = "ntk"}, i32 {eq.name = "steps"}) {
  %nngp, %ntk, %steps = eq.loop
      init(%x : tensor<5x3xf64>) shared(%sw2, %sb2 : f64, f64) max(%layers : i32)
  start {
  ^bb0(%x: tensor<5x3xf64>, %sw2: f64, %sb2: f64):
    %go = arith.constant true
    %d = arith.constant 3.0 : f64
    %none = arith.constant dense<0.0> : tensor<5x5xf64>
    %dots = linalg.generic
        {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j)>],
         iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %x : tensor<5x3xf64>, tensor<5x3xf64>) outs(%none : tensor<5x5xf64>) {
    ^bb0(%a: f64, %b: f64, %sum: f64):
      %ab = arith.mulf %a, %b : f64
      %next = arith.addf %sum, %ab : f64
      linalg.yield %next : f64
    } -> tensor<5x5xf64>
    %sigma = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%dots : tensor<5x5xf64>) outs(%none : tensor<5x5xf64>) {
    ^bb0(%dot: f64, %unused: f64):
      %mean = arith.divf %dot, %d : f64
      %scaled = arith.mulf %sw2, %mean : f64
      %all = arith.addf %scaled, %sb2 : f64
      linalg.yield %all : f64
    } -> tensor<5x5xf64>
    eq.next %go, %sigma, %sigma : tensor<5x5xf64>, tensor<5x5xf64>
  } step {
  ^bb0(%l: i32, %sigma: tensor<5x5xf64>, %theta: tensor<5x5xf64>, %sw2: f64, %sb2: f64):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %two_over_pi = arith.constant 0.63661977236758134 : f64
    %four_over_pi = arith.constant 1.2732395447351628 : f64
    %none = arith.constant dense<0.0> : tensor<5x5xf64>
    %sigma1, %theta1 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>,
                          affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%sigma, %theta : tensor<5x5xf64>, tensor<5x5xf64>) outs(%none, %none : tensor<5x5xf64>, tensor<5x5xf64>) {
    ^bb0(%k: f64, %t: f64, %unused: f64, %also_unused: f64):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %a = tensor.extract %sigma[%i, %i] : tensor<5x5xf64>
      %b = tensor.extract %sigma[%j, %j] : tensor<5x5xf64>
      %aa = arith.mulf %two, %a : f64
      %bb = arith.mulf %two, %b : f64
      %kk = arith.mulf %two, %k : f64
      %a1 = arith.addf %one, %aa : f64
      %b1 = arith.addf %one, %bb : f64
      %ab = arith.mulf %a1, %b1 : f64
      %size = math.sqrt %ab : f64
      %ratio = arith.divf %kk, %size : f64
      %angle = math.asin %ratio : f64
      %mean = arith.mulf %two_over_pi, %angle : f64
      %square = arith.mulf %kk, %kk : f64
      %rest = arith.subf %ab, %square : f64
      %root = math.sqrt %rest : f64
      %mean_slope = arith.divf %four_over_pi, %root : f64
      %scaled = arith.mulf %sw2, %mean : f64
      %s1 = arith.addf %scaled, %sb2 : f64
      %slope = arith.mulf %sw2, %mean_slope : f64
      %passed = arith.mulf %t, %slope : f64
      %t1 = arith.addf %s1, %passed : f64
      linalg.yield %s1, %t1 : f64, f64
    } -> (tensor<5x5xf64>, tensor<5x5xf64>)
    eq.next %go, %sigma1, %theta1 : tensor<5x5xf64>, tensor<5x5xf64>
  }
  return %nngp, %ntk, %steps : tensor<5x5xf64>, tensor<5x5xf64>, i32
}
