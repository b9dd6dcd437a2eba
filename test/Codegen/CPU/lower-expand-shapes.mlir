// RUN: eq-opt %s --eq-codegen-lower-expand-shapes | FileCheck %s

// Two dynamic sizes in one group: strides are products of the sizes behind.
//
// CHECK-LABEL: func.func @two_dynamic
// CHECK-SAME:    (%{{[a-z0-9_]+}}: memref<?x4xf64>, %[[A:[a-z0-9_]+]]: index, %[[B:[a-z0-9_]+]]: index)
// CHECK:         %[[S:[a-z0-9_]+]] = affine.apply #{{[a-z0-9_]+}}()[%[[B]]]
// CHECK:         memref.reinterpret_cast %{{[a-z0-9_#]+}} to offset: [0], sizes: [%[[A]], %[[B]], 4], strides: [%[[S]], 4, 1]
// CHECK-NOT:     memref.expand_shape
func.func @two_dynamic(%m: memref<?x4xf64>, %a: index, %b: index) -> memref<?x?x4xf64> {
  %e = memref.expand_shape %m [[0, 1], [2]] output_shape [%a, %b, 4] : memref<?x4xf64> into memref<?x?x4xf64>
  return %e : memref<?x?x4xf64>
}
