// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Functions in bodies at arguments where the value is known. Rounding, signs and
// roots are exact; functions of the C library are within 1 ULP of the correctly
// rounded value.

// 2.5 and -2.5: half to even is 2, half away from zero 3.
func.func @rounding() {
  %x0 = arith.constant dense<[2.5, -2.5, 3.5, 0.49999999999999994, -0.5]> : tensor<5xf64>
  %max = arith.constant 1 : i32
  %even, %away, %zero, %up, %down, %n = eq.loop init(%x0 : tensor<5xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %stop = arith.constant false
    eq.next %stop, %x : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64):
    %even = math.roundeven %x : f64
    %away = math.round %x : f64
    %zero = math.trunc %x : f64
    %up = math.ceil %x : f64
    %down = math.floor %x : f64
    eq.yield %even, %away, %zero, %up, %down : f64, f64, f64, f64, f64
  }
  eqtest.close %even, dense<[2.0, -2.0, 4.0, 0.0, 0.0]> : tensor<5xf64>, ulps = 0
  eqtest.close %away, dense<[3.0, -3.0, 4.0, 0.0, -1.0]> : tensor<5xf64>, ulps = 0
  eqtest.close %zero, dense<[2.0, -2.0, 3.0, 0.0, 0.0]> : tensor<5xf64>, ulps = 0
  eqtest.close %up, dense<[3.0, -2.0, 4.0, 1.0, 0.0]> : tensor<5xf64>, ulps = 0
  eqtest.close %down, dense<[2.0, -3.0, 3.0, 0.0, -1.0]> : tensor<5xf64>, ulps = 0
  return
}

// maxnumf and minnumf take the number where the other is a NaN; maximumf and
// minimumf take the NaN.
func.func @extremes() {
  %a0 = arith.constant dense<[1.0, 0x7FC00000, 2.0, 0x7FC00000]> : tensor<4xf32>
  %b0 = arith.constant dense<[2.0, 2.0, 0x7FC00000, 0x7FC00000]> : tensor<4xf32>
  %max = arith.constant 1 : i32
  %p, %q, %r, %s, %n = eq.loop init(%a0 : tensor<4xf32>) ins(%b0 : tensor<4xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: f32, %b: f32):
    %stop = arith.constant false
    eq.next %stop, %a : f32
  } finish {
  ^bb0(%k: i32, %again: i1, %a: f32, %b: f32):
    %p = arith.maxnumf %a, %b : f32
    %q = arith.minnumf %a, %b : f32
    %r = arith.maximumf %a, %b : f32
    %s = arith.minimumf %a, %b : f32
    eq.yield %p, %q, %r, %s : f32, f32, f32, f32
  }
  eqtest.close %p, dense<[2.0, 2.0, 2.0, 0x7FC00000]> : tensor<4xf32>, ulps = 0
  eqtest.close %q, dense<[1.0, 2.0, 2.0, 0x7FC00000]> : tensor<4xf32>, ulps = 0
  eqtest.close %r, dense<[2.0, 0x7FC00000, 0x7FC00000, 0x7FC00000]> : tensor<4xf32>, ulps = 0
  eqtest.close %s, dense<[1.0, 0x7FC00000, 0x7FC00000, 0x7FC00000]> : tensor<4xf32>, ulps = 0
  return
}

// -0 is below +0, on whichever side it stands, and beside a constant.
func.func @extremes_of_zeros() {
  %a0 = arith.constant dense<[0.0, -0.0, 0.0, -0.0]> : tensor<4xf64>
  %b0 = arith.constant dense<[-0.0, 0.0, 0.0, -0.0]> : tensor<4xf64>
  %max = arith.constant 1 : i32
  %p, %q, %r, %s, %t, %u, %n = eq.loop init(%a0 : tensor<4xf64>) ins(%b0 : tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: f64, %b: f64):
    %stop = arith.constant false
    eq.next %stop, %a : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %a: f64, %b: f64):
    %plus = arith.constant 0.0 : f64
    %minus = arith.constant -0.0 : f64
    %p = arith.maximumf %a, %b : f64
    %q = arith.minimumf %a, %b : f64
    %r = arith.maximumf %a, %plus : f64
    %s = arith.minimumf %plus, %a : f64
    %t = arith.maximumf %minus, %a : f64
    %u = arith.minimumf %a, %minus : f64
    eq.yield %p, %q, %r, %s, %t, %u : f64, f64, f64, f64, f64, f64
  }
  %want_p = arith.constant dense<[0.0, 0.0, 0.0, -0.0]> : tensor<4xf64>
  eqtest.equal_bits %p, %want_p : tensor<4xf64>
  %want_q = arith.constant dense<[-0.0, -0.0, 0.0, -0.0]> : tensor<4xf64>
  eqtest.equal_bits %q, %want_q : tensor<4xf64>
  %want_r = arith.constant dense<[0.0, 0.0, 0.0, 0.0]> : tensor<4xf64>
  eqtest.equal_bits %r, %want_r : tensor<4xf64>
  %want_s = arith.constant dense<[0.0, -0.0, 0.0, -0.0]> : tensor<4xf64>
  eqtest.equal_bits %s, %want_s : tensor<4xf64>
  %want_t = arith.constant dense<[0.0, -0.0, 0.0, -0.0]> : tensor<4xf64>
  eqtest.equal_bits %t, %want_t : tensor<4xf64>
  %want_u = arith.constant dense<[-0.0, -0.0, -0.0, -0.0]> : tensor<4xf64>
  eqtest.equal_bits %u, %want_u : tensor<4xf64>
  return
}

// Closed forms at 1: e, ln 2 (from 2), tanh 1, erf 1, sin 1, atan 1 = pi / 4.
func.func @transcendental() {
  %x0 = arith.constant 1.0 : f64
  %max = arith.constant 1 : i32
  %e, %l, %t, %g, %s, %a, %n = eq.loop init(%x0 : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %stop = arith.constant false
    eq.next %stop, %x : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64):
    %two = arith.addf %x, %x : f64
    %e = math.exp %x : f64
    %l = math.log %two : f64
    %t = math.tanh %x : f64
    %g = math.erf %x : f64
    %s = math.sin %x : f64
    %a = math.atan %x : f64
    eq.yield %e, %l, %t, %g, %s, %a : f64, f64, f64, f64, f64, f64
  }
  eqtest.close %e, 2.7182818284590452 : f64, ulps = 1
  eqtest.close %l, 0.69314718055994531 : f64, ulps = 1
  eqtest.close %t, 0.76159415595576489 : f64, ulps = 1
  eqtest.close %g, 0.84270079294971487 : f64, ulps = 1
  eqtest.close %s, 0.84147098480789651 : f64, ulps = 1
  eqtest.close %a, 0.78539816339744831 : f64, ulps = 1
  return
}

// Outside of the domain: NaN and infinities, as IEEE 754 says.
func.func @domains() {
  %x0 = arith.constant dense<[-1.0, 0.0]> : tensor<2xf64>
  %max = arith.constant 1 : i32
  %root, %log, %quotient, %n = eq.loop init(%x0 : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %stop = arith.constant false
    eq.next %stop, %x : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64):
    %one = arith.constant 1.0 : f64
    %root = math.sqrt %x : f64
    %log = math.log %x : f64
    %quotient = arith.divf %one, %x : f64
    eq.yield %root, %log, %quotient : f64, f64, f64
  }
  eqtest.close %root, dense<[0x7FF8000000000000, 0.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %log, dense<[0x7FF8000000000000, 0xFFF0000000000000]> : tensor<2xf64>, ulps = 0
  eqtest.close %quotient, dense<[-1.0, 0x7FF0000000000000]> : tensor<2xf64>, ulps = 0
  return
}

// x held between -1 and 2, element by element.
func.func @clamp() {
  %x0 = arith.constant dense<[-3.0, 0.5, 7.0]> : tensor<3xf64>
  %max = arith.constant 1 : i32
  %z, %r, %n, %s = eq.fixed_point init(%x0 : tensor<3xf64>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: tensor<3xf64>):
    %low = arith.constant dense<-1.0> : tensor<3xf64>
    %high = arith.constant dense<2.0> : tensor<3xf64>
    %f = math.clampf %x to [%low, %high] : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  eqtest.close %z, dense<[-1.0, 0.5, 2.0]> : tensor<3xf64>, ulps = 0
  return
}

// 3^4 = 81, (-2)^5 = -32, 7^0 = 1.
func.func @integer_powers() {
  %x0 = arith.constant dense<[3, -2, 7]> : tensor<3xi32>
  %p0 = arith.constant dense<[4, 5, 0]> : tensor<3xi32>
  %max = arith.constant 1 : i32
  %z, %r, %n, %s = eq.fixed_point init(%x0 : tensor<3xi32>) ins(%p0 : tensor<3xi32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%x: i32, %p: i32):
    %f = math.ipowi %x, %p : i32
    eq.yield %f : i32
  }
  eqtest.close %z, dense<[81, -32, 1]> : tensor<3xi32>
  return
}

// 40 = 101000b has 26 zeros in front, 3 behind and 2 ones; 0 has only zeros.
func.func @bits() {
  %x0 = arith.constant dense<[40, 0, -1]> : tensor<3xi32>
  %max = arith.constant 1 : i32
  %front, %behind, %ones, %n = eq.loop init(%x0 : tensor<3xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: i32):
    %stop = arith.constant false
    eq.next %stop, %x : i32
  } finish {
  ^bb0(%k: i32, %again: i1, %x: i32):
    %front = math.ctlz %x : i32
    %behind = math.cttz %x : i32
    %ones = math.ctpop %x : i32
    eq.yield %front, %behind, %ones : i32, i32, i32
  }
  eqtest.close %front, dense<[26, 32, 0]> : tensor<3xi32>
  eqtest.close %behind, dense<[3, 32, 0]> : tensor<3xi32>
  eqtest.close %ones, dense<[2, 0, 32]> : tensor<3xi32>
  return
}
