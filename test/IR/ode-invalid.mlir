// RUN: eq-opt %s --split-input-file --verify-diagnostics

// Each function breaks the constraint of eq.ode that it is named after.

// The custom syntax has no empty `init`, but the generic form can say it.
func.func @ode_c1(%t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'init' to have at least one value}}
  %t1, %e, %n, %m, %s = "eq.ode"(%t, %t, %max) <{
      event_directions = array<i32>, event_keeps = array<i64>,
      method = #eq.runge_kutta<rk4>,
      operandSegmentSizes = array<i32: 0, 0, 0, 1, 1, 0, 0, 1, 0, 0>,
      until_names = [], with_names = [], within_names = ["max"]}> ({
  ^bb0(%t0: f64):
    "eq.yield"() : () -> ()
  }) : (f64, f64, i32) -> (f64, f64, i32, i32, i32)
  return
}

// -----

func.func @ode_c2(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'body' to be one block, but got 0}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  }
  return
}

// -----

func.func @ode_c2_event(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'event' to be one block, but got 0}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  } event(any) {
  }
  return
}

// -----

func.func @ode_c2_two_blocks(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'body' to be one block, but got 2}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    cf.br ^bb1
  ^bb1:
    eq.yield %y : f64
  }
  return
}

// -----

// The time is an argument even where the body does not use it.
func.func @ode_c3(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'body' to take 2 arguments (the time, then one per 'init', 'ins' and 'shared' operand), but got 1}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c3_event(%y: f64, %x: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'event' to take 3 arguments (the time, then one per 'init', 'ins' and 'shared' operand), but got 2}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) ins(%x : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64, %x: f64):
    eq.yield %y : f64
  } event(any) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c3_apply(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'apply' to take ('f64', 'f64'), as the body does, but got ('f64', 'f32')}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  } event(any) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  } apply {
  ^bb0(%t: f64, %y: f32):
    %go = arith.constant true
    eq.yield %go, %t : i1, f64
  }
  return
}

// -----

func.func @ode_c4(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'body' to yield ('f64'), but got ('f64', 'f64')}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    // expected-note @+1 {{yielded here}}
    eq.yield %y, %t : f64, f64
  }
  return
}

// -----

func.func @ode_c5_first(%y: tensor<3xf64>, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'init' operand #0 to be batch dimensions followed by its argument's type 'f32', but got 'tensor<3xf64>'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : tensor<3xf64>) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f32):
    eq.yield %y : f32
  }
  return
}

// -----

func.func @ode_c5_init(%y: tensor<3xf64>, %v: tensor<4xf64>, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'init' operand #1 to be the batch dimensions [3] followed by its argument's type 'f64', which is 'tensor<3xf64>', but got 'tensor<4xf64>'}}
  %y1, %v1, %t1, %e, %n, %m, %s = eq.ode init(%y, %v : tensor<3xf64>, tensor<4xf64>)
      from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64, %v: f64):
    eq.yield %v, %y : f64, f64
  }
  return
}

// -----

func.func @ode_c5_shared(%y: f64, %w: f32, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'shared' operand #0 to have its argument's type 'f64', but got 'f32'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) shared(%w : f32) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64, %w: f64):
    eq.yield %w : f64
  }
  return
}

// -----

func.func @ode_c6_unknown(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'within' to name knobs among abs, rel, max, bound, but got "damping"}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32, damping = %t : f64) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c6_repeated(%y: f64, %t: f64, %max: i32) {
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
  // expected-error @+1 {{expected knob 'max' to be given once}}
      within(max = %max : i32, max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c6_without_max(%y: f64, %t: f64) {
  // expected-error @+1 {{'eq.ode' op expected 'within' to give 'max', so that every sample ends}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(abs = %t : f64) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c7(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'with' to name knobs among step, first_step, but got "safety"}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<dp5>) with(safety = %t : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

// The controller's knobs are known where there is a controller.
func.func @ode_c7_control(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'with' to name knobs among step, first_step, pcoeff, icoeff, dcoeff, safety, factor_min, factor_max, but got "damping"}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<dp5>) control(#eq.pid)
      with(safety = %t : f64, damping = %t : f64) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c8(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'method' to solve eq.ode, but #eq.picard solves eq.fixed_point}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.picard) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c9_integer(%y: i32, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected every state to be real, but got 'i32'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : i32) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: i32):
    eq.yield %y : i32
  }
  return
}

// -----

func.func @ode_c9_dynamic(%y: tensor<?xf64>, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected argument #1 of 'body' to have a static shape inside a region, but got 'tensor<?xf64>'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : tensor<?xf64>) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: tensor<?xf64>):
    eq.yield %y : tensor<?xf64>
  }
  return
}

// -----

func.func @ode_c10(%y: tensor<3xf64>, %scale: tensor<4xf64>, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'scale' operand #0 to be 'f64', 'tensor<3xf64>' or, per sample, 'tensor<3xf64>', but got 'tensor<4xf64>'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : tensor<3xf64>) from(%t : f64) to(%t : f64)
      scale(%scale : tensor<4xf64>)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: tensor<3xf64>):
    eq.yield %y : tensor<3xf64>
  }
  return
}

// -----

func.func @ode_c11_from(%y: tensor<3xf32>, %t: f32, %t1: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected knob 'from' to be 'f64' or, per sample, 'tensor<3xf64>', but got 'f32'}}
  %y1, %t2, %e, %n, %m, %s = eq.ode init(%y : tensor<3xf32>) from(%t : f32) to(%t1 : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f32):
    eq.yield %y : f32
  }
  return
}

// -----

// Tolerances have the type of the states, step sizes that of the time.
func.func @ode_c11_abs(%y: f32, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected knob 'abs' to be 'f32', but got 'f64'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f32) from(%t : f64) to(%t : f64)
      within(abs = %t : f64, max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f32):
    eq.yield %y : f32
  }
  return
}

// -----

func.func @ode_c11_step(%y: f32, %t: f64, %h: f32, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected knob 'step' to be 'f64', but got 'f32'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f32) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) with(step = %h : f32) {
  ^bb0(%t: f64, %y: f32):
    eq.yield %y : f32
  }
  return
}

// -----

func.func @ode_c12(%y: tensor<6x3xf32>, %t: f64, %times: tensor<5x4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'save' to be a rank-1 tensor of 'f64' or, per sample, one with the batch dimensions [6] in front, but got 'tensor<5x4xf64>'}}
  %y1, %ys, %t1, %e, %n, %m, %s = eq.ode init(%y : tensor<6x3xf32>) from(%t : f64) to(%t : f64)
      save(%times : tensor<5x4xf64>)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: tensor<3xf32>):
    eq.yield %y : tensor<3xf32>
  }
  return
}

// -----

func.func @ode_c12_type(%y: f64, %t: f64, %times: tensor<4xf32>, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'save' to be a rank-1 tensor of 'f64' or, per sample, one with the batch dimensions [] in front, but got 'tensor<4xf32>'}}
  %y1, %ys, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      save(%times : tensor<4xf32>)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c13_event(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'event' to yield one real number, but got ('i1')}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  } event(rising) {
  ^bb0(%t: f64, %y: f64):
    %up = arith.cmpf ogt, %y, %t : f64
    eq.yield %up : i1
  }
  return
}

// -----

func.func @ode_c13_apply(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'apply' to yield ('i1', 'f64'), but got ('f64')}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  } event(rising) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  } apply {
  ^bb0(%t: f64, %y: f64):
    // expected-note @+1 {{yielded here}}
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c13_keep(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'keep' to be at least 1, but got -1}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  } event(rising, keep = -1) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

// `keep = 0` is not a way to say that no times are wanted: leave it out.
func.func @ode_c13_keep_0(%y: f64, %t: f64, %max: i32) {
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  // expected-error @+1 {{expected 'keep' to be at least 1, but got 0}}
  } event(rising, keep = 0) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c14(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'adjoint' to be defined for eq.ode, but got #eq.implicit}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) adjoint(#eq.implicit) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @unknown_direction(%y: f64, %t: f64, %max: i32) {
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  // expected-error @+1 {{expected event direction to be 'rising', 'falling' or 'any', but got 'up'}}
  } event(up) {
  ^bb0(%t: f64, %y: f64):
    eq.yield %y : f64
  }
  return
}

// -----

func.func @ode_c6_until(%y: f64, %t: f64, %max: i32) {
  // expected-error @+1 {{'eq.ode' op expected 'until' to name knobs among abs, rel, but got "max"}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) until(max = %max : i32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t0: f64, %y0: f64):
    eq.yield %y0 : f64
  }
  return
}

// -----

func.func @ode_c11_until(%y: f64, %t: f64, %max: i32, %tol: f32) {
  // expected-error @+1 {{'eq.ode' op expected knob 'abs' to be 'f64', but got 'f32'}}
  %y1, %t1, %e, %n, %m, %s = eq.ode init(%y : f64) from(%t : f64) to(%t : f64)
      within(max = %max : i32) until(abs = %tol : f32) method(#eq.runge_kutta<rk4>) {
  ^bb0(%t0: f64, %y0: f64):
    eq.yield %y0 : f64
  }
  return
}
