// RUN: eq-opt %s --eq-verify-drop-promises | FileCheck %s
// RUN: eq-opt %s --eq-verify-drop-promises --remarks-filter=eq-verify 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Neither overflow nor exactness is promised afterwards.
//
// CHECK-LABEL: func.func @no_promise
// CHECK:         arith.addi %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i32
// CHECK:         arith.muli %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i32
// CHECK:         arith.divsi %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i32
// REMARK: :[[@LINE+4]]:{{[0-9]+}}: remark: [Passed] promise | Category:eq-verify | Remark="'arith.addi' is computed for all numbers: its promises are dropped"
// REMARK: :[[@LINE+4]]:{{[0-9]+}}: remark: [Passed] promise | Category:eq-verify | Remark="'arith.muli' is computed for all numbers: its promises are dropped"
// REMARK: :[[@LINE+4]]:{{[0-9]+}}: remark: [Passed] promise | Category:eq-verify | Remark="'arith.divsi' is computed for all numbers: its promises are dropped"
func.func @no_promise(%x: i32, %y: i32) -> i32 {
  %a = arith.addi %x, %y overflow<nsw> : i32
  %b = arith.muli %a, %y overflow<nsw, nuw> : i32
  %c = arith.divsi %b, %y exact : i32
  return %c : i32
}
