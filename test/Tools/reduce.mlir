// RUN: eq-reduce %s -reduction-tree='traversal-mode=0 test=%S/Inputs/unbounded.sh' -o %t.mlir
// RUN: FileCheck %s --implicit-check-not=func.func < %t.mlir
// RUN: not eq-opt --eq-verify %t.mlir 2>&1 | FileCheck %s --check-prefix=STILL
// STILL: 'scf.while' op is not bounded

// Half of the program has nothing to do with the loop that may not end, and goes.

func.func @innocent(%a: f64) -> f64 {
  %b = math.exp %a : f64
  return %b : f64
}

// CHECK:     func.func @hangs
// CHECK:       scf.while
func.func @hangs(%x0: f64, %tol: f64, %max: i32) -> f64 {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %y = scf.while (%v = %x) : (f64) -> f64 {
      %zero = arith.constant 0.0 : f64
      %more = arith.cmpf ogt, %v, %zero : f64
      scf.condition(%more) %v : f64
    } do {
    ^bb0(%v: f64):
      scf.yield %v : f64
    }
    eq.yield %y : f64
  }
  return %x : f64
}

func.func @innocent_too(%x0: f64, %tol: f64, %max: i32) -> f64 {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  return %x : f64
}
