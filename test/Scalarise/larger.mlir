// RUN: eq-opt %s --eq-test-scalarise=max-elements=4 --canonicalize --cse | FileCheck %s

// Tensors that are too large (here: of more than 4 elements) are read element
// by element. Each function @f gives a private @f_scalars, which is checked.

// CHECK-LABEL: func.func private @read_by_generic_scalars
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<3x2xf64>, %[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64,
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK:         %[[W00:.*]] = tensor.extract %[[W]][%[[C0]], %[[C0]]]
// CHECK-NEXT:    math.fma %[[W00]], %[[X0]],
// CHECK-NEXT:    %[[W01:.*]] = tensor.extract %[[W]][%[[C0]], %[[C1]]]
// CHECK-NEXT:    math.fma %[[W01]], %[[X1]],
// CHECK:         %[[W21:.*]] = tensor.extract %[[W]][%[[C2]], %[[C1]]]
// CHECK-NEXT:    math.fma %[[W21]], %[[X1]],
func.func @read_by_generic(%w: tensor<3x2xf64>, %x: tensor<2xf64>, %b: tensor<3xf64>) -> tensor<3xf64> {
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%w, %x : tensor<3x2xf64>, tensor<2xf64>) outs(%b : tensor<3xf64>) {
  ^bb0(%a: f64, %v: f64, %s: f64):
    %t = math.fma %a, %v, %s : f64
    linalg.yield %t : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// CHECK-LABEL: func.func private @slice_scalars
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<3x5xf64>, %[[I:[a-z0-9]+]]: index)
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK:         %[[A:.*]] = tensor.extract %[[W]][%[[I]], %[[C1]]]
// CHECK-NEXT:    %[[B:.*]] = tensor.extract %[[W]][%[[I]], %[[C3]]]
// CHECK-NEXT:    return %[[A]], %[[B]]
func.func @slice(%w: tensor<3x5xf64>, %i: index) -> tensor<2xf64> {
  %r = tensor.extract_slice %w[%i, 1] [1, 2] [1, 2] : tensor<3x5xf64> to tensor<2xf64>
  return %r : tensor<2xf64>
}

// A slice of a slice, and the other shape of it.
//
// CHECK-LABEL: func.func private @through_views_scalars
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<4x6xf64>, %[[I:[a-z0-9]+]]: index)
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-NOT:     tensor.collapse_shape
// CHECK-NOT:     tensor.extract_slice
// CHECK:         %[[ROW:.*]] = arith.addi %[[I]], %[[C1]]
// CHECK:         %[[A:.*]] = tensor.extract %[[W]][%[[ROW]], %[[C3]]]
// CHECK:         %[[B:.*]] = tensor.extract %[[W]][%[[ROW]], %[[C4]]]
// CHECK-NEXT:    return %[[A]], %[[B]]
func.func @through_views(%w: tensor<4x6xf64>, %i: index) -> tensor<2xf64> {
  %a = tensor.extract_slice %w[%i, 2] [2, 3] [1, 1] : tensor<4x6xf64> to tensor<2x3xf64>
  %f = tensor.collapse_shape %a [[0, 1]] : tensor<2x3xf64> into tensor<6xf64>
  %r = tensor.extract_slice %f[4] [2] [1] : tensor<6xf64> to tensor<2xf64>
  return %r : tensor<2xf64>
}

// An index that is data goes through a reshape by division.
//
// CHECK-LABEL: func.func private @reshaped_scalars
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<2x3xf64>, %[[I:[a-z0-9]+]]: index)
// CHECK:         %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[COLUMN:.*]] = arith.remui %[[I]], %[[C3]]
// CHECK-DAG:     %[[ROW:.*]] = arith.divui %[[I]], %[[C3]]
// CHECK:         %[[A:.*]] = tensor.extract %[[W]][%[[ROW]], %[[COLUMN]]]
// CHECK-NEXT:    return %[[A]]
func.func @reshaped(%w: tensor<2x3xf64>, %i: index) -> f64 {
  %f = tensor.collapse_shape %w [[0, 1]] : tensor<2x3xf64> into tensor<6xf64>
  %r = tensor.extract %f[%i] : tensor<6xf64>
  return %r : f64
}

// Elements of a constant are constants, but for an index that is data.
//
// CHECK-LABEL: func.func private @constant_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[I:[a-z0-9]+]]: index)
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00]>
// CHECK-DAG:     %[[W1:.*]] = arith.constant 2.000000e+00 : f64
// CHECK-DAG:     %[[W2:.*]] = arith.constant 3.000000e+00 : f64
// CHECK:         %[[A:.*]] = arith.mulf %[[X0]], %[[W1]]
// CHECK-NEXT:    %[[B:.*]] = arith.mulf %[[X1]], %[[W2]]
// CHECK-NEXT:    %[[V:.*]] = tensor.extract %[[W]][%[[I]]]
// CHECK-NEXT:    return %[[A]], %[[B]], %[[V]]
func.func @constant(%x: tensor<2xf64>, %i: index) -> (tensor<2xf64>, f64) {
  %w = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf64>
  %s = tensor.extract_slice %w[1] [2] [1] : tensor<5xf64> to tensor<2xf64>
  %y = arith.mulf %x, %s : tensor<2xf64>
  %v = tensor.extract %w[%i] : tensor<5xf64>
  return %y, %v : tensor<2xf64>, f64
}

// A loop over a larger tensor alone stays one.
//
// CHECK-LABEL: func.func private @loop_scalars
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<9xf64>
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[A:.*]] = %{{.*}}) -> (f64) {
// CHECK-NEXT:      %[[E:.*]] = tensor.extract %[[W]][%[[I]]]
// CHECK-NEXT:      %[[T:.*]] = arith.addf %[[A]], %[[E]]
// CHECK-NEXT:      scf.yield %[[T]]
func.func @loop(%w: tensor<9xf64>, %s: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%a = %s) -> f64 {
    %e = tensor.extract %w[%i] : tensor<9xf64>
    %t = arith.addf %a, %e : f64
    scf.yield %t : f64
  }
  return %r : f64
}

// A shape that only a run knows is the caller's affair as well.
//
// CHECK-LABEL: func.func private @dynamic_scalars
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<?x2xf64>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK:         %[[N:.*]] = tensor.dim %[[W]], %[[C0]]
// CHECK:         %[[A:.*]] = tensor.extract %[[W]][%[[C0]], %[[C0]]]
// CHECK:         %[[B:.*]] = tensor.extract %[[W]][%[[C0]], %[[C1]]]
// CHECK:         return %[[A]], %[[B]], %[[N]]
func.func @dynamic(%w: tensor<?x2xf64>) -> (tensor<1x2xf64>, index) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %w, %c0 : tensor<?x2xf64>
  %r = tensor.cast %w : tensor<?x2xf64> to tensor<1x2xf64>
  return %r, %n : tensor<1x2xf64>, index
}

// So is what gives the tensor: here an op that stands for memory.
//
// CHECK-LABEL: func.func private @source_scalars
// CHECK-SAME:    (%[[P:[a-z0-9]+]]: i64)
// CHECK:         %[[W:.*]] = builtin.unrealized_conversion_cast %[[P]] : i64 to tensor<9xf64>
// CHECK:         tensor.extract %[[W]]
func.func @source(%p: i64) -> f64 {
  %c3 = arith.constant 3 : index
  %w = builtin.unrealized_conversion_cast %p : i64 to tensor<9xf64>
  %r = tensor.extract %w[%c3] : tensor<9xf64>
  return %r : f64
}
