// Three firms share a market, as two do in converges.mlir. Firm i answers the sum of the others:
//
//   q_i = (a - c - b (Q - q_i)) / (2 b)          Q = q_0 + q_1 + q_2
//
// If all bring d too much, all bring d too little next time: the map's slope along "all the same" is -(n - 1) / 2 = -1 for
// n = 3 firms. Differences between the firms halve and vanish, but the market never settles: it repeats every two rounds
// (R. D. Theocharis, 1960). Damping ends the cycle.

// One step of the market, for the solves below: a = 14, b = 1, c = 2.
func.func private @answers(%q: tensor<3xf64>) -> tensor<3xf64> {
  %zero = arith.constant dense<0.0> : tensor<f64>
  %sum = linalg.reduce ins(%q : tensor<3xf64>) outs(%zero : tensor<f64>) dimensions = [0]
      (%x: f64, %s: f64) {
        %t = arith.addf %s, %x : f64
        linalg.yield %t : f64
      }
  %total = tensor.extract %sum[] : tensor<f64>
  %totals = tensor.splat %total : tensor<3xf64>
  %others = arith.subf %totals, %q : tensor<3xf64>
  %margin = arith.constant dense<12.0> : tensor<3xf64>
  %half = arith.constant dense<0.5> : tensor<3xf64>
  %left = arith.subf %margin, %others : tensor<3xf64>
  %best = arith.mulf %left, %half : tensor<3xf64>
  return %best : tensor<3xf64>
}

// From nothing, all bring 6, then nothing again, exactly. The residual, the last change, stays 6. The same start with two
// limits, one per sample, shows both halves of the cycle.
func.func @period_two() {
  %q0 = arith.constant dense<0.0> : tensor<2x3xf64>
  %abs = arith.constant 1.0e-9 : f64
  %max = arith.constant dense<[100, 101]> : tensor<2xi32>
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%q0 : tensor<2x3xf64>) until(abs = %abs : f64, max = %max : tensor<2xi32>) method(#eq.picard) {
  ^bb0(%q: tensor<3xf64>):
    %best = func.call @answers(%q) : (tensor<3xf64>) -> tensor<3xf64>
    eq.yield %best : tensor<3xf64>
  }
  eqtest.status %status, max_iterations : tensor<2xi32>
  eqtest.close %iterations, dense<[100, 101]> : tensor<2xi32>
  eqtest.close %q, dense<[[0.0, 0.0, 0.0], [6.0, 6.0, 6.0]]> : tensor<2x3xf64>, ulps = 0
  eqtest.close %residual, dense<6.0> : tensor<2xf64>, ulps = 0
  return
}

// From unequal firms (1, 2, 3) the differences halve in each round, and what is left is the cycle between 2 and 4 each:
// 1 below and 1 above the equilibrium. After 60 rounds the differences are 2^-60. The first 48 rounds are exact; in the
// others a number below 16 is rounded three times, by at most 8.9e-16, and halved.
func.func @unequal_firms() {
  %q0 = arith.constant dense<[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]> : tensor<2x3xf64>
  %abs = arith.constant 1.0e-9 : f64
  %max = arith.constant dense<[60, 61]> : tensor<2xi32>
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%q0 : tensor<2x3xf64>) until(abs = %abs : f64, max = %max : tensor<2xi32>) method(#eq.picard) {
  ^bb0(%q: tensor<3xf64>):
    %best = func.call @answers(%q) : (tensor<3xf64>) -> tensor<3xf64>
    eq.yield %best : tensor<3xf64>
  }
  eqtest.status %status, max_iterations : tensor<2xi32>
  eqtest.close %q, dense<[[2.0, 2.0, 2.0], [4.0, 4.0, 4.0]]> : tensor<2x3xf64>, abs = 2.0e-14
  return
}

// Firms that go half way settle at q = (a - c) / (b (n + 1)) = 12 / 4 = 3 each. Along "all the same" one damped step is
// exact: 0.5 * 0 + 0.5 * 6 = 3. The second evaluation sees that nothing changes.
func.func @half_way() {
  %q0 = arith.constant dense<0.0> : tensor<3xf64>
  %abs = arith.constant 1.0e-9 : f64
  %max = arith.constant 100 : i32
  %half = arith.constant 0.5 : f64
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%q0 : tensor<3xf64>) until(abs = %abs : f64, max = %max : i32)
      method(#eq.picard) with(damping = %half : f64) {
  ^bb0(%q: tensor<3xf64>):
    %best = func.call @answers(%q) : (tensor<3xf64>) -> tensor<3xf64>
    eq.yield %best : tensor<3xf64>
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 2 : i32
  eqtest.close %q, dense<3.0> : tensor<3xf64>, ulps = 0
  return
}
