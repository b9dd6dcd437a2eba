// RUN: eq-opt %s --eq-verify-drop-promises | FileCheck %s

// Neither overflow nor exactness is promised afterwards.
//
// CHECK-LABEL: func.func @no_promise
// CHECK:         arith.addi %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i32
// CHECK:         arith.muli %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i32
// CHECK:         arith.divsi %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i32
func.func @no_promise(%x: i32, %y: i32) -> i32 {
  %a = arith.addi %x, %y overflow<nsw> : i32
  %b = arith.muli %a, %y overflow<nsw, nuw> : i32
  %c = arith.divsi %b, %y exact : i32
  return %c : i32
}
