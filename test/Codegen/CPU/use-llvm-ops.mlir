// RUN: eq-opt %s --eq-codegen-use-llvm-ops | FileCheck %s
// RUN: eq-opt %eq_src/examples/lorenz/lorenz.mlir --eq-to-llvm | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=LLVM

// A whole program with conversions is LLVM IR by a stock mlir-translate.
//
// LLVM: define i32 @eq_
// LLVM: fptrunc

// What is declared is a function of the LLVM dialect; what it has been said to
// do, it still is.
//
// CHECK:       llvm.func @eqrt_far_rest(f64) -> f64 attributes {memory_effects = #llvm.memory_effects<other = none, argMem = none, inaccessibleMem = none, errnoMem = none, targetMem0 = none, targetMem1 = none>, passthrough = ["cold"]}
func.func private @eqrt_far_rest(f64) -> f64 attributes {llvm.readnone, passthrough = ["cold"]}

// Its types may have none.
//
// CHECK:       func.func private @in_memory(memref<3xf64>)
func.func private @in_memory(memref<3xf64>)

// CHECK-LABEL: func.func @reals
// CHECK-SAME:    (%[[X:.*]]: f64, %[[V:.*]]: vector<4xf32>, %[[W:.*]]: vector<2x2xf32>,
func.func @reals(%x: f64, %v: vector<4xf32>, %w: vector<2x2xf32>, %m: memref<3xf64>)
    -> (f32, vector<4xf64>, vector<2x2xf64>) {
  // CHECK: %[[REST:.*]] = llvm.call @eqrt_far_rest(%[[X]]) : (f64) -> f64
  %rest = func.call @eqrt_far_rest(%x) : (f64) -> f64
  // CHECK: llvm.fptrunc %[[REST]] : f64 to f32
  %narrow = arith.truncf %rest : f64 to f32
  // CHECK: llvm.fpext %[[V]] : vector<4xf32> to vector<4xf64>
  %wide = arith.extf %v : vector<4xf32> to vector<4xf64>
  // There, vectors have one dimension only.
  // CHECK: arith.extf %[[W]]
  %matrix = arith.extf %w : vector<2x2xf32> to vector<2x2xf64>
  // CHECK: call @in_memory
  func.call @in_memory(%m) : (memref<3xf64>) -> ()
  return %narrow, %wide, %matrix : f32, vector<4xf64>, vector<2x2xf64>
}
