// Four firms share a market, as three do in cycles.mlir. Now the slope along "all the same" is -(n - 1) / 2 = -3/2: every
// round overshoots the equilibrium by half as much again as the last. Nobody brings more than the whole market can take,
// a / b; the knob `bound` says so, and the solve ends where a firm would. Damping cures it: with b = 1/2 the slope is
// 1 - 5/4 = -1/4.

// One step of the market, for the solves below: a = 14, b = 1, c = 2.
func.func private @answers(%q: tensor<4xf64>) -> tensor<4xf64> {
  %zero = arith.constant dense<0.0> : tensor<f64>
  %sum = linalg.reduce ins(%q : tensor<4xf64>) outs(%zero : tensor<f64>) dimensions = [0]
      (%x: f64, %s: f64) {
        %t = arith.addf %s, %x : f64
        linalg.yield %t : f64
      }
  %total = tensor.extract %sum[] : tensor<f64>
  %totals = tensor.splat %total : tensor<4xf64>
  %others = arith.subf %totals, %q : tensor<4xf64>
  %margin = arith.constant dense<12.0> : tensor<4xf64>
  %half = arith.constant dense<0.5> : tensor<4xf64>
  %left = arith.subf %margin, %others : tensor<4xf64>
  %best = arith.mulf %left, %half : tensor<4xf64>
  return %best : tensor<4xf64>
}

// From nothing: 6, -3, 10.5, -9.75, 20.625, exactly. The fifth evaluation passes the bound 14; the state is the last good
// one, whose evaluation it was, and the residual is |20.625 + 9.75|.
func.func @overshoots() {
  %q0 = arith.constant dense<0.0> : tensor<4xf64>
  %abs = arith.constant 1.0e-9 : f64
  %max = arith.constant 1000 : i32
  %bound = arith.constant 14.0 : f64
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%q0 : tensor<4xf64>) until(abs = %abs : f64, max = %max : i32, bound = %bound : f64) method(#eq.picard) {
  ^bb0(%q: tensor<4xf64>):
    %best = func.call @answers(%q) : (tensor<4xf64>) -> tensor<4xf64>
    eq.yield %best : tensor<4xf64>
  }
  eqtest.status %status, diverged
  eqtest.close %iterations, 5 : i32
  eqtest.close %q, dense<-9.75> : tensor<4xf64>, ulps = 0
  eqtest.close %residual, 30.375 : f64, ulps = 0
  return
}

// Without a bound it goes on until a number is infinite: the sum of the four, 9.6 (3/2)^k, passes the largest f64,
// 1.797e308, at k = 1745, in evaluation 1746.
func.func @no_bound() {
  %q0 = arith.constant dense<0.0> : tensor<4xf64>
  %abs = arith.constant 1.0e-9 : f64
  %max = arith.constant 1000000 : i32
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%q0 : tensor<4xf64>) until(abs = %abs : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%q: tensor<4xf64>):
    %best = func.call @answers(%q) : (tensor<4xf64>) -> tensor<4xf64>
    eq.yield %best : tensor<4xf64>
  }
  eqtest.status %status, diverged
  eqtest.close %iterations, 1746 : i32
  return
}

// Firms that go half way settle at q = (a - c) / (b (n + 1)) = 12 / 5 = 2.4 each, from any start: here from nothing and
// from (0, 2, 4, 9). With J the undamped map's matrix (0 on the diagonal, -1/2 elsewhere), the returned f(z) is
// within |J inv(I - J)| = 1.8 times the last change of the equilibrium: 1.8e-12, and some units in the last place.
func.func @half_way() {
  %q0 = arith.constant dense<[[0.0, 0.0, 0.0, 0.0], [0.0, 2.0, 4.0, 9.0]]> : tensor<2x4xf64>
  %abs = arith.constant 1.0e-12 : f64
  %max = arith.constant 1000 : i32
  %half = arith.constant 0.5 : f64
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%q0 : tensor<2x4xf64>) until(abs = %abs : f64, max = %max : i32)
      method(#eq.picard) with(damping = %half : f64) {
  ^bb0(%q: tensor<4xf64>):
    %best = func.call @answers(%q) : (tensor<4xf64>) -> tensor<4xf64>
    eq.yield %best : tensor<4xf64>
  }
  eqtest.status %status, converged : tensor<2xi32>
  eqtest.close %q, dense<2.4> : tensor<2x4xf64>, abs = 2.0e-12
  return
}
