// RUN: eq-opt %s --eq-test-batch --split-input-file --verify-diagnostics

// What has no rule is found before anything is rewritten.

func.func @named_tensor_op(%x: tensor<2xf64>) -> tensor<4xf64> {
  // expected-error@+1 {{'tensor.concat' op has no rule}}
  %r = tensor.concat dim(0) %x, %x : (tensor<2xf64>, tensor<2xf64>) -> tensor<4xf64>
  return %r : tensor<4xf64>
}

// -----

func.func @elementwise_on_tensors(%x: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error@+1 {{'arith.addf' op has no rule}}
  %r = arith.addf %x, %x : tensor<2xf64>
  return %r : tensor<2xf64>
}

// -----

func.func @select_of_elements(%c: tensor<2xi1>, %x: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error@+1 {{'arith.select' op has no rule}}
  %r = arith.select %c, %x, %x : tensor<2xi1>, tensor<2xf64>
  return %r : tensor<2xf64>
}

// -----

func.func private @side_effect(f64) -> f64
func.func @effects(%x: f64) -> f64 {
  // expected-error@+1 {{'func.call' op has no rule}}
  %r = func.call @side_effect(%x) : (f64) -> f64
  return %r : f64
}

// -----

func.func @dynamic_slice(%x: tensor<5xf64>, %n: index) -> tensor<?xf64> {
  // expected-error@+1 {{'tensor.extract_slice' op has no rule}}
  %r = tensor.extract_slice %x[0] [%n] [1] : tensor<5xf64> to tensor<?xf64>
  return %r : tensor<?xf64>
}

// -----

// Inside of regions, too.

func.func @in_a_loop(%x: tensor<2xf64>, %max: i32) -> tensor<2xf64> {
  %y, %steps = eq.loop init(%x : tensor<2xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: tensor<2xf64>):
    %go = arith.constant true
    // expected-error@+1 {{'arith.addf' op has no rule}}
    %r = arith.addf %x, %x : tensor<2xf64>
    eq.next %go, %r : tensor<2xf64>
  }
  return %y : tensor<2xf64>
}

// -----

// A loop inside with a record of its own.
func.func @own_record(%x: f64, %max: i32) -> tensor<3xf64> {
  %none = tensor.empty() : tensor<3xf64>
  // expected-error@+1 {{'eq.loop' op has no rule}}
  %z, %steps, %record = eq.loop init(%x : f64) record(%none : tensor<3xf64>) max(%max : i32) step {
  ^bb0(%k: i32, %z: f64, %buffer: tensor<3xf64>):
    %true = arith.constant true
    %slot = arith.index_cast %k : i32 to index
    %new = eq.record %z, %buffer[%slot] when %true : f64 into tensor<3xf64>
    eq.next %true, %z : f64 record(%new : tensor<3xf64>)
  }
  return %record : tensor<3xf64>
}
