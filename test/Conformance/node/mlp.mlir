// node.mlp_d4_h8, node.mlp_d4_h8_T4, node.mlp_time_d3_h6, node.mlp_damped_d8_h16 (source: neural_ode.json):
// the flow of a small network, forward and back.
//
//   h' = f(t, h) = W2 (tanh u, 1) + q h       u = W1 (h, 1, t)       from 0 to T
//   loss = c . h(T),   dL/dT = c . f(T, h(T))
//   lambda' = -J^T lambda,   dL/dW = integral of lambda^T df/dW over [0, T]
//
// The biases, and what is multiplied by the time, are the last columns of the matrices. The way back, written out by
// hand, integrates from T to 0 the state, its adjoint lambda and the gradients, which are all states of one eq.ode.
// There is a function for every size of network.

// f(t, h), (h, 1, t) and (tanh u, 1).
func.func private @f_d4_h8(%t: f64, %h: tensor<4xf64>, %w1: tensor<8x6xf64>, %w2: tensor<4x9xf64>, %q: f64)
    -> (tensor<4xf64>, tensor<6xf64>, tensor<9xf64>) {
  %c5 = arith.constant 5 : index
  %ones = arith.constant dense<1.0> : tensor<6xf64>
  %one = arith.constant dense<1.0> : tensor<9xf64>
  %zeros = arith.constant dense<0.0> : tensor<8xf64>
  %h_1 = tensor.insert_slice %h into %ones[0] [4] [1] : tensor<4xf64> into tensor<6xf64>
  %h_1_t = tensor.insert %t into %h_1[%c5] : tensor<6xf64>
  %u = linalg.matvec ins(%w1, %h_1_t : tensor<8x6xf64>, tensor<6xf64>) outs(%zeros : tensor<8xf64>) -> tensor<8xf64>
  %a = math.tanh %u : tensor<8xf64>
  %a_1 = tensor.insert_slice %a into %one[0] [8] [1] : tensor<8xf64> into tensor<9xf64>
  %qs = tensor.splat %q : tensor<4xf64>
  %qh = arith.mulf %qs, %h : tensor<4xf64>
  %f = linalg.matvec ins(%w2, %a_1 : tensor<4x9xf64>, tensor<9xf64>) outs(%qh : tensor<4xf64>) -> tensor<4xf64>
  return %f, %h_1_t, %a_1 : tensor<4xf64>, tensor<6xf64>, tensor<9xf64>
}

func.func @d4_h8(
    %h0: tensor<4xf64> {eq.name = "h0"},
    %w1: tensor<8x6xf64> {eq.name = "W1"}, %w2: tensor<4x9xf64> {eq.name = "W2"}, %q: f64 {eq.name = "q"},
    %c: tensor<4xf64> {eq.name = "c"},
    %end: f64 {eq.name = "T"},
    %times: tensor<4xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x4xf64> {eq.name = "trajectory"}, tensor<4xf64> {eq.name = "h_T"}, tensor<4xf64> {eq.name = "h_0"},
        tensor<4xf64> {eq.name = "dL_dh0"}, tensor<8x6xf64> {eq.name = "dL_dW1"},
        tensor<4x9xf64> {eq.name = "dL_dW2"}, f64 {eq.name = "dL_dT"},
        i32 {eq.name = "status"}, i32 {eq.name = "status_back"}) {
  %start = arith.constant 0.0 : f64
  %h_end, %trajectory, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<4xf64>) shared(%w1, %w2, %q : tensor<8x6xf64>, tensor<4x9xf64>, f64)
      from(%start : f64) to(%end : f64) save(%times : tensor<4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %w1: tensor<8x6xf64>, %w2: tensor<4x9xf64>, %q: f64):
    %f, %h_1_t, %a_1 = func.call @f_d4_h8(%t, %h, %w1, %w2, %q)
        : (f64, tensor<4xf64>, tensor<8x6xf64>, tensor<4x9xf64>, f64) -> (tensor<4xf64>, tensor<6xf64>, tensor<9xf64>)
    eq.yield %f : tensor<4xf64>
  }
  %f_end, %h_1_t_end, %a_1_end = func.call @f_d4_h8(%end, %h_end, %w1, %w2, %q)
      : (f64, tensor<4xf64>, tensor<8x6xf64>, tensor<4x9xf64>, f64) -> (tensor<4xf64>, tensor<6xf64>, tensor<9xf64>)
  %zero = arith.constant dense<0.0> : tensor<f64>
  %product = linalg.dot ins(%c, %f_end : tensor<4xf64>, tensor<4xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
  %dt = tensor.extract %product[] : tensor<f64>

  %none_w1 = arith.constant dense<0.0> : tensor<8x6xf64>
  %none_w2 = arith.constant dense<0.0> : tensor<4x9xf64>
  %h_start, %dh0, %dw1, %dw2, %t_back, %error_back, %steps_back, %rejected_back, %status_back = eq.ode
      init(%h_end, %c, %none_w1, %none_w2 : tensor<4xf64>, tensor<4xf64>, tensor<8x6xf64>, tensor<4x9xf64>)
      shared(%w1, %w2, %q : tensor<8x6xf64>, tensor<4x9xf64>, f64)
      from(%end : f64) to(%start : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %lambda: tensor<4xf64>, %gw1: tensor<8x6xf64>, %gw2: tensor<4x9xf64>,
       %w1: tensor<8x6xf64>, %w2: tensor<4x9xf64>, %q: f64):
    %ones = arith.constant dense<1.0> : tensor<8xf64>
    %zeros_d = arith.constant dense<0.0> : tensor<4xf64>
    %zeros_d2 = arith.constant dense<0.0> : tensor<6xf64>
    %zeros_h1 = arith.constant dense<0.0> : tensor<9xf64>
    %empty_w1 = tensor.empty() : tensor<8x6xf64>
    %empty_w2 = tensor.empty() : tensor<4x9xf64>
    %f, %h_1_t, %a_1 = func.call @f_d4_h8(%t, %h, %w1, %w2, %q)
        : (f64, tensor<4xf64>, tensor<8x6xf64>, tensor<4x9xf64>, f64) -> (tensor<4xf64>, tensor<6xf64>, tensor<9xf64>)
    // g = tanh' (W2^T lambda), J^T lambda = W1^T g + q lambda.
    %a = tensor.extract_slice %a_1[0] [8] [1] : tensor<9xf64> to tensor<8xf64>
    %aa = arith.mulf %a, %a : tensor<8xf64>
    %slope = arith.subf %ones, %aa : tensor<8xf64>
    %into_1 = linalg.vecmat ins(%lambda, %w2 : tensor<4xf64>, tensor<4x9xf64>) outs(%zeros_h1 : tensor<9xf64>) -> tensor<9xf64>
    %into = tensor.extract_slice %into_1[0] [8] [1] : tensor<9xf64> to tensor<8xf64>
    %g = arith.mulf %slope, %into : tensor<8xf64>
    %through_1_t = linalg.vecmat ins(%g, %w1 : tensor<8xf64>, tensor<8x6xf64>) outs(%zeros_d2 : tensor<6xf64>) -> tensor<6xf64>
    %through = tensor.extract_slice %through_1_t[0] [4] [1] : tensor<6xf64> to tensor<4xf64>
    %qs = tensor.splat %q : tensor<4xf64>
    %ql = arith.mulf %qs, %lambda : tensor<4xf64>
    %jl = arith.addf %through, %ql : tensor<4xf64>
    %dlambda = arith.subf %zeros_d, %jl : tensor<4xf64>
    %dw1 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%g, %h_1_t : tensor<8xf64>, tensor<6xf64>) outs(%empty_w1 : tensor<8x6xf64>) {
    ^bb0(%left: f64, %right: f64, %unused: f64):
      %one = arith.mulf %left, %right : f64
      %minus = arith.negf %one : f64
      linalg.yield %minus : f64
    } -> tensor<8x6xf64>
    %dw2 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%lambda, %a_1 : tensor<4xf64>, tensor<9xf64>) outs(%empty_w2 : tensor<4x9xf64>) {
    ^bb0(%left: f64, %right: f64, %unused: f64):
      %one = arith.mulf %left, %right : f64
      %minus = arith.negf %one : f64
      linalg.yield %minus : f64
    } -> tensor<4x9xf64>
    eq.yield %f, %dlambda, %dw1, %dw2 : tensor<4xf64>, tensor<4xf64>, tensor<8x6xf64>, tensor<4x9xf64>
  }
  return %trajectory, %h_end, %h_start, %dh0, %dw1, %dw2, %dt, %status, %status_back
      : tensor<4x4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<8x6xf64>, tensor<4x9xf64>, f64, i32, i32
}

// f(t, h), (h, 1, t) and (tanh u, 1).
func.func private @f_d3_h6(%t: f64, %h: tensor<3xf64>, %w1: tensor<6x5xf64>, %w2: tensor<3x7xf64>, %q: f64)
    -> (tensor<3xf64>, tensor<5xf64>, tensor<7xf64>) {
  %c4 = arith.constant 4 : index
  %ones = arith.constant dense<1.0> : tensor<5xf64>
  %one = arith.constant dense<1.0> : tensor<7xf64>
  %zeros = arith.constant dense<0.0> : tensor<6xf64>
  %h_1 = tensor.insert_slice %h into %ones[0] [3] [1] : tensor<3xf64> into tensor<5xf64>
  %h_1_t = tensor.insert %t into %h_1[%c4] : tensor<5xf64>
  %u = linalg.matvec ins(%w1, %h_1_t : tensor<6x5xf64>, tensor<5xf64>) outs(%zeros : tensor<6xf64>) -> tensor<6xf64>
  %a = math.tanh %u : tensor<6xf64>
  %a_1 = tensor.insert_slice %a into %one[0] [6] [1] : tensor<6xf64> into tensor<7xf64>
  %qs = tensor.splat %q : tensor<3xf64>
  %qh = arith.mulf %qs, %h : tensor<3xf64>
  %f = linalg.matvec ins(%w2, %a_1 : tensor<3x7xf64>, tensor<7xf64>) outs(%qh : tensor<3xf64>) -> tensor<3xf64>
  return %f, %h_1_t, %a_1 : tensor<3xf64>, tensor<5xf64>, tensor<7xf64>
}

func.func @d3_h6(
    %h0: tensor<3xf64> {eq.name = "h0"},
    %w1: tensor<6x5xf64> {eq.name = "W1"}, %w2: tensor<3x7xf64> {eq.name = "W2"}, %q: f64 {eq.name = "q"},
    %c: tensor<3xf64> {eq.name = "c"},
    %end: f64 {eq.name = "T"},
    %times: tensor<4xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x3xf64> {eq.name = "trajectory"}, tensor<3xf64> {eq.name = "h_T"}, tensor<3xf64> {eq.name = "h_0"},
        tensor<3xf64> {eq.name = "dL_dh0"}, tensor<6x5xf64> {eq.name = "dL_dW1"},
        tensor<3x7xf64> {eq.name = "dL_dW2"}, f64 {eq.name = "dL_dT"},
        i32 {eq.name = "status"}, i32 {eq.name = "status_back"}) {
  %start = arith.constant 0.0 : f64
  %h_end, %trajectory, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<3xf64>) shared(%w1, %w2, %q : tensor<6x5xf64>, tensor<3x7xf64>, f64)
      from(%start : f64) to(%end : f64) save(%times : tensor<4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %h: tensor<3xf64>, %w1: tensor<6x5xf64>, %w2: tensor<3x7xf64>, %q: f64):
    %f, %h_1_t, %a_1 = func.call @f_d3_h6(%t, %h, %w1, %w2, %q)
        : (f64, tensor<3xf64>, tensor<6x5xf64>, tensor<3x7xf64>, f64) -> (tensor<3xf64>, tensor<5xf64>, tensor<7xf64>)
    eq.yield %f : tensor<3xf64>
  }
  %f_end, %h_1_t_end, %a_1_end = func.call @f_d3_h6(%end, %h_end, %w1, %w2, %q)
      : (f64, tensor<3xf64>, tensor<6x5xf64>, tensor<3x7xf64>, f64) -> (tensor<3xf64>, tensor<5xf64>, tensor<7xf64>)
  %zero = arith.constant dense<0.0> : tensor<f64>
  %product = linalg.dot ins(%c, %f_end : tensor<3xf64>, tensor<3xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
  %dt = tensor.extract %product[] : tensor<f64>

  %none_w1 = arith.constant dense<0.0> : tensor<6x5xf64>
  %none_w2 = arith.constant dense<0.0> : tensor<3x7xf64>
  %h_start, %dh0, %dw1, %dw2, %t_back, %error_back, %steps_back, %rejected_back, %status_back = eq.ode
      init(%h_end, %c, %none_w1, %none_w2 : tensor<3xf64>, tensor<3xf64>, tensor<6x5xf64>, tensor<3x7xf64>)
      shared(%w1, %w2, %q : tensor<6x5xf64>, tensor<3x7xf64>, f64)
      from(%end : f64) to(%start : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %h: tensor<3xf64>, %lambda: tensor<3xf64>, %gw1: tensor<6x5xf64>, %gw2: tensor<3x7xf64>,
       %w1: tensor<6x5xf64>, %w2: tensor<3x7xf64>, %q: f64):
    %ones = arith.constant dense<1.0> : tensor<6xf64>
    %zeros_d = arith.constant dense<0.0> : tensor<3xf64>
    %zeros_d2 = arith.constant dense<0.0> : tensor<5xf64>
    %zeros_h1 = arith.constant dense<0.0> : tensor<7xf64>
    %empty_w1 = tensor.empty() : tensor<6x5xf64>
    %empty_w2 = tensor.empty() : tensor<3x7xf64>
    %f, %h_1_t, %a_1 = func.call @f_d3_h6(%t, %h, %w1, %w2, %q)
        : (f64, tensor<3xf64>, tensor<6x5xf64>, tensor<3x7xf64>, f64) -> (tensor<3xf64>, tensor<5xf64>, tensor<7xf64>)
    // g = tanh' (W2^T lambda), J^T lambda = W1^T g + q lambda.
    %a = tensor.extract_slice %a_1[0] [6] [1] : tensor<7xf64> to tensor<6xf64>
    %aa = arith.mulf %a, %a : tensor<6xf64>
    %slope = arith.subf %ones, %aa : tensor<6xf64>
    %into_1 = linalg.vecmat ins(%lambda, %w2 : tensor<3xf64>, tensor<3x7xf64>) outs(%zeros_h1 : tensor<7xf64>) -> tensor<7xf64>
    %into = tensor.extract_slice %into_1[0] [6] [1] : tensor<7xf64> to tensor<6xf64>
    %g = arith.mulf %slope, %into : tensor<6xf64>
    %through_1_t = linalg.vecmat ins(%g, %w1 : tensor<6xf64>, tensor<6x5xf64>) outs(%zeros_d2 : tensor<5xf64>) -> tensor<5xf64>
    %through = tensor.extract_slice %through_1_t[0] [3] [1] : tensor<5xf64> to tensor<3xf64>
    %qs = tensor.splat %q : tensor<3xf64>
    %ql = arith.mulf %qs, %lambda : tensor<3xf64>
    %jl = arith.addf %through, %ql : tensor<3xf64>
    %dlambda = arith.subf %zeros_d, %jl : tensor<3xf64>
    %dw1 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%g, %h_1_t : tensor<6xf64>, tensor<5xf64>) outs(%empty_w1 : tensor<6x5xf64>) {
    ^bb0(%left: f64, %right: f64, %unused: f64):
      %one = arith.mulf %left, %right : f64
      %minus = arith.negf %one : f64
      linalg.yield %minus : f64
    } -> tensor<6x5xf64>
    %dw2 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%lambda, %a_1 : tensor<3xf64>, tensor<7xf64>) outs(%empty_w2 : tensor<3x7xf64>) {
    ^bb0(%left: f64, %right: f64, %unused: f64):
      %one = arith.mulf %left, %right : f64
      %minus = arith.negf %one : f64
      linalg.yield %minus : f64
    } -> tensor<3x7xf64>
    eq.yield %f, %dlambda, %dw1, %dw2 : tensor<3xf64>, tensor<3xf64>, tensor<6x5xf64>, tensor<3x7xf64>
  }
  return %trajectory, %h_end, %h_start, %dh0, %dw1, %dw2, %dt, %status, %status_back
      : tensor<4x3xf64>, tensor<3xf64>, tensor<3xf64>, tensor<3xf64>, tensor<6x5xf64>, tensor<3x7xf64>, f64, i32, i32
}

// f(t, h), (h, 1, t) and (tanh u, 1).
func.func private @f_d8_h16(%t: f64, %h: tensor<8xf64>, %w1: tensor<16x10xf64>, %w2: tensor<8x17xf64>, %q: f64)
    -> (tensor<8xf64>, tensor<10xf64>, tensor<17xf64>) {
  %c9 = arith.constant 9 : index
  %ones = arith.constant dense<1.0> : tensor<10xf64>
  %one = arith.constant dense<1.0> : tensor<17xf64>
  %zeros = arith.constant dense<0.0> : tensor<16xf64>
  %h_1 = tensor.insert_slice %h into %ones[0] [8] [1] : tensor<8xf64> into tensor<10xf64>
  %h_1_t = tensor.insert %t into %h_1[%c9] : tensor<10xf64>
  %u = linalg.matvec ins(%w1, %h_1_t : tensor<16x10xf64>, tensor<10xf64>) outs(%zeros : tensor<16xf64>) -> tensor<16xf64>
  %a = math.tanh %u : tensor<16xf64>
  %a_1 = tensor.insert_slice %a into %one[0] [16] [1] : tensor<16xf64> into tensor<17xf64>
  %qs = tensor.splat %q : tensor<8xf64>
  %qh = arith.mulf %qs, %h : tensor<8xf64>
  %f = linalg.matvec ins(%w2, %a_1 : tensor<8x17xf64>, tensor<17xf64>) outs(%qh : tensor<8xf64>) -> tensor<8xf64>
  return %f, %h_1_t, %a_1 : tensor<8xf64>, tensor<10xf64>, tensor<17xf64>
}

func.func @d8_h16(
    %h0: tensor<8xf64> {eq.name = "h0"},
    %w1: tensor<16x10xf64> {eq.name = "W1"}, %w2: tensor<8x17xf64> {eq.name = "W2"}, %q: f64 {eq.name = "q"},
    %c: tensor<8xf64> {eq.name = "c"},
    %end: f64 {eq.name = "T"},
    %times: tensor<4xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x8xf64> {eq.name = "trajectory"}, tensor<8xf64> {eq.name = "h_T"}, tensor<8xf64> {eq.name = "h_0"},
        tensor<8xf64> {eq.name = "dL_dh0"}, tensor<16x10xf64> {eq.name = "dL_dW1"},
        tensor<8x17xf64> {eq.name = "dL_dW2"}, f64 {eq.name = "dL_dT"},
        i32 {eq.name = "status"}, i32 {eq.name = "status_back"}) {
  %start = arith.constant 0.0 : f64
  %h_end, %trajectory, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<8xf64>) shared(%w1, %w2, %q : tensor<16x10xf64>, tensor<8x17xf64>, f64)
      from(%start : f64) to(%end : f64) save(%times : tensor<4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %h: tensor<8xf64>, %w1: tensor<16x10xf64>, %w2: tensor<8x17xf64>, %q: f64):
    %f, %h_1_t, %a_1 = func.call @f_d8_h16(%t, %h, %w1, %w2, %q)
        : (f64, tensor<8xf64>, tensor<16x10xf64>, tensor<8x17xf64>, f64) -> (tensor<8xf64>, tensor<10xf64>, tensor<17xf64>)
    eq.yield %f : tensor<8xf64>
  }
  %f_end, %h_1_t_end, %a_1_end = func.call @f_d8_h16(%end, %h_end, %w1, %w2, %q)
      : (f64, tensor<8xf64>, tensor<16x10xf64>, tensor<8x17xf64>, f64) -> (tensor<8xf64>, tensor<10xf64>, tensor<17xf64>)
  %zero = arith.constant dense<0.0> : tensor<f64>
  %product = linalg.dot ins(%c, %f_end : tensor<8xf64>, tensor<8xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
  %dt = tensor.extract %product[] : tensor<f64>

  %none_w1 = arith.constant dense<0.0> : tensor<16x10xf64>
  %none_w2 = arith.constant dense<0.0> : tensor<8x17xf64>
  %h_start, %dh0, %dw1, %dw2, %t_back, %error_back, %steps_back, %rejected_back, %status_back = eq.ode
      init(%h_end, %c, %none_w1, %none_w2 : tensor<8xf64>, tensor<8xf64>, tensor<16x10xf64>, tensor<8x17xf64>)
      shared(%w1, %w2, %q : tensor<16x10xf64>, tensor<8x17xf64>, f64)
      from(%end : f64) to(%start : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %h: tensor<8xf64>, %lambda: tensor<8xf64>, %gw1: tensor<16x10xf64>, %gw2: tensor<8x17xf64>,
       %w1: tensor<16x10xf64>, %w2: tensor<8x17xf64>, %q: f64):
    %ones = arith.constant dense<1.0> : tensor<16xf64>
    %zeros_d = arith.constant dense<0.0> : tensor<8xf64>
    %zeros_d2 = arith.constant dense<0.0> : tensor<10xf64>
    %zeros_h1 = arith.constant dense<0.0> : tensor<17xf64>
    %empty_w1 = tensor.empty() : tensor<16x10xf64>
    %empty_w2 = tensor.empty() : tensor<8x17xf64>
    %f, %h_1_t, %a_1 = func.call @f_d8_h16(%t, %h, %w1, %w2, %q)
        : (f64, tensor<8xf64>, tensor<16x10xf64>, tensor<8x17xf64>, f64) -> (tensor<8xf64>, tensor<10xf64>, tensor<17xf64>)
    // g = tanh' (W2^T lambda), J^T lambda = W1^T g + q lambda.
    %a = tensor.extract_slice %a_1[0] [16] [1] : tensor<17xf64> to tensor<16xf64>
    %aa = arith.mulf %a, %a : tensor<16xf64>
    %slope = arith.subf %ones, %aa : tensor<16xf64>
    %into_1 = linalg.vecmat ins(%lambda, %w2 : tensor<8xf64>, tensor<8x17xf64>) outs(%zeros_h1 : tensor<17xf64>) -> tensor<17xf64>
    %into = tensor.extract_slice %into_1[0] [16] [1] : tensor<17xf64> to tensor<16xf64>
    %g = arith.mulf %slope, %into : tensor<16xf64>
    %through_1_t = linalg.vecmat ins(%g, %w1 : tensor<16xf64>, tensor<16x10xf64>) outs(%zeros_d2 : tensor<10xf64>) -> tensor<10xf64>
    %through = tensor.extract_slice %through_1_t[0] [8] [1] : tensor<10xf64> to tensor<8xf64>
    %qs = tensor.splat %q : tensor<8xf64>
    %ql = arith.mulf %qs, %lambda : tensor<8xf64>
    %jl = arith.addf %through, %ql : tensor<8xf64>
    %dlambda = arith.subf %zeros_d, %jl : tensor<8xf64>
    %dw1 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%g, %h_1_t : tensor<16xf64>, tensor<10xf64>) outs(%empty_w1 : tensor<16x10xf64>) {
    ^bb0(%left: f64, %right: f64, %unused: f64):
      %one = arith.mulf %left, %right : f64
      %minus = arith.negf %one : f64
      linalg.yield %minus : f64
    } -> tensor<16x10xf64>
    %dw2 = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%lambda, %a_1 : tensor<8xf64>, tensor<17xf64>) outs(%empty_w2 : tensor<8x17xf64>) {
    ^bb0(%left: f64, %right: f64, %unused: f64):
      %one = arith.mulf %left, %right : f64
      %minus = arith.negf %one : f64
      linalg.yield %minus : f64
    } -> tensor<8x17xf64>
    eq.yield %f, %dlambda, %dw1, %dw2 : tensor<8xf64>, tensor<8xf64>, tensor<16x10xf64>, tensor<8x17xf64>
  }
  return %trajectory, %h_end, %h_start, %dh0, %dw1, %dw2, %dt, %status, %status_back
      : tensor<4x8xf64>, tensor<8xf64>, tensor<8xf64>, tensor<8xf64>, tensor<16x10xf64>, tensor<8x17xf64>, f64, i32, i32
}
