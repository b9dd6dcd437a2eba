// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Roots in a bracket. The functions' roots are closed forms or have 17 digits
// from arithmetic with 50.

// cos x = x; without a tolerance the type decides when it is done, from either
// side, from a guess inside and from one that is not.
func.func @cos() {
  %guess = arith.constant dense<[0.5, 0.5, 9.0, 0.0]> : tensor<4xf64>
  %low = arith.constant dense<[0.0, 1.0, 0.0, -10.0]> : tensor<4xf64>
  %high = arith.constant dense<[1.0, 0.0, 1.0, 10.0]> : tensor<4xf64>
  %max = arith.constant 30 : i32
  %x, %residual, %iterations, %status = eq.root init(%guess : tensor<4xf64>)
      until(max = %max : i32) method(#eq.brent) with(low = %low : tensor<4xf64>, high = %high : tensor<4xf64>) {
  ^bb0(%x: f64):
    %cos = math.cos %x : f64
    %g = arith.subf %cos, %x : f64
    eq.yield %g : f64
  }
  eqtest.status %status, converged : tensor<4xi32>
  eqtest.close %x, dense<0.73908513321516064> : tensor<4xf64>, ulps = 4
  eqtest.close %residual, dense<0.0> : tensor<4xf64>, abs = 1.0e-15
  return
}

// x^9, on which interpolation is of little use: it still comes down, to within
// the tolerance of the value. And x^3 - 2 x - 5, Wallis's equation.
func.func @polynomials() {
  %guess = arith.constant 1.0 : f64
  %low = arith.constant -1.0 : f64
  %high = arith.constant 4.0 : f64
  %two = arith.constant 2.0 : f64
  %three = arith.constant 3.0 : f64
  %abs = arith.constant 1.0e-30 : f64
  %max = arith.constant 200 : i32
  %x, %r, %n, %s = eq.root init(%guess : f64) until(abs = %abs : f64, max = %max : i32)
      method(#eq.brent) with(low = %low : f64, high = %high : f64) {
  ^bb0(%x: f64):
    %nine = arith.constant 9 : i32
    %g = math.fpowi %x, %nine : f64, i32
    eq.yield %g : f64
  }
  eqtest.status %s, converged
  eqtest.close %r, 0.0 : f64, abs = 1.0e-30
  eqtest.close %x, 0.0 : f64, abs = 4.7e-4
  %y, %ry, %ny, %sy = eq.root init(%two : f64) until(max = %max : i32)
      method(#eq.brent) with(low = %two : f64, high = %three : f64) {
  ^bb0(%x: f64):
    %two = arith.constant 2.0 : f64
    %five = arith.constant 5.0 : f64
    %xx = arith.mulf %x, %x : f64
    %m = arith.subf %xx, %two : f64
    %p = arith.mulf %m, %x : f64
    %g = arith.subf %p, %five : f64
    eq.yield %g : f64
  }
  eqtest.status %sy, converged
  eqtest.close %y, 2.0945514815423266 : f64, ulps = 4
  %few = arith.constant 12 : i32
  %isFast = arith.cmpi slt, %ny, %few : i32
  eqtest.close %isFast, true
  return
}

// Kepler's equation for a batch in f32, with a width at which it is settled.
func.func @kepler() {
  %m = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %e = arith.constant dense<[0.0, 0.5, 0.9]> : tensor<3xf32>
  %low = arith.constant 0.0 : f32
  %high = arith.constant 4.0 : f32
  %width = arith.constant 1.0e-5 : f32
  %max = arith.constant 30 : i32
  %x, %residual, %iterations, %status = eq.root init(%m : tensor<3xf32>) ins(%m, %e : tensor<3xf32>, tensor<3xf32>)
      until(max = %max : i32) method(#eq.brent) with(low = %low : f32, high = %high : f32, width = %width : f32) {
  ^bb0(%E: f32, %m: f32, %e: f32):
    %sin = math.sin %E : f32
    %part = arith.mulf %e, %sin : f32
    %d = arith.subf %E, %part : f32
    %g = arith.subf %d, %m : f32
    eq.yield %g : f32
  }
  eqtest.status %status, converged : tensor<3xi32>
  eqtest.close %x, dense<[1.0, 2.35424275, 3.06703749]> : tensor<3xf32>, abs = 1.0e-5
  return
}

// A root at an end of the bracket is found at once; equal signs, an end that is
// infinite, and one where the function is NaN are no brackets.
func.func @brackets() {
  %guess = arith.constant dense<0.5> : tensor<6xf64>
  %low = arith.constant dense<[0.0, -1.0, 1.0, 0x7FF0000000000000, -9.0, 2.0]> : tensor<6xf64>
  %high = arith.constant dense<[3.0, 0.0, 2.0, 1.0, 1.0, 0x7FF8000000000000]> : tensor<6xf64>
  %max = arith.constant 30 : i32
  %x, %residual, %iterations, %status = eq.root init(%guess : tensor<6xf64>)
      until(max = %max : i32) method(#eq.brent) with(low = %low : tensor<6xf64>, high = %high : tensor<6xf64>) {
  ^bb0(%x: f64):
    // x, but NaN below -4.
    %four = arith.constant 4.0 : f64
    %zero = arith.constant 0.0 : f64
    %sum = arith.addf %x, %four : f64
    %root = math.sqrt %sum : f64
    %nothing = arith.mulf %root, %zero : f64
    %g = arith.addf %x, %nothing : f64
    eq.yield %g : f64
  }
  eqtest.status %status, [converged, converged, bad_argument, bad_argument, bad_argument, bad_argument] : tensor<6xi32>
  eqtest.close %x, dense<[0.0, 0.0, 0.5, 0.5, 0.5, 0.5]> : tensor<6xf64>, ulps = 0
  eqtest.close %iterations, dense<[1, 1, 0, 0, 0, 0]> : tensor<6xi32>
  return
}

// A NaN between the ends, and a pole: the status says what the function gave.
// A limit: the best point so far.
func.func @failures() {
  %guess = arith.constant dense<[0.0, 0.0, 0.0]> : tensor<3xf64>
  %low = arith.constant dense<[-1.0, -1.0, -3.0]> : tensor<3xf64>
  %high = arith.constant dense<[1.0, 1.0, 1.0]> : tensor<3xf64>
  %kind = arith.constant dense<[0, 1, 2]> : tensor<3xi32>
  %max = arith.constant dense<[30, 30, 1]> : tensor<3xi32>
  %x, %residual, %iterations, %status = eq.root init(%guess : tensor<3xf64>) ins(%kind : tensor<3xi32>)
      until(max = %max : tensor<3xi32>) method(#eq.brent) with(low = %low : tensor<3xf64>, high = %high : tensor<3xf64>) {
  ^bb0(%x: f64, %kind: i32):
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // x/|x|, which is NaN at 0; 1/x, which is infinite there; x + 1/4 + x^2/4.
    %size = math.absf %x : f64
    %sign = arith.divf %x, %size : f64
    %pole = arith.divf %one, %x : f64
    %quarter = arith.constant 0.25 : f64
    %xx = arith.mulf %x, %x : f64
    %qxx = arith.mulf %quarter, %xx : f64
    %xq = arith.addf %x, %quarter : f64
    %sum = arith.addf %xq, %qxx : f64
    %is0 = arith.cmpi eq, %kind, %c0 : i32
    %is1 = arith.cmpi eq, %kind, %c1 : i32
    %g1 = arith.select %is1, %pole, %sum : f64
    %g = arith.select %is0, %sign, %g1 : f64
    eq.yield %g : f64
  }
  eqtest.status %status, [non_finite, diverged, max_iterations] : tensor<3xi32>
  eqtest.close %x, dense<[0.0, 0.0, 0.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %iterations, dense<[1, 1, 1]> : tensor<3xi32>
  return
}

// A root inside the body of a fixed point: z = 1 + (root of x^3 + x = z)/2.
// With x the root at the solution: z = x^3 + x and z = 1 + x/2, so that
// x^3 + x/2 = 1: x = 0.83512233..., z = 1.417561...
func.func @nested() {
  %z0 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-13 : f64
  %max = arith.constant 100 : i32
  %z, %r, %n, %s = eq.fixed_point init(%z0 : f64) until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %zero = arith.constant 0.0 : f64
    %four = arith.constant 4.0 : f64
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %limit = arith.constant 60 : i32
    %x, %rx, %nx, %sx = eq.root init(%one : f64) ins(%z : f64) until(max = %limit : i32)
        method(#eq.brent) with(low = %zero : f64, high = %four : f64) {
    ^bb0(%x: f64, %z: f64):
      %xx = arith.mulf %x, %x : f64
      %xxx = arith.mulf %xx, %x : f64
      %sum = arith.addf %xxx, %x : f64
      %g = arith.subf %sum, %z : f64
      eq.yield %g : f64
    }
    %part = arith.mulf %x, %half : f64
    %f = arith.addf %one, %part : f64
    eq.yield %f : f64
  }
  eqtest.status %s, converged
  eqtest.close %z, 1.4175611742406833 : f64, abs = 1.0e-12
  return
}
