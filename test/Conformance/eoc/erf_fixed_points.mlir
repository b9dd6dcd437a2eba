// eoc.erf_fixed_points (source: edge_of_chaos.json): how variance and correlation of
// the pre-activations of a wide random erf network go on from layer to layer. The
// expectations have closed forms (the arcsine kernel of Williams):
//
//   q <- sw2 (2/pi) asin(2 q / (1 + 2 q)) + sb2                     until it settles: q*
//   c <- (sw2 (2/pi) asin(2 q* c / (1 + 2 q*)) + sb2) / q*          until it settles: c*
//   chi, slope = sw2 (4/pi) / sqrt((1 + 2 q*)^2 - (2 q* c)^2) at c = 1 and c = c*

func.func @solve(
    %sw2: tensor<?xf64> {eq.name = "sw2"},
    %sb2: tensor<?xf64> {eq.name = "sb2"},
    %q0: tensor<?xf64> {eq.name = "q_start"},
    %c0: tensor<?xf64> {eq.name = "c_start"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "q_star"}, tensor<?xf64> {eq.name = "chi"},
        tensor<?xf64> {eq.name = "c_star"}, tensor<?xf64> {eq.name = "slope"},
        tensor<?xi32> {eq.name = "q_status"}, tensor<?xi32> {eq.name = "c_status"},
        tensor<?xi32> {eq.name = "q_iterations"}, tensor<?xi32> {eq.name = "c_iterations"}) {
  %q, %q_residual, %q_iterations, %q_status = eq.fixed_point
      init(%q0 : tensor<?xf64>) ins(%sw2, %sb2 : tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%q: f64, %sw2: f64, %sb2: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %two_over_pi = arith.constant 0.63661977236758134 : f64
    %qq = arith.mulf %two, %q : f64
    %all = arith.addf %one, %qq : f64
    %ratio = arith.divf %qq, %all : f64
    %angle = math.asin %ratio : f64
    %mean = arith.mulf %two_over_pi, %angle : f64
    %scaled = arith.mulf %sw2, %mean : f64
    %f = arith.addf %scaled, %sb2 : f64
    eq.yield %f : f64
  }
  %c, %c_residual, %c_iterations, %c_status = eq.fixed_point
      init(%c0 : tensor<?xf64>) ins(%q, %sw2, %sb2 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%c: f64, %q: f64, %sw2: f64, %sb2: f64):
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %two_over_pi = arith.constant 0.63661977236758134 : f64
    %qq = arith.mulf %two, %q : f64
    %all = arith.addf %one, %qq : f64
    %k = arith.mulf %qq, %c : f64
    %ratio = arith.divf %k, %all : f64
    %angle = math.asin %ratio : f64
    %mean = arith.mulf %two_over_pi, %angle : f64
    %scaled = arith.mulf %sw2, %mean : f64
    %shifted = arith.addf %scaled, %sb2 : f64
    %f = arith.divf %shifted, %q : f64
    eq.yield %f : f64
  }
  // The derivatives at the fixed points: a loop that makes one step.
  %once = arith.constant 1 : i32
  %chi, %slope, %steps = eq.loop
      init(%c, %c : tensor<?xf64>, tensor<?xf64>) ins(%q, %sw2 : tensor<?xf64>, tensor<?xf64>) max(%once : i32)
  step {
  ^bb0(%k: i32, %c: f64, %unused: f64, %q: f64, %sw2: f64):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %two = arith.constant 2.0 : f64
    %four_over_pi = arith.constant 1.2732395447351628 : f64
    %qq = arith.mulf %two, %q : f64
    %all = arith.addf %one, %qq : f64
    %square = arith.mulf %all, %all : f64
    %factor = arith.mulf %sw2, %four_over_pi : f64
    %kk1 = arith.mulf %qq, %qq : f64
    %rest1 = arith.subf %square, %kk1 : f64
    %root1 = math.sqrt %rest1 : f64
    %chi = arith.divf %factor, %root1 : f64
    %k2 = arith.mulf %qq, %c : f64
    %kk2 = arith.mulf %k2, %k2 : f64
    %rest2 = arith.subf %square, %kk2 : f64
    %root2 = math.sqrt %rest2 : f64
    %slope = arith.divf %factor, %root2 : f64
    eq.next %go, %chi, %slope : f64, f64
  }
  return %q, %chi, %c, %slope, %q_status, %c_status, %q_iterations, %c_iterations
      : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}
