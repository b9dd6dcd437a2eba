// RUN: eq-opt %s --eq-codegen-keep-sources | FileCheck %s

// Read after the loop that writes the buffer: copied.
//
// CHECK-LABEL: func.func @read_later
// CHECK:         %[[SUM:[a-z0-9_]+]] = arith.addf
// CHECK:         %[[EMPTY:[a-z0-9_]+]] = tensor.empty() : tensor<2xf64>
// CHECK:         %[[COPY:[a-z0-9_]+]] = linalg.copy ins(%[[SUM]] : tensor<2xf64>) outs(%[[EMPTY]] : tensor<2xf64>)
// CHECK:         bufferization.materialize_in_destination %[[COPY]] in restrict writable
// CHECK:         return %[[SUM]]
func.func @read_later(%x: tensor<2xf64>, %buffer: memref<2xf64>) -> tensor<2xf64> {
  %sum = arith.addf %x, %x : tensor<2xf64>
  bufferization.materialize_in_destination %sum in restrict writable %buffer : (tensor<2xf64>, memref<2xf64>) -> ()
  return %sum : tensor<2xf64>
}

// Read before only: computed in place.
//
// CHECK-LABEL: func.func @read_before
// CHECK-NOT:     linalg.copy
func.func @read_before(%x: tensor<2xf64>, %buffer: memref<2xf64>) -> tensor<2xf64> {
  %sum = arith.addf %x, %x : tensor<2xf64>
  %twice = arith.addf %sum, %sum : tensor<2xf64>
  bufferization.materialize_in_destination %sum in restrict writable %buffer : (tensor<2xf64>, memref<2xf64>) -> ()
  return %twice : tensor<2xf64>
}

// Made outside of the loop whose every turn writes it: copied.
//
// CHECK-LABEL: func.func @from_outside
// CHECK:         %[[SUM:[a-z0-9_]+]] = arith.addf
// CHECK:         scf.for
// CHECK:           linalg.copy ins(%[[SUM]] : tensor<2xf64>)
func.func @from_outside(%x: tensor<2xf64>, %buffer: memref<2xf64>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %sum = arith.addf %x, %x : tensor<2xf64>
  scf.for %i = %c0 to %n step %c1 {
    bufferization.materialize_in_destination %sum in restrict writable %buffer : (tensor<2xf64>, memref<2xf64>) -> ()
  }
  return
}
