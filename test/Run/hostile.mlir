// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// Operations in bodies that would trap, or whose result the hardware leaves open,
// have a defined result. Each case is one evaluation on a batch of operands.

// Division and remainder of i32: by 0 gives 0; the one quotient that overflows,
// INT_MIN / -1, wraps to INT_MIN, its remainder is 0.
func.func @signed_division() {
  %a0 = arith.constant dense<[7, -7, 7, -2147483648, -2147483648, 0, -7]> : tensor<7xi32>
  %b0 = arith.constant dense<[2, 2, 0, -1, 0, 0, -1]> : tensor<7xi32>
  %max = arith.constant 1 : i32
  %q, %r, %n = eq.loop init(%a0, %b0 : tensor<7xi32>, tensor<7xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i32, %b: i32):
    %go = arith.constant true
    %q = arith.divsi %a, %b : i32
    %r = arith.remsi %a, %b : i32
    eq.next %go, %q, %r : i32, i32
  }
  eqtest.close %q, dense<[3, -3, 0, -2147483648, 0, 0, 7]> : tensor<7xi32>
  eqtest.close %r, dense<[1, -1, 0, 0, 0, 0, 0]> : tensor<7xi32>
  return
}

// -1 is the largest unsigned i32, 4294967295.
func.func @unsigned_division() {
  %a0 = arith.constant dense<[7, -1, -1, -1, 5]> : tensor<5xi32>
  %b0 = arith.constant dense<[2, 2, 0, -1, -1]> : tensor<5xi32>
  %max = arith.constant 1 : i32
  %q, %r, %n = eq.loop init(%a0, %b0 : tensor<5xi32>, tensor<5xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i32, %b: i32):
    %go = arith.constant true
    %q = arith.divui %a, %b : i32
    %r = arith.remui %a, %b : i32
    eq.next %go, %q, %r : i32, i32
  }
  eqtest.close %q, dense<[3, 2147483647, 0, 1, 0]> : tensor<5xi32>
  eqtest.close %r, dense<[1, 1, 0, 0, 5]> : tensor<5xi32>
  return
}

// Rounded up and down: 7 / 2 is 4 and 3, -7 / 2 is -3 and -4.
func.func @rounded_division() {
  %a0 = arith.constant dense<[7, -7, 7, -9223372036854775808, 0]> : tensor<5xi64>
  %b0 = arith.constant dense<[2, 2, 0, -1, -1]> : tensor<5xi64>
  %max = arith.constant 1 : i32
  %up, %down, %n = eq.loop init(%a0, %b0 : tensor<5xi64>, tensor<5xi64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i64, %b: i64):
    %go = arith.constant true
    %up = arith.ceildivsi %a, %b : i64
    %down = arith.floordivsi %a, %b : i64
    eq.next %go, %up, %down : i64, i64
  }
  eqtest.close %up, dense<[4, -3, 0, -9223372036854775808, 0]> : tensor<5xi64>
  eqtest.close %down, dense<[3, -4, 0, -9223372036854775808, 0]> : tensor<5xi64>
  return
}

func.func @unsigned_rounded_up() {
  %a0 = arith.constant dense<[7, -1, 7, 0]> : tensor<4xi8>
  %b0 = arith.constant dense<[2, 2, 0, 3]> : tensor<4xi8>
  %max = arith.constant 1 : i32
  %up, %b, %n = eq.loop init(%a0, %b0 : tensor<4xi8>, tensor<4xi8>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i8, %b: i8):
    %go = arith.constant true
    %up = arith.ceildivui %a, %b : i8
    eq.next %go, %up, %b : i8, i8
  }
  // 255 / 2 rounded up is 128, which is -128 in i8.
  eqtest.close %up, dense<[4, -128, 0, 0]> : tensor<4xi8>
  return
}

// On tensors, each element for itself; constant divisors with a zero or a -1
// among them are guarded like others.
func.func @division_of_tensors() {
  %a0 = arith.constant dense<[7, 8, -128, 9]> : tensor<4xi8>
  %max = arith.constant 1 : i32
  %q, %n = eq.loop init(%a0 : tensor<4xi8>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: tensor<4xi8>):
    %go = arith.constant true
    %b = arith.constant dense<[2, 0, -1, -1]> : tensor<4xi8>
    %q = arith.divsi %a, %b : tensor<4xi8>
    eq.next %go, %q : tensor<4xi8>
  }
  eqtest.close %q, dense<[3, 0, -128, -9]> : tensor<4xi8>
  return
}

// A shift by the width or more gives what repeated shifts would: 0, and for the
// arithmetic one all sign bits. A negative amount is a large unsigned one.
func.func @shifts() {
  %a0 = arith.constant dense<[-8, -8, -8, -8, 1073741824]> : tensor<5xi32>
  %s0 = arith.constant dense<[1, 31, 32, -1, 40]> : tensor<5xi32>
  %max = arith.constant 1 : i32
  %left, %right, %logical, %n = eq.loop init(%a0, %s0 : tensor<5xi32>, tensor<5xi32>) max(%max : i32)
  start {
  ^bb0(%a: i32, %s: i32):
    %go = arith.constant true
    eq.next %go, %a, %s, %s : i32, i32, i32
  } step {
  ^bb0(%k: i32, %a: i32, %s: i32, %t: i32):
    %go = arith.constant true
    %left = arith.shli %a, %s : i32
    %right = arith.shrsi %a, %s : i32
    %logical = arith.shrui %a, %s : i32
    eq.next %go, %left, %right, %logical : i32, i32, i32
  }
  eqtest.close %left, dense<[-16, 0, 0, 0, 0]> : tensor<5xi32>
  eqtest.close %right, dense<[-4, -1, -1, -1, 0]> : tensor<5xi32>
  // (2^32 - 8) / 2 = 2147483644, / 2^31 = 1.
  eqtest.close %logical, dense<[2147483644, 1, 0, 0, 0]> : tensor<5xi32>
  return
}

// An index that depends on data is clamped to the tensor, for reading ...
func.func @read_out_of_range() {
  %i0 = arith.constant dense<[0, 2, 3, -1, 2147483647, -2147483648]> : tensor<6xi32>
  %max = arith.constant 1 : i32
  %x, %n = eq.loop init(%i0 : tensor<6xi32>) max(%max : i32)
  start {
  ^bb0(%i: i32):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f32
    eq.next %go, %i, %zero : i32, f32
  } step {
  ^bb0(%k: i32, %i: i32, %x: f32):
    %go = arith.constant true
    %table = arith.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
    %at = arith.index_cast %i : i32 to index
    %y = tensor.extract %table[%at] : tensor<3xf32>
    eq.next %go, %i, %y : i32, f32
  } finish {
  ^bb0(%k: i32, %again: i1, %i: i32, %x: f32):
    eq.yield %x : f32
  }
  eqtest.close %x, dense<[10.0, 30.0, 30.0, 10.0, 30.0, 10.0]> : tensor<6xf32>, ulps = 0
  return
}

// ... and for writing, in each dimension of 2 x 3.
func.func @write_out_of_range() {
  %i0 = arith.constant dense<[1, 5, -7]> : tensor<3xi32>
  %j0 = arith.constant dense<[-1, 9, 2]> : tensor<3xi32>
  %max = arith.constant 1 : i32
  %x, %n = eq.loop init(%i0, %j0 : tensor<3xi32>, tensor<3xi32>) max(%max : i32)
  start {
  ^bb0(%i: i32, %j: i32):
    %go = arith.constant true
    %zeros = arith.constant dense<0.0> : tensor<2x3xf64>
    eq.next %go, %i, %j, %zeros : i32, i32, tensor<2x3xf64>
  } step {
  ^bb0(%k: i32, %i: i32, %j: i32, %x: tensor<2x3xf64>):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %at = arith.index_cast %i : i32 to index
    %to = arith.index_cast %j : i32 to index
    %y = tensor.insert %one into %x[%at, %to] : tensor<2x3xf64>
    eq.next %go, %i, %j, %y : i32, i32, tensor<2x3xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %i: i32, %j: i32, %x: tensor<2x3xf64>):
    eq.yield %x : tensor<2x3xf64>
  }
  eqtest.close %x, dense<[[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]],
                          [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
                          [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]]> : tensor<3x2x3xf64>, ulps = 0
  return
}

// A slice's offset is clamped so that the slice fits: two elements of five, next
// to each other, and then every other one.
func.func @slice_out_of_range() {
  %i0 = arith.constant dense<[1, 3, 4, 100, -100]> : tensor<5xi32>
  %max = arith.constant 1 : i32
  %near, %far, %n = eq.loop init(%i0 : tensor<5xi32>) max(%max : i32)
  start {
  ^bb0(%i: i32):
    %go = arith.constant true
    %zeros = arith.constant dense<0.0> : tensor<2xf64>
    eq.next %go, %i, %zeros, %zeros : i32, tensor<2xf64>, tensor<2xf64>
  } step {
  ^bb0(%k: i32, %i: i32, %a: tensor<2xf64>, %b: tensor<2xf64>):
    %go = arith.constant true
    %table = arith.constant dense<[10.0, 20.0, 30.0, 40.0, 50.0]> : tensor<5xf64>
    %at = arith.index_cast %i : i32 to index
    %near = tensor.extract_slice %table[%at] [2] [1] : tensor<5xf64> to tensor<2xf64>
    %far = tensor.extract_slice %table[%at] [2] [2] : tensor<5xf64> to tensor<2xf64>
    eq.next %go, %i, %near, %far : i32, tensor<2xf64>, tensor<2xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %i: i32, %a: tensor<2xf64>, %b: tensor<2xf64>):
    eq.yield %a, %b : tensor<2xf64>, tensor<2xf64>
  }
  eqtest.close %near, dense<[[20.0, 30.0], [40.0, 50.0], [40.0, 50.0], [40.0, 50.0], [10.0, 20.0]]> : tensor<5x2xf64>, ulps = 0
  eqtest.close %far, dense<[[20.0, 40.0], [30.0, 50.0], [30.0, 50.0], [30.0, 50.0], [10.0, 30.0]]> : tensor<5x2xf64>, ulps = 0
  return
}

func.func @insert_slice_out_of_range() {
  %i0 = arith.constant dense<[1, 7, -7]> : tensor<3xi32>
  %max = arith.constant 1 : i32
  %x, %n = eq.loop init(%i0 : tensor<3xi32>) max(%max : i32)
  start {
  ^bb0(%i: i32):
    %go = arith.constant true
    %zeros = arith.constant dense<0> : tensor<4xi16>
    eq.next %go, %i, %zeros : i32, tensor<4xi16>
  } step {
  ^bb0(%k: i32, %i: i32, %x: tensor<4xi16>):
    %go = arith.constant true
    %pair = arith.constant dense<[5, 6]> : tensor<2xi16>
    %at = arith.index_cast %i : i32 to index
    %y = tensor.insert_slice %pair into %x[%at] [2] [1] : tensor<2xi16> into tensor<4xi16>
    eq.next %go, %i, %y : i32, tensor<4xi16>
  } finish {
  ^bb0(%k: i32, %again: i1, %i: i32, %x: tensor<4xi16>):
    eq.yield %x : tensor<4xi16>
  }
  eqtest.close %x, dense<[[0, 5, 6, 0], [0, 0, 5, 6], [5, 6, 0, 0]]> : tensor<3x4xi16>
  return
}

// Inside linalg.generic too: a division and an index from data.
func.func @inside_generic() {
  %a0 = arith.constant dense<[6, 7, 8]> : tensor<3xi32>
  %max = arith.constant 1 : i32
  %x, %n = eq.loop init(%a0 : tensor<3xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: tensor<3xi32>):
    %go = arith.constant true
    %b = arith.constant dense<[0, 2, -5]> : tensor<3xi32>
    %empty = tensor.empty() : tensor<3xi32>
    %q = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
        iterator_types = ["parallel"]}
        ins(%a, %b : tensor<3xi32>, tensor<3xi32>) outs(%empty : tensor<3xi32>) {
    ^bb0(%x: i32, %y: i32, %o: i32):
      %d = arith.divsi %x, %y : i32
      // Element x of b, clamped: 8 past the end is b[2].
      %at = arith.index_cast %x : i32 to index
      %e = tensor.extract %b[%at] : tensor<3xi32>
      %s = arith.addi %d, %e : i32
      linalg.yield %s : i32
    } -> tensor<3xi32>
    eq.next %go, %q : tensor<3xi32>
  }
  // 0 - 5, 3 - 5, -1 - 5.
  eqtest.close %x, dense<[-5, -2, -6]> : tensor<3xi32>
  return
}

// A real that no integer can hold: the nearest one that can, 0 for NaN.
func.func @real_to_integer() {
  %a0 = arith.constant dense<[3.9, -3.9, 1.0e20, -1.0e20, 0x7FF8000000000000, 0x7FF0000000000000]> : tensor<6xf64>
  %max = arith.constant 1 : i32
  %i, %n = eq.loop init(%a0 : tensor<6xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: f64):
    %stop = arith.constant false
    eq.next %stop, %a : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %a: f64):
    %i = arith.fptosi %a : f64 to i32
    eq.yield %i : i32
  }
  eqtest.close %i, dense<[3, -3, 2147483647, -2147483648, 0, 2147483647]> : tensor<6xi32>
  return
}

// A promise that nothing overflows is not taken: integers wrap. Compiled with the
// promise, x + 1 > x would be true for every x, and x * 2 / 2 would be x.
func.func @overflow_flags() {
  %x0 = arith.constant dense<[2147483647, 5]> : tensor<2xi32>
  %max = arith.constant 1 : i32
  %greater, %half, %n = eq.loop init(%x0 : tensor<2xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: i32):
    %stop = arith.constant false
    eq.next %stop, %x : i32
  } finish {
  ^bb0(%k: i32, %again: i1, %x: i32):
    %one = arith.constant 1 : i32
    %two = arith.constant 2 : i32
    %y = arith.addi %x, %one overflow<nsw> : i32
    %greater = arith.cmpi sgt, %y, %x : i32
    %double = arith.muli %x, %two overflow<nsw> : i32
    %half = arith.divsi %double, %two : i32
    eq.yield %greater, %half : i1, i32
  }
  eqtest.close %greater, dense<[false, true]> : tensor<2xi1>
  eqtest.close %half, dense<[-1, 5]> : tensor<2xi32>
  return
}

// Guards hold in `start` and `finish`, not in `step` alone.
func.func @in_start_and_finish() {
  %a0 = arith.constant dense<[8, 9]> : tensor<2xi32>
  %b0 = arith.constant dense<[0, 3]> : tensor<2xi32>
  %max = arith.constant 1 : i32
  %x, %n = eq.loop init(%a0 : tensor<2xi32>) ins(%b0 : tensor<2xi32>) max(%max : i32)
  start {
  ^bb0(%a: i32, %b: i32):
    %go = arith.constant true
    %q = arith.divui %a, %b : i32
    eq.next %go, %q : i32
  } step {
  ^bb0(%k: i32, %a: i32, %b: i32):
    %stop = arith.constant false
    eq.next %stop, %a : i32
  } finish {
  ^bb0(%k: i32, %again: i1, %a: i32, %b: i32):
    %hundred = arith.constant 100 : i32
    %p = arith.addi %hundred, %a : i32
    %r = arith.remsi %p, %b : i32
    eq.yield %r : i32
  }
  // 103 mod 3 = 1.
  eqtest.close %x, dense<[0, 1]> : tensor<2xi32>
  return
}

// The body of a fixed point is guarded as well: an integer state that divides by
// itself, and by 0 in the second sample.
func.func @fixed_point_body() {
  %z0 = arith.constant dense<[5, 0]> : tensor<2xi32>
  %tol = arith.constant 0.0 : f64
  %max = arith.constant 9 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2xi32>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: i32):
    %f = arith.divsi %z, %z : i32
    eq.yield %f : i32
  }
  eqtest.status %status, converged : tensor<2xi32>
  eqtest.close %z, dense<[1, 0]> : tensor<2xi32>
  eqtest.close %iterations, dense<[2, 1]> : tensor<2xi32>
  return
}
