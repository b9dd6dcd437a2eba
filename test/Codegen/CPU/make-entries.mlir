// RUN: eq-opt %s --eq-codegen-make-entries | FileCheck %s
// RUN: eq-opt %s --eq-codegen-make-entries --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK --implicit-check-not=remark:

// A public function becomes an entry `eq_NAME` with the runtime's convention and a
// body. The signature (names, types, shapes) is data: the runtime checks the
// arguments against it before it calls the body.
//
// CHECK:       @eq.solve.name("solve\00")
// CHECK:       @eq.solve.in_name_0("z0\00")
// CHECK:       @eq.solve.in_shape_0
// CHECK:         llvm.mlir.constant(-1 : i64)
// CHECK:         llvm.mlir.constant(3 : i64)
// CHECK:       @eq.solve.in_name_1("arg1\00")
// CHECK-NOT:   @eq.solve.in_shape_1
// CHECK:       @eq.solve.out_name_0("solution\00")
// CHECK:       @eq.solve.signature
//
// CHECK-LABEL: func.func private @eq.solve.body
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr) -> i32 attributes {eq.context}
// CHECK:         llvm.call @eqrt_argument(%[[CONTEXT]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}})
// CHECK:         %[[X:[a-z0-9_]+]] = bufferization.to_tensor %{{[a-z0-9_]+}} restrict : memref<?x3xf32> to tensor<?x3xf32>
// CHECK:         llvm.call @eqrt_argument(%[[CONTEXT]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}})
// CHECK:         memref.load %{{[a-z0-9_]+}}[] : memref<f64>
// CHECK:         bufferization.to_buffer %[[X]] read_only
// CHECK:         %[[CODE:[a-z0-9_]+]] = llvm.call @eqrt_result(%[[CONTEXT]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}})
// CHECK:         %[[FINE:[a-z0-9_]+]] = arith.cmpi eq, %[[CODE]]
// CHECK:         cf.assert %[[FINE]]
// CHECK:         return %{{[a-z0-9_]+}} : i32
//
// CHECK-LABEL: func.func @eq_solve
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr, %[[IN:[a-z0-9_]+]]: !llvm.ptr, %[[OUT:[a-z0-9_]+]]: !llvm.ptr) -> i32
// CHECK:         llvm.mlir.addressof @eq.solve.signature
// CHECK:         llvm.call @eqrt_call(%[[CONTEXT]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[IN]], %[[OUT]])
func.func @solve(%x: tensor<?x3xf32> {eq.name = "z0"}, %tol: f64)
    -> (tensor<?x3xf32> {eq.name = "solution"}) {
  return %x : tensor<?x3xf32>
}

// What only kernels read may stay on the GPU; the host reads how many steps
// there may be.
//
// REMARK: :[[@LINE+5]]:{{[0-9]+}}: remark: [Passed] device | Category:eq-codegen | Remark="'start' may stay on the GPU: only kernels read it"
//
// CHECK-LABEL: func.func private @eq.stays.body
// CHECK:         eq.loop
// CHECK-SAME:      schedule(#eq.thread)
func.func @stays(%z: tensor<7xf64> {eq.name = "start"}, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %next = arith.mulf %z, %half : f64
    %again = arith.cmpf ogt, %next, %one : f64
    eq.next %again, %next : f64
  }
  return %y : tensor<7xf64>
}
