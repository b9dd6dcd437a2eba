// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 1, rows = 1, refill = 1>'
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 4, rows = 1, refill = 1>'
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 16, rows = 1, refill = 3>'

// What samples that run side by side could mix up: places in tensors, bounds of
// loops, branches and inner loops that differ between them. Numbers are exact.

// Row x of a table, columns 1 and 3; a pair written to row x of a state. In one
// step each: x is 0, 2, 1, and 7, which is out of range and counts as 2.
func.func @slices_by_sample() {
  %x0 = arith.constant dense<[0, 2, 1, 7]> : tensor<4xi32>
  %t0 = arith.constant dense<0.0> : tensor<4x3x2xf64>
  %max = arith.constant 1 : i32
  %x, %t, %row, %steps = eq.loop init(%x0, %t0 : tensor<4xi32>, tensor<4x3x2xf64>) max(%max : i32)
  start {
  ^bb0(%x: i32, %t: tensor<3x2xf64>):
    %go = arith.constant true
    %none = arith.constant dense<0.0> : tensor<2xf64>
    eq.next %go, %x, %t, %none : i32, tensor<3x2xf64>, tensor<2xf64>
  } step {
  ^bb0(%k: i32, %x: i32, %t: tensor<3x2xf64>, %old: tensor<2xf64>):
    %go = arith.constant true
    %table = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0],
        [9.0, 10.0, 11.0, 12.0]]> : tensor<3x4xf64>
    %i = arith.index_cast %x : i32 to index
    %row = tensor.extract_slice %table[%i, 1] [1, 2] [1, 2] : tensor<3x4xf64> to tensor<2xf64>
    %new = tensor.insert_slice %row into %t[%i, 0] [1, 2] [1, 1] : tensor<2xf64> into tensor<3x2xf64>
    eq.next %go, %x, %new, %row : i32, tensor<3x2xf64>, tensor<2xf64>
  }
  eqtest.close %row, dense<[[2.0, 4.0], [10.0, 12.0], [6.0, 8.0], [10.0, 12.0]]> : tensor<4x2xf64>, ulps = 0
  eqtest.close %t, dense<[[[2.0, 4.0], [0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0], [10.0, 12.0]],
      [[0.0, 0.0], [6.0, 8.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0], [10.0, 12.0]]]> : tensor<4x3x2xf64>, ulps = 0
  return
}

// Sums of i from a to b in steps of 2, and how often the loop turned, per sample:
// 1 + 3 + 5, 4 + 6, nothing (b < a), -3 - 1 + 1.
func.func @bounds_by_sample() {
  %a0 = arith.constant dense<[1, 4, 5, -3]> : tensor<4xi32>
  %b0 = arith.constant dense<[6, 8, 2, 2]> : tensor<4xi32>
  %max = arith.constant 1 : i32
  %sum, %turns, %steps = eq.loop init(%a0, %a0 : tensor<4xi32>, tensor<4xi32>)
      ins(%a0, %b0 : tensor<4xi32>, tensor<4xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %s: i32, %n: i32, %a: i32, %b: i32):
    %go = arith.constant true
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %two = arith.constant 2 : i32
    %sum, %turns = scf.for %i = %a to %b step %two iter_args(%sum = %zero, %m = %zero) -> (i32, i32) : i32 {
      %more = arith.addi %sum, %i : i32
      %n1 = arith.addi %m, %one : i32
      scf.yield %more, %n1 : i32, i32
    }
    eq.next %go, %sum, %turns : i32, i32
  }
  eqtest.close %sum, dense<[9, 10, 0, -3]> : tensor<4xi32>
  eqtest.close %turns, dense<[3, 2, 0, 3]> : tensor<4xi32>
  return
}

// A tensor that a loop of own length carries: element i becomes i for i < n.
func.func @tensor_in_a_loop_of_own_length() {
  %n0 = arith.constant dense<[3, 0, 4]> : tensor<3xi32>
  %t0 = arith.constant dense<-1> : tensor<3x4xi32>
  %max = arith.constant 2 : i32
  %t, %steps = eq.loop init(%t0 : tensor<3x4xi32>) ins(%n0 : tensor<3xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %t: tensor<4xi32>, %n: i32):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %end = arith.index_cast %n : i32 to index
    %new = scf.for %i = %c0 to %end step %c1 iter_args(%now = %t) -> (tensor<4xi32>) {
      %v = arith.index_cast %i : index to i32
      %next = tensor.insert %v into %now[%i] : tensor<4xi32>
      scf.yield %next : tensor<4xi32>
    }
    eq.next %go, %new : tensor<4xi32>
  }
  eqtest.close %t, dense<[[0, 1, 2, -1], [-1, -1, -1, -1], [0, 1, 2, 3]]> : tensor<3x4xi32>
  return
}

// The Collatz walk of each sample, the length of it by an inner loop of own bound:
// 27 takes 111 steps (OEIS A006577), 1 none, 97 118; 6 is cut off after 5.
func.func @collatz() {
  %n0 = arith.constant dense<[27, 1, 97, 6]> : tensor<4xi64>
  %most0 = arith.constant dense<[1000, 1000, 1000, 5]> : tensor<4xi32>
  %max = arith.constant 1 : i32
  %zero = arith.constant dense<0> : tensor<4xi32>
  %length, %steps = eq.loop init(%zero : tensor<4xi32>) ins(%n0, %most0 : tensor<4xi64>, tensor<4xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %old: i32, %n: i64, %most: i32):
    %go = arith.constant true
    %last, %length = eq.loop init(%n : i64) max(%most : i32)
    start {
    ^bb0(%n: i64):
      %one = arith.constant 1 : i64
      %again = arith.cmpi ne, %n, %one : i64
      eq.next %again, %n : i64
    } step {
    ^bb0(%k: i32, %n: i64):
      %one = arith.constant 1 : i64
      %three = arith.constant 3 : i64
      %bit = arith.andi %n, %one : i64
      %odd = arith.cmpi eq, %bit, %one : i64
      %half = arith.shrui %n, %one : i64
      %triple = arith.muli %n, %three : i64
      %up = arith.addi %triple, %one : i64
      %next = arith.select %odd, %up, %half : i64
      %again = arith.cmpi ne, %next, %one : i64
      eq.next %again, %next : i64
    }
    eq.next %go, %length : i32
  }
  eqtest.close %length, dense<[111, 0, 118, 5]> : tensor<4xi32>
  return
}

// An inner loop in one side of a branch, over a tensor, in a loop of own length:
// sample x doubles (1, x) n times if x > 0, in n inner loops of one step each.
func.func @inner_loop_under_a_branch() {
  %x0 = arith.constant dense<[1.0, -1.0, 3.0]> : tensor<3xf64>
  %n0 = arith.constant dense<[2, 5, 4]> : tensor<3xi32>
  %t0 = arith.constant dense<0.0> : tensor<3x2xf64>
  %max = arith.constant 2 : i32
  %t, %steps = eq.loop init(%t0 : tensor<3x2xf64>) ins(%x0, %n0 : tensor<3xf64>, tensor<3xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %t: tensor<2xf64>, %x: f64, %n: i32):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f64
    %first = arith.constant 1.0 : f64
    %positive = arith.cmpf ogt, %x, %zero : f64
    %pair = tensor.from_elements %first, %x : tensor<2xf64>
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %new = scf.if %positive -> (tensor<2xf64>) {
      %r = scf.for %i = %c0 to %n step %c1 iter_args(%now = %pair) -> (tensor<2xf64>) : i32 {
        %d, %m = eq.loop init(%now : tensor<2xf64>) max(%c1 : i32)
        step {
        ^bb0(%k: i32, %t: tensor<2xf64>):
          %go = arith.constant true
          %d = arith.addf %t, %t : tensor<2xf64>
          eq.next %go, %d : tensor<2xf64>
        }
        scf.yield %d : tensor<2xf64>
      }
      scf.yield %r : tensor<2xf64>
    } else {
      scf.yield %pair : tensor<2xf64>
    }
    eq.next %go, %new : tensor<2xf64>
  }
  eqtest.close %t, dense<[[4.0, 4.0], [1.0, -1.0], [16.0, 48.0]]> : tensor<3x2xf64>, ulps = 0
  return
}

// A tensor of booleans as state and as input: who of four was hit, by a sieve.
func.func @booleans() {
  %p0 = arith.constant dense<[2, 3, 1]> : tensor<3xi32>
  %hit0 = arith.constant dense<[[false, false, false, false], [false, true, false, true],
      [false, false, false, true]]> : tensor<3x4xi1>
  %max = arith.constant dense<[4, 4, 2]> : tensor<3xi32>
  %hit, %steps = eq.loop init(%hit0 : tensor<3x4xi1>) ins(%p0, %hit0 : tensor<3xi32>, tensor<3x4xi1>) max(%max : tensor<3xi32>)
  step {
  ^bb0(%k: i32, %hit: tensor<4xi1>, %p: i32, %first: tensor<4xi1>):
    %go = arith.constant true
    %zero = arith.constant 0 : i32
    %i = arith.index_cast %k : i32 to index
    %rest = arith.remsi %k, %p : i32
    %divides = arith.cmpi eq, %rest, %zero : i32
    %was = tensor.extract %first[%i] : tensor<4xi1>
    %is = arith.xori %divides, %was : i1
    %next = tensor.insert %is into %hit[%i] : tensor<4xi1>
    eq.next %go, %next : tensor<4xi1>
  }
  eqtest.close %hit, dense<[[true, false, true, false], [true, true, false, false],
      [true, true, false, true]]> : tensor<3x4xi1>
  return
}

// Powers, exact, per sample: 3^k summed over k = 0, 1, 2, and 2^-k of it.
func.func @powers() {
  %b0 = arith.constant dense<[3, -2]> : tensor<2xi32>
  %max = arith.constant 3 : i32
  %zero = arith.constant dense<0> : tensor<2xi32>
  %none = arith.constant dense<0.0> : tensor<2xf64>
  %s, %f, %steps = eq.loop init(%zero, %none : tensor<2xi32>, tensor<2xf64>) ins(%b0 : tensor<2xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %s: i32, %f: f64, %b: i32):
    %go = arith.constant true
    %p = math.ipowi %b, %k : i32
    %s1 = arith.addi %s, %p : i32
    %bf = arith.sitofp %b : i32 to f64
    %q = math.fpowi %bf, %k : f64, i32
    %f1 = arith.addf %f, %q : f64
    eq.next %go, %s1, %f1 : i32, f64
  }
  eqtest.close %s, dense<[13, 3]> : tensor<2xi32>
  eqtest.close %f, dense<[13.0, 3.0]> : tensor<2xf64>, ulps = 0
  return
}

// A history of the last three values, newest first: powers of two of each sample.
func.func @history() {
  %x0 = arith.constant dense<[1.0, 3.0]> : tensor<2xf64>
  %h0 = arith.constant dense<0.0> : tensor<2x3xf64>
  %max = arith.constant dense<[2, 5]> : tensor<2xi32>
  %x, %h, %steps = eq.loop init(%x0, %h0 : tensor<2xf64>, tensor<2x3xf64>) max(%max : tensor<2xi32>)
  step {
  ^bb0(%k: i32, %x: f64, %h: tensor<3xf64>):
    %go = arith.constant true
    %y = arith.addf %x, %x : f64
    %new = eq.push %y, %h : f64 into tensor<3xf64>
    eq.next %go, %y, %new : f64, tensor<3xf64>
  }
  eqtest.close %h, dense<[[4.0, 2.0, 0.0], [96.0, 48.0, 24.0]]> : tensor<2x3xf64>, ulps = 0
  return
}

// tensor.generate with a number of each sample: i x.
func.func @generated() {
  %x0 = arith.constant dense<[1.0, 0.5]> : tensor<2xf64>
  %t0 = arith.constant dense<0.0> : tensor<2x3xf64>
  %max = arith.constant 1 : i32
  %t, %steps = eq.loop init(%t0 : tensor<2x3xf64>) ins(%x0 : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %t: tensor<3xf64>, %x: f64):
    %go = arith.constant true
    %new = tensor.generate {
    ^bb0(%i: index):
      %n = arith.index_cast %i : index to i64
      %f = arith.sitofp %n : i64 to f64
      %y = arith.mulf %f, %x : f64
      tensor.yield %y : f64
    } : tensor<3xf64>
    eq.next %go, %new : tensor<3xf64>
  }
  eqtest.close %t, dense<[[0.0, 1.0, 2.0], [0.0, 0.5, 1.0]]> : tensor<2x3xf64>, ulps = 0
  return
}

// Two tensors that each turn makes of each other: (a, b) -> (W b, W a), W a
// permutation of 1, 2, 3 by one place, so n turns move by n places and swap.
func.func @products_in_a_loop_of_own_length() {
  %n0 = arith.constant dense<[1, 2, 0]> : tensor<3xi32>
  %a0 = arith.constant dense<[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]> : tensor<3x3xf64>
  %b0 = arith.constant dense<[[4.0, 5.0, 6.0], [4.0, 5.0, 6.0], [4.0, 5.0, 6.0]]> : tensor<3x3xf64>
  %w0 = arith.constant dense<[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]> : tensor<3x3xf64>
  %max = arith.constant 1 : i32
  %a, %b, %steps = eq.loop init(%a0, %b0 : tensor<3x3xf64>, tensor<3x3xf64>) ins(%n0 : tensor<3xi32>)
      shared(%w0 : tensor<3x3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: tensor<3xf64>, %b: tensor<3xf64>, %n: i32, %w: tensor<3x3xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %zero = arith.constant dense<0.0> : tensor<3xf64>
    %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%p = %a, %q = %b) -> (tensor<3xf64>, tensor<3xf64>) : i32 {
      %wq = linalg.matvec ins(%w, %q : tensor<3x3xf64>, tensor<3xf64>) outs(%zero : tensor<3xf64>) -> tensor<3xf64>
      %wp = linalg.matvec ins(%w, %p : tensor<3x3xf64>, tensor<3xf64>) outs(%zero : tensor<3xf64>) -> tensor<3xf64>
      scf.yield %wq, %wp : tensor<3xf64>, tensor<3xf64>
    }
    eq.next %go, %r#0, %r#1 : tensor<3xf64>, tensor<3xf64>
  }
  eqtest.close %a, dense<[[5.0, 6.0, 4.0], [3.0, 1.0, 2.0], [1.0, 2.0, 3.0]]> : tensor<3x3xf64>, ulps = 0
  eqtest.close %b, dense<[[2.0, 3.0, 1.0], [6.0, 4.0, 5.0], [4.0, 5.0, 6.0]]> : tensor<3x3xf64>, ulps = 0
  return
}

// Where samples diverge, two states go back to what they were, and one, the image
// under the map, to what another was: 2.5^3 times the start, after three steps.
// A sample that does not diverge keeps its last image.
func.func @a_state_that_goes_back_to_another() {
  %z0 = arith.constant dense<[[1.0, 2.0], [0.0, 0.0], [2.0, 0.0]]> : tensor<3x2xf64>
  %n0 = arith.constant dense<0> : tensor<3x2xi64>
  %damping = arith.constant 0.5 : f64
  %bound = arith.constant 100.0 : f64
  %max = arith.constant 10 : i32
  %z, %n, %residual, %steps, %status = eq.fixed_point init(%z0, %n0 : tensor<3x2xf64>, tensor<3x2xi64>)
      until(bound = %bound : f64, max = %max : i32) method(#eq.picard) with(damping = %damping : f64) {
  ^bb0(%z: tensor<2xf64>, %n: tensor<2xi64>):
    %four = arith.constant dense<4.0> : tensor<2xf64>
    %one = arith.constant dense<1> : tensor<2xi64>
    %fz = arith.mulf %z, %four : tensor<2xf64>
    %fn = arith.addi %n, %one : tensor<2xi64>
    eq.yield %fz, %fn : tensor<2xf64>, tensor<2xi64>
  }
  eqtest.close %status, dense<[3, 1, 3]> : tensor<3xi32>
  eqtest.close %z, dense<[[15.625, 31.25], [0.0, 0.0], [31.25, 0.0]]> : tensor<3x2xf64>, ulps = 0
  eqtest.close %n, dense<[[3, 3], [10, 10], [3, 3]]> : tensor<3x2xi64>
  return
}

// Two estimates of the error, of which each row is written and read again in one
// nest. A 2 x 2 state is no other problem than one of length 4.
func.func @matrices_and_vectors() {
  %m0 = arith.constant dense<[[[1.0, -0.5], [0.25, 3.0]], [[2.0, 0.0], [-1.5, 0.75]]]> : tensor<2x2x2xf64>
  %v0 = arith.constant dense<[[1.0, -0.5, 0.25, 3.0], [2.0, 0.0, -1.5, 0.75]]> : tensor<2x4xf64>
  %from = arith.constant 0.0 : f64
  %to = arith.constant 2.0 : f64
  %tol = arith.constant 1.0e-6 : f64
  %max = arith.constant 100 : i32
  %m, %tm, %em, %nm, %rm, %sm = eq.ode init(%m0 : tensor<2x2x2xf64>) from(%from : f64) to(%to : f64)
      within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %y: tensor<2x2xf64>):
    %f = arith.negf %y : tensor<2x2xf64>
    eq.yield %f : tensor<2x2xf64>
  }
  %v, %tv, %ev, %nv, %rv, %sv = eq.ode init(%v0 : tensor<2x4xf64>) from(%from : f64) to(%to : f64)
      within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %y: tensor<4xf64>):
    %f = arith.negf %y : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  %same = tensor.collapse_shape %m [[0], [1, 2]] : tensor<2x2x2xf64> into tensor<2x4xf64>
  eqtest.equal_bits %same, %v : tensor<2x4xf64>
  eqtest.equal_bits %em, %ev : tensor<2xf64>
  return
}
