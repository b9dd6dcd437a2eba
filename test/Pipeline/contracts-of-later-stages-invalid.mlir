// RUN: eq-opt %s --eq-fuse-check --eq-schedule-check --split-input-file --verify-diagnostics

// What the stages fuse and schedule promise.

func.func @named_op(%w: tensor<2x3xf64>, %z: tensor<3xf64>, %b: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error @+1 {{'linalg.matvec' op expected to be a linalg.generic by now}}
  %y = linalg.matvec ins(%w, %z : tensor<2x3xf64>, tensor<3xf64>) outs(%b : tensor<2xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}

// -----

func.func @fast_math(%x: f64) -> f64 {
  // expected-error @+1 {{'arith.addf' op expected to have no fast-math flag by now}}
  %y = arith.addf %x, %x fastmath<contract> : f64
  return %y : f64
}

// -----

func.func @no_schedule(%z: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.loop' op expected to have a schedule by now}}
  %y, %n = eq.loop init(%z : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : f64
}
