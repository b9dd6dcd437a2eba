// ode.brusselator_1_3, ode.brusselator_1_15 (source: classic_odes.json): a chemical oscillator.
//
//   x' = A + x^2 y - (B + 1) x
//   y' = B x - x^2 y
//
// It rests at (A, B / A) if B < 1 + A^2, and tends to a limit cycle otherwise. A sample ends at
// its own time, and saves its own times on the way.

func.func @solve(
    %x0: tensor<?xf64> {eq.name = "x0"},
    %y0: tensor<?xf64> {eq.name = "y0"},
    %end: tensor<?xf64> {eq.name = "end"},
    %times: tensor<?x4xf64> {eq.name = "times"},
    %a: f64 {eq.name = "A"}, %b: f64 {eq.name = "B"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x"}, tensor<?xf64> {eq.name = "y"},
        tensor<?x4xf64> {eq.name = "xs"}, tensor<?x4xf64> {eq.name = "ys"},
        tensor<?xf64> {eq.name = "t"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %x, %y, %xs, %ys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%x0, %y0 : tensor<?xf64>, tensor<?xf64>) shared(%a, %b : f64, f64)
      from(%start : f64) to(%end : tensor<?xf64>) save(%times : tensor<?x4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) control(#eq.pid) {
  ^bb0(%t: f64, %x: f64, %y: f64, %a: f64, %b: f64):
    %xx = arith.mulf %x, %x : f64
    %made = arith.mulf %xx, %y : f64
    %bx = arith.mulf %b, %x : f64
    %used = arith.addf %bx, %x : f64
    %in = arith.addf %a, %made : f64
    %dx = arith.subf %in, %used : f64
    %dy = arith.subf %bx, %made : f64
    eq.yield %dx, %dy : f64, f64
  }
  return %x, %y, %xs, %ys, %t, %status
      : tensor<?xf64>, tensor<?xf64>, tensor<?x4xf64>, tensor<?x4xf64>, tensor<?xf64>, tensor<?xi32>
}
