// The Arenstorf orbit: a satellite between earth and moon, seen from a frame that turns with them. The state is
// (x, y, x', y'). With m = 0.012277471 (the mass of the moon) and n = 1 - m,
//
//   x'' = x + 2 y' - n (x + m) / D1 - m (x - n) / D2        D1 = ((x + m)^2 + y^2)^(3/2)
//   y'' = y - 2 x' - n y / D1 - m y / D2                    D2 = ((x - n)^2 + y^2)^(3/2)

func.func @solve(
    %y0: tensor<4xf64> {eq.name = "y0"},
    %t0: f64 {eq.name = "t0"},
    %t1: f64 {eq.name = "t1"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<4xf64> {eq.name = "y"},
    i32 {eq.name = "accepted"},
    i32 {eq.name = "rejected"},
    i32 {eq.name = "status"}
) {
  %y, %t, %error, %accepted, %rejected, %status = eq.ode
      init(%y0 : tensor<4xf64>) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: tensor<4xf64>):
    %i0 = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %px = tensor.extract %y[%i0] : tensor<4xf64>
    %py = tensor.extract %y[%i1] : tensor<4xf64>
    %vx = tensor.extract %y[%i2] : tensor<4xf64>
    %vy = tensor.extract %y[%i3] : tensor<4xf64>
    %moon = arith.constant 0.012277471 : f64
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %earth = arith.subf %one, %moon : f64

    // Earth and moon pull with mass / distance^3.
    %toEarth = arith.addf %px, %moon : f64
    %toMoon = arith.subf %px, %earth : f64
    %yy = arith.mulf %py, %py : f64
    %square1 = math.fma %toEarth, %toEarth, %yy : f64
    %square2 = math.fma %toMoon, %toMoon, %yy : f64
    %distance1 = math.sqrt %square1 : f64
    %distance2 = math.sqrt %square2 : f64
    %cube1 = arith.mulf %square1, %distance1 : f64
    %cube2 = arith.mulf %square2, %distance2 : f64
    %pull1 = arith.divf %earth, %cube1 : f64
    %pull2 = arith.divf %moon, %cube2 : f64

    %ax0 = math.fma %two, %vy, %px : f64
    %x1 = arith.mulf %pull1, %toEarth : f64
    %x2 = arith.mulf %pull2, %toMoon : f64
    %ax1 = arith.subf %ax0, %x1 : f64
    %ax = arith.subf %ax1, %x2 : f64
    %twice = arith.mulf %two, %vx : f64
    %ay0 = arith.subf %py, %twice : f64
    %pull = arith.addf %pull1, %pull2 : f64
    %y1 = arith.mulf %pull, %py : f64
    %ay = arith.subf %ay0, %y1 : f64
    %f = tensor.from_elements %vx, %vy, %ax, %ay : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %y, %accepted, %rejected, %status : tensor<4xf64>, i32, i32, i32
}
