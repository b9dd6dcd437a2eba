// A neural ODE, and the residual network whose limit it is.
//
//   layers   h <- h + f(h)/L, L times         f(h) = W2 tanh(W1 h + b1) + b2
//   flow     dh/dt = f(h), from 0 to 1
//
// A residual network with the same weights in every layer is Euler's method with the step 1/L. Both functions take
// a batch of inputs and any network of this form; the weights are shared by all samples.

func.func @layers(
    %h0: tensor<?x2xf64> {eq.name = "h0"},
    %w1: tensor<4x2xf64> {eq.name = "W1"}, %b1: tensor<4xf64> {eq.name = "b1"},
    %w2: tensor<2x4xf64> {eq.name = "W2"}, %b2: tensor<2xf64> {eq.name = "b2"},
    %step: f64 {eq.name = "step"} // 1/L
) -> (tensor<?x2xf64> {eq.name = "h"}, tensor<?xi32> {eq.name = "layers"}, tensor<?xi32> {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %max = arith.constant 1000000 : i32
  %h, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<?x2xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<4x2xf64>, tensor<4xf64>, tensor<2x4xf64>, tensor<2xf64>)
      from(%t0 : f64) to(%t1 : f64) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %step : f64) {
  ^bb0(%t: f64, %h: tensor<2xf64>, %w1: tensor<4x2xf64>, %b1: tensor<4xf64>, %w2: tensor<2x4xf64>, %b2: tensor<2xf64>):
    %u = linalg.matvec ins(%w1, %h : tensor<4x2xf64>, tensor<2xf64>) outs(%b1 : tensor<4xf64>) -> tensor<4xf64>
    %a = math.tanh %u : tensor<4xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<2x4xf64>, tensor<4xf64>) outs(%b2 : tensor<2xf64>) -> tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return %h, %steps, %status : tensor<?x2xf64>, tensor<?xi32>, tensor<?xi32>
}

func.func @flow(
    %h0: tensor<?x2xf64> {eq.name = "h0"},
    %w1: tensor<4x2xf64> {eq.name = "W1"}, %b1: tensor<4xf64> {eq.name = "b1"},
    %w2: tensor<2x4xf64> {eq.name = "W2"}, %b2: tensor<2xf64> {eq.name = "b2"},
    %tol: f64 {eq.name = "tol"}
) -> (tensor<?x2xf64> {eq.name = "h"}, tensor<?xi32> {eq.name = "steps"}, tensor<?xi32> {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.0 : f64
  %max = arith.constant 10000 : i32
  %h, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<?x2xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<4x2xf64>, tensor<4xf64>, tensor<2x4xf64>, tensor<2xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %h: tensor<2xf64>, %w1: tensor<4x2xf64>, %b1: tensor<4xf64>, %w2: tensor<2x4xf64>, %b2: tensor<2xf64>):
    %u = linalg.matvec ins(%w1, %h : tensor<4x2xf64>, tensor<2xf64>) outs(%b1 : tensor<4xf64>) -> tensor<4xf64>
    %a = math.tanh %u : tensor<4xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<2x4xf64>, tensor<4xf64>) outs(%b2 : tensor<2xf64>) -> tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return %h, %steps, %status : tensor<?x2xf64>, tensor<?xi32>, tensor<?xi32>
}

// Three inputs through 8 and 512 layers, and through the flow. References: the layers multiplied out in Python's
// doubles; the flow by the classical Runge-Kutta method with 500 and 1000 steps, which agree to 2e-14.
func.func @limit() {
  %h0 = arith.constant dense<[[1.0, 0.0], [-0.5, 2.0], [0.25, -1.0]]> : tensor<3x2xf64>
  %w1 = arith.constant dense<[[0.5, -0.25], [-0.375, 0.75], [0.25, 0.625], [-0.5, -0.125]]> : tensor<4x2xf64>
  %b1 = arith.constant dense<[0.125, -0.25, 0.5, 0.0]> : tensor<4xf64>
  %w2 = arith.constant dense<[[0.75, -0.5, 0.25, 0.375], [-0.25, 0.5, 0.625, -0.75]]> : tensor<2x4xf64>
  %b2 = arith.constant dense<[0.125, -0.0625]> : tensor<2xf64>
  %eighth = arith.constant 0.125 : f64
  %small = arith.constant 0.001953125 : f64
  %tol = arith.constant 1.0e-12 : f64
  %any_h0 = tensor.cast %h0 : tensor<3x2xf64> to tensor<?x2xf64>

  %any_8, %any_l8, %any_s8 = func.call @layers(%any_h0, %w1, %b1, %w2, %b2, %eighth)
      : (tensor<?x2xf64>, tensor<4x2xf64>, tensor<4xf64>, tensor<2x4xf64>, tensor<2xf64>, f64)
      -> (tensor<?x2xf64>, tensor<?xi32>, tensor<?xi32>)
  %h8 = tensor.cast %any_8 : tensor<?x2xf64> to tensor<3x2xf64>
  %l8 = tensor.cast %any_l8 : tensor<?xi32> to tensor<3xi32>
  eqtest.close %l8, dense<8> : tensor<3xi32>
  eqtest.close %h8, dense<[[1.851270885686029, 0.39328584600315747], [-1.1073761336995758, 3.132271923455425],
      [1.1994111339798597, -1.6249609645403116]]> : tensor<3x2xf64>, rel = 1.0e-14

  %any_512, %any_l512, %any_s512 = func.call @layers(%any_h0, %w1, %b1, %w2, %b2, %small)
      : (tensor<?x2xf64>, tensor<4x2xf64>, tensor<4xf64>, tensor<2x4xf64>, tensor<2xf64>, f64)
      -> (tensor<?x2xf64>, tensor<?xi32>, tensor<?xi32>)
  %h512 = tensor.cast %any_512 : tensor<?x2xf64> to tensor<3x2xf64>

  %any_h, %any_n, %any_s = func.call @flow(%any_h0, %w1, %b1, %w2, %b2, %tol)
      : (tensor<?x2xf64>, tensor<4x2xf64>, tensor<4xf64>, tensor<2x4xf64>, tensor<2xf64>, f64)
      -> (tensor<?x2xf64>, tensor<?xi32>, tensor<?xi32>)
  %h = tensor.cast %any_h : tensor<?x2xf64> to tensor<3x2xf64>
  %s = tensor.cast %any_s : tensor<?xi32> to tensor<3xi32>
  eqtest.status %s, converged : tensor<3xi32>
  eqtest.close %h, dense<[[1.8541614170277139, 0.416930655813075], [-1.1195158226882196, 3.132265851930345],
      [1.2107030268721204, -1.6208471990759816]]> : tensor<3x2xf64>, abs = 1.0e-11

  // 512 layers are within 4e-4 of the flow, 8 within 64 times that.
  eqtest.near %h512, %h : tensor<3x2xf64>, abs = 4.0e-4
  eqtest.near %h8, %h : tensor<3x2xf64>, abs = 2.56e-2
  return
}
