// hayou.mckean_vlasov_relu (source: hayou_sde.json): variance q and correlation c of two inputs along the
// depth of an infinitely wide residual network with the activation relu.
//
//   q' = q / 2      c' = (sqrt(1 - c^2) - c acos c) / (2 pi)
//
// L layers are L steps of Euler's method of the length h = t / L, but for a factor of c' that makes them
// exact: q <- (1 + h/2) q divides the correlation by as much, c <- (c + (h/2) kappa(c)) / (1 + h/2), where
// kappa(c) - c = 2 c'. The factor, 1 / (1 + h/2), is the sample's.

func.func @layers(
    %q0: tensor<?xf64> {eq.name = "q0"},
    %c0: tensor<?xf64> {eq.name = "c0"},
    %factor: tensor<?xf64> {eq.name = "factor"},
    %step: tensor<?xf64> {eq.name = "step"},
    %end: f64 {eq.name = "end"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "q"}, tensor<?xf64> {eq.name = "c"}, tensor<?xi32> {eq.name = "accepted"},
        tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %q, %c, %t, %error, %steps, %rejected, %status = eq.ode
      init(%q0, %c0 : tensor<?xf64>, tensor<?xf64>) ins(%factor : tensor<?xf64>)
      from(%start : f64) to(%end : f64) within(max = %max : i32)
      method(#eq.runge_kutta<euler>) with(step = %step : tensor<?xf64>) {
  ^bb0(%t: f64, %q: f64, %c: f64, %factor: f64):
    %dq, %dc = func.call @slopes(%q, %c) : (f64, f64) -> (f64, f64)
    %scaled = arith.mulf %factor, %dc : f64
    eq.yield %dq, %scaled : f64, f64
  }
  return %q, %c, %steps, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

func.func @flow(
    %q0: tensor<?xf64> {eq.name = "q0"},
    %c0: tensor<?xf64> {eq.name = "c0"},
    %end: f64 {eq.name = "end"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "q"}, tensor<?xf64> {eq.name = "c"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %q, %c, %t, %error, %steps, %rejected, %status = eq.ode
      init(%q0, %c0 : tensor<?xf64>, tensor<?xf64>)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %q: f64, %c: f64):
    %dq, %dc = func.call @slopes(%q, %c) : (f64, f64) -> (f64, f64)
    eq.yield %dq, %dc : f64, f64
  }
  return %q, %c, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>
}

func.func private @slopes(%q: f64, %c: f64) -> (f64, f64) {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %minus_one = arith.constant -1.0 : f64
  %half = arith.constant 0.5 : f64
  %two_pi = arith.constant 6.2831853071795862 : f64
  %dq = arith.mulf %half, %q : f64
  // Rounding may lead out of [-1, 1].
  %below = arith.minimumf %c, %one : f64
  %inside = arith.maximumf %below, %minus_one : f64
  %cc = arith.mulf %inside, %inside : f64
  %rest = arith.subf %one, %cc : f64
  %sin = math.sqrt %rest : f64
  %angle = math.acos %inside : f64
  %along = arith.mulf %inside, %angle : f64
  %difference = arith.subf %sin, %along : f64
  %dc = arith.divf %difference, %two_pi : f64
  return %dq, %dc : f64, f64
}
