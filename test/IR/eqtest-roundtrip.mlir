// RUN: eq-opt %s | eq-opt | FileCheck %s
// RUN: eq-opt %s --mlir-print-op-generic | eq-opt | FileCheck %s
// RUN: eq-opt %s --emit-bytecode | eq-opt | FileCheck %s

// Limits are printed in one order, whatever order they were written in.
//
// CHECK-LABEL: func.func @checks
func.func @checks(%x: f64, %v: tensor<2xf32>, %n: tensor<?xi32>, %b: i1, %s: i32) {
  // CHECK: eqtest.close %{{[a-z0-9_]+}}, 5.000000e-01 : f64{{$}}
  eqtest.close %x, 0.5 : f64
  // CHECK: eqtest.close %{{[a-z0-9_]+}}, 5.000000e-01 : f64, ulps = 19{{$}}
  eqtest.close %x, 0.5 : f64, ulps = 19
  // CHECK: eqtest.close %{{[a-z0-9_]+}}, 5.000000e-01 : f64, ulps = 2, rel = 1.000000e-09, abs = 2.500000e-01{{$}}
  eqtest.close %x, 0.5 : f64, abs = 0.25, ulps = 2, rel = 1.0e-9
  // CHECK: eqtest.close %{{[a-z0-9_]+}}, dense<[1.000000e+00, 0x7FC00000]> : tensor<2xf32>, ulps = 0{{$}}
  eqtest.close %v, dense<[1.0, 0x7FC00000]> : tensor<2xf32>, ulps = 0
  // CHECK: eqtest.close %{{[a-z0-9_]+}}, true{{$}}
  eqtest.close %b, true
  // CHECK: eqtest.close %{{[a-z0-9_]+}}, 7 : i32{{$}}
  eqtest.close %s, 7 : i32
  // CHECK: eqtest.near %[[V:[a-z0-9_]+]], %[[V]] : tensor<2xf32>, rel = 1.000000e-06{{$}}
  eqtest.near %v, %v : tensor<2xf32>, rel = 1.0e-6
  // CHECK: eqtest.equal_bits %[[V]], %[[V]] : tensor<2xf32>{{$}}
  eqtest.equal_bits %v, %v : tensor<2xf32>
  // CHECK: eqtest.status %{{[a-z0-9_]+}}, converged{{$}}
  eqtest.status %s, converged
  // CHECK: eqtest.status %{{[a-z0-9_]+}}, max_iterations : tensor<?xi32>{{$}}
  eqtest.status %n, max_iterations : tensor<?xi32>
  // CHECK: eqtest.status %{{[a-z0-9_]+}}, [converged, diverged, cancelled] : tensor<?xi32>{{$}}
  eqtest.status %n, [converged, diverged, cancelled] : tensor<?xi32>
  return
}

// Every status has a name.
//
// CHECK-LABEL: func.func @statuses
func.func @statuses(%s: tensor<11xi32>) {
  // CHECK: [converged, max_iterations, non_finite, diverged, bad_argument, event, inner_failed, stalled, singular, step_underflow, cancelled] : tensor<11xi32>
  eqtest.status %s, [converged, max_iterations, non_finite, diverged,
      bad_argument, event, inner_failed, stalled, singular, step_underflow,
      cancelled] : tensor<11xi32>
  return
}
