// RUN: eq-opt %s | eq-opt | FileCheck %s
// RUN: eq-opt %s --mlir-print-op-generic | eq-opt | FileCheck %s
// RUN: eq-opt %s -emit-bytecode | eq-opt | FileCheck %s

// Kepler's equation for a batch, with the bracket per sample.
//
// CHECK-LABEL: func.func @kepler
// CHECK:         %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} = eq.root init(%{{[a-z0-9_]+}} : tensor<?xf64>)
// CHECK-SAME:      ins(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<?xf64>, tensor<?xf64>)
// CHECK-SAME:      until(abs = %{{[a-z0-9_]+}} : f64, max = %{{[a-z0-9_]+}} : i32)
// CHECK-SAME:      method(#eq.brent) with(low = %{{[a-z0-9_]+}} : tensor<?xf64>, high = %{{[a-z0-9_]+}} : tensor<?xf64>) {
// CHECK:         return %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>
func.func @kepler(%e0: tensor<?xf64>, %m: tensor<?xf64>, %e: tensor<?xf64>, %lo: tensor<?xf64>, %hi: tensor<?xf64>, %tol: f64, %max: i32)
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?xi32>) {
  %E, %residual, %iterations, %status = eq.root init(%e0 : tensor<?xf64>) ins(%m, %e : tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.brent) with(low = %lo : tensor<?xf64>, high = %hi : tensor<?xf64>) {
  ^bb0(%E: f64, %m: f64, %e: f64):
    %s = math.sin %E : f64
    %es = arith.mulf %e, %s : f64
    %d = arith.subf %E, %es : f64
    %g = arith.subf %d, %m : f64
    eq.yield %g : f64
  }
  return %E, %residual, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>
}

// One sample, in f32, with everything that may be written.
//
// CHECK-LABEL: func.func @one
// CHECK:         eq.root init(%{{[a-z0-9_]+}} : f32) shared(%{{[a-z0-9_]+}} : tensor<3xf32>) until(max = %{{[a-z0-9_]+}} : i32)
// CHECK-SAME:      method(#eq.brent) with(low = %{{[a-z0-9_]+}} : f32, high = %{{[a-z0-9_]+}} : f32, width = %{{[a-z0-9_]+}} : f32)
// CHECK-SAME:      on_failure(ignore) attributes {note = "one"} {
func.func @one(%x: f32, %w: tensor<3xf32>, %a: f32, %b: f32, %width: f32, %max: i32) -> f32 {
  %r, %residual, %iterations, %status = eq.root init(%x : f32) shared(%w : tensor<3xf32>) until(max = %max : i32)
      method(#eq.brent) with(low = %a : f32, high = %b : f32, width = %width : f32) on_failure(ignore) attributes {note = "one"} {
  ^bb0(%x: f32, %w: tensor<3xf32>):
    %c0 = arith.constant 0 : index
    %first = tensor.extract %w[%c0] : tensor<3xf32>
    %g = arith.subf %x, %first : f32
    eq.yield %g : f32
  }
  return %r : f32
}
