// RUN: eq-opt %s --eq-codegen-lower-checks | FileCheck %s

// Each check is a call with its place in the source, a description of both sides
// and its limits; -1 is a limit that was not given.
//
// CHECK:       "{{.*}}lower-checks.mlir:[[#@LINE+15]]:3\00"
// CHECK-LABEL: func.func @checks
// CHECK-NOT:     eqtest.
// CHECK:         llvm.call @eqtest_compare
// CHECK:         llvm.call @eqtest_compare
// CHECK:         llvm.call @eqtest_compare
// CHECK:         llvm.call @eqtest_status
// CHECK:         llvm.call @eqrt_report(%[[CONTEXT:[a-z0-9_]+]],
// CHECK-NOT:     eqtest.
// CHECK-NOT:     eq.report
// CHECK:         return
func.func @checks(%context: !llvm.ptr, %x: f64, %v: tensor<2xf32>, %s: tensor<?xi32>, %r: tensor<?xf64>) -> i32
    attributes {eq.context} {
  eqtest.close %x, 0.5 : f64, ulps = 19
  eqtest.near %v, %v : tensor<2xf32>, rel = 1.0e-6
  eqtest.equal_bits %v, %v : tensor<2xf32>
  eqtest.status %s, converged : tensor<?xi32>
  eq.report "solve", %s, %r, %s : tensor<?xi32>, tensor<?xf64>, tensor<?xi32>
  %zero = arith.constant 0 : i32
  return %zero : i32
}
