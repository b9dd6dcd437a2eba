// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Integer and boolean states of every width. Integers wrap; expected values are
// worked out modulo 2^width.

// x -> 3 x + 1, six steps from 5: 16, 49, 148, 445, 1336, 4009.
// Modulo 2^8 as signed: 4009 = 15 * 256 + 169, 169 - 256 = -87.
func.func @wraps() {
  %a0 = arith.constant dense<[5, -100]> : tensor<2xi8>
  %b0 = arith.constant dense<[5, 30000]> : tensor<2xi16>
  %c0 = arith.constant dense<[5, 2000000000]> : tensor<2xi32>
  %d0 = arith.constant dense<[5, 9000000000000000000]> : tensor<2xi64>
  %max = arith.constant 6 : i32
  %a, %b, %c, %d, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0, %c0, %d0 : tensor<2xi8>, tensor<2xi16>, tensor<2xi32>, tensor<2xi64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: i8, %b: i16, %c: i32, %d: i64):
    %a3 = arith.constant 3 : i8
    %a1 = arith.constant 1 : i8
    %at = arith.muli %a, %a3 : i8
    %fa = arith.addi %at, %a1 : i8
    %b3 = arith.constant 3 : i16
    %b1 = arith.constant 1 : i16
    %bt = arith.muli %b, %b3 : i16
    %fb = arith.addi %bt, %b1 : i16
    %c3 = arith.constant 3 : i32
    %c1 = arith.constant 1 : i32
    %ct = arith.muli %c, %c3 : i32
    %fc = arith.addi %ct, %c1 : i32
    %d3 = arith.constant 3 : i64
    %d1 = arith.constant 1 : i64
    %dt = arith.muli %d, %d3 : i64
    %fd = arith.addi %dt, %d1 : i64
    eq.yield %fa, %fb, %fc, %fd : i8, i16, i32, i64
  }
  eqtest.status %status, max_iterations : tensor<2xi32>
  // 729 x + 364 modulo 2^width.
  eqtest.close %a, dense<[-87, -88]> : tensor<2xi8>
  eqtest.close %b, dense<[4009, -18660]> : tensor<2xi16>
  eqtest.close %c, dense<[4009, 2006087020]> : tensor<2xi32>
  eqtest.close %d, dense<[4009, -6040890240600374932]> : tensor<2xi64>
  return
}

// Truth values: (p, q, r) -> (q, r, p xor q), from (1, 0, 0):
//   001, 010, 101, 011, 111, 110, 100: back after 7 steps.
func.func @booleans() {
  %p0 = arith.constant dense<[true, true, true]> : tensor<3xi1>
  %q0 = arith.constant dense<[false, false, false]> : tensor<3xi1>
  %r0 = arith.constant dense<[false, false, false]> : tensor<3xi1>
  %max = arith.constant dense<[3, 5, 7]> : tensor<3xi32>
  %p, %q, %r, %residual, %iterations, %status = eq.fixed_point
      init(%p0, %q0, %r0 : tensor<3xi1>, tensor<3xi1>, tensor<3xi1>)
      until(max = %max : tensor<3xi32>) norm(l2) method(#eq.picard) {
  ^bb0(%p: i1, %q: i1, %r: i1):
    %x = arith.xori %p, %q : i1
    eq.yield %q, %r, %x : i1, i1, i1
  }
  eqtest.close %p, dense<[true, true, true]> : tensor<3xi1>
  eqtest.close %q, dense<[false, true, false]> : tensor<3xi1>
  eqtest.close %r, dense<[true, true, false]> : tensor<3xi1>
  // 010 -> 101: three entries change; 011 -> 111: one; 110 -> 100: one.
  eqtest.close %residual, dense<[1.7320508075688772, 1.0, 1.0]> : tensor<3xf64>, ulps = 1
  return
}

// Tensors of truth values and bytes: a cellular automaton (each cell becomes the
// or of itself and its left neighbour) fills 6 cells from cell 1 and settles when
// nothing changes: 5 steps that change one cell each, one that changes none.
func.func @automaton() {
  %z0 = arith.constant dense<[false, true, false, false, false, false]> : tensor<6xi1>
  %n0 = arith.constant dense<[0, 1, 0, 0, 0, 0]> : tensor<6xi8>
  %tol = arith.constant 0.0 : f64
  %max = arith.constant 20 : i32
  %z, %n, %residual, %iterations, %status = eq.fixed_point
      init(%z0, %n0 : tensor<6xi1>, tensor<6xi8>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<6xi1>, %n: tensor<6xi8>):
    %head = tensor.extract_slice %z[5] [1] [1] : tensor<6xi1> to tensor<1xi1>
    %tail = tensor.extract_slice %z[0] [5] [1] : tensor<6xi1> to tensor<5xi1>
    %left = tensor.concat dim(0) %head, %tail : (tensor<1xi1>, tensor<5xi1>) -> tensor<6xi1>
    %f = arith.ori %z, %left : tensor<6xi1>
    %g = arith.extui %f : tensor<6xi1> to tensor<6xi8>
    eq.yield %f, %g : tensor<6xi1>, tensor<6xi8>
  }
  eqtest.status %status, converged
  eqtest.close %iterations, 6 : i32
  eqtest.close %z, dense<true> : tensor<6xi1>
  eqtest.close %n, dense<1> : tensor<6xi8>
  eqtest.close %residual, 0.0 : f64
  return
}

// The largest and smallest i64 stay what they are: no detour by a real.
func.func @large_i64() {
  %z0 = arith.constant dense<[9223372036854775807, -9223372036854775808, 9007199254740993]> : tensor<3xi64>
  %tol = arith.constant 0.0 : f64
  %max = arith.constant 3 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xi64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: i64):
    %zero = arith.constant 0 : i64
    %f = arith.addi %z, %zero : i64
    eq.yield %f : i64
  }
  eqtest.status %status, converged : tensor<3xi32>
  eqtest.close %z, dense<[9223372036854775807, -9223372036854775808, 9007199254740993]> : tensor<3xi64>
  return
}

// Conversions between widths and reals: i16 -> f32 -> i64, sign and zero
// extension, truncation.
func.func @conversions() {
  %a0 = arith.constant dense<[-3, 300, -32768]> : tensor<3xi16>
  %max = arith.constant 1 : i32
  %real, %wide, %zero, %narrow, %n = eq.loop init(%a0 : tensor<3xi16>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i16):
    %stop = arith.constant false
    eq.next %stop, %a : i16
  } finish {
  ^bb0(%k: i32, %again: i1, %a: i16):
    %real = arith.sitofp %a : i16 to f32
    %wide = arith.extsi %a : i16 to i64
    %zero = arith.extui %a : i16 to i32
    %narrow = arith.trunci %a : i16 to i8
    eq.yield %real, %wide, %zero, %narrow : f32, i64, i32, i8
  }
  eqtest.close %real, dense<[-3.0, 300.0, -32768.0]> : tensor<3xf32>, ulps = 0
  eqtest.close %wide, dense<[-3, 300, -32768]> : tensor<3xi64>
  eqtest.close %zero, dense<[65533, 300, 32768]> : tensor<3xi32>
  eqtest.close %narrow, dense<[-3, 44, 0]> : tensor<3xi8>
  return
}

// The Collatz map takes 27 to 1 in 111 steps, 6 in 8 (OEIS A006577).
// The state stops changing at 1, which takes one evaluation more.
func.func @collatz() {
  %z0 = arith.constant dense<[27, 1, 6]> : tensor<3xi64>
  %tol = arith.constant 0.0 : f64
  %max = arith.constant 1000 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xi64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%n: i64):
    %one = arith.constant 1 : i64
    %three = arith.constant 3 : i64
    %zero = arith.constant 0 : i64
    %bit = arith.andi %n, %one : i64
    %even = arith.cmpi eq, %bit, %zero : i64
    %done = arith.cmpi eq, %n, %one : i64
    %half = arith.shrsi %n, %one : i64
    %triple = arith.muli %n, %three : i64
    %up = arith.addi %triple, %one : i64
    %next = arith.select %even, %half, %up : i64
    %f = arith.select %done, %one, %next : i64
    eq.yield %f : i64
  }
  eqtest.status %status, converged : tensor<3xi32>
  eqtest.close %z, dense<1> : tensor<3xi64>
  eqtest.close %iterations, dense<[112, 1, 9]> : tensor<3xi32>
  return
}
