// RUN: eq-opt %s --eq-expand-guard-traps | FileCheck %s
// RUN: eq-opt %s --eq-expand-guard-traps --remarks-filter=eq-expand 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// A divisor from data may be 0 or -1: the division runs by 1 then, and its result
// is replaced.
//
// CHECK-LABEL: func.func @division
// CHECK:         ^bb0(%{{k[0-9_]*}}: i32, %[[A:z[0-9_]*]]: i32, %[[B:x[0-9_]*]]: i32):
// CHECK:         %[[IS_ZERO:[a-z0-9_]+]] = arith.cmpi eq, %[[B]], %{{[a-z0-9_]+}} : i32
// CHECK:         %[[IS_MINUS_ONE:[a-z0-9_]+]] = arith.cmpi eq, %[[B]], %{{[a-z0-9_-]+}} : i32
// CHECK:         %[[SPECIAL:[a-z0-9_]+]] = arith.ori %[[IS_ZERO]], %[[IS_MINUS_ONE]] : i1
// CHECK:         %[[SAFE:[a-z0-9_]+]] = arith.select %[[SPECIAL]], %{{[a-z0-9_]+}}, %[[B]] : i32
// CHECK:         %[[Q:[a-z0-9_]+]] = arith.divsi %[[A]], %[[SAFE]] : i32
// CHECK:         %[[NEGATED:[a-z0-9_]+]] = arith.subi %{{[a-z0-9_]+}}, %[[A]] : i32
// CHECK:         %[[Q1:[a-z0-9_]+]] = arith.select %[[IS_MINUS_ONE]], %[[NEGATED]], %[[Q]] : i32
// CHECK:         %[[Q2:[a-z0-9_]+]] = arith.select %[[IS_ZERO]], %{{[a-z0-9_]+}}, %[[Q1]] : i32
// CHECK:         eq.next %{{[a-z0-9_]+}}, %[[Q2]] : i32
// REMARK: :[[@LINE+6]]:{{[0-9]+}}: remark: [Passed] guard | Category:eq-expand | Remark="'arith.divsi': by 0 gives 0, and by -1 wraps"
func.func @division(%a: tensor<7xi32>, %b: tensor<7xi32>, %max: i32) -> tensor<7xi32> {
  %y, %n = eq.loop init(%a : tensor<7xi32>) ins(%b : tensor<7xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i32, %b: i32):
    %go = arith.constant true
    %q = arith.divsi %a, %b : i32
    eq.next %go, %q : i32
  }
  return %y : tensor<7xi32>
}

// A shift by the width or more gives 0 (or the sign).
//
// CHECK-LABEL: func.func @shifts
// CHECK:         %[[FAR:[a-z0-9_]+]] = arith.cmpi ugt, %[[S:x[0-9_]*]], %[[LAST:[a-z0-9_]+]] : i32
// CHECK:         %[[SAFE:[a-z0-9_]+]] = arith.select %[[FAR]], %[[LAST]], %[[S]] : i32
// CHECK:         %[[LEFT:[a-z0-9_]+]] = arith.shli %{{z[0-9_]*}}, %[[SAFE]] : i32
// CHECK:         arith.select %[[FAR]], %{{[a-z0-9_]+}}, %[[LEFT]] : i32
// CHECK:         %[[SAFE2:[a-z0-9_]+]] = arith.select
// CHECK:         %[[RIGHT:[a-z0-9_]+]] = arith.shrsi %{{[a-z0-9_]+}}, %[[SAFE2]] : i32
// CHECK:         eq.next %{{[a-z0-9_]+}}, %[[RIGHT]] : i32
// REMARK: :[[@LINE+7]]:{{[0-9]+}}: remark: [Passed] guard | Category:eq-expand | Remark="'arith.shli': by 32 places and more gives what single places give"
// REMARK: :[[@LINE+7]]:{{[0-9]+}}: remark: [Passed] guard | Category:eq-expand | Remark="'arith.shrsi': by 32 places and more gives what single places give"
func.func @shifts(%a: tensor<7xi32>, %s: tensor<7xi32>, %max: i32) -> tensor<7xi32> {
  %y, %n = eq.loop init(%a : tensor<7xi32>) ins(%s : tensor<7xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i32, %s: i32):
    %go = arith.constant true
    %left = arith.shli %a, %s : i32
    %right = arith.shrsi %left, %s : i32
    eq.next %go, %right : i32
  }
  return %y : tensor<7xi32>
}

// An index from data is clamped into 0 .. 4, an offset so that its slice of two
// fits.
//
// CHECK-LABEL: func.func @indices
// CHECK:         %[[AT:[a-z0-9_]+]] = arith.index_cast
// CHECK:         %[[ABOVE:[a-z0-9_]+]] = arith.maxsi %[[AT]], %{{c0[a-z0-9_]*}} : index
// CHECK:         %[[INSIDE:[a-z0-9_]+]] = arith.minsi %[[ABOVE]], %{{c4[a-z0-9_]*}} : index
// CHECK:         tensor.extract %[[Z:z[0-9_]*]][%[[INSIDE]]] : tensor<5xf64>
// CHECK:         %[[ABOVE2:[a-z0-9_]+]] = arith.maxsi %[[AT]], %{{c0[a-z0-9_]*}} : index
// CHECK:         %[[FITS:[a-z0-9_]+]] = arith.minsi %[[ABOVE2]], %{{c3[a-z0-9_]*}} : index
// CHECK:         tensor.extract_slice %[[Z]][%[[FITS]]] [2] [1] : tensor<5xf64> to tensor<2xf64>
// REMARK: :[[@LINE+7]]:{{[0-9]+}}: remark: [Passed] guard | Category:eq-expand | Remark="'tensor.extract': an index is held between 0 and 4"
func.func @indices(%z: tensor<5xf64>, %i: i32, %max: i32) -> tensor<5xf64> {
  %y, %n = eq.loop init(%z : tensor<5xf64>) ins(%i : i32) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<5xf64>, %i: i32):
    %go = arith.constant true
    %at = arith.index_cast %i : i32 to index
    %x = tensor.extract %z[%at] : tensor<5xf64>
    %pair = tensor.extract_slice %z[%at] [2] [1] : tensor<5xf64> to tensor<2xf64>
    %c1 = arith.constant 1 : index
    %p = tensor.extract %pair[%c1] : tensor<2xf64>
    %s = arith.addf %x, %p : f64
    %f = tensor.insert %s into %z[%c1] : tensor<5xf64>
    eq.next %go, %f : tensor<5xf64>
  }
  return %y : tensor<5xf64>
}

// Left alone: a constant divisor that is neither 0 nor -1, a constant shift below
// the width, a constant index in range.
//
// CHECK-LABEL: func.func @harmless_constants
// CHECK-NOT:     arith.select
// CHECK-NOT:     arith.maxsi
// CHECK:         return
func.func @harmless_constants(%z: tensor<5xi32>, %max: i32) -> tensor<5xi32> {
  %y, %n = eq.loop init(%z : tensor<5xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<5xi32>):
    %go = arith.constant true
    %c4 = arith.constant 4 : index
    %three = arith.constant 3 : i32
    %odd = arith.constant dense<[3, 5, 7, -9, 11]> : tensor<5xi32>
    %x = tensor.extract %z[%c4] : tensor<5xi32>
    %q = arith.divsi %x, %three : i32
    %s = arith.shli %q, %three : i32
    %i = tensor.insert %s into %z[%c4] : tensor<5xi32>
    %f = arith.remsi %i, %odd : tensor<5xi32>
    eq.next %go, %f : tensor<5xi32>
  }
  return %y : tensor<5xi32>
}

// Left alone: the counter of a loop whose bounds are constants within the tensor,
// and linalg.index over a dimension that is no larger.
//
// CHECK-LABEL: func.func @bounded_counters
// CHECK-NOT:     arith.maxsi
// CHECK:         return
func.func @bounded_counters(%z: tensor<5xf64>, %max: i32) -> tensor<5xf64> {
  %y, %n = eq.loop init(%z : tensor<5xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<5xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %zero = arith.constant 0.0 : f64
    %s = scf.for %i = %c0 to %c5 step %c1 iter_args(%s = %zero) -> (f64) {
      %x = tensor.extract %z[%i] : tensor<5xf64>
      %t = arith.addf %s, %x : f64
      scf.yield %t : f64
    }
    %f = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
        outs(%z : tensor<5xf64>) {
    ^bb0(%o: f64):
      %i = linalg.index 0 : index
      %x = tensor.extract %z[%i] : tensor<5xf64>
      %t = arith.addf %x, %s : f64
      linalg.yield %t : f64
    } -> tensor<5xf64>
    eq.next %go, %f : tensor<5xf64>
  }
  return %y : tensor<5xf64>
}

// Outside of the regions of eq ops as well: a compiled program never traps.
//
// CHECK-LABEL: func.func @outside
// CHECK:         %[[SAFE:[a-z0-9_]+]] = arith.select %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %arg1 : i32
// CHECK:         arith.divsi %arg0, %[[SAFE]] : i32
func.func @outside(%a: i32, %b: i32) -> i32 {
  %q = arith.divsi %a, %b : i32
  return %q : i32
}

// Left alone: an index outside of the regions, which the stage codegen checks.
//
// CHECK-LABEL: func.func @index_outside
// CHECK-NEXT:    tensor.extract
func.func @index_outside(%a: tensor<4xf64>, %i: index) -> f64 {
  %x = tensor.extract %a[%i] : tensor<4xf64>
  return %x : f64
}
