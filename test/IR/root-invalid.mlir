// RUN: eq-opt %s --split-input-file --verify-diagnostics

// Each function breaks the constraint of eq.root that it is named after.

func.func @root_c3(%x: f64, %w: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected 'body' to take 2 arguments (one per 'init', 'ins' and 'shared' operand), but got 1}}
  %r, %e, %n, %s = eq.root init(%x : f64) shared(%w : f64) until(max = %max : i32)
      method(#eq.brent) with(low = %x : f64, high = %w : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @root_c4(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected 'body' to yield ('f64'), but got ('f32')}}
  %r, %e, %n, %s = eq.root init(%x : f64) until(max = %max : i32)
      method(#eq.brent) with(low = %x : f64, high = %x : f64) {
  ^bb0(%z: f64):
    %two = arith.constant 2.0 : f32
    // expected-note @+1 {{yielded here}}
    eq.yield %two : f32
  }
  return
}

// -----

func.func @root_c6_max(%x: f64) {
  // expected-error @+1 {{'eq.root' op expected 'until' to give 'max', so that every sample ends}}
  %r, %e, %n, %s = eq.root init(%x : f64) until(abs = %x : f64)
      method(#eq.brent) with(low = %x : f64, high = %x : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @root_c6_rel(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected 'until' to name knobs among abs, max, but got "rel"}}
  %r, %e, %n, %s = eq.root init(%x : f64) until(rel = %x : f64, max = %max : i32)
      method(#eq.brent) with(low = %x : f64, high = %x : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @root_c7(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected 'with' to name knobs among low, high, width, but got "damping"}}
  %r, %e, %n, %s = eq.root init(%x : f64) until(max = %max : i32)
      method(#eq.brent) with(low = %x : f64, high = %x : f64, damping = %x : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @root_c8_method(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected 'method' to solve eq.root, but #eq.picard solves eq.fixed_point}}
  %r, %e, %n, %s = eq.root init(%x : f64) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @root_c8_bracket(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected 'with' to give 'high', an end of the bracket}}
  %r, %e, %n, %s = eq.root init(%x : f64) until(max = %max : i32) method(#eq.brent) with(low = %x : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @root_c8_scalar(%x: tensor<2xf64>, %a: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected one scalar unknown with #eq.brent, but got ('tensor<2xf64>')}}
  %r, %e, %n, %s = eq.root init(%x : tensor<2xf64>) until(max = %max : i32)
      method(#eq.brent) with(low = %a : f64, high = %a : f64) {
  ^bb0(%z: tensor<2xf64>):
    eq.yield %z : tensor<2xf64>
  }
  return
}

// -----

func.func @root_c9(%x: i32, %a: f64, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected every state to be real, but got 'i32'}}
  %r, %e, %n, %s = eq.root init(%x : i32) until(max = %max : i32)
      method(#eq.brent) with(low = %a : f64, high = %a : f64) {
  ^bb0(%z: i32):
    eq.yield %z : i32
  }
  return
}

// -----

func.func @root_c10(%x: f64, %a: f32, %max: i32) {
  // expected-error @+1 {{'eq.root' op expected knob 'low' to be 'f64', but got 'f32'}}
  %r, %e, %n, %s = eq.root init(%x : f64) until(max = %max : i32)
      method(#eq.brent) with(low = %a : f32, high = %x : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}
