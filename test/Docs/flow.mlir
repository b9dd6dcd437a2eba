// The programs that docs/Flow.md follows through the stages (made by
// utils/generate-docs.py from this file and flow.md.in). Here: every stage takes
// what the stage before has printed, and the numbers come out.

// RUN: rm -rf %t && split-file %s %t
// RUN: eq-opt %t/cos.mlir --eq-verify | eq-opt --eq-expand | eq-opt --eq-fuse | eq-opt --eq-schedule \
// RUN:   | eq-opt --eq-codegen | FileCheck %s --check-prefix=COS
// COS: llvm.call @eqrt_far_quarters
// COS: llvm.func @eq_cos
// RUN: eq-opt %t/layer.mlir --eq-verify | eq-opt --eq-expand | eq-opt --eq-fuse | eq-opt --eq-schedule \
// RUN:   | eq-opt --eq-codegen | FileCheck %s --check-prefix=LAYER
// LAYER: llvm.intr.fma
// LAYER: llvm.fdiv
// LAYER-NOT: llvm.call @tanh
// LAYER: llvm.func @eq_layer

// RUN: eq-run %t/cos.mlir --arg x0=1 --arg tol=1e-12 --arg max=100 --fail-on=any | FileCheck %s --check-prefix=NUMBERS
// NUMBERS: x : f64 = 0.739085133{{[0-9]*}}

// RUN: eq-opt %t/orbits.mlir --eq-verify | eq-opt --eq-expand | eq-opt --eq-fuse | eq-opt --eq-schedule \
// RUN:   | FileCheck %s --check-prefix=ORBITS
// ORBITS: schedule(#eq.thread)

//--- cos.mlir
// The number that is its own cosine.
func.func @cos(%x0: f64 {eq.name = "x0"}, %tol: f64 {eq.name = "tol"}, %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "x"}, i32 {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  return %x, %status : f64, i32
}
//--- layer.mlir
// A layer that is applied until it settles, for every row of a batch: z = tanh(W z + x).
func.func @layer(%z0: tensor<?x3xf32> {eq.name = "z0"}, %x: tensor<?x3xf32> {eq.name = "x"},
                 %w: tensor<3x3xf32> {eq.name = "w"}, %tol: f32 {eq.name = "tol"}, %max: i32 {eq.name = "max"})
    -> (tensor<?x3xf32> {eq.name = "z"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<?x3xf32>) ins(%x : tensor<?x3xf32>) shared(%w : tensor<3x3xf32>)
      until(abs = %tol : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>, %x: tensor<3xf32>, %w: tensor<3x3xf32>):
    %a = func.call @affine(%w, %z, %x) : (tensor<3x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %f = math.tanh %a : tensor<3xf32>
    eq.yield %f : tensor<3xf32>
  }
  return %z : tensor<?x3xf32>
}

func.func private @affine(%w: tensor<3x3xf32>, %z: tensor<3xf32>, %x: tensor<3xf32>) -> tensor<3xf32> {
  %a = linalg.matvec ins(%w, %z : tensor<3x3xf32>, tensor<3xf32>) outs(%x : tensor<3xf32>) -> tensor<3xf32>
  return %a : tensor<3xf32>
}

//--- decay.mlir
func.func @decay(%y0: f64 {eq.name = "y0"}, %end: f64 {eq.name = "end"}, %step: f64 {eq.name = "step"})
    -> (f64 {eq.name = "y"}, i32 {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64) from(%t0 : f64) to(%end : f64)
      within(max = %max : i32) method(#eq.runge_kutta<euler>) with(step = %step : f64) {
  ^bb0(%t: f64, %y: f64):
    %f = arith.negf %y : f64
    eq.yield %f : f64
  }
  return %y, %status : f64, i32
}

//--- orbits.mlir
// Kepler's equation E = M + e sin E for many orbits, on a machine with a GPU.
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048,
                                                  shared_memory = 232448>} {
  func.func @orbits(%m: tensor<?xf64> {eq.name = "M"}, %e: tensor<?xf64> {eq.name = "e"}, %tol: f64 {eq.name = "tol"})
      -> (tensor<?xf64> {eq.name = "E"}, tensor<?xi32> {eq.name = "status"}) {
    %max = arith.constant 1000 : i32
    %E, %residual, %iterations, %status = eq.fixed_point
        init(%m : tensor<?xf64>) ins(%m, %e : tensor<?xf64>, tensor<?xf64>)
        until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
    ^bb0(%E: f64, %m: f64, %e: f64):
      %sin = math.sin %E : f64
      %part = arith.mulf %e, %sin : f64
      %next = arith.addf %m, %part : f64
      eq.yield %next : f64
    }
    return %E, %status : tensor<?xf64>, tensor<?xi32>
  }
}
