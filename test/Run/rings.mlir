// RUN: eq-run %s --on=serial
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 1, rows = 1, refill = 1>'
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 2, rows = 1, refill = 1>'
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 4, rows = 1, refill = 1>'
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 4, rows = 1, refill = 3>'
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 16, rows = 1, refill = 1>'

// Histories to which each step pushes: rings in lanes, of places that all samples
// of a group share, wherever they are in their own solve. Samples take 0 to 20
// steps, and a round of the ring is 5. Numbers are exact.

// What is left of the last four pairs, and sums of what the steps read, weighted
// by the step: all slots after the push, and the oldest from before it.
func.func @rounds() {
  %h0 = arith.constant dense<[[[100.0, -100.0], [101.0, -101.0], [102.0, -102.0], [103.0, -103.0]], [[200.0, -200.0], [201.0, -201.0], [202.0, -202.0], [203.0, -203.0]], [[300.0, -300.0], [301.0, -301.0], [302.0, -302.0], [303.0, -303.0]], [[400.0, -400.0], [401.0, -401.0], [402.0, -402.0], [403.0, -403.0]], [[500.0, -500.0], [501.0, -501.0], [502.0, -502.0], [503.0, -503.0]], [[600.0, -600.0], [601.0, -601.0], [602.0, -602.0], [603.0, -603.0]], [[700.0, -700.0], [701.0, -701.0], [702.0, -702.0], [703.0, -703.0]], [[800.0, -800.0], [801.0, -801.0], [802.0, -802.0], [803.0, -803.0]]]> : tensor<8x4x2xf64>
  %x0 = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<8xf64>
  %n0 = arith.constant dense<[0, 3, 13, 1, 7, 20, 5, 4]> : tensor<8xi32>
  %zeros = arith.constant dense<0.0> : tensor<8xf64>
  %max = arith.constant 50 : i32
  %x, %h, %all, %oldest, %steps = eq.loop init(%x0, %h0, %zeros, %zeros : tensor<8xf64>, tensor<8x4x2xf64>, tensor<8xf64>, tensor<8xf64>)
      ins(%n0, %x0 : tensor<8xi32>, tensor<8xf64>) max(%max : i32)
  start {
  ^bb0(%x: f64, %h: tensor<4x2xf64>, %all: f64, %oldest: f64, %n: i32, %first: f64):
    %none = arith.constant 0 : i32
    %go = arith.cmpi sgt, %n, %none : i32
    eq.next %go, %x, %h, %all, %oldest : f64, tensor<4x2xf64>, f64, f64
  } step {
  ^bb0(%k: i32, %x: f64, %h: tensor<4x2xf64>, %all: f64, %oldest: f64, %n: i32, %first: f64):
    %i0 = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %c1 = arith.constant 1 : i32
    %one = arith.constant 1.0 : f64
    %y = arith.addf %x, %one : f64
    %z = arith.negf %y : f64
    %row = tensor.from_elements %y, %z : tensor<2xf64>
    %h1 = eq.push %row, %h : tensor<2xf64> into tensor<4x2xf64>
    %k1 = arith.addi %k, %c1 : i32
    %weight = arith.sitofp %k1 : i32 to f64
    // Slots of the new history, and then of the old one.
    %a0 = tensor.extract %h1[%i0, %i0] : tensor<4x2xf64>
    %a1 = tensor.extract %h1[%i1, %i0] : tensor<4x2xf64>
    %a2 = tensor.extract %h1[%i2, %i0] : tensor<4x2xf64>
    %a3 = tensor.extract %h1[%i3, %i0] : tensor<4x2xf64>
    %s1 = arith.addf %a0, %a1 : f64
    %s2 = arith.addf %s1, %a2 : f64
    %s3 = arith.addf %s2, %a3 : f64
    %s4 = arith.mulf %s3, %weight : f64
    %all1 = arith.addf %all, %s4 : f64
    %last = tensor.extract %h[%i3, %i0] : tensor<4x2xf64>
    %part = arith.mulf %last, %weight : f64
    %oldest1 = arith.addf %oldest, %part : f64
    %again = arith.cmpi slt, %k1, %n : i32
    eq.next %again, %y, %h1, %all1, %oldest1 : f64, tensor<4x2xf64>, f64, f64
  }
  eqtest.close %x, dense<[0.0, 4.0, 15.0, 4.0, 11.0, 25.0, 11.0, 11.0]> : tensor<8xf64>, ulps = 0
  eqtest.close %h, dense<[[[100.0, -100.0], [101.0, -101.0], [102.0, -102.0], [103.0, -103.0]], [[4.0, -4.0], [3.0, -3.0], [2.0, -2.0], [200.0, -200.0]], [[15.0, -15.0], [14.0, -14.0], [13.0, -13.0], [12.0, -12.0]], [[4.0, -4.0], [400.0, -400.0], [401.0, -401.0], [402.0, -402.0]], [[11.0, -11.0], [10.0, -10.0], [9.0, -9.0], [8.0, -8.0]], [[25.0, -25.0], [24.0, -24.0], [23.0, -23.0], [22.0, -22.0]], [[11.0, -11.0], [10.0, -10.0], [9.0, -9.0], [8.0, -8.0]], [[11.0, -11.0], [10.0, -10.0], [9.0, -9.0], [8.0, -8.0]]]> : tensor<8x4x2xf64>, ulps = 0
  eqtest.close %all, dense<[0.0, 2044.0, 6448.0, 1207.0, 5810.0, 20380.0, 7440.0, 8280.0]> : tensor<8xf64>, ulps = 0
  eqtest.close %oldest, dense<[0.0, 1210.0, 3637.0, 403.0, 5120.0, 9050.0, 7045.0, 8010.0]> : tensor<8xf64>, ulps = 0
  eqtest.close %steps, dense<[0, 3, 13, 1, 7, 20, 5, 4]> : tensor<8xi32>, ulps = 0
  return
}

// A sample whose sixth step is bad keeps the history from before that step.
func.func @held() {
  %h0 = arith.constant dense<[[[100.0, -100.0], [101.0, -101.0], [102.0, -102.0], [103.0, -103.0]], [[200.0, -200.0], [201.0, -201.0], [202.0, -202.0], [203.0, -203.0]], [[300.0, -300.0], [301.0, -301.0], [302.0, -302.0], [303.0, -303.0]], [[400.0, -400.0], [401.0, -401.0], [402.0, -402.0], [403.0, -403.0]], [[500.0, -500.0], [501.0, -501.0], [502.0, -502.0], [503.0, -503.0]], [[600.0, -600.0], [601.0, -601.0], [602.0, -602.0], [603.0, -603.0]], [[700.0, -700.0], [701.0, -701.0], [702.0, -702.0], [703.0, -703.0]], [[800.0, -800.0], [801.0, -801.0], [802.0, -802.0], [803.0, -803.0]]]> : tensor<8x4x2xf64>
  %x0 = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<8xf64>
  %n0 = arith.constant dense<[0, 3, 13, 1, 7, 20, 5, 4]> : tensor<8xi32>
  %zeros = arith.constant dense<0.0> : tensor<8xf64>
  %max = arith.constant 50 : i32
  %x, %h, %all, %oldest, %steps = eq.loop init(%x0, %h0, %zeros, %zeros : tensor<8xf64>, tensor<8x4x2xf64>, tensor<8xf64>, tensor<8xf64>)
      ins(%n0, %x0 : tensor<8xi32>, tensor<8xf64>) max(%max : i32)
  start {
  ^bb0(%x: f64, %h: tensor<4x2xf64>, %all: f64, %oldest: f64, %n: i32, %first: f64):
    %none = arith.constant 0 : i32
    %go = arith.cmpi sgt, %n, %none : i32
    eq.next %go, %x, %h, %all, %oldest : f64, tensor<4x2xf64>, f64, f64
  } step {
  ^bb0(%k: i32, %x: f64, %h: tensor<4x2xf64>, %all: f64, %oldest: f64, %n: i32, %first: f64):
    %i0 = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %c1 = arith.constant 1 : i32
    %one = arith.constant 1.0 : f64
    %y = arith.addf %x, %one : f64
    %z = arith.negf %y : f64
    %row = tensor.from_elements %y, %z : tensor<2xf64>
    %h1 = eq.push %row, %h : tensor<2xf64> into tensor<4x2xf64>
    %k1 = arith.addi %k, %c1 : i32
    %weight = arith.sitofp %k1 : i32 to f64
    // Slots of the new history, and then of the old one.
    %a0 = tensor.extract %h1[%i0, %i0] : tensor<4x2xf64>
    %a1 = tensor.extract %h1[%i1, %i0] : tensor<4x2xf64>
    %a2 = tensor.extract %h1[%i2, %i0] : tensor<4x2xf64>
    %a3 = tensor.extract %h1[%i3, %i0] : tensor<4x2xf64>
    %s1 = arith.addf %a0, %a1 : f64
    %s2 = arith.addf %s1, %a2 : f64
    %s3 = arith.addf %s2, %a3 : f64
    %s4 = arith.mulf %s3, %weight : f64
    %all1 = arith.addf %all, %s4 : f64
    %last = tensor.extract %h[%i3, %i0] : tensor<4x2xf64>
    %part = arith.mulf %last, %weight : f64
    %oldest1 = arith.addf %oldest, %part : f64
    %done = arith.cmpi sge, %k1, %n : i32
    %true = arith.constant true
    %most = arith.constant 6.0 : f64
    %way = arith.subf %y, %first : f64
    %bad = arith.cmpf oge, %way, %most : f64
    %stop = arith.ori %bad, %done : i1
    %again = arith.xori %stop, %true : i1
    %kept = arith.select %bad, %h, %h1 : tensor<4x2xf64>
    eq.next %again, %y, %kept, %all1, %oldest1 : f64, tensor<4x2xf64>, f64, f64
  }
  eqtest.close %x, dense<[0.0, 4.0, 8.0, 4.0, 10.0, 11.0, 11.0, 11.0]> : tensor<8xf64>, ulps = 0
  eqtest.close %h, dense<[[[100.0, -100.0], [101.0, -101.0], [102.0, -102.0], [103.0, -103.0]], [[4.0, -4.0], [3.0, -3.0], [2.0, -2.0], [200.0, -200.0]], [[7.0, -7.0], [6.0, -6.0], [5.0, -5.0], [4.0, -4.0]], [[4.0, -4.0], [400.0, -400.0], [401.0, -401.0], [402.0, -402.0]], [[9.0, -9.0], [8.0, -8.0], [7.0, -7.0], [6.0, -6.0]], [[10.0, -10.0], [9.0, -9.0], [8.0, -8.0], [7.0, -7.0]], [[11.0, -11.0], [10.0, -10.0], [9.0, -9.0], [8.0, -8.0]], [[11.0, -11.0], [10.0, -10.0], [9.0, -9.0], [8.0, -8.0]]]> : tensor<8x4x2xf64>, ulps = 0
  eqtest.close %all, dense<[0.0, 2044.0, 3396.0, 1207.0, 5544.0, 6618.0, 7440.0, 8280.0]> : tensor<8xf64>, ulps = 0
  eqtest.close %oldest, dense<[0.0, 1210.0, 3049.0, 403.0, 5071.0, 6082.0, 7045.0, 8010.0]> : tensor<8xf64>, ulps = 0
  eqtest.close %steps, dense<[0, 3, 6, 1, 6, 6, 5, 4]> : tensor<8xi32>, ulps = 0
  return
}

// Two states with one history each, of which one takes the other's push: only one
// is a ring. And a history that `start` leaves undefined: a step reads what it
// has pushed itself.
func.func @shared_push() {
  %x0 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %n0 = arith.constant dense<[4, 1, 9]> : tensor<3xi32>
  %max = arith.constant 50 : i32
  %zero = arith.constant dense<0.0> : tensor<3xf64>
  %x, %copy, %old, %steps = eq.loop init(%x0, %zero : tensor<3xf64>, tensor<3xf64>) ins(%n0 : tensor<3xi32>) max(%max : i32)
  start {
  ^bb0(%x: f64, %old: f64, %n: i32):
    %go = arith.constant true
    %none = tensor.empty() : tensor<3xf64>
    %copy = arith.constant dense<0.0> : tensor<3xf64>
    eq.next %go, %x, %copy, %none, %old : f64, tensor<3xf64>, tensor<3xf64>, f64
  } step {
  ^bb0(%k: i32, %x: f64, %copy: tensor<3xf64>, %h: tensor<3xf64>, %old: f64, %n: i32):
    %two = arith.constant 2 : index
    %zero.1 = arith.constant 0.0 : f64
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %y = arith.addf %x, %x : f64
    %h1 = eq.push %y, %h : f64 into tensor<3xf64>
    %there = arith.cmpi sge, %k, %c2 : i32
    %third = tensor.extract %h1[%two] : tensor<3xf64>
    %some = arith.select %there, %third, %zero.1 : f64
    %old1 = arith.addf %old, %some : f64
    %k1 = arith.addi %k, %c1 : i32
    %again = arith.cmpi slt, %k1, %n : i32
    eq.next %again, %y, %h1, %h1, %old1 : f64, tensor<3xf64>, tensor<3xf64>, f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64, %copy: tensor<3xf64>, %h: tensor<3xf64>, %old: f64, %n: i32):
    %zero.1 = arith.constant 0 : index
    %newest = tensor.extract %copy[%zero.1] : tensor<3xf64>
    eq.yield %x, %newest, %old : f64, f64, f64
  }
  eqtest.close %x, dense<[16.0, 4.0, 1536.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %copy, dense<[16.0, 4.0, 1536.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %old, dense<[6.0, 0.0, 762.0]> : tensor<3xf64>, ulps = 0
  return
}
