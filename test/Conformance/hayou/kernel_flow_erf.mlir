// hayou.kernel_flow_erf (source: hayou_sde.json): variances q, r and covariance k of two inputs along the
// depth of an infinitely wide residual network with the activation erf.
//
//   k' = E erf(U) erf(V) = (2 / pi) asin(2 k / sqrt((1 + 2 q) (1 + 2 r))),  q' and r' with V = U

func.func @solve(
    %q0: f64 {eq.name = "q0"},
    %r0: f64 {eq.name = "r0"},
    %k0: f64 {eq.name = "k0"},
    %end: f64 {eq.name = "end"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "q"}, f64 {eq.name = "q2"}, f64 {eq.name = "K"}, i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %q, %r, %k, %t, %error, %steps, %rejected, %status = eq.ode
      init(%q0, %r0, %k0 : f64, f64, f64)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) control(#eq.pid) {
  ^bb0(%t: f64, %q: f64, %r: f64, %k: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %two_over_pi = arith.constant 0.63661977236758134 : f64
    %qq = arith.mulf %two, %q : f64
    %rr = arith.mulf %two, %r : f64
    %kk = arith.mulf %two, %k : f64
    %q1 = arith.addf %one, %qq : f64
    %r1 = arith.addf %one, %rr : f64
    %product = arith.mulf %q1, %r1 : f64
    %size = math.sqrt %product : f64
    %ratio_q = arith.divf %qq, %q1 : f64
    %ratio_r = arith.divf %rr, %r1 : f64
    %ratio_k = arith.divf %kk, %size : f64
    %angle_q = math.asin %ratio_q : f64
    %angle_r = math.asin %ratio_r : f64
    %angle_k = math.asin %ratio_k : f64
    %dq = arith.mulf %two_over_pi, %angle_q : f64
    %dr = arith.mulf %two_over_pi, %angle_r : f64
    %dk = arith.mulf %two_over_pi, %angle_k : f64
    eq.yield %dq, %dr, %dk : f64, f64, f64
  }
  return %q, %r, %k, %status : f64, f64, f64, i32
}
