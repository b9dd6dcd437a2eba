// RUN: not eq-run %s 2>&1 | FileCheck %s
// RUN: not eq-run %s 2>/dev/null | FileCheck %s --check-prefix=SUMMARY

// Checks that miss: each says where, what was expected, what was got and how far
// apart they are, goes on, and makes the run fail. Functions that have no miss
// say so.

// SUMMARY-DAG: exact: ok (5 checks, 0 missed)
// SUMMARY-DAG: limits: ok (8 checks, 0 missed)
// SUMMARY-DAG: ulps: FAILED (2 checks, 1 missed)
// SUMMARY-DAG: one_too_far: FAILED (1 checks, 1 missed)
// SUMMARY-DAG: integers: FAILED (3 checks, 1 missed)
// SUMMARY-DAG: bits: FAILED (4 checks, 2 missed)
// SUMMARY-DAG: nan: FAILED (3 checks, 1 missed)
// SUMMARY-DAG: statuses: FAILED (3 checks, 2 missed)
// SUMMARY-DAG: many: FAILED (1 checks, 1 missed)
// SUMMARY-DAG: shapes: FAILED (1 checks, 1 missed)

func.func @exact() {
  %x = arith.constant 0.5 : f64
  %v = arith.constant dense<[[1.0, -0.0], [0x7F800000, 0x7FC00000]]> : tensor<2x2xf32>
  %b = arith.constant true
  %n = arith.constant dense<[-9223372036854775808, 9223372036854775807]> : tensor<2xi64>
  eqtest.close %x, 0.5 : f64, ulps = 0
  eqtest.close %v, dense<[[1.0, 0.0], [0x7F800000, 0xFFC00001]]> : tensor<2x2xf32>, ulps = 0
  eqtest.close %b, true
  eqtest.close %n, dense<[-9223372036854775808, 9223372036854775807]> : tensor<2xi64>
  eqtest.equal_bits %v, %v : tensor<2x2xf32>
  return
}

// Any of the limits lets a value pass; without one, 4 ULPs do. 1 + 2^-50 is 4
// ULPs above 1.
func.func @limits() {
  %x = arith.constant 1.0 : f64
  %y = arith.constant 3.0 : f64
  eqtest.close %x, 1.0000000000000009 : f64
  eqtest.close %x, 1.0000000000000009 : f64, ulps = 4
  eqtest.close %x, 1.5 : f64, abs = 0.5
  eqtest.close %x, 2.0 : f64, rel = 0.5
  eqtest.close %x, 2.0 : f64, rel = 0.25, abs = 0.5
  eqtest.close %x, 1.0000000000000009 : f64, ulps = 4, abs = 0.0
  eqtest.near %x, %y : f64, abs = 2.0
  %n = arith.constant 7 : i32
  eqtest.close %n, 9 : i32, abs = 2.0
  return
}

func.func @ulps() {
  %x = arith.constant dense<[0.5, 0.25]> : tensor<2xf64>
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed[1]: expected 0.25000000000000011, got 0.25, 2 ULPs and 1.11e-16 apart
  eqtest.close %x, dense<[0.5, 0.25000000000000011]> : tensor<2xf64>, ulps = 1
  eqtest.close %x, dense<[0.5, 0.25000000000000011]> : tensor<2xf64>, ulps = 2
  return
}

// Limits are not added to another's: 4 ULPs and no more where none is given.
func.func @one_too_far() {
  %x = arith.constant 1.0 : f64
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed: expected 1.0000000000000011, got 1, 5 ULPs
  eqtest.close %x, 1.0000000000000011 : f64
  return
}

func.func @integers() {
  %n = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi16>
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed[1, 0]: expected -4, got 4, 8 apart
  eqtest.close %n, dense<[[1, 2, 3], [-4, 5, 6]]> : tensor<2x3xi16>
  eqtest.close %n, dense<[[1, 2, 3], [4, 5, 5]]> : tensor<2x3xi16>, abs = 1.0
  %b = arith.constant false
  eqtest.close %b, false
  return
}

// Zeros of either sign are close, but not equal in bits. All NaNs are one.
func.func @bits() {
  %a = arith.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %b = arith.constant dense<[-0.0, 1.0]> : tensor<2xf32>
  %c = arith.constant dense<[0x7FC00000, 0xFFC00001]> : tensor<2xf32>
  %d = arith.constant dense<[0x7FA00000, 1.0]> : tensor<2xf32>
  eqtest.near %a, %b : tensor<2xf32>, ulps = 0
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed[0]: expected -0, got 0, 0 ULPs
  eqtest.equal_bits %a, %b : tensor<2xf32>
  eqtest.equal_bits %c, %c : tensor<2xf32>
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed[1]: expected 1, got {{-?}}nan
  eqtest.equal_bits %c, %d : tensor<2xf32>
  return
}

// A NaN is close to a NaN, and to nothing else, whatever the limit.
func.func @nan() {
  %x = arith.constant 0x7FF8000000000000 : f64
  %y = arith.constant 1.0 : f64
  eqtest.close %x, 0x7FF8000000000001 : f64, ulps = 0
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed: expected 1, got {{-?}}nan
  eqtest.close %x, 1.0 : f64, abs = 0x7FF0000000000000
  eqtest.close %y, 1.0 : f64
  return
}

func.func @statuses() {
  %s = arith.constant dense<[0, 3, 1]> : tensor<3xi32>
  eqtest.status %s, [converged, diverged, max_iterations] : tensor<3xi32>
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed[1]: expected converged, got diverged
  eqtest.status %s, [converged, converged, max_iterations] : tensor<3xi32>
  %t = arith.constant 2 : i32
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed: expected event, got non_finite
  eqtest.status %t, event
  return
}

// Five misses of a check are shown, the rest is summed up.
func.func @many() {
  %n = arith.constant dense<0> : tensor<9xi32>
  // CHECK:      eqtest.mlir:[[#@LINE+7]]:3: check missed[0]
  // CHECK-NEXT: check missed[1]
  // CHECK-NEXT: check missed[2]
  // CHECK-NEXT: check missed[3]
  // CHECK-NEXT: check missed[4]
  // CHECK-NEXT: eqtest.mlir:[[#@LINE+2]]:3: and more
  // CHECK-NOT:  check missed[5]
  eqtest.close %n, dense<1> : tensor<9xi32>
  return
}

func.func @shapes() {
  %a = arith.constant dense<0> : tensor<3xi32>
  %b = arith.constant dense<0> : tensor<4xi32>
  %x = tensor.cast %a : tensor<3xi32> to tensor<?xi32>
  %y = tensor.cast %b : tensor<4xi32> to tensor<?xi32>
  // CHECK: eqtest.mlir:[[#@LINE+1]]:3: check missed: expected and got have different shapes
  eqtest.near %x, %y : tensor<?xi32>
  return
}
