// RUN: eq-opt %s --eq-verify-program --split-input-file --verify-diagnostics

// What a body may not do is said at the operation that does it, with the solve it
// is in. Several in one body are all reported.

func.func @side_effects(%z: f64, %m: memref<4xf64>, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %c0 = arith.constant 0 : index
    // expected-error @+1 {{'memref.alloc' op has side effects, and a body must have none}}
    %buffer = memref.alloc() : memref<4xf64>
    // expected-error @+1 {{'memref.store' op has side effects, and a body must have none}}
    memref.store %z, %buffer[%c0] : memref<4xf64>
    eq.yield %z : f64
  }
  return %y : f64
}

// -----

// A while loop may not end: eq.loop with `max` does.
func.func @unbounded(%z: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    // expected-error @+1 {{'scf.while' op is not bounded, and every loop in a body must be: use 'eq.loop' with 'max'}}
    %w = scf.while (%x = %z) : (f64) -> f64 {
      %one = arith.constant 1.0 : f64
      %above = arith.cmpf ogt, %x, %one : f64
      scf.condition(%above) %x : f64
    } do {
    ^bb0(%x: f64):
      %half = arith.constant 0.5 : f64
      %h = arith.mulf %x, %half : f64
      scf.yield %h : f64
    }
    eq.yield %w : f64
  }
  return %y : f64
}

// -----

func.func @step_from_data(%z: f64, %h: i32, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) shared(%h : i32) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64, %h: i32):
    %c0 = arith.constant 0 : index
    %c9 = arith.constant 9 : index
    %step = arith.index_cast %h : i32 to index
    // expected-error @+1 {{'scf.for' op expected the step of a loop in a body to be a positive constant}}
    %sum = scf.for %i = %c0 to %c9 step %step iter_args(%s = %z) -> (f64) {
      %t = arith.addf %s, %z : f64
      scf.yield %t : f64
    }
    eq.yield %sum : f64
  }
  return %y : f64
}

// -----

func.func @step_0(%z: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %c0 = arith.constant 0 : index
    %c9 = arith.constant 9 : index
    // expected-error @+1 {{'scf.for' op expected the step of a loop in a body to be a positive constant}}
    %sum = scf.for %i = %c0 to %c9 step %c0 iter_args(%s = %z) -> (f64) {
      %t = arith.addf %s, %z : f64
      scf.yield %t : f64
    }
    eq.yield %sum : f64
  }
  return %y : f64
}

// -----

// Nothing is known about a function of elsewhere.
func.func private @elsewhere(f64) -> f64
func.func @external_call(%z: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    // expected-error @+1 {{'func.call' op could not be inlined: a body may call functions that are defined in this module and do not call themselves}}
    %f = func.call @elsewhere(%z) : (f64) -> f64
    eq.yield %f : f64
  }
  return %y : f64
}

// -----

func.func private @itself(%x: f64) -> f64 {
  // expected-error @+1 {{'func.call' op could not be inlined: a program may call functions that are defined in this module and do not call themselves}}
  %y = func.call @itself(%x) : (f64) -> f64
  return %y : f64
}
func.func @recursive_call(%z: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    // expected-error @+1 {{'func.call' op could not be inlined: a body may call functions that are defined in this module and do not call themselves}}
    %f = func.call @itself(%z) : (f64) -> f64
    eq.yield %f : f64
  }
  return %y : f64
}

// -----

// Pure, but not an op that codegen knows.
func.func @unsupported_op(%z: vector<4xf64>, %x: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%x : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    // expected-error @+1 {{'vector.broadcast' op is not an operation that a body may use (see BodyOps in the documents); one of another dialect has to implement BodyOpInterface}}
    %v = vector.broadcast %x : f64 to vector<4xf64>
    eq.yield %x : f64
  }
  return %y : f64
}

// -----

func.func @check_in_a_body(%z: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    // expected-error @+1 {{'eqtest.close' op has side effects, and a body must have none}}
    eqtest.close %z, 0.0 : f64
    eq.yield %z : f64
  }
  return %y : f64
}

// -----

func.func @dynamic_shape(%z: tensor<4xf64>, %max: i32) -> tensor<4xf64> {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4xf64>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<4xf64>):
    // expected-error @+1 {{'tensor.cast' op expected a static shape inside a body}}
    %d = tensor.cast %z : tensor<4xf64> to tensor<?xf64>
    eq.yield %z : tensor<4xf64>
  }
  return %y : tensor<4xf64>
}

// -----

func.func @element_type(%z: f32, %max: i32) -> f32 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f32) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f32):
    // expected-error @+1 {{'arith.truncf' op expected values in a body to be f32, f64, index or integers of 1, 8, 16, 32 or 64 bits, but got 'f16'}}
    %h = arith.truncf %z : f32 to f16
    eq.yield %z : f32
  }
  return %y : f32
}

// -----

// Regions inside regions, and those of eq.loop, are bodies as well.
func.func @in_a_loop(%z: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.loop'}}
  %y, %n = eq.loop init(%z : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %f = scf.if %go -> (f64) {
      // expected-error @+1 {{'memref.alloc' op has side effects, and a body must have none}}
      %buffer = memref.alloc() : memref<4xf64>
      scf.yield %z : f64
    } else {
      scf.yield %z : f64
    }
    eq.next %go, %f : f64
  }
  return %y : f64
}

// -----

// The inner solve is named, not the outer one.
func.func @in_an_inner_solve(%z: f64, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) shared(%max : i32) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64, %max: i32):
    // expected-note @+1 {{in a region of this 'eq.loop'}}
    %f, %m = eq.loop init(%z : f64) max(%max : i32)
    step {
    ^bb0(%k: i32, %z: f64):
      %go = arith.constant true
      // expected-error @+1 {{'memref.alloc' op has side effects, and a body must have none}}
      %buffer = memref.alloc() : memref<4xf64>
      eq.next %go, %z : f64
    }
    eq.yield %f : f64
  }
  return %y : f64
}

// -----

func.func @method_without_a_model(%z: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.fixed_point' op expected 'method' to have a model, but none is registered for #eq.anderson<depth = 5>; this version has one for #eq.picard}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.anderson<depth = 5>) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return %y : f64
}

// -----

func.func @no_tolerance(%y: f64, %t: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.ode' op expected 'within' to give 'abs' or 'rel', by which steps are chosen, or 'with' to give 'step'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return %y1 : f64
}

// -----

func.func @no_estimate(%y: f64, %t: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.ode' op expected the knob 'step', because #eq.runge_kutta<rk4> has no error estimate to choose steps by}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(abs = %y : f64, max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return %y1 : f64
}

// -----

func.func @step_and_control(%y: f64, %t: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.ode' op expected either the knob 'step' or 'control', but got both: a fixed step is not controlled}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<dp5>) control(#eq.pid) with(step = %t : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return %y1 : f64
}

// -----

func.func @step_and_first_step(%y: f64, %t: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.ode' op expected either the knob 'step' or 'first_step', but got both: a fixed step does not change}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<dp5>) with(step = %t : f64, first_step = %t : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return %y1 : f64
}

// -----

// An integration inside a fixed point is looked at, too.
func.func @ode_in_a_body(%z: f64, %max: i32) -> f64 {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) shared(%max : i32) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64, %max: i32):
    // expected-error @+1 {{'eq.ode' op expected 'within' to give 'abs' or 'rel', by which steps are chosen, or 'with' to give 'step'}}
    %y1, %t1, %e, %n, %m, %s = eq.ode init(%z : f64) from(%z : f64) to(%z : f64)
        within(max = %max : i32) method(#eq.runge_kutta<dp5>) {
    ^bb0(%t: f64, %y: f64):
      eq.yield %y : f64
    }
    eq.yield %y1 : f64
  }
  return %y : f64
}

// -----

func.func @solve_in_generate(%z: tensor<2xf64>, %max: i32) {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<2xf64>) shared(%max : i32) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>, %max: i32):
    %f = tensor.generate {
    ^bb0(%i: index):
      %x = tensor.extract %z[%i] : tensor<2xf64>
      // expected-error @+1 {{expected to stand in a body, in 'scf.for' or in 'scf.if', but not in 'tensor.generate'}}
      %q, %ri, %ni, %si = eq.fixed_point init(%x : f64) until(max = %max : i32) method(#eq.picard) {
      ^bb0(%q: f64):
        eq.yield %q : f64
      }
      tensor.yield %q : f64
    } : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return
}

// -----

func.func @calls_itself(%x: f64) -> f64 {
  // expected-error @+1 {{'func.call' op could not be inlined: a program may call functions that are defined in this module and do not call themselves}}
  %y = func.call @calls_itself(%x) : (f64) -> f64
  return %y : f64
}

// -----

// A user's tableau that is not of the order it claims.
func.func @tableau_order(%y: f64, %t: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.ode' op expected 'b' to satisfy sum b_i c_i = 1/2, a condition of order 2, but the sum is 0.25}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<a = [1.0], b = [0.75, 0.25], c = [0.0, 1.0], order = 2>) with(step = %t : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return %y1 : f64
}
