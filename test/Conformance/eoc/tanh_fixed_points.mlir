// eoc.tanh_fixed_points (source: edge_of_chaos.json): how variance and correlation
// of the pre-activations of a wide random tanh network go on from layer to layer.
//
//   q <- sw2 E tanh(sqrt(q) Z)^2 + sb2                              until it settles: q*
//   c <- (sw2 E tanh(u) tanh(v) + sb2) / q*                         until it settles: c*
//        u = sqrt(q*) Z1, v = sqrt(q*) (c Z1 + sqrt(1 - c^2) Z2)
//   chi = sw2 E tanh'(sqrt(q*) Z)^2,  slope = sw2 E tanh'(u) tanh'(v) at c*
//
// Expectations are sums over nodes with weights for the standard normal law. Over
// (Z1, Z2), Z1 has only the nodes from 0 on, with twice their weights (once at 0):
// where both change sign, so do u and v, and the products stay the same.

func.func @solve(
    %sw2: tensor<6xf64> {eq.name = "sw2"},
    %sb2: tensor<6xf64> {eq.name = "sb2"},
    %q0: tensor<6xf64> {eq.name = "q_start"},
    %c0: tensor<6xf64> {eq.name = "c_start"},
    %node: tensor<141xf64> {eq.name = "node"},
    %weight: tensor<141xf64> {eq.name = "weight"},
    %half_node: tensor<71xf64> {eq.name = "half_node"},
    %half_weight: tensor<71xf64> {eq.name = "half_weight"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<6xf64> {eq.name = "q_star"}, tensor<6xf64> {eq.name = "chi"},
        tensor<6xf64> {eq.name = "c_star"}, tensor<6xf64> {eq.name = "slope"},
        tensor<6xi32> {eq.name = "q_status"}, tensor<6xi32> {eq.name = "c_status"},
        tensor<6xi32> {eq.name = "q_iterations"}, tensor<6xi32> {eq.name = "c_iterations"}) {
  %q, %q_residual, %q_iterations, %q_status = eq.fixed_point
      init(%q0 : tensor<6xf64>) ins(%sw2, %sb2 : tensor<6xf64>, tensor<6xf64>)
      shared(%node, %weight : tensor<141xf64>, tensor<141xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%q: f64, %sw2: f64, %sb2: f64, %node: tensor<141xf64>, %weight: tensor<141xf64>):
    %root = math.sqrt %q : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %sum = linalg.generic
        {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
        ins(%node, %weight : tensor<141xf64>, tensor<141xf64>) outs(%zero : tensor<f64>) {
    ^bb0(%x: f64, %w: f64, %sum: f64):
      %u = arith.mulf %root, %x : f64
      %t = math.tanh %u : f64
      %tt = arith.mulf %t, %t : f64
      %term = arith.mulf %w, %tt : f64
      %next = arith.addf %sum, %term : f64
      linalg.yield %next : f64
    } -> tensor<f64>
    %mean = tensor.extract %sum[] : tensor<f64>
    %scaled = arith.mulf %sw2, %mean : f64
    %f = arith.addf %scaled, %sb2 : f64
    eq.yield %f : f64
  }
  %c, %c_residual, %c_iterations, %c_status = eq.fixed_point
      init(%c0 : tensor<6xf64>) ins(%q, %sw2, %sb2 : tensor<6xf64>, tensor<6xf64>, tensor<6xf64>)
      shared(%half_node, %half_weight, %node, %weight : tensor<71xf64>, tensor<71xf64>, tensor<141xf64>, tensor<141xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%c: f64, %q: f64, %sw2: f64, %sb2: f64, %half_node: tensor<71xf64>, %half_weight: tensor<71xf64>, %node: tensor<141xf64>, %weight: tensor<141xf64>):
    %root = math.sqrt %q : f64
    %one = arith.constant 1.0 : f64
    %none = arith.constant 0.0 : f64
    // Rounding may put c above 1 by an ulp.
    %cc = arith.mulf %c, %c : f64
    %rest = arith.subf %one, %cc : f64
    %clamped = arith.maximumf %rest, %none : f64
    %s = math.sqrt %clamped : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %sum = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (j)>,
                          affine_map<(i, j) -> ()>], iterator_types = ["reduction", "reduction"]}
        ins(%half_node, %half_weight, %node, %weight : tensor<71xf64>, tensor<71xf64>, tensor<141xf64>, tensor<141xf64>) outs(%zero : tensor<f64>) {
    ^bb0(%x: f64, %wx: f64, %y: f64, %wy: f64, %sum: f64):
      %u = arith.mulf %root, %x : f64
      %along = arith.mulf %c, %x : f64
      %across = arith.mulf %s, %y : f64
      %direction = arith.addf %along, %across : f64
      %v = arith.mulf %root, %direction : f64
      %tu = math.tanh %u : f64
      %tv = math.tanh %v : f64
      %tt = arith.mulf %tu, %tv : f64
      %w = arith.mulf %wx, %wy : f64
      %term = arith.mulf %w, %tt : f64
      %next = arith.addf %sum, %term : f64
      linalg.yield %next : f64
    } -> tensor<f64>
    %mean = tensor.extract %sum[] : tensor<f64>
    %scaled = arith.mulf %sw2, %mean : f64
    %shifted = arith.addf %scaled, %sb2 : f64
    %f = arith.divf %shifted, %q : f64
    eq.yield %f : f64
  }
  // The derivatives at the fixed points: a loop that makes one step.
  %once = arith.constant 1 : i32
  %zeros = arith.constant dense<0.0> : tensor<6xf64>
  %chi, %slope, %steps = eq.loop
      init(%zeros, %zeros : tensor<6xf64>, tensor<6xf64>) ins(%c, %q, %sw2 : tensor<6xf64>, tensor<6xf64>, tensor<6xf64>)
      shared(%half_node, %half_weight, %node, %weight : tensor<71xf64>, tensor<71xf64>, tensor<141xf64>, tensor<141xf64>)
      max(%once : i32)
  step {
  ^bb0(%k: i32, %chi0: f64, %slope0: f64, %c: f64, %q: f64, %sw2: f64, %half_node: tensor<71xf64>, %half_weight: tensor<71xf64>, %node: tensor<141xf64>, %weight: tensor<141xf64>):
    %go = arith.constant true
    %root = math.sqrt %q : f64
    %one = arith.constant 1.0 : f64
    %none = arith.constant 0.0 : f64
    %cc = arith.mulf %c, %c : f64
    %rest = arith.subf %one, %cc : f64
    %clamped = arith.maximumf %rest, %none : f64
    %s = math.sqrt %clamped : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %square = linalg.generic
        {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
        ins(%node, %weight : tensor<141xf64>, tensor<141xf64>) outs(%zero : tensor<f64>) {
    ^bb0(%x: f64, %w: f64, %sum: f64):
      %u = arith.mulf %root, %x : f64
      %t = math.tanh %u : f64
      %tt = arith.mulf %t, %t : f64
      %d = arith.subf %one, %tt : f64
      %dd = arith.mulf %d, %d : f64
      %term = arith.mulf %w, %dd : f64
      %next = arith.addf %sum, %term : f64
      linalg.yield %next : f64
    } -> tensor<f64>
    %product = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (j)>,
                          affine_map<(i, j) -> ()>], iterator_types = ["reduction", "reduction"]}
        ins(%half_node, %half_weight, %node, %weight : tensor<71xf64>, tensor<71xf64>, tensor<141xf64>, tensor<141xf64>) outs(%zero : tensor<f64>) {
    ^bb0(%x: f64, %wx: f64, %y: f64, %wy: f64, %sum: f64):
      %u = arith.mulf %root, %x : f64
      %along = arith.mulf %c, %x : f64
      %across = arith.mulf %s, %y : f64
      %direction = arith.addf %along, %across : f64
      %v = arith.mulf %root, %direction : f64
      %tu = math.tanh %u : f64
      %tv = math.tanh %v : f64
      %tuu = arith.mulf %tu, %tu : f64
      %tvv = arith.mulf %tv, %tv : f64
      %du = arith.subf %one, %tuu : f64
      %dv = arith.subf %one, %tvv : f64
      %dd = arith.mulf %du, %dv : f64
      %w = arith.mulf %wx, %wy : f64
      %term = arith.mulf %w, %dd : f64
      %next = arith.addf %sum, %term : f64
      linalg.yield %next : f64
    } -> tensor<f64>
    %mean1 = tensor.extract %square[] : tensor<f64>
    %mean2 = tensor.extract %product[] : tensor<f64>
    %chi = arith.mulf %sw2, %mean1 : f64
    %slope = arith.mulf %sw2, %mean2 : f64
    eq.next %go, %chi, %slope : f64, f64
  }
  return %q, %chi, %c, %slope, %q_status, %c_status, %q_iterations, %c_iterations
      : tensor<6xf64>, tensor<6xf64>, tensor<6xf64>, tensor<6xf64>, tensor<6xi32>, tensor<6xi32>, tensor<6xi32>, tensor<6xi32>
}
