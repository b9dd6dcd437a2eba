// RUN: eq-opt %s --eq-codegen-return-errors | FileCheck %s

// In the body of an entry memory comes from the call's arena: 64 bytes aligned,
// its size in bytes. Where there is none, the entry returns the runtime's code.
//
// CHECK-LABEL: func.func @memory
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr, %[[N:[a-z0-9_]+]]: index)
// CHECK:         %[[ALIGNMENT:[a-z0-9_]+]] = llvm.mlir.constant(64 : i64) : i64
// CHECK:         %[[P:[a-z0-9_]+]] = llvm.call @eqrt_alloc(%[[CONTEXT]], %{{[a-z0-9_]+}}, %[[ALIGNMENT]])
// CHECK:         %[[NULL:[a-z0-9_]+]] = llvm.mlir.zero : !llvm.ptr
// CHECK:         %[[THERE:[a-z0-9_]+]] = llvm.icmp "ne" %[[P]], %[[NULL]] : !llvm.ptr
// CHECK:         cf.cond_br %[[THERE]], ^[[NEXT:bb[0-9]+]], ^[[FAILED:bb[0-9]+]]
// CHECK:       ^[[FAILED]]:
// CHECK:         %[[CODE:[a-z0-9_]+]] = llvm.call @eqrt_fail(%[[CONTEXT]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}})
// CHECK:         return %[[CODE]] : i32
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     memref.dealloc
func.func @memory(%context: !llvm.ptr, %n: index) -> i32 attributes {eq.context} {
  %m = memref.alloc(%n) : memref<?x3xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  memref.store %zero, %m[%c0, %c0] : memref<?x3xf32>
  memref.dealloc %m : memref<?x3xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// Where a kernel is named, the memory is that of its device.
//
// CHECK-LABEL: func.func @on_device
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr, %[[N:[a-z0-9_]+]]: index)
// CHECK:         %[[KERNEL:[a-z0-9_]+]] = llvm.mlir.addressof @kernel : !llvm.ptr
// CHECK:         %[[P:[a-z0-9_]+]] = llvm.call @eqrt_device_alloc(%[[CONTEXT]], %[[KERNEL]], %{{[a-z0-9_]+}})
// CHECK:         llvm.icmp "ne" %[[P]]
llvm.mlir.global internal constant @kernel(0 : i32) : i32
func.func @on_device(%context: !llvm.ptr, %n: index) -> i32 attributes {eq.context} {
  %m = memref.alloc(%n) {eq.device = @kernel} : memref<?x3xf32>
  %size = memref.dim %m, %n : memref<?x3xf32>
  %ok = arith.index_cast %size : index to i32
  return %ok : i32
}

// A failed assertion returns as well, with its text.
//
// CHECK-LABEL: func.func @assertion
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr, %[[FINE:[a-z0-9_]+]]: i1)
// CHECK-NOT:     cf.assert
// CHECK:         cf.cond_br %[[FINE]], ^[[NEXT:bb[0-9]+]], ^[[FAILED:bb[0-9]+]]
// CHECK:       ^[[FAILED]]:
// CHECK:         llvm.call @eqrt_fail
// CHECK:         return
func.func @assertion(%context: !llvm.ptr, %fine: i1) -> i32 attributes {eq.context} {
  cf.assert %fine, "the sizes differ"
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// Left alone: a function without a context has nobody to ask and nobody to tell.
//
// CHECK-LABEL: func.func @without_context
// CHECK:         memref.alloc
// CHECK:         cf.assert
func.func @without_context(%fine: i1) -> memref<3xf32> {
  %m = memref.alloc() : memref<3xf32>
  cf.assert %fine, "stays"
  return %m : memref<3xf32>
}
