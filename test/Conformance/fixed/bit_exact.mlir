// fixed.bit_exact (source: classic_fixed_points.json): loops whose every bit is given.
//
// x <- F(x) until x stays as it is (abs = 0), with +, * and / each rounded once; a product
// fused with a sum would end the affine loop elsewhere. Then 1 halved until it is 0, which
// passes all the subnormal numbers, and 1 doubled until it is infinite.

// x / 2 + 1
func.func @halving_f64(%start: f64 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f64) until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %half = arith.divf %x, %two : f64
    %f = arith.addf %half, %one : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : f64, i32, i32
}

// (x + 2 / x) / 2
func.func @heron_f64(%start: f64 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f64) until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %two = arith.constant 2.0 : f64
    %other = arith.divf %two, %x : f64
    %sum = arith.addf %x, %other : f64
    %f = arith.divf %sum, %two : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : f64, i32, i32
}

// 0.75 x + 0.25
func.func @affine_f64(%start: f64 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f64) until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %slope = arith.constant 0.75 : f64
    %offset = arith.constant 0.25 : f64
    %product = arith.mulf %slope, %x : f64
    %f = arith.addf %product, %offset : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : f64, i32, i32
}

// 2 x
func.func @double_f64(%start: f64 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f64) until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %two = arith.constant 2.0 : f64
    %f = arith.mulf %two, %x : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : f64, i32, i32
}

// x / 2, until it is 0.
func.func @half_f64(%start: f64 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "x"}, i32 {eq.name = "steps"}) {
  %x, %steps = eq.loop init(%start : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %zero = arith.constant 0.0 : f64
    %two = arith.constant 2.0 : f64
    %half = arith.divf %x, %two : f64
    %again = arith.cmpf one, %half, %zero : f64
    eq.next %again, %half : f64
  }
  return %x, %steps : f64, i32
}

// x / 2 + 1
func.func @halving_f32(%start: f32 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f32 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f32) until(abs = %exactly : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f32):
    %one = arith.constant 1.0 : f32
    %two = arith.constant 2.0 : f32
    %half = arith.divf %x, %two : f32
    %f = arith.addf %half, %one : f32
    eq.yield %f : f32
  }
  return %x, %iterations, %status : f32, i32, i32
}

// (x + 2 / x) / 2
func.func @heron_f32(%start: f32 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f32 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f32) until(abs = %exactly : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f32):
    %two = arith.constant 2.0 : f32
    %other = arith.divf %two, %x : f32
    %sum = arith.addf %x, %other : f32
    %f = arith.divf %sum, %two : f32
    eq.yield %f : f32
  }
  return %x, %iterations, %status : f32, i32, i32
}

// 0.75 x + 0.25
func.func @affine_f32(%start: f32 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f32 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f32) until(abs = %exactly : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f32):
    %slope = arith.constant 0.75 : f32
    %offset = arith.constant 0.25 : f32
    %product = arith.mulf %slope, %x : f32
    %f = arith.addf %product, %offset : f32
    eq.yield %f : f32
  }
  return %x, %iterations, %status : f32, i32, i32
}

// 2 x
func.func @double_f32(%start: f32 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f32 {eq.name = "x"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : f32) until(abs = %exactly : f32, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f32):
    %two = arith.constant 2.0 : f32
    %f = arith.mulf %two, %x : f32
    eq.yield %f : f32
  }
  return %x, %iterations, %status : f32, i32, i32
}

// x / 2, until it is 0.
func.func @half_f32(%start: f32 {eq.name = "start"}, %max: i32 {eq.name = "max"})
    -> (f32 {eq.name = "x"}, i32 {eq.name = "steps"}) {
  %x, %steps = eq.loop init(%start : f32) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f32):
    %zero = arith.constant 0.0 : f32
    %two = arith.constant 2.0 : f32
    %half = arith.divf %x, %two : f32
    %again = arith.cmpf one, %half, %zero : f32
    eq.next %again, %half : f32
  }
  return %x, %steps : f32, i32
}
