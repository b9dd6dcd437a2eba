// node.linear_d4 (source: neural_ode.json): a linear flow, h(T) = exp(A T) h0, forward and back.
//
//   h' = A h     lambda' = -A^T lambda     dL/dA = integral of lambda h^T over [0, T]
//
// with loss = c . h(T) and lambda(T) = c; the way back, from T to 0, is written out by hand.

func.func @solve(
    %h0: tensor<4xf64> {eq.name = "h0"},
    %a: tensor<4x4xf64> {eq.name = "A"},
    %c: tensor<4xf64> {eq.name = "c"},
    %end: f64 {eq.name = "T"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4xf64> {eq.name = "h_T"}, tensor<4xf64> {eq.name = "h_0"}, tensor<4xf64> {eq.name = "dL_dh0"},
        tensor<4x4xf64> {eq.name = "dL_dA"}, i32 {eq.name = "status"}, i32 {eq.name = "status_back"}) {
  %start = arith.constant 0.0 : f64
  %none = arith.constant dense<0.0> : tensor<4x4xf64>
  %h_end, %t, %error, %steps, %rejected, %status = eq.ode
      init(%h0 : tensor<4xf64>) shared(%a : tensor<4x4xf64>)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %a: tensor<4x4xf64>):
    %zeros = arith.constant dense<0.0> : tensor<4xf64>
    %f = linalg.matvec ins(%a, %h : tensor<4x4xf64>, tensor<4xf64>) outs(%zeros : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  %h_start, %dh0, %da, %t_back, %error_back, %steps_back, %rejected_back, %status_back = eq.ode
      init(%h_end, %c, %none : tensor<4xf64>, tensor<4xf64>, tensor<4x4xf64>) shared(%a : tensor<4x4xf64>)
      from(%end : f64) to(%start : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %h: tensor<4xf64>, %lambda: tensor<4xf64>, %g: tensor<4x4xf64>, %a: tensor<4x4xf64>):
    %zeros = arith.constant dense<0.0> : tensor<4xf64>
    %empty = tensor.empty() : tensor<4x4xf64>
    %f = linalg.matvec ins(%a, %h : tensor<4x4xf64>, tensor<4xf64>) outs(%zeros : tensor<4xf64>) -> tensor<4xf64>
    %al = linalg.vecmat ins(%lambda, %a : tensor<4xf64>, tensor<4x4xf64>) outs(%zeros : tensor<4xf64>) -> tensor<4xf64>
    %dlambda = arith.subf %zeros, %al : tensor<4xf64>
    %dg = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]}
        ins(%lambda, %h : tensor<4xf64>, tensor<4xf64>) outs(%empty : tensor<4x4xf64>) {
    ^bb0(%left: f64, %right: f64, %unused: f64):
      %product = arith.mulf %left, %right : f64
      %minus = arith.negf %product : f64
      linalg.yield %minus : f64
    } -> tensor<4x4xf64>
    eq.yield %f, %dlambda, %dg : tensor<4xf64>, tensor<4xf64>, tensor<4x4xf64>
  }
  return %h_end, %h_start, %dh0, %da, %status, %status_back
      : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4x4xf64>, i32, i32
}
