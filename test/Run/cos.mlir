// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// The one real solution of x = cos x, to 17 digits (OEIS A003957).
// The map shrinks distances by L = |sin x| = 0.674 there, so a last change of
// at most 1e-15 leaves an error of at most L / (1 - L) * 1e-15 = 2.07e-15,
// which is 19 ULPs (1.11e-16 each).
func.func @converges() {
  %x0 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-15 : f64
  %max = arith.constant 200 : i32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  eqtest.status %status, converged
  eqtest.close %x, 0.73908513321516064 : f64, ulps = 19
  eqtest.close %residual, 0.0 : f64, abs = 1.0e-15
  return
}

// The same in f32. A last change of at most 1e-6 leaves at most 2.07e-6, which
// is 35 ULPs (5.96e-8 each).
func.func @converges_f32() {
  %x0 = arith.constant 1.0 : f32
  %tol = arith.constant 1.0e-6 : f32
  %max = arith.constant 200 : i32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f32) until(abs = %tol : f32, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f32):
    %fx = math.cos %x : f32
    eq.yield %fx : f32
  }
  eqtest.status %status, converged
  eqtest.close %x, 0.739085138 : f32, ulps = 35
  return
}

// Ten iterations are not enough, and the solve says so. Every one of them
// counts, the first included, and the last f(x) is returned: f applied ten times
// to 1. The residual is the last change, |f^10(1) - f^9(1)|. (Both with 40-digit
// arithmetic.)
func.func @gives_up() {
  %x0 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-15 : f64
  %max = arith.constant 10 : i32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  eqtest.status %status, max_iterations
  eqtest.close %iterations, 10 : i32
  eqtest.close %x, 0.74423735490055687 : f64, ulps = 10
  eqtest.close %residual, 0.012833312478047005 : f64, rel = 1.0e-13
  return
}

// A start that is not a number is a bad argument: nothing is computed.
func.func @nan_start() {
  %x0 = arith.constant 0x7FF8000000000000 : f64
  %tol = arith.constant 1.0e-15 : f64
  %max = arith.constant 10 : i32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  eqtest.status %status, bad_argument
  eqtest.close %iterations, 0 : i32
  eqtest.close %x, 0x7FF8000000000000 : f64
  eqtest.close %residual, 0x7FF0000000000000 : f64
  return
}
