// RUN: eq-opt %s --eq-schedule-choose | FileCheck %s
// RUN: eq-opt %s --eq-schedule-choose --remarks-filter=eq-schedule 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {

// A shared matrix that is no parameter of a kernel, and a state for which tiles fit.
//
// CHECK-LABEL: func.func @product
// CHECK:         schedule(#eq.cta)
// REMARK:      #eq.cta: 82448 bytes of shared memory and 128 threads a block, 2 blocks at once on a multiprocessor; not #eq.thread: every thread would read 4096 numbers of a shared tensor in each step
func.func @product(%z: tensor<?x64xf32>, %w: tensor<64x64xf32>, %max: i32) -> tensor<?x64xf32> {
  %y, %n = eq.loop init(%z : tensor<?x64xf32>) shared(%w : tensor<64x64xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<64xf32>, %w: tensor<64x64xf32>):
    %go = arith.constant true
    %zero = arith.constant dense<0.0> : tensor<64xf32>
    %wz = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%zero : tensor<64xf32>) {
    ^bb0(%wik: f32, %zk: f32, %sum: f32):
      %next = math.fma %wik, %zk, %sum : f32
      linalg.yield %next : f32
    } -> tensor<64xf32>
    eq.next %go, %wz : tensor<64xf32>
  }
  return %y : tensor<?x64xf32>
}

// Half of the samples, so that they fit.
//
// CHECK-LABEL: func.func @wide
// CHECK:         schedule(#eq.cta<warps = 5, samples = 2, refill = 8>)
// REMARK:      #eq.cta<warps = 5, samples = 2, refill = 8>: {{[0-9]+}} bytes of shared memory and 160 threads a block, 1 block at once
func.func @wide(%z: tensor<?x160xf32>, %w: tensor<160x160xf32>, %max: i32) -> tensor<?x160xf32> {
  %y, %n = eq.loop init(%z : tensor<?x160xf32>) shared(%w : tensor<160x160xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<160xf32>, %w: tensor<160x160xf32>):
    %go = arith.constant true
    %zero = arith.constant dense<0.0> : tensor<160xf32>
    %wz = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<160x160xf32>, tensor<160xf32>) outs(%zero : tensor<160xf32>) {
    ^bb0(%wik: f32, %zk: f32, %sum: f32):
      %next = math.fma %wik, %zk, %sum : f32
      linalg.yield %next : f32
    } -> tensor<160xf32>
    eq.next %go, %wz : tensor<160xf32>
  }
  return %y : tensor<?x160xf32>
}

// A matrix that is larger than the shared memory.
//
// CHECK-LABEL: func.func @too_wide
// CHECK:         schedule(#eq.{{lanes|serial}}
// REMARK:      on the CPU, not #eq.thread: {{.*}}; not #eq.cta: its tiles do not fit in 232448 bytes of shared memory
func.func @too_wide(%z: tensor<?x256xf32>, %w: tensor<256x256xf32>, %max: i32) -> tensor<?x256xf32> {
  %y, %n = eq.loop init(%z : tensor<?x256xf32>) shared(%w : tensor<256x256xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<256xf32>, %w: tensor<256x256xf32>):
    %go = arith.constant true
    %zero = arith.constant dense<0.0> : tensor<256xf32>
    %wz = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<256x256xf32>, tensor<256xf32>) outs(%zero : tensor<256xf32>) {
    ^bb0(%wik: f32, %zk: f32, %sum: f32):
      %next = math.fma %wik, %zk, %sum : f32
      linalg.yield %next : f32
    } -> tensor<256xf32>
    eq.next %go, %wz : tensor<256xf32>
  }
  return %y : tensor<?x256xf32>
}

// A given schedule is kept.
//
// CHECK-LABEL: func.func @given
// CHECK:         schedule(#eq.cta<warps = 2, samples = 1, rows = 8, refill = 1>)
// REMARK:      #eq.cta<warps = 2, samples = 1, rows = 8, refill = 1> was given, and is kept: 2448 bytes of shared memory and 64 threads a block
func.func @given(%z: tensor<?x8xf32>, %w: tensor<8x8xf32>, %max: i32) -> tensor<?x8xf32> {
  %y, %n = eq.loop init(%z : tensor<?x8xf32>) shared(%w : tensor<8x8xf32>) max(%max : i32)
      schedule(#eq.cta<warps = 2, samples = 1, rows = 8, refill = 1>)
  step {
  ^bb0(%k: i32, %z: tensor<8xf32>, %w: tensor<8x8xf32>):
    %go = arith.constant true
    %zero = arith.constant dense<0.0> : tensor<8xf32>
    %wz = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<8x8xf32>, tensor<8xf32>) outs(%zero : tensor<8xf32>) {
    ^bb0(%wik: f32, %zk: f32, %sum: f32):
      %next = math.fma %wik, %zk, %sum : f32
      linalg.yield %next : f32
    } -> tensor<8xf32>
    eq.next %go, %wz : tensor<8xf32>
  }
  return %y : tensor<?x8xf32>
}

// What fuse has moved out of a solve is computed where the solve is: this one
// is on the CPU, by its schedule.
//
// CHECK-LABEL: func.func @prologue
// CHECK:         schedule(#eq.{{lanes|serial}}
// CHECK:         schedule(#eq.serial)
// REMARK:      on the CPU, where all loops are that read its results
func.func @prologue(%z: tensor<?xf64>, %max: i32) -> tensor<?xf64> {
  %one = arith.constant 1 : i32
  %b, %n = eq.loop init(%z : tensor<?xf64>) max(%one : i32)
  step {
  ^bb0(%k: i32, %v: f64):
    %go = arith.constant true
    %root = math.sqrt %v : f64
    eq.next %go, %root : f64
  }
  %y, %m = eq.loop init(%z : tensor<?xf64>) ins(%b : tensor<?xf64>) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %v: f64, %w: f64):
    %go = arith.constant true
    %next = arith.addf %v, %w : f64
    eq.next %go, %next : f64
  }
  return %y : tensor<?xf64>
}
}
