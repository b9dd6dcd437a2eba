// status.scalar_maps (source: status.json): how loops of one number end.
//
//   z <- F(z) until |F(z) - z| <= tol, |F(z)| > bound, a NaN, or max evaluations
//
// One function per map; the cases of a map are a batch, every knob per case. The
// operations stand in the order in which C evaluates the oracle's formula.

// z <- r z (1 - z): a fixed point, cycles of period 2 and 4, chaos, escape.
func.func @logistic(
    %r: tensor<?xf64> {eq.name = "r"},
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>) ins(%r : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64, %r: f64):
    %one = arith.constant 1.0 : f64
    %rz = arith.mulf %r, %z : f64
    %rest = arith.subf %one, %z : f64
    %f = arith.mulf %rz, %rest : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// z <- a z + b: a cycle, two ways to diverge, and halving down to the last bit.
func.func @affine(
    %a: tensor<?xf64> {eq.name = "a"},
    %b: tensor<?xf64> {eq.name = "b"},
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>) ins(%a, %b : tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64, %a: f64, %b: f64):
    %az = arith.mulf %a, %z : f64
    %f = arith.addf %az, %b : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// z <- tanh(a z).
func.func @tanh(
    %a: tensor<?xf64> {eq.name = "a"},
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>) ins(%a : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64, %a: f64):
    %az = arith.mulf %a, %z : f64
    %f = math.tanh %az : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// z <- z z + 1, with a bound and up to the first infinite iterate.
func.func @square_plus_one(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %one = arith.constant 1.0 : f64
    %zz = arith.mulf %z, %z : f64
    %f = arith.addf %zz, %one : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// z <- sqrt(z - 1): ends at the root of a negative number.
func.func @root_of_one_less(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %one = arith.constant 1.0 : f64
    %less = arith.subf %z, %one : f64
    %f = math.sqrt %less : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// z <- z - z z z: reaches 0 only like k^(-1/2).
func.func @minus_cube(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %zz = arith.mulf %z, %z : f64
    %zzz = arith.mulf %zz, %z : f64
    %f = arith.subf %z, %zzz : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// z <- z + 1 / (1 + z): no fixed point, but steps that become small.
func.func @harmonic(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %one = arith.constant 1.0 : f64
    %more = arith.addf %one, %z : f64
    %step = arith.divf %one, %more : f64
    %f = arith.addf %z, %step : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// z <- c: settled after one evaluation, with tolerance 0.
func.func @constant(
    %c: tensor<?xf64> {eq.name = "c"},
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>) ins(%c : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64, %c: f64):
    eq.yield %c : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// Newton's map of z^3 - 2 z + 2, which goes round between 0 and 1.
func.func @newton_cubic(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %two = arith.constant 2.0 : f64
    %three = arith.constant 3.0 : f64
    %zz = arith.mulf %z, %z : f64
    %zzz = arith.mulf %zz, %z : f64
    %z2 = arith.mulf %two, %z : f64
    %low = arith.subf %zzz, %z2 : f64
    %g = arith.addf %low, %two : f64
    %z3 = arith.mulf %three, %z : f64
    %z33 = arith.mulf %z3, %z : f64
    %slope = arith.subf %z33, %two : f64
    %step = arith.divf %g, %slope : f64
    %f = arith.subf %z, %step : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// Newton's map of z^2 - 2.
func.func @newton_quadratic(
    %start: tensor<?xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : tensor<?xf64>)
      method(#eq.picard) {
  ^bb0(%z: f64):
    %two = arith.constant 2.0 : f64
    %zz = arith.mulf %z, %z : f64
    %g = arith.subf %zz, %two : f64
    %slope = arith.mulf %two, %z : f64
    %step = arith.divf %g, %slope : f64
    %f = arith.subf %z, %step : f64
    eq.yield %f : f64
  }
  return %z, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}
