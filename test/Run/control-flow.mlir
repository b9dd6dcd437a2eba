// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// scf.for, scf.if and calls in bodies. Numbers are exact.

// Horner's rule by a loop over the coefficients of 1 + 2 x + 3 x^2, with a
// constant table: at x = 2, 17; at x = -1, 2; at x = 0, 1.
func.func @for_with_a_scalar() {
  %x0 = arith.constant dense<[2.0, -1.0, 0.0]> : tensor<3xf64>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : tensor<3xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %coefficients = arith.constant dense<[3.0, 2.0, 1.0]> : tensor<3xf64>
    %zero = arith.constant 0.0 : f64
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %p = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %zero) -> (f64) {
      %c = tensor.extract %coefficients[%i] : tensor<3xf64>
      %sx = arith.mulf %s, %x : f64
      %next = arith.addf %sx, %c : f64
      scf.yield %next : f64
    }
    eq.yield %p : f64
  }
  eqtest.close %z, dense<[17.0, 2.0, 1.0]> : tensor<3xf64>, ulps = 0
  return
}

// A sweep that carries the state itself: prefix sums in place, (1, 2, 3, 4) ->
// (1, 3, 6, 10) -> (1, 4, 10, 20). The change is against the old state: 6, 10.
func.func @for_with_the_state() {
  %z0 = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 0.0, 0.0]]> : tensor<2x4xf64>
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%z0 : tensor<2x4xf64>) until(max = %max : i32) method(#eq.picard) trace(2) {
  ^bb0(%z: tensor<4xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %f = scf.for %i = %c1 to %c4 step %c1 iter_args(%t = %z) -> (tensor<4xf64>) {
      %before = arith.subi %i, %c1 : index
      %a = tensor.extract %t[%before] : tensor<4xf64>
      %b = tensor.extract %t[%i] : tensor<4xf64>
      %s = arith.addf %a, %b : f64
      %next = tensor.insert %s into %t[%i] : tensor<4xf64>
      scf.yield %next : tensor<4xf64>
    }
    eq.yield %f : tensor<4xf64>
  }
  eqtest.close %z, dense<[[1.0, 4.0, 10.0, 20.0], [1.0, 2.0, 3.0, 4.0]]> : tensor<2x4xf64>, ulps = 0
  eqtest.close %trace, dense<[[6.0, 10.0], [1.0, 3.0]]> : tensor<2x2xf64>, ulps = 0
  return
}

// A sweep whose value is another tensor in each turn: four layers of one matrix.
func.func @layers() {
  %z0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %w0 = arith.constant dense<[[1.0, 1.0], [1.0, 0.0]]> : tensor<2x2xf64>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf64>) shared(%w0 : tensor<2x2xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>, %w: tensor<2x2xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %f = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %z) -> (tensor<2xf64>) {
      %zeros = arith.constant dense<0.0> : tensor<2xf64>
      %y = linalg.matvec ins(%w, %t : tensor<2x2xf64>, tensor<2xf64>) outs(%zeros : tensor<2xf64>) -> tensor<2xf64>
      scf.yield %y : tensor<2xf64>
    }
    eq.yield %f : tensor<2xf64>
  }
  // (1, 2) -> (3, 1) -> (4, 3) -> (7, 4) -> (11, 7).
  eqtest.close %z, dense<[11.0, 7.0]> : tensor<2xf64>, ulps = 0
  return
}

// A bound that depends on data, one sample at a time: x is added n times; a bound
// below the start runs no step.
func.func @for_with_a_bound_from_data() {
  %x0 = arith.constant dense<[1.5, 2.0, 3.0]> : tensor<3xf64>
  %n0 = arith.constant dense<[4, 0, -3]> : tensor<3xi32>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : tensor<3xf64>) ins(%n0 : tensor<3xi32>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64, %n: i32):
    %zero = arith.constant 0.0 : f64
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %end = arith.index_cast %n : i32 to index
    %s = scf.for %i = %c0 to %end step %c1 iter_args(%s = %zero) -> (f64) {
      %next = arith.addf %s, %x : f64
      scf.yield %next : f64
    }
    eq.yield %s : f64
  }
  eqtest.close %z, dense<[6.0, 0.0, 0.0]> : tensor<3xf64>, ulps = 0
  return
}

// A branch on a tensor state: z / 2 while the first component is above 1, else
// the state as it is. Two samples take different branches.
func.func @if_on_tensors() {
  %z0 = arith.constant dense<[[8.0, 1.0], [0.5, 64.0]]> : tensor<2x2xf32>
  %tol = arith.constant 0.0 : f32
  %max = arith.constant 9 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2x2xf32>) until(abs = %tol : f32, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<2xf32>):
    %c0 = arith.constant 0 : index
    %one = arith.constant 1.0 : f32
    %first = tensor.extract %z[%c0] : tensor<2xf32>
    %above = arith.cmpf ogt, %first, %one : f32
    %f = scf.if %above -> (tensor<2xf32>) {
      %half = arith.constant dense<0.5> : tensor<2xf32>
      %h = arith.mulf %z, %half : tensor<2xf32>
      scf.yield %h : tensor<2xf32>
    } else {
      scf.yield %z : tensor<2xf32>
    }
    eq.yield %f : tensor<2xf32>
  }
  eqtest.status %status, converged : tensor<2xi32>
  eqtest.close %iterations, dense<[4, 1]> : tensor<2xi32>
  eqtest.close %z, dense<[[1.0, 0.125], [0.5, 64.0]]> : tensor<2x2xf32>, ulps = 0
  return
}

// A branch that keeps a division from running: both sides of scf.if are not
// evaluated. (A trap would be guarded, but a NaN would end the solve.)
func.func @if_guards() {
  %z0 = arith.constant dense<[4.0, -4.0]> : tensor<2xf64>
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %zero = arith.constant 0.0 : f64
    %positive = arith.cmpf ogt, %z, %zero : f64
    %f = scf.if %positive -> (f64) {
      %r = math.sqrt %z : f64
      scf.yield %r : f64
    } else {
      %m = arith.negf %z : f64
      scf.yield %m : f64
    }
    eq.yield %f : f64
  }
  eqtest.status %status, max_iterations : tensor<2xi32>
  eqtest.close %z, dense<[1.4142135623730951, 2.0]> : tensor<2xf64>, ulps = 0
  return
}

// Calls are inlined: a function of the module, which calls another.
func.func private @square(%x: f64) -> f64 {
  %y = arith.mulf %x, %x : f64
  return %y : f64
}
func.func private @fourth_power(%x: f64) -> f64 {
  %y = call @square(%x) : (f64) -> f64
  %z = call @square(%y) : (f64) -> f64
  return %z : f64
}
func.func @calls() {
  %z0 = arith.constant 2.0 : f64
  %max = arith.constant 2 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %f = func.call @fourth_power(%z) : (f64) -> f64
    eq.yield %f : f64
  }
  // 2^16.
  eqtest.close %z, 65536.0 : f64, ulps = 0
  return
}

// A choice between whole tensors by one condition, of old and new state in both
// orders: (a, b) with a kept where it is above 2, else doubled; b the reverse.
func.func @select_tensors() {
  %a0 = arith.constant dense<[[1.0, 5.0], [3.0, 5.0]]> : tensor<2x2xf64>
  %b0 = arith.constant dense<[[1.0, 7.0], [3.0, 7.0]]> : tensor<2x2xf64>
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<2x2xf64>, tensor<2x2xf64>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%a: tensor<2xf64>, %b: tensor<2xf64>):
    %c0 = arith.constant 0 : index
    %limit = arith.constant 2.0 : f64
    %two = arith.constant dense<2.0> : tensor<2xf64>
    %first = tensor.extract %a[%c0] : tensor<2xf64>
    %above = arith.cmpf ogt, %first, %limit : f64
    %a2 = arith.mulf %a, %two : tensor<2xf64>
    %b2 = arith.mulf %b, %two : tensor<2xf64>
    %fa = arith.select %above, %a, %a2 : tensor<2xf64>
    %fb = arith.select %above, %b2, %b : tensor<2xf64>
    eq.yield %fa, %fb : tensor<2xf64>, tensor<2xf64>
  }
  eqtest.close %a, dense<[[2.0, 10.0], [3.0, 5.0]]> : tensor<2x2xf64>, ulps = 0
  eqtest.close %b, dense<[[1.0, 7.0], [6.0, 14.0]]> : tensor<2x2xf64>, ulps = 0
  return
}

// Two tensors that are swapped in every turn: after three turns, (b, a).
func.func @swapped_tensors() {
  %a0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %b0 = arith.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %max = arith.constant 1 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<2xf64>, tensor<2xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: tensor<2xf64>, %b: tensor<2xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%x = %a, %y = %b) -> (tensor<2xf64>, tensor<2xf64>) {
      scf.yield %y, %x : tensor<2xf64>, tensor<2xf64>
    }
    eq.yield %r#0, %r#1 : tensor<2xf64>, tensor<2xf64>
  }
  eqtest.close %a, dense<[3.0, 4.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %b, dense<[1.0, 2.0]> : tensor<2xf64>, ulps = 0
  return
}
