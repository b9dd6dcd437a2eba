// node.resnet_order, node.resnet_grad_L16, node.resnet_grad_L256 (source: neural_ode.json): residual networks with
// the same weights in every layer, which are steps of methods for the flow.
//
//   h <- h + (T / L) f(h), L times          f(h) = W2 tanh(W1 h + b1) + b2
//
// Euler's method is this network; the others have more than one evaluation of f in a layer. A sample has its own
// length of a step, T / L, and with it its number of layers.

func.func @euler(
    %h0: tensor<?x4xf64> {eq.name = "h0"},
    %w1: tensor<8x4xf64> {eq.name = "W1"}, %b1: tensor<8xf64> {eq.name = "b1"},
    %w2: tensor<4x8xf64> {eq.name = "W2"}, %b2: tensor<4xf64> {eq.name = "b2"},
    %end: f64 {eq.name = "T"},
    %step: tensor<?xf64> {eq.name = "step"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4xf64> {eq.name = "h"}, tensor<?xi32> {eq.name = "layers"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %h, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<?x4xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<8x4xf64>, tensor<8xf64>, tensor<4x8xf64>, tensor<4xf64>)
      from(%start : f64) to(%end : f64) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %step : tensor<?xf64>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %w1: tensor<8x4xf64>, %b1: tensor<8xf64>, %w2: tensor<4x8xf64>, %b2: tensor<4xf64>):
    %u = linalg.matvec ins(%w1, %h : tensor<8x4xf64>, tensor<4xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %a = math.tanh %u : tensor<8xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<4x8xf64>, tensor<8xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %h, %steps, %status : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}

func.func @midpoint(
    %h0: tensor<?x4xf64> {eq.name = "h0"},
    %w1: tensor<8x4xf64> {eq.name = "W1"}, %b1: tensor<8xf64> {eq.name = "b1"},
    %w2: tensor<4x8xf64> {eq.name = "W2"}, %b2: tensor<4xf64> {eq.name = "b2"},
    %end: f64 {eq.name = "T"},
    %step: tensor<?xf64> {eq.name = "step"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4xf64> {eq.name = "h"}, tensor<?xi32> {eq.name = "layers"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %h, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<?x4xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<8x4xf64>, tensor<8xf64>, tensor<4x8xf64>, tensor<4xf64>)
      from(%start : f64) to(%end : f64) within(max = %max : i32)
      method(#eq.runge_kutta<midpoint>) with(step = %step : tensor<?xf64>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %w1: tensor<8x4xf64>, %b1: tensor<8xf64>, %w2: tensor<4x8xf64>, %b2: tensor<4xf64>):
    %u = linalg.matvec ins(%w1, %h : tensor<8x4xf64>, tensor<4xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %a = math.tanh %u : tensor<8xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<4x8xf64>, tensor<8xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %h, %steps, %status : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}

func.func @heun(
    %h0: tensor<?x4xf64> {eq.name = "h0"},
    %w1: tensor<8x4xf64> {eq.name = "W1"}, %b1: tensor<8xf64> {eq.name = "b1"},
    %w2: tensor<4x8xf64> {eq.name = "W2"}, %b2: tensor<4xf64> {eq.name = "b2"},
    %end: f64 {eq.name = "T"},
    %step: tensor<?xf64> {eq.name = "step"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4xf64> {eq.name = "h"}, tensor<?xi32> {eq.name = "layers"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %h, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<?x4xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<8x4xf64>, tensor<8xf64>, tensor<4x8xf64>, tensor<4xf64>)
      from(%start : f64) to(%end : f64) within(max = %max : i32)
      method(#eq.runge_kutta<heun>) with(step = %step : tensor<?xf64>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %w1: tensor<8x4xf64>, %b1: tensor<8xf64>, %w2: tensor<4x8xf64>, %b2: tensor<4xf64>):
    %u = linalg.matvec ins(%w1, %h : tensor<8x4xf64>, tensor<4xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %a = math.tanh %u : tensor<8xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<4x8xf64>, tensor<8xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %h, %steps, %status : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}

func.func @rk4(
    %h0: tensor<?x4xf64> {eq.name = "h0"},
    %w1: tensor<8x4xf64> {eq.name = "W1"}, %b1: tensor<8xf64> {eq.name = "b1"},
    %w2: tensor<4x8xf64> {eq.name = "W2"}, %b2: tensor<4xf64> {eq.name = "b2"},
    %end: f64 {eq.name = "T"},
    %step: tensor<?xf64> {eq.name = "step"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4xf64> {eq.name = "h"}, tensor<?xi32> {eq.name = "layers"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %h, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<?x4xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<8x4xf64>, tensor<8xf64>, tensor<4x8xf64>, tensor<4xf64>)
      from(%start : f64) to(%end : f64) within(max = %max : i32)
      method(#eq.runge_kutta<rk4>) with(step = %step : tensor<?xf64>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %w1: tensor<8x4xf64>, %b1: tensor<8xf64>, %w2: tensor<4x8xf64>, %b2: tensor<4xf64>):
    %u = linalg.matvec ins(%w1, %h : tensor<8x4xf64>, tensor<4xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %a = math.tanh %u : tensor<8xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<4x8xf64>, tensor<8xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %h, %steps, %status : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}

// The leading term of Euler's error: h_L = h(T) + (T / L) e(T) + ..., with
//
//   h' = f(h)     e' = J (e - f / 2)     e(0) = 0     J v = W2 (tanh'(u) W1 v)
func.func @leading_error(
    %h0: tensor<4xf64> {eq.name = "h0"},
    %w1: tensor<8x4xf64> {eq.name = "W1"}, %b1: tensor<8xf64> {eq.name = "b1"},
    %w2: tensor<4x8xf64> {eq.name = "W2"}, %b2: tensor<4xf64> {eq.name = "b2"},
    %end: f64 {eq.name = "T"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4xf64> {eq.name = "h_T"}, tensor<4xf64> {eq.name = "e_T"}, i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %e0 = arith.constant dense<0.0> : tensor<4xf64>
  %h, %e, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0, %e0 : tensor<4xf64>, tensor<4xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<8x4xf64>, tensor<8xf64>, tensor<4x8xf64>, tensor<4xf64>)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %e: tensor<4xf64>, %w1: tensor<8x4xf64>, %b1: tensor<8xf64>, %w2: tensor<4x8xf64>,
       %b2: tensor<4xf64>):
    %zeros_4 = arith.constant dense<0.0> : tensor<4xf64>
    %zeros_8 = arith.constant dense<0.0> : tensor<8xf64>
    %ones = arith.constant dense<1.0> : tensor<8xf64>
    %halves = arith.constant dense<0.5> : tensor<4xf64>
    %u = linalg.matvec ins(%w1, %h : tensor<8x4xf64>, tensor<4xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %a = math.tanh %u : tensor<8xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<4x8xf64>, tensor<8xf64>) outs(%b2 : tensor<4xf64>) -> tensor<4xf64>
    %half = arith.mulf %halves, %f : tensor<4xf64>
    %v = arith.subf %e, %half : tensor<4xf64>
    %w1v = linalg.matvec ins(%w1, %v : tensor<8x4xf64>, tensor<4xf64>) outs(%zeros_8 : tensor<8xf64>) -> tensor<8xf64>
    %aa = arith.mulf %a, %a : tensor<8xf64>
    %slope = arith.subf %ones, %aa : tensor<8xf64>
    %passed = arith.mulf %slope, %w1v : tensor<8xf64>
    %de = linalg.matvec ins(%w2, %passed : tensor<4x8xf64>, tensor<8xf64>) outs(%zeros_4 : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %f, %de : tensor<4xf64>, tensor<4xf64>
  }
  return %h, %e, %status : tensor<4xf64>, tensor<4xf64>, i32
}
