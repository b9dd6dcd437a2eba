// fixed.value_iteration (source: classic_fixed_points.json): the value of every state of
// a Markov decision problem with 4 states and 3 actions.
//
//   V_s <- max_a (r[s,a] + gamma sum_t P[s,a,t] V_t)          from V = 0
//
// The values Q of all actions are made once more after the loop, for the best policy. The
// tolerances are a batch of 4.

func.func private @action_values(%v: tensor<4xf64>, %r: tensor<4x3xf64>, %p: tensor<4x3x4xf64>, %gamma: f64) -> tensor<4x3xf64> {
  %none = arith.constant dense<0.0> : tensor<4x3xf64>
  %later = linalg.generic
      {indexing_maps = [affine_map<(s, a, t) -> (s, a, t)>, affine_map<(s, a, t) -> (t)>, affine_map<(s, a, t) -> (s, a)>],
       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%p, %v : tensor<4x3x4xf64>, tensor<4xf64>) outs(%none : tensor<4x3xf64>) {
  ^bb0(%p_t: f64, %v_t: f64, %sum: f64):
    %term = arith.mulf %p_t, %v_t : f64
    %more = arith.addf %sum, %term : f64
    linalg.yield %more : f64
  } -> tensor<4x3xf64>
  %q = linalg.map ins(%r, %later : tensor<4x3xf64>, tensor<4x3xf64>) outs(%none : tensor<4x3xf64>)
    (%now: f64, %then: f64, %old: f64) {
      %discounted = arith.mulf %gamma, %then : f64
      %all = arith.addf %now, %discounted : f64
      linalg.yield %all : f64
    }
  return %q : tensor<4x3xf64>
}

func.func @solve(
    %r: tensor<4x3xf64> {eq.name = "r"},
    %p: tensor<4x3x4xf64> {eq.name = "P"},
    %gamma: f64 {eq.name = "gamma"},
    %tol: tensor<4xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x4xf64> {eq.name = "V"}, tensor<4x4x3xf64> {eq.name = "Q"}, tensor<4xi32> {eq.name = "iterations"}, tensor<4xi32> {eq.name = "status"}) {
  %start = arith.constant dense<0.0> : tensor<4x4xf64>
  %v, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<4x4xf64>) shared(%r, %p, %gamma : tensor<4x3xf64>, tensor<4x3x4xf64>, f64)
      until(abs = %tol : tensor<4xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%v: tensor<4xf64>, %r: tensor<4x3xf64>, %p: tensor<4x3x4xf64>, %gamma: f64):
    %least = arith.constant dense<0xFFF0000000000000> : tensor<4xf64>
    %q = func.call @action_values(%v, %r, %p, %gamma) : (tensor<4xf64>, tensor<4x3xf64>, tensor<4x3x4xf64>, f64) -> tensor<4x3xf64>
    %best = linalg.reduce { arith.maximumf } ins(%q : tensor<4x3xf64>) outs(%least : tensor<4xf64>) dimensions = [1]
    eq.yield %best : tensor<4xf64>
  }
  // One step, whose result is the action values.
  %once = arith.constant 1 : i32
  %q, %steps = eq.loop init(%v : tensor<4x4xf64>) shared(%r, %p, %gamma : tensor<4x3xf64>, tensor<4x3x4xf64>, f64) max(%once : i32)
  step {
  ^bb0(%k: i32, %v: tensor<4xf64>, %r: tensor<4x3xf64>, %p: tensor<4x3x4xf64>, %gamma: f64):
    %stop = arith.constant false
    eq.next %stop, %v : tensor<4xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %v: tensor<4xf64>, %r: tensor<4x3xf64>, %p: tensor<4x3x4xf64>, %gamma: f64):
    %q = func.call @action_values(%v, %r, %p, %gamma) : (tensor<4xf64>, tensor<4x3xf64>, tensor<4x3x4xf64>, f64) -> tensor<4x3xf64>
    eq.yield %q : tensor<4x3xf64>
  }
  return %v, %q, %iterations, %status : tensor<4x4xf64>, tensor<4x4x3xf64>, tensor<4xi32>, tensor<4xi32>
}
