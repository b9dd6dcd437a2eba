// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// A solve in the body of another belongs to one sample of the outer one. Where
// it fails, that evaluation fails, unless the body reads its status.

// Heron's square root as an inner solve: z -> sqrt(2 + z), whose solution is 2.
// The outer map shrinks distances by 1 / (2 sqrt(2 + z)) = 1/4 there, and the
// inner one is exact to a few ULPs, so a last change of 1e-12 leaves less than
// 4e-13 + rounding. Batch of three starts, 0 to 40.
func.func @inner_root() {
  %z0 = arith.constant dense<[0.0, 1.5, 40.0]> : tensor<3xf64>
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %tol: f64, %max: i32):
    %two = arith.constant 2.0 : f64
    %s = arith.addf %z, %two : f64
    %y, %r, %n, %inner = eq.fixed_point init(%s : f64) ins(%s : f64)
        until(rel = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%y: f64, %s: f64):
      %half = arith.constant 0.5 : f64
      %q = arith.divf %s, %y : f64
      %t = arith.addf %y, %q : f64
      %f = arith.mulf %t, %half : f64
      eq.yield %f : f64
    }
    eq.yield %y : f64
  }
  eqtest.status %status, converged : tensor<3xi32>
  eqtest.close %z, dense<2.0> : tensor<3xf64>, abs = 1.0e-12
  return
}

// The inner solve y -> y / 2 + z has 2 z as its solution where it may iterate, and
// gives up at max = 3. The outer problem ends with inner_failed; its state is the
// one whose evaluation failed.
func.func @inner_gives_up() {
  %z0 = arith.constant dense<[[1.0, 2.0], [0.0, 0.0]]> : tensor<2x2xf64>
  %tol = arith.constant 1.0e-12 : f64
  %max = arith.constant 3 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2x2xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>, %tol: f64, %max: i32):
    %y, %r, %n, %inner = eq.fixed_point init(%z : tensor<2xf64>) ins(%z : tensor<2xf64>)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%y: tensor<2xf64>, %z: tensor<2xf64>):
      %half = arith.constant dense<0.5> : tensor<2xf64>
      %h = arith.mulf %y, %half : tensor<2xf64>
      %f = arith.addf %h, %z : tensor<2xf64>
      eq.yield %f : tensor<2xf64>
    }
    eq.yield %y : tensor<2xf64>
  }
  // The second sample starts at the solution 0 of both problems.
  eqtest.status %status, [inner_failed, converged] : tensor<2xi32>
  eqtest.close %iterations, dense<1> : tensor<2xi32>
  eqtest.close %z, dense<[[1.0, 2.0], [0.0, 0.0]]> : tensor<2x2xf64>, ulps = 0
  return
}

// on_failure(ignore): the evaluation counts with what the inner solve reached.
// One inner iteration of y -> y / 2 + 1 from z makes the outer map z / 2 + 1.
func.func @ignored() {
  %z0 = arith.constant 0.0 : f64
  %tol = arith.constant 0.125 : f64
  %max = arith.constant 20 : i32
  %one = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) shared(%one : i32) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64, %once: i32):
    %y, %r, %n, %inner = eq.fixed_point init(%z : f64) until(max = %once : i32)
        method(#eq.picard) on_failure(ignore) {
    ^bb0(%y: f64):
      %half = arith.constant 0.5 : f64
      %one = arith.constant 1.0 : f64
      %h = arith.mulf %y, %half : f64
      %f = arith.addf %h, %one : f64
      eq.yield %f : f64
    }
    eq.yield %y : f64
  }
  // Changes 1, 1/2, 1/4, 1/8.
  eqtest.status %status, converged
  eqtest.close %iterations, 4 : i32
  eqtest.close %z, 1.875 : f64, ulps = 0
  return
}

// A body that reads the inner status deals with it: where the inner solve did not
// converge it yields 5.
func.func @status_is_read() {
  %z0 = arith.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %tol = arith.constant 0.25 : f64
  %max = arith.constant 20 : i32
  %inner_max = arith.constant dense<[2, 20]> : tensor<2xi32>
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf64>) ins(%inner_max : tensor<2xi32>) shared(%tol : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %max: i32, %tol: f64):
    %y0 = arith.constant 8.0 : f64
    %y, %r, %n, %inner = eq.fixed_point init(%y0 : f64) until(abs = %tol : f64, max = %max : i32)
        method(#eq.picard) {
    ^bb0(%y: f64):
      %half = arith.constant 0.5 : f64
      %f = arith.mulf %y, %half : f64
      eq.yield %f : f64
    }
    %zero = arith.constant 0 : i32
    %five = arith.constant 5.0 : f64
    %good = arith.cmpi eq, %inner, %zero : i32
    %f = arith.select %good, %y, %five : f64
    eq.yield %f : f64
  }
  // The inner solve ends at 1/4 where it may; both outer maps are constant, so
  // the second evaluation has no change.
  eqtest.status %status, converged : tensor<2xi32>
  eqtest.close %iterations, dense<2> : tensor<2xi32>
  eqtest.close %z, dense<[5.0, 0.25]> : tensor<2xf64>, ulps = 0
  return
}

// A failed evaluation that is also a NaN says inner_failed: that is why.
func.func @inner_is_nan() {
  %z0 = arith.constant -1.0 : f64
  %tol = arith.constant 1.0e-9 : f64
  %max = arith.constant 20 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %tol: f64, %max: i32):
    %y, %r, %n, %inner = eq.fixed_point init(%z : f64)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%y: f64):
      %f = math.sqrt %y : f64
      eq.yield %f : f64
    }
    %nan = math.sqrt %y : f64
    eq.yield %nan : f64
  }
  eqtest.status %status, inner_failed
  eqtest.close %iterations, 1 : i32
  eqtest.close %z, -1.0 : f64, ulps = 0
  return
}

// A batch inside: one sample of the outer problem solves three inner ones, and
// one of them failing is enough.
func.func @one_of_a_batch_fails() {
  %z0 = arith.constant dense<[[1.0, 1.0, 1.0], [1.0, 64.0, 1.0]]> : tensor<2x3xf64>
  %tol = arith.constant 0.5 : f64
  %max = arith.constant 3 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2x3xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>, %tol: f64, %max: i32):
    %y, %r, %n, %inner = eq.fixed_point init(%z : tensor<3xf64>)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%y: f64):
      %half = arith.constant 0.5 : f64
      %f = arith.mulf %y, %half : f64
      eq.yield %f : f64
    }
    eq.yield %y : tensor<3xf64>
  }
  eqtest.status %status, [converged, inner_failed] : tensor<2xi32>
  eqtest.close %z, dense<[[0.5, 0.5, 0.5], [1.0, 64.0, 1.0]]> : tensor<2x3xf64>, ulps = 0
  return
}

// Three deep: the innermost gives up, so the middle one ends with inner_failed,
// and so does the outer one.
func.func @three_deep() {
  %z0 = arith.constant 1.0 : f64
  %tol = arith.constant 1.0e-9 : f64
  %max = arith.constant 4 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %tol: f64, %max: i32):
    %y, %r, %n, %s = eq.fixed_point init(%z : f64) shared(%tol, %max : f64, i32)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%y: f64, %tol: f64, %max: i32):
      %x, %q, %m, %t = eq.fixed_point init(%y : f64)
          until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
      ^bb0(%x: f64):
        %half = arith.constant 0.5 : f64
        %f = arith.mulf %x, %half : f64
        eq.yield %f : f64
      }
      eq.yield %x : f64
    }
    eq.yield %y : f64
  }
  eqtest.status %status, inner_failed
  eqtest.close %iterations, 1 : i32
  eqtest.close %z, 1.0 : f64, ulps = 0
  return
}

// An inner solve under a branch fails the evaluation when it runs, and not when
// it does not: sample 1 never takes the branch.
func.func @under_a_branch() {
  %z0 = arith.constant dense<[1.0, -1.0]> : tensor<2xf64>
  %tol = arith.constant 1.0e-9 : f64
  %max = arith.constant 4 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %tol: f64, %max: i32):
    %zero = arith.constant 0.0 : f64
    %positive = arith.cmpf ogt, %z, %zero : f64
    %f = scf.if %positive -> (f64) {
      %y, %r, %n, %inner = eq.fixed_point init(%z : f64)
          until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
      ^bb0(%y: f64):
        %half = arith.constant 0.5 : f64
        %h = arith.mulf %y, %half : f64
        eq.yield %h : f64
      }
      scf.yield %y : f64
    } else {
      scf.yield %z : f64
    }
    eq.yield %f : f64
  }
  eqtest.status %status, [inner_failed, converged] : tensor<2xi32>
  eqtest.close %z, dense<[1.0, -1.0]> : tensor<2xf64>, ulps = 0
  return
}

// The inner solution is used twice, once scaled: neither use changes the other.
// f(z) = (y, 2 y) with y = (1/2, 1/2) after one inner iteration.
func.func @inner_solution_used_twice() {
  %a0 = arith.constant dense<0.0> : tensor<2xf64>
  %b0 = arith.constant dense<0.0> : tensor<2xf64>
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<2xf64>, tensor<2xf64>) shared(%max : i32)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: tensor<2xf64>, %b: tensor<2xf64>, %max: i32):
    %y0 = arith.constant dense<1.0> : tensor<2xf64>
    %y, %r, %n, %s = eq.fixed_point init(%y0 : tensor<2xf64>) until(max = %max : i32)
        method(#eq.picard) on_failure(ignore) {
    ^bb0(%y: tensor<2xf64>):
      %half = arith.constant dense<0.5> : tensor<2xf64>
      %h = arith.mulf %y, %half : tensor<2xf64>
      eq.yield %h : tensor<2xf64>
    }
    %two = arith.constant dense<2.0> : tensor<2xf64>
    %doubled = arith.mulf %y, %two : tensor<2xf64>
    eq.yield %y, %doubled : tensor<2xf64>, tensor<2xf64>
  }
  eqtest.close %a, dense<0.5> : tensor<2xf64>, ulps = 0
  eqtest.close %b, dense<1.0> : tensor<2xf64>, ulps = 0
  return
}

// In a loop of the body, and in an 'eq.loop' of the body, as well: one of the two
// inner solves of an evaluation gives up.
func.func @in_loops() {
  %z0 = arith.constant 1.0 : f64
  %max = arith.constant 3 : i32
  %one = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) shared(%one : i32) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %one: i32):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %f = scf.for %i = %c0 to %c2 step %c1 iter_args(%w = %z) -> (f64) {
      %y, %r, %n, %s = eq.fixed_point init(%w : f64) until(max = %one : i32) method(#eq.picard) {
      ^bb0(%y: f64):
        %half = arith.constant 0.5 : f64
        %h = arith.mulf %y, %half : f64
        eq.yield %h : f64
      }
      scf.yield %y : f64
    }
    eq.yield %f : f64
  }
  eqtest.status %status, inner_failed
  eqtest.close %iterations, 1 : i32
  eqtest.close %z, 1.0 : f64, ulps = 0

  // A batch of two in the body, by 'eq.loop': the first sample's inner solve
  // converges at once, the second's does not.
  %v0 = arith.constant dense<[0.0, 1.0]> : tensor<2xf64>
  %v, %vr, %vn, %vs = eq.fixed_point
      init(%v0 : tensor<2xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%v: tensor<2xf64>):
    %two = arith.constant 2 : i32
    %f, %k = eq.loop init(%v : tensor<2xf64>) max(%two : i32) step {
    ^bb0(%k: i32, %x: f64):
      %go = arith.constant true
      %three = arith.constant 3 : i32
      %y, %r, %n, %s = eq.fixed_point init(%x : f64) until(max = %three : i32) method(#eq.picard) {
      ^bb0(%y: f64):
        %half = arith.constant 0.5 : f64
        %h = arith.mulf %y, %half : f64
        eq.yield %h : f64
      }
      eq.next %go, %y : f64
    }
    eq.yield %f : tensor<2xf64>
  }
  eqtest.status %vs, inner_failed
  eqtest.close %vn, 1 : i32
  return
}
