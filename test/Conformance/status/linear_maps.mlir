// status.linear_maps (source: status.json): how loops z <- A z + b end.
//
// Beside the answer, the largest iterate on the way (in the max norm, and its
// index, the first of equals): a limit on growth must not take the transient of a
// non-normal A for divergence. It is found by a second loop that makes as many
// steps as the first one made evaluations.

func.func @size_2(
    %a: tensor<?x2x2xf64> {eq.name = "A"},
    %b: tensor<?x2xf64> {eq.name = "b"},
    %start: tensor<?x2xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: tensor<?xi32> {eq.name = "max"},
    %bound: f64 {eq.name = "bound"})
    -> (tensor<?x2xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"},
        tensor<?xf64> {eq.name = "largest"}, tensor<?xi32> {eq.name = "index"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x2xf64>) ins(%a, %b : tensor<?x2x2xf64>, tensor<?x2xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : f64)
      method(#eq.picard) {
  ^bb0(%z: tensor<2xf64>, %a: tensor<2x2xf64>, %b: tensor<2xf64>):
    %f = linalg.matvec ins(%a, %z : tensor<2x2xf64>, tensor<2xf64>) outs(%b : tensor<2xf64>) -> tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  %largest, %index, %steps = eq.loop
      init(%start : tensor<?x2xf64>) ins(%a, %b : tensor<?x2x2xf64>, tensor<?x2xf64>) max(%iterations : tensor<?xi32>)
  start {
  ^bb0(%z: tensor<2xf64>, %a: tensor<2x2xf64>, %b: tensor<2xf64>):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f64
    %none = arith.constant 0 : i32
    eq.next %go, %z, %zero, %none : tensor<2xf64>, f64, i32
  } step {
  ^bb0(%k: i32, %z: tensor<2xf64>, %largest: f64, %index: i32, %a: tensor<2x2xf64>, %b: tensor<2xf64>):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1 : i32
    %f = linalg.matvec ins(%a, %z : tensor<2x2xf64>, tensor<2xf64>) outs(%b : tensor<2xf64>) -> tensor<2xf64>
    %start = tensor.splat %zero : tensor<f64>
    %size = linalg.generic
        {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
        ins(%f : tensor<2xf64>) outs(%start : tensor<f64>) {
    ^bb0(%x: f64, %most: f64):
      %away = math.absf %x : f64
      %more = arith.maximumf %away, %most : f64
      linalg.yield %more : f64
    } -> tensor<f64>
    %norm = tensor.extract %size[] : tensor<f64>
    %is_more = arith.cmpf ogt, %norm, %largest : f64
    %new = arith.select %is_more, %norm, %largest : f64
    %count = arith.addi %k, %one : i32
    %at = arith.select %is_more, %count, %index : i32
    eq.next %go, %f, %new, %at : tensor<2xf64>, f64, i32
  } finish {
  ^bb0(%k: i32, %again: i1, %z: tensor<2xf64>, %largest: f64, %index: i32, %a: tensor<2x2xf64>, %b: tensor<2xf64>):
    eq.yield %largest, %index : f64, i32
  }
  return %z, %iterations, %status, %largest, %index : tensor<?x2xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xf64>, tensor<?xi32>
}

func.func @size_4(
    %a: tensor<?x4x4xf64> {eq.name = "A"},
    %b: tensor<?x4xf64> {eq.name = "b"},
    %start: tensor<?x4xf64> {eq.name = "start"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: tensor<?xi32> {eq.name = "max"},
    %bound: f64 {eq.name = "bound"})
    -> (tensor<?x4xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"},
        tensor<?xf64> {eq.name = "largest"}, tensor<?xi32> {eq.name = "index"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x4xf64>) ins(%a, %b : tensor<?x4x4xf64>, tensor<?x4xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : tensor<?xi32>, bound = %bound : f64)
      method(#eq.picard) {
  ^bb0(%z: tensor<4xf64>, %a: tensor<4x4xf64>, %b: tensor<4xf64>):
    %f = linalg.matvec ins(%a, %z : tensor<4x4xf64>, tensor<4xf64>) outs(%b : tensor<4xf64>) -> tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  %largest, %index, %steps = eq.loop
      init(%start : tensor<?x4xf64>) ins(%a, %b : tensor<?x4x4xf64>, tensor<?x4xf64>) max(%iterations : tensor<?xi32>)
  start {
  ^bb0(%z: tensor<4xf64>, %a: tensor<4x4xf64>, %b: tensor<4xf64>):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f64
    %none = arith.constant 0 : i32
    eq.next %go, %z, %zero, %none : tensor<4xf64>, f64, i32
  } step {
  ^bb0(%k: i32, %z: tensor<4xf64>, %largest: f64, %index: i32, %a: tensor<4x4xf64>, %b: tensor<4xf64>):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1 : i32
    %f = linalg.matvec ins(%a, %z : tensor<4x4xf64>, tensor<4xf64>) outs(%b : tensor<4xf64>) -> tensor<4xf64>
    %start = tensor.splat %zero : tensor<f64>
    %size = linalg.generic
        {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
        ins(%f : tensor<4xf64>) outs(%start : tensor<f64>) {
    ^bb0(%x: f64, %most: f64):
      %away = math.absf %x : f64
      %more = arith.maximumf %away, %most : f64
      linalg.yield %more : f64
    } -> tensor<f64>
    %norm = tensor.extract %size[] : tensor<f64>
    %is_more = arith.cmpf ogt, %norm, %largest : f64
    %new = arith.select %is_more, %norm, %largest : f64
    %count = arith.addi %k, %one : i32
    %at = arith.select %is_more, %count, %index : i32
    eq.next %go, %f, %new, %at : tensor<4xf64>, f64, i32
  } finish {
  ^bb0(%k: i32, %again: i1, %z: tensor<4xf64>, %largest: f64, %index: i32, %a: tensor<4x4xf64>, %b: tensor<4xf64>):
    eq.yield %largest, %index : f64, i32
  }
  return %z, %iterations, %status, %largest, %index : tensor<?x4xf64>, tensor<?xi32>, tensor<?xi32>, tensor<?xf64>, tensor<?xi32>
}
