// RUN: eq-opt %s --eq-fuse-drop-dead-states --canonicalize | FileCheck %s
// RUN: eq-opt %s --eq-fuse-drop-dead-states --remarks-filter=eq-fuse 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Nobody reads the second result, and nothing depends on its state: both go,
// with the input that only it read.
//
// REMARK: drop | Category:eq-fuse | Remark="dropped 1 states that decide nothing and 1 results that are not read
//
// CHECK-LABEL: func.func @result_not_read
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<8xf32>
// CHECK:         %[[Y:.*]], %[[STEPS:.*]] = eq.loop init(%[[Z]] : tensor<8xf32>) max
// CHECK:           eq.next %{{.*}}, %{{.*}} : f32
// CHECK:         step {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %{{.*}}: f32):
// CHECK-NOT:       math.exp
// CHECK:           eq.next %{{.*}}, %{{.*}} : f32
// CHECK:         return %[[Y]], %[[STEPS]]
func.func @result_not_read(%z: tensor<8xf32>, %r: tensor<8xf64>, %x: tensor<8xf64>, %max: i32)
    -> (tensor<8xf32>, tensor<8xi32>) {
  %y, %e, %steps = eq.loop init(%z, %r : tensor<8xf32>, tensor<8xf64>) ins(%x : tensor<8xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %r: f64, %x: f64):
    %true = arith.constant true
    %half = arith.constant 0.5 : f32
    %next = arith.mulf %z, %half : f32
    %s = arith.addf %r, %x : f64
    %e = math.exp %s : f64
    eq.next %true, %next, %e : f32, f64
  }
  return %y, %steps : tensor<8xf32>, tensor<8xi32>
}

// The size of a batch that is known only at run time is checked where the
// operand is: it stays, and nothing reads it.
//
// CHECK-LABEL: func.func @size_is_checked
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<?xf32>, %[[R:[a-z0-9]+]]: tensor<?xf64>
// CHECK:         eq.loop init(%[[Z]], %[[R]] : tensor<?xf32>, tensor<?xf64>) max
// CHECK-SAME:      start
// CHECK-NEXT:    ^bb0(%[[Z0:.*]]: f32, %{{.*}}: f64):
// CHECK-NEXT:      %[[TRUE:.*]] = arith.constant true
// CHECK-NEXT:      eq.next %[[TRUE]], %[[Z0]] : f32
func.func @size_is_checked(%z: tensor<?xf32>, %r: tensor<?xf64>, %max: i32) -> tensor<?xf32> {
  %y, %e, %steps = eq.loop init(%z, %r : tensor<?xf32>, tensor<?xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %r: f64):
    %true = arith.constant true
    %half = arith.constant 0.5 : f32
    %next = arith.mulf %z, %half : f32
    %e = math.exp %r : f64
    eq.next %true, %next, %e : f32, f64
  }
  return %y : tensor<?xf32>
}

// States that only each other read are dead together.
//
// CHECK-LABEL: func.func @dead_together
// CHECK:         step {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %{{.*}}: f32):
func.func @dead_together(%z: tensor<8xf32>, %max: i32) -> tensor<8xf32> {
  %y, %a, %b, %steps = eq.loop init(%z, %z, %z : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %a: f32, %b: f32):
    %true = arith.constant true
    %next = arith.mulf %z, %z : f32
    %c = arith.addf %a, %z : f32
    %d = arith.mulf %c, %b : f32
    eq.next %true, %next, %d, %c : f32, f32, f32
  }
  return %y : tensor<8xf32>
}

// Left alone: a state that ends the loop, one that is recorded, one that is
// summed and one that the next step of another reads.
//
// CHECK-LABEL: func.func @read_in_other_ways
// CHECK:         step {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: tensor<4xf32>):
// CHECK:         finish {
// CHECK:           eq.yield %{{.*}} : f32
func.func @read_in_other_ways(%z: tensor<8xf32>, %buffer: tensor<8x4xf32>, %max: i32)
    -> (tensor<8xf32>, tensor<8x4xf32>, f32) {
  %zero = arith.constant 0.0 : f32
  %y, %ends, %recorded, %summed, %read, %steps, %record, %sum = eq.loop
      init(%z, %z, %z, %z, %z : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
      record(%buffer : tensor<8x4xf32>) sum(%zero : f32) max(%max : i32)
  step {
  ^bb0(%k: i32, %y: f32, %ends: f32, %recorded: f32, %summed: f32, %read: f32, %buffer: tensor<4xf32>):
    %true = arith.constant true
    %half = arith.constant 0.5 : f32
    %ends1 = arith.mulf %ends, %half : f32
    %again = arith.cmpf ogt, %ends1, %half : f32
    %recorded1 = arith.addf %recorded, %half : f32
    %slot = arith.index_cast %k : i32 to index
    %buffer1 = eq.record %recorded1, %buffer[%slot] when %true : f32 into tensor<4xf32>
    %summed1 = arith.subf %summed, %half : f32
    %read1 = arith.divf %read, %half : f32
    %y1 = arith.addf %y, %read1 : f32
    eq.next %again, %y1, %ends1, %recorded1, %summed1, %read1 : f32, f32, f32, f32, f32
        record(%buffer1 : tensor<4xf32>) sum(%summed1 : f32)
  }
  return %y, %record, %sum : tensor<8xf32>, tensor<8x4xf32>, f32
}

// A loop of which only the steps are read keeps a state, which does not change.
//
// CHECK-LABEL: func.func @steps_only
// CHECK:         step {
// CHECK-NEXT:    ^bb0(%[[K:.*]]: i32, %[[Z:.*]]: f32):
// CHECK:           eq.next %{{.*}}, %[[Z]] : f32
// CHECK:         finish {
// CHECK:           eq.yield{{$}}
func.func @steps_only(%z: tensor<8xf32>, %max: i32) -> tensor<8xi32> {
  %y, %r, %steps = eq.loop init(%z, %z : tensor<8xf32>, tensor<8xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %r: f32):
    %five = arith.constant 5 : i32
    %again = arith.cmpi slt, %k, %five : i32
    %next = arith.mulf %r, %z : f32
    eq.next %again, %next, %next : f32, f32
  }
  return %steps : tensor<8xi32>
}

// What a dead state read of an inner loop goes, too.
//
// CHECK-LABEL: func.func @inner_loop
// CHECK:         eq.loop
// CHECK:           step {
// CHECK:             eq.loop
// CHECK-SAME:          max
// CHECK:             step {
// CHECK-NEXT:        ^bb0(%{{.*}}: i32, %{{.*}}: f32):
func.func @inner_loop(%z: tensor<8xf32>, %max: i32) -> tensor<8xf32> {
  %y, %r, %steps = eq.loop init(%z, %z : tensor<8xf32>, tensor<8xf32>) shared(%max : i32) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f32, %r: f32, %max: i32):
    %true = arith.constant true
    %a, %b, %n = eq.loop init(%z, %r : f32, f32) max(%max : i32)
    step {
    ^bb0(%k: i32, %a: f32, %b: f32):
      %true = arith.constant true
      %c = math.cos %a : f32
      %d = math.sin %b : f32
      eq.next %true, %c, %d : f32, f32
    }
    eq.next %true, %a, %b : f32, f32
  }
  return %y : tensor<8xf32>
}
