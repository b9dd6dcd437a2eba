// RUN: eq-opt %s --eq-codegen-make-entries --split-input-file --verify-diagnostics

// expected-error @+1 {{'func.func' op expected the name of a public function to be letters, digits and '_', but got 'my.solve'}}
func.func @my.solve() {
  return
}

// -----

// expected-error @+1 {{'func.func' op expected the name of a public function not to be one of the runtime's, but got 'context_create'}}
func.func @context_create() {
  return
}

// -----

// expected-error @+1 {{'func.func' op expected argument #1 of a public function to be a number or a ranked tensor of f32, f64 or integers of 1, 8, 16, 32 or 64 bits, but got 'index'}}
func.func @index_argument(%x: f64, %i: index) {
  return
}

// -----

// expected-error @+1 {{'func.func' op expected result #0 of a public function to be a number or a ranked tensor of f32, f64 or integers of 1, 8, 16, 32 or 64 bits, but got 'tensor<*xf64>'}}
func.func @unranked_result(%x: tensor<4xf64>) -> tensor<*xf64> {
  %y = tensor.cast %x : tensor<4xf64> to tensor<*xf64>
  return %y : tensor<*xf64>
}

// -----

// expected-error @+1 {{'func.func' op expected argument #0 of a public function to be a number or a ranked tensor of f32, f64 or integers of 1, 8, 16, 32 or 64 bits, but got 'tensor<4xf64, "sparse">'}}
func.func @encoding(%x: tensor<4xf64, "sparse">) {
  return
}

// -----

// expected-error @+1 {{'func.func' op expected a public function to be one block of structured control flow (scf)}}
func.func @blocks(%c: i1) {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  return
^bb2:
  return
}

// -----

// expected-error @+1 {{'func.func' op expected every function to be public and to have a body by now: calls of private functions are inlined by the stage verify, and functions of elsewhere cannot be called}}
func.func private @elsewhere(f64) -> f64
