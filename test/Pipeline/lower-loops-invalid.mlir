// RUN: eq-opt %s --eq-lower-loops --allow-unregistered-dialect --split-input-file --verify-diagnostics

// An operation of another dialect in a body is said at its place.
func.func @foreign(%x0: f64, %tol: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    // expected-error @+1 {{'vendor.activation' op is not an operation that a body may use (see BodyOps in the documents)}}
    %fx = "vendor.activation"(%x) : (f64) -> f64
    eq.yield %fx : f64
  }
  return %x : f64
}

// -----

// So it is in a function that a body calls.
func.func private @callee(%x: f64) -> f64 {
  // expected-note @+1 {{'vendor.activation' is not an operation that a body may use}}
  %fx = "vendor.activation"(%x) : (f64) -> f64
  return %fx : f64
}

func.func @calls_foreign(%x0: f64, %tol: f64, %max: i32) -> f64 {
  // expected-note @+1 {{in a region of this 'eq.fixed_point'}}
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    // expected-error @+1 {{'func.call' op could not be inlined: a body may call functions that are defined in this module and do not call themselves}}
    %fx = func.call @callee(%x) : (f64) -> f64
    eq.yield %fx : f64
  }
  return %x : f64
}

// -----

// A host that bufferizes first bufferizes bodies, too.
func.func @bufferized_body(%z: tensor<3xf64>, %tol: f64, %max: i32) -> tensor<3xf64> {
  // expected-error @+1 {{'eq.fixed_point' op expected bodies of tensors and numbers, but one has been bufferized: run eq-lower-loops before one-shot-bufferize where bodies have tensors}}
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%z : tensor<3xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: tensor<3xf64>):
    // expected-note @+1 {{memory in a body}}
    %m = bufferization.to_buffer %x : tensor<3xf64> to memref<3xf64>
    %fx = bufferization.to_tensor %m : memref<3xf64> to tensor<3xf64>
    eq.yield %fx : tensor<3xf64>
  }
  return %x : tensor<3xf64>
}

// -----

gpu.module @kernels {
  func.func @on_device(%x0: f64, %tol: f64, %max: i32) -> f64 {
    // expected-error @+1 {{'eq.fixed_point' op expected to stand in a function of the CPU, where a function can be called}}
    %x, %residual, %iterations, %status = eq.fixed_point
        init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
        method(#eq.picard) {
    ^bb0(%x: f64):
      %fx = math.cos %x : f64
      eq.yield %fx : f64
    }
    return %x : f64
  }
}

// -----

func.func @for_a_gpu(%x: tensor<5xf64>, %max: i32) -> tensor<5xf64> {
  // expected-error @+1 {{'eq.loop' op expected 'schedule' to be one for the CPU, such as #eq.lanes, where eq-lower-loops makes code, but got #eq.thread; kernels and their launches are made by eq-to-nvvm}}
  %y, %steps = eq.loop init(%x : tensor<5xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %y: f64):
    %half = arith.constant 0.5 : f64
    %z = arith.mulf %y, %half : f64
    %again = arith.cmpf ogt, %z, %half : f64
    eq.next %again, %z : f64
  }
  return %y : tensor<5xf64>
}

// -----

// So it is in tiles.
func.func @for_a_gpu_in_tiles(%x: tensor<5xf32>, %max: i32) -> tensor<5xf32> {
  // expected-error @+1 {{'eq.loop' op expected 'schedule' to be one for the CPU, such as #eq.lanes, where eq-lower-loops makes code, but got #eq.cta<warps = 2>; kernels and their launches are made by eq-to-nvvm}}
  %y, %steps = eq.loop init(%x : tensor<5xf32>) max(%max : i32) schedule(#eq.cta<warps = 2>)
  step {
  ^bb0(%k: i32, %y: f32):
    %half = arith.constant 0.5 : f32
    %z = arith.mulf %y, %half : f32
    %again = arith.cmpf ogt, %z, %half : f32
    eq.next %again, %z : f32
  }
  return %y : tensor<5xf32>
}

// -----

// A module that says there is a GPU wants kernels.
// expected-note @+1 {{this module has it}}
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {
  func.func @wants_kernels(%x0: tensor<?xf64>, %tol: f64, %max: i32) -> tensor<?xf64> {
    // expected-error @+1 {{'eq.fixed_point' op expected a module without 'eq.gpu_target' where eq-lower-loops makes code, which is for the CPU; kernels and their launches are made by eq-to-nvvm}}
    %x, %residual, %iterations, %status = eq.fixed_point
        init(%x0 : tensor<?xf64>) until(abs = %tol : f64, max = %max : i32)
        method(#eq.picard) {
    ^bb0(%x: f64):
      %fx = math.cos %x : f64
      eq.yield %fx : f64
    }
    return %x : tensor<?xf64>
  }
}

// -----

// A part of a solve that is in none.
func.func @outside(%v: f64, %h: tensor<5xf64>) -> tensor<5xf64> {
  // expected-error @+1 {{'eq.push' op expected to stand in a body by now: eq-lower-loops lowers solves}}
  %y = eq.push %v, %h : f64 into tensor<5xf64>
  return %y : tensor<5xf64>
}

// -----

// The runtime's function, as something else.
// expected-error @+1 {{'func.func' op expected 'eqrt_solve_end' to be declared as the solves of the module call it, or not at all}}
func.func private @eqrt_solve_end(i32)

func.func @taken(%x0: f64, %tol: f64, %max: i32) -> f64 {
  // expected-note @+1 {{a solve is here}}
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  return %x : f64
}
