// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// eq.loop itself: a batch of bounded while loops. Numbers are exact.

// Short form: the state is `init`, the results are the state. Halved until not
// above 1: 5 takes 3 steps to 0.625, 1 takes 1 (the first step is always made),
// 64 takes 6.
func.func @short_form() {
  %x0 = arith.constant dense<[5.0, 1.0, 64.0]> : tensor<3xf32>
  %max = arith.constant 100 : i32
  %x, %steps = eq.loop init(%x0 : tensor<3xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f32):
    %half = arith.constant 0.5 : f32
    %one = arith.constant 1.0 : f32
    %y = arith.mulf %x, %half : f32
    %again = arith.cmpf ogt, %y, %one : f32
    eq.next %again, %y : f32
  }
  eqtest.close %x, dense<[0.625, 0.5, 1.0]> : tensor<3xf32>, ulps = 0
  eqtest.close %steps, dense<[3, 1, 6]> : tensor<3xi32>
  return
}

// max per sample, below 0 counts as 0; no batch; k counts from 0.
func.func @max_per_sample() {
  %x0 = arith.constant dense<0> : tensor<4xi32>
  %max = arith.constant dense<[3, 0, -5, 4]> : tensor<4xi32>
  %x, %steps = eq.loop init(%x0 : tensor<4xi32>) max(%max : tensor<4xi32>)
  step {
  ^bb0(%k: i32, %x: i32):
    %go = arith.constant true
    %ten = arith.constant 10 : i32
    %shifted = arith.muli %x, %ten : i32
    %digit = arith.addi %shifted, %k : i32
    eq.next %go, %digit : i32
  }
  // The digits of k: 0, 1, 2 and 0, 1, 2, 3.
  eqtest.close %x, dense<[12, 0, 0, 123]> : tensor<4xi32>
  eqtest.close %steps, dense<[3, 0, 0, 4]> : tensor<4xi32>
  return
}

// Long form: `start` makes a private state (the previous value) of another type,
// `finish` gives other values than the states. Fibonacci numbers: (a, b) ->
// (b, a + b) from (0, 1); start itself makes b, from a per-sample and a shared
// input. After 10 steps a is F(10) = 55, b is F(11) = 89.
func.func @long_form() {
  %a0 = arith.constant dense<[0, 1]> : tensor<2xi64>
  %x0 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %zero = arith.constant 0 : i64
  %max = arith.constant 10 : i32
  %sum, %k, %again, %ratio, %steps = eq.loop
      init(%a0 : tensor<2xi64>) ins(%x0 : tensor<2xi64>) shared(%zero : i64) max(%max : i32)
  start {
  ^bb0(%a: i64, %x: i64, %zero: i64):
    %go = arith.constant true
    %b = arith.addi %x, %zero : i64
    %unused = arith.constant dense<0.0> : tensor<3xf32>
    eq.next %go, %a, %b, %unused : i64, i64, tensor<3xf32>
  } step {
  ^bb0(%k: i32, %a: i64, %b: i64, %t: tensor<3xf32>, %x: i64, %zero: i64):
    %go = arith.constant true
    %next = arith.addi %a, %b : i64
    eq.next %go, %b, %next, %t : i64, i64, tensor<3xf32>
  } finish {
  ^bb0(%k: i32, %again: i1, %a: i64, %b: i64, %t: tensor<3xf32>, %x: i64, %zero: i64):
    %sum = arith.addi %a, %b : i64
    %x_and_a = arith.addi %x, %a : i64
    eq.yield %sum, %k, %again, %x_and_a : i64, i32, i1, i64
  }
  // From (0, 1): 55 + 89. From (1, 2), two places further: F(12) + F(13).
  eqtest.close %sum, dense<[144, 377]> : tensor<2xi64>
  eqtest.close %k, dense<10> : tensor<2xi32>
  eqtest.close %steps, dense<10> : tensor<2xi32>
  // Still set with k == max: the bound was met.
  eqtest.close %again, dense<true> : tensor<2xi1>
  eqtest.close %ratio, dense<[56, 146]> : tensor<2xi64>
  return
}

// `start` and `finish` run for every sample, also one that makes no step:
// because `again` of `start` is not set, or because max is 0.
func.func @no_step() {
  %x0 = arith.constant dense<[1.0, -1.0, 2.0]> : tensor<3xf64>
  %max = arith.constant dense<[0, 5, 5]> : tensor<3xi32>
  %x, %again, %steps = eq.loop init(%x0 : tensor<3xf64>) max(%max : tensor<3xi32>)
  start {
  ^bb0(%x: f64):
    %zero = arith.constant 0.0 : f64
    %positive = arith.cmpf ogt, %x, %zero : f64
    %ten = arith.constant 10.0 : f64
    %y = arith.mulf %x, %ten : f64
    eq.next %positive, %y : f64
  } step {
  ^bb0(%k: i32, %x: f64):
    %stop = arith.constant false
    %one = arith.constant 1.0 : f64
    %y = arith.addf %x, %one : f64
    eq.next %stop, %y : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64):
    %y = arith.negf %x : f64
    eq.yield %y, %again : f64, i1
  }
  eqtest.close %x, dense<[-10.0, 10.0, -21.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %steps, dense<[0, 0, 1]> : tensor<3xi32>
  eqtest.close %again, dense<[true, false, false]> : tensor<3xi1>
  return
}

// eq.push: the newest value in front, the oldest lost. Five pushes of 0 .. 4 onto
// (9, 9, 9) leave (4, 3, 2); two leave (1, 0, 9).
func.func @push() {
  %x0 = arith.constant dense<0.0> : tensor<2xf64>
  %max = arith.constant dense<[5, 2]> : tensor<2xi32>
  %h, %steps = eq.loop init(%x0 : tensor<2xf64>) max(%max : tensor<2xi32>)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    %nines = arith.constant dense<9.0> : tensor<3xf64>
    eq.next %go, %x, %nines : f64, tensor<3xf64>
  } step {
  ^bb0(%k: i32, %x: f64, %h: tensor<3xf64>):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %h1 = eq.push %x, %h : f64 into tensor<3xf64>
    %x1 = arith.addf %x, %one : f64
    eq.next %go, %x1, %h1 : f64, tensor<3xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64, %h: tensor<3xf64>):
    eq.yield %h : tensor<3xf64>
  }
  eqtest.close %h, dense<[[4.0, 3.0, 2.0], [1.0, 0.0, 9.0]]> : tensor<2x3xf64>, ulps = 0
  return
}

// The same for tensors, and for a history of one: the value pushed in step k is
// (k, 10 k).
func.func @push_tensors() {
  %x0 = arith.constant dense<[0.0, 0.0]> : tensor<2xf32>
  %max = arith.constant 4 : i32
  %h, %last, %steps = eq.loop init(%x0 : tensor<2xf32>) max(%max : i32)
  start {
  ^bb0(%x: tensor<2xf32>):
    %go = arith.constant true
    %none = arith.constant dense<-1.0> : tensor<3x2xf32>
    %no = arith.constant dense<-1.0> : tensor<1x2xf32>
    eq.next %go, %x, %none, %no : tensor<2xf32>, tensor<3x2xf32>, tensor<1x2xf32>
  } step {
  ^bb0(%k: i32, %x: tensor<2xf32>, %h: tensor<3x2xf32>, %l: tensor<1x2xf32>):
    %go = arith.constant true
    %h1 = eq.push %x, %h : tensor<2xf32> into tensor<3x2xf32>
    %l1 = eq.push %x, %l : tensor<2xf32> into tensor<1x2xf32>
    %step = arith.constant dense<[1.0, 10.0]> : tensor<2xf32>
    %x1 = arith.addf %x, %step : tensor<2xf32>
    eq.next %go, %x1, %h1, %l1 : tensor<2xf32>, tensor<3x2xf32>, tensor<1x2xf32>
  } finish {
  ^bb0(%k: i32, %again: i1, %x: tensor<2xf32>, %h: tensor<3x2xf32>, %l: tensor<1x2xf32>):
    eq.yield %h, %l : tensor<3x2xf32>, tensor<1x2xf32>
  }
  eqtest.close %h, dense<[[3.0, 30.0], [2.0, 20.0], [1.0, 10.0]]> : tensor<3x2xf32>, ulps = 0
  eqtest.close %last, dense<[[3.0, 30.0]]> : tensor<1x2xf32>, ulps = 0
  return
}

// The old history is still there after a push: the state keeps both.
func.func @push_keeps_the_old() {
  %x0 = arith.constant 7.0 : f64
  %max = arith.constant 1 : i32
  %old, %new, %steps = eq.loop init(%x0 : f64) max(%max : i32)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    %h = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
    eq.next %go, %x, %h, %h : f64, tensor<2xf64>, tensor<2xf64>
  } step {
  ^bb0(%k: i32, %x: f64, %old: tensor<2xf64>, %new: tensor<2xf64>):
    %go = arith.constant true
    %pushed = eq.push %x, %new : f64 into tensor<2xf64>
    eq.next %go, %x, %new, %pushed : f64, tensor<2xf64>, tensor<2xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64, %old: tensor<2xf64>, %new: tensor<2xf64>):
    eq.yield %old, %new : tensor<2xf64>, tensor<2xf64>
  }
  eqtest.close %old, dense<[1.0, 2.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %new, dense<[7.0, 1.0]> : tensor<2xf64>, ulps = 0
  return
}

// A loop in a loop, in a batch of dimension 2 x 2: the inner one multiplies by
// adding, x times the outer k. Sum over k = 0 .. 3 of k x = 6 x.
func.func @loop_in_loop() {
  %x0 = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  %max = arith.constant 4 : i32
  %sum, %steps = eq.loop init(%x0 : tensor<2x2xi32>) max(%max : i32)
  start {
  ^bb0(%x: i32):
    %go = arith.constant true
    %zero = arith.constant 0 : i32
    eq.next %go, %x, %zero : i32, i32
  } step {
  ^bb0(%k: i32, %x: i32, %sum: i32):
    %go = arith.constant true
    %more, %n = eq.loop init(%sum : i32) shared(%x : i32) max(%k : i32)
    step {
    ^bb0(%j: i32, %s: i32, %x: i32):
      %go = arith.constant true
      %t = arith.addi %s, %x : i32
      eq.next %go, %t : i32
    }
    eq.next %go, %x, %more : i32, i32
  } finish {
  ^bb0(%k: i32, %again: i1, %x: i32, %sum: i32):
    eq.yield %sum : i32
  }
  eqtest.close %sum, dense<[[6, 12], [18, 24]]> : tensor<2x2xi32>
  eqtest.close %steps, dense<4> : tensor<2x2xi32>
  return
}

// A loop of a batch inside a step: three rows of a table, each with its own
// number of steps, as one sample of the outer loop sees it.
func.func @batch_in_loop() {
  %x0 = arith.constant dense<[[1.0, 3.0, 9.0], [2.0, 5.0, 8.0]]> : tensor<2x3xf64>
  %max = arith.constant 2 : i32
  %x, %steps = eq.loop init(%x0 : tensor<2x3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: tensor<3xf64>):
    %go = arith.constant true
    %limit = arith.constant 100 : i32
    // Halves each component until it is at most 2.
    %y, %n = eq.loop init(%x : tensor<3xf64>) max(%limit : i32)
    start {
    ^bb0(%x: f64):
      %two = arith.constant 2.0 : f64
      %above = arith.cmpf ogt, %x, %two : f64
      eq.next %above, %x : f64
    } step {
    ^bb0(%j: i32, %x: f64):
      %half = arith.constant 0.5 : f64
      %two = arith.constant 2.0 : f64
      %h = arith.mulf %x, %half : f64
      %above = arith.cmpf ogt, %h, %two : f64
      eq.next %above, %h : f64
    }
    %four = arith.constant dense<4.0> : tensor<3xf64>
    %z = arith.mulf %y, %four : tensor<3xf64>
    eq.next %go, %z : tensor<3xf64>
  }
  // Step 1: (1, 1.5, 1.125) and (2, 1.25, 2), times 4. Step 2 halves those to
  // (2, 1.5, 1.125) and (2, 1.25, 2), times 4 again.
  eqtest.close %x, dense<[[8.0, 6.0, 4.5], [8.0, 5.0, 8.0]]> : tensor<2x3xf64>, ulps = 0
  return
}

// Private state may start uninitialised, as long as nobody reads it.
func.func @uninitialised() {
  %x0 = arith.constant dense<[2.0, 3.0]> : tensor<2xf64>
  %max = arith.constant 2 : i32
  %h, %steps = eq.loop init(%x0 : tensor<2xf64>) max(%max : i32)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    %none = tensor.empty() : tensor<2xf64>
    eq.next %go, %x, %none : f64, tensor<2xf64>
  } step {
  ^bb0(%k: i32, %x: f64, %h: tensor<2xf64>):
    %go = arith.constant true
    %h1 = eq.push %x, %h : f64 into tensor<2xf64>
    %square = arith.mulf %x, %x : f64
    eq.next %go, %square, %h1 : f64, tensor<2xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64, %h: tensor<2xf64>):
    eq.yield %h : tensor<2xf64>
  }
  eqtest.close %h, dense<[[4.0, 2.0], [9.0, 3.0]]> : tensor<2x2xf64>, ulps = 0
  return
}
