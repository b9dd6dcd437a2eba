// qec.belief_propagation_p10, qec.belief_propagation_p01 (source: qec.json): decoding
// the [[5,1,3]] code by belief propagation, all syndromes as one batch.
//
//   q_mn = sum_W pr(W) s(m,n,W) prod_{m' != m} (1 + s(m',n,W) d_m'n) / 2 / (the same sum without s(m,n,W))
//   d_mn <- (sign of syndrome bit m) prod_{n' != n} q_mn'                      from d = 0
//   belief_n(W) ~ pr(W) prod_m (1 + s(m,n,W) d_mn) / 2
//
// m counts the generators, n the qubits, W is I, X, Y or Z; s(m,n,W) = -1 where W
// anticommutes with generator m at qubit n, else 1. Where the generator has I, s is 1
// and there is no message: d is held at 0, so its factors are 1/2 in both sums and q is 1.

func.func @decode(
    %sign: tensor<16x4xf64> {eq.name = "sign"},
    %s: tensor<4x5x4xf64> {eq.name = "s"},
    %linked: tensor<4x5xi1> {eq.name = "linked"},
    %pr: tensor<4xf64> {eq.name = "pr"},
    %tol: f64 {eq.name = "tol"},
    %damping: f64 {eq.name = "damping"},
    %max: i32 {eq.name = "max"})
    -> (tensor<16x4x5xf64> {eq.name = "messages"}, tensor<16x5x4xf64> {eq.name = "beliefs"},
        tensor<16xi32> {eq.name = "iterations"}, tensor<16xi32> {eq.name = "status"}) {
  %d0 = arith.constant dense<0.0> : tensor<16x4x5xf64>
  %d, %residual, %iterations, %status = eq.fixed_point
      init(%d0 : tensor<16x4x5xf64>) ins(%sign : tensor<16x4xf64>)
      shared(%s, %linked, %pr : tensor<4x5x4xf64>, tensor<4x5xi1>, tensor<4xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) with(damping = %damping : f64) {
  ^bb0(%d: tensor<4x5xf64>, %sign: tensor<4xf64>, %s: tensor<4x5x4xf64>, %linked: tensor<4x5xi1>, %pr: tensor<4xf64>):
    %one = arith.constant 1.0 : f64
    %half = arith.constant 0.5 : f64
    %zero = arith.constant 0.0 : f64
    %ones = arith.constant dense<1.0> : tensor<4x5x4xf64>
    %zeros = arith.constant dense<0.0> : tensor<4x5xf64>
    // The product over the other generators at the same qubit.
    %others = linalg.generic
        {indexing_maps = [affine_map<(m, n, w, o) -> (o, n, w)>, affine_map<(m, n, w, o) -> (o, n)>, affine_map<(m, n, w, o) -> (m, n, w)>],
         iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
        ins(%s, %d : tensor<4x5x4xf64>, tensor<4x5xf64>) outs(%ones : tensor<4x5x4xf64>) {
    ^bb0(%s_w: f64, %message: f64, %product: f64):
      %m = linalg.index 0 : index
      %o = linalg.index 3 : index
      %itself = arith.cmpi eq, %m, %o : index
      %signed = arith.mulf %s_w, %message : f64
      %more = arith.addf %one, %signed : f64
      %factor = arith.mulf %more, %half : f64
      %longer = arith.mulf %product, %factor : f64
      %next = arith.select %itself, %product, %longer : f64
      linalg.yield %next : f64
    } -> tensor<4x5x4xf64>
    // Both sums over the four Paulis.
    %above, %below = linalg.generic
        {indexing_maps = [affine_map<(m, n, w) -> (w)>, affine_map<(m, n, w) -> (m, n, w)>, affine_map<(m, n, w) -> (m, n, w)>,
                          affine_map<(m, n, w) -> (m, n)>, affine_map<(m, n, w) -> (m, n)>],
         iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%pr, %s, %others : tensor<4xf64>, tensor<4x5x4xf64>, tensor<4x5x4xf64>) outs(%zeros, %zeros : tensor<4x5xf64>, tensor<4x5xf64>) {
    ^bb0(%p: f64, %s_w: f64, %product: f64, %sum_above: f64, %sum_below: f64):
      %term = arith.mulf %p, %product : f64
      %signed = arith.mulf %s_w, %term : f64
      %next_above = arith.addf %sum_above, %signed : f64
      %next_below = arith.addf %sum_below, %term : f64
      linalg.yield %next_above, %next_below : f64, f64
    } -> (tensor<4x5xf64>, tensor<4x5xf64>)
    %q = arith.divf %above, %below : tensor<4x5xf64>
    // The product over the other qubits of the same generator, and the syndrome.
    %signs = linalg.broadcast ins(%sign : tensor<4xf64>) outs(%zeros : tensor<4x5xf64>) dimensions = [1]
    %products = linalg.generic
        {indexing_maps = [affine_map<(m, n, o) -> (m, o)>, affine_map<(m, n, o) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%q : tensor<4x5xf64>) outs(%signs : tensor<4x5xf64>) {
    ^bb0(%message: f64, %product: f64):
      %n = linalg.index 1 : index
      %o = linalg.index 2 : index
      %itself = arith.cmpi eq, %n, %o : index
      %longer = arith.mulf %product, %message : f64
      %next = arith.select %itself, %product, %longer : f64
      linalg.yield %next : f64
    } -> tensor<4x5xf64>
    %f = arith.select %linked, %products, %zeros : tensor<4x5xi1>, tensor<4x5xf64>
    eq.yield %f : tensor<4x5xf64>
  }
  // What the messages say about every qubit: a loop that makes one step.
  %once = arith.constant 1 : i32
  %beliefs, %steps = eq.loop
      init(%d : tensor<16x4x5xf64>) shared(%s, %pr : tensor<4x5x4xf64>, tensor<4xf64>) max(%once : i32)
  start {
  ^bb0(%d: tensor<4x5xf64>, %s: tensor<4x5x4xf64>, %pr: tensor<4xf64>):
    %go = arith.constant true
    %none = arith.constant dense<0.0> : tensor<5x4xf64>
    eq.next %go, %d, %none : tensor<4x5xf64>, tensor<5x4xf64>
  } step {
  ^bb0(%k: i32, %d: tensor<4x5xf64>, %unused: tensor<5x4xf64>, %s: tensor<4x5x4xf64>, %pr: tensor<4xf64>):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %half = arith.constant 0.5 : f64
    %none = arith.constant dense<0.0> : tensor<5x4xf64>
    %zeros = arith.constant dense<0.0> : tensor<5xf64>
    %prior = linalg.broadcast ins(%pr : tensor<4xf64>) outs(%none : tensor<5x4xf64>) dimensions = [0]
    %weights = linalg.generic
        {indexing_maps = [affine_map<(n, w, m) -> (m, n, w)>, affine_map<(n, w, m) -> (m, n)>, affine_map<(n, w, m) -> (n, w)>],
         iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%s, %d : tensor<4x5x4xf64>, tensor<4x5xf64>) outs(%prior : tensor<5x4xf64>) {
    ^bb0(%s_w: f64, %message: f64, %product: f64):
      %signed = arith.mulf %s_w, %message : f64
      %more = arith.addf %one, %signed : f64
      %factor = arith.mulf %more, %half : f64
      %longer = arith.mulf %product, %factor : f64
      linalg.yield %longer : f64
    } -> tensor<5x4xf64>
    %total = linalg.reduce { arith.addf } ins(%weights : tensor<5x4xf64>) outs(%zeros : tensor<5xf64>) dimensions = [1]
    %totals = linalg.broadcast ins(%total : tensor<5xf64>) outs(%none : tensor<5x4xf64>) dimensions = [1]
    %belief = arith.divf %weights, %totals : tensor<5x4xf64>
    eq.next %go, %d, %belief : tensor<4x5xf64>, tensor<5x4xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %d: tensor<4x5xf64>, %belief: tensor<5x4xf64>, %s: tensor<4x5x4xf64>, %pr: tensor<4xf64>):
    eq.yield %belief : tensor<5x4xf64>
  }
  return %d, %beliefs, %iterations, %status : tensor<16x4x5xf64>, tensor<16x5x4xf64>, tensor<16xi32>, tensor<16xi32>
}

// The exact posteriors to compare with: for every syndrome a loop over all 4^5 errors,
// two bits of the counter per qubit, that adds up the probability of those which give
// the syndrome.
func.func @enumerate(
    %sign: tensor<16x4xf64> {eq.name = "sign"},
    %s: tensor<4x5x4xf64> {eq.name = "s"},
    %pr: tensor<4xf64> {eq.name = "pr"},
    %max: i32 {eq.name = "max"})
    -> (tensor<16xf64> {eq.name = "probability"}, tensor<16x5x4xf64> {eq.name = "marginals"}) {
  %probability, %marginals, %steps = eq.loop
      init(%sign : tensor<16x4xf64>) shared(%s, %pr : tensor<4x5x4xf64>, tensor<4xf64>) max(%max : i32)
  start {
  ^bb0(%sign: tensor<4xf64>, %s: tensor<4x5x4xf64>, %pr: tensor<4xf64>):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f64
    %none = arith.constant dense<0.0> : tensor<5x4xf64>
    eq.next %go, %sign, %zero, %none : tensor<4xf64>, f64, tensor<5x4xf64>
  } step {
  ^bb0(%k: i32, %sign: tensor<4xf64>, %probability: f64, %marginals: tensor<5x4xf64>, %s: tensor<4x5x4xf64>, %pr: tensor<4xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c5 = arith.constant 5 : index
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %error = arith.index_cast %k : i32 to index
    %p, %rest = scf.for %n = %c0 to %c5 step %c1 iter_args(%p = %one, %rest = %error) -> (f64, index) {
      %w = arith.remui %rest, %c4 : index
      %of_w = tensor.extract %pr[%w] : tensor<4xf64>
      %p1 = arith.mulf %p, %of_w : f64
      %rest1 = arith.divui %rest, %c4 : index
      scf.yield %p1, %rest1 : f64, index
    }
    %matches = scf.for %m = %c0 to %c4 step %c1 iter_args(%all = %go) -> (i1) {
      %sign_m, %left = scf.for %n = %c0 to %c5 step %c1 iter_args(%product = %one, %left = %error) -> (f64, index) {
        %w = arith.remui %left, %c4 : index
        %factor = tensor.extract %s[%m, %n, %w] : tensor<4x5x4xf64>
        %product1 = arith.mulf %product, %factor : f64
        %left1 = arith.divui %left, %c4 : index
        scf.yield %product1, %left1 : f64, index
      }
      %wanted = tensor.extract %sign[%m] : tensor<4xf64>
      %same = arith.cmpf oeq, %sign_m, %wanted : f64
      %both = arith.andi %all, %same : i1
      scf.yield %both : i1
    }
    %share = arith.select %matches, %p, %zero : f64
    %probability1 = arith.addf %probability, %share : f64
    %marginals1, %none_left = scf.for %n = %c0 to %c5 step %c1 iter_args(%table = %marginals, %left = %error) -> (tensor<5x4xf64>, index) {
      %w = arith.remui %left, %c4 : index
      %old = tensor.extract %table[%n, %w] : tensor<5x4xf64>
      %new = arith.addf %old, %share : f64
      %table1 = tensor.insert %new into %table[%n, %w] : tensor<5x4xf64>
      %left1 = arith.divui %left, %c4 : index
      scf.yield %table1, %left1 : tensor<5x4xf64>, index
    }
    eq.next %go, %sign, %probability1, %marginals1 : tensor<4xf64>, f64, tensor<5x4xf64>
  } finish {
  ^bb0(%k: i32, %again: i1, %sign: tensor<4xf64>, %probability: f64, %marginals: tensor<5x4xf64>, %s: tensor<4x5x4xf64>, %pr: tensor<4xf64>):
    %totals = tensor.splat %probability : tensor<5x4xf64>
    %conditional = arith.divf %marginals, %totals : tensor<5x4xf64>
    eq.yield %probability, %conditional : f64, tensor<5x4xf64>
  }
  return %probability, %marginals : tensor<16xf64>, tensor<16x5x4xf64>
}
