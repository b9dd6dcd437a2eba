// fixed.congestion (source: classic_fixed_points.json): traffic that divides among roads.

// Three links with travel times t_i(f) = t0_i (1 + 0.15 (f / c_i)^4), demand D. In the
// equilibrium all links take the same time T, in the optimum all have the same marginal
// time t + f t' = t0_i (1 + 0.75 (f / c_i)^4). One function for both: `rise` is 0.15 or
// 0.75, and T is found by Newton's map of sum of f = D,
//
//   f_i(T) = c_i ((T / t0_i - 1) / rise)^(1/4),   f_i'(T) = f_i / (4 (T - t0_i))
//   T <- T + (D - sum f_i(T)) / sum f_i'(T)
//
// which climbs to its limit from every start below it (and above all t0), for the sum is
// concave in T. The flows are a second state.
func.func @equal_times(
    %rise: tensor<?xf64> {eq.name = "rise"},
    %t_start: tensor<?xf64> {eq.name = "t_start"},
    %f_start: tensor<?x3xf64> {eq.name = "f_start"},
    %t0: tensor<3xf64> {eq.name = "t0"},
    %capacity: tensor<3xf64> {eq.name = "capacity"},
    %demand: f64 {eq.name = "demand"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "time"}, tensor<?x3xf64> {eq.name = "flows"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %t, %flows, %residual, %iterations, %status = eq.fixed_point
      init(%t_start, %f_start : tensor<?xf64>, tensor<?x3xf64>) ins(%rise : tensor<?xf64>)
      shared(%t0, %capacity, %demand : tensor<3xf64>, tensor<3xf64>, f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%t: f64, %last: tensor<3xf64>, %rise: f64, %t0: tensor<3xf64>, %capacity: tensor<3xf64>, %demand: f64):
    %one = arith.constant 1.0 : f64
    %four = arith.constant 4.0 : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %none = tensor.empty() : tensor<3xf64>
    %flows = linalg.map ins(%t0, %capacity : tensor<3xf64>, tensor<3xf64>) outs(%none : tensor<3xf64>)
      (%t0_i: f64, %c_i: f64, %old: f64) {
        %ratio = arith.divf %t, %t0_i : f64
        %excess = arith.subf %ratio, %one : f64
        %power = arith.divf %excess, %rise : f64
        %root = math.sqrt %power : f64
        %fourth_root = math.sqrt %root : f64
        %flow = arith.mulf %c_i, %fourth_root : f64
        linalg.yield %flow : f64
      }
    %slopes = linalg.map ins(%t0, %flows : tensor<3xf64>, tensor<3xf64>) outs(%none : tensor<3xf64>)
      (%t0_i: f64, %flow: f64, %old: f64) {
        %above = arith.subf %t, %t0_i : f64
        %times_four = arith.mulf %four, %above : f64
        %slope = arith.divf %flow, %times_four : f64
        linalg.yield %slope : f64
      }
    %flow_sum = linalg.reduce { arith.addf } ins(%flows : tensor<3xf64>) outs(%zero : tensor<f64>) dimensions = [0]
    %slope_sum = linalg.reduce { arith.addf } ins(%slopes : tensor<3xf64>) outs(%zero : tensor<f64>) dimensions = [0]
    %total = tensor.extract %flow_sum[] : tensor<f64>
    %slope = tensor.extract %slope_sum[] : tensor<f64>
    %missing = arith.subf %demand, %total : f64
    %step = arith.divf %missing, %slope : f64
    %f = arith.addf %t, %step : f64
    eq.yield %f, %flows : f64, tensor<3xf64>
  }
  return %t, %flows, %iterations, %status : tensor<?xf64>, tensor<?x3xf64>, tensor<?xi32>, tensor<?xi32>
}

// Drivers who choose by logit, on the same links:
//
//   f_i <- D exp(-theta t_i(f_i)) / sum_j exp(-theta t_j(f_j))       damped
func.func @logit(
    %theta: tensor<?xf64> {eq.name = "theta"},
    %start: tensor<?x3xf64> {eq.name = "start"},
    %damping: tensor<?xf64> {eq.name = "damping"},
    %t0: tensor<3xf64> {eq.name = "t0"},
    %capacity: tensor<3xf64> {eq.name = "capacity"},
    %demand: f64 {eq.name = "demand"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x3xf64> {eq.name = "flows"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %flows, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x3xf64>) ins(%theta : tensor<?xf64>)
      shared(%t0, %capacity, %demand : tensor<3xf64>, tensor<3xf64>, f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) with(damping = %damping : tensor<?xf64>) {
  ^bb0(%flows: tensor<3xf64>, %theta: f64, %t0: tensor<3xf64>, %capacity: tensor<3xf64>, %demand: f64):
    %one = arith.constant 1.0 : f64
    %rise = arith.constant 0.15 : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %none = tensor.empty() : tensor<3xf64>
    %weights = linalg.map ins(%flows, %t0, %capacity : tensor<3xf64>, tensor<3xf64>, tensor<3xf64>) outs(%none : tensor<3xf64>)
      (%flow: f64, %t0_i: f64, %c_i: f64, %old: f64) {
        %load = arith.divf %flow, %c_i : f64
        %squared = arith.mulf %load, %load : f64
        %fourth = arith.mulf %squared, %squared : f64
        %risen = arith.mulf %rise, %fourth : f64
        %factor = arith.addf %one, %risen : f64
        %time = arith.mulf %t0_i, %factor : f64
        %cost = arith.mulf %theta, %time : f64
        %minus = arith.negf %cost : f64
        %weight = math.exp %minus : f64
        linalg.yield %weight : f64
      }
    %sum = linalg.reduce { arith.addf } ins(%weights : tensor<3xf64>) outs(%zero : tensor<f64>) dimensions = [0]
    %total = tensor.extract %sum[] : tensor<f64>
    %share = arith.divf %demand, %total : f64
    %f = linalg.map ins(%weights : tensor<3xf64>) outs(%none : tensor<3xf64>)
      (%weight: f64, %old: f64) {
        %flow = arith.mulf %share, %weight : f64
        linalg.yield %flow : f64
      }
    eq.yield %f : tensor<3xf64>
  }
  return %flows, %iterations, %status : tensor<?x3xf64>, tensor<?xi32>, tensor<?xi32>
}

// Pigou: a link that costs 1, and one that costs the flow x on it; demand 1. Traffic
// moves towards the cheaper link, and for the optimum (marginal = 2) towards the one with
// the smaller marginal cost: x <- clip(x + eta (1 - marginal x)).
func.func @pigou(
    %start: tensor<?xf64> {eq.name = "start"},
    %marginal: tensor<?xf64> {eq.name = "marginal"},
    %eta: f64 {eq.name = "eta"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>) ins(%marginal : tensor<?xf64>) shared(%eta : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64, %marginal: f64, %eta: f64):
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %cost = arith.mulf %marginal, %x : f64
    %gain = arith.subf %one, %cost : f64
    %step = arith.mulf %eta, %gain : f64
    %moved = arith.addf %x, %step : f64
    %not_below = arith.maximumf %moved, %zero : f64
    %f = arith.minimumf %not_below, %one : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// Braess: from s over v or w to t; the links s-v and w-t cost their flow, v-t and s-w cost
// 1, the link v-w is free. Routes: s-v-t, s-w-t, and s-v-w-t where the free link is open
// (`routes` is 3, else 2). Demand 1.
//
//   h_r <- max(0, h_r - eta (cost_r - mean of the costs of all routes))
func.func @braess(
    %start: tensor<?x3xf64> {eq.name = "start"},
    %routes: tensor<?xi32> {eq.name = "routes"},
    %eta: f64 {eq.name = "eta"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x3xf64> {eq.name = "h"}, tensor<?x3xf64> {eq.name = "costs"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  // The costs are a second state, so that they come out too.
  %h, %costs, %residual, %iterations, %status = eq.fixed_point
      init(%start, %start : tensor<?x3xf64>, tensor<?x3xf64>) ins(%routes : tensor<?xi32>) shared(%eta : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%h: tensor<3xf64>, %last: tensor<3xf64>, %routes: i32, %eta: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %count = arith.index_cast %routes : i32 to index
    %number = arith.sitofp %routes : i32 to f64
    %h0 = tensor.extract %h[%c0] : tensor<3xf64>
    %h1 = tensor.extract %h[%c1] : tensor<3xf64>
    %h2 = tensor.extract %h[%c2] : tensor<3xf64>
    %s_v = arith.addf %h0, %h2 : f64
    %w_t = arith.addf %h1, %h2 : f64
    %over_v = arith.addf %s_v, %one : f64
    %over_w = arith.addf %one, %w_t : f64
    %over_both = arith.addf %s_v, %w_t : f64
    %costs = tensor.from_elements %over_v, %over_w, %over_both : tensor<3xf64>
    %sum = scf.for %r = %c0 to %count step %c1 iter_args(%sum = %zero) -> (f64) {
      %cost = tensor.extract %costs[%r] : tensor<3xf64>
      %more = arith.addf %sum, %cost : f64
      scf.yield %more : f64
    }
    %mean = arith.divf %sum, %number : f64
    %f = scf.for %r = %c0 to %count step %c1 iter_args(%now = %h) -> (tensor<3xf64>) {
      %h_r = tensor.extract %now[%r] : tensor<3xf64>
      %cost = tensor.extract %costs[%r] : tensor<3xf64>
      %above = arith.subf %cost, %mean : f64
      %step = arith.mulf %eta, %above : f64
      %moved = arith.subf %h_r, %step : f64
      %flow = arith.maximumf %moved, %zero : f64
      %next = tensor.insert %flow into %now[%r] : tensor<3xf64>
      scf.yield %next : tensor<3xf64>
    }
    eq.yield %f, %costs : tensor<3xf64>, tensor<3xf64>
  }
  return %h, %costs, %iterations, %status : tensor<?x3xf64>, tensor<?x3xf64>, tensor<?xi32>, tensor<?xi32>
}
