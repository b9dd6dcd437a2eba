// ode.lotka_volterra, ode.lotka_volterra_small (source: classic_odes.json): prey x and predators y.
//
//   x' = a x - b x y
//   y' = -c y + d x y
//
// A sample ends at its own time, and saves its own times on the way.

func.func @solve(
    %x0: tensor<?xf64> {eq.name = "x0"},
    %y0: tensor<?xf64> {eq.name = "y0"},
    %end: tensor<?xf64> {eq.name = "end"},
    %times: tensor<?x4xf64> {eq.name = "times"},
    %a: f64 {eq.name = "a"}, %b: f64 {eq.name = "b"}, %c: f64 {eq.name = "c"}, %d: f64 {eq.name = "d"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xf64> {eq.name = "y"},
        tensor<?x4xf64> {eq.name = "xs"}, tensor<?x4xf64> {eq.name = "ys"},
        tensor<?xf64> {eq.name = "t"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %x, %y, %xs, %ys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%x0, %y0 : tensor<?xf64>, tensor<?xf64>) shared(%a, %b, %c, %d : f64, f64, f64, f64)
      from(%start : f64) to(%end : tensor<?xf64>) save(%times : tensor<?x4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %x: f64, %y: f64, %a: f64, %b: f64, %c: f64, %d: f64):
    %xy = arith.mulf %x, %y : f64
    %born = arith.mulf %a, %x : f64
    %eaten = arith.mulf %b, %xy : f64
    %dx = arith.subf %born, %eaten : f64
    %fed = arith.mulf %d, %xy : f64
    %dead = arith.mulf %c, %y : f64
    %dy = arith.subf %fed, %dead : f64
    eq.yield %dx, %dy : f64, f64
  }
  return %x, %y, %xs, %ys, %t, %status
      : tensor<?xf64>, tensor<?xf64>, tensor<?x4xf64>, tensor<?x4xf64>, tensor<?xf64>, tensor<?xi32>
}
