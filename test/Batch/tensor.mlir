// RUN: eq-opt %s --eq-test-batch=lanes=2 --canonicalize | FileCheck %s

// The rules of tensor, one op a function. An argument {eqtest.shared} is the same
// for all samples.

// CHECK-LABEL: func.func @extract
// CHECK-SAME:    (%[[T:[a-z0-9]+]]: tensor<5xvector<2xf64>>, %[[I:[a-z0-9]+]]: index,
// CHECK-NEXT:    %[[X:.*]] = tensor.extract %[[T]][%[[I]]] : tensor<5xvector<2xf64>>
// CHECK-NEXT:    return %[[X]] : vector<2xf64>
func.func @extract(%t: tensor<5xf64>, %i: index {eqtest.shared}) -> f64 {
  %x = tensor.extract %t[%i] : tensor<5xf64>
  return %x : f64
}

// The sample in each lane has a place of its own.
//
// CHECK-LABEL: func.func @extract_by_sample
// CHECK-SAME:    (%[[T:[a-z0-9]+]]: tensor<5xvector<2xf64>>, %[[I:[a-z0-9]+]]: vector<2xindex>,
// CHECK:         %[[I0:.*]] = vector.extract %[[I]][0]
// CHECK:         %[[T0:.*]] = tensor.extract %[[T]][%[[I0]]]
// CHECK:         %[[X0:.*]] = vector.extract %[[T0]][0]
// CHECK:         %[[I1:.*]] = vector.extract %[[I]][1]
// CHECK:         %[[T1:.*]] = tensor.extract %[[T]][%[[I1]]]
// CHECK:         %[[X1:.*]] = vector.extract %[[T1]][1]
// CHECK:         vector.from_elements %[[X0]], %[[X1]] : vector<2xf64>
func.func @extract_by_sample(%t: tensor<5xf64>, %i: index) -> f64 {
  %x = tensor.extract %t[%i] : tensor<5xf64>
  return %x : f64
}

// A table that all samples share has no lanes.
//
// CHECK-LABEL: func.func @look_up
// CHECK-SAME:    (%[[T:[a-z0-9]+]]: tensor<5xf64>, %[[I:[a-z0-9]+]]: vector<2xindex>,
// CHECK:         %[[X0:.*]] = tensor.extract %[[T]]
// CHECK:         %[[X1:.*]] = tensor.extract %[[T]]
// CHECK:         vector.from_elements %[[X0]], %[[X1]] : vector<2xf64>
func.func @look_up(%t: tensor<5xf64> {eqtest.shared}, %i: index) -> f64 {
  %x = tensor.extract %t[%i] : tensor<5xf64>
  return %x : f64
}

// CHECK-LABEL: func.func @insert
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: f64, %[[T:[a-z0-9]+]]: tensor<5xvector<2xf64>>, %[[I:[a-z0-9]+]]: index,
// CHECK:         %[[XS:.*]] = vector.broadcast %[[X]]
// CHECK:         tensor.insert %[[XS]] into %[[T]][%[[I]]] : tensor<5xvector<2xf64>>
func.func @insert(%x: f64 {eqtest.shared}, %t: tensor<5xf64>, %i: index {eqtest.shared}) -> tensor<5xf64> {
  %r = tensor.insert %x into %t[%i] : tensor<5xf64>
  return %r : tensor<5xf64>
}

// What one lane writes, the others keep; two lanes may write to one place.
//
// CHECK-LABEL: func.func @insert_by_sample
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf64>, %[[T:[a-z0-9]+]]: tensor<5xvector<2xf64>>, %[[I:[a-z0-9]+]]: vector<2xindex>,
// CHECK:         %[[I0:.*]] = vector.extract %[[I]][0]
// CHECK:         %[[OLD0:.*]] = tensor.extract %[[T]][%[[I0]]]
// CHECK:         %[[X0:.*]] = vector.extract %[[X]][0]
// CHECK:         %[[NEW0:.*]] = vector.insert %[[X0]], %[[OLD0]] [0]
// CHECK:         %[[T0:.*]] = tensor.insert %[[NEW0]] into %[[T]][%[[I0]]]
// CHECK:         %[[I1:.*]] = vector.extract %[[I]][1]
// CHECK:         %[[OLD1:.*]] = tensor.extract %[[T0]][%[[I1]]]
// CHECK:         %[[X1:.*]] = vector.extract %[[X]][1]
// CHECK:         %[[NEW1:.*]] = vector.insert %[[X1]], %[[OLD1]] [1]
// CHECK:         tensor.insert %[[NEW1]] into %[[T0]][%[[I1]]]
func.func @insert_by_sample(%x: f64, %t: tensor<5xf64>, %i: index) -> tensor<5xf64> {
  %r = tensor.insert %x into %t[%i] : tensor<5xf64>
  return %r : tensor<5xf64>
}

// CHECK-LABEL: func.func @extract_slice
// CHECK-SAME:    (%[[T:[a-z0-9]+]]: tensor<4x6xvector<2xf32>>, %[[I:[a-z0-9]+]]: index,
// CHECK:         tensor.extract_slice %[[T]][1, %[[I]]] [2, 3] [1, 1] : tensor<4x6xvector<2xf32>> to tensor<2x3xvector<2xf32>>
func.func @extract_slice(%t: tensor<4x6xf32>, %i: index {eqtest.shared}) -> tensor<2x3xf32> {
  %r = tensor.extract_slice %t[1, %i] [2, 3] [1, 1] : tensor<4x6xf32> to tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// Element j of the slice of a sample is [its row, 1 + 2 j].
//
// CHECK-LABEL: func.func @extract_slice_by_sample
// CHECK-SAME:    (%[[T:[a-z0-9]+]]: tensor<4x6xvector<2xf32>>, %[[I:[a-z0-9]+]]: vector<2xindex>,
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[TWO:.*]] = arith.constant 2 : index
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<3xvector<2xf32>>)
// CHECK:           %[[J:.*]] = linalg.index 0
// CHECK:           %[[TWICE:.*]] = arith.muli %[[J]], %[[TWO]]
// CHECK:           %[[AT:.*]] = arith.addi %[[TWICE]], %[[ONE]]
// CHECK:           %[[I0:.*]] = vector.extract %[[I]][0]
// CHECK:           tensor.extract %[[T]][%[[I0]], %[[AT]]]
// CHECK:           %[[I1:.*]] = vector.extract %[[I]][1]
// CHECK:           tensor.extract %[[T]][%[[I1]], %[[AT]]]
func.func @extract_slice_by_sample(%t: tensor<4x6xf32>, %i: index) -> tensor<3xf32> {
  %r = tensor.extract_slice %t[%i, 1] [1, 3] [1, 2] : tensor<4x6xf32> to tensor<3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func.func @insert_slice
// CHECK-SAME:    (%[[S:[a-z0-9]+]]: tensor<2x3xvector<2xf32>>, %[[T:[a-z0-9]+]]: tensor<4x6xvector<2xf32>>, %[[I:[a-z0-9]+]]: index,
// CHECK:         tensor.insert_slice %[[S]] into %[[T]][1, %[[I]]] [2, 3] [1, 1]
func.func @insert_slice(%s: tensor<2x3xf32>, %t: tensor<4x6xf32>, %i: index {eqtest.shared}) -> tensor<4x6xf32> {
  %r = tensor.insert_slice %s into %t[1, %i] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// CHECK-LABEL: func.func @insert_slice_by_sample
// CHECK-SAME:    (%[[S:[a-z0-9]+]]: tensor<3xvector<2xf32>>, %[[T:[a-z0-9]+]]: tensor<4x6xvector<2xf32>>, %[[I:[a-z0-9]+]]: vector<2xindex>,
// CHECK:         %[[R:.*]] = scf.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[NOW:.*]] = %[[T]])
// CHECK:           tensor.extract %[[S]][%[[J]]]
// CHECK:           %[[I0:.*]] = vector.extract %[[I]][0]
// CHECK:           tensor.extract %[[NOW]][%[[I0]], %[[AT:.*]]] :
// CHECK:           %[[NEXT:.*]] = tensor.insert %{{.*}} into %[[NOW]][%[[I0]], %[[AT]]]
// CHECK:           %[[I1:.*]] = vector.extract %[[I]][1]
// CHECK:           %[[LAST:.*]] = tensor.insert %{{.*}} into %[[NEXT]][%[[I1]], %[[AT]]]
// CHECK:           scf.yield %[[LAST]]
// CHECK:         return %[[R]]
func.func @insert_slice_by_sample(%s: tensor<3xf32>, %t: tensor<4x6xf32>, %i: index) -> tensor<4x6xf32> {
  %r = tensor.insert_slice %s into %t[%i, 1] [1, 3] [1, 2] : tensor<3xf32> into tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// CHECK-LABEL: func.func @generate
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf32>,
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<3x5xvector<2xf32>>)
// CHECK-DAG:       %[[I:.*]] = linalg.index 0
// CHECK-DAG:       %[[J:.*]] = linalg.index 1
// CHECK:           %[[IJ:.*]] = arith.muli %[[I]], %[[J]] : index
// CHECK:           arith.mulf %{{.*}}, %[[X]] : vector<2xf32>
func.func @generate(%x: f32) -> tensor<3x5xf32> {
  %r = tensor.generate {
  ^bb0(%i: index, %j: index):
    %s = arith.muli %i, %j : index
    %n = arith.index_cast %s : index to i32
    %f = arith.sitofp %n : i32 to f32
    %y = arith.mulf %f, %x : f32
    tensor.yield %y : f32
  } : tensor<3x5xf32>
  return %r : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @collapse_shape
// CHECK:         tensor.collapse_shape %{{.*}} {{\[\[}}0, 1]] : tensor<4x6xvector<2xf32>> into tensor<24xvector<2xf32>>
func.func @collapse_shape(%t: tensor<4x6xf32>) -> tensor<24xf32> {
  %r = tensor.collapse_shape %t [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  return %r : tensor<24xf32>
}

// CHECK-LABEL: func.func @expand_shape
// CHECK:         tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [2, 2, 6] : tensor<4x6xvector<2xf32>> into tensor<2x2x6xvector<2xf32>>
func.func @expand_shape(%t: tensor<4x6xf32>) -> tensor<2x2x6xf32> {
  %r = tensor.expand_shape %t [[0, 1], [2]] output_shape [2, 2, 6] : tensor<4x6xf32> into tensor<2x2x6xf32>
  return %r : tensor<2x2x6xf32>
}

// CHECK-LABEL: func.func @from_elements
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf32>, %[[Y:[a-z0-9]+]]: f32,
// CHECK:         %[[YS:.*]] = vector.broadcast %[[Y]]
// CHECK:         tensor.from_elements %[[X]], %[[YS]] : tensor<2xvector<2xf32>>
func.func @from_elements(%x: f32, %y: f32 {eqtest.shared}) -> tensor<2xf32> {
  %r = tensor.from_elements %x, %y : tensor<2xf32>
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func.func @splat
// CHECK:         tensor.splat %{{.*}} : tensor<3xvector<2xf32>>
func.func @splat(%x: f32) -> tensor<3xf32> {
  %r = tensor.splat %x : tensor<3xf32>
  return %r : tensor<3xf32>
}

// A shape is the same for all samples.
//
// CHECK-LABEL: func.func @dim
// CHECK:         %[[SIX:.*]] = arith.constant dense<6> : vector<2xindex>
// CHECK:         arith.addi %{{.*}}, %[[SIX]] : vector<2xindex>
func.func @dim(%t: tensor<4x6xf32>, %x: index) -> index {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %t, %c1 : tensor<4x6xf32>
  %s = arith.addi %n, %x : index
  return %s : index
}

// CHECK-LABEL: func.func @cast
// CHECK:         tensor.cast %{{.*}} : tensor<4xvector<2xf32>> to tensor<?xvector<2xf32>>
func.func @cast(%t: tensor<4xf32>) -> tensor<?xf32> {
  %r = tensor.cast %t : tensor<4xf32> to tensor<?xf32>
  return %r : tensor<?xf32>
}

// Nothing is read that differs between samples: nothing changes until somebody
// needs a copy for each lane.
//
// CHECK-LABEL: func.func @empty
// CHECK-NEXT:    %[[EMPTY:.*]] = tensor.empty() : tensor<3xvector<2xf32>>
// CHECK-NEXT:    return %[[EMPTY]]
func.func @empty() -> tensor<3xf32> {
  %r = tensor.empty() : tensor<3xf32>
  return %r : tensor<3xf32>
}
