// RUN: eq-opt %s --eq-codegen-outline-workers --split-input-file --verify-diagnostics | FileCheck %s

// What the workers use goes to them as fields: a code, the context, memory,
// scalars. Constants are made again.
//
// CHECK-LABEL: func.func private @eq.fill.body
// CHECK-SAME:    %[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr, %[[N:[a-z0-9_]+]]: index, %[[M:[a-z0-9_]+]]: memref<?xf32>
// CHECK:         %[[FIELDS:[a-z0-9_]+]] = llvm.alloca {{.*}} x !llvm.struct<(i32, ptr, struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>)>
// CHECK:         %[[TASKS:[a-z0-9_]+]] = arith.index_cast %[[N]] : index to i64
// CHECK:         %[[TASK:[a-z0-9_]+]] = constant @eq.fill.task.0
// CHECK:         %[[ADDRESS:[a-z0-9_]+]] = builtin.unrealized_conversion_cast %[[TASK]]
// CHECK:         %[[CODE:[a-z0-9_]+]] = llvm.call @eqrt_parallel_for(%[[CONTEXT]], %[[TASKS]], %[[ADDRESS]], %[[FIELDS]])
// CHECK:         cf.assert
// CHECK:         llvm.load
// CHECK:         cf.assert
// CHECK-NOT:     scf.forall
//
// CHECK-LABEL: func.func private @eq.fill.worker.0
// CHECK-SAME:    %{{[a-z0-9_]+}}: !llvm.ptr, %[[WHICH:[a-z0-9_]+]]: index, %[[OUT:[a-z0-9_]+]]: memref<?xf32>) -> i32 attributes {eq.context}
// CHECK:         %[[ONE:[a-z0-9_]+]] = arith.constant 1.0
// CHECK:         memref.store %[[ONE]], %[[OUT]][%[[WHICH]]]
// CHECK:         return
//
// CHECK-LABEL: func.func private @eq.fill.task.0
// CHECK-SAME:    %[[GIVEN:[a-z0-9_]+]]: !llvm.ptr, %{{[a-z0-9_]+}}: i64
// CHECK:         %[[RETURNED:[a-z0-9_]+]] = call @eq.fill.worker.0
// CHECK:         %[[SLOT:[a-z0-9_]+]] = llvm.getelementptr %[[GIVEN]][0, 0]
// CHECK:         llvm.atomicrmw umax %[[SLOT]], %[[RETURNED]] monotonic
func.func private @eq.fill.body(%context: !llvm.ptr, %n: index, %m: memref<?xf32>) -> i32 attributes {eq.context} {
  %one = arith.constant 1.0 : f32
  scf.forall (%i) in (%n) {
    memref.store %one, %m[%i] : memref<?xf32>
  }
  %fine = arith.constant 0 : i32
  return %fine : i32
}

// -----

func.func @no_context(%n: index, %m: memref<?xf32>, %x: f32) {
  // expected-error @below {{expected one dimension from 0 in steps of 1, no results, and a context in the function around}}
  scf.forall (%i) in (%n) {
    memref.store %x, %m[%i] : memref<?xf32>
  }
  return
}
