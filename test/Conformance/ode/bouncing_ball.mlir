// ode.bouncing_ball (source: classic_odes.json): a ball falls from a height, and loses a part of its velocity at each impact.
//
//   y'' = -g,   velocity -> -restitution velocity  where y = 0
//
// A sample has its own height; the first ten impacts are kept.

func.func @solve(
    %height: tensor<?xf64> {eq.name = "height"},
    %velocity: tensor<?xf64> {eq.name = "velocity"},
    %g: f64 {eq.name = "g"},
    %restitution: f64 {eq.name = "restitution"},
    %end: f64 {eq.name = "end"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x10xf64> {eq.name = "impacts"}, tensor<?xf64> {eq.name = "t"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %y, %v, %impacts, %t, %error, %steps, %rejected, %status = eq.ode
      init(%height, %velocity : tensor<?xf64>, tensor<?xf64>) shared(%g, %restitution : f64, f64)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: f64, %v: f64, %g: f64, %restitution: f64):
    %down = arith.negf %g : f64
    eq.yield %v, %down : f64, f64
  } event(falling, keep = 10) {
  ^bb0(%t: f64, %y: f64, %v: f64, %g: f64, %restitution: f64):
    eq.yield %y : f64
  } apply {
  ^bb0(%t: f64, %y: f64, %v: f64, %g: f64, %restitution: f64):
    %part = arith.mulf %restitution, %v : f64
    %up = arith.negf %part : f64
    %go = arith.constant true
    eq.yield %go, %y, %up : i1, f64, f64
  }
  return %impacts, %t, %status : tensor<?x10xf64>, tensor<?xf64>, tensor<?xi32>
}
