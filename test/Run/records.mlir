// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Records: per-sample output arrays that steps write slot by slot. Numbers are
// exact.

// One slot a step; slots that were not reached keep what was given; a slot out of
// range is dropped. Samples make 1, 3 and 6 steps, there are 4 slots.
func.func @trace() {
  %x0 = arith.constant dense<[1.0, 8.0, 64.0]> : tensor<3xf64>
  %given = arith.constant dense<[[-1.0, -2.0, -3.0, -4.0], [-5.0, -6.0, -7.0, -8.0],
      [-9.0, -10.0, -11.0, -12.0]]> : tensor<3x4xf64>
  %max = arith.constant 100 : i32
  %x, %steps, %rs = eq.loop init(%x0 : tensor<3xf64>) record(%given : tensor<3x4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<4xf64>):
    %half = arith.constant 0.5 : f64
    %one = arith.constant 1.0 : f64
    %y = arith.mulf %x, %half : f64
    %again = arith.cmpf ogt, %y, %one : f64
    %slot = arith.index_cast %k : i32 to index
    %yes = arith.constant true
    %rs1 = eq.record %y, %rs[%slot] when %yes : f64 into tensor<4xf64>
    eq.next %again, %y : f64 record(%rs1 : tensor<4xf64>)
  }
  eqtest.close %steps, dense<[1, 3, 6]> : tensor<3xi32>
  eqtest.close %rs, dense<[[0.5, -2.0, -3.0, -4.0], [4.0, 2.0, 1.0, -8.0],
      [32.0, 16.0, 8.0, 4.0]]> : tensor<3x4xf64>, ulps = 0
  return
}

// `when` not set: nothing is written. A negative slot: dropped. The largest slot
// of an index type: dropped, not wrapped.
func.func @when_and_range() {
  %x0 = arith.constant dense<[0, 1]> : tensor<2xi32>
  %given = arith.constant dense<7> : tensor<2x3xi32>
  %max = arith.constant 6 : i32
  %x, %steps, %rs = eq.loop init(%x0 : tensor<2xi32>) record(%given : tensor<2x3xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: i32, %rs: tensor<3xi32>):
    %go = arith.constant true
    %two = arith.constant 2 : i32
    %zero = arith.constant 0 : i32
    // Slots -1, 0, 1, 2, 3, 4: written where k + x is even.
    %one = arith.constant 1 : i32
    %before = arith.subi %k, %one : i32
    %slot = arith.index_cast %before : i32 to index
    %sum = arith.addi %k, %x : i32
    %rest = arith.remsi %sum, %two : i32
    %even = arith.cmpi eq, %rest, %zero : i32
    %rs1 = eq.record %k, %rs[%slot] when %even : i32 into tensor<3xi32>
    %far = arith.constant 9223372036854775807 : index
    %rs2 = eq.record %k, %rs1[%far] when %go : i32 into tensor<3xi32>
    %near = arith.constant -9223372036854775808 : index
    %rs3 = eq.record %k, %rs2[%near] when %go : i32 into tensor<3xi32>
    eq.next %go, %x : i32 record(%rs3 : tensor<3xi32>)
  }
  // x = 0: k = 2 writes slot 1; k = 0 and 4 are out of range. x = 1: k = 1 writes
  // slot 0, k = 3 slot 2.
  eqtest.close %rs, dense<[[7, 2, 7], [1, 7, 3]]> : tensor<2x3xi32>
  return
}

// Slots may hold tensors: here pairs (k, 10 k + x) in two batch dimensions.
func.func @tensors() {
  %x0 = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %given = arith.constant dense<0.0> : tensor<1x2x3x2xf32>
  %max = arith.constant dense<[[2, 3]]> : tensor<1x2xi32>
  %x, %steps, %rs = eq.loop init(%x0 : tensor<1x2xf32>) record(%given : tensor<1x2x3x2xf32>) max(%max : tensor<1x2xi32>)
  step {
  ^bb0(%k: i32, %x: f32, %rs: tensor<3x2xf32>):
    %go = arith.constant true
    %kf = arith.sitofp %k : i32 to f32
    %ten = arith.constant 10.0 : f32
    %k10 = arith.mulf %kf, %ten : f32
    %s = arith.addf %k10, %x : f32
    %pair = tensor.from_elements %kf, %s : tensor<2xf32>
    %slot = arith.index_cast %k : i32 to index
    %rs1 = eq.record %pair, %rs[%slot] when %go : tensor<2xf32> into tensor<3x2xf32>
    eq.next %go, %x : f32 record(%rs1 : tensor<3x2xf32>)
  }
  eqtest.close %rs, dense<[[[[0.0, 1.0], [1.0, 11.0], [0.0, 0.0]],
                            [[0.0, 2.0], [1.0, 12.0], [2.0, 22.0]]]]> : tensor<1x2x3x2xf32>, ulps = 0
  return
}

// `start` may write, too, and hand the record on; two records of different type
// in one loop; the same slot written twice keeps the later value.
func.func @written_by_start() {
  %x0 = arith.constant dense<[3.0, 5.0]> : tensor<2xf64>
  %reals = arith.constant dense<0.0> : tensor<2x3xf64>
  %counts = arith.constant dense<-1> : tensor<2x2xi32>
  %max = arith.constant dense<[0, 2]> : tensor<2xi32>
  %x, %steps, %rs, %cs = eq.loop init(%x0 : tensor<2xf64>)
      record(%reals, %counts : tensor<2x3xf64>, tensor<2x2xi32>) max(%max : tensor<2xi32>)
  start {
  ^bb0(%x: f64, %rs: tensor<3xf64>, %cs: tensor<2xi32>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %rs1 = eq.record %x, %rs[%c0] when %go : f64 into tensor<3xf64>
    eq.next %go, %x : f64 record(%rs1, %cs : tensor<3xf64>, tensor<2xi32>)
  } step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<3xf64>, %cs: tensor<2xi32>):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %y = arith.addf %x, %one : f64
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %kk = arith.index_cast %k : i32 to index
    %slot = arith.addi %kk, %c1 : index
    %rs1 = eq.record %y, %rs[%slot] when %go : f64 into tensor<3xf64>
    %cs1 = eq.record %k, %cs[%c0] when %go : i32 into tensor<2xi32>
    eq.next %go, %y : f64 record(%rs1, %cs1 : tensor<3xf64>, tensor<2xi32>)
  }
  eqtest.close %rs, dense<[[3.0, 0.0, 0.0], [5.0, 6.0, 7.0]]> : tensor<2x3xf64>, ulps = 0
  eqtest.close %cs, dense<[[-1, -1], [1, -1]]> : tensor<2x2xi32>
  return
}

// A record carried by scf.for and scf.if inside a step: squares of 0 .. 4 from a
// loop, then one of two slots by a branch.
func.func @carried_by_control_flow() {
  %x0 = arith.constant dense<[1.0, -1.0]> : tensor<2xf64>
  %given = arith.constant dense<0.0> : tensor<2x7xf64>
  %max = arith.constant 1 : i32
  %x, %steps, %rs = eq.loop init(%x0 : tensor<2xf64>) record(%given : tensor<2x7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<7xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %c6 = arith.constant 6 : index
    %rs1 = scf.for %i = %c0 to %c5 step %c1 iter_args(%r = %rs) -> (tensor<7xf64>) {
      %n = arith.index_cast %i : index to i32
      %f = arith.sitofp %n : i32 to f64
      %square = arith.mulf %f, %f : f64
      %next = eq.record %square, %r[%i] when %go : f64 into tensor<7xf64>
      scf.yield %next : tensor<7xf64>
    }
    %zero = arith.constant 0.0 : f64
    %positive = arith.cmpf ogt, %x, %zero : f64
    %rs2 = scf.if %positive -> (tensor<7xf64>) {
      %next = eq.record %x, %rs1[%c5] when %go : f64 into tensor<7xf64>
      scf.yield %next : tensor<7xf64>
    } else {
      %next = eq.record %x, %rs1[%c6] when %go : f64 into tensor<7xf64>
      scf.yield %next : tensor<7xf64>
    }
    eq.next %go, %x : f64 record(%rs2 : tensor<7xf64>)
  }
  eqtest.close %rs, dense<[[0.0, 1.0, 4.0, 9.0, 16.0, 1.0, 0.0],
                           [0.0, 1.0, 4.0, 9.0, 16.0, 0.0, -1.0]]> : tensor<2x7xf64>, ulps = 0
  return
}

// A record carried by an inner loop: slots 0 .. k are overwritten with k in step
// k, so slot j ends with the last k at least j.
func.func @carried_by_a_loop() {
  %x0 = arith.constant 0 : i32
  %given = arith.constant dense<-1> : tensor<5xi32>
  %max = arith.constant 3 : i32
  %x, %steps, %rs = eq.loop init(%x0 : i32) record(%given : tensor<5xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: i32, %rs: tensor<5xi32>):
    %go = arith.constant true
    %one = arith.constant 1 : i32
    %count = arith.addi %k, %one : i32
    %j, %n, %rs1 = eq.loop init(%k : i32) record(%rs : tensor<5xi32>) max(%count : i32)
    step {
    ^bb0(%j: i32, %k: i32, %rs: tensor<5xi32>):
      %go = arith.constant true
      %slot = arith.index_cast %j : i32 to index
      %rs1 = eq.record %k, %rs[%slot] when %go : i32 into tensor<5xi32>
      eq.next %go, %k : i32 record(%rs1 : tensor<5xi32>)
    }
    eq.next %go, %x : i32 record(%rs1 : tensor<5xi32>)
  }
  eqtest.close %rs, dense<[2, 2, 2, -1, -1]> : tensor<5xi32>
  return
}

// The trace of a fixed point is a record: changes of z -> z / 2, per sample, NaN
// where it was not reached, and no more than there are slots.
func.func @fixed_point_trace() {
  %z0 = arith.constant dense<1.0> : tensor<3xf32>
  %tol = arith.constant dense<[0.5, 0.125, 0.0]> : tensor<3xf32>
  %max = arith.constant 9 : i32
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%z0 : tensor<3xf32>) until(abs = %tol : tensor<3xf32>, max = %max : i32)
      method(#eq.picard) trace(4) {
  ^bb0(%z: f32):
    %half = arith.constant 0.5 : f32
    %f = arith.mulf %z, %half : f32
    eq.yield %f : f32
  }
  eqtest.close %iterations, dense<[1, 3, 9]> : tensor<3xi32>
  eqtest.close %trace, dense<[[0.5, 0x7FC00000, 0x7FC00000, 0x7FC00000],
      [0.5, 0.25, 0.125, 0x7FC00000], [0.5, 0.25, 0.125, 0.0625]]> : tensor<3x4xf32>, ulps = 0
  return
}
