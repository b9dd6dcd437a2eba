// RUN: eq-opt %s --eq-schedule-choose | FileCheck %s
// RUN: eq-opt %s --eq-schedule-choose --remarks-filter=eq-schedule 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {

// The module has a GPU: a batch of small samples is threads. Few registers leave
// room for all threads that a multiprocessor can have.
//
// REMARK: choose-threads.mlir:[[#@LINE+5]]:{{.*}}Remark="#eq.thread: about {{[0-9]+}} registers a thread, {{[0-9]+}} threads at once on a multiprocessor"
//
// CHECK-LABEL: func.func @none_given
// CHECK:         schedule(#eq.thread) step
func.func @none_given(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %y = arith.divf %z, %z : f64
    eq.next %go, %y : f64
  }
  return %y : tensor<7xf64>
}

// What was given is kept, with its block and refill.
//
// REMARK: choose-threads.mlir:[[#@LINE+5]]:{{.*}}Remark="#eq.thread<block = 1024, refill = 2> was given, and is kept: about {{[0-9]+}} registers a thread, {{1024|2048}} threads at once on a multiprocessor"
//
// CHECK-LABEL: func.func @given
// CHECK:         schedule(#eq.thread<block = 1024, refill = 2>) step
func.func @given(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.thread<block = 1024, refill = 2>)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<7xf64>
}

// Left alone: another schedule was given, and the loop runs on the CPU.
//
// REMARK: choose-threads.mlir:[[#@LINE+5]]:{{.*}}#eq.serial was given, and is kept
//
// CHECK-LABEL: func.func @given_for_cpu
// CHECK:         schedule(#eq.serial) step
func.func @given_for_cpu(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<7xf64>
}

// One sample is no batch, whatever the schedule says.
//
// REMARK: choose-threads.mlir:[[#@LINE+5]]:{{.*}}#eq.serial instead of #eq.thread: it has no batch
//
// CHECK-LABEL: func.func @no_batch
// CHECK:         schedule(#eq.serial) step
func.func @no_batch(%z: f64, %max: i32) -> f64 {
  %y, %steps = eq.loop init(%z : f64) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : f64
}

// Sums over samples are the CPU's (separate-sums.mlir).
//
// REMARK: choose-threads.mlir:[[#@LINE+7]]:{{.*}}Remark="#eq.thread: about
// REMARK: choose-threads.mlir:[[#@LINE+6]]:{{.*}}Remark="its sums over samples are added on the CPU, in the same order"
//
// CHECK-LABEL: func.func @sum
// CHECK:         schedule(#eq.thread)
// CHECK:         schedule(#eq.serial)
func.func @sum(%z: tensor<7xf64>, %total: f64, %max: i32) -> f64 {
  %y, %steps, %sum = eq.loop init(%z : tensor<7xf64>) sum(%total : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64 sum(%z : f64)
  }
  return %sum : f64
}

// A state of many elements has no place in registers.
//
// REMARK: choose-threads.mlir:[[#@LINE+6]]:{{.*}}Passed{{.*}}#eq.cta<{{.*}}; not #eq.thread: state #0 has more than {{[0-9]+}} elements
//
// CHECK-LABEL: func.func @large_state
// CHECK-NOT:     #eq.thread
// CHECK:         schedule(#eq.
func.func @large_state(%z: tensor<7x500xf64>, %max: i32) -> tensor<7x500xf64> {
  %y, %steps = eq.loop init(%z : tensor<7x500xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<500xf64>):
    %go = arith.constant true
    eq.next %go, %z : tensor<500xf64>
  }
  return %y : tensor<7x500xf64>
}

// A function of the C library has no form that is the same on a GPU.
//
// REMARK: choose-threads.mlir:[[#@LINE+6]]:{{.*}}Missed{{.*}}on the CPU, not #eq.thread: 'math.asinh' has no form for kernels
//
// CHECK-LABEL: func.func @library
// CHECK-NOT:     #eq.thread
// CHECK:         schedule(#eq.
func.func @library(%z: tensor<7xf32>, %max: i32) -> tensor<7xf32> {
  %y, %steps = eq.loop init(%z : tensor<7xf32>) max(%max : i32)
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

// A remainder is exact, and is a loop in kernels.
//
// CHECK-LABEL: func.func @remainder
// CHECK:         schedule(#eq.thread) step
func.func @remainder(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %y = arith.remf %z, %z : f64
    eq.next %go, %y : f64
  }
  return %y : tensor<7xf64>
}

// Each tensor is small, but all together are too much.
//
// REMARK: choose-threads.mlir:[[#@LINE+6]]:{{.*}}Missed{{.*}}on the CPU, not #eq.thread: a sample needs about {{[0-9]+}} registers, and a thread has {{[0-9]+}}
//
// CHECK-LABEL: func.func @registers
// CHECK-NOT:     #eq.thread
// CHECK:         schedule(#eq.
func.func @registers(%a: tensor<7x60xf64>, %b: tensor<7x60xf64>, %max: i32) -> (tensor<7x60xf64>, tensor<7x60xf64>) {
  %x, %y, %steps = eq.loop init(%a, %b : tensor<7x60xf64>, tensor<7x60xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: tensor<60xf64>, %b: tensor<60xf64>):
    %go = arith.constant true
    eq.next %go, %b, %a : tensor<60xf64>, tensor<60xf64>
  }
  return %x, %y : tensor<7x60xf64>, tensor<7x60xf64>
}

// A large input may be read, but nothing as large made from it.
//
// REMARK: choose-threads.mlir:[[#@LINE+6]]:{{.*}}Missed{{.*}}on the CPU, not #eq.thread: 'arith.addf' makes a tensor of more than 256 elements
//
// CHECK-LABEL: func.func @large_sum
// CHECK-NOT:     #eq.thread
// CHECK:         schedule(#eq.
func.func @large_sum(%z: tensor<7xf64>, %x: tensor<7x300xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) ins(%x : tensor<7x300xf64>) max(%max : i32)
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

// CHECK-LABEL: func.func @large_input
// CHECK:         schedule(#eq.thread)
func.func @large_input(%z: tensor<7xf64>, %x: tensor<7x300xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) ins(%x : tensor<7x300xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %x: tensor<300xf64>):
    %go = arith.constant true
    %i = arith.index_cast %k : i32 to index
    %y = tensor.extract %x[%i] : tensor<300xf64>
    eq.next %go, %y : f64
  }
  return %y : tensor<7xf64>
}

// A product with a matrix of 80 x 80 would be 12800 operations, one by one.
//
// REMARK: choose-threads.mlir:[[#@LINE+6]]:{{.*}}Passed{{.*}}#eq.cta<{{.*}}; not #eq.thread: its code has 12801 operations, and more than 6000 compile for too long
//
// CHECK-LABEL: func.func @long_code
// CHECK-NOT:     #eq.thread
// CHECK:         schedule(#eq.
func.func @long_code(%z: tensor<7x80xf32>, %w: tensor<80x80xf32>, %max: i32) -> tensor<7x80xf32> {
  %y, %steps = eq.loop init(%z : tensor<7x80xf32>) shared(%w : tensor<80x80xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<80xf32>, %w: tensor<80x80xf32>):
    %go = arith.constant true
    %zero = arith.constant dense<0.0> : tensor<80xf32>
    %y = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<80x80xf32>, tensor<80xf32>) outs(%zero : tensor<80xf32>) {
    ^bb0(%wk: f32, %zk: f32, %sum: f32):
      %product = arith.mulf %wk, %zk : f32
      %next = arith.addf %product, %sum : f32
      linalg.yield %next : f32
    } -> tensor<80xf32>
    eq.next %go, %y : tensor<80xf32>
  }
  return %y : tensor<7x80xf32>
}

// Given, it is kept: whoever wants it may wait.
//
// REMARK: choose-threads.mlir:[[#@LINE+5]]:{{.*}}#eq.thread was given, and is kept
//
// CHECK-LABEL: func.func @long_code_given
// CHECK:         schedule(#eq.thread)
func.func @long_code_given(%z: tensor<7x80xf32>, %w: tensor<80x80xf32>, %max: i32) -> tensor<7x80xf32> {
  %y, %steps = eq.loop init(%z : tensor<7x80xf32>) shared(%w : tensor<80x80xf32>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: tensor<80xf32>, %w: tensor<80x80xf32>):
    %go = arith.constant true
    %zero = arith.constant dense<0.0> : tensor<80xf32>
    %y = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<80x80xf32>, tensor<80xf32>) outs(%zero : tensor<80xf32>) {
    ^bb0(%wk: f32, %zk: f32, %sum: f32):
      %product = arith.mulf %wk, %zk : f32
      %next = arith.addf %product, %sum : f32
      linalg.yield %next : f32
    } -> tensor<80xf32>
    eq.next %go, %y : tensor<80xf32>
  }
  return %y : tensor<7x80xf32>
}

}
