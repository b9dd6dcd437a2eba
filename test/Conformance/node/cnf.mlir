// node.cnf_d3_h8 (source: neural_ode.json): how the flow of a network changes volumes and densities.
//
//   h' = f(h) = W2 tanh(W1 h + b1) + b2     l' = tr J(h)     F' = J(h) F     J = W2 diag(tanh'(u)) W1
//
// from l = 0 and F = 1: then l(T) = log det F(T), and log p_T(h(T)) = log p_0(h0) - l(T).

func.func @solve(
    %h0: tensor<3xf64> {eq.name = "h0"},
    %unit: tensor<3x3xf64> {eq.name = "unit"},
    %w1: tensor<8x3xf64> {eq.name = "W1"}, %b1: tensor<8xf64> {eq.name = "b1"},
    %w2: tensor<3x8xf64> {eq.name = "W2"}, %b2: tensor<3xf64> {eq.name = "b2"},
    %end: f64 {eq.name = "T"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<3xf64> {eq.name = "h_T"}, f64 {eq.name = "log_det"}, tensor<3x3xf64> {eq.name = "flow_jacobian"},
        i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %h, %l, %f, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0, %start, %unit : tensor<3xf64>, f64, tensor<3x3xf64>)
      shared(%w1, %b1, %w2, %b2 : tensor<8x3xf64>, tensor<8xf64>, tensor<3x8xf64>, tensor<3xf64>)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<vern7>) {
  ^bb0(%t: f64, %h: tensor<3xf64>, %l: f64, %flow: tensor<3x3xf64>, %w1: tensor<8x3xf64>, %b1: tensor<8xf64>,
       %w2: tensor<3x8xf64>, %b2: tensor<3xf64>):
    %one = arith.constant 1.0 : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %zeros = arith.constant dense<0.0> : tensor<3x3xf64>
    %empty = tensor.empty() : tensor<8x3xf64>
    %u = linalg.matvec ins(%w1, %h : tensor<8x3xf64>, tensor<3xf64>) outs(%b1 : tensor<8xf64>) -> tensor<8xf64>
    %a = math.tanh %u : tensor<8xf64>
    %f = linalg.matvec ins(%w2, %a : tensor<3x8xf64>, tensor<8xf64>) outs(%b2 : tensor<3xf64>) -> tensor<3xf64>
    %scaled = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%a, %w1 : tensor<8xf64>, tensor<8x3xf64>) outs(%empty : tensor<8x3xf64>) {
    ^bb0(%a_i: f64, %w: f64, %unused: f64):
      %aa = arith.mulf %a_i, %a_i : f64
      %slope = arith.subf %one, %aa : f64
      %sw = arith.mulf %slope, %w : f64
      linalg.yield %sw : f64
    } -> tensor<8x3xf64>
    %j = linalg.matmul ins(%w2, %scaled : tensor<3x8xf64>, tensor<8x3xf64>) outs(%zeros : tensor<3x3xf64>) -> tensor<3x3xf64>
    %sum = linalg.generic
        {indexing_maps = [affine_map<(i) -> (i, i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
        ins(%j : tensor<3x3xf64>) outs(%zero : tensor<f64>) {
    ^bb0(%j_ii: f64, %so_far: f64):
      %next = arith.addf %so_far, %j_ii : f64
      linalg.yield %next : f64
    } -> tensor<f64>
    %trace = tensor.extract %sum[] : tensor<f64>
    %dflow = linalg.matmul ins(%j, %flow : tensor<3x3xf64>, tensor<3x3xf64>) outs(%zeros : tensor<3x3xf64>) -> tensor<3x3xf64>
    eq.yield %f, %trace, %dflow : tensor<3xf64>, f64, tensor<3x3xf64>
  }
  return %h, %l, %f, %status : tensor<3xf64>, f64, tensor<3x3xf64>, i32
}
