// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Knobs are values: one for all samples, or one per sample. Every number below
// is a dyadic fraction, so all expected values are exact.

// f(z) = z / 2 from 1: the nth evaluation gives 2^-n, and the change is 2^-n
// too. A tolerance of 2^-m is met at the mth evaluation, equality included.
func.func @abs_per_sample() {
  %z0 = arith.constant dense<1.0> : tensor<4xf64>
  %tol = arith.constant dense<[0.125, 0.03125, 0.5, 0.03126]> : tensor<4xf64>
  %max = arith.constant 50 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4xf64>) until(abs = %tol : tensor<4xf64>, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged : tensor<4xi32>
  eqtest.close %iterations, dense<[3, 5, 1, 5]> : tensor<4xi32>
  eqtest.close %z, dense<[0.125, 0.03125, 0.5, 0.03125]> : tensor<4xf64>, ulps = 0
  eqtest.close %residual, dense<[0.125, 0.03125, 0.5, 0.03125]> : tensor<4xf64>, ulps = 0
  return
}

// f(z) = z / 2 + 1 from 0: f = 2 - 2^(1-n) at the nth evaluation, the change is
// 2^(1-n), and max(|f|, |z|) = f. Met when 2^(1-n) <= rel (2 - 2^(1-n)):
//   rel = 1:      1 <= 1 at n = 1
//   rel = 1/4:    1/2 > 3/8 at n = 2, 1/4 <= 7/16 at n = 3
//   rel = 2^-10:  2^-9 > 2^-9 (1 - 2^-10) at n = 10, so n = 11
func.func @rel_per_sample() {
  %z0 = arith.constant dense<0.0> : tensor<3xf64>
  %rel = arith.constant dense<[1.0, 0.25, 0.0009765625]> : tensor<3xf64>
  %max = arith.constant 50 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) until(rel = %rel : tensor<3xf64>, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %h = arith.mulf %z, %half : f64
    %f = arith.addf %h, %one : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged : tensor<3xi32>
  eqtest.close %iterations, dense<[1, 3, 11]> : tensor<3xi32>
  eqtest.close %z, dense<[1.0, 1.75, 1.9990234375]> : tensor<3xf64>, ulps = 0
  return
}

// The larger of |f| and |z| counts. f(z) = z / 2 from 1 with rel = 1/2: the
// change 1/2 is half of |z| = 1, though it is all of |f| = 1/2.
func.func @rel_takes_the_larger() {
  %z0 = arith.constant 1.0 : f64
  %rel = arith.constant 0.5 : f64
  %max = arith.constant 50 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(rel = %rel : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 1 : i32
  return
}

// abs + rel * max(..): 1/8 + 1/8 f. At n = 2, 1/2 > 1/8 + 3/16; at n = 3,
// 1/4 <= 1/8 + 7/32. Neither alone is met there: 1/4 > 1/8 and 1/4 > 7/32.
func.func @abs_plus_rel() {
  %z0 = arith.constant 0.0 : f64
  %tol = arith.constant 0.125 : f64
  %max = arith.constant 50 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %h = arith.mulf %z, %half : f64
    %f = arith.addf %h, %one : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 3 : i32
  return
}

// f(z) = 2 z from 1, which is 2^n at the nth evaluation. Beyond the bound means
// larger, not equal; the state is the last good one, 2^(n-1), and so is the
// change.
func.func @bound_per_sample() {
  %z0 = arith.constant dense<[1.0, 1.0, -1.0, 1.0]> : tensor<4xf64>
  %bound = arith.constant dense<[100.0, 64.0, 63.0, 0x7FF0000000000000]> : tensor<4xf64>
  %max = arith.constant 10 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4xf64>) until(bound = %bound : tensor<4xf64>, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %f = arith.addf %z, %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [diverged, diverged, diverged, max_iterations] : tensor<4xi32>
  eqtest.close %iterations, dense<[7, 7, 6, 10]> : tensor<4xi32>
  eqtest.close %z, dense<[64.0, 64.0, -32.0, 1024.0]> : tensor<4xf64>, ulps = 0
  eqtest.close %residual, dense<[64.0, 64.0, 32.0, 512.0]> : tensor<4xf64>, ulps = 0
  return
}

// A limit per sample; 0 is legal and means that nothing is evaluated.
func.func @max_per_sample() {
  %z0 = arith.constant dense<1.0> : tensor<5xf32>
  %max = arith.constant dense<[3, 1, 0, 7, 2]> : tensor<5xi32>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<5xf32>) until(max = %max : tensor<5xi32>)
      method(#eq.picard) {
  ^bb0(%z: f32):
    %f = arith.addf %z, %z : f32
    eq.yield %f : f32
  }
  eqtest.status %status, max_iterations : tensor<5xi32>
  eqtest.equal_bits %iterations, %max : tensor<5xi32>
  eqtest.close %z, dense<[8.0, 2.0, 1.0, 128.0, 4.0]> : tensor<5xf32>, ulps = 0
  eqtest.close %residual, dense<[4.0, 1.0, 0x7F800000, 64.0, 2.0]> : tensor<5xf32>, ulps = 0
  return
}

// f(z) = -z goes back and forth; damping 1/2 takes it to 0 in one step, where
// f(0) = -0 is returned. The change that is tested is that of the undamped map:
// 2, then 0.
func.func @damping() {
  %z0 = arith.constant 1.0 : f64
  %tol = arith.constant 0.0 : f64
  %max = arith.constant 9 : i32
  %beta = arith.constant 0.5 : f64
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%z0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) with(damping = %beta : f64) trace(3) {
  ^bb0(%z: f64):
    %f = arith.negf %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 2 : i32
  eqtest.close %trace, dense<[2.0, 0.0, 0x7FF8000000000000]> : tensor<3xf64>, ulps = 0
  %minus_zero = arith.constant -0.0 : f64
  eqtest.equal_bits %z, %minus_zero : f64
  return
}

// Damping 1/4 makes it z -> z / 2: changes 2, 1, 1/2, 1/4, and the value
// returned is that of the undamped map, -1/8. Damping 1 never settles.
func.func @damping_per_sample() {
  %z0 = arith.constant dense<1.0> : tensor<3x2xf32>
  %tol = arith.constant 0.25 : f32
  %max = arith.constant 9 : i32
  %beta = arith.constant dense<[0.25, 1.0, 0.5]> : tensor<3xf32>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3x2xf32>) until(abs = %tol : f32, max = %max : i32)
      method(#eq.picard) with(damping = %beta : tensor<3xf32>) {
  ^bb0(%z: tensor<2xf32>):
    %f = arith.negf %z : tensor<2xf32>
    eq.yield %f : tensor<2xf32>
  }
  eqtest.status %status, [converged, max_iterations, converged] : tensor<3xi32>
  eqtest.close %iterations, dense<[4, 9, 2]> : tensor<3xi32>
  eqtest.close %z, dense<[[-0.125, -0.125], [-1.0, -1.0], [0.0, 0.0]]> : tensor<3x2xf32>, ulps = 0
  eqtest.close %residual, dense<[0.25, 2.0, 0.0]> : tensor<3xf32>, ulps = 0
  return
}

// Damping has the type of the residual (f64) and is applied in that of each
// state. An integer takes the whole change: half of one has no meaning.
// a: 8 -> -8 is damped to 0, then 0. n: 0 -> 5.
func.func @damping_of_mixed_states() {
  %a0 = arith.constant 8.0 : f32
  %b0 = arith.constant 8.0 : f64
  %n0 = arith.constant 0 : i32
  %tol = arith.constant 0.0 : f64
  %max = arith.constant 9 : i32
  %beta = arith.constant 0.5 : f64
  %a, %b, %n, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0, %n0 : f32, f64, i32)
      until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) with(damping = %beta : f64) {
  ^bb0(%a: f32, %b: f64, %n: i32):
    %fa = arith.negf %a : f32
    %fb = arith.negf %b : f64
    %fn = arith.constant 5 : i32
    eq.yield %fa, %fb, %fn : f32, f64, i32
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 2 : i32
  eqtest.close %a, 0.0 : f32, ulps = 0
  eqtest.close %b, 0.0 : f64, ulps = 0
  eqtest.close %n, 5 : i32
  return
}

// At `max`, too, the last value of the undamped map is returned: with damping
// 1/4 the iterates are 1, 1/2, 1/4, and f(1/4) = -1/4 is the third.
func.func @damping_at_max() {
  %z0 = arith.constant 1.0 : f64
  %max = arith.constant 3 : i32
  %beta = arith.constant 0.25 : f64
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(max = %max : i32)
      method(#eq.picard) with(damping = %beta : f64) {
  ^bb0(%z: f64):
    %f = arith.negf %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, max_iterations
  eqtest.close %z, -0.25 : f64, ulps = 0
  eqtest.close %residual, 0.5 : f64, ulps = 0
  return
}

// max = 0 with damping: the start.
func.func @damping_without_evaluation() {
  %z0 = arith.constant 3.0 : f64
  %max = arith.constant 0 : i32
  %beta = arith.constant 0.25 : f64
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(max = %max : i32)
      method(#eq.picard) with(damping = %beta : f64) {
  ^bb0(%z: f64):
    %f = arith.negf %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, max_iterations
  eqtest.close %z, 3.0 : f64, ulps = 0
  return
}

// All knobs per sample in two batch dimensions, 2 x 3, given in any order.
func.func @all_per_sample() {
  %z0 = arith.constant dense<1.0> : tensor<2x3xf64>
  %tol = arith.constant dense<[[0.5, 0.25, 0.125], [0.0625, 0.0, 0.0]]> : tensor<2x3xf64>
  %rel = arith.constant dense<0.0> : tensor<2x3xf64>
  %bound = arith.constant dense<[[9.0, 9.0, 9.0], [9.0, 0.25, 9.0]]> : tensor<2x3xf64>
  %beta = arith.constant dense<1.0> : tensor<2x3xf64>
  %max = arith.constant dense<[[9, 9, 9], [3, 9, 6]]> : tensor<2x3xi32>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2x3xf64>)
      until(bound = %bound : tensor<2x3xf64>, max = %max : tensor<2x3xi32>,
            rel = %rel : tensor<2x3xf64>, abs = %tol : tensor<2x3xf64>)
      method(#eq.picard) with(damping = %beta : tensor<2x3xf64>) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [converged, converged, converged, max_iterations,
      diverged, max_iterations] : tensor<2x3xi32>
  eqtest.close %iterations, dense<[[1, 2, 3], [3, 1, 6]]> : tensor<2x3xi32>
  eqtest.close %z, dense<[[0.5, 0.25, 0.125], [0.125, 1.0, 0.015625]]> : tensor<2x3xf64>, ulps = 0
  return
}
