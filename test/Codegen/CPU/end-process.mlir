// RUN: eq-opt %s --eq-codegen-return-errors=end-process=true | FileCheck %s

// Where nobody gets a code, control flow stays structured: what has failed is
// recorded, and the runtime does not come back.
//
// CHECK-LABEL: func.func private @body
// CHECK-SAME:    (%[[CONTEXT:[a-z0-9_]+]]: !llvm.ptr, %[[OK:[a-z0-9_]+]]: i1
// CHECK:         scf.if
// CHECK:           %[[MEMORY:.*]] = llvm.call @eqrt_alloc(%[[CONTEXT]],
// CHECK:           %[[THERE:.*]] = llvm.icmp "ne" %[[MEMORY]],
// CHECK:           %[[FAILS:.*]] = arith.xori %[[THERE]],
// CHECK:           scf.if %[[FAILS]] {
// CHECK-NEXT:        llvm.mlir.addressof
// CHECK-NEXT:        llvm.mlir.constant(4 : i32)
// CHECK-NEXT:        llvm.call @eqrt_fail(%[[CONTEXT]],
// CHECK:         %[[FAILS:.*]] = arith.xori %[[OK]],
// CHECK:         scf.if %[[FAILS]] {
// CHECK:           llvm.call @eqrt_fail(%[[CONTEXT]],
// CHECK:         return
// CHECK-NOT:     return
func.func private @body(%context: !llvm.ptr, %ok: i1, %n: index) -> i32 attributes {eq.context} {
  %zero = arith.constant 0 : i32
  %first = arith.constant 0 : index
  %x = arith.constant 1.0 : f64
  scf.if %ok {
    %m = memref.alloc(%n) : memref<?xf64>
    memref.store %x, %m[%first] : memref<?xf64>
  }
  cf.assert %ok, "expected it to be so"
  return %zero : i32
}
