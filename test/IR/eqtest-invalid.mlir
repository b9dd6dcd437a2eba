// RUN: eq-opt %s --split-input-file --verify-diagnostics

func.func @unknown_status(%s: i32) {
  // expected-error @+1 {{expected the name of a status, but got 'finished'}}
  eqtest.status %s, finished
  return
}

// -----

func.func @status_of_a_real(%s: f32) {
  // expected-error @+1 {{'eqtest.status' op expected value to be i32 or a tensor of i32, but got 'f32'}}
  eqtest.status %s, converged : f32
  return
}

// -----

func.func @one_status_per_sample(%s: tensor<3xi32>) {
  // expected-error @+1 {{'eqtest.status' op expected one status per sample (3), but got 2}}
  eqtest.status %s, [converged, diverged] : tensor<3xi32>
  return
}

// -----

func.func @unknown_limit(%x: f64) {
  // expected-error @+1 {{expected limit to be 'ulps', 'rel' or 'abs', but got 'within'}}
  eqtest.close %x, 0.5 : f64, within = 3
  return
}

// -----

func.func @no_status(%s: tensor<3xi32>) {
  // expected-error @+1 {{expected valid keyword}}
  eqtest.status %s, [] : tensor<3xi32>
  return
}

// -----

// expected-note @+1 {{prior use here}}
func.func @value_and_expected_differ(%x: f32) {
  // expected-error @+1 {{use of value '%x' expects different type than prior uses: 'f64' vs 'f32'}}
  eqtest.close %x, 0.5 : f64
  return
}

// -----

func.func @complex(%x: complex<f64>) {
  // expected-error @+1 {{'eqtest.near' op expected value to be a number or a ranked tensor of f32, f64 or integers, but got 'complex<f64>'}}
  eqtest.near %x, %x : complex<f64>
  return
}

// -----

func.func @half(%x: tensor<4xf16>) {
  // expected-error @+1 {{'eqtest.equal_bits' op expected value to be a number or a ranked tensor of f32, f64 or integers, but got 'tensor<4xf16>'}}
  eqtest.equal_bits %x, %x : tensor<4xf16>
  return
}
