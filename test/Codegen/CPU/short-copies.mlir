// RUN: eq-compile %s --schedule='#eq.lanes<lanes = 8, rows = 4, refill = 1>' --to=codegen | FileCheck %s

// What lower-copies.mlir says of a loop over the column of a lane reaches the
// branch that LLVM reads it from: a state that leaves, one that enters, and
// its input.
//
// CHECK-LABEL:   llvm.func @eq.column.worker.0
// CHECK-COUNT-3: llvm.br {{.*}} {loop_annotation = #llvm.loop_annotation<vectorize = <disable = true>, unroll = <count = 4 : i32>>}
// CHECK-NOT:     loop_annotation
func.func @column(%z: tensor<?x5xf32> {eq.name = "z"}, %x: tensor<?x5xf32> {eq.name = "x"}, %tol: f32 {eq.name = "tol"})
    -> (tensor<?x5xf32> {eq.name = "y"}) {
  %max = arith.constant 100 : i32
  %y, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<?x5xf32>) ins(%x : tensor<?x5xf32>) until(abs = %tol : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%z1: tensor<5xf32>, %x1: tensor<5xf32>):
    %a = arith.addf %z1, %x1 : tensor<5xf32>
    %f = math.tanh %a : tensor<5xf32>
    eq.yield %f : tensor<5xf32>
  }
  return %y : tensor<?x5xf32>
}
