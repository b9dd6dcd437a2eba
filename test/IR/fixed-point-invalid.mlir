// RUN: eq-opt %s --split-input-file --verify-diagnostics

// Each function breaks the constraint of eq.fixed_point that it is named after.

// The custom syntax has no empty `init`, but the generic form can say it.
func.func @fixed_point_c1(%max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'init' to have at least one value}}
  %r, %n, %s = "eq.fixed_point"(%max) <{
      method = #eq.picard, operandSegmentSizes = array<i32: 0, 0, 0, 0, 1, 0>,
      until_names = ["max"], with_names = []}> ({
    "eq.yield"() : () -> ()
  }) : (i32) -> (f64, i32, i32)
  return
}

// -----

func.func @fixed_point_c1_results(%z: f64, %max: i32) {
  // expected-error @+2 {{'eq.fixed_point' op failed to infer returned types}}
  // expected-error @+1 {{'eq.fixed_point' op inferred type(s) 'f64', 'f64', 'i32', 'i32' are incompatible with return type(s) of operation 'f64', 'i32', 'i32'}}
  %r, %n, %s = "eq.fixed_point"(%z, %max) <{
      method = #eq.picard, operandSegmentSizes = array<i32: 1, 0, 0, 0, 1, 0>,
      until_names = ["max"], with_names = []}> ({
  ^bb0(%y: f64):
    "eq.yield"(%y) : (f64) -> ()
  }) : (f64, i32) -> (f64, i32, i32)
  return
}

// -----

func.func @fixed_point_c2_empty(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'body' to be one block, but got 0}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  }
  return
}

// -----

func.func @fixed_point_c2_forgotten_yield(%z: f64, %max: i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    // expected-error @+1 {{expected the region to end in 'eq.yield', or a loop's 'start' or 'step' in 'eq.next', but it ends in 'math.cos'}}
    %f = math.cos %z : f64
  }
  return
}

// -----

// Another terminator is none.
func.func @fixed_point_c2_other_terminator(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'body' to end in 'eq.yield'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    // expected-note @+1 {{ends here}}
    ub.unreachable
  }
  return
}

// -----

func.func @fixed_point_c2_two_blocks(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expects region #0 to have 0 or 1 blocks}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    cf.br ^bb1
  ^bb1:
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c3(%z: f64, %x: f64, %w: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'body' to take 3 arguments (one per 'init', 'ins' and 'shared' operand), but got 2}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) ins(%x : f64) shared(%w : f64)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64, %x: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c4_type(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'body' to yield ('f64'), but got ('f32')}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %f = arith.truncf %z : f64 to f32
    // expected-note @+1 {{yielded here}}
    eq.yield %f : f32
  }
  return
}

// -----

func.func @fixed_point_c4_count(%a: f64, %b: tensor<3xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'body' to yield ('f64', 'tensor<3xf32>'), but got ('f64')}}
  %y, %z, %r, %n, %s = eq.fixed_point init(%a, %b : f64, tensor<3xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: f64, %b: tensor<3xf32>):
    // expected-note @+1 {{yielded here}}
    eq.yield %a : f64
  }
  return
}

// -----

// The first `init` operand and its argument fix the batch dimensions.
func.func @fixed_point_c5_first(%z: tensor<4x8xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'init' operand #0 to be batch dimensions followed by its argument's type 'tensor<6xf32>', but got 'tensor<4x8xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4x8xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<6xf32>):
    eq.yield %z : tensor<6xf32>
  }
  return
}

// -----

func.func @fixed_point_c5_init(%a: tensor<4x8xf32>, %b: tensor<5xf64>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'init' operand #1 to be the batch dimensions [4] followed by its argument's type 'f64', which is 'tensor<4xf64>', but got 'tensor<5xf64>'}}
  %y, %z, %r, %n, %s = eq.fixed_point init(%a, %b : tensor<4x8xf32>, tensor<5xf64>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: tensor<8xf32>, %b: f64):
    eq.yield %a, %b : tensor<8xf32>, f64
  }
  return
}

// -----

// A dynamic batch dimension goes with dynamic ones only.
func.func @fixed_point_c5_ins(%z: tensor<?x3xf32>, %x: tensor<4x2xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'ins' operand #0 to be the batch dimensions [?] followed by its argument's type 'tensor<2xf32>', which is 'tensor<?x2xf32>', but got 'tensor<4x2xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<?x3xf32>) ins(%x : tensor<4x2xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>, %x: tensor<2xf32>):
    eq.yield %z : tensor<3xf32>
  }
  return
}

// -----

// What every sample reads alike belongs to `shared`.
func.func @fixed_point_c5_ins_without_batch(%z: tensor<4xf32>, %x: f32, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'ins' operand #0 to be the batch dimensions [4] followed by its argument's type 'f32', which is 'tensor<4xf32>', but got 'f32'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4xf32>) ins(%x : f32)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f32, %x: f32):
    eq.yield %z : f32
  }
  return
}

// -----

func.func @fixed_point_c5_shared(%z: tensor<4xf32>, %w: tensor<3x5xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'shared' operand #0 to have its argument's type 'tensor<5x3xf32>', but got 'tensor<3x5xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4xf32>) shared(%w : tensor<3x5xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f32, %w: tensor<5x3xf32>):
    eq.yield %z : f32
  }
  return
}

// -----

func.func @fixed_point_c6_unknown(%z: f64, %tol: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'until' to name knobs among abs, rel, max, bound, but got "tol"}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64)
      until(tol = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c6_repeated(%z: f64, %tol: f64, %max: i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64)
  // expected-error @+1 {{expected knob 'abs' to be given once}}
      until(abs = %tol : f64, max = %max : i32, abs = %tol : f64)
      method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

// The generic form can say the same without the parser of the custom one.
func.func @fixed_point_c6_repeated_generic(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected knob "max" to be given once}}
  %y, %r, %n, %s = "eq.fixed_point"(%z, %max, %max) <{
      method = #eq.picard, operandSegmentSizes = array<i32: 1, 0, 0, 0, 2, 0>,
      until_names = ["max", "max"], with_names = []}> ({
  ^bb0(%y: f64):
    "eq.yield"(%y) : (f64) -> ()
  }) : (f64, i32, i32) -> (f64, f64, i32, i32)
  return
}

// -----

func.func @fixed_point_c6_names_and_values(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'until' to have one name per value, but got 2 names for 1 values}}
  %y, %r, %n, %s = "eq.fixed_point"(%z, %max) <{
      method = #eq.picard, operandSegmentSizes = array<i32: 1, 0, 0, 0, 1, 0>,
      until_names = ["max", "abs"], with_names = []}> ({
  ^bb0(%y: f64):
    "eq.yield"(%y) : (f64) -> ()
  }) : (f64, i32) -> (f64, f64, i32, i32)
  return
}

// -----

func.func @fixed_point_c6_without_max(%z: f64, %tol: f64) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'until' to give 'max', so that every sample ends}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(abs = %tol : f64)
      method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c7_unknown(%z: f64, %h: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'with' to name knobs among damping, but got "step"}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) with(step = %h : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c7_repeated(%z: f64, %b: f64, %max: i32) {
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
  // expected-error @+1 {{expected knob 'damping' to be given once}}
      method(#eq.picard) with(damping = %b : f64, damping = %b : f64) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c8(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'method' to solve eq.fixed_point, but #eq.runge_kutta<dp5> solves eq.ode}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c9_element(%z: tensor<4xf16>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to have element type f32, f64 or an integer of 1, 8, 16, 32 or 64 bits, but got 'f16'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4xf16>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: f16):
    eq.yield %z : f16
  }
  return
}

// -----

func.func @fixed_point_c9_index(%z: index, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to have element type f32, f64 or an integer of 1, 8, 16, 32 or 64 bits, but got 'index'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : index) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: index):
    eq.yield %z : index
  }
  return
}

// -----

func.func @fixed_point_c9_complex(%z: complex<f64>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to have element type f32, f64 or an integer of 1, 8, 16, 32 or 64 bits, but got 'complex<f64>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : complex<f64>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: complex<f64>):
    eq.yield %z : complex<f64>
  }
  return
}

// -----

func.func @fixed_point_c9_width(%z: i24, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to have element type f32, f64 or an integer of 1, 8, 16, 32 or 64 bits, but got 'i24'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : i24) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: i24):
    eq.yield %z : i24
  }
  return
}

// -----

func.func @fixed_point_c9_memref(%z: memref<4xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to be a scalar or a ranked tensor, but got 'memref<4xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : memref<4xf32>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: memref<4xf32>):
    eq.yield %z : memref<4xf32>
  }
  return
}

// -----

func.func @fixed_point_c9_unranked(%z: tensor<*xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to be a scalar or a ranked tensor, but got 'tensor<*xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<*xf32>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<*xf32>):
    eq.yield %z : tensor<*xf32>
  }
  return
}

// -----

func.func @fixed_point_c9_rank_0(%z: tensor<4xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to be a scalar where it has rank 0, but got 'tensor<f32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4xf32>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<f32>):
    eq.yield %z : tensor<f32>
  }
  return
}

// -----

func.func @fixed_point_c9_dynamic(%z: tensor<4x?xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to have a static shape inside a region, but got 'tensor<?xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4x?xf32>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<?xf32>):
    eq.yield %z : tensor<?xf32>
  }
  return
}

// -----

func.func @fixed_point_c9_encoding(%z: tensor<4xf32, "sparse">, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to have no encoding, but got 'tensor<4xf32, "sparse">'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4xf32, "sparse">) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<4xf32, "sparse">):
    eq.yield %z : tensor<4xf32, "sparse">
  }
  return
}

// -----

// An empty batch is legal, an empty state is not.
func.func @fixed_point_c9_empty(%z: tensor<4x0xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected argument #0 of 'body' to have at least one element, but got 'tensor<0xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4x0xf32>) until(max = %max : i32)
      method(#eq.picard) {
  ^bb0(%z: tensor<0xf32>):
    eq.yield %z : tensor<0xf32>
  }
  return
}

// -----

func.func @fixed_point_c10_count(%a: f32, %b: f32, %scale: f32, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'scale' to have one operand per state (2), but got 1}}
  %y, %z, %r, %n, %s = eq.fixed_point init(%a, %b : f32, f32) scale(%scale : f32)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: f32, %b: f32):
    eq.yield %a, %b : f32, f32
  }
  return
}

// -----

func.func @fixed_point_c10_type(%z: tensor<4x3xf32>, %scale: tensor<4xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'scale' operand #0 to be 'f32', 'tensor<3xf32>' or, per sample, 'tensor<4x3xf32>', but got 'tensor<4xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4x3xf32>) scale(%scale : tensor<4xf32>)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<3xf32>):
    eq.yield %z : tensor<3xf32>
  }
  return
}

// -----

func.func @fixed_point_c10_integer(%a: f32, %b: i32, %scale: f32, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected every state to be real where 'scale' is given, but state #1 is 'i32'}}
  %y, %z, %r, %n, %s = eq.fixed_point init(%a, %b : f32, i32) scale(%scale, %scale : f32, f32)
      until(max = %max : i32) method(#eq.picard) {
  ^bb0(%a: f32, %b: i32):
    eq.yield %a, %b : f32, i32
  }
  return
}

// -----

func.func @fixed_point_c11_max(%z: f64, %max: i64) {
  // expected-error @+1 {{'eq.fixed_point' op expected knob 'max' to be 'i32', but got 'i64'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i64)
      method(#eq.picard) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

// The type of the residual: the widest real type among the states.
func.func @fixed_point_c11_abs(%a: f32, %b: f64, %abs: f32, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected knob 'abs' to be 'f64', but got 'f32'}}
  %y, %z, %r, %n, %s = eq.fixed_point init(%a, %b : f32, f64)
      until(abs = %abs : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%a: f32, %b: f64):
    eq.yield %a, %b : f32, f64
  }
  return
}

// -----

// A vector that is not the batch is neither one value nor one per sample.
func.func @fixed_point_c11_per_sample(%z: tensor<4x3xf32>, %beta: tensor<3xf32>, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected knob 'damping' to be 'f32' or, per sample, 'tensor<4xf32>', but got 'tensor<3xf32>'}}
  %y, %r, %n, %s = eq.fixed_point init(%z : tensor<4x3xf32>) until(max = %max : i32)
      method(#eq.picard) with(damping = %beta : tensor<3xf32>) {
  ^bb0(%z: tensor<3xf32>):
    eq.yield %z : tensor<3xf32>
  }
  return
}

// -----

func.func @fixed_point_c12(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'trace' to be at least 1, but got 0}}
  %y, %r, %n, %s, %t = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) trace(0) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}

// -----

func.func @fixed_point_c13(%z: f64, %max: i32) {
  // expected-error @+1 {{'eq.fixed_point' op expected 'adjoint' to be defined for eq.fixed_point, but got #eq.backsolve}}
  %y, %r, %n, %s = eq.fixed_point init(%z : f64) until(max = %max : i32)
      method(#eq.picard) adjoint(#eq.backsolve) {
  ^bb0(%z: f64):
    eq.yield %z : f64
  }
  return
}
