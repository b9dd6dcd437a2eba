// fixed.bratu_1, fixed.bratu_3 (source: classic_fixed_points.json): Bratu's problem
// u'' + lambda e^u = 0, u(0) = u(1) = 0, which has two solutions below a critical lambda.

// The continuum solutions are u = -2 log(cosh((x - 1/2) theta / 2) / cosh(theta / 4)), where
//
//   theta <- sqrt(2 lambda) cosh(theta / 4)       contracts to the lower root
//   theta <- 4 acosh(theta / sqrt(2 lambda))      its inverse, to the upper one
//
// The two roots meet where y tanh y = 1 for y = theta / 4: y <- 1 / tanh y.
func.func @continuum(
    %lambda: tensor<?xf64> {eq.name = "lambda"},
    %low: tensor<?xf64> {eq.name = "low"},
    %high: tensor<?xf64> {eq.name = "high"},
    %y0: f64 {eq.name = "y0"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "theta_lower"}, tensor<?xf64> {eq.name = "theta_upper"}, f64 {eq.name = "y"},
        tensor<?xi32> {eq.name = "status_lower"}, tensor<?xi32> {eq.name = "status_upper"}, i32 {eq.name = "status"}) {
  %lower, %r0, %n0, %status_lower = eq.fixed_point
      init(%low : tensor<?xf64>) ins(%lambda : tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%theta: f64, %lambda: f64):
    %two = arith.constant 2.0 : f64
    %four = arith.constant 4.0 : f64
    %twice = arith.mulf %two, %lambda : f64
    %scale = math.sqrt %twice : f64
    %quarter = arith.divf %theta, %four : f64
    %cosh = math.cosh %quarter : f64
    %f = arith.mulf %scale, %cosh : f64
    eq.yield %f : f64
  }
  %upper, %r1, %n1, %status_upper = eq.fixed_point
      init(%high : tensor<?xf64>) ins(%lambda : tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%theta: f64, %lambda: f64):
    %two = arith.constant 2.0 : f64
    %four = arith.constant 4.0 : f64
    %twice = arith.mulf %two, %lambda : f64
    %scale = math.sqrt %twice : f64
    %ratio = arith.divf %theta, %scale : f64
    %quarter = math.acosh %ratio : f64
    %f = arith.mulf %four, %quarter : f64
    eq.yield %f : f64
  }
  %y, %r2, %n2, %status = eq.fixed_point init(%y0 : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%y: f64):
    %one = arith.constant 1.0 : f64
    %tanh = math.tanh %y : f64
    %f = arith.divf %one, %tanh : f64
    eq.yield %f : f64
  }
  return %lower, %upper, %y, %status_lower, %status_upper, %status
      : tensor<?xf64>, tensor<?xf64>, f64, tensor<?xi32>, tensor<?xi32>, i32
}

// The central differences on n inner points, h = 1 / (n + 1); entries from n on stay 0.
//
//   u <- inverse(A) lambda e^u,  A = tridiag(-1, 2, -1) / h^2          from u = 0
//
// The tridiagonal system is solved in every step, down and up again without pivots.
func.func @picard(
    %start: tensor<?x63xf64> {eq.name = "start"},
    %n: i32 {eq.name = "n"},
    %lambda: f64 {eq.name = "lambda"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %bound: f64 {eq.name = "bound"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x63xf64> {eq.name = "u"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %u, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x63xf64>) shared(%n, %lambda : i32, f64)
      until(abs = %tol : tensor<?xf64>, max = %max : i32, bound = %bound : f64) method(#eq.picard) {
  ^bb0(%u: tensor<63xf64>, %n: i32, %lambda: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %zeros = arith.constant dense<0.0> : tensor<63xf64>
    %size = arith.index_cast %n : i32 to index
    %inner = arith.sitofp %n : i32 to f64
    %steps = arith.addf %inner, %one : f64
    %squared = arith.mulf %steps, %steps : f64
    %load = arith.divf %lambda, %squared : f64
    // -x_(i-1) + 2 x_i - x_(i+1) = load e^(u_i). Down: x_i = part_i + share_i x_(i+1).
    %shares, %parts, %share_n, %part_n = scf.for %i = %c0 to %size step %c1
        iter_args(%shares = %zeros, %parts = %zeros, %share = %zero, %part = %zero)
        -> (tensor<63xf64>, tensor<63xf64>, f64, f64) {
      %u_i = tensor.extract %u[%i] : tensor<63xf64>
      %exp = math.exp %u_i : f64
      %right = arith.mulf %load, %exp : f64
      %pivot = arith.subf %two, %share : f64
      %share1 = arith.divf %one, %pivot : f64
      %above = arith.addf %right, %part : f64
      %part1 = arith.divf %above, %pivot : f64
      %shares1 = tensor.insert %share1 into %shares[%i] : tensor<63xf64>
      %parts1 = tensor.insert %part1 into %parts[%i] : tensor<63xf64>
      scf.yield %shares1, %parts1, %share1, %part1 : tensor<63xf64>, tensor<63xf64>, f64, f64
    }
    %f, %x_0 = scf.for %k = %c0 to %size step %c1 iter_args(%x = %zeros, %last = %zero) -> (tensor<63xf64>, f64) {
      %up = arith.subi %size, %k : index
      %i = arith.subi %up, %c1 : index
      %share = tensor.extract %shares[%i] : tensor<63xf64>
      %part = tensor.extract %parts[%i] : tensor<63xf64>
      %passed = arith.mulf %share, %last : f64
      %x_i = arith.addf %part, %passed : f64
      %x1 = tensor.insert %x_i into %x[%i] : tensor<63xf64>
      scf.yield %x1, %x_i : tensor<63xf64>, f64
    }
    eq.yield %f : tensor<63xf64>
  }
  return %u, %iterations, %status : tensor<?x63xf64>, tensor<?xi32>, tensor<?xi32>
}

// Newton's map of the same system, which also holds on to the upper solution:
//
//   u <- u + d,   -d_(i-1) + (2 - b_i) d_i - d_(i+1) = u_(i-1) - 2 u_i + u_(i+1) + b_i
//
// with b_i = h^2 lambda e^(u_i).
func.func @newton(
    %start: tensor<?x63xf64> {eq.name = "start"},
    %n: i32 {eq.name = "n"},
    %lambda: f64 {eq.name = "lambda"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x63xf64> {eq.name = "u"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %u, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x63xf64>) shared(%n, %lambda : i32, f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%u: tensor<63xf64>, %n: i32, %lambda: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %zeros = arith.constant dense<0.0> : tensor<63xf64>
    %size = arith.index_cast %n : i32 to index
    %inner = arith.sitofp %n : i32 to f64
    %steps = arith.addf %inner, %one : f64
    %squared = arith.mulf %steps, %steps : f64
    %load = arith.divf %lambda, %squared : f64
    %last_index = arith.subi %size, %c1 : index
    // Down: d_i = part_i + share_i d_(i+1).
    %shares, %parts, %share_n, %part_n, %u_n = scf.for %i = %c0 to %size step %c1
        iter_args(%shares = %zeros, %parts = %zeros, %share = %zero, %part = %zero, %before = %zero)
        -> (tensor<63xf64>, tensor<63xf64>, f64, f64, f64) {
      %u_i = tensor.extract %u[%i] : tensor<63xf64>
      %next = arith.addi %i, %c1 : index
      %is_last = arith.cmpi eq, %i, %last_index : index
      // Clamped where it is the end, and not used there.
      %u_next = tensor.extract %u[%next] : tensor<63xf64>
      %after = arith.select %is_last, %zero, %u_next : f64
      %exp = math.exp %u_i : f64
      %b = arith.mulf %load, %exp : f64
      %twice = arith.mulf %two, %u_i : f64
      %left = arith.subf %before, %twice : f64
      %difference = arith.addf %left, %after : f64
      %right = arith.addf %difference, %b : f64
      %diagonal = arith.subf %two, %b : f64
      %pivot = arith.subf %diagonal, %share : f64
      %share1 = arith.divf %one, %pivot : f64
      %above = arith.addf %right, %part : f64
      %part1 = arith.divf %above, %pivot : f64
      %shares1 = tensor.insert %share1 into %shares[%i] : tensor<63xf64>
      %parts1 = tensor.insert %part1 into %parts[%i] : tensor<63xf64>
      scf.yield %shares1, %parts1, %share1, %part1, %u_i : tensor<63xf64>, tensor<63xf64>, f64, f64, f64
    }
    %d, %d_0 = scf.for %k = %c0 to %size step %c1 iter_args(%d = %zeros, %last = %zero) -> (tensor<63xf64>, f64) {
      %up = arith.subi %size, %k : index
      %i = arith.subi %up, %c1 : index
      %share = tensor.extract %shares[%i] : tensor<63xf64>
      %part = tensor.extract %parts[%i] : tensor<63xf64>
      %passed = arith.mulf %share, %last : f64
      %d_i = arith.addf %part, %passed : f64
      %d1 = tensor.insert %d_i into %d[%i] : tensor<63xf64>
      scf.yield %d1, %d_i : tensor<63xf64>, f64
    }
    %f = arith.addf %u, %d : tensor<63xf64>
    eq.yield %f : tensor<63xf64>
  }
  return %u, %iterations, %status : tensor<?x63xf64>, tensor<?xi32>, tensor<?xi32>
}
