// ntk.relu_L1, ntk.relu_L3 (source: ntk.json): the Gram matrices of an infinitely wide network on five
// points, one step per hidden layer:
//
//   Sigma <- sw2 E phi(u) phi(v) + sb2,   Theta <- Sigma + Theta sw2 E phi'(u) phi'(v)
//   E phi phi = sqrt(a b) (sin t + (pi - t) cos t) / (2 pi),   E phi' phi' = (pi - t) / (2 pi)
//
// with a, b the diagonal entries of Sigma and cos t = Sigma_ij / sqrt(a b) (Cho and
// Saul). On the diagonal t is 0; acos would lose half the digits there.
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
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %minus_one = arith.constant -1.0 : f64
    %pi = arith.constant 3.1415926535897931 : f64
    %two_pi = arith.constant 6.2831853071795862 : f64
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
      %ab = arith.mulf %a, %b : f64
      %size = math.sqrt %ab : f64
      %ratio = arith.divf %k, %size : f64
      %below = arith.minimumf %ratio, %one : f64
      %within = arith.maximumf %below, %minus_one : f64
      %same = arith.cmpi eq, %i, %j : index
      %c = arith.select %same, %one, %within : f64
      %acos = math.acos %c : f64
      %angle = arith.select %same, %zero, %acos : f64
      %sin = math.sin %angle : f64
      %other = arith.subf %pi, %angle : f64
      %along = arith.mulf %other, %c : f64
      %sum = arith.addf %sin, %along : f64
      %product = arith.mulf %size, %sum : f64
      %mean = arith.divf %product, %two_pi : f64
      %mean_slope = arith.divf %other, %two_pi : f64
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
