// fixed.sinkhorn (source: classic_fixed_points.json): entropic optimal transport.
//
//   K = exp(-C / eps),  v = b / (K^T u),  u <- a / (K v)          from u = 1
//
// The state is log u, whose change the oracle counts by. The plan diag(u) K diag(v) is
// made after the loop. The tolerances are a batch of 4.

func.func @solve(
    %cost: tensor<4x5xf64> {eq.name = "C"},
    %eps: f64 {eq.name = "eps"},
    %a: tensor<4xf64> {eq.name = "a"},
    %b: tensor<5xf64> {eq.name = "b"},
    %tol: tensor<4xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x4x5xf64> {eq.name = "plan"}, tensor<4xi32> {eq.name = "iterations"}, tensor<4xi32> {eq.name = "status"}) {
  %no_kernel = tensor.empty() : tensor<4x5xf64>
  %kernel = linalg.map ins(%cost : tensor<4x5xf64>) outs(%no_kernel : tensor<4x5xf64>)
    (%c: f64, %old: f64) {
      %ratio = arith.divf %c, %eps : f64
      %minus = arith.negf %ratio : f64
      %k = math.exp %minus : f64
      linalg.yield %k : f64
    }
  %start = arith.constant dense<0.0> : tensor<4x4xf64>
  %log_u, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<4x4xf64>) shared(%kernel, %a, %b : tensor<4x5xf64>, tensor<4xf64>, tensor<5xf64>)
      until(abs = %tol : tensor<4xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%log_u: tensor<4xf64>, %kernel: tensor<4x5xf64>, %a: tensor<4xf64>, %b: tensor<5xf64>):
    %no_rows = arith.constant dense<0.0> : tensor<4xf64>
    %no_columns = arith.constant dense<0.0> : tensor<5xf64>
    %u = math.exp %log_u : tensor<4xf64>
    %ku = linalg.vecmat ins(%u, %kernel : tensor<4xf64>, tensor<4x5xf64>) outs(%no_columns : tensor<5xf64>) -> tensor<5xf64>
    %v = arith.divf %b, %ku : tensor<5xf64>
    %kv = linalg.matvec ins(%kernel, %v : tensor<4x5xf64>, tensor<5xf64>) outs(%no_rows : tensor<4xf64>) -> tensor<4xf64>
    %next = arith.divf %a, %kv : tensor<4xf64>
    %f = math.log %next : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  %no_v = arith.constant dense<0.0> : tensor<4x5xf64>
  %u = math.exp %log_u : tensor<4x4xf64>
  %ku = linalg.matmul ins(%u, %kernel : tensor<4x4xf64>, tensor<4x5xf64>) outs(%no_v : tensor<4x5xf64>) -> tensor<4x5xf64>
  %no_plan = tensor.empty() : tensor<4x4x5xf64>
  %plan = linalg.generic
      {indexing_maps = [affine_map<(s, i, j) -> (s, i)>, affine_map<(s, i, j) -> (i, j)>, affine_map<(s, i, j) -> (j)>,
                        affine_map<(s, i, j) -> (s, j)>, affine_map<(s, i, j) -> (s, i, j)>],
       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%u, %kernel, %b, %ku : tensor<4x4xf64>, tensor<4x5xf64>, tensor<5xf64>, tensor<4x5xf64>) outs(%no_plan : tensor<4x4x5xf64>) {
  ^bb0(%u_i: f64, %k: f64, %b_j: f64, %ku_j: f64, %old: f64):
    %v_j = arith.divf %b_j, %ku_j : f64
    %uk = arith.mulf %u_i, %k : f64
    %p = arith.mulf %uk, %v_j : f64
    linalg.yield %p : f64
  } -> tensor<4x4x5xf64>
  return %plan, %iterations, %status : tensor<4x4x5xf64>, tensor<4xi32>, tensor<4xi32>
}
