// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// How a solve can end, one case per status and way to get there. Bad values of
// knobs and starts are statuses of their sample, not errors: nothing is
// evaluated, the states are the start, the residual is infinite.

// max: 0 is legal, -1 is not.
func.func @max_0_and_below() {
  %z0 = arith.constant dense<3.0> : tensor<3xf64>
  %tol = arith.constant 1.0 : f64
  %max = arith.constant dense<[0, -1, -2147483648]> : tensor<3xi32>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) until(abs = %tol : f64, max = %max : tensor<3xi32>)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %f = arith.negf %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [max_iterations, bad_argument, bad_argument] : tensor<3xi32>
  eqtest.close %iterations, dense<0> : tensor<3xi32>
  eqtest.equal_bits %z, %z0 : tensor<3xf64>
  eqtest.close %residual, dense<0x7FF0000000000000> : tensor<3xf64>
  return
}

// Tolerances: not a number, negative, minus infinity are illegal; 0, minus zero
// and infinity are legal, and an infinite tolerance is met at once.
func.func @tolerances() {
  %z0 = arith.constant dense<1.0> : tensor<6xf32>
  %tol = arith.constant dense<[0x7FC00000, -1.0e-30, 0xFF800000, 0.0, -0.0, 0x7F800000]> : tensor<6xf32>
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<6xf32>) until(abs = %tol : tensor<6xf32>, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f32):
    %f = arith.negf %z : f32
    eq.yield %f : f32
  }
  eqtest.status %status, [bad_argument, bad_argument, bad_argument,
      max_iterations, max_iterations, converged] : tensor<6xi32>
  eqtest.close %iterations, dense<[0, 0, 0, 2, 2, 1]> : tensor<6xi32>
  eqtest.close %z, dense<[1.0, 1.0, 1.0, 1.0, 1.0, -1.0]> : tensor<6xf32>, ulps = 0
  return
}

func.func @relative_tolerances() {
  %z0 = arith.constant dense<1.0> : tensor<4xf64>
  %rel = arith.constant dense<[0x7FF8000000000000, -0.5, 1.0, 2.0]> : tensor<4xf64>
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4xf64>) until(rel = %rel : tensor<4xf64>, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %f = arith.negf %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [bad_argument, bad_argument, max_iterations, converged] : tensor<4xi32>
  eqtest.close %iterations, dense<[0, 0, 2, 1]> : tensor<4xi32>
  return
}

func.func @bounds() {
  %z0 = arith.constant dense<1.0> : tensor<4xf64>
  %bound = arith.constant dense<[0x7FF8000000000000, -1.0, 0.0, 1.0]> : tensor<4xf64>
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4xf64>) until(bound = %bound : tensor<4xf64>, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %f = arith.negf %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [bad_argument, bad_argument, diverged, max_iterations] : tensor<4xi32>
  eqtest.close %iterations, dense<[0, 0, 1, 2]> : tensor<4xi32>
  return
}

// Damping is in (0, 1].
func.func @dampings() {
  %z0 = arith.constant dense<1.0> : tensor<7xf64>
  %beta = arith.constant dense<[0.0, -0.5, 1.0000000000000002, 0x7FF8000000000000,
      0x7FF0000000000000, 1.0, 4.9e-324]> : tensor<7xf64>
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<7xf64>) until(max = %max : i32)
      method(#eq.picard) with(damping = %beta : tensor<7xf64>) {
  ^bb0(%z: f64):
    %f = arith.negf %z : f64
    eq.yield %f : f64
  }
  eqtest.status %status, [bad_argument, bad_argument, bad_argument, bad_argument,
      bad_argument, max_iterations, max_iterations] : tensor<7xi32>
  eqtest.close %iterations, dense<[0, 0, 0, 0, 0, 2, 2]> : tensor<7xi32>
  return
}

// A scale divides, so it is positive and finite.
func.func @scales() {
  %z0 = arith.constant dense<1.0> : tensor<5x2xf64>
  %scale = arith.constant dense<[[1.0, 0.0], [1.0, -1.0], [0x7FF8000000000000, 1.0],
      [1.0, 0x7FF0000000000000], [1.0, 2.0]]> : tensor<5x2xf64>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<5x2xf64>) scale(%scale : tensor<5x2xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %f = arith.negf %z : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.status %status, [bad_argument, bad_argument, bad_argument, bad_argument,
      max_iterations] : tensor<5xi32>
  eqtest.close %iterations, dense<[0, 0, 0, 0, 1]> : tensor<5xi32>
  return
}

// A start with a NaN or an infinity anywhere.
func.func @starts() {
  %a0 = arith.constant dense<[[1.0, 2.0], [0x7FC00000, 2.0], [1.0, 0xFF800000], [1.0, 2.0]]> : tensor<4x2xf32>
  %b0 = arith.constant dense<[1.0, 1.0, 1.0, 0x7FF0000000000000]> : tensor<4xf64>
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<4x2xf32>, tensor<4xf64>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%a: tensor<2xf32>, %b: f64):
    %fa = arith.negf %a : tensor<2xf32>
    eq.yield %fa, %b : tensor<2xf32>, f64
  }
  eqtest.status %status, [max_iterations, bad_argument, bad_argument, bad_argument] : tensor<4xi32>
  eqtest.close %iterations, dense<[1, 0, 0, 0]> : tensor<4xi32>
  eqtest.close %a, dense<[[-1.0, -2.0], [0x7FC00000, 2.0], [1.0, 0xFF800000], [1.0, 2.0]]> : tensor<4x2xf32>, ulps = 0
  return
}

// f(z) = sqrt(z - 1): from 5 it gives 2, then 1, then 0, then the root of -1.
// The state is the last one that was good: the one whose evaluation failed.
func.func @non_finite() {
  %z0 = arith.constant 5.0 : f64
  %max = arith.constant 20 : i32
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%z0 : f64) until(max = %max : i32) method(#eq.picard) trace(5) {
  ^bb0(%z: f64):
    %one = arith.constant 1.0 : f64
    %d = arith.subf %z, %one : f64
    %f = math.sqrt %d : f64
    eq.yield %f : f64
  }
  eqtest.status %status, non_finite
  eqtest.close %iterations, 4 : i32
  eqtest.close %z, 0.0 : f64, ulps = 0
  eqtest.close %residual, 0x7FF8000000000000 : f64
  // The changes 3, 1, 1; the fourth evaluation has none; the fifth slot was not
  // reached.
  eqtest.close %trace, dense<[3.0, 1.0, 1.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<5xf64>, ulps = 0
  return
}

// With damping too: the iterate is kept, not the last image. From 1 with damping
// 1/2: f(1) = sqrt 0 = 0, the iterate 1/2, and f(1/2) is the root of -1/2.
func.func @non_finite_damped() {
  %z0 = arith.constant 1.0 : f64
  %max = arith.constant 20 : i32
  %beta = arith.constant 0.5 : f64
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(max = %max : i32) method(#eq.picard)
      with(damping = %beta : f64) {
  ^bb0(%z: f64):
    %one = arith.constant 1.0 : f64
    %d = arith.subf %z, %one : f64
    %f = math.sqrt %d : f64
    eq.yield %f : f64
  }
  eqtest.status %status, non_finite
  eqtest.close %iterations, 2 : i32
  eqtest.close %z, 0.5 : f64, ulps = 0
  return
}

// Squares of 2 are 2^(2^n), past the largest f32 (just below 2^128) at n = 7.
func.func @diverged_to_infinity() {
  %z0 = arith.constant 2.0 : f32
  %max = arith.constant 20 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f32) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f32):
    %f = arith.mulf %z, %z : f32
    eq.yield %f : f32
  }
  eqtest.status %status, diverged
  eqtest.close %iterations, 7 : i32
  eqtest.close %z, 1.84467441e+19 : f32, ulps = 0
  eqtest.close %residual, 0x7F800000 : f32
  return
}

// A NaN is looked for before an infinity, and both before the test: (NaN, inf)
// is non_finite, and an infinite tolerance does not make it converge.
func.func @order_of_exits() {
  %z0 = arith.constant dense<[[1.0, 1.0], [2.0, 1.0], [1.0, 2.0], [2.0, 2.0]]> : tensor<4x2xf64>
  %tol = arith.constant 0x7FF0000000000000 : f64
  %max = arith.constant 3 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4x2xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    // 1 -> 1 and 2 -> NaN in front, 1 -> 1 and 2 -> inf behind.
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %one = arith.constant 1.0 : f64
    %nan = arith.constant 0x7FF8000000000000 : f64
    %inf = arith.constant 0x7FF0000000000000 : f64
    %a = tensor.extract %z[%c0] : tensor<2xf64>
    %b = tensor.extract %z[%c1] : tensor<2xf64>
    %a_is_one = arith.cmpf oeq, %a, %one : f64
    %b_is_one = arith.cmpf oeq, %b, %one : f64
    %fa = arith.select %a_is_one, %one, %nan : f64
    %fb = arith.select %b_is_one, %one, %inf : f64
    %f = tensor.from_elements %fa, %fb : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.status %status, [converged, non_finite, diverged, non_finite] : tensor<4xi32>
  eqtest.close %iterations, dense<1> : tensor<4xi32>
  eqtest.equal_bits %z, %z0 : tensor<4x2xf64>
  return
}

// A last evaluation that meets the test converges, though max is reached with it.
func.func @converged_at_max() {
  %z0 = arith.constant 1.0 : f64
  %tol = arith.constant 0.25 : f64
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 2 : i32
  return
}

// What happens in one sample does not touch another: three samples of a batch,
// of which the middle one ends in a NaN, have the bits of solves of their own.
func.func @nan_in_one_sample() {
  %z0 = arith.constant dense<[[0.3, 0.7], [0.5, -2.0], [0.9, 0.1]]> : tensor<3x2xf64>
  %tol = arith.constant 1.0e-9 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3x2xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %c = math.cos %z : tensor<2xf64>
    %s = math.sqrt %z : tensor<2xf64>
    %p = arith.mulf %c, %s : tensor<2xf64>
    eq.yield %p : tensor<2xf64>
  }
  eqtest.status %status, [converged, non_finite, converged] : tensor<3xi32>
  %first = tensor.extract_slice %z[0, 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
  %middle = tensor.extract_slice %z[1, 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
  %last = tensor.extract_slice %z[2, 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
  eqtest.close %middle, dense<[0.5, -2.0]> : tensor<2xf64>, ulps = 0

  %a0 = arith.constant dense<[0.3, 0.7]> : tensor<2xf64>
  %a, %ra, %na, %sa = eq.fixed_point
      init(%a0 : tensor<2xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %c = math.cos %z : tensor<2xf64>
    %s = math.sqrt %z : tensor<2xf64>
    %p = arith.mulf %c, %s : tensor<2xf64>
    eq.yield %p : tensor<2xf64>
  }
  %b0 = arith.constant dense<[0.9, 0.1]> : tensor<2xf64>
  %b, %rb, %nb, %sb = eq.fixed_point
      init(%b0 : tensor<2xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %c = math.cos %z : tensor<2xf64>
    %s = math.sqrt %z : tensor<2xf64>
    %p = arith.mulf %c, %s : tensor<2xf64>
    eq.yield %p : tensor<2xf64>
  }
  eqtest.equal_bits %first, %a : tensor<2xf64>
  eqtest.equal_bits %last, %b : tensor<2xf64>
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %n_first = tensor.extract %iterations[%c0] : tensor<3xi32>
  %n_last = tensor.extract %iterations[%c2] : tensor<3xi32>
  eqtest.equal_bits %n_first, %na : i32
  eqtest.equal_bits %n_last, %nb : i32
  %r_first = tensor.extract %residual[%c0] : tensor<3xf64>
  %r_last = tensor.extract %residual[%c2] : tensor<3xf64>
  eqtest.equal_bits %r_first, %ra : f64
  eqtest.equal_bits %r_last, %rb : f64
  return
}

// An integer state is never NaN or infinite, so it cannot diverge.
func.func @integers_do_not_diverge() {
  %n0 = arith.constant 1 : i32
  %bound = arith.constant 1.0 : f64
  %max = arith.constant 40 : i32
  %n, %residual, %iterations, %status = eq.fixed_point
      init(%n0 : i32) until(bound = %bound : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%n: i32):
    %three = arith.constant 3 : i32
    %f = arith.muli %n, %three : i32
    eq.yield %f : i32
  }
  eqtest.status %status, max_iterations
  // 3^40 = 12157665459056928801, modulo 2^32.
  eqtest.close %n, 689956897 : i32
  eqtest.close %residual, 1.0 : f64, ulps = 0
  return
}
