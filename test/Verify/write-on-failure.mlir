// RUN: eq-opt %s --eq-verify-write-on-failure | FileCheck %s
// RUN: eq-opt %s --eq-verify-write-on-failure --remarks-filter=eq-verify 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// The body reads only the inner solution: a failure of the inner solve fails the
// evaluation.
//
// CHECK-LABEL: func.func @status_is_not_read
// CHECK-NOT:     on_failure
// CHECK:         eq.fixed_point init(%{{[a-z0-9_]+}} : f64) until
// CHECK:         eq.fixed_point init
// CHECK-SAME:      on_failure({{ ?}}fail)
// REMARK: :[[@LINE+6]]:{{[0-9]+}}: remark: [Passed] on-failure | Category:eq-verify | Remark="on_failure(fail): the body does not read the status"
func.func @status_is_not_read(%z: f64, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %ten = arith.constant 10 : i32
    %x, %q, %m, %t = eq.fixed_point init(%z : f64) until(max = %ten : i32)
        method(#eq.picard) {
    ^bb0(%x: f64):
      %c = math.cos %x : f64
      eq.yield %c : f64
    }
    eq.yield %x : f64
  }
  return %y : f64
}

// The body reads the inner status: it deals with a failure itself.
//
// CHECK-LABEL: func.func @status_is_read
// CHECK:         eq.fixed_point init
// CHECK:         eq.fixed_point init
// CHECK-SAME:      on_failure({{ ?}}ignore)
// REMARK: :[[@LINE+6]]:{{[0-9]+}}: remark: [Passed] on-failure | Category:eq-verify | Remark="on_failure(ignore): the body reads the status"
func.func @status_is_read(%z: f64, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %ten = arith.constant 10 : i32
    %x, %q, %m, %t = eq.fixed_point init(%z : f64) until(max = %ten : i32)
        method(#eq.picard) {
    ^bb0(%x: f64):
      %c = math.cos %x : f64
      eq.yield %c : f64
    }
    %failed = arith.cmpi ne, %t, %ten : i32
    %f = arith.select %failed, %z, %x : f64
    eq.yield %f : f64
  }
  return %y : f64
}

// In a loop an inner solve is an inner solve, too.
//
// CHECK-LABEL: func.func @in_a_loop
// CHECK:         eq.loop
// CHECK:         eq.fixed_point init
// CHECK-SAME:      on_failure({{ ?}}fail)
func.func @in_a_loop(%z: f64, %max: i32) -> f64 {
  %y, %steps = eq.loop init(%z : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %x, %q, %m, %t = eq.fixed_point init(%z : f64) until(max = %k : i32)
        method(#eq.picard) {
    ^bb0(%x: f64):
      %c = math.cos %x : f64
      eq.yield %c : f64
    }
    eq.next %go, %x : f64
  }
  return %y : f64
}

// Left alone: it is written already, whatever the body reads.
//
// CHECK-LABEL: func.func @written_by_hand
// CHECK:         eq.fixed_point init
// CHECK:         eq.fixed_point init
// CHECK-SAME:      on_failure({{ ?}}ignore)
func.func @written_by_hand(%z: f64, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %ten = arith.constant 10 : i32
    %x, %q, %m, %t = eq.fixed_point init(%z : f64) until(max = %ten : i32)
        method(#eq.picard) on_failure(ignore) {
    ^bb0(%x: f64):
      %c = math.cos %x : f64
      eq.yield %c : f64
    }
    eq.yield %x : f64
  }
  return %y : f64
}

// Left alone: an outermost solve has nobody to fail.
//
// CHECK-LABEL: func.func @outermost
// CHECK-NOT:     on_failure
// CHECK:         return
func.func @outermost(%z: f64, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return %y : f64
}
