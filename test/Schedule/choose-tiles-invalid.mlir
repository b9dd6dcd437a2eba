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
func.func @loop_inside(%z: tensor<?xf32>, %max: i32) -> tensor<?xf32> {
  // expected-error @+1 {{expected a loop whose samples can be tiles where 'schedule' is #eq.cta: 'eq.loop' has no form for tiles; #eq.lanes and #eq.serial can run it}}
  %y, %steps = eq.loop init(%z : tensor<?xf32>) max(%max : i32) schedule(#eq.cta)
  step {
  ^bb0(%k: i32, %z: f32):
    %go = arith.constant true
    %x, %n = eq.loop init(%z : f32) max(%k : i32)
    step {
    ^bb0(%k: i32, %x: f32):
      %go = arith.constant true
      eq.next %go, %x : f32
    }
    eq.next %go, %x : f32
  }
  return %y : tensor<?xf32>
}
}
