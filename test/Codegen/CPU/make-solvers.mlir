// RUN: eq-opt %s --eq-codegen-make-solvers | FileCheck %s

// A tensor is memory of any layout, and one without gaps in the body. A result
// that is a tensor is written to memory of the caller; a number is returned.
//
// CHECK-LABEL: func.func private @solve.body
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr, %[[X:[a-z0-9_]+]]: memref<?x3xf32>, %[[TOL:[a-z0-9_]+]]: f64, %[[OUT0:[a-z0-9_]+]]: memref<f64>, %[[OUT1:[a-z0-9_]+]]: memref<?x3xf32>) -> i32 attributes {eq.context}
// CHECK:         %[[T:.*]] = bufferization.to_tensor %[[X]] restrict : memref<?x3xf32> to tensor<?x3xf32>
// CHECK:         memref.store %[[TOL]], %[[OUT0]][] : memref<f64>
// CHECK:         bufferization.materialize_in_destination %[[T]] in restrict writable %[[OUT1]]
// CHECK:         return %{{[a-z0-9_]+}} : i32
//
// CHECK-LABEL: func.func @solve
// CHECK-SAME:    (%[[X:[a-z0-9_]+]]: memref<?x3xf32, strided<[?, ?], offset: ?>>, %[[TOL:[a-z0-9_]+]]: f64, %[[OUT:[a-z0-9_]+]]: memref<?x3xf32>) -> f64
// CHECK:         %[[CONTEXT:.*]] = llvm.call @eqrt_solve_begin(
// CHECK:         %[[DATA:.*]] = llvm.call @eqrt_contiguous(%[[CONTEXT]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}})
// CHECK:         llvm.insertvalue %[[DATA]], %{{[a-z0-9_]+}}[1]
// CHECK:         %[[M:.*]] = builtin.unrealized_conversion_cast %{{[a-z0-9_]+}} : !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)> to memref<?x3xf32>
// CHECK:         %[[SLOT:.*]] = memref.alloca() : memref<f64>
// CHECK:         call @solve.body(%[[CONTEXT]], %[[M]], %[[TOL]], %[[SLOT]], %[[OUT]])
// CHECK:         llvm.call @eqrt_solve_end(%[[CONTEXT]])
// CHECK:         %[[RESULT:.*]] = memref.load %[[SLOT]][] : memref<f64>
// CHECK:         return %[[RESULT]] : f64
func.func @solve(%x: tensor<?x3xf32>, %tol: f64) -> (f64, tensor<?x3xf32>) {
  return %tol, %x : f64, tensor<?x3xf32>
}
