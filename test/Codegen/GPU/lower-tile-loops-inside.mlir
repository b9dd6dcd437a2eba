// RUN: eq-opt %s --eq-codegen-lower-tile-loops --canonicalize --cse | FileCheck %s

// Samples take turns of their own: all threads of the block turn as long as one
// wants to, which a vote says, and the others keep what they had. What the loop
// carries has memory, written at the end of each turn, between two barriers.
//
// CHECK-LABEL: gpu.func @turns_0
// CHECK:         scf.condition
// CHECK:       } do {
// CHECK:         vector.broadcast %{{[a-z0-9_]+}} : i1 to vector<2xi1>
// CHECK-NEXT:    %[[GOING:[a-z0-9_]+]] = arith.andi
// CHECK:         scf.for
// CHECK:           arith.select %[[GOING]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : vector<2xi1>, vector<2xf32>
// CHECK:         nvvm.barrier0
// CHECK:         scf.while
// CHECK:           %[[BELOW:[a-z0-9_]+]] = arith.cmpi slt, %{{[a-z0-9_]+}}, %[[END:[a-z0-9_]+]] : vector<2xindex>
// CHECK:           arith.andi %[[GOING]], %[[BELOW]] : vector<2xi1>
// CHECK:           %[[ANY:[a-z0-9_]+]] = nvvm.vote.sync {{ ?}}any %{{[a-z0-9_, %-]+}} {eq.same_in_block}
// CHECK:           scf.condition(%[[ANY]])
// CHECK:         } do {
// CHECK:           %[[BELOW:[a-z0-9_]+]] = arith.cmpi slt, %{{[a-z0-9_]+}}, %[[END]] : vector<2xindex>
// CHECK:           %[[ACTIVE:[a-z0-9_]+]] = arith.andi %[[GOING]], %[[BELOW]] : vector<2xi1>
// CHECK-COUNT-4:   math.fma
// CHECK-COUNT-4:   llvm.store %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} {alignment = 8 : i64} : vector<2xf32>, !llvm.ptr<3>
// CHECK:           nvvm.barrier0
// CHECK:           scf.for
// CHECK:             arith.select %[[ACTIVE]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : vector<2xi1>, vector<2xf32>
// CHECK:           nvvm.barrier0
// CHECK:           scf.yield
//
// The record: in the memory of all samples, by those that have such a slot.
// CHECK:         %[[SLOT:[a-z0-9_]+]] = arith.cmpi ult, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : vector<2xindex>
// CHECK:         %[[WRITES:[a-z0-9_]+]] = arith.andi %[[SLOT]], %[[GOING]] : vector<2xi1>
// CHECK:         scf.for
// CHECK:           %[[FIRST:[a-z0-9_]+]] = vector.extract %[[WRITES]][0]
// CHECK:           scf.if %[[FIRST]] {
// CHECK:             llvm.store %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f32, !llvm.ptr
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @turns(%z: tensor<?x8xf32>, %n: tensor<?xi32>, %seen: tensor<?x4x8xf32>, %max: i32) -> (tensor<?x8xf32>, tensor<?x4x8xf32>) {
  %y, %steps, %record = eq.loop init(%z : tensor<?x8xf32>) ins(%n : tensor<?xi32>) record(%seen : tensor<?x4x8xf32>)
      max(%max : i32) schedule(#eq.cta<warps = 2, samples = 2, rows = 4, refill = 3>)
  step {
  ^bb0(%k: i32, %z: tensor<8xf32>, %n: i32, %seen: tensor<4x8xf32>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %end = arith.index_cast %n : i32 to index
    %x = scf.for %i = %c0 to %end step %c1 iter_args(%a = %z) -> (tensor<8xf32>) {
      %empty = tensor.empty() : tensor<8xf32>
      %next = linalg.generic {
          indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (7 - i)>, affine_map<(i) -> (i)>],
          iterator_types = ["parallel"]
      } ins(%a, %a : tensor<8xf32>, tensor<8xf32>) outs(%empty : tensor<8xf32>) {
      ^bb0(%p: f32, %q: f32, %old: f32):
        %sum = math.fma %p, %q, %p : f32
        linalg.yield %sum : f32
      } -> tensor<8xf32>
      scf.yield %next : tensor<8xf32>
    }
    %slot = arith.index_cast %k : i32 to index
    %written = eq.record %x, %seen[%slot] when %go : tensor<8xf32> into tensor<4x8xf32>
    eq.next %go, %x : tensor<8xf32> record(%written : tensor<4x8xf32>)
  }
  return %y, %record : tensor<?x8xf32>, tensor<?x4x8xf32>
}
}
