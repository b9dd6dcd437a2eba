// RUN: eq-run %s --function=solve | FileCheck %s
// RUN: eq-run %s --function=nested | FileCheck %s --check-prefix=NESTED
// RUN: eq-run %s --function=empty | FileCheck %s --check-prefix=EMPTY
// RUN: eq-run %s --function=solve --json=%t.json && FileCheck %s --input-file=%t.json --check-prefix=JSON

// Every outermost solve is reported: how many samples ended with each status,
// the least, median and largest count, the worst residual. Nothing of it can be
// removed as dead, although this function reads none of it.
//
// z -> z / 2 from 1 with tolerances 2^-1, 2^-3, 2^-5 and 0 takes 1, 3, 5 and 6
// (= max) iterations; the largest residual is 2^-1.
//
// CHECK:      eq.fixed_point at report-solves.mlir:[[#@LINE+10]]: 4 samples
// CHECK-NEXT:   converged        3
// CHECK-NEXT:   max_iterations   1
// CHECK-NEXT:   iterations       min 1, median 5, max 6
// CHECK-NEXT:   worst residual   0.5
// CHECK:      result0 : f64 [4] = 0.5 0.125 0.03125 0.015625
func.func @solve() -> tensor<4xf64> {
  %z0 = arith.constant dense<1.0> : tensor<4xf64>
  %tol = arith.constant dense<[0.5, 0.125, 0.03125, 0.0]> : tensor<4xf64>
  %max = arith.constant 6 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<4xf64>) until(abs = %tol : tensor<4xf64>, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %half = arith.constant 0.5 : f64
    %f = arith.mulf %z, %half : f64
    eq.yield %f : f64
  }
  return %z : tensor<4xf64>
}

// JSON-DAG: "function": "solve"
// JSON-DAG: "label": "eq.fixed_point at report-solves.mlir:
// JSON-DAG: "samples": 4
// JSON-DAG: "converged"
// JSON-DAG: "max_iterations"
// JSON-DAG: "residual": [

// One report for the outer solve; an inner one has none of its own.
//
// NESTED:     eq.fixed_point at report-solves.mlir:[[#@LINE+8]]: 1 sample{{$}}
// NESTED-NOT: eq.fixed_point at
// NESTED:     iterations       min 2, median 2, max 2
func.func @nested() -> f64 {
  %z0 = arith.constant 1.0 : f64
  %tol = arith.constant 0.25 : f64
  %max = arith.constant 6 : i32
  %one = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) shared(%one : i32) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64, %once: i32):
    %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %once : i32)
        method(#eq.picard) on_failure(ignore) {
    ^bb0(%y: f64):
      %half = arith.constant 0.5 : f64
      %f = arith.mulf %y, %half : f64
      eq.yield %f : f64
    }
    eq.yield %y : f64
  }
  return %z : f64
}

// EMPTY:      eq.fixed_point at report-solves.mlir:[[#@LINE+5]]: 0 samples
// EMPTY-NEXT: result0 : f32 [0] ={{ *}}
func.func @empty() -> tensor<0xf32> {
  %z0 = arith.constant dense<1.0> : tensor<0xf32>
  %max = arith.constant 6 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<0xf32>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f32):
    eq.yield %z : f32
  }
  return %z : tensor<0xf32>
}
