// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Steps that compute what does not change from step to step: it is computed before
// the loop, and nothing else is different.

// z = z / 2 + exp(x), which 2 exp(x) solves; x is 0, log 2, -log 2. A sample whose
// exp(x) is a NaN ends so and keeps its start, one that may take no step is not
// touched.
func.func @per_sample() {
  %z0 = arith.constant dense<[0.0, 1.0, -1.0, 7.0, 9.0]> : tensor<5xf64>
  %x = arith.constant dense<[0.0, 0.69314718055994531, -0.69314718055994531, 0x7FF8000000000000, 0.5]> : tensor<5xf64>
  %max = arith.constant dense<[100, 90, 80, 70, 0]> : tensor<5xi32>
  %tol = arith.constant 1.0e-13 : f64
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<5xf64>) ins(%x : tensor<5xf64>)
      until(abs = %tol : f64, max = %max : tensor<5xi32>) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64):
    %half = arith.constant 0.5 : f64
    %e = math.exp %x : f64
    %h = arith.mulf %z, %half : f64
    %f = arith.addf %h, %e : f64
    eq.yield %f : f64
  }
  eqtest.close %z, dense<[2.0, 4.0, 1.0, 7.0, 9.0]> : tensor<5xf64>, abs = 1.0e-12
  eqtest.status %status, [converged, converged, converged, non_finite, max_iterations] : tensor<5xi32>
  return
}

// The same with the invariant on the weights, which all samples share.
func.func @for_all_samples() {
  %z0 = arith.constant dense<[[0.0, 0.0], [5.0, -5.0], [1.0, 2.0]]> : tensor<3x2xf64>
  %w = arith.constant dense<[0.0, 0.69314718055994531]> : tensor<2xf64>
  %max = arith.constant 100 : i32
  %tol = arith.constant 1.0e-13 : f64
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3x2xf64>) shared(%w : tensor<2xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>, %w: tensor<2xf64>):
    %half = arith.constant dense<0.5> : tensor<2xf64>
    %e = math.exp %w : tensor<2xf64>
    %h = arith.mulf %z, %half : tensor<2xf64>
    %f = arith.addf %h, %e : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  eqtest.close %z, dense<[[2.0, 4.0], [2.0, 4.0], [2.0, 4.0]]> : tensor<3x2xf64>, abs = 1.0e-12
  eqtest.status %status, converged : tensor<3xi32>
  return
}

// A whole inner solve: v = cos(x v) is 1 for x = 0, and for x = 1 the one real
// solution of v = cos v (OEIS A003957). z = z / 2 + v is solved by 2 v. For x = 2
// the one solution, 0.515, repels (the slope there is -1.7), so that the inner
// solve does not settle, and the outer evaluation fails.
func.func @inner_solve() {
  %z0 = arith.constant dense<[0.0, 0.0, 8.0]> : tensor<3xf64>
  %x = arith.constant dense<[0.0, 1.0, 2.0]> : tensor<3xf64>
  %max = arith.constant 200 : i32
  %tol = arith.constant 1.0e-13 : f64
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) ins(%x : tensor<3xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64, %tol: f64, %max: i32):
    %half = arith.constant 0.5 : f64
    %v, %r, %n, %s = eq.fixed_point init(%half : f64) ins(%x : f64)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%v: f64, %x: f64):
      %xv = arith.mulf %x, %v : f64
      %next = math.cos %xv : f64
      eq.yield %next : f64
    }
    %h = arith.mulf %z, %half : f64
    %f = arith.addf %h, %v : f64
    eq.yield %f : f64
  }
  eqtest.close %z, dense<[2.0, 1.4781702664303213, 8.0]> : tensor<3xf64>, abs = 1.0e-12
  eqtest.status %status, [converged, converged, inner_failed] : tensor<3xi32>
  return
}

// Beside a record and a sum: exp(x) is 1 and 2, added up three times.
func.func @record_and_sum() {
  %z0 = arith.constant dense<[0.0, 1.0]> : tensor<2xf64>
  %x = arith.constant dense<[0.0, 0.69314718055994531]> : tensor<2xf64>
  %trace0 = arith.constant dense<0.0> : tensor<2x3xf64>
  %zero = arith.constant 0.0 : f64
  %max = arith.constant 3 : i32
  %z, %steps, %trace, %total = eq.loop init(%z0 : tensor<2xf64>) ins(%x : tensor<2xf64>)
      record(%trace0 : tensor<2x3xf64>) sum(%zero : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %x: f64, %trace: tensor<3xf64>):
    %true = arith.constant true
    %e = math.exp %x : f64
    %next = arith.addf %z, %e : f64
    %slot = arith.index_cast %k : i32 to index
    %trace1 = eq.record %next, %trace[%slot] when %true : f64 into tensor<3xf64>
    eq.next %true, %next : f64 record(%trace1 : tensor<3xf64>) sum(%e : f64)
  }
  eqtest.close %z, dense<[3.0, 7.0]> : tensor<2xf64>, ulps = 8
  eqtest.close %trace, dense<[[1.0, 2.0, 3.0], [3.0, 5.0, 7.0]]> : tensor<2x3xf64>, ulps = 8
  eqtest.close %total, 9.0 : f64, ulps = 8
  return
}

// Nobody reads the second state but itself.
func.func @dead_state() {
  %z0 = arith.constant dense<[1.0, 3.0]> : tensor<2xf64>
  %max = arith.constant 4 : i32
  %z, %r, %steps = eq.loop init(%z0, %z0 : tensor<2xf64>, tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %r: f64):
    %half = arith.constant 0.5 : f64
    %next = arith.mulf %z, %half : f64
    %again = arith.cmpf ogt, %next, %half : f64
    %s = arith.addf %r, %next : f64
    eq.next %again, %next, %s : f64, f64
  }
  eqtest.close %z, dense<[0.5, 0.375]> : tensor<2xf64>, ulps = 0
  eqtest.close %steps, dense<[1, 3]> : tensor<2xi32>, ulps = 0
  return
}

// A large table that two regions read, and a loop in a loop.
func.func @table() {
  %z0 = arith.constant dense<[0.0, 1.0]> : tensor<2xf64>
  %max = arith.constant 3 : i32
  %z, %steps = eq.loop init(%z0 : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %true = arith.constant true
    %three = arith.constant 3 : i32
    %table = arith.constant dense<[1., 2., 4., 8., 16., 32., 64., 128., 256.]> : tensor<9xf64>
    %at = arith.index_cast %k : i32 to index
    %a = tensor.extract %table[%at] : tensor<9xf64>
    %b, %n = eq.loop init(%a : f64) max(%three : i32)
    step {
    ^bb0(%k: i32, %b: f64):
      %true = arith.constant true
      %two = arith.constant 2 : index
      %table = arith.constant dense<[1., 2., 4., 8., 16., 32., 64., 128., 256.]> : tensor<9xf64>
      %j = arith.index_cast %k : i32 to index
      %i = arith.addi %j, %two : index
      %c = tensor.extract %table[%i] : tensor<9xf64>
      %next = arith.addf %b, %c : f64
      eq.next %true, %next : f64
    }
    %next = arith.addf %z, %b : f64
    eq.next %true, %next : f64
  }
  finish {
  ^bb0(%k: i32, %again: i1, %z: f64):
    %seven = arith.constant 7 : index
    %table = arith.constant dense<[1., 2., 4., 8., 16., 32., 64., 128., 256.]> : tensor<9xf64>
    %a = tensor.extract %table[%seven] : tensor<9xf64>
    %next = arith.addf %z, %a : f64
    eq.yield %next : f64
  }
  // 3 (4 + 8 + 16) + (1 + 2 + 4) + 128, onto the start.
  eqtest.close %z, dense<[219.0, 220.0]> : tensor<2xf64>, ulps = 0
  return
}
