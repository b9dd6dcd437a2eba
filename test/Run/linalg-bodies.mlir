// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Structured operations in bodies, each on asymmetric data, so that swapped
// indices show. Numbers are small integers, so every sum is exact in any order.

// matvec: w is 2 x 3 in the other direction than the state, so two products:
// z (3) -> y = w z (2) -> v y (3). One evaluation from (1, 2, 3).
//   w z = (1 + 4 + 9, 4 + 10 + 18) = (14, 32)
//   v y = (14, 32, 14 + 64) = (14, 32, 78)
func.func @matvec() {
  %z0 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %w0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %v0 = arith.constant dense<[[1.0, 0.0], [0.0, 1.0], [1.0, 2.0]]> : tensor<3x2xf32>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf32>) shared(%w0, %v0 : tensor<2x3xf32>, tensor<3x2xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>, %w: tensor<2x3xf32>, %v: tensor<3x2xf32>):
    %zeros2 = arith.constant dense<0.0> : tensor<2xf32>
    %zeros3 = arith.constant dense<0.0> : tensor<3xf32>
    %y = linalg.matvec ins(%w, %z : tensor<2x3xf32>, tensor<3xf32>) outs(%zeros2 : tensor<2xf32>) -> tensor<2xf32>
    %f = linalg.matvec ins(%v, %y : tensor<3x2xf32>, tensor<2xf32>) outs(%zeros3 : tensor<3xf32>) -> tensor<3xf32>
    eq.yield %f : tensor<3xf32>
  }
  eqtest.close %z, dense<[14.0, 32.0, 78.0]> : tensor<3xf32>, ulps = 0
  return
}

// The sum starts at `outs`: y = b + W z, and vecmat for the transpose.
func.func @affine_and_vecmat() {
  %z0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %x0 = arith.constant dense<[1.0, 10.0, 100.0]> : tensor<3xf64>
  %w0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf64>) ins(%x0 : tensor<3xf64>) shared(%w0 : tensor<3x2xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>, %x: tensor<3xf64>, %w: tensor<3x2xf64>):
    // (1 + 5, 10 + 11, 100 + 17) = (6, 21, 117)
    %y = linalg.matvec ins(%w, %z : tensor<3x2xf64>, tensor<2xf64>) outs(%x : tensor<3xf64>) -> tensor<3xf64>
    // (1 + 6 + 63 + 585, 2 + 12 + 84 + 702)
    %f = linalg.vecmat ins(%y, %w : tensor<3xf64>, tensor<3x2xf64>) outs(%z : tensor<2xf64>) -> tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.close %z, dense<[655.0, 800.0]> : tensor<2xf64>, ulps = 0
  return
}

// A tensor of rank 2 as the state, with a batch: z -> a z, a shared 2 x 2.
// Fibonacci again: a = (1 1; 1 0), a^5 = (8 5; 5 3).
func.func @matmul() {
  %z0 = arith.constant dense<[[[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]],
                              [[0.0, 1.0, 1.0], [1.0, 0.0, -1.0]]]> : tensor<2x2x3xf64>
  %a0 = arith.constant dense<[[1.0, 1.0], [1.0, 0.0]]> : tensor<2x2xf64>
  %max = arith.constant 5 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2x2x3xf64>) shared(%a0 : tensor<2x2xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2x3xf64>, %a: tensor<2x2xf64>):
    %zero = arith.constant 0.0 : f64
    %empty = tensor.empty() : tensor<2x3xf64>
    %zeros = linalg.fill ins(%zero : f64) outs(%empty : tensor<2x3xf64>) -> tensor<2x3xf64>
    %f = linalg.matmul ins(%a, %z : tensor<2x2xf64>, tensor<2x3xf64>) outs(%zeros : tensor<2x3xf64>) -> tensor<2x3xf64>
    eq.yield %f : tensor<2x3xf64>
  }
  eqtest.close %z, dense<[[[8.0, 5.0, 31.0], [5.0, 3.0, 19.0]],
                          [[5.0, 8.0, 3.0], [3.0, 5.0, 2.0]]]> : tensor<2x2x3xf64>, ulps = 0
  return
}

// dot gives a tensor of rank 0, from which a scalar is taken: z -> z / (z . z).
// From (2, 4): z . z = 20, (1/10, 1/5). Back from there: 1/20, so (2, 4) again.
func.func @dot() {
  %z0 = arith.constant dense<[2.0, 4.0]> : tensor<2xf64>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>):
    %zero = arith.constant dense<0.0> : tensor<f64>
    %d = linalg.dot ins(%z, %z : tensor<2xf64>, tensor<2xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
    %s = tensor.extract %d[] : tensor<f64>
    %ss = tensor.splat %s : tensor<2xf64>
    %f = arith.divf %z, %ss : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  // Correctly rounded quotients 2/20 and 4/20.
  eqtest.close %z, dense<[0.1, 0.2]> : tensor<2xf64>, ulps = 0
  return
}

// A convolution of one 3 x 4 channel with two 2 x 2 filters.
func.func @conv_2d() {
  %z0 = arith.constant dense<[[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]]]> : tensor<1x1x3x4xf32>
  %w0 = arith.constant dense<[[[[1.0, 0.0], [0.0, 2.0]]], [[[0.0, 1.0], [-1.0, 0.0]]]]> : tensor<2x1x2x2xf32>
  %max = arith.constant 1 : i32
  %y, %n = eq.loop init(%z0 : tensor<1x1x3x4xf32>) shared(%w0 : tensor<2x1x2x2xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<1x1x3x4xf32>, %w: tensor<2x1x2x2xf32>):
    %stop = arith.constant false
    eq.next %stop, %z : tensor<1x1x3x4xf32>
  } finish {
  ^bb0(%k: i32, %again: i1, %z: tensor<1x1x3x4xf32>, %w: tensor<2x1x2x2xf32>):
    %zeros = arith.constant dense<0.0> : tensor<1x2x2x3xf32>
    %c = linalg.conv_2d_nchw_fchw ins(%z, %w : tensor<1x1x3x4xf32>, tensor<2x1x2x2xf32>)
        outs(%zeros : tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32>
    eq.yield %c : tensor<1x2x2x3xf32>
  }
  // z[i, j] + 2 z[i + 1, j + 1], and z[i, j + 1] - z[i + 1, j].
  eqtest.close %y, dense<[[[[13.0, 16.0, 19.0], [25.0, 28.0, 31.0]],
                           [[-3.0, -3.0, -3.0], [-3.0, -3.0, -3.0]]]]> : tensor<1x2x2x3xf32>, ulps = 0
  return
}

// reduce along one dimension, broadcast back along it, transpose, map.
func.func @reduce_broadcast_transpose() {
  %z0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %max = arith.constant 1 : i32
  %y, %n = eq.loop init(%z0 : tensor<2x3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<2x3xf64>):
    %stop = arith.constant false
    eq.next %stop, %z : tensor<2x3xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %z: tensor<2x3xf64>):
    %zeros = arith.constant dense<0.0> : tensor<2xf64>
    %rows = linalg.reduce ins(%z : tensor<2x3xf64>) outs(%zeros : tensor<2xf64>) dimensions = [1]
        (%x: f64, %s: f64) {
          %t = arith.addf %s, %x : f64
          linalg.yield %t : f64
        }
    %e1 = tensor.empty() : tensor<3x2xf64>
    %spread = linalg.broadcast ins(%rows : tensor<2xf64>) outs(%e1 : tensor<3x2xf64>) dimensions = [0]
    %e2 = tensor.empty() : tensor<3x2xf64>
    %turned = linalg.transpose ins(%z : tensor<2x3xf64>) outs(%e2 : tensor<3x2xf64>) permutation = [1, 0]
    %e3 = tensor.empty() : tensor<3x2xf64>
    %f = linalg.map ins(%spread, %turned : tensor<3x2xf64>, tensor<3x2xf64>) outs(%e3 : tensor<3x2xf64>)
        (%a: f64, %b: f64, %o: f64) {
          %t = arith.subf %a, %b : f64
          linalg.yield %t : f64
        }
    eq.yield %f : tensor<3x2xf64>
  }
  // Row sums 6 and 15, less the elements.
  eqtest.close %y, dense<[[5.0, 11.0], [4.0, 10.0], [3.0, 9.0]]> : tensor<3x2xf64>, ulps = 0
  return
}

// A heat step with a pad: z[i] -> (z[i - 1] + z[i + 1]) / 2 with ends held at 0
// and 8. From 0 for three cells: (0, 0, 4), (0, 2, 4), (1, 2, 5).
func.func @pad() {
  %z0 = arith.constant dense<0.0> : tensor<3xf64>
  %max = arith.constant 3 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>):
    %left = arith.constant 0.0 : f64
    %right = arith.constant 8.0 : f64
    %half = arith.constant dense<0.5> : tensor<3xf64>
    %a = tensor.pad %z low[1] high[0] {
    ^bb0(%i: index):
      tensor.yield %left : f64
    } : tensor<3xf64> to tensor<4xf64>
    %b = tensor.pad %a low[0] high[1] {
    ^bb0(%i: index):
      tensor.yield %right : f64
    } : tensor<4xf64> to tensor<5xf64>
    %l = tensor.extract_slice %b[0] [3] [1] : tensor<5xf64> to tensor<3xf64>
    %r = tensor.extract_slice %b[2] [3] [1] : tensor<5xf64> to tensor<3xf64>
    %s = arith.addf %l, %r : tensor<3xf64>
    %f = arith.mulf %s, %half : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  eqtest.close %z, dense<[1.0, 2.0, 5.0]> : tensor<3xf64>, ulps = 0
  return
}

// Ops that reshape and assemble: generate, splat, from_elements, expand and
// collapse, insert_slice, concat, a constant table.
func.func @assemble() {
  %z0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %max = arith.constant 1 : i32
  %y, %n = eq.loop init(%z0 : tensor<2xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<2xf32>):
    %stop = arith.constant false
    eq.next %stop, %z : tensor<2xf32>
  } finish {
  ^bb0(%k: i32, %again: i1, %z: tensor<2xf32>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %a = tensor.extract %z[%c0] : tensor<2xf32>
    %b = tensor.extract %z[%c1] : tensor<2xf32>
    %grid = tensor.generate {
    ^bb0(%i: index, %j: index):
      %ii = arith.index_cast %i : index to i32
      %jj = arith.index_cast %j : index to i32
      %ten = arith.constant 10 : i32
      %t = arith.muli %ii, %ten : i32
      %s = arith.addi %t, %jj : i32
      %f = arith.sitofp %s : i32 to f32
      tensor.yield %f : f32
    } : tensor<2x2xf32>
    %pair = tensor.from_elements %b, %a : tensor<2xf32>
    %row = tensor.expand_shape %pair [[0, 1]] output_shape [1, 2] : tensor<2xf32> into tensor<1x2xf32>
    %table = arith.constant dense<[[7.0, 8.0]]> : tensor<1x2xf32>
    %three = tensor.concat dim(0) %grid, %row : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
    %with = tensor.insert_slice %table into %three[0, 0] [1, 2] [1, 1] : tensor<1x2xf32> into tensor<3x2xf32>
    %flat = tensor.collapse_shape %with [[0, 1]] : tensor<3x2xf32> into tensor<6xf32>
    %as = tensor.splat %a : tensor<6xf32>
    %f = arith.addf %flat, %as : tensor<6xf32>
    eq.yield %f : tensor<6xf32>
  }
  eqtest.close %y, dense<[8.0, 9.0, 11.0, 12.0, 3.0, 2.0]> : tensor<6xf32>, ulps = 0
  return
}

// A named op adds its products with one rounding per term: fma(w, z, b). With
// w = z = 1 + 2^-12 the product is 1 + 2^-11 + 2^-24, of which f32 keeps
// 1 + 2^-11 where it is rounded by itself; so b = -(1 + 2^-11) shows 2^-24 or 0.
func.func @one_rounding_per_term() {
  %z0 = arith.constant dense<[1.000244140625, 0.0]> : tensor<2xf32>
  %w0 = arith.constant dense<[[1.000244140625, 7.0], [0.0, 7.0]]> : tensor<2x2xf32>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf32>) shared(%w0 : tensor<2x2xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf32>, %w: tensor<2x2xf32>):
    %b = arith.constant dense<-1.00048828125> : tensor<2xf32>
    %f = linalg.matvec ins(%w, %z : tensor<2x2xf32>, tensor<2xf32>) outs(%b : tensor<2xf32>) -> tensor<2xf32>
    eq.yield %f : tensor<2xf32>
  }
  eqtest.close %z, dense<[5.9604644775390625e-08, -1.00048828125]> : tensor<2xf32>, ulps = 0
  return
}

// Terms are added in ascending order: 2^24 + 1 + 1 - 2^24 loses both ones in
// f32, and any other order keeps at least one.
func.func @ascending_order() {
  %z0 = arith.constant dense<[16777216.0, 1.0, 1.0, -16777216.0]> : tensor<4xf32>
  %w0 = arith.constant dense<1.0> : tensor<4x4xf32>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4xf32>) shared(%w0 : tensor<4x4xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<4xf32>, %w: tensor<4x4xf32>):
    %zeros = arith.constant dense<0.0> : tensor<4xf32>
    %f = linalg.matvec ins(%w, %z : tensor<4x4xf32>, tensor<4xf32>) outs(%zeros : tensor<4xf32>) -> tensor<4xf32>
    eq.yield %f : tensor<4xf32>
  }
  eqtest.close %z, dense<0.0> : tensor<4xf32>, ulps = 0
  return
}

// What the user writes is not contracted: z z - c as two operations rounds the
// product. (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 rounds to 1 + 2^-11 in f32.
func.func @no_contraction_of_elementwise() {
  %z0 = arith.constant dense<1.000244140625> : tensor<2xf32>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf32>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf32>):
    %c = arith.constant dense<1.00048828125> : tensor<2xf32>
    %p = arith.mulf %z, %z : tensor<2xf32>
    %f = arith.subf %p, %c : tensor<2xf32>
    eq.yield %f : tensor<2xf32>
  }
  eqtest.close %z, dense<0.0> : tensor<2xf32>, ulps = 0

  // math.fma does not: 2^-24.
  %s0 = arith.constant 1.000244140625 : f32
  %s, %r, %n, %st = eq.fixed_point
      init(%s0 : f32) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f32):
    %c = arith.constant -1.00048828125 : f32
    %f = math.fma %z, %z, %c : f32
    eq.yield %f : f32
  }
  eqtest.close %s, 5.9604644775390625e-08 : f32, ulps = 0
  return
}
