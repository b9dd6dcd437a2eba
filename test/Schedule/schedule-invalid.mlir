// RUN: eq-opt %s --eq-schedule --split-input-file --verify-diagnostics

// Lanes have a bit each in one word.
func.func @lanes(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  // expected-error @+1 {{'eq.loop' op expected 'lanes' to be at most 64, but got 128}}
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
      schedule(#eq.lanes<lanes = 128, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<7xf64>
}

// -----

func.func @inner(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    // expected-error @+1 {{'eq.loop' op expected no schedule on a loop inside another, which runs where its parent runs}}
    %x, %n = eq.loop init(%z : f64) max(%k : i32) schedule(#eq.serial)
    step {
    ^bb0(%k: i32, %x: f64):
      %go = arith.constant true
      eq.next %go, %x : f64
    }
    eq.next %go, %x : f64
  }
  return %y : tensor<7xf64>
}

// -----

// PTX is made for a chip, so that the module has to say which.
func.func @no_gpu_target(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  // expected-error @+1 {{'eq.loop' op expected the module to say for which GPU, as 'eq.gpu_target', where 'schedule' is #eq.thread: eq-compile writes it with --target=nvptx, and eq-run with --on=gpu or --on=sim}}
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
func.func @library(%z: tensor<7xf32>, %max: i32) -> tensor<7xf32> {
  // expected-error @+1 {{'eq.loop' op expected a loop whose samples can be threads where 'schedule' is #eq.thread: 'math.asinh' has no form for kernels; #eq.lanes and #eq.serial can run it}}
  %y, %steps = eq.loop init(%z : tensor<7xf32>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f32):
    %go = arith.constant true
    %h = arith.truncf %z : f32 to f16
    %g = math.asinh %h : f16
    %y = arith.extf %g : f16 to f32
    eq.next %go, %y : f32
  }
  return %y : tensor<7xf32>
}
}

// -----

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @large_state(%z: tensor<7x257xf64>, %max: i32) -> tensor<7x257xf64> {
  // expected-error @+1 {{'eq.loop' op expected a loop whose samples can be threads where 'schedule' is #eq.thread: state #0 has more than 256 elements; #eq.lanes and #eq.serial can run it}}
  %y, %steps = eq.loop init(%z : tensor<7x257xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: tensor<257xf64>):
    %go = arith.constant true
    eq.next %go, %z : tensor<257xf64>
  }
  return %y : tensor<7x257xf64>
}
}

// -----

// 120 numbers of two words, and what the kernel's own loop needs.
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @registers(%a: tensor<7x60xf64>, %b: tensor<7x60xf64>, %max: i32) -> (tensor<7x60xf64>, tensor<7x60xf64>) {
  // expected-error-re @+1 {{'eq.loop' op expected a loop whose samples can be threads where 'schedule' is #eq.thread: a sample needs about {{2[6-9][0-9]}} registers, and a thread has 255; #eq.lanes and #eq.serial can run it}}
  %x, %y, %steps = eq.loop init(%a, %b : tensor<7x60xf64>, tensor<7x60xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %a: tensor<60xf64>, %b: tensor<60xf64>):
    %go = arith.constant true
    eq.next %go, %b, %a : tensor<60xf64>, tensor<60xf64>
  }
  return %x, %y : tensor<7x60xf64>, tensor<7x60xf64>
}
}

// -----

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @large_sum(%z: tensor<7xf64>, %x: tensor<7x300xf64>, %max: i32) -> tensor<7xf64> {
  // expected-error @+1 {{'eq.loop' op expected a loop whose samples can be threads where 'schedule' is #eq.thread: 'arith.addf' makes a tensor of more than 256 elements; #eq.lanes and #eq.serial can run it}}
  %y, %steps = eq.loop init(%z : tensor<7xf64>) ins(%x : tensor<7x300xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64, %x: tensor<300xf64>):
    %go = arith.constant true
    %twice = arith.addf %x, %x : tensor<300xf64>
    %i = arith.index_cast %k : i32 to index
    %y = tensor.extract %twice[%i] : tensor<300xf64>
    eq.next %go, %y : f64
  }
  return %y : tensor<7xf64>
}
}
