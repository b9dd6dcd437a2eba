// Sums over samples: what the states add up to, a tensor, and what they change by, a number. Threads and tiles can be both.

func.func @solve(
    %z: tensor<?x12xf32> {eq.name = "z"},
    %x: tensor<?x12xf32> {eq.name = "x"},
    %w: tensor<12x12xf32> {eq.name = "w"},
    %from: tensor<12xf32> {eq.name = "from"},
    %tol: f32 {eq.name = "tol"},
    %max: tensor<?xi32> {eq.name = "max"}
) -> (
    tensor<?x12xf32> {eq.name = "result"},
    tensor<?xi32> {eq.name = "steps"},
    tensor<12xf32> {eq.name = "states"},
    f32 {eq.name = "changes"}
) {
  %none = arith.constant 0.0 : f32
  %y, %steps, %states, %changes = eq.loop init(%z : tensor<?x12xf32>) ins(%x : tensor<?x12xf32>)
      shared(%w, %tol : tensor<12x12xf32>, f32) sum(%from, %none : tensor<12xf32>, f32) max(%max : tensor<?xi32>)
      attributes {sum_chunk = 5 : i64}
  step {
  ^bb0(%k: i32, %z: tensor<12xf32>, %x: tensor<12xf32>, %w: tensor<12x12xf32>, %tol: f32):
    %product = linalg.matvec ins(%w, %z : tensor<12x12xf32>, tensor<12xf32>) outs(%x : tensor<12xf32>) -> tensor<12xf32>
    %y = math.tanh %product : tensor<12xf32>
    %step = arith.subf %y, %z : tensor<12xf32>
    %zero = arith.constant 0.0 : f32
    %start = tensor.from_elements %zero : tensor<f32>
    %largest = linalg.reduce ins(%step : tensor<12xf32>) outs(%start : tensor<f32>) dimensions = [0]
      (%s: f32, %before: f32) {
        %size = math.absf %s : f32
        %more = arith.maximumf %size, %before : f32
        linalg.yield %more : f32
      }
    %change = tensor.extract %largest[] : tensor<f32>
    %again = arith.cmpf ogt, %change, %tol : f32
    eq.next %again, %y : tensor<12xf32> sum(%y, %change : tensor<12xf32>, f32)
  }
  return %y, %steps, %states, %changes : tensor<?x12xf32>, tensor<?xi32>, tensor<12xf32>, f32
}
