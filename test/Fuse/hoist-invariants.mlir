// RUN: eq-opt %s --eq-fuse-hoist-invariants --canonicalize | FileCheck %s
// RUN: eq-opt %s --eq-fuse-hoist-invariants --remarks-filter=eq-fuse 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARK

// U x + b is computed by a loop of one step; W z accumulates onto it.
//
// REMARK: hoist | Category:eq-fuse | Remark="linalg.generic giving tensor<6xf32>, computed once per sample, in a loop before: 60 operations per step less, 24 bytes per sample
//
// CHECK-LABEL: func.func @product_with_an_input
// CHECK-SAME:    (%[[Z:.*]]: tensor<?x6xf32>, %[[X:.*]]: tensor<?x5xf32>, %[[W:.*]]: tensor<6x6xf32>, %[[U:.*]]: tensor<6x5xf32>, %[[B:.*]]: tensor<6xf32>,
// CHECK:         %[[ONE:.*]] = arith.constant 1 : i32
// CHECK:         %[[UX:.*]], %{{.*}} = eq.loop init(%[[Z]] :
// CHECK-SAME:        ins(%[[X]] : tensor<?x5xf32>) shared(%[[U]], %[[B]] : tensor<6x5xf32>, tensor<6xf32>) max(%[[ONE]] : i32) start
// CHECK:           eq.next %true, %{{.*}} : tensor<6xf32>
// CHECK:         step {
// CHECK:           %[[SUM:.*]] = linalg.generic
// CHECK:           eq.next %false, %[[SUM]] : tensor<6xf32>
// CHECK:         eq.loop init(%[[Z]] : tensor<?x6xf32>) ins(%[[UX]] : tensor<?x6xf32>) shared(%[[W]] : tensor<6x6xf32>) max(
// CHECK:         ^bb0(%{{.*}}: i32, %[[STATE:.*]]: tensor<6xf32>, %[[SUM:.*]]: tensor<6xf32>, %[[MATRIX:.*]]: tensor<6x6xf32>):
// CHECK:           linalg.generic {{.*}} ins(%[[MATRIX]], %[[STATE]] : tensor<6x6xf32>, tensor<6xf32>) outs(%[[SUM]] : tensor<6xf32>)
// CHECK-NOT:       linalg.generic
// CHECK:         return
#row = affine_map<(i, k) -> (i, k)>
#column = affine_map<(i, k) -> (k)>
#sum = affine_map<(i, k) -> (i)>
func.func @product_with_an_input(%z: tensor<?x6xf32>, %x: tensor<?x5xf32>, %w: tensor<6x6xf32>,
    %u: tensor<6x5xf32>, %b: tensor<6xf32>, %max: i32) -> tensor<?x6xf32> {
  %y, %steps = eq.loop init(%z : tensor<?x6xf32>) ins(%x : tensor<?x5xf32>)
      shared(%w, %u, %b : tensor<6x6xf32>, tensor<6x5xf32>, tensor<6xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<6xf32>, %x: tensor<5xf32>, %w: tensor<6x6xf32>, %u: tensor<6x5xf32>, %b: tensor<6xf32>):
    %true = arith.constant true
    %ux = linalg.generic {indexing_maps = [#row, #column, #sum], iterator_types = ["parallel", "reduction"]}
        ins(%u, %x : tensor<6x5xf32>, tensor<5xf32>) outs(%b : tensor<6xf32>) {
    ^bb0(%a: f32, %c: f32, %s: f32):
      %t = math.fma %a, %c, %s : f32
      linalg.yield %t : f32
    } -> tensor<6xf32>
    %wz = linalg.generic {indexing_maps = [#row, #column, #sum], iterator_types = ["parallel", "reduction"]}
        ins(%w, %z : tensor<6x6xf32>, tensor<6xf32>) outs(%ux : tensor<6xf32>) {
    ^bb0(%a: f32, %c: f32, %s: f32):
      %t = math.fma %a, %c, %s : f32
      linalg.yield %t : f32
    } -> tensor<6xf32>
    eq.next %true, %wz : tensor<6xf32>
  }
  return %y : tensor<?x6xf32>
}

// The prologue runs as the loop itself is asked to.
//
// CHECK-LABEL: func.func @schedule_is_kept
// CHECK:         eq.loop {{.*}} schedule(#eq.lanes<lanes = 16, rows = 1, refill = 1>) start
// CHECK:           math.exp
// CHECK:         eq.loop {{.*}} schedule(#eq.lanes<lanes = 16, rows = 1, refill = 1>) step
// CHECK-NOT:       math.exp
// CHECK:         return
func.func @schedule_is_kept(%z: tensor<?xf32>, %x: tensor<?xf32>, %max: i32) -> tensor<?xf32> {
  %y, %steps = eq.loop init(%z : tensor<?xf32>) ins(%x : tensor<?xf32>) max(%max : i32)
      schedule(#eq.lanes<lanes = 16, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %z: f32, %x: f32):
    %true = arith.constant true
    %e = math.exp %x : f32
    %next = arith.mulf %e, %z : f32
    eq.next %true, %next : f32
  }
  return %y : tensor<?xf32>
}

// The same for all samples: before the loop, without a loop.
//
// REMARK: math.exp giving f32, computed once for all samples, before the loop: 20 operations per step less, 4 bytes
//
// CHECK-LABEL: func.func @the_same_for_all_samples
// CHECK-SAME:    %[[W:[a-z0-9]+]]: f32
// CHECK:         %[[E:.*]] = math.exp %[[W]] : f32
// CHECK-NEXT:    eq.loop init({{.*}}) shared(%[[E]] : f32) max
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @the_same_for_all_samples(%z: tensor<?xf32>, %w: f32, %max: i32) -> tensor<?xf32> {
  %y, %steps = eq.loop init(%z : tensor<?xf32>) shared(%w : f32) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %w: f32):
    %true = arith.constant true
    %e = math.exp %w : f32
    %next = arith.mulf %e, %z : f32
    eq.next %true, %next : f32
  }
  return %y : tensor<?xf32>
}

// What is cheap and takes a hoisted value goes with it; a broadcast does not.
//
// CHECK-LABEL: func.func @cheap_work_goes_with_it
// CHECK:         eq.loop
// CHECK:           math.exp
// CHECK:           %[[SUM:.*]] = arith.addf
// CHECK:           eq.next %false, %[[SUM]] : f32
// CHECK:         eq.loop
// CHECK:         ^bb0(%{{.*}}: i32, %{{.*}}: tensor<4xf32>, %[[SUM:.*]]: f32):
// CHECK:           tensor.splat %[[SUM]]
func.func @cheap_work_goes_with_it(%z: tensor<?x4xf32>, %x: tensor<?xf32>, %max: i32) -> tensor<?x4xf32> {
  %y, %steps = eq.loop init(%z : tensor<?x4xf32>) ins(%x : tensor<?xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<4xf32>, %x: f32):
    %true = arith.constant true
    %e = math.exp %x : f32
    %s = arith.addf %e, %x : f32
    %v = tensor.splat %s : tensor<4xf32>
    %next = arith.mulf %v, %z : tensor<4xf32>
    eq.next %true, %next : tensor<4xf32>
  }
  return %y : tensor<?x4xf32>
}

// From an inner loop to the outer one's step, and from there to a prologue.
//
// CHECK-LABEL: func.func @out_of_two_loops
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<?xf64>, %[[X:[a-z0-9]+]]: tensor<?xf64>
// CHECK:         %[[E:.*]], %{{.*}} = eq.loop init(%[[Z]] : tensor<?xf64>) ins(%[[X]] :
// CHECK:           math.exp
// CHECK:         eq.loop init(%[[Z]] : tensor<?xf64>) ins(%[[E]] : tensor<?xf64>)
// CHECK:         ^bb0(%{{.*}}: i32, %{{.*}}: f64, %[[IN:.*]]: f64, %{{.*}}: i32):
// CHECK:           eq.loop init({{.*}}) shared(%[[IN]] : f64)
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @out_of_two_loops(%z: tensor<?xf64>, %x: tensor<?xf64>, %max: i32) -> tensor<?xf64> {
  %y, %steps = eq.loop init(%z : tensor<?xf64>) ins(%x : tensor<?xf64>) shared(%max : i32) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %x: f64, %max: i32):
    %true = arith.constant true
    %v, %n = eq.loop init(%z : f64) ins(%x : f64) max(%max : i32)
    step {
    ^bb0(%k: i32, %v: f64, %x: f64):
      %true = arith.constant true
      %e = math.exp %x : f64
      %next = arith.mulf %e, %v : f64
      eq.next %true, %next : f64
    }
    eq.next %true, %v : f64
  }
  return %y : tensor<?xf64>
}

// A whole inner loop that depends on inputs alone.
//
// CHECK-LABEL: func.func @inner_loop
// CHECK:         eq.loop
// CHECK:         step {
// CHECK:           %[[ROOT:.*]], %{{.*}} = eq.loop
// CHECK:           eq.next %false, %[[ROOT]] : f64
// CHECK:         eq.loop
// CHECK-NOT:     eq.loop
// CHECK:         return
func.func @inner_loop(%z: tensor<?xf64>, %x: tensor<?xf64>, %max: i32) -> tensor<?xf64> {
  %y, %steps = eq.loop init(%z : tensor<?xf64>) ins(%x : tensor<?xf64>) shared(%max : i32) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %x: f64, %max: i32):
    %true = arith.constant true
    %v, %n = eq.loop init(%x : f64) max(%max : i32)
    step {
    ^bb0(%k: i32, %v: f64):
      %true = arith.constant true
      %c = math.cos %v : f64
      eq.next %true, %c : f64
    }
    %next = arith.mulf %z, %v : f64
    eq.next %true, %next : f64
  }
  return %y : tensor<?xf64>
}

// Left alone: a few operations on scalars, a product of vectors that is larger
// than they are, what depends on the state or the count.
//
// CHECK-LABEL: func.func @left_alone
// CHECK-COUNT-1: eq.loop
// CHECK:           arith.addf
// CHECK:           linalg.generic
// CHECK:           math.exp
// CHECK:           math.powf
// CHECK-NOT:     eq.loop
// CHECK:         return
func.func @left_alone(%z: tensor<?xf32>, %x: tensor<?x5xf32>, %g: tensor<?xf32>, %i: index, %max: i32) -> tensor<?xf32> {
  %y, %steps = eq.loop init(%z : tensor<?xf32>) ins(%x, %g : tensor<?x5xf32>, tensor<?xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %x: tensor<5xf32>, %g: f32):
    %true = arith.constant true
    %s = arith.addf %g, %g : f32
    %empty = tensor.empty() : tensor<5x5xf32>
    %outer = linalg.generic {indexing_maps = [#sum, #column, #row], iterator_types = ["parallel", "parallel"]}
        ins(%x, %x : tensor<5xf32>, tensor<5xf32>) outs(%empty : tensor<5x5xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %t = arith.mulf %a, %b : f32
      linalg.yield %t : f32
    } -> tensor<5x5xf32>
    %kk = arith.index_cast %k : i32 to index
    %two = arith.constant 4 : index
    %at = arith.minui %kk, %two : index
    %o = tensor.extract %outer[%at, %at] : tensor<5x5xf32>
    %e = math.exp %z : f32
    %p = math.powf %s, %e : f32
    %q = arith.addf %p, %o : f32
    eq.next %true, %q : f32
  }
  return %y : tensor<?xf32>
}

// Left alone: lanes have no tensors of booleans.
//
// CHECK-LABEL: func.func @tensor_of_booleans
// CHECK-COUNT-1: eq.loop
// CHECK:           math.exp
// CHECK-NOT:     eq.loop
// CHECK:         return
#identity = affine_map<(i) -> (i)>
func.func @tensor_of_booleans(%z: tensor<?x3xf32>, %x: tensor<?x3xf32>, %max: i32) -> tensor<?x3xf32> {
  %y, %steps = eq.loop init(%z : tensor<?x3xf32>) ins(%x : tensor<?x3xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<3xf32>, %x: tensor<3xf32>):
    %true = arith.constant true
    %bits = tensor.empty() : tensor<3xi1>
    %large = linalg.generic {indexing_maps = [#identity, #identity], iterator_types = ["parallel"]}
        ins(%x : tensor<3xf32>) outs(%bits : tensor<3xi1>) {
    ^bb0(%a: f32, %b: i1):
      %e = math.exp %a : f32
      %c = arith.cmpf ogt, %e, %a : f32
      linalg.yield %c : i1
    } -> tensor<3xi1>
    %empty = tensor.empty() : tensor<3xf32>
    %next = linalg.generic {indexing_maps = [#identity, #identity, #identity], iterator_types = ["parallel"]}
        ins(%large, %z : tensor<3xi1>, tensor<3xf32>) outs(%empty : tensor<3xf32>) {
    ^bb0(%l: i1, %a: f32, %b: f32):
      %n = arith.negf %a : f32
      %c = arith.select %l, %a, %n : f32
      linalg.yield %c : f32
    } -> tensor<3xf32>
    eq.next %true, %next : tensor<3xf32>
  }
  return %y : tensor<?x3xf32>
}
