// status.ode (source: status.json): integrations that end, and that cannot.

// y' = a + y^2: infinite after a finite time.
func.func @blow_up(
    %y0: tensor<?xf64> {eq.name = "y0"},
    %a: tensor<?xf64> {eq.name = "a"},
    %end: f64 {eq.name = "end"},
    %times: tensor<?x3xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %bound: tensor<?xf64> {eq.name = "bound"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "y"}, tensor<?x3xf64> {eq.name = "ys"}, tensor<?xf64> {eq.name = "t"},
        tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %y, %ys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y0 : tensor<?xf64>) ins(%a : tensor<?xf64>)
      from(%start : f64) to(%end : f64) save(%times : tensor<?x3xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32, bound = %bound : tensor<?xf64>)
      method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %y: f64, %a: f64):
    %yy = arith.mulf %y, %y : f64
    %f = arith.addf %a, %yy : f64
    eq.yield %f : f64
  }
  return %y, %ys, %t, %status : tensor<?xf64>, tensor<?x3xf64>, tensor<?xf64>, tensor<?xi32>
}

// y' = lambda y by Euler's method: multiplied by 1 + lambda step in every step.
func.func @decay(
    %y0: tensor<?xf64> {eq.name = "y0"},
    %lambda: f64 {eq.name = "lambda"},
    %step: tensor<?xf64> {eq.name = "step"},
    %end: tensor<?xf64> {eq.name = "end"},
    %bound: f64 {eq.name = "bound"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "y"}, tensor<?xf64> {eq.name = "t"}, tensor<?xi32> {eq.name = "accepted"},
        tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %y, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y0 : tensor<?xf64>) shared(%lambda : f64)
      from(%start : f64) to(%end : tensor<?xf64>) within(max = %max : i32, bound = %bound : f64)
      method(#eq.runge_kutta<euler>) with(step = %step : tensor<?xf64>) {
  ^bb0(%t: f64, %y: f64, %lambda: f64):
    %f = arith.mulf %lambda, %y : f64
    eq.yield %f : f64
  }
  return %y, %t, %steps, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// y' = sign sqrt(size), where size is |y| (`both`) or max(y, 0): not Lipschitz at 0.
func.func @root(
    %y0: tensor<?xf64> {eq.name = "y0"},
    %sign: tensor<?xf64> {eq.name = "sign"},
    %both: tensor<?xi1> {eq.name = "both"},
    %end: tensor<?xf64> {eq.name = "end"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "y"}, tensor<?xf64> {eq.name = "t"}, tensor<?xi32> {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %y, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y0 : tensor<?xf64>) ins(%sign, %both : tensor<?xf64>, tensor<?xi1>)
      from(%start : f64) to(%end : tensor<?xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64, %sign: f64, %both: i1):
    %zero = arith.constant 0.0 : f64
    %abs = math.absf %y : f64
    %positive = arith.maximumf %y, %zero : f64
    %size = arith.select %both, %abs, %positive : f64
    %sqrt = math.sqrt %size : f64
    %f = arith.mulf %sign, %sqrt : f64
    eq.yield %f : f64
  }
  return %y, %t, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>
}
