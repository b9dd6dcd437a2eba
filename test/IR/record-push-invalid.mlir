// RUN: eq-opt %s --split-input-file --verify-diagnostics

// Each function breaks the constraint of eq.record or eq.push that it is named
// after.

func.func @record_c1_rank(%x: f64, %rs: tensor<4x3xf64>, %i: index, %c: i1) {
  // expected-error @+1 {{'eq.record' op expected 'buffer' to be one static dimension followed by the value's type 'f64', but got 'tensor<4x3xf64>'}}
  %0 = eq.record %x, %rs[%i] when %c : f64 into tensor<4x3xf64>
  return
}

// -----

func.func @record_c1_shape(%x: tensor<3xf64>, %rs: tensor<4x5xf64>, %i: index, %c: i1) {
  // expected-error @+1 {{'eq.record' op expected 'buffer' to be one static dimension followed by the value's type 'tensor<3xf64>', but got 'tensor<4x5xf64>'}}
  %0 = eq.record %x, %rs[%i] when %c : tensor<3xf64> into tensor<4x5xf64>
  return
}

// -----

func.func @record_c1_element(%x: f32, %rs: tensor<4xf64>, %i: index, %c: i1) {
  // expected-error @+1 {{'eq.record' op expected 'buffer' to be one static dimension followed by the value's type 'f32', but got 'tensor<4xf64>'}}
  %0 = eq.record %x, %rs[%i] when %c : f32 into tensor<4xf64>
  return
}

// -----

func.func @record_c1_dynamic(%x: f64, %rs: tensor<?xf64>, %i: index, %c: i1) {
  // expected-error @+1 {{'eq.record' op expected 'buffer' to be one static dimension followed by the value's type 'f64', but got 'tensor<?xf64>'}}
  %0 = eq.record %x, %rs[%i] when %c : f64 into tensor<?xf64>
  return
}

// -----

func.func @push_c1_rank(%x: tensor<3xf64>, %h: tensor<3xf64>) {
  // expected-error @+1 {{'eq.push' op expected 'history' to be one static dimension followed by the value's type 'tensor<3xf64>', but got 'tensor<3xf64>'}}
  %0 = eq.push %x, %h : tensor<3xf64> into tensor<3xf64>
  return
}

// -----

func.func @push_c1_shape(%x: tensor<3xf64>, %h: tensor<3x5xf64>) {
  // expected-error @+1 {{'eq.push' op expected 'history' to be one static dimension followed by the value's type 'tensor<3xf64>', but got 'tensor<3x5xf64>'}}
  %0 = eq.push %x, %h : tensor<3xf64> into tensor<3x5xf64>
  return
}

// -----

func.func @push_c1_element(%x: i32, %h: tensor<4xi64>) {
  // expected-error @+1 {{'eq.push' op expected 'history' to be one static dimension followed by the value's type 'i32', but got 'tensor<4xi64>'}}
  %0 = eq.push %x, %h : i32 into tensor<4xi64>
  return
}
