// Where the planets are on their orbits. The mean anomaly M grows evenly with time; the eccentric anomaly E says where the
// planet is. Kepler's equation ties them together by the eccentricity e of the orbit:
//
//   E = M + e sin E
//
// No formula solves it. Repeating it does: the right side changes by at most e times the change of E, and e < 1.
// Every orbit is one sample, with its own M and e, its own count of iterations and its own status.

func.func @solve(
    %m: tensor<?xf64> {eq.name = "M"},   // mean anomalies, in radians
    %e: tensor<?xf64> {eq.name = "e"},   // eccentricities, in [0, 1)
    %abs: f64 {eq.name = "abs"},
    %max: i32 {eq.name = "max"}
) -> (tensor<?xf64> {eq.name = "E"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  // E starts at M, which is right for a circle.
  %E, %residual, %iterations, %status = eq.fixed_point
      init(%m : tensor<?xf64>) ins(%m, %e : tensor<?xf64>, tensor<?xf64>)
      until(abs = %abs : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%E: f64, %m: f64, %e: f64):
    %sin = math.sin %E : f64
    %part = arith.mulf %e, %sin : f64
    %next = arith.addf %m, %part : f64
    eq.yield %next : f64
  }
  return %E, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// The eight planets on 2000 January 1, 12:00 TT (J2000). Eccentricities and the angles behind the mean anomalies
// (M = mean longitude - longitude of perihelion) are those of E. M. Standish's approximate elements for the years 1800
// to 2050 (Jet Propulsion Laboratory); Earth stands for the barycentre of Earth and Moon.
//
//              M in degrees        e
//   Mercury    174.79252722    0.20563593
//   Venus       50.37663232    0.00677672
//   Earth       -2.47311027    0.01671123
//   Mars        19.39019754    0.09339410
//   Jupiter     19.66796068    0.04838624
//   Saturn     -42.64463408    0.05386179
//   Uranus     142.28382821    0.04725744
//   Neptune   -100.08479196    0.00859048
func.func @planets() {
  %m = arith.constant dense<[
      3.0507051078708107, 0.8792381000505897, -0.04316391697638595, 0.3384227896851049,
      0.34327067101878284, -0.7442892730041829, 2.48332127460649, -1.746809150875549]> : tensor<8xf64>
  %e = arith.constant dense<[
      0.20563593, 0.00677672, 0.01671123, 0.0933941,
      0.04838624, 0.05386179, 0.04725744, 0.00859048]> : tensor<8xf64>
  %abs = arith.constant 1.0e-15 : f64
  %max = arith.constant 100 : i32
  %any_m = tensor.cast %m : tensor<8xf64> to tensor<?xf64>
  %any_e = tensor.cast %e : tensor<8xf64> to tensor<?xf64>
  %any_E, %iterations, %any_status = func.call @solve(%any_m, %any_e, %abs, %max)
      : (tensor<?xf64>, tensor<?xf64>, f64, i32) -> (tensor<?xf64>, tensor<?xi32>, tensor<?xi32>)
  %E = tensor.cast %any_E : tensor<?xf64> to tensor<8xf64>
  %status = tensor.cast %any_status : tensor<?xi32> to tensor<8xi32>

  eqtest.status %status, converged : tensor<8xi32>
  // Bisection of E - e sin E - M with 60 digits, for exactly the M and e above. A last change of 1e-15 leaves at most
  // e / (1 - e) 1e-15, and rounding at most 1 / (1 - e) times that of one evaluation: 3 units in the last place in all.
  eqtest.close %E, dense<[
      3.066194907622426, 0.8844804749072945, -0.04389725858691261, 0.37240483821815923,
      0.36033087940007325, -0.7822554277264615, 2.51117855765115, -1.7552539009709451]> : tensor<8xf64>, ulps = 3

  // The equation itself: E - e sin E is M again, up to the last change and the rounding of numbers below 4.
  %sin = math.sin %E : tensor<8xf64>
  %part = arith.mulf %e, %sin : tensor<8xf64>
  %back = arith.subf %E, %part : tensor<8xf64>
  eqtest.near %back, %m : tensor<8xf64>, abs = 2.0e-15
  return
}

// What a map that does not contract does: e = 1 is a parabola, on which no planet returns. The change shrinks ever more
// slowly, and 1,000 iterations are not enough. An orbit beside it is not disturbed.
func.func @parabola() {
  %m = arith.constant dense<[0.0, 0.5]> : tensor<2xf64>
  %e = arith.constant dense<[1.0, 0.25]> : tensor<2xf64>
  %start = arith.constant dense<[1.0, 0.5]> : tensor<2xf64>
  %abs = arith.constant 1.0e-12 : f64
  %max = arith.constant 1000 : i32
  %E, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<2xf64>) ins(%m, %e : tensor<2xf64>, tensor<2xf64>)
      until(abs = %abs : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%E: f64, %m: f64, %e: f64):
    %sin = math.sin %E : f64
    %part = arith.mulf %e, %sin : f64
    %next = arith.addf %m, %part : f64
    eq.yield %next : f64
  }
  eqtest.status %status, [max_iterations, converged] : tensor<2xi32>
  return
}

// A mean anomaly that is not a number is a bad argument of its own sample alone.
func.func @lost_planet() {
  %m = arith.constant dense<[0x7FF8000000000000, 1.0]> : tensor<2xf64>
  %e = arith.constant dense<0.0> : tensor<2xf64>
  %abs = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %E, %residual, %iterations, %status = eq.fixed_point
      init(%m : tensor<2xf64>) ins(%m, %e : tensor<2xf64>, tensor<2xf64>)
      until(abs = %abs : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%E: f64, %m: f64, %e: f64):
    %sin = math.sin %E : f64
    %part = arith.mulf %e, %sin : f64
    %next = arith.addf %m, %part : f64
    eq.yield %next : f64
  }
  eqtest.status %status, [bad_argument, converged] : tensor<2xi32>
  eqtest.close %E, dense<[0x7FF8000000000000, 1.0]> : tensor<2xf64>, ulps = 0
  eqtest.close %iterations, dense<[0, 1]> : tensor<2xi32>
  return
}
