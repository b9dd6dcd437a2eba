// RUN: eq-opt %s --eq-codegen-lower-copies | FileCheck %s

// A copy becomes a loop over elements, whatever the strides: no function of a
// library that is not there.
//
// CHECK-LABEL: func.func @copy
// CHECK-SAME:    (%[[FROM:[a-z0-9_]+]]: memref<2x3xf64, strided<[?, ?], offset: ?>>, %[[TO:[a-z0-9_]+]]: memref<2x3xf64>)
// CHECK-NOT:     memref.copy
// CHECK:         linalg.generic
// CHECK-SAME:      iterator_types = ["parallel", "parallel"]
// CHECK-SAME:      ins(%[[FROM]]
// CHECK-SAME:      outs(%[[TO]]
// CHECK-NEXT:    ^bb0(%[[X:[a-z0-9_]+]]: f64, %{{[a-z0-9_]+}}: f64):
// CHECK-NEXT:      linalg.yield %[[X]] : f64
func.func @copy(%from: memref<2x3xf64, strided<[?, ?], offset: ?>>, %to: memref<2x3xf64>) {
  memref.copy %from, %to : memref<2x3xf64, strided<[?, ?], offset: ?>> to memref<2x3xf64>
  return
}
