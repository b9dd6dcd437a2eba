// hayou.resnet_n4_L256_gelu (source: hayou_sde.json): a residual network of 256 layers
// with given weights, forward and back.
//
//   Y_l = Y_{l-1} + L^{-1/2} W_l gelu(Y_{l-1}),   gelu(y) = y P(y),   P(y) = (1 + erf(y / sqrt 2)) / 2
//   loss = |Y_L|^2 / 2,   g_{l-1} = g_l + L^{-1/2} gelu'(Y_{l-1}) W_l^T g_l,   g_L = Y_L
//
// with gelu'(y) = P(y) + y e^(-y^2 / 2) / sqrt(2 pi).
//
// A layer is a step: the counter picks its weights. The forward loop records what
// every layer was given; the sweep back, written out by hand, reads it from the end.

func.func @solve(
    %x: tensor<4xf64> {eq.name = "x"},
    %w: tensor<256x4x4xf64> {eq.name = "W"},
    %scale: f64 {eq.name = "scale"},
    %layers: i32 {eq.name = "L"})
    -> (tensor<4xf64> {eq.name = "Y_L"}, f64 {eq.name = "norm_post"}, tensor<4xf64> {eq.name = "grad_x"}, i32 {eq.name = "steps"}) {
  %tape = arith.constant dense<0.0> : tensor<256x4xf64>
  %y, %norm, %steps, %given = eq.loop
      init(%x : tensor<4xf64>) shared(%w, %scale : tensor<256x4x4xf64>, f64)
      record(%tape : tensor<256x4xf64>) max(%layers : i32)
  step {
  ^bb0(%k: i32, %y: tensor<4xf64>, %w: tensor<256x4x4xf64>, %scale: f64, %tape: tensor<256x4xf64>):
    %go = arith.constant true
    %zeros = arith.constant dense<0.0> : tensor<4xf64>
    %l = arith.index_cast %k : i32 to index
    %tape1 = eq.record %y, %tape[%l] when %go : tensor<4xf64> into tensor<256x4xf64>
    %wl = tensor.extract_slice %w[%l, 0, 0] [1, 4, 4] [1, 1, 1] : tensor<256x4x4xf64> to tensor<4x4xf64>
    %ones = arith.constant dense<1.0> : tensor<4xf64>
    %halves = arith.constant dense<0.5> : tensor<4xf64>
    %root_half = arith.constant dense<0.70710678118654757> : tensor<4xf64>
    %inner = arith.mulf %root_half, %y : tensor<4xf64>
    %erf = math.erf %inner : tensor<4xf64>
    %twice = arith.addf %ones, %erf : tensor<4xf64>
    %below = arith.mulf %halves, %twice : tensor<4xf64>
    %phi = arith.mulf %y, %below : tensor<4xf64>
    %wphi = linalg.matvec ins(%wl, %phi : tensor<4x4xf64>, tensor<4xf64>) outs(%zeros : tensor<4xf64>) -> tensor<4xf64>
    %scales = tensor.splat %scale : tensor<4xf64>
    %step = arith.mulf %scales, %wphi : tensor<4xf64>
    %y1 = arith.addf %y, %step : tensor<4xf64>
    eq.next %go, %y1 : tensor<4xf64> record(%tape1 : tensor<256x4xf64>)
  } finish {
  ^bb0(%k: i32, %again: i1, %y: tensor<4xf64>, %w: tensor<256x4x4xf64>, %scale: f64):
    %zeros = arith.constant dense<0.0> : tensor<4xf64>
    %zero = arith.constant dense<0.0> : tensor<f64>
    %ones = arith.constant dense<1.0> : tensor<4xf64>
    %halves = arith.constant dense<0.5> : tensor<4xf64>
    %root_half = arith.constant dense<0.70710678118654757> : tensor<4xf64>
    %inner = arith.mulf %root_half, %y : tensor<4xf64>
    %erf = math.erf %inner : tensor<4xf64>
    %twice = arith.addf %ones, %erf : tensor<4xf64>
    %below = arith.mulf %halves, %twice : tensor<4xf64>
    %phi = arith.mulf %y, %below : tensor<4xf64>
    %square = linalg.dot ins(%phi, %phi : tensor<4xf64>, tensor<4xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
    %sum = tensor.extract %square[] : tensor<f64>
    %norm = math.sqrt %sum : f64
    eq.yield %y, %norm : tensor<4xf64>, f64
  }
  %grad, %steps_back = eq.loop
      init(%y : tensor<4xf64>) shared(%w, %scale, %given, %layers : tensor<256x4x4xf64>, f64, tensor<256x4xf64>, i32)
      max(%layers : i32)
  step {
  ^bb0(%k: i32, %g: tensor<4xf64>, %w: tensor<256x4x4xf64>, %scale: f64, %given: tensor<256x4xf64>, %layers: i32):
    %go = arith.constant true
    %one = arith.constant 1 : i32
    %zeros = arith.constant dense<0.0> : tensor<4xf64>
    %behind = arith.subi %layers, %k : i32
    %last = arith.subi %behind, %one : i32
    %l = arith.index_cast %last : i32 to index
    %y = tensor.extract_slice %given[%l, 0] [1, 4] [1, 1] : tensor<256x4xf64> to tensor<4xf64>
    %wl = tensor.extract_slice %w[%l, 0, 0] [1, 4, 4] [1, 1, 1] : tensor<256x4x4xf64> to tensor<4x4xf64>
    %gw = linalg.vecmat ins(%g, %wl : tensor<4xf64>, tensor<4x4xf64>) outs(%zeros : tensor<4xf64>) -> tensor<4xf64>
    %ones = arith.constant dense<1.0> : tensor<4xf64>
    %halves = arith.constant dense<0.5> : tensor<4xf64>
    %root_half = arith.constant dense<0.70710678118654757> : tensor<4xf64>
    %density0 = arith.constant dense<0.3989422804014327> : tensor<4xf64>
    %inner = arith.mulf %root_half, %y : tensor<4xf64>
    %erf = math.erf %inner : tensor<4xf64>
    %twice = arith.addf %ones, %erf : tensor<4xf64>
    %below = arith.mulf %halves, %twice : tensor<4xf64>
    %square = arith.mulf %inner, %inner : tensor<4xf64>
    %exponent = arith.negf %square : tensor<4xf64>
    %exp = math.exp %exponent : tensor<4xf64>
    %density = arith.mulf %density0, %exp : tensor<4xf64>
    %along = arith.mulf %y, %density : tensor<4xf64>
    %slope = arith.addf %below, %along : tensor<4xf64>
    %through = arith.mulf %slope, %gw : tensor<4xf64>
    %scales = tensor.splat %scale : tensor<4xf64>
    %step = arith.mulf %scales, %through : tensor<4xf64>
    %g1 = arith.addf %g, %step : tensor<4xf64>
    eq.next %go, %g1 : tensor<4xf64>
  }
  return %y, %norm, %grad, %steps : tensor<4xf64>, f64, tensor<4xf64>, i32
}
