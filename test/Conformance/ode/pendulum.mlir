// ode.pendulum (source: classic_odes.json): a pendulum that is let go at the angle theta0.
//
//   theta'' = -sin theta,   period 4 K(sin(theta0 / 2))
//
// A sample ends at its own time.

func.func @solve(
    %theta0: tensor<?xf64> {eq.name = "theta0"},
    %speed0: tensor<?xf64> {eq.name = "speed0"},
    %end: tensor<?xf64> {eq.name = "end"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "theta"}, tensor<?xf64> {eq.name = "speed"}, tensor<?xf64> {eq.name = "t"},
        tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %theta, %speed, %t, %error, %steps, %rejected, %status = eq.ode
      init(%theta0, %speed0 : tensor<?xf64>, tensor<?xf64>)
      from(%start : f64) to(%end : tensor<?xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %theta: f64, %speed: f64):
    %sin = math.sin %theta : f64
    %pull = arith.negf %sin : f64
    eq.yield %speed, %pull : f64, f64
  }
  return %theta, %speed, %t, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xi32>
}
