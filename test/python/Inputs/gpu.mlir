// What kernels have to do that the examples do not: large angles, tensors that
// stay in memory, booleans and small integers, two solves in one function.

// z' = z / 2 + sin(a + z): angles of every size, and infinities.
func.func @far_angles(
    %a: tensor<?xf64> {eq.name = "a"}, %b: tensor<?xf32> {eq.name = "b"}, %max: i32 {eq.name = "max"}
) -> (tensor<?xf64> {eq.name = "y"}, tensor<?xf32> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"},
      tensor<?xi32> {eq.name = "status"}) {
  %tol = arith.constant 1.0e-6 : f64
  %y, %z, %residual, %iterations, %status = eq.fixed_point
      init(%a, %b : tensor<?xf64>, tensor<?xf32>) ins(%a, %b : tensor<?xf64>, tensor<?xf32>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%y: f64, %z: f32, %a: f64, %b: f32):
    %half = arith.constant 0.5 : f64
    %ay = arith.addf %a, %y : f64
    %sy = math.sin %ay : f64
    %fy = arith.mulf %sy, %half : f64
    %quarter = arith.constant 0.25 : f32
    %bz = arith.addf %b, %z : f32
    %cz = math.cos %bz : f32
    %fz = arith.mulf %cz, %quarter : f32
    eq.yield %fy, %fz : f64, f32
  }
  return %y, %z, %iterations, %status : tensor<?xf64>, tensor<?xf32>, tensor<?xi32>, tensor<?xi32>
}

// A table that all share and one of each sample, both in memory, read at a place
// that the state says; flags that all share, in memory and as parameters; and a
// number and a flag of the sample's own.
func.func @tables(
    %x: tensor<?xf32> {eq.name = "x"}, %own: tensor<?x300xf32> {eq.name = "own"},
    %shift: tensor<?xi8> {eq.name = "shift"}, %up: tensor<?xi1> {eq.name = "up"},
    %table: tensor<40x20xf32> {eq.name = "table"}, %weights: tensor<7xf32> {eq.name = "weights"},
    %flags: tensor<600xi1> {eq.name = "flags"}, %few: tensor<7xi1> {eq.name = "few"}, %max: tensor<?xi32> {eq.name = "max"}
) -> (tensor<?xf32> {eq.name = "z"}, tensor<?xf32> {eq.name = "residual"}, tensor<?xi32> {eq.name = "iterations"},
      tensor<?xi32> {eq.name = "status"}) {
  %tol = arith.constant 1.0e-4 : f32
  %z, %residual, %iterations, %status = eq.fixed_point init(%x : tensor<?xf32>)
      ins(%own, %shift, %up : tensor<?x300xf32>, tensor<?xi8>, tensor<?xi1>)
      shared(%table, %weights, %flags, %few : tensor<40x20xf32>, tensor<7xf32>, tensor<600xi1>, tensor<7xi1>)
      until(abs = %tol : f32, max = %max : tensor<?xi32>) method(#eq.picard) {
  ^bb0(%z: f32, %own: tensor<300xf32>, %shift: i8, %up: i1, %table: tensor<40x20xf32>, %weights: tensor<7xf32>,
       %flags: tensor<600xi1>, %few: tensor<7xi1>):
    %scale = arith.constant 100.0 : f32
    %size = math.absf %z : f32
    %most = arith.constant 5.0 : f32
    %clipped = arith.minimumf %size, %most : f32
    %scaled = arith.mulf %clipped, %scale : f32
    %whole = arith.fptosi %scaled : f32 to i32
    %wide = arith.extsi %shift : i8 to i32
    %moved = arith.addi %whole, %wide : i32
    %c7 = arith.constant 7 : i32
    %c20 = arith.constant 20 : i32
    %c40 = arith.constant 40 : i32
    %c300 = arith.constant 300 : i32
    %c600 = arith.constant 600 : i32
    %m7 = arith.remui %moved, %c7 : i32
    %m20 = arith.remui %moved, %c20 : i32
    %m40 = arith.remui %moved, %c40 : i32
    %m300 = arith.remui %moved, %c300 : i32
    %m600 = arith.remui %moved, %c600 : i32
    %i7 = arith.index_cast %m7 : i32 to index
    %i20 = arith.index_cast %m20 : i32 to index
    %i40 = arith.index_cast %m40 : i32 to index
    %i300 = arith.index_cast %m300 : i32 to index
    %i600 = arith.index_cast %m600 : i32 to index
    %t = tensor.extract %table[%i40, %i20] : tensor<40x20xf32>
    %o = tensor.extract %own[%i300] : tensor<300xf32>
    %w = tensor.extract %weights[%i7] : tensor<7xf32>
    %a = tensor.extract %flags[%i600] : tensor<600xi1>
    %b = tensor.extract %few[%i7] : tensor<7xi1>
    %chosen = arith.select %a, %t, %o : f32
    %ab = arith.xori %b, %up : i1
    %other = arith.select %ab, %w, %chosen : f32
    %third = arith.constant 0.3 : f32
    %damped = arith.mulf %z, %third : f32
    %f = arith.addf %damped, %other : f32
    eq.yield %f : f32
  }
  return %z, %residual, %iterations, %status : tensor<?xf32>, tensor<?xf32>, tensor<?xi32>, tensor<?xi32>
}

// The root of one is where the other starts.
func.func @one_after_another(
    %p: tensor<?xf64> {eq.name = "p"}, %tol: f64 {eq.name = "tol"}
) -> (tensor<?xf64> {eq.name = "x"}, tensor<?xf64> {eq.name = "y"}, tensor<?xi32> {eq.name = "steps"},
      tensor<?xi32> {eq.name = "status"}) {
  %max = arith.constant 100 : i32
  %low = arith.constant -3.0 : f64
  %high = arith.constant 3.0 : f64
  %x, %r, %n, %s = eq.root init(%p : tensor<?xf64>) ins(%p : tensor<?xf64>) until(max = %max : i32)
      method(#eq.brent) with(low = %low : f64, high = %high : f64) {
  ^bb0(%x: f64, %p: f64):
    %square = arith.mulf %x, %x : f64
    %cube = arith.mulf %square, %x : f64
    %left = arith.addf %cube, %x : f64
    %g = arith.subf %left, %p : f64
    eq.yield %g : f64
  }
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 1.5 : f64
  %most = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%x : tensor<?xf64>) ins(%p : tensor<?xf64>)
      from(%t0 : f64) to(%t1 : f64) within(abs = %tol : f64, max = %most : i32) method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: f64, %p: f64):
    %e = math.exp %y : f64
    %d = arith.subf %p, %e : f64
    eq.yield %d : f64
  }
  return %x, %y, %steps, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// Whole powers of whole exponents, negative ones among them, twice.
func.func @powers(
    %x: tensor<?xf64> {eq.name = "x"}, %y: tensor<?xf32> {eq.name = "y"}, %i: tensor<?xi32> {eq.name = "i"},
    %n: tensor<?xi32> {eq.name = "n"}
) -> (tensor<?xf64> {eq.name = "x"}, tensor<?xf32> {eq.name = "y"}, tensor<?xi32> {eq.name = "i"},
      tensor<?xi32> {eq.name = "steps"}) {
  %max = arith.constant 2 : i32
  %a, %b, %c, %steps = eq.loop init(%x, %y, %i : tensor<?xf64>, tensor<?xf32>, tensor<?xi32>) ins(%n : tensor<?xi32>)
      max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %y: f32, %i: i32, %n: i32):
    %wide = arith.extsi %n : i32 to i64
    %a = math.fpowi %x, %wide : f64, i64
    %b = math.fpowi %y, %n : f32, i32
    %c = math.ipowi %i, %n : i32
    %again = arith.constant true
    eq.next %again, %a, %b, %c : f64, f32, i32
  }
  return %a, %b, %c, %steps : tensor<?xf64>, tensor<?xf32>, tensor<?xi32>, tensor<?xi32>
}

// Remainders of quotients of all sizes, and inverse hyperbolic functions, twice.
func.func @remainders(
    %x: tensor<?xf64> {eq.name = "x"}, %y: tensor<?xf32> {eq.name = "y"}, %m: tensor<?xf64> {eq.name = "m"},
    %n: tensor<?xf32> {eq.name = "n"}
) -> (tensor<?xf64> {eq.name = "x"}, tensor<?xf32> {eq.name = "y"}, tensor<?xf64> {eq.name = "h"}, tensor<?xf32> {eq.name = "g"},
      tensor<?xi32> {eq.name = "steps"}) {
  %max = arith.constant 2 : i32
  %a, %b, %h, %g, %steps = eq.loop init(%x, %y, %m, %n : tensor<?xf64>, tensor<?xf32>, tensor<?xf64>, tensor<?xf32>)
      ins(%m, %n : tensor<?xf64>, tensor<?xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %y: f32, %h: f64, %g: f32, %m: f64, %n: f32):
    %a = arith.remf %x, %m : f64
    %b = arith.remf %y, %n : f32
    %h0 = math.asinh %h : f64
    %h1 = math.atanh %h0 : f64
    %h2 = math.acosh %h : f64
    %small = arith.cmpf olt, %h, %m : f64
    %h3 = arith.select %small, %h1, %h2 : f64
    %g0 = math.asinh %g : f32
    %g1 = math.atanh %g0 : f32
    %g2 = math.acosh %g : f32
    %g3 = arith.select %small, %g1, %g2 : f32
    %again = arith.constant true
    eq.next %again, %a, %b, %h3, %g3 : f64, f32, f64, f32
  }
  return %a, %b, %h, %g, %steps : tensor<?xf64>, tensor<?xf32>, tensor<?xf64>, tensor<?xf32>, tensor<?xi32>
}
