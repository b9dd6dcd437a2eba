// RUN: eq-run %s --on=serial --memory-limit=65536
// RUN: eq-run %s --on=cpu --memory-limit=65536

// A million iterations take no more memory than one: the limit of 64 KiB holds
// for the whole run, and a single f64 kept per iteration would need 8 MB.

// z -> z + 1 from 0, exact in f64.
func.func @scalar() {
  %z0 = arith.constant 0.0 : f64
  %max = arith.constant 1000000 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    %one = arith.constant 1.0 : f64
    %f = arith.addf %z, %one : f64
    eq.yield %f : f64
  }
  eqtest.status %status, max_iterations
  eqtest.close %iterations, 1000000 : i32
  eqtest.close %z, 1000000.0 : f64, ulps = 0
  return
}

// A tensor state with temporaries in the body: (a, b, c) -> (b, c, a) + 1. After
// 999,999 steps (a multiple of 3) each is where it was, plus the number of steps.
func.func @tensor_state() {
  %z0 = arith.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf64>
  %max = arith.constant 999999 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<3xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>):
    %head = tensor.extract_slice %z[0] [1] [1] : tensor<3xf64> to tensor<1xf64>
    %tail = tensor.extract_slice %z[1] [2] [1] : tensor<3xf64> to tensor<2xf64>
    %turned = tensor.concat dim(0) %tail, %head : (tensor<2xf64>, tensor<1xf64>) -> tensor<3xf64>
    %one = arith.constant dense<1.0> : tensor<3xf64>
    %f = arith.addf %turned, %one : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  eqtest.status %status, max_iterations
  eqtest.close %iterations, 999999 : i32
  eqtest.close %z, dense<[1000009.0, 1000019.0, 1000029.0]> : tensor<3xf64>, ulps = 0
  return
}

// An inner solve in every step, a thousand times a thousand.
func.func @nested() {
  %z0 = arith.constant 0.0 : f64
  %thousand = arith.constant 1000 : i32
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : f64) shared(%thousand : i32) until(max = %thousand : i32)
      method(#eq.picard) {
  ^bb0(%z: f64, %thousand: i32):
    %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %thousand : i32)
        method(#eq.picard) on_failure(ignore) {
    ^bb0(%y: f64):
      %one = arith.constant 1.0 : f64
      %f = arith.addf %y, %one : f64
      eq.yield %f : f64
    }
    eq.yield %y : f64
  }
  eqtest.status %status, max_iterations
  eqtest.close %z, 1000000.0 : f64, ulps = 0
  return
}
