// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// How a change becomes one number. The states are a, three f32, and b, one f64;
// one evaluation maps (0, 0, 0 | 0) to (2, 0, -4 | 4). Over all four elements:
//   max  4;  l2  sqrt(4 + 16 + 16) = 6;  rms  sqrt(36 / 4) = 3
// All three are exact: squares, sums and roots of these numbers round nothing.

func.func @max() {
  %a0 = arith.constant dense<0.0> : tensor<3xf32>
  %b0 = arith.constant 0.0 : f64
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<3xf32>, f64) until(max = %max : i32) norm(max)
      method(#eq.picard) {
  ^bb0(%a: tensor<3xf32>, %b: f64):
    %fa = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    %fb = arith.constant 4.0 : f64
    eq.yield %fa, %fb : tensor<3xf32>, f64
  }
  eqtest.close %residual, 4.0 : f64, ulps = 0
  return
}

func.func @l2() {
  %a0 = arith.constant dense<0.0> : tensor<3xf32>
  %b0 = arith.constant 0.0 : f64
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<3xf32>, f64) until(max = %max : i32) norm(l2)
      method(#eq.picard) {
  ^bb0(%a: tensor<3xf32>, %b: f64):
    %fa = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    %fb = arith.constant 4.0 : f64
    eq.yield %fa, %fb : tensor<3xf32>, f64
  }
  eqtest.close %residual, 6.0 : f64, ulps = 0
  return
}

func.func @rms() {
  %a0 = arith.constant dense<0.0> : tensor<3xf32>
  %b0 = arith.constant 0.0 : f64
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<3xf32>, f64) until(max = %max : i32) norm(rms)
      method(#eq.picard) {
  ^bb0(%a: tensor<3xf32>, %b: f64):
    %fa = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    %fb = arith.constant 4.0 : f64
    eq.yield %fa, %fb : tensor<3xf32>, f64
  }
  eqtest.close %residual, 3.0 : f64, ulps = 0
  return
}

// `scale` divides each component first: a by (1, 7, 2), b by 1/2.
//   (2, 0, -2 | 8):  max 8;  l2  sqrt(4 + 4 + 64) = sqrt 72;  rms  sqrt 18
func.func @scaled_max() {
  %a0 = arith.constant dense<0.0> : tensor<3xf32>
  %b0 = arith.constant 0.0 : f64
  %sa = arith.constant dense<[1.0, 7.0, 2.0]> : tensor<3xf32>
  %sb = arith.constant 0.5 : f64
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<3xf32>, f64) scale(%sa, %sb : tensor<3xf32>, f64)
      until(max = %max : i32) norm(max) method(#eq.picard) {
  ^bb0(%a: tensor<3xf32>, %b: f64):
    %fa = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    %fb = arith.constant 4.0 : f64
    eq.yield %fa, %fb : tensor<3xf32>, f64
  }
  eqtest.close %residual, 8.0 : f64, ulps = 0
  // The values themselves are not scaled.
  eqtest.close %a, dense<[2.0, 0.0, -4.0]> : tensor<3xf32>, ulps = 0
  return
}

func.func @scaled_rms() {
  %a0 = arith.constant dense<0.0> : tensor<3xf32>
  %b0 = arith.constant 0.0 : f64
  %sa = arith.constant dense<[1.0, 7.0, 2.0]> : tensor<3xf32>
  %sb = arith.constant 0.5 : f64
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<3xf32>, f64) scale(%sa, %sb : tensor<3xf32>, f64)
      until(max = %max : i32) norm(rms) method(#eq.picard) {
  ^bb0(%a: tensor<3xf32>, %b: f64):
    %fa = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    %fb = arith.constant 4.0 : f64
    eq.yield %fa, %fb : tensor<3xf32>, f64
  }
  eqtest.close %residual, 4.2426406871192852 : f64, ulps = 1
  return
}

// The three shapes a scale may have, in a batch of two: one number for all
// components, one sample's shape for all samples, and one per sample. The change
// is (2, 0, -4) in both samples.
func.func @scale_shapes() {
  %z0 = arith.constant dense<0.0> : tensor<2x3xf32>
  %max = arith.constant 1 : i32
  %number = arith.constant 4.0 : f32
  %sample = arith.constant dense<[1.0, 1.0, 8.0]> : tensor<3xf32>
  %batch = arith.constant dense<[[1.0, 1.0, 1.0], [0.25, 1.0, 4.0]]> : tensor<2x3xf32>
  %z1, %r1, %n1, %s1 = eq.fixed_point init(%z0 : tensor<2x3xf32>) scale(%number : f32)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>):
    %f = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    eq.yield %f : tensor<3xf32>
  }
  eqtest.close %r1, dense<1.0> : tensor<2xf32>, ulps = 0
  %z2, %r2, %n2, %s2 = eq.fixed_point init(%z0 : tensor<2x3xf32>) scale(%sample : tensor<3xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>):
    %f = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    eq.yield %f : tensor<3xf32>
  }
  eqtest.close %r2, dense<2.0> : tensor<2xf32>, ulps = 0
  %z3, %r3, %n3, %s3 = eq.fixed_point init(%z0 : tensor<2x3xf32>) scale(%batch : tensor<2x3xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>):
    %f = arith.constant dense<[2.0, 0.0, -4.0]> : tensor<3xf32>
    eq.yield %f : tensor<3xf32>
  }
  eqtest.close %r3, dense<[4.0, 8.0]> : tensor<2xf32>, ulps = 0
  return
}

// The relative test scales both sides: f(z) = z / 2 from (1, 64) with scale
// (1, 64). The scaled state is (1, 1), its change (1/2, 1/2), so rel = 1/2 is met
// at once in every norm.
func.func @scaled_relative_test() {
  %z0 = arith.constant dense<[1.0, 64.0]> : tensor<2xf64>
  %scale = arith.constant dense<[1.0, 64.0]> : tensor<2xf64>
  %rel = arith.constant 0.5 : f64
  %max = arith.constant 5 : i32
  %z1, %r1, %n1, %s1 = eq.fixed_point init(%z0 : tensor<2xf64>) scale(%scale : tensor<2xf64>)
      until(rel = %rel : f64, max = %max : i32) norm(max) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %half = arith.constant dense<0.5> : tensor<2xf64>
    %f = arith.mulf %z, %half : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.status %s1, converged
  eqtest.close %n1, 1 : i32
  eqtest.close %r1, 0.5 : f64, ulps = 0
  %z2, %r2, %n2, %s2 = eq.fixed_point init(%z0 : tensor<2xf64>) scale(%scale : tensor<2xf64>)
      until(rel = %rel : f64, max = %max : i32) norm(rms) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %half = arith.constant dense<0.5> : tensor<2xf64>
    %f = arith.mulf %z, %half : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.status %s2, converged
  eqtest.close %n2, 1 : i32
  eqtest.close %r2, 0.5 : f64, ulps = 0
  return
}

// `bound` is not scaled: |f| = 64 is beyond 63, though 64 / 64 is not.
func.func @bound_is_not_scaled() {
  %z0 = arith.constant 1.0 : f64
  %scale = arith.constant 64.0 : f64
  %bound = arith.constant 63.0 : f64
  %max = arith.constant 5 : i32
  %z, %r, %n, %s = eq.fixed_point init(%z0 : f64) scale(%scale : f64)
      until(bound = %bound : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %f = arith.constant 64.0 : f64
    eq.yield %f : f64
  }
  eqtest.status %s, diverged
  eqtest.close %n, 1 : i32
  eqtest.close %z, 1.0 : f64, ulps = 0
  return
}

// A changed integer or boolean entry counts 1, whatever it changed by: here two
// of four and the boolean, beside a real that moved by 1.
//   max 1;  l2  sqrt(1 + 1 + 1 + 1) = 2;  rms  sqrt(4 / 6)
func.func @integers_count() {
  %a0 = arith.constant dense<[10, 20, 30, 40]> : tensor<4xi32>
  %b0 = arith.constant true
  %c0 = arith.constant 5.0 : f32
  %max = arith.constant 1 : i32
  %a1, %b1, %c1, %r1, %n1, %s1 = eq.fixed_point
      init(%a0, %b0, %c0 : tensor<4xi32>, i1, f32) until(max = %max : i32)
      norm(max) method(#eq.picard) {
  ^bb0(%a: tensor<4xi32>, %b: i1, %c: f32):
    %fa = arith.constant dense<[10, -2000000, 30, 41]> : tensor<4xi32>
    %fb = arith.constant false
    %fc = arith.constant 4.0 : f32
    eq.yield %fa, %fb, %fc : tensor<4xi32>, i1, f32
  }
  eqtest.close %r1, 1.0 : f32, ulps = 0
  %a2, %b2, %c2, %r2, %n2, %s2 = eq.fixed_point
      init(%a0, %b0, %c0 : tensor<4xi32>, i1, f32) until(max = %max : i32)
      norm(l2) method(#eq.picard) {
  ^bb0(%a: tensor<4xi32>, %b: i1, %c: f32):
    %fa = arith.constant dense<[10, -2000000, 30, 41]> : tensor<4xi32>
    %fb = arith.constant false
    %fc = arith.constant 4.0 : f32
    eq.yield %fa, %fb, %fc : tensor<4xi32>, i1, f32
  }
  eqtest.close %r2, 2.0 : f32, ulps = 0
  %a3, %b3, %c3, %r3, %n3, %s3 = eq.fixed_point
      init(%a0, %b0, %c0 : tensor<4xi32>, i1, f32) until(max = %max : i32)
      norm(rms) method(#eq.picard) {
  ^bb0(%a: tensor<4xi32>, %b: i1, %c: f32):
    %fa = arith.constant dense<[10, -2000000, 30, 41]> : tensor<4xi32>
    %fb = arith.constant false
    %fc = arith.constant 4.0 : f32
    eq.yield %fa, %fb, %fc : tensor<4xi32>, i1, f32
  }
  eqtest.close %r3, 0.816496581 : f32, ulps = 1
  return
}

// A residual never shrinks a NaN away: f = (NaN, 3) has a NaN residual in every
// norm, and the status says why.
func.func @nan_wins() {
  %z0 = arith.constant dense<1.0> : tensor<2xf64>
  %max = arith.constant 5 : i32
  %z1, %r1, %n1, %s1 = eq.fixed_point init(%z0 : tensor<2xf64>)
      until(max = %max : i32) norm(max) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %f = arith.constant dense<[0x7FF8000000000000, 3.0]> : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.status %s1, non_finite
  eqtest.close %r1, 0x7FF8000000000000 : f64
  %z2, %r2, %n2, %s2 = eq.fixed_point init(%z0 : tensor<2xf64>)
      until(max = %max : i32) norm(l2) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %f = arith.constant dense<[0x7FF8000000000000, 3.0]> : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.status %s2, non_finite
  eqtest.close %r2, 0x7FF8000000000000 : f64
  eqtest.close %z2, dense<1.0> : tensor<2xf64>, ulps = 0
  return
}
