// RUN: eq-opt %s --eq-test-scalarise --canonicalize --cse | FileCheck %s

// The rules of tensor, and of what eq has on tensors. Each function @f gives a
// private @f_scalars, which is checked.

// CHECK-LABEL: func.func private @made_scalars
// CHECK-SAME:    (%[[A:[a-z0-9]+]]: f64, %[[B:[a-z0-9]+]]: f64)
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[B]], %[[A]], %[[A]], %[[A]], %[[ZERO]]
func.func @made(%a: f64, %b: f64) -> (tensor<1x2xf64>, tensor<2xf64>, tensor<f64>) {
  %x = tensor.from_elements %b, %a : tensor<1x2xf64>
  %y = tensor.splat %a : tensor<2xf64>
  %z = tensor.empty() : tensor<f64>
  return %x, %y, %z : tensor<1x2xf64>, tensor<2xf64>, tensor<f64>
}

// CHECK-LABEL: func.func private @generate_scalars
// CHECK-SAME:    (%[[K:[a-z0-9]+]]: i64)
// CHECK:         %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-NEXT:    %[[B:.*]] = arith.addi %[[K]], %[[ONE]]
// CHECK-NEXT:    return %[[K]], %[[B]]
func.func @generate(%k: i64) -> tensor<2xi64> {
  %x = tensor.generate {
  ^bb0(%i: index):
    %n = arith.index_cast %i : index to i64
    %s = arith.addi %k, %n : i64
    tensor.yield %s : i64
  } : tensor<2xi64>
  return %x : tensor<2xi64>
}

// CHECK-LABEL: func.func private @extract_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[X2:[a-z0-9]+]]: f64, %[[X3:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[X2]]
func.func @extract(%x: tensor<2x2xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = tensor.extract %x[%c1, %c0] : tensor<2x2xf64>
  return %r : f64
}

// Comparisons choose; what is below or above gets the first or the last.
//
// CHECK-LABEL: func.func private @extract_by_data_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[X2:[a-z0-9]+]]: f64, %[[I:[a-z0-9]+]]: index)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK:         %[[FIRST:.*]] = arith.cmpi sle, %[[I]], %[[C0]]
// CHECK-NEXT:    %[[SECOND:.*]] = arith.cmpi eq, %[[I]], %[[C1]]
// CHECK-NEXT:    %[[A:.*]] = arith.select %[[SECOND]], %[[X1]], %[[X2]]
// CHECK-NEXT:    %[[B:.*]] = arith.select %[[FIRST]], %[[X0]], %[[A]]
// CHECK-NEXT:    return %[[B]]
func.func @extract_by_data(%x: tensor<3xf64>, %i: index) -> f64 {
  %r = tensor.extract %x[%i] : tensor<3xf64>
  return %r : f64
}

// A dimension whose index is constant costs nothing.
//
// CHECK-LABEL: func.func private @extract_from_a_column_scalars
// CHECK-SAME:    (%{{.*}}: f64, %[[X1:[a-z0-9]+]]: f64, %{{.*}}: f64, %[[X3:[a-z0-9]+]]: f64, %[[I:[a-z0-9]+]]: index)
// CHECK:         %[[FIRST:.*]] = arith.cmpi sle, %[[I]],
// CHECK-NEXT:    %[[A:.*]] = arith.select %[[FIRST]], %[[X1]], %[[X3]]
// CHECK-NEXT:    return %[[A]]
func.func @extract_from_a_column(%x: tensor<2x2xf64>, %i: index) -> f64 {
  %c1 = arith.constant 1 : index
  %r = tensor.extract %x[%i, %c1] : tensor<2x2xf64>
  return %r : f64
}

// A constant index out of range, as dead code has, is clamped.
//
// CHECK-LABEL: func.func private @extract_beyond_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[X1]], %[[X0]]
func.func @extract_beyond(%x: tensor<2xf64>) -> (f64, f64) {
  %c5 = arith.constant 5 : index
  %minus = arith.constant -1 : index
  %a = tensor.extract %x[%c5] : tensor<2xf64>
  %b = tensor.extract %x[%minus] : tensor<2xf64>
  return %a, %b : f64, f64
}

// CHECK-LABEL: func.func private @insert_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[V:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[X0]], %[[V]]
func.func @insert(%x: tensor<2xf64>, %v: f64) -> tensor<2xf64> {
  %c1 = arith.constant 1 : index
  %r = tensor.insert %v into %x[%c1] : tensor<2xf64>
  return %r : tensor<2xf64>
}

// CHECK-LABEL: func.func private @insert_by_data_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[X2:[a-z0-9]+]]: f64, %[[V:[a-z0-9]+]]: f64, %[[I:[a-z0-9]+]]: index)
// CHECK-DAG:     %[[FIRST:.*]] = arith.cmpi sle, %[[I]],
// CHECK-DAG:     %[[SECOND:.*]] = arith.cmpi eq, %[[I]],
// CHECK-DAG:     %[[LAST:.*]] = arith.cmpi sge, %[[I]],
// CHECK-DAG:     %[[R0:.*]] = arith.select %[[FIRST]], %[[V]], %[[X0]]
// CHECK-DAG:     %[[R1:.*]] = arith.select %[[SECOND]], %[[V]], %[[X1]]
// CHECK-DAG:     %[[R2:.*]] = arith.select %[[LAST]], %[[V]], %[[X2]]
// CHECK:         return %[[R0]], %[[R1]], %[[R2]]
func.func @insert_by_data(%x: tensor<3xf64>, %v: f64, %i: index) -> tensor<3xf64> {
  %r = tensor.insert %v into %x[%i] : tensor<3xf64>
  return %r : tensor<3xf64>
}

// Strides, and a dimension that the result does not have.
//
// CHECK-LABEL: func.func private @extract_slice_scalars
// CHECK-SAME:    (%{{.*}}: i32, %{{.*}}: i32, %{{.*}}: i32, %[[X3:[a-z0-9]+]]: i32, %{{.*}}: i32, %[[X5:[a-z0-9]+]]: i32)
// CHECK-NEXT:    return %[[X3]], %[[X5]]
func.func @extract_slice(%x: tensor<2x3xi32>) -> tensor<2xi32> {
  %r = tensor.extract_slice %x[1, 0] [1, 2] [1, 2] : tensor<2x3xi32> to tensor<2xi32>
  return %r : tensor<2xi32>
}

// Two offsets are possible: one comparison.
//
// CHECK-LABEL: func.func private @extract_slice_by_data_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: i32, %[[X1:[a-z0-9]+]]: i32, %[[X2:[a-z0-9]+]]: i32, %[[I:[a-z0-9]+]]: index)
// CHECK:         %[[FIRST:.*]] = arith.cmpi sle, %[[I]],
// CHECK-NEXT:    %[[R0:.*]] = arith.select %[[FIRST]], %[[X0]], %[[X1]]
// CHECK-NEXT:    %[[R1:.*]] = arith.select %[[FIRST]], %[[X1]], %[[X2]]
// CHECK-NEXT:    return %[[R0]], %[[R1]]
func.func @extract_slice_by_data(%x: tensor<3xi32>, %i: index) -> tensor<2xi32> {
  %r = tensor.extract_slice %x[%i] [2] [1] : tensor<3xi32> to tensor<2xi32>
  return %r : tensor<2xi32>
}

// CHECK-LABEL: func.func private @insert_slice_scalars
// CHECK-SAME:    (%[[S0:[a-z0-9]+]]: i32, %[[S1:[a-z0-9]+]]: i32, %[[X0:[a-z0-9]+]]: i32, %[[X1:[a-z0-9]+]]: i32, %[[X2:[a-z0-9]+]]: i32, %[[X3:[a-z0-9]+]]: i32)
// CHECK-NEXT:    return %[[X0]], %[[S0]], %[[X2]], %[[S1]]
func.func @insert_slice(%s: tensor<2xi32>, %x: tensor<2x2xi32>) -> tensor<2x2xi32> {
  %r = tensor.insert_slice %s into %x[0, 1] [2, 1] [1, 1] : tensor<2xi32> into tensor<2x2xi32>
  return %r : tensor<2x2xi32>
}

// CHECK-LABEL: func.func private @insert_slice_by_data_scalars
// CHECK-SAME:    (%[[S0:[a-z0-9]+]]: i32, %[[S1:[a-z0-9]+]]: i32, %[[X0:[a-z0-9]+]]: i32, %[[X1:[a-z0-9]+]]: i32, %[[X2:[a-z0-9]+]]: i32, %[[I:[a-z0-9]+]]: index)
// CHECK-DAG:     %[[FIRST:.*]] = arith.cmpi sle, %[[I]],
// CHECK-DAG:     %[[LAST:.*]] = arith.cmpi sge, %[[I]],
// CHECK-DAG:     %[[R0:.*]] = arith.select %[[FIRST]], %[[S0]], %[[X0]]
// CHECK-DAG:     %[[M:.*]] = arith.select %[[FIRST]], %[[S1]], %[[X1]]
// CHECK-DAG:     %[[R1:.*]] = arith.select %[[LAST]], %[[S0]], %[[M]]
// CHECK-DAG:     %[[R2:.*]] = arith.select %[[LAST]], %[[S1]], %[[X2]]
// CHECK:         return %[[R0]], %[[R1]], %[[R2]]
func.func @insert_slice_by_data(%s: tensor<2xi32>, %x: tensor<3xi32>, %i: index) -> tensor<3xi32> {
  %r = tensor.insert_slice %s into %x[%i] [2] [1] : tensor<2xi32> into tensor<3xi32>
  return %r : tensor<3xi32>
}

// CHECK-LABEL: func.func private @other_shapes_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[X2:[a-z0-9]+]]: f64, %[[X3:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[X0]], %[[X1]], %[[X2]], %[[X3]]
func.func @other_shapes(%x: tensor<2x2xf64>) -> tensor<1x4xf64> {
  %shape = arith.constant dense<[2, 1, 2]> : tensor<3xindex>
  %a = tensor.collapse_shape %x [[0, 1]] : tensor<2x2xf64> into tensor<4xf64>
  %b = tensor.expand_shape %a [[0, 1, 2]] output_shape [2, 2, 1] : tensor<4xf64> into tensor<2x2x1xf64>
  %c = tensor.reshape %b(%shape) : (tensor<2x2x1xf64>, tensor<3xindex>) -> tensor<2x1x2xf64>
  %d = tensor.collapse_shape %c [[0, 1, 2]] : tensor<2x1x2xf64> into tensor<4xf64>
  %e = tensor.expand_shape %d [[0, 1]] output_shape [1, 4] : tensor<4xf64> into tensor<1x4xf64>
  return %e : tensor<1x4xf64>
}

// CHECK-LABEL: func.func private @concat_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[Y0:[a-z0-9]+]]: f64, %[[Y1:[a-z0-9]+]]: f64, %[[Y2:[a-z0-9]+]]: f64, %[[Y3:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[X0]], %[[Y0]], %[[Y1]], %[[X1]], %[[Y2]], %[[Y3]]
func.func @concat(%x: tensor<2x1xf64>, %y: tensor<2x2xf64>) -> tensor<2x3xf64> {
  %r = tensor.concat dim(1) %x, %y : (tensor<2x1xf64>, tensor<2x2xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

// CHECK-LABEL: func.func private @pad_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[P:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[P]], %[[X0]], %[[X1]], %[[P]], %[[P]]
func.func @pad(%x: tensor<2xf64>, %p: f64) -> tensor<5xf64> {
  %r = tensor.pad %x low[1] high[2] {
  ^bb0(%i: index):
    tensor.yield %p : f64
  } : tensor<2xf64> to tensor<5xf64>
  return %r : tensor<5xf64>
}

// CHECK-LABEL: func.func private @dim_scalars
// CHECK:         %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT:    return %[[C3]]
func.func @dim(%x: tensor<2x3xf64>) -> index {
  %c1 = arith.constant 1 : index
  %r = tensor.dim %x, %c1 : tensor<2x3xf64>
  return %r : index
}

// The newest in front, the oldest is lost.
//
// CHECK-LABEL: func.func private @push_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[H0:[a-z0-9]+]]: f64, %[[H1:[a-z0-9]+]]: f64, %[[H2:[a-z0-9]+]]: f64, %[[H3:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[X0]], %[[X1]], %[[H0]], %[[H1]]
func.func @push(%x: tensor<2xf64>, %h: tensor<2x2xf64>) -> tensor<2x2xf64> {
  %r = eq.push %x, %h : tensor<2xf64> into tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}

// A slot out of range is dropped, not clamped.
//
// CHECK-LABEL: func.func private @record_scalars
// CHECK-SAME:    (%[[V:[a-z0-9]+]]: f64, %[[B0:[a-z0-9]+]]: f64, %[[B1:[a-z0-9]+]]: f64, %[[I:[a-z0-9]+]]: index, %[[W:[a-z0-9]+]]: i1)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK:         %[[A:.*]] = arith.cmpi eq, %[[I]], %[[C0]]
// CHECK-NEXT:    %[[AW:.*]] = arith.andi %[[A]], %[[W]]
// CHECK-NEXT:    %[[R0:.*]] = arith.select %[[AW]], %[[V]], %[[B0]]
// CHECK-NEXT:    %[[B:.*]] = arith.cmpi eq, %[[I]], %[[C1]]
// CHECK-NEXT:    %[[BW:.*]] = arith.andi %[[B]], %[[W]]
// CHECK-NEXT:    %[[R1:.*]] = arith.select %[[BW]], %[[V]], %[[B1]]
// CHECK-NEXT:    return %[[R0]], %[[R1]]
func.func @record(%v: f64, %b: tensor<2xf64>, %i: index, %w: i1) -> tensor<2xf64> {
  %r = eq.record %v, %b[%i] when %w : f64 into tensor<2xf64>
  return %r : tensor<2xf64>
}
