// RUN: eq-opt %s | eq-opt | FileCheck %s
// RUN: eq-opt %s --mlir-print-op-generic | eq-opt | FileCheck %s
// RUN: eq-opt %s --emit-bytecode | eq-opt | FileCheck %s
// RUN: eq-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// A scalar problem: no batch, every result a scalar. Results and arguments of
// the body have names that say what they are.
//
// CHECK-LABEL: func.func @scalar
// CHECK-SAME:    (%[[X0:[a-z0-9_]+]]: f64, %[[TOL:[a-z0-9_]+]]: f64, %[[MAX:[a-z0-9_]+]]: i32)
// CHECK:         %{{solution[0-9_]*}}, %{{residual[0-9_]*}}, %{{iterations[0-9_]*}}, %{{status[0-9_]*}} = eq.fixed_point init(%[[X0]] : f64)
// CHECK-SAME:      until(abs = %[[TOL]] : f64, max = %[[MAX]] : i32) method(#eq.picard) {
// CHECK-NEXT:    ^bb0(%[[Z:z[0-9_]*]]: f64):
// CHECK-NEXT:      %[[F:[a-z0-9_]+]] = math.cos %[[Z]] : f64
// CHECK-NEXT:      eq.yield %[[F]] : f64
// CHECK-NEXT:    }
//
// GENERIC-LABEL: sym_name = "scalar"
// GENERIC:       "eq.fixed_point"(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}) <{method = #eq.picard, norm = #eq<norm max>,
// GENERIC-SAME:    operandSegmentSizes = array<i32: 1, 0, 0, 0, 2, 0>, until_names = ["abs", "max"], with_names = []}>
// GENERIC:       : (f64, f64, i32) -> (f64, f64, i32, i32)
func.func @scalar(%x0: f64, %tol: f64, %max: i32) -> (f64, f64, i32, i32) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  return %x, %residual, %iterations, %status : f64, f64, i32, i32
}

// Everything an equilibrium model needs: a batch, per-sample and shared inputs,
// a method with a parameter and a knob, an adjoint. A body may use the names of
// outer values for its own.
//
// CHECK-LABEL: func.func @equilibrium_model
// CHECK:         eq.fixed_point init(%{{[a-z0-9_]+}} : tensor<4096x64xf32>) ins(%{{[a-z0-9_]+}} : tensor<4096x32xf32>)
// CHECK-SAME:      shared(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<64x64xf32>, tensor<64x32xf32>, tensor<64xf32>)
// CHECK-SAME:      until(abs = %{{[a-z0-9_]+}} : f32, rel = %{{[a-z0-9_]+}} : f32, max = %{{[a-z0-9_]+}} : i32)
// CHECK-SAME:      method(#eq.anderson<depth = 5>) with(damping = %{{[a-z0-9_]+}} : f32) adjoint(#eq.implicit) {
// CHECK-NEXT:    ^bb0(%{{z[0-9_]*}}: tensor<64xf32>, %{{x[0-9_]*}}: tensor<32xf32>, %{{w[0-9_]*}}: tensor<64x64xf32>, %{{w[0-9_]*}}: tensor<64x32xf32>, %{{w[0-9_]*}}: tensor<64xf32>):
// CHECK:         return %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<4096x64xf32>, tensor<4096xi32>
func.func @equilibrium_model(%z: tensor<4096x64xf32>, %x: tensor<4096x32xf32>,
    %w: tensor<64x64xf32>, %u: tensor<64x32xf32>, %b: tensor<64xf32>,
    %abs: f32, %rel: f32, %max: i32, %beta: f32)
    -> (tensor<4096x64xf32>, tensor<4096xi32>) {
  %star, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<4096x64xf32>) ins(%x : tensor<4096x32xf32>)
      shared(%w, %u, %b : tensor<64x64xf32>, tensor<64x32xf32>, tensor<64xf32>)
      until(abs = %abs : f32, rel = %rel : f32, max = %max : i32)
      method(#eq.anderson<depth = 5>) with(damping = %beta : f32)
      adjoint(#eq.implicit) {
  ^bb0(%z: tensor<64xf32>, %x: tensor<32xf32>, %w: tensor<64x64xf32>,
       %u: tensor<64x32xf32>, %b: tensor<64xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<64x32xf32>, tensor<32xf32>)
        outs(%b : tensor<64xf32>) -> tensor<64xf32>
    %a = linalg.matvec ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>)
        outs(%ux : tensor<64xf32>) -> tensor<64xf32>
    %f = math.tanh %a : tensor<64xf32>
    eq.yield %f : tensor<64xf32>
  }
  return %star, %status : tensor<4096x64xf32>, tensor<4096xi32>
}

// Two states of different shape and type, two batch dimensions, one of them
// dynamic, every knob, one of them per sample, a scale per state, a norm, a
// trace. The residual has the wider real type.
//
// CHECK-LABEL: func.func @all_clauses
// CHECK:         eq.fixed_point init(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<?x3x5xf32>, tensor<?x3xf64>)
// CHECK-SAME:      scale(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<5xf32>, tensor<?x3xf64>)
// CHECK-SAME:      until(bound = %{{[a-z0-9_]+}} : tensor<?x3xf64>, max = %{{[a-z0-9_]+}} : tensor<?x3xi32>, rel = %{{[a-z0-9_]+}} : f64, abs = %{{[a-z0-9_]+}} : f64)
// CHECK-SAME:      norm(rms) method(#eq.picard) with(damping = %{{[a-z0-9_]+}} : tensor<?x3xf64>)
// CHECK-SAME:      trace(16) adjoint(#eq.neumann<8>) on_failure(ignore) {
// CHECK-NEXT:    ^bb0(%{{z[0-9_]*}}: tensor<5xf32>, %{{z[0-9_]*}}: f64):
// CHECK:         return %{{residual[0-9_]*}}, %{{trace[0-9_]*}} : tensor<?x3xf64>, tensor<?x3x16xf64>
func.func @all_clauses(%a: tensor<?x3x5xf32>, %b: tensor<?x3xf64>,
    %scale: tensor<5xf32>, %per_sample: tensor<?x3xf64>, %tol: f64,
    %max: tensor<?x3xi32>) -> (tensor<?x3xf64>, tensor<?x3x16xf64>) {
  %za, %zb, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%a, %b : tensor<?x3x5xf32>, tensor<?x3xf64>)
      scale(%scale, %per_sample : tensor<5xf32>, tensor<?x3xf64>)
      until(bound = %per_sample : tensor<?x3xf64>, max = %max : tensor<?x3xi32>,
            rel = %tol : f64, abs = %tol : f64)
      norm(rms) method(#eq.picard) with(damping = %per_sample : tensor<?x3xf64>)
      trace(16) adjoint(#eq.neumann<8>) on_failure(ignore) {
  ^bb0(%a: tensor<5xf32>, %b: f64):
    eq.yield %a, %b : tensor<5xf32>, f64
  }
  return %residual, %trace : tensor<?x3xf64>, tensor<?x3x16xf64>
}

// No state is real: the residual, which counts changed entries, is f64.
//
// CHECK-LABEL: func.func @integer_states
// CHECK:         eq.fixed_point init(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : i8, i1, tensor<3xi64>)
// CHECK-SAME:      norm(l2)
// CHECK:         return %{{residual[0-9_]*}} : f64
func.func @integer_states(%a: i8, %b: i1, %c: tensor<3xi64>, %max: i32) -> f64 {
  %za, %zb, %zc, %residual, %iterations, %status = eq.fixed_point
      init(%a, %b, %c : i8, i1, tensor<3xi64>) until(max = %max : i32)
      norm(l2) method(#eq.picard) {
  ^bb0(%a: i8, %b: i1, %c: tensor<3xi64>):
    eq.yield %a, %b, %c : i8, i1, tensor<3xi64>
  }
  return %residual : f64
}

// A problem in the body of another: it belongs to one sample of the outer one.
// The default norm is not printed, discardable attributes are.
//
// CHECK-LABEL: func.func @nested
// CHECK:         eq.fixed_point init(%{{[a-z0-9_]+}} : tensor<7xf64>)
// CHECK-SAME:      method(#eq.picard) attributes {note = "outer"} {
// CHECK-NEXT:    ^bb0(%[[Z:z[0-9_]*]]: f64, %{{w[0-9_]*}}: f64, %{{w[0-9_]*}}: i32):
// CHECK-NEXT:      %[[INNER:solution[0-9_]*]], %{{residual[0-9_]*}}, %{{iterations[0-9_]*}}, %{{status[0-9_]*}} = eq.fixed_point init(%[[Z]] : f64) ins(%[[Z]] : f64)
// CHECK-SAME:        on_failure(fail) {
// CHECK:           eq.yield %[[INNER]] : f64
func.func @nested(%z: tensor<7xf64>, %tol: f64, %max: i32) -> tensor<7xf64> {
  %out, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<7xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) norm(max) method(#eq.picard)
      attributes {note = "outer"} {
  ^bb0(%z: f64, %tol: f64, %max: i32):
    %y, %r, %n, %s = eq.fixed_point init(%z : f64) ins(%z : f64)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard)
        on_failure(fail) {
    ^bb0(%y: f64, %z: f64):
      %c = math.cos %y : f64
      %f = arith.mulf %c, %z : f64
      eq.yield %f : f64
    }
    eq.yield %y : f64
  }
  return %out : tensor<7xf64>
}
