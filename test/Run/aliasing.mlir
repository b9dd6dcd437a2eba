// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Values do not change: a tensor that a solve gave, or that a solve was given, is
// the same after others were computed from it.

// Results of a loop (state, record, sum) are used to compute something else
// and are then compared with what they were.
func.func @results_of_a_loop() {
  %max = arith.constant 2 : i32
  %z0 = arith.constant dense<[1.0, 3.0, 5.0]> : tensor<3xf64>
  %record = arith.constant dense<0.0> : tensor<3x2xf64>
  %sum = arith.constant dense<[0.0, 0.0]> : tensor<2xf64>
  %z, %n, %rs, %total = eq.loop init(%z0 : tensor<3xf64>) record(%record : tensor<3x2xf64>)
      sum(%sum : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %rs: tensor<2xf64>):
    %go = arith.constant true
    %slot = arith.index_cast %k : i32 to index
    %rs1 = eq.record %z, %rs[%slot] when %go : f64 into tensor<2xf64>
    %one = arith.constant 1.0 : f64
    %z1 = arith.addf %z, %one : f64
    %both = tensor.from_elements %z, %one : tensor<2xf64>
    eq.next %go, %z1 : f64 record(%rs1 : tensor<2xf64>) sum(%both : tensor<2xf64>)
  }
  %two = arith.constant dense<2.0> : tensor<3xf64>
  %z_doubled = arith.mulf %z, %two : tensor<3xf64>
  %twos = arith.constant dense<2.0> : tensor<3x2xf64>
  %rs_doubled = arith.mulf %rs, %twos : tensor<3x2xf64>
  %pair = arith.constant dense<2.0> : tensor<2xf64>
  %total_doubled = arith.mulf %total, %pair : tensor<2xf64>
  %c1 = arith.constant 1 : i32
  %n_more = arith.constant dense<1> : tensor<3xi32>
  %n_next = arith.addi %n, %n_more : tensor<3xi32>
  eqtest.close %z, dense<[3.0, 5.0, 7.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %z_doubled, dense<[6.0, 10.0, 14.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %rs, dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>, ulps = 0
  eqtest.close %rs_doubled, dense<[[2.0, 4.0], [6.0, 8.0], [10.0, 12.0]]> : tensor<3x2xf64>, ulps = 0
  eqtest.close %total, dense<[21.0, 6.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %total_doubled, dense<[42.0, 12.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %n, dense<2> : tensor<3xi32>
  eqtest.close %n_next, dense<3> : tensor<3xi32>
  return
}

// The solution of one solve is computed with, and then is the start and an input
// of another.
func.func @between_two_solves() {
  %max = arith.constant 1 : i32
  %z0 = arith.constant dense<[1.0, 3.0, 5.0]> : tensor<3xf64>
  %two = arith.constant dense<2.0> : tensor<3xf64>
  %z, %r, %n, %s = eq.fixed_point init(%z0 : tensor<3xf64>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %one = arith.constant 1.0 : f64
    %f = arith.addf %z, %one : f64
    eq.yield %f : f64
  }
  %doubled = arith.mulf %z, %two : tensor<3xf64>
  %y, %ry, %ny, %sy = eq.fixed_point init(%z : tensor<3xf64>) ins(%z : tensor<3xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%y: f64, %z: f64):
    %f = arith.mulf %y, %z : f64
    eq.yield %f : f64
  }
  eqtest.close %doubled, dense<[4.0, 8.0, 12.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %y, dense<[4.0, 16.0, 36.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %z, dense<[2.0, 4.0, 6.0]> : tensor<3xf64>, ulps = 0
  return
}

// An element is written into a copy, not into the solution itself.
func.func @insert_into_a_result() {
  %max = arith.constant 1 : i32
  %c0 = arith.constant 0 : index
  %z0 = arith.constant dense<[1.0, 3.0, 5.0]> : tensor<3xf64>
  %z, %n = eq.loop init(%z0 : tensor<3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<3xf64>):
    %go = arith.constant true
    eq.next %go, %z : tensor<3xf64>
  }
  %nine = arith.constant 9.0 : f64
  %changed = tensor.insert %nine into %z[%c0] : tensor<3xf64>
  eqtest.close %z, dense<[1.0, 3.0, 5.0]> : tensor<3xf64>, ulps = 0
  eqtest.close %changed, dense<[9.0, 3.0, 5.0]> : tensor<3xf64>, ulps = 0
  return
}

// A record operand is an output array of its own: the tensor that was given for
// it keeps its values.
func.func @record_operand_is_kept() {
  %max = arith.constant 2 : i32
  %z0 = arith.constant 1.0 : f64
  %pad = arith.constant 0.5 : f64
  %given = tensor.splat %pad : tensor<2xf64>
  %z, %n, %rs = eq.loop init(%z0 : f64) record(%given : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %rs: tensor<2xf64>):
    %go = arith.constant true
    %slot = arith.index_cast %k : i32 to index
    %rs1 = eq.record %z, %rs[%slot] when %go : f64 into tensor<2xf64>
    eq.next %go, %z : f64 record(%rs1 : tensor<2xf64>)
  }
  eqtest.close %given, dense<0.5> : tensor<2xf64>, ulps = 0
  eqtest.close %rs, dense<1.0> : tensor<2xf64>, ulps = 0
  return
}

// A body may write into its arguments and constants only as values: the next step
// and the next sample find them as they were. Each step adds 1 to element 0 of a
// copy of w (shared), x (an input) and a constant, and adds the three to z: always
// (10 + 1) + (x + 1) + (100 + 1).
func.func @inputs_of_a_body() {
  %z0 = arith.constant dense<0.0> : tensor<2xf64>
  %x0 = arith.constant dense<[[1.0, 5.0], [2.0, 5.0]]> : tensor<2x2xf64>
  %w0 = arith.constant dense<[10.0, 5.0]> : tensor<2xf64>
  %max = arith.constant 3 : i32
  %z, %n = eq.loop init(%z0 : tensor<2xf64>) ins(%x0 : tensor<2x2xf64>) shared(%w0 : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %x: tensor<2xf64>, %w: tensor<2xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %one = arith.constant 1.0 : f64
    %c = arith.constant dense<[100.0, 5.0]> : tensor<2xf64>
    %w_at = tensor.extract %w[%c0] : tensor<2xf64>
    %w_more = arith.addf %w_at, %one : f64
    %w1 = tensor.insert %w_more into %w[%c0] : tensor<2xf64>
    %x_at = tensor.extract %x[%c0] : tensor<2xf64>
    %x_more = arith.addf %x_at, %one : f64
    %x1 = tensor.insert %x_more into %x[%c0] : tensor<2xf64>
    %c_at = tensor.extract %c[%c0] : tensor<2xf64>
    %c_more = arith.addf %c_at, %one : f64
    %c1 = tensor.insert %c_more into %c[%c0] : tensor<2xf64>
    %wx = arith.addf %w1, %x1 : tensor<2xf64>
    %wxc = arith.addf %wx, %c1 : tensor<2xf64>
    %sum = tensor.extract %wxc[%c0] : tensor<2xf64>
    %f = arith.addf %z, %sum : f64
    eq.next %go, %f : f64
  }
  // 3 (11 + 2 + 101) and 3 (11 + 3 + 101).
  eqtest.close %z, dense<[342.0, 345.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %w0, dense<[10.0, 5.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %x0, dense<[[1.0, 5.0], [2.0, 5.0]]> : tensor<2x2xf64>, ulps = 0
  return
}

// An inner solve's solution inside a body, computed with and used again.
func.func @between_inner_solves() {
  %z0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %max = arith.constant 1 : i32
  %z, %r, %n, %s = eq.fixed_point init(%z0 : tensor<2x2xf64>) shared(%max : i32)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>, %max: i32):
    %two = arith.constant dense<2.0> : tensor<2xf64>
    %y, %q, %m, %t = eq.fixed_point init(%z : tensor<2xf64>) until(max = %max : i32)
        method(#eq.picard) on_failure(ignore) {
    ^bb0(%y: tensor<2xf64>):
      %one = arith.constant dense<1.0> : tensor<2xf64>
      %f = arith.addf %y, %one : tensor<2xf64>
      eq.yield %f : tensor<2xf64>
    }
    %doubled = arith.mulf %y, %two : tensor<2xf64>
    %x, %q2, %m2, %t2 = eq.fixed_point init(%y : tensor<2xf64>) ins(%doubled : tensor<2xf64>)
        until(max = %max : i32) method(#eq.picard) on_failure(ignore) {
    ^bb0(%x: tensor<2xf64>, %d: tensor<2xf64>):
      %f = arith.mulf %x, %d : tensor<2xf64>
      eq.yield %f : tensor<2xf64>
    }
    %f = arith.addf %x, %y : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  // y = z + 1, x = y 2 y, f = 2 y^2 + y: 10, 21, 36, 55 for y = 2, 3, 4, 5.
  eqtest.close %z, dense<[[10.0, 21.0], [36.0, 55.0]]> : tensor<2x2xf64>, ulps = 0
  return
}
