// ntk.flow_erf_L3 (source: ntk.json): training an infinitely wide network by gradient flow and by gradient
// descent, on four points with two more to be predicted.
//
//   f' = -K (f - y)      f*' = -K* (f - y)      f <- f - eta K (f - y)
//
// K and K* are blocks of the tangent kernel of all six points, which is made as in erf.mlir:
//
//   Sigma <- sw2 E phi(u) phi(v) + sb2,   Theta <- Sigma + Theta sw2 E phi'(u) phi'(v)
//   E phi phi = (2 / pi) asin(2 k / sqrt((1 + 2 a) (1 + 2 b)))
//   E phi' phi' = (4 / pi) / sqrt((1 + 2 a) (1 + 2 b) - 4 k^2)
//
// Gradient descent is Euler's method with the step eta.

func.func private @tangent_kernel(%x: tensor<6x4xf64>, %sw2: f64, %sb2: f64, %layers: i32) -> tensor<6x6xf64> {
  %nngp, %ntk, %steps = eq.loop
      init(%x : tensor<6x4xf64>) shared(%sw2, %sb2 : f64, f64) max(%layers : i32)
  start {
  ^bb0(%x: tensor<6x4xf64>, %sw2: f64, %sb2: f64):
    %go = arith.constant true
    %d = arith.constant 4.0 : f64
    %none = arith.constant dense<0.0> : tensor<6x6xf64>
    %dots = linalg.generic
        {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j)>],
         iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %x : tensor<6x4xf64>, tensor<6x4xf64>) outs(%none : tensor<6x6xf64>) {
    ^bb0(%a: f64, %b: f64, %sum: f64):
      %ab = arith.mulf %a, %b : f64
      %next = arith.addf %sum, %ab : f64
      linalg.yield %next : f64
    } -> tensor<6x6xf64>
    %sigma = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%dots : tensor<6x6xf64>) outs(%none : tensor<6x6xf64>) {
    ^bb0(%dot: f64, %unused: f64):
      %mean = arith.divf %dot, %d : f64
      %scaled = arith.mulf %sw2, %mean : f64
      %all = arith.addf %scaled, %sb2 : f64
      linalg.yield %all : f64
    } -> tensor<6x6xf64>
    eq.next %go, %sigma, %sigma : tensor<6x6xf64>, tensor<6x6xf64>
  } step {
  ^bb0(%l: i32, %sigma: tensor<6x6xf64>, %theta: tensor<6x6xf64>, %sw2: f64, %sb2: f64):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %two_over_pi = arith.constant 0.63661977236758134 : f64
    %four_over_pi = arith.constant 1.2732395447351628 : f64
    %none = arith.constant dense<0.0> : tensor<6x6xf64>
    %sigma1, %theta1 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>,
                          affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%sigma, %theta : tensor<6x6xf64>, tensor<6x6xf64>) outs(%none, %none : tensor<6x6xf64>, tensor<6x6xf64>) {
    ^bb0(%k: f64, %t: f64, %unused: f64, %also_unused: f64):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %a = tensor.extract %sigma[%i, %i] : tensor<6x6xf64>
      %b = tensor.extract %sigma[%j, %j] : tensor<6x6xf64>
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
    } -> (tensor<6x6xf64>, tensor<6x6xf64>)
    eq.next %go, %sigma1, %theta1 : tensor<6x6xf64>, tensor<6x6xf64>
  }
  return %ntk : tensor<6x6xf64>
}

func.func @flow(
    %x: tensor<6x4xf64> {eq.name = "X"},
    %sw2: f64 {eq.name = "sigma_w2"},
    %sb2: f64 {eq.name = "sigma_b2"},
    %layers: i32 {eq.name = "hidden_layers"},
    %y: tensor<4xf64> {eq.name = "y"},
    %f0: tensor<4xf64> {eq.name = "f0"},
    %f0_test: tensor<2xf64> {eq.name = "f0_test"},
    %end: f64 {eq.name = "end"},
    %times: tensor<3xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x4xf64> {eq.name = "K"}, tensor<2x4xf64> {eq.name = "K_test_train"},
        tensor<3x4xf64> {eq.name = "f_train"}, tensor<3x2xf64> {eq.name = "f_test"},
        tensor<2xf64> {eq.name = "f_test_end"}, i32 {eq.name = "status"}) {
  %theta = func.call @tangent_kernel(%x, %sw2, %sb2, %layers) : (tensor<6x4xf64>, f64, f64, i32) -> tensor<6x6xf64>
  %k = tensor.extract_slice %theta[0, 0] [4, 4] [1, 1] : tensor<6x6xf64> to tensor<4x4xf64>
  %k_test = tensor.extract_slice %theta[4, 0] [2, 4] [1, 1] : tensor<6x6xf64> to tensor<2x4xf64>
  %start = arith.constant 0.0 : f64
  %f, %f_test, %fs, %fs_test, %t, %error, %steps, %rejected, %status = eq.ode
      init(%f0, %f0_test : tensor<4xf64>, tensor<2xf64>)
      shared(%k, %k_test, %y : tensor<4x4xf64>, tensor<2x4xf64>, tensor<4xf64>)
      from(%start : f64) to(%end : f64) save(%times : tensor<3xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %f: tensor<4xf64>, %f_test: tensor<2xf64>, %k: tensor<4x4xf64>, %k_test: tensor<2x4xf64>,
       %y: tensor<4xf64>):
    %none = arith.constant dense<0.0> : tensor<4xf64>
    %none_test = arith.constant dense<0.0> : tensor<2xf64>
    %off = arith.subf %y, %f : tensor<4xf64>
    %df = linalg.matvec ins(%k, %off : tensor<4x4xf64>, tensor<4xf64>) outs(%none : tensor<4xf64>) -> tensor<4xf64>
    %df_test = linalg.matvec ins(%k_test, %off : tensor<2x4xf64>, tensor<4xf64>) outs(%none_test : tensor<2xf64>) -> tensor<2xf64>
    eq.yield %df, %df_test : tensor<4xf64>, tensor<2xf64>
  }
  return %k, %k_test, %fs, %fs_test, %f_test, %status
      : tensor<4x4xf64>, tensor<2x4xf64>, tensor<3x4xf64>, tensor<3x2xf64>, tensor<2xf64>, i32
}

// A sample has its own rate eta, and its own end, which is eta times the number of its steps.
func.func @descent(
    %x: tensor<6x4xf64> {eq.name = "X"},
    %sw2: f64 {eq.name = "sigma_w2"},
    %sb2: f64 {eq.name = "sigma_b2"},
    %layers: i32 {eq.name = "hidden_layers"},
    %y: tensor<4xf64> {eq.name = "y"},
    %f0: tensor<?x4xf64> {eq.name = "f0"},
    %eta: tensor<?xf64> {eq.name = "eta"},
    %end: tensor<?xf64> {eq.name = "end"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4xf64> {eq.name = "f"}, tensor<?xi32> {eq.name = "accepted"}, tensor<?xi32> {eq.name = "status"}) {
  %theta = func.call @tangent_kernel(%x, %sw2, %sb2, %layers) : (tensor<6x4xf64>, f64, f64, i32) -> tensor<6x6xf64>
  %k = tensor.extract_slice %theta[0, 0] [4, 4] [1, 1] : tensor<6x6xf64> to tensor<4x4xf64>
  %start = arith.constant 0.0 : f64
  %f, %t, %error, %steps, %rejected, %status = eq.ode
      init(%f0 : tensor<?x4xf64>) shared(%k, %y : tensor<4x4xf64>, tensor<4xf64>)
      from(%start : f64) to(%end : tensor<?xf64>) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %eta : tensor<?xf64>) {
  ^bb0(%t: f64, %f: tensor<4xf64>, %k: tensor<4x4xf64>, %y: tensor<4xf64>):
    %none = arith.constant dense<0.0> : tensor<4xf64>
    %off = arith.subf %y, %f : tensor<4xf64>
    %df = linalg.matvec ins(%k, %off : tensor<4x4xf64>, tensor<4xf64>) outs(%none : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %df : tensor<4xf64>
  }
  return %f, %steps, %status : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}
