// RUN: eq-opt %s --eq-codegen-check --split-input-file --verify-diagnostics

// What the stage codegen promises: the LLVM dialect alone.

// expected-error @+1 {{'func.func' op expected only the LLVM dialect to be left by now}}
func.func private @f()

// -----

llvm.func @g(%x: f64) -> f64 {
  // expected-error @+1 {{'arith.addf' op expected only the LLVM dialect to be left by now}}
  %y = arith.addf %x, %x : f64
  llvm.return %y : f64
}
