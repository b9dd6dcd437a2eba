// RUN: eq-opt %s --eq-test-scalarise='max-elements=4 max-operations=20' --split-input-file --verify-diagnostics

// Each error is at the op that has no rule, is too large, or is one too many.

func.func @too_large_result(%x: tensor<2xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : tensor<2x3xf64>
  // expected-error@+1 {{'linalg.broadcast' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<2x3xf64>'}}
  %b = linalg.broadcast ins(%x : tensor<2xf64>) outs(%e : tensor<2x3xf64>) dimensions = [1]
  %r = tensor.extract %b[%c0, %c0] : tensor<2x3xf64>
  return %r : f64
}

// -----

func.func @too_large_operand(%x: tensor<5xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'arith.addf' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<5xf64>'}}
  %y = arith.addf %x, %x : tensor<5xf64>
  %r = tensor.extract %y[%c0] : tensor<5xf64>
  return %r : f64
}

// -----

func.func @too_large_made(%a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.splat' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<5xf64>'}}
  %y = tensor.splat %a : tensor<5xf64>
  %r = tensor.extract %y[%c0] : tensor<5xf64>
  return %r : f64
}

// -----

func.func @too_large_concat(%x: tensor<3xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.concat' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<6xf64>'}}
  %y = tensor.concat dim(0) %x, %x : (tensor<3xf64>, tensor<3xf64>) -> tensor<6xf64>
  %r = tensor.extract %y[%c0] : tensor<6xf64>
  return %r : f64
}

// -----

func.func @too_large_pad(%x: tensor<3xf64>, %p: f64) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.pad' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<6xf64>'}}
  %y = tensor.pad %x low[1] high[2] {
  ^bb0(%i: index):
    tensor.yield %p : f64
  } : tensor<3xf64> to tensor<6xf64>
  %r = tensor.extract %y[%c0] : tensor<6xf64>
  return %r : f64
}

// -----

func.func @too_large_insert(%x: tensor<5xf64>, %a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.insert' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<5xf64>'}}
  %y = tensor.insert %a into %x[%c0] : tensor<5xf64>
  %r = tensor.extract %y[%c0] : tensor<5xf64>
  return %r : f64
}

// -----

func.func @too_large_insert_slice(%x: tensor<5xf64>, %s: tensor<2xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.insert_slice' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<5xf64>'}}
  %y = tensor.insert_slice %s into %x[0] [2] [1] : tensor<2xf64> into tensor<5xf64>
  %r = tensor.extract %y[%c0] : tensor<5xf64>
  return %r : f64
}

// -----

func.func @too_large_carried(%x: tensor<5xf64>, %c: i1) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'scf.while' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<5xf64>'}}
  %y = scf.while (%t = %x) : (tensor<5xf64>) -> tensor<5xf64> {
    scf.condition(%c) %t : tensor<5xf64>
  } do {
  ^bb0(%t: tensor<5xf64>):
    scf.yield %t : tensor<5xf64>
  }
  %r = tensor.extract %y[%c0] : tensor<5xf64>
  return %r : f64
}

// -----

func.func @dynamic_slice(%x: tensor<3xf64>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.extract_slice' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<?xf64>'}}
  %y = tensor.extract_slice %x[0] [%n] [1] : tensor<3xf64> to tensor<?xf64>
  %r = tensor.dim %y, %c0 : tensor<?xf64>
  return %r : index
}

// -----

func.func @dynamic_stride(%x: tensor<3xf64>, %n: index) -> tensor<2xf64> {
  // expected-error@+1 {{'tensor.extract_slice' op expected constant sizes and strides}}
  %y = tensor.extract_slice %x[0] [2] [%n] : tensor<3xf64> to tensor<2xf64>
  return %y : tensor<2xf64>
}

// -----

func.func @dynamic_padding(%x: tensor<2xf64>, %n: index, %p: f64) -> tensor<3xf64> {
  // expected-error@+1 {{'tensor.pad' op expected constant widths of the padding}}
  %y = tensor.pad %x low[%n] high[0] {
  ^bb0(%i: index):
    tensor.yield %p : f64
  } : tensor<2xf64> to tensor<3xf64>
  return %y : tensor<3xf64>
}

// -----

func.func @slice_beyond(%x: tensor<3xf64>, %i: index) -> tensor<2xf64> {
  // expected-error@+1 {{'tensor.extract_slice' op expected a slice that fits into 3 elements, but got 2 with stride 4}}
  %y = tensor.extract_slice %x[%i] [2] [4] : tensor<3xf64> to tensor<2xf64>
  return %y : tensor<2xf64>
}

// -----

func.func @no_element(%x: tensor<0xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.extract' op expected a slice that fits into 0 elements, but got 1 with stride 1}}
  %r = tensor.extract %x[%c0] : tensor<0xf64>
  return %r : f64
}

// -----

func.func @complex(%x: complex<f64>) -> complex<f64> {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'tensor.from_elements' op expected tensors of numbers, of static shape and at most 4 elements, but got 'tensor<1xcomplex<f64>>'}}
  %y = tensor.from_elements %x : tensor<1xcomplex<f64>>
  %r = tensor.extract %y[%c0] : tensor<1xcomplex<f64>>
  return %r : complex<f64>
}

// -----

// An op of which nothing is known.

func.func @source(%p: i64) -> f64 {
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{'builtin.unrealized_conversion_cast' op expected to have a rule that makes scalars of its tensors, but got none}}
  %x = builtin.unrealized_conversion_cast %p : i64 to tensor<2xf64>
  %r = tensor.extract %x[%c1] : tensor<2xf64>
  return %r : f64
}

// -----

func.func @softmax(%x: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error@+1 {{'linalg.softmax' op expected to have a rule that makes scalars of its tensors, but got none}}
  %y = linalg.softmax dimension(0) ins(%x : tensor<2xf64>) outs(%x : tensor<2xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}

// -----

func.func private @other(tensor<2xf64>) -> tensor<2xf64>
func.func @call(%x: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error@+1 {{'func.call' op expected to have a rule that makes scalars of its tensors, but got none}}
  %y = func.call @other(%x) : (tensor<2xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}

// -----

func.func @loop(%x: tensor<2xf64>, %max: i32) -> tensor<2xf64> {
  // expected-error@+1 {{'eq.loop' op expected to have a rule that makes scalars of its tensors, but got none}}
  %y, %steps = eq.loop init(%x : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<2xf64>
}

// -----

// Before a single turn is written down.

func.func @too_many_turns(%x: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error@+1 {{'linalg.generic' op expected at most 20 operations on scalars, but got more from here on}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x, %x : tensor<2xf64>, tensor<2xf64>) outs(%x : tensor<2xf64>) {
  ^bb0(%a: f64, %b: f64, %s: f64):
    %0 = arith.addf %a, %b : f64
    %1 = arith.addf %0, %s : f64
    %2 = arith.addf %1, %a : f64
    %3 = arith.addf %2, %b : f64
    %4 = arith.addf %3, %s : f64
    linalg.yield %4 : f64
  } -> tensor<2xf64>
  return %y : tensor<2xf64>
}

// -----

func.func @too_many_operations(%x: tensor<4xf64>, %i: index, %j: index) -> f64 {
  %a = tensor.extract %x[%i] : tensor<4xf64>
  %y = tensor.insert %a into %x[%j] : tensor<4xf64>
  %b = tensor.extract %y[%i] : tensor<4xf64>
  // expected-error@+1 {{'tensor.insert' op expected at most 20 operations on scalars, but got more from here on}}
  %z = tensor.insert %b into %x[%i] : tensor<4xf64>
  %r = tensor.extract %z[%j] : tensor<4xf64>
  return %r : f64
}

// -----

func.func @too_many_iterations(%x: tensor<2xi64>) -> tensor<2xi64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c60 = arith.constant 60 : index
  %y = scf.for %i = %c0 to %c60 step %c1 iter_args(%t = %x) -> tensor<2xi64> {
    %e = tensor.extract %t[%i] : tensor<2xi64>
    %s = arith.addi %e, %e : i64
    // expected-error@+1 {{'tensor.insert' op expected at most 20 operations on scalars, but got more from here on}}
    %u = tensor.insert %s into %t[%i] : tensor<2xi64>
    scf.yield %u : tensor<2xi64>
  }
  return %y : tensor<2xi64>
}
