// fixed.scalar (source: classic_fixed_points.json): loops x <- F(x) of one number.
//
// One function per F; the tolerances are a batch. The operations stand in the order in
// which C evaluates the oracle's formula.

// cos(x): the Dottie number.
func.func @dottie(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %f = math.cos %x : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// exp(-x): the omega constant.
func.func @omega(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %minus = arith.negf %x : f64
    %f = math.exp %minus : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// 1 + 1/x: the golden ratio.
func.func @golden_ratio(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %one = arith.constant 1.0 : f64
    %inverse = arith.divf %one, %x : f64
    %f = arith.addf %one, %inverse : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// (x + 2/x) / 2: Heron's square root of 2.
func.func @heron(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %two = arith.constant 2.0 : f64
    %other = arith.divf %two, %x : f64
    %sum = arith.addf %x, %other : f64
    %f = arith.divf %sum, %two : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// 5 (1 - exp(-x)): Wien's displacement law.
func.func @wien(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %one = arith.constant 1.0 : f64
    %five = arith.constant 5.0 : f64
    %minus = arith.negf %x : f64
    %exp = math.exp %minus : f64
    %rest = arith.subf %one, %exp : f64
    %f = arith.mulf %five, %rest : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// tanh(1.5 x): the magnetisation of Curie and Weiss. The start decides between 0 and +-m.
func.func @curie_weiss(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %slope = arith.constant 1.5 : f64
    %field = arith.mulf %slope, %x : f64
    %f = math.tanh %field : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// sqrt(2)^x: the power tower, whose height has no end.
func.func @power_tower(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %two = arith.constant 2.0 : f64
    %base = math.sqrt %two : f64
    %f = math.powf %base, %x : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// -2 log10(1e-4 / 3.7 + 2.51 x / 1e5): Colebrook's friction factor, x = 1 / sqrt(f).
func.func @colebrook(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %minus_two = arith.constant -2.0 : f64
    %roughness = arith.constant 1.0e-4 : f64
    %scale = arith.constant 3.7 : f64
    %factor = arith.constant 2.51 : f64
    %reynolds = arith.constant 1.0e5 : f64
    %rough = arith.divf %roughness, %scale : f64
    %flow = arith.mulf %factor, %x : f64
    %smooth = arith.divf %flow, %reynolds : f64
    %sum = arith.addf %rough, %smooth : f64
    %log = math.log10 %sum : f64
    %f = arith.mulf %minus_two, %log : f64
    eq.yield %f : f64
  }
  return %x, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// ((a + b) / 2, sqrt(a b)): the arithmetic-geometric mean, a pair of states.
func.func @agm(
    %a0: f64 {eq.name = "a0"},
    %b0: f64 {eq.name = "b0"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "a"}, f64 {eq.name = "b"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %a, %b, %residual, %iterations, %status = eq.fixed_point
      init(%a0, %b0 : f64, f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%a: f64, %b: f64):
    %two = arith.constant 2.0 : f64
    %sum = arith.addf %a, %b : f64
    %mean = arith.divf %sum, %two : f64
    %product = arith.mulf %a, %b : f64
    %root = math.sqrt %product : f64
    eq.yield %mean, %root : f64, f64
  }
  return %a, %b, %iterations, %status : f64, f64, i32, i32
}
