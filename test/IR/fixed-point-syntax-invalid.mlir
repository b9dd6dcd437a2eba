// RUN: eq-opt %s --split-input-file --verify-diagnostics

// What the parser refuses, before any constraint is looked at.

// A region sees its own arguments alone.
func.func @outer_value(%z: f64, %x: f64, %max: i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    // expected-error @+1 {{'arith.addf' uses a value that is not defined in its region, which sees its own arguments alone: pass outer values by 'ins' or 'shared'}}
    %f = arith.addf %z, %x : f64
    eq.yield %f : f64
  }
  return
}

// -----

// The same in the generic form, where names do not end at the region.
func.func @outer_value_generic(%z: f64, %x: f64, %max: i32) {
  // expected-note @+1 {{required by region isolation constraints}}
  %y, %r, %n, %s = "eq.fixed_point"(%z, %max) <{
      method = #eq.picard, operandSegmentSizes = array<i32: 1, 0, 0, 0, 1, 0>,
      until_names = ["max"], with_names = []}> ({
  ^bb0(%y: f64):
    // expected-error @+1 {{'arith.addf' op using value defined outside the region}}
    %f = "arith.addf"(%y, %x) : (f64, f64) -> f64
    "eq.yield"(%f) : (f64) -> ()
  }) : (f64, i32) -> (f64, f64, i32, i32)
  return
}

// -----

func.func @unknown_method(%z: f64, %max: i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
  // expected-error @+1 {{unknown attribute `newtonian` in dialect `eq`}}
      method(#eq.newtonian) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

// A schedule is no method.
func.func @not_a_method(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op attribute 'method' failed to satisfy constraint: a method such as #eq.picard}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.serial) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @control_of_a_fixed_point(%z: f64, %max: i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
  // expected-error @+1 {{expected no 'control': only integrations have a step size}}
      method(#eq.picard) control(#eq.pid) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @unknown_norm(%z: f64, %max: i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
  // expected-error @+1 {{expected 'norm' to be max, rms or l2, but got 'l1'}}
      norm(l1) method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @clause_out_of_order(%z: f64, %w: f64, %max: i32) {
  // expected-error @+1 {{expected 'method'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32) shared(%w : f64)
      method(#eq.picard) {
  ^bb0(%z: f64, %w: f64):
    eq.yield %z : f64
  }
  return
}
