// Two firms share a market (Cournot's duopoly). When q is brought to market, the price is a - b (q0 + q1); a unit costs firm
// i c_i. Each firm brings what is best for it against what the other brought last time:
//
//   q_i = max(0, (a - c_i - b q_other) / (2 b))
//
// The answers change by half as much as the question, so the market settles, at its Nash equilibrium
// q_i = (a - 2 c_i + c_other) / (3 b) where both stay in.

func.func @solve(
    %q: tensor<?x2xf64> {eq.name = "q"},   // what the firms start with, one market per row
    %c: tensor<?x2xf64> {eq.name = "c"},
    %a: tensor<?xf64> {eq.name = "a"},
    %b: tensor<?xf64> {eq.name = "b"},
    %abs: f64 {eq.name = "abs"},
    %max: i32 {eq.name = "max"}
) -> (tensor<?x2xf64> {eq.name = "equilibrium"}, tensor<?xi32> {eq.name = "status"}) {
  %star, %residual, %iterations, %status = eq.fixed_point
      init(%q : tensor<?x2xf64>) ins(%c, %a, %b : tensor<?x2xf64>, tensor<?xf64>, tensor<?xf64>)
      until(abs = %abs : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%q: tensor<2xf64>, %c: tensor<2xf64>, %a: f64, %b: f64):
    %first = arith.constant 0 : index
    %second = arith.constant 1 : index
    %q0 = tensor.extract %q[%first] : tensor<2xf64>
    %q1 = tensor.extract %q[%second] : tensor<2xf64>
    %others = tensor.from_elements %q1, %q0 : tensor<2xf64>
    // Whole tensors from numbers: a and b for each firm.
    %as = tensor.splat %a : tensor<2xf64>
    %bs = tensor.splat %b : tensor<2xf64>
    %margin = arith.subf %as, %c : tensor<2xf64>
    %taken = arith.mulf %bs, %others : tensor<2xf64>
    %left = arith.subf %margin, %taken : tensor<2xf64>
    %b2 = arith.addf %bs, %bs : tensor<2xf64>
    %best = arith.divf %left, %b2 : tensor<2xf64>
    %zero = arith.constant dense<0.0> : tensor<2xf64>
    %answer = arith.maximumf %best, %zero : tensor<2xf64>
    eq.yield %answer : tensor<2xf64>
  }
  return %star, %status : tensor<?x2xf64>, tensor<?xi32>
}

// Three markets in one batch. In the first both firms cost the same: (a - c) / (3 b) = (100 - 10) / 6 = 15 each. In the
// second they differ: (120 - 60 + 45) / 3 = 35 and (120 - 90 + 30) / 3 = 20. In the third the second firm is too dear and
// stays out, and the first has the market alone: (80 - 20) / (2 * 0.5) = 60.
func.func @three_markets() {
  %q = arith.constant dense<0.0> : tensor<3x2xf64>
  %c = arith.constant dense<[[10.0, 10.0], [30.0, 45.0], [20.0, 70.0]]> : tensor<3x2xf64>
  %a = arith.constant dense<[100.0, 120.0, 80.0]> : tensor<3xf64>
  %b = arith.constant dense<[2.0, 1.0, 0.5]> : tensor<3xf64>
  %abs = arith.constant 1.0e-12 : f64
  %max = arith.constant 100 : i32
  %any_q = tensor.cast %q : tensor<3x2xf64> to tensor<?x2xf64>
  %any_c = tensor.cast %c : tensor<3x2xf64> to tensor<?x2xf64>
  %any_a = tensor.cast %a : tensor<3xf64> to tensor<?xf64>
  %any_b = tensor.cast %b : tensor<3xf64> to tensor<?xf64>
  %any_star, %any_status = func.call @solve(%any_q, %any_c, %any_a, %any_b, %abs, %max)
      : (tensor<?x2xf64>, tensor<?x2xf64>, tensor<?xf64>, tensor<?xf64>, f64, i32) -> (tensor<?x2xf64>, tensor<?xi32>)
  %star = tensor.cast %any_star : tensor<?x2xf64> to tensor<3x2xf64>
  %status = tensor.cast %any_status : tensor<?xi32> to tensor<3xi32>
  eqtest.status %status, converged : tensor<3xi32>
  // The map halves distances, so a last change of 1e-12 leaves an error of at most 1e-12. Numbers below 128 are rounded by
  // at most 7.2e-15 in each of five operations, and those errors at most double.
  eqtest.close %star, dense<[[15.0, 15.0], [35.0, 20.0], [60.0, 0.0]]> : tensor<3x2xf64>, abs = 1.1e-12
  return
}
