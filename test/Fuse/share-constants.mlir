// RUN: eq-opt %s --eq-fuse-share-constants | FileCheck %s
// RUN: eq-opt %s --eq-fuse-share-constants --canonicalize | FileCheck %s --check-prefix=INSIDE
// RUN: eq-opt %s --eq-fuse-share-constants --remarks-filter=eq-fuse 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// A table of 68 bytes is made once; both regions read the one operand.
//
// CHECK-LABEL: func.func @large_table
// CHECK:         %[[TABLE:.*]] = arith.constant dense<{{.*}}> : tensor<17xf32>
// CHECK:         eq.loop {{.*}} shared(%[[TABLE]] : tensor<17xf32>) max
// CHECK:         ^bb0(%{{.*}}: f32, %[[W:.*]]: tensor<17xf32>):
// CHECK-NOT:       arith.constant dense
// CHECK:           tensor.extract %[[W]]
// CHECK:         step {
// CHECK:         ^bb0(%{{.*}}: i32, %{{.*}}: f32, %[[W:.*]]: tensor<17xf32>):
// CHECK-NOT:       arith.constant dense
// CHECK:           tensor.extract %[[W]]
func.func @large_table(%z: tensor<?xf32>, %max: i32) -> tensor<?xf32> {
  %y, %steps = eq.loop init(%z : tensor<?xf32>) max(%max : i32)
  start {
  ^bb0(%z: f32):
    %true = arith.constant true
    %c3 = arith.constant 3 : index
    %t = arith.constant dense<[0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15., 16.]> : tensor<17xf32>
    %i = arith.fptoui %z : f32 to i32
    %j = arith.index_cast %i : i32 to index
    %m = arith.minui %j, %c3 : index
    %e = tensor.extract %t[%m] : tensor<17xf32>
    eq.next %true, %e : f32
  }
  step {
  ^bb0(%k: i32, %z: f32):
    %true = arith.constant true
    %c3 = arith.constant 3 : index
    %t = arith.constant dense<[0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15., 16.]> : tensor<17xf32>
    %j = arith.index_cast %k : i32 to index
    %m = arith.minui %j, %c3 : index
    %e = tensor.extract %t[%m] : tensor<17xf32>
    %next = arith.addf %z, %e : f32
    eq.next %true, %next : f32
  }
  return %y : tensor<?xf32>
}

// Left alone: 64 bytes, a splat, and a table of booleans, which lanes could not
// take as an operand.
//
// CHECK-LABEL: func.func @small_and_splat
// CHECK-NOT:     shared
// CHECK:         ^bb0
// CHECK:           arith.constant dense<{{.*}}> : tensor<16xf32>
// CHECK:           arith.constant dense<1.000000e+00> : tensor<17xf32>
// CHECK:           arith.constant dense<{{.*}}> : tensor<65xi1>
func.func @small_and_splat(%z: tensor<?xf32>, %max: i32) -> tensor<?xf32> {
  %y, %steps = eq.loop init(%z : tensor<?xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32):
    %small = arith.constant dense<[0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15.]> : tensor<16xf32>
    %ones = arith.constant dense<1.0> : tensor<17xf32>
    %bits = arith.constant dense<[
        true, false, true, false, true, false, true, false, true, false, true, false, true, false, true, false,
        true, false, true, false, true, false, true, false, true, false, true, false, true, false, true, false,
        true, false, true, false, true, false, true, false, true, false, true, false, true, false, true, false,
        true, false, true, false, true, false, true, false, true, false, true, false, true, false, true, false, true]> : tensor<65xi1>
    %c3 = arith.constant 3 : index
    %a = tensor.extract %small[%c3] : tensor<16xf32>
    %b = tensor.extract %ones[%c3] : tensor<17xf32>
    %again = tensor.extract %bits[%c3] : tensor<65xi1>
    %next = arith.addf %a, %b : f32
    eq.next %again, %next : f32
  }
  return %y : tensor<?xf32>
}

// Constant operands that are scalars, splats (of a batch, too) or small are
// written inside.
//
// INSIDE-LABEL: func.func @small_operands
// INSIDE:         eq.loop init({{.*}}) shared(%{{.*}} : tensor<3xf32>) max
// INSIDE:         ^bb0(%{{.*}}: i32, %[[Z:.*]]: f32, %[[W:.*]]: tensor<3xf32>):
// INSIDE-DAG:       %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
// INSIDE-DAG:       %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// INSIDE:           %[[A:.*]] = arith.mulf %[[Z]], %[[HALF]]
// INSIDE:           arith.addf %[[A]], %[[TWO]]
// REMARK: :[[@LINE+4]]:{{[0-9]+}}: remark: [Passed] constant | Category:eq-fuse | Remark="2 operands are constants in the regions"
func.func @small_operands(%z: tensor<8xf32>, %w: tensor<3xf32>, %max: i32) -> tensor<8xf32> {
  %half = arith.constant 0.5 : f32
  %twos = arith.constant dense<2.0> : tensor<8xf32>
  %y, %steps = eq.loop init(%z : tensor<8xf32>) ins(%twos : tensor<8xf32>)
      shared(%half, %w : f32, tensor<3xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %two: f32, %half: f32, %w: tensor<3xf32>):
    %true = arith.constant true
    %c1 = arith.constant 1 : index
    %a = arith.mulf %z, %half : f32
    %b = arith.addf %a, %two : f32
    %c = tensor.extract %w[%c1] : tensor<3xf32>
    %next = arith.addf %b, %c : f32
    eq.next %true, %next : f32
  }
  return %y : tensor<8xf32>
}

// Out of both loops, and read by the inner one.
//
// CHECK-LABEL: func.func @inner_loop
// CHECK:         %[[TABLE:.*]] = arith.constant dense<{{.*}}> : tensor<9xf64>
// CHECK:         eq.loop {{.*}} shared(%[[TABLE]] : tensor<9xf64>)
// CHECK:         ^bb0(%{{.*}}: i32, %{{.*}}: f64, %[[W:.*]]: tensor<9xf64>):
// CHECK:           eq.loop {{.*}} shared(%[[W]] : tensor<9xf64>)
// CHECK-NOT:     arith.constant dense
// REMARK: :[[@LINE+12]]:{{[0-9]+}}: remark: [Passed] share | Category:eq-fuse | Remark="a constant of 72 bytes is made once and shared by all samples"
func.func @inner_loop(%z: tensor<?xf64>, %max: i32) -> tensor<?xf64> {
  %y, %steps = eq.loop init(%z : tensor<?xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %true = arith.constant true
    %ten = arith.constant 10 : i32
    %v, %n = eq.loop init(%z : f64) max(%ten : i32)
    step {
    ^bb0(%k: i32, %v: f64):
      %true = arith.constant true
      %c1 = arith.constant 1 : index
      %t = arith.constant dense<[0., 1., 2., 3., 4., 5., 6., 7., 8.]> : tensor<9xf64>
      %e = tensor.extract %t[%c1] : tensor<9xf64>
      %next = arith.addf %v, %e : f64
      eq.next %true, %next : f64
    }
    eq.next %true, %v : f64
  }
  return %y : tensor<?xf64>
}
