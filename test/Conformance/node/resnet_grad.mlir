// node.resnet_grad_L16, node.resnet_grad_L256 (source: neural_ode.json): a residual network with the same weights in
// every layer, forward and back.
//
//   h <- h + step f(h), L times       f(h) = W2 (tanh u, 1)       u = W1 (h, 1)       step = T / L
//   loss = c . h_L,   g <- g + step J(h)^T g,   dL/dW = sum of step g^T df/dW over the layers
//
// The biases are the last columns of the matrices. The forward loop records what every layer was given; the sweep
// back, written out by hand, reads it from the end.

func.func @solve(
    %h0: tensor<4xf64> {eq.name = "h0"},
    %w1: tensor<8x5xf64> {eq.name = "W1"}, %w2: tensor<4x9xf64> {eq.name = "W2"},
    %c: tensor<4xf64> {eq.name = "c"},
    %step: f64 {eq.name = "step"},
    %layers: i32 {eq.name = "L"})
    -> (tensor<4xf64> {eq.name = "h_L"}, tensor<4xf64> {eq.name = "dL_dh0"}, tensor<8x5xf64> {eq.name = "dL_dW1"},
        tensor<4x9xf64> {eq.name = "dL_dW2"}, i32 {eq.name = "steps"}) {
  %tape = arith.constant dense<0.0> : tensor<256x4xf64>
  %h_end, %steps, %given = eq.loop
      init(%h0 : tensor<4xf64>) shared(%w1, %w2, %step : tensor<8x5xf64>, tensor<4x9xf64>, f64)
      record(%tape : tensor<256x4xf64>) max(%layers : i32)
  step {
  ^bb0(%k: i32, %h: tensor<4xf64>, %w1: tensor<8x5xf64>, %w2: tensor<4x9xf64>, %step: f64, %tape: tensor<256x4xf64>):
    %go = arith.constant true
    %zeros = arith.constant dense<0.0> : tensor<4xf64>
    %l = arith.index_cast %k : i32 to index
    %tape1 = eq.record %h, %tape[%l] when %go : tensor<4xf64> into tensor<256x4xf64>
    %h_1, %a_1 = func.call @activations(%h, %w1) : (tensor<4xf64>, tensor<8x5xf64>) -> (tensor<5xf64>, tensor<9xf64>)
    %f = linalg.matvec ins(%w2, %a_1 : tensor<4x9xf64>, tensor<9xf64>) outs(%zeros : tensor<4xf64>) -> tensor<4xf64>
    %scale = tensor.splat %step : tensor<4xf64>
    %change = arith.mulf %scale, %f : tensor<4xf64>
    %next = arith.addf %h, %change : tensor<4xf64>
    eq.next %go, %next : tensor<4xf64> record(%tape1 : tensor<256x4xf64>)
  }
  %none_w1 = arith.constant dense<0.0> : tensor<8x5xf64>
  %none_w2 = arith.constant dense<0.0> : tensor<4x9xf64>
  %dh0, %dw1, %dw2, %steps_back = eq.loop
      init(%c, %none_w1, %none_w2 : tensor<4xf64>, tensor<8x5xf64>, tensor<4x9xf64>)
      shared(%w1, %w2, %step, %given, %layers : tensor<8x5xf64>, tensor<4x9xf64>, f64, tensor<256x4xf64>, i32)
      max(%layers : i32)
  step {
  ^bb0(%k: i32, %g: tensor<4xf64>, %dw1: tensor<8x5xf64>, %dw2: tensor<4x9xf64>, %w1: tensor<8x5xf64>,
       %w2: tensor<4x9xf64>, %step: f64, %given: tensor<256x4xf64>, %layers: i32):
    %go = arith.constant true
    %one = arith.constant 1 : i32
    %ones = arith.constant dense<1.0> : tensor<8xf64>
    %zeros_5 = arith.constant dense<0.0> : tensor<5xf64>
    %zeros_9 = arith.constant dense<0.0> : tensor<9xf64>
    %behind = arith.subi %layers, %k : i32
    %last = arith.subi %behind, %one : i32
    %l = arith.index_cast %last : i32 to index
    %h = tensor.extract_slice %given[%l, 0] [1, 4] [1, 1] : tensor<256x4xf64> to tensor<4xf64>
    %h_1, %a_1 = func.call @activations(%h, %w1) : (tensor<4xf64>, tensor<8x5xf64>) -> (tensor<5xf64>, tensor<9xf64>)
    %scale = tensor.splat %step : tensor<4xf64>
    %part = arith.mulf %scale, %g : tensor<4xf64>
    // r = tanh' (W2^T part), and the part of the change that goes on is W1^T r.
    %a = tensor.extract_slice %a_1[0] [8] [1] : tensor<9xf64> to tensor<8xf64>
    %aa = arith.mulf %a, %a : tensor<8xf64>
    %slope = arith.subf %ones, %aa : tensor<8xf64>
    %into_1 = linalg.vecmat ins(%part, %w2 : tensor<4xf64>, tensor<4x9xf64>) outs(%zeros_9 : tensor<9xf64>) -> tensor<9xf64>
    %into = tensor.extract_slice %into_1[0] [8] [1] : tensor<9xf64> to tensor<8xf64>
    %r = arith.mulf %slope, %into : tensor<8xf64>
    %through_1 = linalg.vecmat ins(%r, %w1 : tensor<8xf64>, tensor<8x5xf64>) outs(%zeros_5 : tensor<5xf64>) -> tensor<5xf64>
    %through = tensor.extract_slice %through_1[0] [4] [1] : tensor<5xf64> to tensor<4xf64>
    %g_next = arith.addf %g, %through : tensor<4xf64>
    %dw1_next = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%r, %h_1 : tensor<8xf64>, tensor<5xf64>) outs(%dw1 : tensor<8x5xf64>) {
    ^bb0(%left: f64, %right: f64, %sum: f64):
      %product = arith.mulf %left, %right : f64
      %more = arith.addf %sum, %product : f64
      linalg.yield %more : f64
    } -> tensor<8x5xf64>
    %dw2_next = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%part, %a_1 : tensor<4xf64>, tensor<9xf64>) outs(%dw2 : tensor<4x9xf64>) {
    ^bb0(%left: f64, %right: f64, %sum: f64):
      %product = arith.mulf %left, %right : f64
      %more = arith.addf %sum, %product : f64
      linalg.yield %more : f64
    } -> tensor<4x9xf64>
    eq.next %go, %g_next, %dw1_next, %dw2_next : tensor<4xf64>, tensor<8x5xf64>, tensor<4x9xf64>
  }
  return %h_end, %dh0, %dw1, %dw2, %steps : tensor<4xf64>, tensor<4xf64>, tensor<8x5xf64>, tensor<4x9xf64>, i32
}

// (h, 1) and (tanh u, 1).
func.func private @activations(%h: tensor<4xf64>, %w1: tensor<8x5xf64>) -> (tensor<5xf64>, tensor<9xf64>) {
  %ones_5 = arith.constant dense<1.0> : tensor<5xf64>
  %ones_9 = arith.constant dense<1.0> : tensor<9xf64>
  %zeros = arith.constant dense<0.0> : tensor<8xf64>
  %h_1 = tensor.insert_slice %h into %ones_5[0] [4] [1] : tensor<4xf64> into tensor<5xf64>
  %u = linalg.matvec ins(%w1, %h_1 : tensor<8x5xf64>, tensor<5xf64>) outs(%zeros : tensor<8xf64>) -> tensor<8xf64>
  %a = math.tanh %u : tensor<8xf64>
  %a_1 = tensor.insert_slice %a into %ones_9[0] [8] [1] : tensor<8xf64> into tensor<9xf64>
  return %h_1, %a_1 : tensor<5xf64>, tensor<9xf64>
}
