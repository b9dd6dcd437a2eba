// A satellite between Earth and Moon, on the periodic orbit that R. F. Arenstorf found in 1963: in coordinates that turn
// with the Moon, of mass m = 0.012277471 at (1 - m, 0), it comes back after T = 17.0652165601579625588917206249.
//
//   x'' = x + 2 y' - (1 - m) (x + m)/D1 - m (x - (1 - m))/D2      D1 = ((x + m)^2 + y^2)^(3/2)
//   y'' = y - 2 x' - (1 - m) y/D1       - m y/D2                  D2 = ((x - (1 - m))^2 + y^2)^(3/2)
//
// Close to the Moon the forces change fast, far away slowly: the step sizes differ by a factor of a thousand.

func.func @orbit(%tol: f64 {eq.name = "tol"}, %times: tensor<4xf64> {eq.name = "times"})
    -> (tensor<4x2xf64> {eq.name = "positions"}, tensor<2xf64> {eq.name = "position"}, i32 {eq.name = "steps"},
        i32 {eq.name = "rejected"}, i32 {eq.name = "status"}) {
  %p0 = arith.constant dense<[0.994, 0.0]> : tensor<2xf64>
  %v0 = arith.constant dense<[0.0, -2.00158510637908252240537862224]> : tensor<2xf64>
  %t0 = arith.constant 0.0 : f64
  %period = arith.constant 17.0652165601579625588917206249 : f64
  %max = arith.constant 100000 : i32
  %p, %v, %ps, %vs, %t, %error, %steps, %rejected, %status = eq.ode
      init(%p0, %v0 : tensor<2xf64>, tensor<2xf64>)
      from(%t0 : f64) to(%period : f64) save(%times : tensor<4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %p: tensor<2xf64>, %v: tensor<2xf64>):
    %moon = arith.constant 0.012277471 : f64
    %earth = arith.constant 0.987722529 : f64
    %two = arith.constant 2.0 : f64
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %x = tensor.extract %p[%c0] : tensor<2xf64>
    %y = tensor.extract %p[%c1] : tensor<2xf64>
    %dx = tensor.extract %v[%c0] : tensor<2xf64>
    %dy = tensor.extract %v[%c1] : tensor<2xf64>
    %yy = arith.mulf %y, %y : f64
    // The pull of the Earth, over the distance cubed.
    %x1 = arith.addf %x, %moon : f64
    %x1x1 = arith.mulf %x1, %x1 : f64
    %d1 = arith.addf %x1x1, %yy : f64
    %r1 = math.sqrt %d1 : f64
    %cube1 = arith.mulf %d1, %r1 : f64
    %pull1 = arith.divf %earth, %cube1 : f64
    // That of the Moon.
    %x2 = arith.subf %x, %earth : f64
    %x2x2 = arith.mulf %x2, %x2 : f64
    %d2 = arith.addf %x2x2, %yy : f64
    %r2 = math.sqrt %d2 : f64
    %cube2 = arith.mulf %d2, %r2 : f64
    %pull2 = arith.divf %moon, %cube2 : f64
    // Centrifugal and Coriolis force, and both pulls.
    %turn_x = arith.mulf %two, %dy : f64
    %turn_y = arith.mulf %two, %dx : f64
    %fx1 = arith.mulf %pull1, %x1 : f64
    %fx2 = arith.mulf %pull2, %x2 : f64
    %ax1 = arith.addf %x, %turn_x : f64
    %ax2 = arith.subf %ax1, %fx1 : f64
    %ax = arith.subf %ax2, %fx2 : f64
    %pull = arith.addf %pull1, %pull2 : f64
    %fy = arith.mulf %pull, %y : f64
    %ay1 = arith.subf %y, %turn_y : f64
    %ay = arith.subf %ay1, %fy : f64
    %a = tensor.from_elements %ax, %ay : tensor<2xf64>
    eq.yield %v, %a : tensor<2xf64>, tensor<2xf64>
  }
  return %ps, %p, %steps, %rejected, %status : tensor<4x2xf64>, tensor<2xf64>, i32, i32, i32
}

// After a quarter, a half, three quarters and all of a period: the orbit is symmetric to the axis through Earth and Moon,
// and comes back to where it began (reference: extrapolation of order 20 with 40 digits).
func.func @period() {
  %tol = arith.constant 1.0e-13 : f64
  %times = arith.constant dense<[4.26630414003949, 8.532608280078981, 12.798912420118471, 17.065216560157962]> : tensor<4xf64>
  %positions, %position, %steps, %rejected, %status = func.call @orbit(%tol, %times)
      : (f64, tensor<4xf64>) -> (tensor<4x2xf64>, tensor<2xf64>, i32, i32, i32)
  eqtest.status %status, converged
  eqtest.close %positions, dense<[[-0.08871921330930074, 1.1027757556308995], [-1.2448220520265698, 0.0],
      [-0.08871921330930074, -1.1027757556308995], [0.994, 0.0]]> : tensor<4x2xf64>, abs = 1.0e-7
  eqtest.close %position, dense<[0.994, 0.0]> : tensor<2xf64>, abs = 1.0e-7
  return
}
