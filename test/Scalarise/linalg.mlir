// RUN: eq-opt %s --eq-test-scalarise --canonicalize | FileCheck %s

// The rules of linalg. Each function @f gives a private @f_scalars, which is
// checked.

// Rows of a dense constant; the sum starts with the output and goes on in the
// order of the columns.
//
// CHECK-LABEL: func.func private @matvec_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[B0:[a-z0-9]+]]: f64, %[[B1:[a-z0-9]+]]: f64, %[[B2:[a-z0-9]+]]: f64)
// CHECK-DAG:     %[[W00:.*]] = arith.constant 1.000000e+01 : f64
// CHECK-DAG:     %[[W01:.*]] = arith.constant 1.100000e+01 : f64
// CHECK-DAG:     %[[W20:.*]] = arith.constant 3.000000e+01 : f64
// CHECK-DAG:     %[[W21:.*]] = arith.constant 3.100000e+01 : f64
// CHECK:         %[[P0:.*]] = math.fma %[[X0]], %[[W00]], %[[B0]] : f64
// CHECK:         %[[P1:.*]] = math.fma %[[X1]], %[[W01]], %[[P0]] : f64
// CHECK:         %[[Q0:.*]] = math.fma %[[X0]], %[[W20]], %[[B2]] : f64
// CHECK:         %[[Q1:.*]] = math.fma %[[X1]], %[[W21]], %[[Q0]] : f64
// CHECK:         return %[[P1]], %{{.*}}, %[[Q1]]
func.func @matvec(%x: tensor<2xf64>, %b: tensor<3xf64>) -> tensor<3xf64> {
  %w = arith.constant dense<[[10.0, 11.0], [20.0, 21.0], [30.0, 31.0]]> : tensor<3x2xf64>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%w, %x : tensor<3x2xf64>, tensor<2xf64>) outs(%b : tensor<3xf64>) {
  ^bb0(%a: f64, %v: f64, %s: f64):
    %t = math.fma %v, %a, %s : f64
    linalg.yield %t : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// The order is that of the loops, not that of the elements.
//
// CHECK-LABEL: func.func private @sum_by_columns_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f32, %[[X1:[a-z0-9]+]]: f32, %[[X2:[a-z0-9]+]]: f32, %[[X3:[a-z0-9]+]]: f32, %[[S:[a-z0-9]+]]: f32)
// CHECK-NEXT:    %[[S0:.*]] = arith.addf %[[S]], %[[X0]]
// CHECK-NEXT:    %[[S1:.*]] = arith.addf %[[S0]], %[[X2]]
// CHECK-NEXT:    %[[S2:.*]] = arith.addf %[[S1]], %[[X1]]
// CHECK-NEXT:    %[[S3:.*]] = arith.addf %[[S2]], %[[X3]]
// CHECK-NEXT:    return %[[S3]]
func.func @sum_by_columns(%x: tensor<2x2xf32>, %s: tensor<f32>) -> tensor<f32> {
  %r = linalg.generic {indexing_maps = [affine_map<(j, i) -> (i, j)>, affine_map<(j, i) -> ()>],
                       iterator_types = ["reduction", "reduction"]}
      ins(%x : tensor<2x2xf32>) outs(%s : tensor<f32>) {
  ^bb0(%a: f32, %t: f32):
    %u = arith.addf %t, %a : f32
    linalg.yield %u : f32
  } -> tensor<f32>
  return %r : tensor<f32>
}

// Scalar operands, constants in the body, several results and the place.
//
// CHECK-LABEL: func.func private @operands_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[C:[a-z0-9]+]]: f64)
// CHECK-DAG:     %[[TWO:.*]] = arith.constant 2.000000e+00 : f64
// CHECK-DAG:     %[[I0:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[I1:.*]] = arith.constant 1 : i32
// CHECK:         %[[P0:.*]] = arith.mulf %[[X0]], %[[C]]
// CHECK:         %[[Q0:.*]] = arith.divf %[[P0]], %[[TWO]]
// CHECK:         %[[P1:.*]] = arith.mulf %[[X1]], %[[C]]
// CHECK:         %[[Q1:.*]] = arith.divf %[[P1]], %[[TWO]]
// CHECK:         return %[[Q0]], %[[Q1]], %[[I0]], %[[I1]]
func.func @operands(%x: tensor<2xf64>, %c: f64) -> (tensor<2xf64>, tensor<2xi32>) {
  %e = tensor.empty() : tensor<2xf64>
  %f = tensor.empty() : tensor<2xi32>
  %r, %i = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                           iterator_types = ["parallel"]}
      ins(%x, %c : tensor<2xf64>, f64) outs(%e, %f : tensor<2xf64>, tensor<2xi32>) {
  ^bb0(%a: f64, %b: f64, %o: f64, %n: i32):
    %two = arith.constant 2.0 : f64
    %p = arith.mulf %a, %b : f64
    %q = arith.divf %p, %two : f64
    %place = linalg.index 0 : index
    %number = arith.index_cast %place : index to i32
    linalg.yield %q, %number : f64, i32
  } -> (tensor<2xf64>, tensor<2xi32>)
  return %r, %i : tensor<2xf64>, tensor<2xi32>
}

// A body may branch and read other tensors. (Canonicalisation merges the
// branches of the two elements.)
//
// CHECK-LABEL: func.func private @reads_neighbours_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[C:[a-z0-9]+]]: i1)
// CHECK:         scf.if %[[C]] -> (f64, f64) {
// CHECK-NEXT:      %[[A:.*]] = arith.addf %[[X0]], %[[X1]]
// CHECK-NEXT:      %[[B:.*]] = arith.addf %[[X1]], %[[X0]]
// CHECK-NEXT:      scf.yield %[[A]], %[[B]]
func.func @reads_neighbours(%x: tensor<2xf64>, %c: i1) -> tensor<2xf64> {
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<2xf64>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<2xf64>) outs(%e : tensor<2xf64>) {
  ^bb0(%a: f64, %o: f64):
    %i = linalg.index 0 : index
    %other = arith.subi %c1, %i : index
    %v = scf.if %c -> f64 {
      %b = tensor.extract %x[%other] : tensor<2xf64>
      %s = arith.addf %a, %b : f64
      scf.yield %s : f64
    } else {
      scf.yield %a : f64
    }
    linalg.yield %v : f64
  } -> tensor<2xf64>
  return %r : tensor<2xf64>
}

// Maps may be any affine maps: a convolution.
//
// CHECK-LABEL: func.func private @windows_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[X2:[a-z0-9]+]]: f64, %[[Y0:[a-z0-9]+]]: f64, %[[Y1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[A:.*]] = arith.addf %[[Y0]], %[[X0]]
// CHECK-NEXT:    %[[B:.*]] = arith.addf %[[A]], %[[X1]]
// CHECK-NEXT:    %[[C:.*]] = arith.addf %[[Y1]], %[[X1]]
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[C]], %[[X2]]
// CHECK-NEXT:    return %[[B]], %[[D]]
func.func @windows(%x: tensor<3xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %k = tensor.empty() : tensor<2xf64>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x, %k : tensor<3xf64>, tensor<2xf64>) outs(%y : tensor<2xf64>) {
  ^bb0(%a: f64, %unused: f64, %s: f64):
    %t = arith.addf %s, %a : f64
    linalg.yield %t : f64
  } -> tensor<2xf64>
  return %r : tensor<2xf64>
}

// Named ops.
//
// CHECK-LABEL: func.func private @named_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[V:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[A0:.*]] = math.absf %[[X0]]
// CHECK-NEXT:    %[[A1:.*]] = math.absf %[[X1]]
// CHECK-NEXT:    %[[S0:.*]] = arith.addf %[[V]], %[[A0]]
// CHECK-NEXT:    %[[S1:.*]] = arith.addf %[[S0]], %[[A1]]
// CHECK-NEXT:    return %[[S1]], %[[A0]], %[[A0]], %[[A1]], %[[A1]]
func.func @named(%x: tensor<2xf64>, %v: f64) -> (tensor<f64>, tensor<2x2xf64>) {
  %e = tensor.empty() : tensor<2xf64>
  %a = linalg.map { math.absf } ins(%x : tensor<2xf64>) outs(%e : tensor<2xf64>)
  %n = tensor.empty() : tensor<f64>
  %f = linalg.fill ins(%v : f64) outs(%n : tensor<f64>) -> tensor<f64>
  %s = linalg.reduce { arith.addf } ins(%a : tensor<2xf64>) outs(%f : tensor<f64>) dimensions = [0]
  %m = tensor.empty() : tensor<2x2xf64>
  %b = linalg.broadcast ins(%a : tensor<2xf64>) outs(%m : tensor<2x2xf64>) dimensions = [0]
  %t = linalg.transpose ins(%b : tensor<2x2xf64>) outs(%m : tensor<2x2xf64>) permutation = [1, 0]
  return %s, %t : tensor<f64>, tensor<2x2xf64>
}
