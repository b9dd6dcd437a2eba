// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// A batch is many problems of one sample each: whatever its rank and size,
// each sample ends as it would alone.

// The same six samples, z -> x z / 2 + 1 with |x| <= 1, as batches of rank 0, 1,
// 2 and 3, static and dynamic. Samples end at different iterations. Truth for
// the values: z = 1 / (1 - x / 2), and the last change times L / (1 - L) with
// L = |x| / 2 <= 1/2 bounds the error by 1e-12.
func.func private @x() -> tensor<6xf64> {
  %x = arith.constant dense<[1.0, -1.0, 0.5, 0.25, -0.75, 0.0]> : tensor<6xf64>
  return %x : tensor<6xf64>
}

func.func private @rank_1(%x: tensor<6xf64>) -> (tensor<6xf64>, tensor<6xf64>, tensor<6xi32>) {
  %z0 = arith.constant dense<0.0> : tensor<6xf64>
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<6xf64>) ins(%x : tensor<6xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %xz = arith.mulf %x, %z : f64
    %h = arith.mulf %xz, %half : f64
    %f = arith.addf %h, %one : f64
    eq.yield %f : f64
  }
  eqtest.status %status, converged : tensor<6xi32>
  return %z, %residual, %iterations : tensor<6xf64>, tensor<6xf64>, tensor<6xi32>
}

func.func @rank_1_is_right() {
  %x = call @x() : () -> tensor<6xf64>
  %z, %residual, %iterations = call @rank_1(%x)
      : (tensor<6xf64>) -> (tensor<6xf64>, tensor<6xf64>, tensor<6xi32>)
  eqtest.close %z, dense<[2.0, 0.66666666666666667, 1.3333333333333333,
      1.1428571428571429, 0.72727272727272727, 1.0]> : tensor<6xf64>, abs = 1.0e-12
  return
}

func.func @rank_2() {
  %x = call @x() : () -> tensor<6xf64>
  %z1, %r1, %n1 = call @rank_1(%x)
      : (tensor<6xf64>) -> (tensor<6xf64>, tensor<6xf64>, tensor<6xi32>)
  %x2 = tensor.expand_shape %x [[0, 1]] output_shape [2, 3] : tensor<6xf64> into tensor<2x3xf64>
  %z0 = arith.constant dense<0.0> : tensor<2x3xf64>
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%z0 : tensor<2x3xf64>) ins(%x2 : tensor<2x3xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) trace(1) {
  ^bb0(%z: f64, %x: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %xz = arith.mulf %x, %z : f64
    %h = arith.mulf %xz, %half : f64
    %f = arith.addf %h, %one : f64
    eq.yield %f : f64
  }
  %flat = tensor.collapse_shape %z [[0, 1]] : tensor<2x3xf64> into tensor<6xf64>
  %flat_r = tensor.collapse_shape %residual [[0, 1]] : tensor<2x3xf64> into tensor<6xf64>
  %flat_n = tensor.collapse_shape %iterations [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  eqtest.equal_bits %flat, %z1 : tensor<6xf64>
  eqtest.equal_bits %flat_r, %r1 : tensor<6xf64>
  eqtest.equal_bits %flat_n, %n1 : tensor<6xi32>
  // From 0 the first change is 1 for every x.
  eqtest.close %trace, dense<1.0> : tensor<2x3x1xf64>, ulps = 0
  return
}

func.func @rank_3() {
  %x = call @x() : () -> tensor<6xf64>
  %z1, %r1, %n1 = call @rank_1(%x)
      : (tensor<6xf64>) -> (tensor<6xf64>, tensor<6xf64>, tensor<6xi32>)
  %x3 = tensor.expand_shape %x [[0, 1, 2]] output_shape [3, 1, 2] : tensor<6xf64> into tensor<3x1x2xf64>
  %z0 = arith.constant dense<0.0> : tensor<3x1x2xf64>
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant dense<100> : tensor<3x1x2xi32>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3x1x2xf64>) ins(%x3 : tensor<3x1x2xf64>)
      until(abs = %tol : f64, max = %max : tensor<3x1x2xi32>) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %xz = arith.mulf %x, %z : f64
    %h = arith.mulf %xz, %half : f64
    %f = arith.addf %h, %one : f64
    eq.yield %f : f64
  }
  %flat = tensor.collapse_shape %z [[0, 1, 2]] : tensor<3x1x2xf64> into tensor<6xf64>
  %flat_n = tensor.collapse_shape %iterations [[0, 1, 2]] : tensor<3x1x2xi32> into tensor<6xi32>
  eqtest.equal_bits %flat, %z1 : tensor<6xf64>
  eqtest.equal_bits %flat_n, %n1 : tensor<6xi32>
  return
}

// Sample 4 (x = -3/4) alone, without a batch.
func.func @rank_0() {
  %x = call @x() : () -> tensor<6xf64>
  %z1, %r1, %n1 = call @rank_1(%x)
      : (tensor<6xf64>) -> (tensor<6xf64>, tensor<6xf64>, tensor<6xi32>)
  %z0 = arith.constant 0.0 : f64
  %x4 = arith.constant -0.75 : f64
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) ins(%x4 : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %xz = arith.mulf %x, %z : f64
    %h = arith.mulf %xz, %half : f64
    %f = arith.addf %h, %one : f64
    eq.yield %f : f64
  }
  %c4 = arith.constant 4 : index
  %z4 = tensor.extract %z1[%c4] : tensor<6xf64>
  %r4 = tensor.extract %r1[%c4] : tensor<6xf64>
  %n4 = tensor.extract %n1[%c4] : tensor<6xi32>
  eqtest.equal_bits %z, %z4 : f64
  eqtest.equal_bits %residual, %r4 : f64
  eqtest.equal_bits %iterations, %n4 : i32
  return
}

func.func @dynamic() {
  %x = call @x() : () -> tensor<6xf64>
  %z1, %r1, %n1 = call @rank_1(%x)
      : (tensor<6xf64>) -> (tensor<6xf64>, tensor<6xf64>, tensor<6xi32>)
  %z0 = arith.constant dense<0.0> : tensor<6xf64>
  %zd = tensor.cast %z0 : tensor<6xf64> to tensor<?xf64>
  %xd = tensor.cast %x : tensor<6xf64> to tensor<?xf64>
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%zd : tensor<?xf64>) ins(%xd : tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %xz = arith.mulf %x, %z : f64
    %h = arith.mulf %xz, %half : f64
    %f = arith.addf %h, %one : f64
    eq.yield %f : f64
  }
  %zs = tensor.cast %z : tensor<?xf64> to tensor<6xf64>
  %ns = tensor.cast %iterations : tensor<?xi32> to tensor<6xi32>
  eqtest.equal_bits %zs, %z1 : tensor<6xf64>
  eqtest.equal_bits %ns, %n1 : tensor<6xi32>
  return
}

// Two dynamic batch dimensions of 2 x 3 in front of states of 2: component 1 is
// component 0 doubled.
func.func @dynamic_rank_2() {
  %x = call @x() : () -> tensor<6xf64>
  %z1, %r1, %n1 = call @rank_1(%x)
      : (tensor<6xf64>) -> (tensor<6xf64>, tensor<6xf64>, tensor<6xi32>)
  %x2 = tensor.expand_shape %x [[0, 1]] output_shape [2, 3] : tensor<6xf64> into tensor<2x3xf64>
  %xd = tensor.cast %x2 : tensor<2x3xf64> to tensor<?x?xf64>
  %z0 = arith.constant dense<0.0> : tensor<2x3x2xf64>
  %zd = tensor.cast %z0 : tensor<2x3x2xf64> to tensor<?x?x2xf64>
  // The tolerance is doubled with the larger component.
  %tol = arith.constant 2.0e-12 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%zd : tensor<?x?x2xf64>) ins(%xd : tensor<?x?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) trace(2) {
  ^bb0(%z: tensor<2xf64>, %x: f64):
    %half = arith.constant 0.5 : f64
    %xh = arith.mulf %x, %half : f64
    %factor = tensor.splat %xh : tensor<2xf64>
    %one_two = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
    %h = arith.mulf %factor, %z : tensor<2xf64>
    %f = arith.addf %h, %one_two : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  %zs = tensor.cast %z : tensor<?x?x2xf64> to tensor<2x3x2xf64>
  %flat = tensor.collapse_shape %zs [[0, 1], [2]] : tensor<2x3x2xf64> into tensor<6x2xf64>
  %single = tensor.extract_slice %flat[0, 0] [6, 1] [1, 1] : tensor<6x2xf64> to tensor<6xf64>
  %double = tensor.extract_slice %flat[0, 1] [6, 1] [1, 1] : tensor<6x2xf64> to tensor<6xf64>
  %two = arith.constant dense<2.0> : tensor<6xf64>
  %z1_doubled = arith.mulf %z1, %two : tensor<6xf64>
  eqtest.equal_bits %single, %z1 : tensor<6xf64>
  eqtest.equal_bits %double, %z1_doubled : tensor<6xf64>
  %ts = tensor.cast %trace : tensor<?x?x2xf64> to tensor<2x3x2xf64>
  eqtest.close %ts, dense<[[[2.0, 1.0], [2.0, 1.0], [2.0, 0.5]], [[2.0, 0.25], [2.0, 0.75], [2.0, 0.0]]]> : tensor<2x3x2xf64>, ulps = 0
  return
}

// Nobody to solve for: legal, and every result is empty.
func.func @empty() {
  %z0 = arith.constant dense<0.0> : tensor<0x3xf64>
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%z0 : tensor<0x3xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) trace(4) {
  ^bb0(%z: tensor<3xf64>):
    %f = math.cos %z : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  eqtest.equal_bits %z, %z0 : tensor<0x3xf64>
  eqtest.status %status, converged : tensor<0xi32>
  %c0 = arith.constant 0 : index
  %size = tensor.dim %trace, %c0 : tensor<0x4xf64>
  %count = arith.index_cast %size : index to i32
  eqtest.close %count, 0 : i32
  return
}

// The same, where only the run can tell; of rank 2, one dimension empty.
func.func @empty_dynamic() {
  %z0 = arith.constant dense<0.0> : tensor<2x0x3xf32>
  %zd = tensor.cast %z0 : tensor<2x0x3xf32> to tensor<?x?x3xf32>
  %tol = arith.constant 1.0e-6 : f32
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%zd : tensor<?x?x3xf32>) until(abs = %tol : f32, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>):
    %f = math.cos %z : tensor<3xf32>
    eq.yield %f : tensor<3xf32>
  }
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d0 = tensor.dim %iterations, %c0 : tensor<?x?xi32>
  %d1 = tensor.dim %iterations, %c1 : tensor<?x?xi32>
  %n0 = arith.index_cast %d0 : index to i32
  %n1 = arith.index_cast %d1 : index to i32
  eqtest.close %n0, 2 : i32
  eqtest.close %n1, 0 : i32
  return
}

// The written types decide: with argument tensor<4xf64>, the same operand is one
// coupled problem, which ends for all components at once. Components halve from
// 1, 2, 4, 8; the largest change is 1 at the third evaluation.
func.func @coupled() {
  %z0 = arith.constant dense<[1.0, 2.0, 4.0, 8.0]> : tensor<4xf64>
  %tol = arith.constant 1.0 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<4xf64>):
    %half = arith.constant dense<0.5> : tensor<4xf64>
    %f = arith.mulf %z, %half : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  eqtest.close %iterations, 3 : i32
  eqtest.close %z, dense<[0.125, 0.25, 0.5, 1.0]> : tensor<4xf64>, ulps = 0

  %s, %r, %n, %st = eq.fixed_point
      init(%z0 : tensor<4xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  eqtest.close %n, dense<[1, 1, 2, 3]> : tensor<4xi32>
  eqtest.close %s, dense<[0.5, 1.0, 1.0, 1.0]> : tensor<4xf64>, ulps = 0
  return
}

// Two batch dimensions of which neither is known: z -> z / 2 once.
func.func @two_dynamic_dimensions() {
  %z0 = arith.constant dense<[[2.0, 4.0, 6.0], [8.0, 10.0, 12.0]]> : tensor<2x3xf64>
  %max = arith.constant 1 : i32
  %d = tensor.cast %z0 : tensor<2x3xf64> to tensor<?x?xf64>
  %z, %r, %n, %s = eq.fixed_point init(%d : tensor<?x?xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  %z1 = tensor.cast %z : tensor<?x?xf64> to tensor<2x3xf64>
  eqtest.close %z1, dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>, ulps = 0
  eqtest.status %s, max_iterations : tensor<?x?xi32>
  return
}
