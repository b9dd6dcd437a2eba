// RUN: eq-opt %s --canonicalize --cse | FileCheck %s

// A solve has no side effect: unused, it is erased.
//
// CHECK-LABEL: func.func @unused
// CHECK-NEXT:    return
func.func @unused(%z: tensor<?x3xf64>, %tol: f64, %max: i32) {
  %y, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x3xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>):
    %f = math.cos %z : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  return
}

// CHECK-LABEL: func.func @unused_loop
// CHECK-NEXT:    return
func.func @unused_loop(%z: tensor<7xf64>, %max: i32) {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return
}

// CHECK-LABEL: func.func @unused_ode
// CHECK-NEXT:    return
func.func @unused_ode(%y: f64, %t: f64, %max: i32) {
  %y1, %t1, %error, %steps, %rejected, %status = eq.ode init(%y : f64)
      from(%t : f64) to(%t : f64) within(max = %max : i32)
      method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// Two solves that say the same are one.
//
// CHECK-LABEL: func.func @equal
// CHECK:         %[[Y:[a-z0-9_]+]], %{{[a-z0-9_]+}}, %[[N:[a-z0-9_]+]], %{{[a-z0-9_]+}} = eq.fixed_point
// CHECK-NOT:     eq.fixed_point
// CHECK:         return %[[Y]], %[[N]]
func.func @equal(%z: f64, %tol: f64, %max: i32) -> (f64, i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %f = math.cos %z : f64
    eq.yield %f : f64
  }
  %y2, %r2, %n2, %s2 = eq.fixed_point init(%z : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %f = math.cos %z : f64
    eq.yield %f : f64
  }
  return %y, %n2 : f64, i32
}

// Left alone: the same operands under other names are another problem.
//
// CHECK-LABEL: func.func @other_knobs
// CHECK-COUNT-2: eq.fixed_point
func.func @other_knobs(%z: f64, %tol: f64, %max: i32) -> (f64, f64) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %f = math.cos %z : f64
    eq.yield %f : f64
  }
  %y2, %r2, %n2, %s2 = eq.fixed_point init(%z : f64)
      until(rel = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %f = math.cos %z : f64
    eq.yield %f : f64
  }
  return %y, %y2 : f64, f64
}

// Left alone: the bodies differ.
//
// CHECK-LABEL: func.func @other_body
// CHECK-COUNT-2: eq.fixed_point
func.func @other_body(%z: f64, %max: i32) -> (f64, f64) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %f = math.cos %z : f64
    eq.yield %f : f64
  }
  %y2, %r2, %n2, %s2 = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %f = math.sin %z : f64
    eq.yield %f : f64
  }
  return %y, %y2 : f64, f64
}

// Left alone: an unused state takes part in the norm, so it is not dropped, nor
// is what the body computes for it.
//
// CHECK-LABEL: func.func @state_in_the_norm
// CHECK:         eq.fixed_point init(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64, f64)
// CHECK:           math.cos
// CHECK:           math.sin
func.func @state_in_the_norm(%a: f64, %b: f64, %tol: f64, %max: i32) -> f64 {
  %y, %unused, %r, %n, %s = eq.fixed_point init(%a, %b : f64, f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%a: f64, %b: f64):
    %f = math.cos %a : f64
    %g = math.sin %b : f64
    eq.yield %f, %g : f64, f64
  }
  return %y : f64
}

// Inside a body, dead code goes as anywhere, and constants stay inside: the
// region sees its own arguments alone.
//
// CHECK-LABEL: func.func @inside_a_body
// CHECK-NEXT:    eq.fixed_point
// CHECK-NEXT:    ^bb0(%[[Z:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[HALF:[a-z0-9_]+]] = arith.constant 5.000000e-01 : f64
// CHECK-NEXT:      %[[F:[a-z0-9_]+]] = arith.mulf %[[Z]], %[[HALF]] : f64
// CHECK-NEXT:      eq.yield %[[F]] : f64
func.func @inside_a_body(%z: f64, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %unused = math.exp %z : f64
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  return %y : f64
}

// Left alone: a check of eqtest has an effect though it has no result.
//
// CHECK-LABEL: func.func @check_is_kept
// CHECK:         eqtest.status
func.func @check_is_kept(%s: i32) {
  eqtest.status %s, converged
  return
}

// An input that the body does not read is dropped, and one that is given twice is
// given once.
//
// CHECK-LABEL: func.func @inputs
// CHECK:         eq.fixed_point init(%{{[a-z0-9_]+}} : f64) ins(%arg1 : f64) until
// CHECK-NEXT:    ^bb0(%[[Z:[a-z0-9_]+]]: f64, %[[X:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      arith.mulf %[[X]], %[[X]]
func.func @inputs(%z0: f64, %x0: f64, %w0: tensor<4xf64>, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z0 : f64) ins(%x0, %x0 : f64, f64) shared(%w0 : tensor<4xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64, %x2: f64, %w: tensor<4xf64>):
    %p = arith.mulf %x, %x2 : f64
    %f = arith.addf %z, %p : f64
    eq.yield %f : f64
  }
  return %y : f64
}

// The same for a loop, where all regions count: `x` is read by `finish` alone.
//
// CHECK-LABEL: func.func @inputs_of_a_loop
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : f64) ins(%arg1 : f64) max
func.func @inputs_of_a_loop(%z0: f64, %x0: f64, %y0: f64, %max: i32) -> f64 {
  %y, %n = eq.loop init(%z0 : f64) ins(%x0, %y0 : f64, f64) max(%max : i32) start {
  ^bb0(%z: f64, %x: f64, %y: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  } step {
  ^bb0(%k: i32, %z: f64, %x: f64, %y: f64):
    %go = arith.constant true
    %f = math.cos %z : f64
    eq.next %go, %f : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %z: f64, %x: f64, %y: f64):
    %f = arith.addf %z, %x : f64
    eq.yield %f : f64
  }
  return %y : f64
}

// A slot that is never written.
//
// CHECK-LABEL: func.func @never_written
// CHECK-NOT:     eq.record
// CHECK:         eq.next %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64 record(%{{[a-z0-9_]+}} : tensor<4xf64>)
func.func @never_written(%z0: f64, %trace: tensor<4xf64>, %max: i32) -> tensor<4xf64> {
  %y, %n, %t = eq.loop init(%z0 : f64) record(%trace : tensor<4xf64>) max(%max : i32) step {
  ^bb0(%k: i32, %z: f64, %t: tensor<4xf64>):
    %go = arith.constant true
    %never = arith.constant false
    %slot = arith.index_cast %k : i32 to index
    %t1 = eq.record %z, %t[%slot] when %never : f64 into tensor<4xf64>
    eq.next %go, %z : f64 record(%t1 : tensor<4xf64>)
  }
  return %t : tensor<4xf64>
}

// Two sizes that are one value agree; others may not.
//
// CHECK-LABEL: func.func @expect_batch
// CHECK-SAME:    (%[[A:.*]]: index, %[[B:.*]]: index)
// CHECK-NEXT:    eq.expect_batch %[[A]] is %[[B]], "'ins' operand #0"
// CHECK-NEXT:    return
func.func @expect_batch(%a: index, %b: index) {
  eq.expect_batch %a is %b, "'ins' operand #0"
  eq.expect_batch %b is %b, "'ins' operand #1"
  return
}
