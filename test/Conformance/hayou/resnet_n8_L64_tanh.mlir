// hayou.resnet_n8_L64_tanh (source: hayou_sde.json): a residual network of 64 layers
// with given weights, forward and back.
//
//   Y_l = Y_{l-1} + L^{-1/2} W_l tanh(Y_{l-1})
//   loss = |Y_L|^2 / 2,   g_{l-1} = g_l + L^{-1/2} tanh'(Y_{l-1}) W_l^T g_l,   g_L = Y_L
//
// A layer is a step: the counter picks its weights. The forward loop records what
// every layer was given; the sweep back, written out by hand, reads it from the end.

func.func @solve(
    %x: tensor<8xf64> {eq.name = "x"},
    %w: tensor<64x8x8xf64> {eq.name = "W"},
    %scale: f64 {eq.name = "scale"},
    %layers: i32 {eq.name = "L"})
    -> (tensor<8xf64> {eq.name = "Y_L"}, f64 {eq.name = "norm_post"}, tensor<8xf64> {eq.name = "grad_x"}, i32 {eq.name = "steps"}) {
  %tape = arith.constant dense<0.0> : tensor<64x8xf64>
  %y, %norm, %steps, %given = eq.loop
      init(%x : tensor<8xf64>) shared(%w, %scale : tensor<64x8x8xf64>, f64)
      record(%tape : tensor<64x8xf64>) max(%layers : i32)
  step {
  ^bb0(%k: i32, %y: tensor<8xf64>, %w: tensor<64x8x8xf64>, %scale: f64, %tape: tensor<64x8xf64>):
    %go = arith.constant true
    %zeros = arith.constant dense<0.0> : tensor<8xf64>
    %l = arith.index_cast %k : i32 to index
    %tape1 = eq.record %y, %tape[%l] when %go : tensor<8xf64> into tensor<64x8xf64>
    %wl = tensor.extract_slice %w[%l, 0, 0] [1, 8, 8] [1, 1, 1] : tensor<64x8x8xf64> to tensor<8x8xf64>
    %phi = math.tanh %y : tensor<8xf64>
    %wphi = linalg.matvec ins(%wl, %phi : tensor<8x8xf64>, tensor<8xf64>) outs(%zeros : tensor<8xf64>) -> tensor<8xf64>
    %scales = tensor.splat %scale : tensor<8xf64>
    %step = arith.mulf %scales, %wphi : tensor<8xf64>
    %y1 = arith.addf %y, %step : tensor<8xf64>
    eq.next %go, %y1 : tensor<8xf64> record(%tape1 : tensor<64x8xf64>)
  } finish {
  ^bb0(%k: i32, %again: i1, %y: tensor<8xf64>, %w: tensor<64x8x8xf64>, %scale: f64):
    %zeros = arith.constant dense<0.0> : tensor<8xf64>
    %zero = arith.constant dense<0.0> : tensor<f64>
    %phi = math.tanh %y : tensor<8xf64>
    %square = linalg.dot ins(%phi, %phi : tensor<8xf64>, tensor<8xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
    %sum = tensor.extract %square[] : tensor<f64>
    %norm = math.sqrt %sum : f64
    eq.yield %y, %norm : tensor<8xf64>, f64
  }
  %grad, %steps_back = eq.loop
      init(%y : tensor<8xf64>) shared(%w, %scale, %given, %layers : tensor<64x8x8xf64>, f64, tensor<64x8xf64>, i32)
      max(%layers : i32)
  step {
  ^bb0(%k: i32, %g: tensor<8xf64>, %w: tensor<64x8x8xf64>, %scale: f64, %given: tensor<64x8xf64>, %layers: i32):
    %go = arith.constant true
    %one = arith.constant 1 : i32
    %zeros = arith.constant dense<0.0> : tensor<8xf64>
    %behind = arith.subi %layers, %k : i32
    %last = arith.subi %behind, %one : i32
    %l = arith.index_cast %last : i32 to index
    %y = tensor.extract_slice %given[%l, 0] [1, 8] [1, 1] : tensor<64x8xf64> to tensor<8xf64>
    %wl = tensor.extract_slice %w[%l, 0, 0] [1, 8, 8] [1, 1, 1] : tensor<64x8x8xf64> to tensor<8x8xf64>
    %gw = linalg.vecmat ins(%g, %wl : tensor<8xf64>, tensor<8x8xf64>) outs(%zeros : tensor<8xf64>) -> tensor<8xf64>
    %ones = arith.constant dense<1.0> : tensor<8xf64>
    %tanh = math.tanh %y : tensor<8xf64>
    %square = arith.mulf %tanh, %tanh : tensor<8xf64>
    %slope = arith.subf %ones, %square : tensor<8xf64>
    %through = arith.mulf %slope, %gw : tensor<8xf64>
    %scales = tensor.splat %scale : tensor<8xf64>
    %step = arith.mulf %scales, %through : tensor<8xf64>
    %g1 = arith.addf %g, %step : tensor<8xf64>
    eq.next %go, %g1 : tensor<8xf64>
  }
  return %y, %norm, %grad, %steps : tensor<8xf64>, f64, tensor<8xf64>, i32
}
