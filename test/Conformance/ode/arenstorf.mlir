// ode.arenstorf (source: classic_odes.json): a satellite between the Earth and the Moon, on a
// periodic orbit, in coordinates that turn with them.
//
//   x'' = x + 2 y' - (1 - mu) (x + mu) / D1 - mu (x - (1 - mu)) / D2
//   y'' = y - 2 x' - (1 - mu) y / D1 - mu y / D2
//   D1 = ((x + mu)^2 + y^2)^(3/2)     D2 = ((x - (1 - mu))^2 + y^2)^(3/2)
//
// The states are x, y, x' and y'.

func.func @solve(
    %x0: f64 {eq.name = "x0"}, %y0: f64 {eq.name = "y0"}, %dx0: f64 {eq.name = "dx0"}, %dy0: f64 {eq.name = "dy0"},
    %end: f64 {eq.name = "T"},
    %times: tensor<4xf64> {eq.name = "times"},
    %mu: f64 {eq.name = "mu"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4xf64> {eq.name = "x"}, tensor<4xf64> {eq.name = "y"}, tensor<4xf64> {eq.name = "dx"}, tensor<4xf64> {eq.name = "dy"},
        f64 {eq.name = "x_T"}, f64 {eq.name = "y_T"}, f64 {eq.name = "dx_T"}, f64 {eq.name = "dy_T"}, i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %x, %y, %dx, %dy, %xs, %ys, %dxs, %dys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%x0, %y0, %dx0, %dy0 : f64, f64, f64, f64) shared(%mu : f64)
      from(%start : f64) to(%end : f64) save(%times : tensor<4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %x: f64, %y: f64, %dx: f64, %dy: f64, %mu: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %earth = arith.subf %one, %mu : f64
    %yy = arith.mulf %y, %y : f64
    %x1 = arith.addf %x, %mu : f64
    %x1x1 = arith.mulf %x1, %x1 : f64
    %r1r1 = arith.addf %x1x1, %yy : f64
    %r1 = math.sqrt %r1r1 : f64
    %d1 = arith.mulf %r1r1, %r1 : f64
    %pull1 = arith.divf %earth, %d1 : f64
    %x2 = arith.subf %x, %earth : f64
    %x2x2 = arith.mulf %x2, %x2 : f64
    %r2r2 = arith.addf %x2x2, %yy : f64
    %r2 = math.sqrt %r2r2 : f64
    %d2 = arith.mulf %r2r2, %r2 : f64
    %pull2 = arith.divf %mu, %d2 : f64
    %turn_x = arith.mulf %two, %dy : f64
    %turn_y = arith.mulf %two, %dx : f64
    %fx1 = arith.mulf %pull1, %x1 : f64
    %fx2 = arith.mulf %pull2, %x2 : f64
    %fy1 = arith.mulf %pull1, %y : f64
    %fy2 = arith.mulf %pull2, %y : f64
    %free_x = arith.addf %x, %turn_x : f64
    %near_x = arith.subf %free_x, %fx1 : f64
    %ax = arith.subf %near_x, %fx2 : f64
    %free_y = arith.subf %y, %turn_y : f64
    %near_y = arith.subf %free_y, %fy1 : f64
    %ay = arith.subf %near_y, %fy2 : f64
    eq.yield %dx, %dy, %ax, %ay : f64, f64, f64, f64
  }
  return %xs, %ys, %dxs, %dys, %x, %y, %dx, %dy, %status
      : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, f64, f64, f64, f64, i32
}
