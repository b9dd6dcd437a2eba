// RUN: eq-opt %s --eq-test-scalarise --canonicalize | FileCheck %s

// Ops on single numbers, and constants. Each function @f gives a private
// @f_scalars, which is checked.

// One op for each element, with the attributes of the op.
//
// CHECK-LABEL: func.func private @elementwise_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[Y0:[a-z0-9]+]]: f64, %[[Y1:[a-z0-9]+]]: f64) -> (i1, i1)
// CHECK-NEXT:    %[[A0:.*]] = arith.addf %[[X0]], %[[Y0]] fastmath<contract> : f64
// CHECK-NEXT:    %[[A1:.*]] = arith.addf %[[X1]], %[[Y1]] fastmath<contract> : f64
// CHECK-NEXT:    %[[S0:.*]] = math.sqrt %[[A0]] : f64
// CHECK-NEXT:    %[[S1:.*]] = math.sqrt %[[A1]] : f64
// CHECK-NEXT:    %[[C0:.*]] = arith.cmpf ult, %[[S0]], %[[X0]] : f64
// CHECK-NEXT:    %[[C1:.*]] = arith.cmpf ult, %[[S1]], %[[X1]] : f64
// CHECK-NEXT:    return %[[C0]], %[[C1]] : i1, i1
func.func @elementwise(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xi1> {
  %a = arith.addf %x, %y fastmath<contract> : tensor<2xf64>
  %s = math.sqrt %a : tensor<2xf64>
  %c = arith.cmpf ult, %s, %x : tensor<2xf64>
  return %c : tensor<2xi1>
}

// Row-major order, which a tensor without dimensions has, too.
//
// CHECK-LABEL: func.func private @shapes_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: i8, %[[X1:[a-z0-9]+]]: i8, %[[X2:[a-z0-9]+]]: i8, %[[X3:[a-z0-9]+]]: i8, %[[Y:[a-z0-9]+]]: f32) -> (i32, i32, i32, i32, i32)
// CHECK-DAG:     %[[E3:.*]] = arith.extsi %[[X3]] : i8 to i32
// CHECK-DAG:     %[[B:.*]] = arith.bitcast %[[Y]] : f32 to i32
// CHECK:         return %{{.*}}, %{{.*}}, %{{.*}}, %[[E3]], %[[B]]
func.func @shapes(%x: tensor<2x2xi8>, %y: tensor<f32>) -> (tensor<2x2xi32>, tensor<i32>) {
  %e = arith.extsi %x : tensor<2x2xi8> to tensor<2x2xi32>
  %b = arith.bitcast %y : tensor<f32> to tensor<i32>
  return %e, %b : tensor<2x2xi32>, tensor<i32>
}

// One condition for all elements is used by all.
//
// CHECK-LABEL: func.func private @select_by_scalar_scalars
// CHECK-SAME:    (%[[C:[a-z0-9]+]]: i1, %[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[Y0:[a-z0-9]+]]: f64, %[[Y1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    arith.select %[[C]], %[[X0]], %[[Y0]]
// CHECK-NEXT:    arith.select %[[C]], %[[X1]], %[[Y1]]
func.func @select_by_scalar(%c: i1, %x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %r = arith.select %c, %x, %y : tensor<2xf64>
  return %r : tensor<2xf64>
}

// CHECK-LABEL: func.func private @select_by_tensor_scalars
// CHECK-SAME:    (%[[C0:[a-z0-9]+]]: i1, %[[C1:[a-z0-9]+]]: i1, %[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[Y0:[a-z0-9]+]]: f64, %[[Y1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    arith.select %[[C0]], %[[X0]], %[[Y0]]
// CHECK-NEXT:    arith.select %[[C1]], %[[X1]], %[[Y1]]
func.func @select_by_tensor(%c: tensor<2xi1>, %x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %r = arith.select %c, %x, %y : tensor<2xi1>, tensor<2xf64>
  return %r : tensor<2xf64>
}

// Several results.
//
// CHECK-LABEL: func.func private @sine_and_cosine_scalars
// CHECK:         %[[S0:.*]], %[[C0:.*]] = math.sincos
// CHECK:         %[[S1:.*]], %[[C1:.*]] = math.sincos
// CHECK:         return %[[S0]], %[[S1]], %[[C0]], %[[C1]]
func.func @sine_and_cosine(%x: tensor<2xf64>) -> (tensor<2xf64>, tensor<2xf64>) {
  %s, %c = math.sincos %x : tensor<2xf64>
  return %s, %c : tensor<2xf64>, tensor<2xf64>
}

// CHECK-LABEL: func.func private @constants_scalars
// CHECK-DAG:     %[[A:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-DAG:     %[[B:.*]] = arith.constant 0x7FF8000000000000 : f64
// CHECK-DAG:     %[[C:.*]] = arith.constant -2 : i32
// CHECK:         return %[[A]], %[[B]], %[[C]], %[[C]] : f64, f64, i32, i32
func.func @constants(%unused: f64) -> (tensor<2xf64>, tensor<2x1xi32>) {
  %x = arith.constant dense<[1.0, 0x7FF8000000000000]> : tensor<2xf64>
  %y = arith.constant dense<-2> : tensor<2x1xi32>
  return %x, %y : tensor<2xf64>, tensor<2x1xi32>
}

// Folding is for indices: the numbers of a program are left to run time.
//
// CHECK-LABEL: func.func private @no_folding_of_reals_scalars
// CHECK:         math.sqrt
func.func @no_folding_of_reals(%x: tensor<1xf64>) -> tensor<1xf64> {
  %s = math.sqrt %x : tensor<1xf64>
  return %s : tensor<1xf64>
}
