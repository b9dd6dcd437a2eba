// RUN: eq-run %s
// RUN: eq-opt %s --eq-test-scalarise | eq-run -
// RUN: eq-opt %s --eq-test-scalarise | FileCheck %s

// Programs with known numbers give the same ones on tensors, as they stand, and
// on scalars. Numbers are small integers unless said otherwise: every result is
// exact, and worked out by hand. @check calls the functions, which are the
// other ones.

// The second run has no tensor but what @check gives and takes.
//
// CHECK:     func.func private @matvec_scalars
// CHECK-NOT: tensor
// CHECK:     func.func @matvec(

// y = W x + b: the weights are a constant, 3x2.
func.func @matvec(%x: tensor<2xf64>, %b: tensor<3xf64>) -> tensor<3xf64> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %y = linalg.matvec ins(%w, %x : tensor<3x2xf64>, tensor<2xf64>) outs(%b : tensor<3xf64>) -> tensor<3xf64>
  return %y : tensor<3xf64>
}

func.func @matmul(%a: tensor<2x3xi32>, %b: tensor<3x2xi32>) -> tensor<2x2xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<2x2xi32>
  %z = linalg.fill ins(%zero : i32) outs(%e : tensor<2x2xi32>) -> tensor<2x2xi32>
  %y = linalg.matmul ins(%a, %b : tensor<2x3xi32>, tensor<3x2xi32>) outs(%z : tensor<2x2xi32>) -> tensor<2x2xi32>
  return %y : tensor<2x2xi32>
}

// In f32 1e8 + 1 is 1e8: only the order of the source gives this sum.
func.func @sum_in_order(%x: tensor<2x3xf32>) -> (tensor<f32>, tensor<f32>) {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %rows = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>],
                          iterator_types = ["reduction", "reduction"]}
      ins(%x : tensor<2x3xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%a: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<f32>
  %columns = linalg.generic {indexing_maps = [affine_map<(j, i) -> (i, j)>, affine_map<(j, i) -> ()>],
                             iterator_types = ["reduction", "reduction"]}
      ins(%x : tensor<2x3xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%a: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<f32>
  return %rows, %columns : tensor<f32>, tensor<f32>
}

// Sum and count of those above a scalar; the place is part of the sum.
func.func @two_results(%x: tensor<4xf64>, %least: f64) -> (tensor<f64>, tensor<i32>) {
  %zero = arith.constant dense<0.0> : tensor<f64>
  %none = arith.constant dense<0> : tensor<i32>
  %s, %n = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> ()>, affine_map<(i) -> ()>],
                           iterator_types = ["reduction"]}
      ins(%x, %least : tensor<4xf64>, f64) outs(%zero, %none : tensor<f64>, tensor<i32>) {
  ^bb0(%a: f64, %l: f64, %s: f64, %n: i32):
    %one = arith.constant 1 : i32
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %place = arith.sitofp %j : i32 to f64
    %above = arith.cmpf ogt, %a, %l : f64
    %s0 = arith.addf %s, %a : f64
    %s1 = arith.addf %s0, %place : f64
    %n1 = arith.addi %n, %one : i32
    %s2 = arith.select %above, %s1, %s : f64
    %n2 = arith.select %above, %n1, %n : i32
    linalg.yield %s2, %n2 : f64, i32
  } -> (tensor<f64>, tensor<i32>)
  return %s, %n : tensor<f64>, tensor<i32>
}

// A permutation applied to rows, by indices that are data.
func.func @gather(%x: tensor<3x2xf64>, %p: tensor<3xi64>) -> tensor<3x2xf64> {
  %e = tensor.empty() : tensor<3x2xf64>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<3xi64>) outs(%e : tensor<3x2xf64>) {
  ^bb0(%row: i64, %out: f64):
    %i = arith.index_cast %row : i64 to index
    %j = linalg.index 1 : index
    %v = tensor.extract %x[%i, %j] : tensor<3x2xf64>
    linalg.yield %v : f64
  } -> tensor<3x2xf64>
  return %y : tensor<3x2xf64>
}

func.func @transposed_reshaped(%x: tensor<2x3xf64>) -> (tensor<3x2xf64>, tensor<6xf64>, tensor<1x3x2xf64>) {
  %e = tensor.empty() : tensor<3x2xf64>
  %t = linalg.transpose ins(%x : tensor<2x3xf64>) outs(%e : tensor<3x2xf64>) permutation = [1, 0]
  %flat = tensor.collapse_shape %t [[0, 1]] : tensor<3x2xf64> into tensor<6xf64>
  %up = tensor.expand_shape %flat [[0, 1, 2]] output_shape [1, 3, 2] : tensor<6xf64> into tensor<1x3x2xf64>
  return %t, %flat, %up : tensor<3x2xf64>, tensor<6xf64>, tensor<1x3x2xf64>
}

// The slice with stride 2 of the row that %i says, put in at %j of a row of 9s.
func.func @slices(%x: tensor<3x4xi32>, %i: index, %j: index) -> (tensor<2xi32>, tensor<5xi32>) {
  %s = tensor.extract_slice %x[%i, 1] [1, 2] [1, 2] : tensor<3x4xi32> to tensor<2xi32>
  %nine = arith.constant 9 : i32
  %row = tensor.splat %nine : tensor<5xi32>
  %r = tensor.insert_slice %s into %row[%j] [2] [2] : tensor<2xi32> into tensor<5xi32>
  return %s, %r : tensor<2xi32>, tensor<5xi32>
}

func.func @element_by_data(%x: tensor<2x3xi64>, %i: index, %j: index, %v: i64) -> (i64, tensor<2x3xi64>) {
  %e = tensor.extract %x[%i, %j] : tensor<2x3xi64>
  %r = tensor.insert %v into %x[%i, %j] : tensor<2x3xi64>
  return %e, %r : i64, tensor<2x3xi64>
}

func.func @put_together(%x: tensor<1x2xi8>, %y: tensor<2x2xi8>) -> (tensor<3x2xi8>, tensor<1x4xi8>, tensor<2x3xi8>) {
  %a = tensor.concat dim(0) %x, %y : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<3x2xi8>
  %b = tensor.concat dim(1) %x, %x : (tensor<1x2xi8>, tensor<1x2xi8>) -> tensor<1x4xi8>
  %seven = arith.constant 7 : i8
  %c = tensor.pad %x low[1, 0] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %seven : i8
  } : tensor<1x2xi8> to tensor<2x3xi8>
  return %a, %b, %c : tensor<3x2xi8>, tensor<1x4xi8>, tensor<2x3xi8>
}

func.func @generated(%k: i64) -> tensor<2x3xi64> {
  %y = tensor.generate {
  ^bb0(%i: index, %j: index):
    %ten = arith.constant 10 : index
    %a = arith.muli %i, %ten : index
    %b = arith.addi %a, %j : index
    %c = arith.index_cast %b : index to i64
    %d = arith.addi %c, %k : i64
    tensor.yield %d : i64
  } : tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}

// The larger of two, element by element, and one of two as a whole.
func.func @choices(%x: tensor<3xf64>, %y: tensor<3xf64>, %c: i1) -> (tensor<3xf64>, tensor<3xf64>) {
  %above = arith.cmpf ogt, %x, %y : tensor<3xf64>
  %larger = arith.select %above, %x, %y : tensor<3xi1>, tensor<3xf64>
  %whole = arith.select %c, %x, %y : tensor<3xf64>
  return %larger, %whole : tensor<3xf64>, tensor<3xf64>
}

// Fibonacci numbers in a tensor, by a loop whose counter is an index.
func.func @fibonacci(%first: i64) -> tensor<8xi64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %e = tensor.empty() : tensor<8xi64>
  %a = tensor.insert %first into %e[%c0] : tensor<8xi64>
  %b = tensor.insert %first into %a[%c1] : tensor<8xi64>
  %y = scf.for %i = %c2 to %c8 step %c1 iter_args(%t = %b) -> tensor<8xi64> {
    %i1 = arith.subi %i, %c1 : index
    %i2 = arith.subi %i, %c2 : index
    %p = tensor.extract %t[%i1] : tensor<8xi64>
    %q = tensor.extract %t[%i2] : tensor<8xi64>
    %s = arith.addi %p, %q : i64
    %u = tensor.insert %s into %t[%i] : tensor<8xi64>
    scf.yield %u : tensor<8xi64>
  }
  return %y : tensor<8xi64>
}

// The rows of Pascal's triangle: the inner loop ends where the outer one is.
func.func @pascal(%one: i64) -> tensor<5x5xi64> {
  %zero = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %z = tensor.splat %zero : tensor<5x5xi64>
  %start = tensor.insert %one into %z[%c0, %c0] : tensor<5x5xi64>
  %y = scf.for %i = %c1 to %c5 step %c1 iter_args(%t = %start) -> tensor<5x5xi64> {
    %up = arith.subi %i, %c1 : index
    %end = arith.addi %i, %c1 : index
    %a = tensor.insert %one into %t[%i, %c0] : tensor<5x5xi64>
    %r = scf.for %j = %c1 to %end step %c1 iter_args(%u = %a) -> tensor<5x5xi64> {
      %left = arith.subi %j, %c1 : index
      %p = tensor.extract %u[%up, %left] : tensor<5x5xi64>
      %q = tensor.extract %u[%up, %j] : tensor<5x5xi64>
      %s = arith.addi %p, %q : i64
      %v = tensor.insert %s into %u[%i, %j] : tensor<5x5xi64>
      scf.yield %v : tensor<5x5xi64>
    }
    scf.yield %r : tensor<5x5xi64>
  }
  return %y : tensor<5x5xi64>
}

// (x, y) -> (y, x + y) as often as %n says: a loop that stays one.
func.func @swapped_sums(%x: tensor<2xi64>, %n: index) -> tensor<2xi64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%t = %x) -> tensor<2xi64> {
    %a = tensor.extract %t[%c0] : tensor<2xi64>
    %b = tensor.extract %t[%c1] : tensor<2xi64>
    %s = arith.addi %a, %b : i64
    %next = tensor.from_elements %b, %s : tensor<2xi64>
    scf.yield %next : tensor<2xi64>
  }
  return %y : tensor<2xi64>
}

// An element that is data of 300 squares: more than become scalars.
func.func @table(%i: index, %x: tensor<2xf64>) -> (f64, tensor<2xf64>) {
  %c0 = arith.constant 0 : index
  %t = arith.constant dense<3.0> : tensor<20x15xf64>
  %a = tensor.extract %t[%i, %c0] : tensor<20x15xf64>
  %flat = tensor.collapse_shape %t [[0, 1]] : tensor<20x15xf64> into tensor<300xf64>
  %s = tensor.extract_slice %flat[%i] [2] [1] : tensor<300xf64> to tensor<2xf64>
  %y = arith.mulf %s, %x : tensor<2xf64>
  return %a, %y : f64, tensor<2xf64>
}

// Reads of a table that is an argument, through all kinds of shapes: element
// (i, j) is 16 i + j.
func.func @larger(%t: tensor<20x16xi32>, %i: index) -> (i32, tensor<2x2xi32>, tensor<3xi32>) {
  %c3 = arith.constant 3 : index
  %flat = tensor.collapse_shape %t [[0, 1]] : tensor<20x16xi32> into tensor<320xi32>
  %a = tensor.extract %flat[%i] : tensor<320xi32>
  %four = tensor.expand_shape %t [[0, 1], [2]] output_shape [5, 4, 16] : tensor<20x16xi32> into tensor<5x4x16xi32>
  %most = tensor.extract_slice %four[1, 0, 0] [4, 4, 16] [1, 1, 1] : tensor<5x4x16xi32> to tensor<4x4x16xi32>
  %b = tensor.extract_slice %most[%c3, 1, 2] [1, 2, 2] [1, 2, 5] : tensor<4x4x16xi32> to tensor<2x2xi32>
  %e = tensor.empty() : tensor<3xi32>
  %zero = arith.constant 0 : i32
  %z = linalg.fill ins(%zero : i32) outs(%e : tensor<3xi32>) -> tensor<3xi32>
  %part = tensor.extract_slice %t[%i, 0] [3, 16] [1, 1] : tensor<20x16xi32> to tensor<3x16xi32>
  %sums = linalg.reduce ins(%part : tensor<3x16xi32>) outs(%z : tensor<3xi32>) dimensions = [1]
    (%in: i32, %s: i32) {
      %n = arith.addi %s, %in : i32
      linalg.yield %n : i32
    }
  return %a, %b, %sums : i32, tensor<2x2xi32>, tensor<3xi32>
}

// The newest in front.
func.func @history(%x: tensor<2xi32>, %h: tensor<3x2xi32>) -> tensor<3x2xi32> {
  %y = eq.push %x, %h : tensor<2xi32> into tensor<3x2xi32>
  return %y : tensor<3x2xi32>
}

func.func @check() {
  %x2 = arith.constant dense<[10.0, 100.0]> : tensor<2xf64>
  %b3 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %matvec = func.call @matvec(%x2, %b3) : (tensor<2xf64>, tensor<3xf64>) -> tensor<3xf64>
  eqtest.close %matvec, dense<[211.0, 432.0, 653.0]> : tensor<3xf64>, ulps = 0

  %a23 = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %a32 = arith.constant dense<[[1, 0], [2, 1], [3, -1]]> : tensor<3x2xi32>
  %matmul = func.call @matmul(%a23, %a32) : (tensor<2x3xi32>, tensor<3x2xi32>) -> tensor<2x2xi32>
  eqtest.close %matmul, dense<[[14, -1], [32, -1]]> : tensor<2x2xi32>, ulps = 0

  // Rows: ((1e8 + 1) - 1e8) = 0, + 1 + 1 + 0.5. Columns: 1e8, 1, 1, 1 are 1e8,
  // then - 1e8, + 0.5.
  %f23 = arith.constant dense<[[1.0e8, 1.0, -1.0e8], [1.0, 1.0, 0.5]]> : tensor<2x3xf32>
  %rows, %columns = func.call @sum_in_order(%f23) : (tensor<2x3xf32>) -> (tensor<f32>, tensor<f32>)
  eqtest.close %rows, dense<2.5> : tensor<f32>, ulps = 0
  eqtest.close %columns, dense<0.5> : tensor<f32>, ulps = 0

  %x4 = arith.constant dense<[5.0, 1.0, 7.0, 9.0]> : tensor<4xf64>
  %least = arith.constant 4.0 : f64
  %sum, %count = func.call @two_results(%x4, %least) : (tensor<4xf64>, f64) -> (tensor<f64>, tensor<i32>)
  eqtest.close %sum, dense<26.0> : tensor<f64>, ulps = 0
  eqtest.close %count, dense<3> : tensor<i32>, ulps = 0

  %x32 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %p = arith.constant dense<[2, 0, 1]> : tensor<3xi64>
  %gather = func.call @gather(%x32, %p) : (tensor<3x2xf64>, tensor<3xi64>) -> tensor<3x2xf64>
  eqtest.close %gather, dense<[[5.0, 6.0], [1.0, 2.0], [3.0, 4.0]]> : tensor<3x2xf64>, ulps = 0

  %x23 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %t, %flat, %up = func.call @transposed_reshaped(%x23) : (tensor<2x3xf64>) -> (tensor<3x2xf64>, tensor<6xf64>, tensor<1x3x2xf64>)
  eqtest.close %t, dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf64>, ulps = 0
  eqtest.close %flat, dense<[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]> : tensor<6xf64>, ulps = 0
  eqtest.close %up, dense<[[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]]> : tensor<1x3x2xf64>, ulps = 0

  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %x34 = arith.constant dense<[[11, 12, 13, 14], [21, 22, 23, 24], [31, 32, 33, 34]]> : tensor<3x4xi32>
  %s0, %r0 = func.call @slices(%x34, %c2, %c0) : (tensor<3x4xi32>, index, index) -> (tensor<2xi32>, tensor<5xi32>)
  eqtest.close %s0, dense<[32, 34]> : tensor<2xi32>, ulps = 0
  eqtest.close %r0, dense<[32, 9, 34, 9, 9]> : tensor<5xi32>, ulps = 0
  %s1, %r1 = func.call @slices(%x34, %c0, %c1) : (tensor<3x4xi32>, index, index) -> (tensor<2xi32>, tensor<5xi32>)
  eqtest.close %s1, dense<[12, 14]> : tensor<2xi32>, ulps = 0
  eqtest.close %r1, dense<[9, 12, 9, 14, 9]> : tensor<5xi32>, ulps = 0
  %s2, %r2 = func.call @slices(%x34, %c1, %c2) : (tensor<3x4xi32>, index, index) -> (tensor<2xi32>, tensor<5xi32>)
  eqtest.close %s2, dense<[22, 24]> : tensor<2xi32>, ulps = 0
  eqtest.close %r2, dense<[9, 9, 22, 9, 24]> : tensor<5xi32>, ulps = 0

  %i23 = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %minus = arith.constant -1 : i64
  %e0, %w0 = func.call @element_by_data(%i23, %c1, %c0, %minus) : (tensor<2x3xi64>, index, index, i64) -> (i64, tensor<2x3xi64>)
  eqtest.close %e0, 4 : i64, ulps = 0
  eqtest.close %w0, dense<[[1, 2, 3], [-1, 5, 6]]> : tensor<2x3xi64>, ulps = 0
  %e1, %w1 = func.call @element_by_data(%i23, %c0, %c1, %minus) : (tensor<2x3xi64>, index, index, i64) -> (i64, tensor<2x3xi64>)
  eqtest.close %e1, 2 : i64, ulps = 0
  eqtest.close %w1, dense<[[1, -1, 3], [4, 5, 6]]> : tensor<2x3xi64>, ulps = 0
  %e2, %w2 = func.call @element_by_data(%i23, %c1, %c2, %minus) : (tensor<2x3xi64>, index, index, i64) -> (i64, tensor<2x3xi64>)
  eqtest.close %e2, 6 : i64, ulps = 0
  eqtest.close %w2, dense<[[1, 2, 3], [4, 5, -1]]> : tensor<2x3xi64>, ulps = 0

  %y12 = arith.constant dense<[[1, 2]]> : tensor<1x2xi8>
  %y22 = arith.constant dense<[[3, 4], [5, 6]]> : tensor<2x2xi8>
  %rows3, %row4, %padded = func.call @put_together(%y12, %y22) : (tensor<1x2xi8>, tensor<2x2xi8>) -> (tensor<3x2xi8>, tensor<1x4xi8>, tensor<2x3xi8>)
  eqtest.close %rows3, dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8>, ulps = 0
  eqtest.close %row4, dense<[[1, 2, 1, 2]]> : tensor<1x4xi8>, ulps = 0
  eqtest.close %padded, dense<[[7, 7, 7], [1, 2, 7]]> : tensor<2x3xi8>, ulps = 0

  %k = arith.constant 100 : i64
  %generated = func.call @generated(%k) : (i64) -> tensor<2x3xi64>
  eqtest.close %generated, dense<[[100, 101, 102], [110, 111, 112]]> : tensor<2x3xi64>, ulps = 0

  %y3 = arith.constant dense<[0.0, 5.0, 3.0]> : tensor<3xf64>
  %false = arith.constant false
  %larger3, %whole = func.call @choices(%b3, %y3, %false) : (tensor<3xf64>, tensor<3xf64>, i1) -> (tensor<3xf64>, tensor<3xf64>)
  eqtest.close %larger3, dense<[1.0, 5.0, 3.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %whole, dense<[0.0, 5.0, 3.0]> : tensor<3xf64>, ulps = 0

  %one = arith.constant 1 : i64
  %fibonacci = func.call @fibonacci(%one) : (i64) -> tensor<8xi64>
  eqtest.close %fibonacci, dense<[1, 1, 2, 3, 5, 8, 13, 21]> : tensor<8xi64>, ulps = 0
  %pascal = func.call @pascal(%one) : (i64) -> tensor<5x5xi64>
  eqtest.close %pascal, dense<[[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 2, 1, 0, 0], [1, 3, 3, 1, 0], [1, 4, 6, 4, 1]]> : tensor<5x5xi64>, ulps = 0

  %ones = arith.constant dense<1> : tensor<2xi64>
  %c10 = arith.constant 10 : index
  %swapped = func.call @swapped_sums(%ones, %c10) : (tensor<2xi64>, index) -> tensor<2xi64>
  eqtest.close %swapped, dense<[89, 144]> : tensor<2xi64>, ulps = 0

  %c7 = arith.constant 7 : index
  %element, %scaled = func.call @table(%c7, %x2) : (index, tensor<2xf64>) -> (f64, tensor<2xf64>)
  eqtest.close %element, 3.0 : f64, ulps = 0
  eqtest.close %scaled, dense<[30.0, 300.0]> : tensor<2xf64>, ulps = 0

  %numbers = tensor.generate {
  ^bb0(%i: index, %j: index):
    %c16 = arith.constant 16 : index
    %row = arith.muli %i, %c16 : index
    %place = arith.addi %row, %j : index
    %number = arith.index_cast %place : index to i32
    tensor.yield %number : i32
  } : tensor<20x16xi32>
  // Rows 7 to 9: 16 (16 i) + 120.
  %number, %four, %sums = func.call @larger(%numbers, %c7) : (tensor<20x16xi32>, index) -> (i32, tensor<2x2xi32>, tensor<3xi32>)
  eqtest.close %number, 7 : i32, ulps = 0
  // Rows 4 (1 + 3) + 1 and + 3, columns 2 and 7.
  eqtest.close %four, dense<[[274, 279], [306, 311]]> : tensor<2x2xi32>, ulps = 0
  eqtest.close %sums, dense<[1912, 2168, 2424]> : tensor<3xi32>, ulps = 0

  %newest = arith.constant dense<[7, 8]> : tensor<2xi32>
  %old = arith.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
  %history = func.call @history(%newest, %old) : (tensor<2xi32>, tensor<3x2xi32>) -> tensor<3x2xi32>
  eqtest.close %history, dense<[[7, 8], [1, 2], [3, 4]]> : tensor<3x2xi32>, ulps = 0
  return
}
