// RUN: eq-opt %s --eq-verify --eq-expand --eq-fuse --eq-schedule-choose='override=#eq.serial' --eq-codegen --mlir-print-ir-after=eq-codegen-hoist-allocations -o /dev/null 2>&1 \
// RUN:   | FileCheck %s
// RUN: eq-opt %s --eq-verify --eq-expand --eq-fuse --eq-schedule-choose='override=#eq.serial' --eq-codegen --mlir-print-ir-after=eq-codegen-hoist-allocations -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=COPY

// Named bodies and what they cost: no allocation in a loop, and for the model no
// copy of its state. (What the numbers are is in test/Run.)

// An equilibrium model. U x + b is computed once per sample, by a loop before. The
// state goes from one half of its buffer to the other, computed where it belongs.
//
// CHECK-LABEL: func.func private @eq.equilibrium_model.body
// CHECK:         memref.alloc
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK-NOT:         memref.alloc
// CHECK:           memref.copy {{.*}} : memref<8xf32, strided<[1], offset: ?>> to memref<8xf32, strided<[1], offset: ?>>
// CHECK-NEXT:    }
// CHECK:         memref.alloc
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @eq_equilibrium_model
//
// COPY-LABEL:  func.func private @eq.equilibrium_model.body
// COPY:          scf.while
// COPY:          scf.while
// COPY:          } do {
// COPY-NOT:        arith.select %{{[a-z0-9_]+}}, %{{in[0-9_]*}}, %{{in[0-9_]*}} : f32
// COPY-NOT:        memref.copy
// COPY:            scf.yield
// COPY-LABEL:  func.func @eq_equilibrium_model
func.func @equilibrium_model(%z0: tensor<?x8xf32>, %x0: tensor<?x5xf32>, %w0: tensor<8x8xf32>,
    %u0: tensor<8x5xf32>, %b0: tensor<8xf32>, %tol: f32, %max: i32) -> (tensor<?x8xf32>, tensor<?xi32>) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<?x8xf32>) ins(%x0 : tensor<?x5xf32>)
      shared(%w0, %u0, %b0 : tensor<8x8xf32>, tensor<8x5xf32>, tensor<8xf32>)
      until(abs = %tol : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<8xf32>, %x: tensor<5xf32>, %w: tensor<8x8xf32>, %u: tensor<8x5xf32>, %b: tensor<8xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<8x5xf32>, tensor<5xf32>) outs(%b : tensor<8xf32>) -> tensor<8xf32>
    %a = linalg.matvec ins(%w, %z : tensor<8x8xf32>, tensor<8xf32>) outs(%ux : tensor<8xf32>) -> tensor<8xf32>
    %f = math.tanh %a : tensor<8xf32>
    eq.yield %f : tensor<8xf32>
  }
  return %z, %status : tensor<?x8xf32>, tensor<?xi32>
}

// Two states of different shape and type, with every part of a fixed point that
// needs memory: damping, a trace, a scale.
//
// CHECK-LABEL: func.func private @eq.two_states.body
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @eq_two_states
func.func @two_states(%a0: tensor<?x3xf32>, %b0: tensor<?x2x2xf64>, %scale: tensor<3xf32>, %one: f64,
    %tol: f64, %beta: f64, %max: i32) -> (tensor<?x3xf32>, tensor<?x2x2xf64>, tensor<?x4xf64>) {
  %a, %b, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%a0, %b0 : tensor<?x3xf32>, tensor<?x2x2xf64>) scale(%scale, %one : tensor<3xf32>, f64)
      until(abs = %tol : f64, rel = %tol : f64, max = %max : i32) norm(rms)
      method(#eq.picard) with(damping = %beta : f64) trace(4) {
  ^bb0(%a: tensor<3xf32>, %b: tensor<2x2xf64>):
    %fa = math.cos %a : tensor<3xf32>
    %zeros = arith.constant dense<0.0> : tensor<2x2xf64>
    %fb = linalg.matmul ins(%b, %b : tensor<2x2xf64>, tensor<2x2xf64>) outs(%zeros : tensor<2x2xf64>) -> tensor<2x2xf64>
    eq.yield %fa, %fb : tensor<3xf32>, tensor<2x2xf64>
  }
  return %a, %b, %trace : tensor<?x3xf32>, tensor<?x2x2xf64>, tensor<?x4xf64>
}

// States that change places.
//
// CHECK-LABEL: func.func private @eq.swap.body
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @eq_swap
func.func @swap(%a0: tensor<?x3xf64>, %b0: tensor<?x3xf64>, %max: i32) -> (tensor<?x3xf64>, tensor<?x3xf64>) {
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : tensor<?x3xf64>, tensor<?x3xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: tensor<3xf64>, %b: tensor<3xf64>):
    eq.yield %b, %a : tensor<3xf64>, tensor<3xf64>
  }
  return %a, %b : tensor<?x3xf64>, tensor<?x3xf64>
}

// Components updated one after another, by a loop of its own.
//
// CHECK-LABEL: func.func private @eq.gauss_seidel.body
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @eq_gauss_seidel
func.func @gauss_seidel(%z0: tensor<?x9xf64>, %max: i32) -> tensor<?x9xf64> {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<?x9xf64>) until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<9xf64>):
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %half = arith.constant 0.5 : f64
    %f = scf.for %i = %c1 to %c8 step %c1 iter_args(%t = %z) -> (tensor<9xf64>) {
      %before = arith.subi %i, %c1 : index
      %after = arith.addi %i, %c1 : index
      %l = tensor.extract %t[%before] : tensor<9xf64>
      %r = tensor.extract %t[%after] : tensor<9xf64>
      %s = arith.addf %l, %r : f64
      %m = arith.mulf %s, %half : f64
      %u = tensor.insert %m into %t[%i] : tensor<9xf64>
      scf.yield %u : tensor<9xf64>
    }
    eq.yield %f : tensor<9xf64>
  }
  return %z : tensor<?x9xf64>
}

// A solve in the body of another: its memory, too, is made once.
//
// CHECK-LABEL: func.func private @eq.nested.body
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK:             scf.while
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @eq_nested
func.func @nested(%z0: tensor<?x3xf64>, %tol: f64, %max: i32) -> tensor<?x3xf64> {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<?x3xf64>) shared(%tol, %max : f64, i32)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>, %tol: f64, %max: i32):
    %y, %r, %n, %s = eq.fixed_point init(%z : tensor<3xf64>) ins(%z : tensor<3xf64>)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%y: tensor<3xf64>, %z: tensor<3xf64>):
      %c = math.cos %y : tensor<3xf64>
      %f = arith.mulf %c, %z : tensor<3xf64>
      eq.yield %f : tensor<3xf64>
    }
    eq.yield %y : tensor<3xf64>
  }
  return %z : tensor<?x3xf64>
}

// History, records and sums of a loop.
//
// CHECK-LABEL: func.func private @eq.history.body
// CHECK:         scf.for
// CHECK:           scf.while
// CHECK-NOT:     memref.alloc
// CHECK-LABEL: func.func @eq_history
func.func @history(%z0: tensor<?x3xf64>, %trace: tensor<?x4x3xf64>, %sum: tensor<3xf64>, %max: i32)
    -> (tensor<?x2x3xf64>, tensor<?x4x3xf64>, tensor<3xf64>) {
  %h, %n, %rs, %total = eq.loop init(%z0 : tensor<?x3xf64>) record(%trace : tensor<?x4x3xf64>)
      sum(%sum : tensor<3xf64>) max(%max : i32)
  start {
  ^bb0(%z: tensor<3xf64>):
    %go = arith.constant true
    %none = tensor.empty() : tensor<2x3xf64>
    eq.next %go, %z, %none : tensor<3xf64>, tensor<2x3xf64>
  } step {
  ^bb0(%k: i32, %z: tensor<3xf64>, %h: tensor<2x3xf64>, %rs: tensor<4x3xf64>):
    %go = arith.constant true
    %slot = arith.index_cast %k : i32 to index
    %f = math.cos %z : tensor<3xf64>
    %h1 = eq.push %f, %h : tensor<3xf64> into tensor<2x3xf64>
    %rs1 = eq.record %f, %rs[%slot] when %go : tensor<3xf64> into tensor<4x3xf64>
    eq.next %go, %f, %h1 : tensor<3xf64>, tensor<2x3xf64> record(%rs1 : tensor<4x3xf64>) sum(%f : tensor<3xf64>)
  } finish {
  ^bb0(%k: i32, %again: i1, %z: tensor<3xf64>, %h: tensor<2x3xf64>):
    eq.yield %h : tensor<2x3xf64>
  }
  return %h, %rs, %total : tensor<?x2x3xf64>, tensor<?x4x3xf64>, tensor<3xf64>
}
