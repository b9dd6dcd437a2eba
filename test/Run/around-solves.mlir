// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Solves among ordinary operations of a function: in loops, under branches, with
// the same operand in several places. Numbers are exact.

// A continuation: each solve starts where the last one ended. z -> z / 2 + c with
// c = 1, 2, 3 and two iterations each, from 0: (0, 1, 1.5), (2.75, 3.375),
// (4.6875, 5.34375).
func.func @in_a_for() {
  %z0 = arith.constant dense<0.0> : tensor<2xf64>
  %two = arith.constant 2 : i32
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %z = scf.for %i = %c1 to %c4 step %c1 iter_args(%start = %z0) -> (tensor<2xf64>) {
    %n = arith.index_cast %i : index to i32
    %c = arith.sitofp %n : i32 to f64
    %y, %r, %m, %s = eq.fixed_point init(%start : tensor<2xf64>) shared(%c : f64)
        until(max = %two : i32) method(#eq.picard) {
    ^bb0(%y: f64, %c: f64):
      %half = arith.constant 0.5 : f64
      %h = arith.mulf %y, %half : f64
      %f = arith.addf %h, %c : f64
      eq.yield %f : f64
    }
    scf.yield %y : tensor<2xf64>
  }
  eqtest.close %z, dense<5.34375> : tensor<2xf64>, ulps = 0
  return
}

// Under a branch, with a tensor state.
func.func @under_an_if() {
  %z0 = arith.constant dense<[8.0, 4.0]> : tensor<2xf64>
  %one = arith.constant 1 : i32
  %go = arith.cmpi eq, %one, %one : i32
  %z = scf.if %go -> (tensor<2xf64>) {
    %y, %r, %m, %s = eq.fixed_point init(%z0 : tensor<2xf64>) until(max = %one : i32)
        method(#eq.picard) {
    ^bb0(%y: tensor<2xf64>):
      %half = arith.constant dense<0.5> : tensor<2xf64>
      %h = arith.mulf %y, %half : tensor<2xf64>
      eq.yield %h : tensor<2xf64>
    }
    scf.yield %y : tensor<2xf64>
  } else {
    scf.yield %z0 : tensor<2xf64>
  }
  eqtest.close %z, dense<[4.0, 2.0]> : tensor<2xf64>, ulps = 0
  return
}

// One tensor as two states, an input, a shared value and a scale.
func.func @one_operand_many_places() {
  %v = arith.constant dense<[2.0, 4.0]> : tensor<2xf64>
  %max = arith.constant 1 : i32
  %a, %b, %r, %n, %s = eq.fixed_point
      init(%v, %v : tensor<2xf64>, tensor<2xf64>) ins(%v : tensor<2xf64>)
      shared(%v : tensor<2xf64>) scale(%v, %v : tensor<2xf64>, tensor<2xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: f64, %b: f64, %x: f64, %w: tensor<2xf64>):
    %c1 = arith.constant 1 : index
    %w1 = tensor.extract %w[%c1] : tensor<2xf64>
    %fa = arith.addf %a, %x : f64
    %fb = arith.mulf %b, %w1 : f64
    eq.yield %fa, %fb : f64, f64
  }
  eqtest.close %a, dense<[4.0, 8.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %b, dense<[8.0, 16.0]> : tensor<2xf64>, ulps = 0
  // Changes over scale: b moved by 6 and 12, over 2 and 4.
  eqtest.close %r, dense<3.0> : tensor<2xf64>, ulps = 0
  eqtest.close %v, dense<[2.0, 4.0]> : tensor<2xf64>, ulps = 0
  return
}

// A batch cut from a larger tensor, and one read backwards by a transpose: strides
// of operands are honoured.
func.func @strided_operands() {
  %t = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %max = arith.constant 1 : i32
  %column = tensor.extract_slice %t[0, 1] [2, 1] [1, 1] : tensor<2x3xf64> to tensor<2xf64>
  %empty = tensor.empty() : tensor<3x2xf64>
  %turned = linalg.transpose ins(%t : tensor<2x3xf64>) outs(%empty : tensor<3x2xf64>) permutation = [1, 0]
  %z, %r, %n, %s = eq.fixed_point init(%column : tensor<2xf64>) shared(%turned : tensor<3x2xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %w: tensor<3x2xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    // w[2, 0] = t[0, 2] = 3 and w[0, 1] = t[1, 0] = 4.
    %a = tensor.extract %w[%c2, %c0] : tensor<3x2xf64>
    %b = tensor.extract %w[%c0, %c1] : tensor<3x2xf64>
    %az = arith.mulf %a, %z : f64
    %f = arith.addf %az, %b : f64
    eq.yield %f : f64
  }
  eqtest.close %z, dense<[10.0, 19.0]> : tensor<2xf64>, ulps = 0
  return
}

// What is computed from the results of a solve on the whole batch.
func.func @statistics_of_a_batch() {
  %z0 = arith.constant dense<[1.0, 2.0, 4.0, 8.0]> : tensor<4xf64>
  %tol = arith.constant 1.0 : f64
  %max = arith.constant 9 : i32
  %z, %r, %n, %s = eq.fixed_point init(%z0 : tensor<4xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  %zero = arith.constant dense<0> : tensor<i32>
  %sum = linalg.reduce ins(%n : tensor<4xi32>) outs(%zero : tensor<i32>) dimensions = [0]
      (%x: i32, %t: i32) {
        %u = arith.addi %t, %x : i32
        linalg.yield %u : i32
      }
  %total = tensor.extract %sum[] : tensor<i32>
  // 1 + 1 + 2 + 3.
  eqtest.close %total, 7 : i32
  return
}

// A step that hands back its old state where something holds, and the new one
// else, for every tensor state by one condition: z doubles until it is above 20,
// and the count goes on.
func.func @keeps_the_old_state() {
  %z0 = arith.constant dense<[[1.0, 3.0], [5.0, 7.0]]> : tensor<2x2xf64>
  %y0 = arith.constant dense<[[1.0], [1.0]]> : tensor<2x1xf64>
  %max = arith.constant 6 : i32
  %z, %y, %n = eq.loop init(%z0, %y0 : tensor<2x2xf64>, tensor<2x1xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<2xf64>, %y: tensor<1xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %limit = arith.constant 20.0 : f64
    %first = tensor.extract %z[%c0] : tensor<2xf64>
    %above = arith.cmpf ogt, %first, %limit : f64
    %z2 = arith.addf %z, %z : tensor<2xf64>
    %y2 = arith.addf %y, %y : tensor<1xf64>
    %fz = arith.select %above, %z, %z2 : tensor<2xf64>
    %fy = arith.select %above, %y, %y2 : tensor<1xf64>
    eq.next %go, %fz, %fy : tensor<2xf64>, tensor<1xf64>
  }
  // 1 doubles five times to 32, 5 three times to 40.
  eqtest.close %z, dense<[[32.0, 96.0], [40.0, 56.0]]> : tensor<2x2xf64>, ulps = 0
  eqtest.close %y, dense<[[32.0], [8.0]]> : tensor<2x1xf64>, ulps = 0
  eqtest.close %n, dense<6> : tensor<2xi32>
  return
}

// The same with other conditions for each state.
func.func @keeps_by_two_conditions() {
  %z0 = arith.constant dense<[1.0, 3.0]> : tensor<2xf64>
  %y0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %max = arith.constant 6 : i32
  %z, %y, %n = eq.loop init(%z0, %y0 : tensor<2xf64>, tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<2xf64>, %y: tensor<2xf64>):
    %go = arith.constant true
    %three = arith.constant 3 : i32
    %late = arith.cmpi sge, %k, %three : i32
    %early = arith.cmpi slt, %k, %three : i32
    %z2 = arith.addf %z, %z : tensor<2xf64>
    %y2 = arith.addf %y, %z : tensor<2xf64>
    %fz = arith.select %late, %z, %z2 : tensor<2xf64>
    %fy = arith.select %early, %y, %y2 : tensor<2xf64>
    eq.next %go, %fz, %fy : tensor<2xf64>, tensor<2xf64>
  }
  // z is 8 times as large after three steps, then y adds it three times.
  eqtest.close %z, dense<[8.0, 24.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %y, dense<[25.0, 74.0]> : tensor<2xf64>, ulps = 0
  return
}
