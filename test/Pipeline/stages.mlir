// RUN: eq-opt %s --eq-verify | eq-opt --eq-expand | eq-opt --eq-fuse | eq-opt --eq-schedule \
// RUN:   | eq-opt --eq-codegen | FileCheck %s
// RUN: eq-opt %s --eq-to-llvm | FileCheck %s
// RUN: eq-opt %s --eq-to-llvm | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=LLVM
// RUN: eq-opt %s --eq-verify --eq-expand | FileCheck %s --check-prefix=EXPANDED
// RUN: eq-opt %s --eq-verify --eq-expand --eq-fuse | FileCheck %s --check-prefix=FUSED
// RUN: eq-opt %s --eq-verify --eq-expand --eq-fuse --eq-schedule | FileCheck %s --check-prefix=SCHEDULED

// The stages, one by one through text and all at once, end with the LLVM dialect
// alone, an entry per public function and no private one.
//
// CHECK-NOT:     {{^ *(%[a-z0-9_:, %]+ = )?(eq|scf|linalg|tensor|memref|func|arith|math)\.}}
// CHECK:         llvm.func @eq_solve(%{{[a-z0-9_]+}}: !llvm.ptr, %{{[a-z0-9_]+}}: !llvm.ptr, %{{[a-z0-9_]+}}: !llvm.ptr) -> i32
// CHECK-NOT:     {{^ *(%[a-z0-9_:, %]+ = )?(eq|scf|linalg|tensor|memref|func|arith|math)\.}}
//
// No flag in the LLVM IR lets a later optimisation change a bit.
//
// LLVM-NOT:      {{fast|reassoc|contract|afn|nnan|ninf|fmuladd}}
// LLVM:          define i32 @eq_solve(ptr %0, ptr %1, ptr %2)
// LLVM-NOT:      {{fast|reassoc|contract|afn|nnan|ninf|fmuladd}}
//
// EXPANDED-NOT:  eq.fixed_point
// EXPANDED:      eq.loop
// EXPANDED-NOT:  eq.fixed_point
//
// FUSED-NOT:     linalg.matvec
// FUSED:         linalg.generic
// FUSED:         math.fma
// FUSED-NOT:     fastmath
//
// SCHEDULED:     eq.loop {{.*}} schedule(#eq.lanes<
func.func private @activation(%a: tensor<3xf64>) -> tensor<3xf64> {
  %f = math.tanh %a : tensor<3xf64>
  return %f : tensor<3xf64>
}
func.func @solve(%z0: tensor<2x?x3xf64>, %w0: tensor<3x3xf64>, %tol: f64, %max: i32)
    -> (tensor<2x?x3xf64>, tensor<2x?xi32>) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%z0 : tensor<2x?x3xf64>) shared(%w0 : tensor<3x3xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf64>, %w: tensor<3x3xf64>):
    %zeros = arith.constant dense<0.0> : tensor<3xf64>
    %a = linalg.matvec ins(%w, %z : tensor<3x3xf64>, tensor<3xf64>) outs(%zeros : tensor<3xf64>) -> tensor<3xf64>
    %f = func.call @activation(%a) : (tensor<3xf64>) -> tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  return %z, %status : tensor<2x?x3xf64>, tensor<2x?xi32>
}
