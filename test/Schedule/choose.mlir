// RUN: eq-opt %s --eq-schedule-choose | FileCheck %s
// RUN: eq-opt %s --eq-schedule-choose --remarks-filter=eq-schedule 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: eq-opt %s --eq-schedule-choose='override=#eq.serial' | FileCheck %s --check-prefix=FORCED
// FORCED-COUNT-7: schedule(#eq.serial)
// FORCED-NOT:     schedule(
// RUN: not eq-opt %s --eq-schedule-choose='override=#eq.picard' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OVERRIDE
// OVERRIDE: error: expected the schedule to be one such as #eq.serial, but got '#eq.picard'

// No schedule yet: the one with the least predicted time (choose-lanes.mlir).
//
// REMARK: choose.mlir:[[#@LINE+5]]:{{.*}}Remark="#eq.lanes<lanes = 8, rows = 1, refill = {{[0-9]}}>: {{[0-9.]+}} ns a step and {{[0-9.]+}} ns a sample; not #eq.serial: {{.*}}"
//
// CHECK-LABEL: func.func @none_given
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : tensor<7xf64>) max(%{{[a-z0-9_]+}} : i32) schedule(#eq.lanes<lanes = 8, rows = 1, refill = {{[0-9]}}>) step
func.func @none_given(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %y = arith.divf %z, %z : f64
    eq.next %go, %y : f64
  }
  return %y : tensor<7xf64>
}

// Left alone: the schedule was given, and can run the loop.
//
// REMARK: choose.mlir:[[#@LINE+5]]:{{.*}}#eq.serial was given, and is kept: {{[0-9.]+}} ns a step and {{[0-9.]+}} ns a sample
//
// CHECK-LABEL: func.func @given
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : tensor<7xf64>) max(%{{[a-z0-9_]+}} : i32) schedule(#eq.serial) step
func.func @given(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<7xf64>
}

// Left alone: a loop inside another runs where its parent runs, also under a
// branch.
//
// CHECK-LABEL: func.func @inner
// CHECK:         eq.loop {{.*}} schedule(#eq.{{.*}}) step
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : f64) max(%{{[a-z0-9_]+}} : i32) step
func.func @inner(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %f = scf.if %go -> (f64) {
      %x, %n = eq.loop init(%z : f64) max(%k : i32)
      step {
      ^bb0(%k: i32, %x: f64):
        %go = arith.constant true
        eq.next %go, %x : f64
      }
      scf.yield %x : f64
    } else {
      scf.yield %z : f64
    }
    eq.next %go, %f : f64
  }
  return %y : tensor<7xf64>
}

// Lanes are kept where every operation of the step has a rule.
//
// REMARK: choose.mlir:[[#@LINE+4]]:{{.*}}#eq.lanes<lanes = 8, rows = 1, refill = 1> was given, and is kept
//
// CHECK-LABEL: func.func @lanes
func.func @lanes(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
      schedule(#eq.lanes<lanes = 8, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %y = math.cos %z : f64
    eq.next %go, %y : f64
  }
  return %y : tensor<7xf64>
}

// One has none (a stage before this one would have written it otherwise): the
// loop runs all the same.
//
// REMARK: choose.mlir:[[#@LINE+5]]:{{.*}}#eq.serial instead of #eq.lanes<lanes = 8, rows = 1, refill = 1>: 'tensor.concat' has no rule for lanes
//
// CHECK-LABEL: func.func @no_rule
// CHECK:         schedule(#eq.serial)
func.func @no_rule(%z: tensor<7x2xf64>, %max: i32) -> tensor<7x2xf64> {
  %y, %steps = eq.loop init(%z : tensor<7x2xf64>) max(%max : i32)
      schedule(#eq.lanes<lanes = 8, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %z: tensor<2xf64>):
    %go = arith.constant true
    %both = tensor.concat dim(0) %z, %z : (tensor<2xf64>, tensor<2xf64>) -> tensor<4xf64>
    %y = tensor.extract_slice %both[1] [2] [1] : tensor<4xf64> to tensor<2xf64>
    eq.next %go, %y : tensor<2xf64>
  }
  return %y : tensor<7x2xf64>
}

// REMARK: #eq.serial instead of #eq.lanes<lanes = 8, rows = 1, refill = 1>: it has no batch
// REMARK: #eq.serial instead of #eq.lanes: it has no batch
//
// CHECK-LABEL: func.func @no_batch
// CHECK:         schedule(#eq.serial)
func.func @no_batch(%z: f64, %max: i32) -> f64 {
  %y, %steps = eq.loop init(%z : f64) max(%max : i32)
      schedule(#eq.lanes<lanes = 8, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : f64
}

// Nor is it given any.
//
// CHECK-LABEL: func.func @no_batch_none_given
// CHECK:         schedule(#eq.serial)
func.func @no_batch_none_given(%z: f64, %max: i32) -> f64 {
  %y, %steps = eq.loop init(%z : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : f64
}
