// RUN: eq-opt %s --eq-codegen-lower-tile-loops --canonicalize --cse | FileCheck %s
// RUN: eq-opt %s --eq-codegen-lower-tile-loops --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Two samples in each lane of two warps, and four rows of the product in each warp.
// Threads, samples, chunk and bytes: 16 and 4 x 64 for messages, 256 for the
// weights, and three tensors of 8 x 64 numbers: state, input, new state.
//
// CHECK:         llvm.mlir.constant(64 : i32)
// CHECK:         llvm.mlir.constant(6672 : i32)
// CHECK-LABEL: func.func @model
// CHECK:         llvm.call @eqrt_launch
//
// CHECK:       llvm.mlir.global external @eq_shared() {addr_space = 3 : i32, alignment = 16 : i64}
// CHECK:       gpu.func @model_0({{.*}}) kernel
// CHECK-SAME:      known_block_size = array<i32: 64, 1, 1>
// CHECK:         %[[TID:[a-z0-9_]+]] = nvvm.read.ptx.sreg.tid.x
// CHECK:         %[[LANEID:[a-z0-9_]+]] = nvvm.read.ptx.sreg.laneid
// CHECK-DAG:     %[[WARP:[a-z0-9_]+]] = arith.index_cast %{{[a-z0-9_]+}} : i32 to index
// CHECK-DAG:     %[[LANE:[a-z0-9_]+]] = arith.index_cast %[[LANEID]] : i32 to index
//
// The weights are copied once, by all threads.
// CHECK:         scf.for %{{[a-z0-9_]+}} = %{{[a-z0-9_]+}} to %c64 step %c64
//
// CHECK:         scf.while
// CHECK-COUNT-2:   nvvm.vote.sync {{ ?}}ballot
//
// Places change hands: one thread asks for samples, all hear of it.
// CHECK:           scf.if
// CHECK:             nvvm.barrier0
// CHECK:             llvm.atomicrmw add %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} monotonic
// CHECK:             nvvm.barrier0
// CHECK:             nvvm.vote.sync {{ ?}}any
// CHECK:             nvvm.shfl.sync {{ ?}}idx
// CHECK:             nvvm.barrier0
// CHECK:           nvvm.vote.sync {{ ?}}any
// CHECK:           scf.condition
//
// The step: sums in registers start with the input; four steps of a sum in a turn.
// CHECK:           %[[FIRST:[a-z0-9_]+]] = arith.muli %[[WARP]], %c4
// CHECK:           %[[SUMS:[a-z0-9_]+]]:4 = scf.for %{{[a-z0-9_]+}} = %c0 to %c8 step %c4
// CHECK:             %[[ROW:[a-z0-9_]+]] = llvm.load %{{[a-z0-9_]+}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
// CHECK:             %[[W:[a-z0-9_]+]] = vector.extract %[[ROW]][0]
// CHECK:             %[[Z:[a-z0-9_]+]] = llvm.load %{{[a-z0-9_]+}} {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xf32>
// CHECK:             %[[WS:[a-z0-9_]+]] = vector.broadcast %[[W]] : f32 to vector<2xf32>
// CHECK:             math.fma %[[WS]], %[[Z]], %{{[a-z0-9_]+}} : vector<2xf32>
// CHECK-COUNT-15:    math.fma
// CHECK:             scf.yield
// CHECK:           arith.negf %[[SUMS]]#0
// CHECK-COUNT-4:   llvm.store
//
// Every thread adds the changes of its samples in their order.
// CHECK:           nvvm.barrier0
// CHECK:           scf.for %{{[a-z0-9_]+}} = %c0 to %c8 step %c4 iter_args
// CHECK-COUNT-4:     math.fma
// CHECK:             scf.yield
//
// Who goes on keeps the new state.
// CHECK:           nvvm.barrier0
// CHECK:           scf.for %{{[a-z0-9_]+}} = %[[WARP]] to %c8 step %c2
// CHECK:             arith.select %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : vector<2xi1>, vector<2xf32>
// CHECK:             llvm.store
// CHECK:           nvvm.barrier0
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
// REMARK: :[[@LINE+3]]:{{[0-9]+}}: remark: [Passed] kernel | Category:eq-codegen | Remark="one kernel runs the whole solve, for sm_90"
func.func @model(%z: tensor<?x8xf32>, %x: tensor<?x8xf32>, %w: tensor<8x8xf32>, %max: i32)
    -> (tensor<?x8xf32>, tensor<?xi32>) {
  %y, %n = eq.loop init(%z : tensor<?x8xf32>) ins(%x : tensor<?x8xf32>) shared(%w : tensor<8x8xf32>) max(%max : i32)
      schedule(#eq.cta<warps = 2, samples = 2, rows = 4, refill = 3>)
  step {
  ^bb0(%k: i32, %z: tensor<8xf32>, %x: tensor<8xf32>, %w: tensor<8x8xf32>):
    %one = arith.constant 1.0 : f32
    %zero = arith.constant dense<0.0> : tensor<f32>
    %wz = linalg.generic {
        indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<8x8xf32>, tensor<8xf32>) outs(%x : tensor<8xf32>) {
    ^bb0(%wik: f32, %zk: f32, %sum: f32):
      %next = math.fma %wik, %zk, %sum : f32
      linalg.yield %next : f32
    } -> tensor<8xf32>
    %empty = tensor.empty() : tensor<8xf32>
    %f = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
        iterator_types = ["parallel"]
    } ins(%wz : tensor<8xf32>) outs(%empty : tensor<8xf32>) {
    ^bb0(%a: f32, %unused: f32):
      %b = arith.negf %a : f32
      linalg.yield %b : f32
    } -> tensor<8xf32>
    %change = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>],
        iterator_types = ["reduction"]
    } ins(%f, %z : tensor<8xf32>, tensor<8xf32>) outs(%zero : tensor<f32>) {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %d = arith.subf %a, %b : f32
      %next = math.fma %d, %d, %sum : f32
      linalg.yield %next : f32
    } -> tensor<f32>
    %r = tensor.extract %change[] : tensor<f32>
    %again = arith.cmpf ogt, %r, %one : f32
    eq.next %again, %f : tensor<8xf32>
  }
  return %y, %n : tensor<?x8xf32>, tensor<?xi32>
}
}
