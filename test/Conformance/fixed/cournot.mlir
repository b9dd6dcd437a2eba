// fixed.cournot2, fixed.cournot3, fixed.cournot4 (source: classic_fixed_points.json):
// best responses in a market of n firms with inverse demand P = a - b Q and costs c_i.
//
//   q_i <- (a - c_i) / (2 b) - (Q - q_i) / 2          from zero, Q = sum of q
//
// All firms at once, the spectral radius is (n - 1) / 2: 2 firms settle, 3 go round in a
// cycle, 4 diverge. One after another, each knowing the answers before it, all settle.
// Arrays have room for 4 firms; entries from n on stay 0.

func.func @simultaneous(
    %start: tensor<?x4xf64> {eq.name = "start"},
    %c: tensor<4xf64> {eq.name = "c"},
    %n: i32 {eq.name = "n"},
    %a: f64 {eq.name = "a"},
    %b: f64 {eq.name = "b"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: tensor<?xi32> {eq.name = "max"},
    %bound: f64 {eq.name = "bound"})
    -> (tensor<?x4xf64> {eq.name = "q"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x4xf64>) shared(%c, %n, %a, %b : tensor<4xf64>, i32, f64, f64)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : f64) method(#eq.picard) {
  ^bb0(%q: tensor<4xf64>, %c: tensor<4xf64>, %n: i32, %a: f64, %b: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %two = arith.constant 2.0 : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %none = arith.constant dense<0.0> : tensor<4xf64>
    %firms = arith.index_cast %n : i32 to index
    %double = arith.mulf %two, %b : f64
    %sum = linalg.reduce { arith.addf } ins(%q : tensor<4xf64>) outs(%zero : tensor<f64>) dimensions = [0]
    %total = tensor.extract %sum[] : tensor<f64>
    %f = scf.for %i = %c0 to %firms step %c1 iter_args(%answers = %none) -> (tensor<4xf64>) {
      %q_i = tensor.extract %q[%i] : tensor<4xf64>
      %c_i = tensor.extract %c[%i] : tensor<4xf64>
      %margin = arith.subf %a, %c_i : f64
      %alone = arith.divf %margin, %double : f64
      %others = arith.subf %total, %q_i : f64
      %half = arith.divf %others, %two : f64
      %answer = arith.subf %alone, %half : f64
      %more = tensor.insert %answer into %answers[%i] : tensor<4xf64>
      scf.yield %more : tensor<4xf64>
    }
    eq.yield %f : tensor<4xf64>
  }
  return %q, %iterations, %status : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}

func.func @sequential(
    %start: tensor<?x4xf64> {eq.name = "start"},
    %c: tensor<4xf64> {eq.name = "c"},
    %n: i32 {eq.name = "n"},
    %a: f64 {eq.name = "a"},
    %b: f64 {eq.name = "b"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x4xf64> {eq.name = "q"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %q, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x4xf64>) shared(%c, %n, %a, %b : tensor<4xf64>, i32, f64, f64)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%q: tensor<4xf64>, %c: tensor<4xf64>, %n: i32, %a: f64, %b: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %two = arith.constant 2.0 : f64
    %zero = arith.constant dense<0.0> : tensor<f64>
    %firms = arith.index_cast %n : i32 to index
    %double = arith.mulf %two, %b : f64
    %f = scf.for %i = %c0 to %firms step %c1 iter_args(%now = %q) -> (tensor<4xf64>) {
      %sum = linalg.reduce { arith.addf } ins(%now : tensor<4xf64>) outs(%zero : tensor<f64>) dimensions = [0]
      %total = tensor.extract %sum[] : tensor<f64>
      %q_i = tensor.extract %now[%i] : tensor<4xf64>
      %c_i = tensor.extract %c[%i] : tensor<4xf64>
      %margin = arith.subf %a, %c_i : f64
      %alone = arith.divf %margin, %double : f64
      %others = arith.subf %total, %q_i : f64
      %half = arith.divf %others, %two : f64
      %answer = arith.subf %alone, %half : f64
      %next = tensor.insert %answer into %now[%i] : tensor<4xf64>
      scf.yield %next : tensor<4xf64>
    }
    eq.yield %f : tensor<4xf64>
  }
  return %q, %iterations, %status : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>
}
