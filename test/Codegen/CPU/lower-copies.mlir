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

// To the column of a lane and back: loops that LLVM keeps short, told on the
// innermost one.
//
// CHECK-LABEL: func.func @column
// CHECK-SAME:    (%[[ROW:[a-z0-9_]+]]: memref<2x3xf32>, %[[COLUMN:[a-z0-9_]+]]: memref<2x3xf32, strided<[48, 16], offset: ?>>)
// CHECK:         scf.for %[[I:[a-z0-9_]+]] =
// CHECK:           scf.for %[[J:[a-z0-9_]+]] =
// CHECK-NEXT:        %[[X:[a-z0-9_]+]] = memref.load %[[ROW]][%[[I]], %[[J]]]
// CHECK-NEXT:        memref.store %[[X]], %[[COLUMN]][%[[I]], %[[J]]]
// CHECK-NEXT:      } {loop_annotation = #[[SHORT:[a-z_]+]]}
// CHECK-NEXT:    }
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:           } {loop_annotation = #[[SHORT]]}
// CHECK-NEXT:    }
func.func @column(%row: memref<2x3xf32>, %column: memref<2x3xf32, strided<[48, 16], offset: ?>>) {
  memref.copy %row, %column : memref<2x3xf32> to memref<2x3xf32, strided<[48, 16], offset: ?>>
  memref.copy %column, %row : memref<2x3xf32, strided<[48, 16], offset: ?>> to memref<2x3xf32>
  return
}
