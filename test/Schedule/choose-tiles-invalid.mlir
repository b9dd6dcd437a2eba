// RUN: eq-opt %s --split-input-file --verify-diagnostics --eq-schedule-choose

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @too_much_memory(%z: tensor<?x160xf32>, %w: tensor<160x160xf32>, %max: i32) -> tensor<?x160xf32> {
  // expected-error @+1 {{expected tiles of at most 232448 bytes of shared memory, which a block of sm_90 can have, where 'schedule' is #eq.cta<warps = 5>, but they need 266768: fewer 'samples' need less}}
  %y, %n = eq.loop init(%z : tensor<?x160xf32>) shared(%w : tensor<160x160xf32>) max(%max : i32)
      schedule(#eq.cta<warps = 5>)
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
}

// -----

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @batch_inside(%z: tensor<?xf32>, %max: i32) -> tensor<?xf32> {
  // expected-error @+1 {{expected a loop whose samples can be tiles where 'schedule' is #eq.cta: 'eq.loop' has no form for tiles; #eq.lanes and #eq.serial can run it}}
  %y, %steps = eq.loop init(%z : tensor<?xf32>) max(%max : i32) schedule(#eq.cta)
  step {
  ^bb0(%k: i32, %z: f32):
    %go = arith.constant true
    %two = tensor.splat %z : tensor<2xf32>
    %x, %n = eq.loop init(%two : tensor<2xf32>) max(%k : i32)
    step {
    ^bb0(%k: i32, %x: f32):
      %go = arith.constant true
      eq.next %go, %x : f32
    }
    %zero = arith.constant 0 : index
    %first = tensor.extract %x[%zero] : tensor<2xf32>
    eq.next %go, %first : f32
  }
  return %y : tensor<?xf32>
}
}

// -----

// Two states change places: each would be written where the other is read.

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @swap(%z: tensor<?x3xf32>, %max: i32) -> tensor<?x3xf32> {
  // expected-error @+1 {{expected a loop whose samples can be tiles where 'schedule' is #eq.cta: a state becomes another; #eq.lanes and #eq.serial can run it}}
  %y, %x, %steps = eq.loop init(%z, %z : tensor<?x3xf32>, tensor<?x3xf32>) max(%max : i32) schedule(#eq.cta)
  step {
  ^bb0(%k: i32, %a: tensor<3xf32>, %b: tensor<3xf32>):
    %go = arith.constant true
    eq.next %go, %b, %a : tensor<3xf32>, tensor<3xf32>
  }
  return %y : tensor<?x3xf32>
}
}

// -----

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @swap_inside(%z: tensor<?x3xf32>, %max: i32) -> tensor<?x3xf32> {
  // expected-error @+1 {{expected a loop whose samples can be tiles where 'schedule' is #eq.cta: 'scf.for' has no form for tiles; #eq.lanes and #eq.serial can run it}}
  %y, %steps = eq.loop init(%z : tensor<?x3xf32>) max(%max : i32) schedule(#eq.cta)
  step {
  ^bb0(%k: i32, %z: tensor<3xf32>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %none = arith.constant dense<0.0> : tensor<3xf32>
    %x:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %z, %b = %none) -> (tensor<3xf32>, tensor<3xf32>) {
      scf.yield %b, %a : tensor<3xf32>, tensor<3xf32>
    }
    eq.next %go, %x#1 : tensor<3xf32>
  }
  return %y : tensor<?x3xf32>
}
}

// -----

// A slice whose place is known at run time only.

module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @slice(%z: tensor<?x8xf32>, %max: i32) -> tensor<?x8xf32> {
  // expected-error @+1 {{expected a loop whose samples can be tiles where 'schedule' is #eq.cta: 'tensor.extract_slice' has no form for tiles; #eq.lanes and #eq.serial can run it}}
  %y, %steps = eq.loop init(%z : tensor<?x8xf32>) max(%max : i32) schedule(#eq.cta)
  step {
  ^bb0(%k: i32, %z: tensor<8xf32>):
    %go = arith.constant true
    %at = arith.index_cast %k : i32 to index
    %part = tensor.extract_slice %z[%at] [2] [1] : tensor<8xf32> to tensor<2xf32>
    %y = tensor.insert_slice %part into %z[0] [2] [1] : tensor<2xf32> into tensor<8xf32>
    eq.next %go, %y : tensor<8xf32>
  }
  return %y : tensor<?x8xf32>
}
}
