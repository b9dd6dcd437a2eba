// RUN: eq-opt %s --eq-expand-check --split-input-file --verify-diagnostics

// What a stage promises is checked when it ends. Here: the stage expand.

func.func @problem_is_left(%z: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.fixed_point' op expected to be expanded into 'eq.loop' by now}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return %y : f64
}

// -----

func.func @two_batch_dimensions(%z: tensor<2x3xf64>, %max: i32) -> tensor<2x3xf64> {
  // expected-error @+1 {{'eq.loop' op expected at most one batch dimension by now}}
  %y, %n = eq.loop init(%z : tensor<2x3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<2x3xf64>
}
