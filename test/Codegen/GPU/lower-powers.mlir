// RUN: eq-opt %s --eq-codegen-lower-powers --cse --canonicalize | FileCheck %s

gpu.module @kernels {
  // A loop over the bits of the exponent without its sign; one over it at the
  // end.
  //
  // CHECK-LABEL: gpu.func @real
  // CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f32, %[[N:[a-z0-9_]+]]: i32,
  // CHECK:         %[[LOOP:[a-z0-9_]+]]:3 = scf.while (%[[R:[a-z0-9_]+]] = %{{[a-z0-9_]+}}, %[[B:[a-z0-9_]+]] = %[[X]], %[[M:[a-z0-9_]+]] = %{{[a-z0-9_]+}})
  // CHECK:           %[[MORE:[a-z0-9_]+]] = arith.mulf %[[R]], %[[B]] : f32
  // CHECK:           %[[NEXT:[a-z0-9_]+]] = arith.select %{{[a-z0-9_]+}}, %[[MORE]], %[[R]]
  // CHECK:           %[[REST:[a-z0-9_]+]] = arith.shrui %[[M]],
  // CHECK:           scf.condition(%{{[a-z0-9_]+}}) %[[NEXT]], %[[B]], %[[REST]]
  // CHECK:           arith.mulf %[[SQUARE:[a-z0-9_]+]], %[[SQUARE]]
  // CHECK:         arith.mulf %{{[a-z0-9_#]+}}, %[[X]]
  // CHECK:         scf.if
  // CHECK:           arith.divf
  gpu.func @real(%x: f32, %n: i32, %to: !llvm.ptr) kernel {
    %y = math.fpowi %x, %n : f32, i32
    llvm.store %y, %to : f32, !llvm.ptr
    gpu.return
  }

  // CHECK-LABEL: gpu.func @integer
  // CHECK:         scf.while
  // CHECK:           arith.muli
  // CHECK-NOT:     arith.div
  // CHECK:         llvm.store
  gpu.func @integer(%x: i64, %n: i64, %to: !llvm.ptr) kernel {
    %y = math.ipowi %x, %n : i64
    llvm.store %y, %to : i64, !llvm.ptr
    gpu.return
  }
}
