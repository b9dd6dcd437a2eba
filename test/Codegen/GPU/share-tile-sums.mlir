// RUN: eq-opt %s --eq-codegen-lower-tile-loops --canonicalize --cse | FileCheck %s

// A sum over 16 changes: each of 64 threads makes that of one of 64 samples, in
// order, and all read it. A lane has two samples, side by side.
//
// CHECK-LABEL: gpu.func @change_0
// CHECK:         %[[TID:[a-z0-9_]+]] = nvvm.read.ptx.sreg.tid.x
// CHECK-DAG:     %[[WARP:[a-z0-9_]+]] = arith.index_cast %{{[a-z0-9_]+}} : i32 to index
// CHECK:         scf.while
// CHECK:         ^bb0
// CHECK:           scf.for %{{[a-z0-9_]+}} = %c0 to %c16 step %c4 iter_args({{.*}}) -> (vector<1xf32>)
// CHECK-COUNT-4:     math.fma {{.*}} : vector<1xf32>
// CHECK:           llvm.store %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} {alignment = 4 : i64} : vector<1xi32>, !llvm.ptr<3>
// CHECK-NEXT:      nvvm.barrier0
// CHECK:           llvm.load %{{[a-z0-9_]+}} {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xi32>
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {
func.func @change(%z: tensor<?x16xf32>, %x: tensor<?x16xf32>, %max: i32) -> tensor<?x16xf32> {
  %y, %n = eq.loop init(%z : tensor<?x16xf32>) ins(%x : tensor<?x16xf32>) max(%max : i32)
      schedule(#eq.cta<warps = 2, samples = 2, rows = 4, refill = 3>)
  step {
  ^bb0(%k: i32, %z: tensor<16xf32>, %x: tensor<16xf32>):
    %one = arith.constant 1.0 : f32
    %zero = arith.constant dense<0.0> : tensor<f32>
    %change = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>],
        iterator_types = ["reduction"]
    } ins(%x, %z : tensor<16xf32>, tensor<16xf32>) outs(%zero : tensor<f32>) {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %d = arith.subf %a, %b : f32
      %next = math.fma %d, %d, %sum : f32
      linalg.yield %next : f32
    } -> tensor<f32>
    %r = tensor.extract %change[] : tensor<f32>
    %again = arith.cmpf ogt, %r, %one : f32
    eq.next %again, %x : tensor<16xf32>
  }
  return %y : tensor<?x16xf32>
}

// Left alone: what is added depends on a number that each sample has in
// registers of its own lane.
//
// CHECK-LABEL: gpu.func @scaled_0
// CHECK:         scf.for %{{[a-z0-9_]+}} = %c0 to %c16 step %c4 iter_args({{.*}}) -> (vector<2xf32>)
// CHECK-COUNT-4:   math.fma {{.*}} : vector<2xf32>
func.func @scaled(%z: tensor<?x16xf32>, %x: tensor<?x16xf32>, %scale: tensor<?xf32>, %max: i32) -> tensor<?x16xf32> {
  %y, %n = eq.loop init(%z : tensor<?x16xf32>) ins(%x, %scale : tensor<?x16xf32>, tensor<?xf32>) max(%max : i32)
      schedule(#eq.cta<warps = 2, samples = 2, rows = 4, refill = 3>)
  step {
  ^bb0(%k: i32, %z: tensor<16xf32>, %x: tensor<16xf32>, %scale: f32):
    %one = arith.constant 1.0 : f32
    %zero = arith.constant dense<0.0> : tensor<f32>
    %change = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>],
        iterator_types = ["reduction"]
    } ins(%z : tensor<16xf32>) outs(%zero : tensor<f32>) {
    ^bb0(%a: f32, %sum: f32):
      %next = math.fma %a, %scale, %sum : f32
      linalg.yield %next : f32
    } -> tensor<f32>
    %r = tensor.extract %change[] : tensor<f32>
    %again = arith.cmpf ogt, %r, %one : f32
    eq.next %again, %x : tensor<16xf32>
  }
  return %y : tensor<?x16xf32>
}
}
