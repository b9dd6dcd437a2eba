// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Several unknowns of different shapes and element types in one problem. Every
// number is a dyadic fraction, so all expected values are exact.

// Four states: a -> a / 2 (three f32), b -> (b + 3) / 4, which 1 solves (f64),
// n -> min(n + 1, 3) (i32), c -> true (i1). Changes of a: 4, 2, 1, 1/2, 1/4; n
// changes three times, which counts 1 each; c once. The fifth change is 1/4.
func.func @four_types() {
  %a0 = arith.constant dense<[8.0, 4.0, 2.0]> : tensor<3xf32>
  %b0 = arith.constant 1.0 : f64
  %n0 = arith.constant 0 : i32
  %c0 = arith.constant false
  %tol = arith.constant 0.25 : f64
  %max = arith.constant 20 : i32
  %a, %b, %n, %c, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%a0, %b0, %n0, %c0 : tensor<3xf32>, f64, i32, i1)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) trace(6) {
  ^bb0(%a: tensor<3xf32>, %b: f64, %n: i32, %c: i1):
    %half = arith.constant dense<0.5> : tensor<3xf32>
    %fa = arith.mulf %a, %half : tensor<3xf32>
    %quarter = arith.constant 0.25 : f64
    %three = arith.constant 3.0 : f64
    %sum = arith.addf %b, %three : f64
    %fb = arith.mulf %sum, %quarter : f64
    %one = arith.constant 1 : i32
    %top = arith.constant 3 : i32
    %next = arith.addi %n, %one : i32
    %fn = arith.minsi %next, %top : i32
    %fc = arith.constant true
    eq.yield %fa, %fb, %fn, %fc : tensor<3xf32>, f64, i32, i1
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 5 : i32
  eqtest.close %a, dense<[0.25, 0.125, 0.0625]> : tensor<3xf32>, ulps = 0
  eqtest.close %b, 1.0 : f64, ulps = 0
  eqtest.close %n, 3 : i32
  eqtest.close %c, true
  eqtest.close %residual, 0.25 : f64, ulps = 0
  eqtest.close %trace, dense<[4.0, 2.0, 1.0, 0.5, 0.25, 0x7FF8000000000000]> : tensor<6xf64>, ulps = 0
  return
}

// (a, b) -> (b, a): each new state is the other's old one. After an odd number
// of steps they are swapped, and the change never shrinks.
func.func @swap() {
  %a0 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %b0 = arith.constant dense<[10.0, 30.0, 20.0]> : tensor<3xf64>
  %tol = arith.constant 1.0e-3 : f64
  %max = arith.constant 7 : i32
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<3xf64>, tensor<3xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%a: tensor<3xf64>, %b: tensor<3xf64>):
    eq.yield %b, %a : tensor<3xf64>, tensor<3xf64>
  }
  eqtest.status %status, max_iterations
  eqtest.close %iterations, 7 : i32
  eqtest.equal_bits %a, %b0 : tensor<3xf64>
  eqtest.equal_bits %b, %a0 : tensor<3xf64>
  eqtest.close %residual, 28.0 : f64, ulps = 0
  return
}

// The same for scalars, in a batch of three; max differs, so one is swapped an
// even number of times.
func.func @swap_scalars() {
  %a0 = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %b0 = arith.constant dense<[4, 5, 6]> : tensor<3xi32>
  %c0 = arith.constant dense<[7, 8, 9]> : tensor<3xi32>
  %max = arith.constant dense<[1, 2, 3]> : tensor<3xi32>
  %a, %b, %c, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0, %c0 : tensor<3xf32>, tensor<3xi32>, tensor<3xi32>)
      until(max = %max : tensor<3xi32>) method(#eq.picard) {
  ^bb0(%a: f32, %b: i32, %c: i32):
    eq.yield %a, %c, %b : f32, i32, i32
  }
  eqtest.status %status, max_iterations : tensor<3xi32>
  eqtest.close %iterations, dense<[1, 2, 3]> : tensor<3xi32>
  eqtest.equal_bits %a, %a0 : tensor<3xf32>
  eqtest.close %b, dense<[7, 5, 9]> : tensor<3xi32>
  eqtest.close %c, dense<[4, 8, 6]> : tensor<3xi32>
  // Both entries change by 3, and each counts 1: the largest is 1.
  eqtest.close %residual, dense<1.0> : tensor<3xf32>, ulps = 0
  return
}

// A rotation of three states of one type, with a batch: after 4 steps of 3
// places each stands one place further.
func.func @rotate() {
  %a0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %b0 = arith.constant dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf64>
  %c0 = arith.constant dense<[[9.0, 10.0], [11.0, 12.0]]> : tensor<2x2xf64>
  %max = arith.constant 4 : i32
  %a, %b, %c, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0, %c0 : tensor<2x2xf64>, tensor<2x2xf64>, tensor<2x2xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: tensor<2xf64>, %b: tensor<2xf64>, %c: tensor<2xf64>):
    eq.yield %b, %c, %a : tensor<2xf64>, tensor<2xf64>, tensor<2xf64>
  }
  eqtest.status %status, max_iterations : tensor<2xi32>
  eqtest.equal_bits %a, %b0 : tensor<2x2xf64>
  eqtest.equal_bits %b, %c0 : tensor<2x2xf64>
  eqtest.equal_bits %c, %a0 : tensor<2x2xf64>
  return
}

// Gauss-Seidel for 4 x - y = 6, -x + 4 y - z = 3, -y + 4 z = 10, whose solution
// is (2, 2, 3): each component uses those updated before it. The error shrinks
// by 1/8 a step (the square of Jacobi's radius sqrt(2) / 4), so a last change of
// 1e-13 leaves less than 1e-13 / 7; rounding adds some 1e-15.
func.func @gauss_seidel() {
  %z0 = arith.constant dense<0.0> : tensor<3xf64>
  %b = arith.constant dense<[6.0, 3.0, 10.0]> : tensor<3xf64>
  %tol = arith.constant 1.0e-13 : f64
  %max = arith.constant 60 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) shared(%b : tensor<3xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>, %b: tensor<3xf64>):
    %quarter = arith.constant 0.25 : f64
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %b0 = tensor.extract %b[%c0] : tensor<3xf64>
    %b1 = tensor.extract %b[%c1] : tensor<3xf64>
    %b2 = tensor.extract %b[%c2] : tensor<3xf64>

    %y = tensor.extract %z[%c1] : tensor<3xf64>
    %s0 = arith.addf %b0, %y : f64
    %x_new = arith.mulf %s0, %quarter : f64
    %z1 = tensor.insert %x_new into %z[%c0] : tensor<3xf64>

    %x1 = tensor.extract %z1[%c0] : tensor<3xf64>
    %w1 = tensor.extract %z1[%c2] : tensor<3xf64>
    %s1 = arith.addf %x1, %w1 : f64
    %s2 = arith.addf %b1, %s1 : f64
    %y_new = arith.mulf %s2, %quarter : f64
    %z2 = tensor.insert %y_new into %z1[%c1] : tensor<3xf64>

    %y2 = tensor.extract %z2[%c1] : tensor<3xf64>
    %s3 = arith.addf %b2, %y2 : f64
    %w_new = arith.mulf %s3, %quarter : f64
    %z3 = tensor.insert %w_new into %z2[%c2] : tensor<3xf64>
    eq.yield %z3 : tensor<3xf64>
  }
  eqtest.status %status, converged
  eqtest.close %z, dense<[2.0, 2.0, 3.0]> : tensor<3xf64>, abs = 2.0e-14
  return
}

// One Gauss-Seidel step alone, by hand: from 0, x = 6/4, y = (3 + x + 0) / 4 =
// 9/8, z = (10 + y) / 4 = 89/32; the change is measured against the old state,
// not the one being written.
func.func @gauss_seidel_once() {
  %z0 = arith.constant dense<0.0> : tensor<3xf64>
  %max = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>):
    %quarter = arith.constant 0.25 : f64
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %b0 = arith.constant 6.0 : f64
    %b1 = arith.constant 3.0 : f64
    %b2 = arith.constant 10.0 : f64
    %y = tensor.extract %z[%c1] : tensor<3xf64>
    %s0 = arith.addf %b0, %y : f64
    %x_new = arith.mulf %s0, %quarter : f64
    %z1 = tensor.insert %x_new into %z[%c0] : tensor<3xf64>
    %w1 = tensor.extract %z1[%c2] : tensor<3xf64>
    %s1 = arith.addf %x_new, %w1 : f64
    %s2 = arith.addf %b1, %s1 : f64
    %y_new = arith.mulf %s2, %quarter : f64
    %z2 = tensor.insert %y_new into %z1[%c1] : tensor<3xf64>
    %s3 = arith.addf %b2, %y_new : f64
    %w_new = arith.mulf %s3, %quarter : f64
    %z3 = tensor.insert %w_new into %z2[%c2] : tensor<3xf64>
    eq.yield %z3 : tensor<3xf64>
  }
  eqtest.status %status, max_iterations
  eqtest.close %z, dense<[1.5, 1.125, 2.78125]> : tensor<3xf64>, ulps = 0
  eqtest.close %residual, 2.78125 : f64, ulps = 0
  return
}

// The body hands its input on as the next state: nothing aliases, and a start
// that is a fixed point converges at the first evaluation.
func.func @input_is_the_image() {
  %z0 = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %x0 = arith.constant dense<[[1.0, 2.0, 3.0], [6.0, 5.0, 4.0]]> : tensor<2x3xf32>
  %tol = arith.constant 0.0 : f32
  %max = arith.constant 9 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2x3xf32>) ins(%x0 : tensor<2x3xf32>)
      until(abs = %tol : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>, %x: tensor<3xf32>):
    eq.yield %x : tensor<3xf32>
  }
  eqtest.status %status, converged : tensor<2xi32>
  eqtest.close %iterations, dense<[1, 2]> : tensor<2xi32>
  eqtest.equal_bits %z, %x0 : tensor<2x3xf32>
  // What was given is as it was.
  eqtest.close %z0, dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>, ulps = 0
  return
}
