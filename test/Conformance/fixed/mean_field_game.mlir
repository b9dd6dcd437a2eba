// fixed.mfg_lq, fixed.mfg_lq_attraction (source: classic_fixed_points.json): players who steer by
// alpha = -eta(t) x - rho(t), each of whom wants to be near s times the mean m of all.
//
//   eta' = eta^2 - q            eta(T) = g                            back from T
//   m''  = q (1 - s) m          m(0) = m0,   m'(T) = -g (1 - s) m(T)
//   var' = -2 eta var + sigma^2
//
// The mean is consistent where its path, started with the slope m'(0), ends as it should: a root
// whose function is an integration.

func.func @solve(
    %q: f64 {eq.name = "q"}, %s: f64 {eq.name = "s"}, %g: f64 {eq.name = "g"}, %sigma: f64 {eq.name = "sigma"},
    %m0: f64 {eq.name = "m0"},
    %var0: f64 {eq.name = "var0"},
    %end: f64 {eq.name = "T"},
    %times: tensor<5xf64> {eq.name = "times"},
    %back: tensor<5xf64> {eq.name = "times_back"},
    %low: f64 {eq.name = "low"}, %high: f64 {eq.name = "high"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5xf64> {eq.name = "m"}, tensor<5xf64> {eq.name = "slope"}, tensor<5xf64> {eq.name = "eta"},
        tensor<5xf64> {eq.name = "eta_back"}, tensor<5xf64> {eq.name = "rho"}, tensor<5xf64> {eq.name = "var"},
        i32 {eq.name = "status_back"}, i32 {eq.name = "status_root"}, i32 {eq.name = "status"}) {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %apart = arith.subf %one, %s : f64
  %stiffness = arith.mulf %q, %apart : f64
  %rest = arith.mulf %g, %apart : f64

  %eta0, %etas_back, %t0, %e0, %n0, %r0, %status_back = eq.ode
      init(%g : f64) shared(%q : f64)
      from(%end : f64) to(%zero : f64) save(%back : tensor<5xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %eta: f64, %q: f64):
    %square = arith.mulf %eta, %eta : f64
    %f = arith.subf %square, %q : f64
    eq.yield %f : f64
  }

  %slope0, %residual, %iterations, %status_root = eq.root
      init(%zero : f64) shared(%m0, %stiffness, %rest, %end, %tol, %max : f64, f64, f64, f64, f64, i32)
      until(max = %max : i32) method(#eq.brent) with(low = %low : f64, high = %high : f64) {
  ^bb0(%p0: f64, %m0: f64, %stiffness: f64, %rest: f64, %end: f64, %tol: f64, %max: i32):
    %start = arith.constant 0.0 : f64
    %m, %p, %t, %e, %n, %r, %s = eq.ode
        init(%m0, %p0 : f64, f64) shared(%stiffness : f64)
        from(%start : f64) to(%end : f64)
        within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
        method(#eq.runge_kutta<tsit5>) {
    ^bb0(%t: f64, %m: f64, %p: f64, %stiffness: f64):
      %f = arith.mulf %stiffness, %m : f64
      eq.yield %p, %f : f64, f64
    }
    %wanted = arith.mulf %rest, %m : f64
    %off = arith.addf %p, %wanted : f64
    eq.yield %off : f64
  }

  %m, %p, %eta, %var, %ms, %ps, %etas, %vars, %t1, %e1, %n1, %r1, %status = eq.ode
      init(%m0, %slope0, %eta0, %var0 : f64, f64, f64, f64) shared(%q, %stiffness, %sigma : f64, f64, f64)
      from(%zero : f64) to(%end : f64) save(%times : tensor<5xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %m: f64, %p: f64, %eta: f64, %var: f64, %q: f64, %stiffness: f64, %sigma: f64):
    %two = arith.constant 2.0 : f64
    %dp = arith.mulf %stiffness, %m : f64
    %square = arith.mulf %eta, %eta : f64
    %deta = arith.subf %square, %q : f64
    %twice = arith.mulf %two, %eta : f64
    %drawn = arith.mulf %twice, %var : f64
    %noise = arith.mulf %sigma, %sigma : f64
    %dvar = arith.subf %noise, %drawn : f64
    eq.yield %p, %dp, %deta, %dvar : f64, f64, f64, f64
  }
  // rho = -m' - eta m
  %none = arith.constant dense<0.0> : tensor<5xf64>
  %steered = arith.mulf %etas, %ms : tensor<5xf64>
  %both = arith.addf %ps, %steered : tensor<5xf64>
  %rho = arith.subf %none, %both : tensor<5xf64>
  return %ms, %ps, %etas, %etas_back, %rho, %vars, %status_back, %status_root, %status
      : tensor<5xf64>, tensor<5xf64>, tensor<5xf64>, tensor<5xf64>, tensor<5xf64>, tensor<5xf64>, i32, i32, i32
}
