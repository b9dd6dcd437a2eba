// RUN: eq-opt %s --eq-codegen-lower-thread-loops --split-input-file --verify-diagnostics

// What the stage `schedule` refuses cannot be lowered either.
func.func @no_gpu_target(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  // expected-error @+1 {{'eq.loop' op expected the module to have 'eq.gpu_target' where 'schedule' is #eq.thread}}
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<7xf64>
}

// -----

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @sum(%z: tensor<7xf64>, %total: f64, %max: i32) -> f64 {
  // expected-error @+1 {{'eq.loop' op expected no 'sum' operands where 'schedule' is #eq.thread: #eq.serial and #eq.lanes have them}}
  %y, %steps, %sum = eq.loop init(%z : tensor<7xf64>) sum(%total : f64) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64 sum(%z : f64)
  }
  return %sum : f64
}
}

// -----

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @large_state(%z: tensor<7x257xf64>, %max: i32) -> tensor<7x257xf64> {
  // expected-error @+1 {{'eq.loop' op expected states of at most 256 elements where 'schedule' is #eq.thread, but state #0 is 'tensor<257xf64>': #eq.lanes has no such limit}}
  %y, %steps = eq.loop init(%z : tensor<7x257xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: tensor<257xf64>):
    %go = arith.constant true
    eq.next %go, %z : tensor<257xf64>
  }
  return %y : tensor<7x257xf64>
}
}
