// deq.tanh_n4, n16, n32, n64_slow, n16_hard (source: deq.json): equilibrium layers.
//
//   z <- tanh(W z + U x + b)        from z = 0, until it settles: z*
//   loss = c . z*
//
// The same sample several times, each with a tolerance of its own. One function per
// size and type: n states, m inputs.

func.func @n4(
    %start: tensor<5x4xf64> {eq.name = "start"},
    %w: tensor<4x4xf64> {eq.name = "W"},
    %u: tensor<4x3xf64> {eq.name = "U"},
    %b: tensor<4xf64> {eq.name = "b"},
    %x: tensor<3xf64> {eq.name = "x"},
    %c: tensor<4xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x4xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x4xf64>)
      shared(%w, %u, %b, %x : tensor<4x4xf64>, tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<4xf64>, %w: tensor<4x4xf64>, %u: tensor<4x3xf64>, %b: tensor<4xf64>, %x: tensor<3xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<4x3xf64>, tensor<3xf64>) outs(%b : tensor<4xf64>) -> tensor<4xf64>
    %a = linalg.matvec ins(%w, %z : tensor<4x4xf64>, tensor<4xf64>) outs(%ux : tensor<4xf64>) -> tensor<4xf64>
    %f = math.tanh %a : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %loss = linalg.matvec ins(%z, %c : tensor<5x4xf64>, tensor<4xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x4xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}

func.func @n16(
    %start: tensor<5x16xf64> {eq.name = "start"},
    %w: tensor<16x16xf64> {eq.name = "W"},
    %u: tensor<16x8xf64> {eq.name = "U"},
    %b: tensor<16xf64> {eq.name = "b"},
    %x: tensor<8xf64> {eq.name = "x"},
    %c: tensor<16xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x16xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x16xf64>)
      shared(%w, %u, %b, %x : tensor<16x16xf64>, tensor<16x8xf64>, tensor<16xf64>, tensor<8xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<16xf64>, %w: tensor<16x16xf64>, %u: tensor<16x8xf64>, %b: tensor<16xf64>, %x: tensor<8xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<16x8xf64>, tensor<8xf64>) outs(%b : tensor<16xf64>) -> tensor<16xf64>
    %a = linalg.matvec ins(%w, %z : tensor<16x16xf64>, tensor<16xf64>) outs(%ux : tensor<16xf64>) -> tensor<16xf64>
    %f = math.tanh %a : tensor<16xf64>
    eq.yield %f : tensor<16xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %loss = linalg.matvec ins(%z, %c : tensor<5x16xf64>, tensor<16xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x16xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}

func.func @n16_f32(
    %start: tensor<5x16xf32> {eq.name = "start"},
    %w: tensor<16x16xf32> {eq.name = "W"},
    %u: tensor<16x8xf32> {eq.name = "U"},
    %b: tensor<16xf32> {eq.name = "b"},
    %x: tensor<8xf32> {eq.name = "x"},
    %c: tensor<16xf32> {eq.name = "c"},
    %tol: tensor<5xf32> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x16xf32> {eq.name = "z"}, tensor<5xf32> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x16xf32>)
      shared(%w, %u, %b, %x : tensor<16x16xf32>, tensor<16x8xf32>, tensor<16xf32>, tensor<8xf32>)
      until(abs = %tol : tensor<5xf32>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<16xf32>, %w: tensor<16x16xf32>, %u: tensor<16x8xf32>, %b: tensor<16xf32>, %x: tensor<8xf32>):
    %ux = linalg.matvec ins(%u, %x : tensor<16x8xf32>, tensor<8xf32>) outs(%b : tensor<16xf32>) -> tensor<16xf32>
    %a = linalg.matvec ins(%w, %z : tensor<16x16xf32>, tensor<16xf32>) outs(%ux : tensor<16xf32>) -> tensor<16xf32>
    %f = math.tanh %a : tensor<16xf32>
    eq.yield %f : tensor<16xf32>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf32>
  %loss = linalg.matvec ins(%z, %c : tensor<5x16xf32>, tensor<16xf32>) outs(%no_loss : tensor<5xf32>) -> tensor<5xf32>
  return %z, %loss, %iterations, %status : tensor<5x16xf32>, tensor<5xf32>, tensor<5xi32>, tensor<5xi32>
}

func.func @n32(
    %start: tensor<5x32xf64> {eq.name = "start"},
    %w: tensor<32x32xf64> {eq.name = "W"},
    %u: tensor<32x16xf64> {eq.name = "U"},
    %b: tensor<32xf64> {eq.name = "b"},
    %x: tensor<16xf64> {eq.name = "x"},
    %c: tensor<32xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x32xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x32xf64>)
      shared(%w, %u, %b, %x : tensor<32x32xf64>, tensor<32x16xf64>, tensor<32xf64>, tensor<16xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<32xf64>, %w: tensor<32x32xf64>, %u: tensor<32x16xf64>, %b: tensor<32xf64>, %x: tensor<16xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<32x16xf64>, tensor<16xf64>) outs(%b : tensor<32xf64>) -> tensor<32xf64>
    %a = linalg.matvec ins(%w, %z : tensor<32x32xf64>, tensor<32xf64>) outs(%ux : tensor<32xf64>) -> tensor<32xf64>
    %f = math.tanh %a : tensor<32xf64>
    eq.yield %f : tensor<32xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %loss = linalg.matvec ins(%z, %c : tensor<5x32xf64>, tensor<32xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x32xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}

func.func @n64_slow(
    %start: tensor<5x64xf64> {eq.name = "start"},
    %w: tensor<64x64xf64> {eq.name = "W"},
    %u: tensor<64x8xf64> {eq.name = "U"},
    %b: tensor<64xf64> {eq.name = "b"},
    %x: tensor<8xf64> {eq.name = "x"},
    %c: tensor<64xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x64xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x64xf64>)
      shared(%w, %u, %b, %x : tensor<64x64xf64>, tensor<64x8xf64>, tensor<64xf64>, tensor<8xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<64xf64>, %w: tensor<64x64xf64>, %u: tensor<64x8xf64>, %b: tensor<64xf64>, %x: tensor<8xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<64x8xf64>, tensor<8xf64>) outs(%b : tensor<64xf64>) -> tensor<64xf64>
    %a = linalg.matvec ins(%w, %z : tensor<64x64xf64>, tensor<64xf64>) outs(%ux : tensor<64xf64>) -> tensor<64xf64>
    %f = math.tanh %a : tensor<64xf64>
    eq.yield %f : tensor<64xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %loss = linalg.matvec ins(%z, %c : tensor<5x64xf64>, tensor<64xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x64xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}

func.func @n16_hard(
    %start: tensor<5x16xf64> {eq.name = "start"},
    %w: tensor<16x16xf64> {eq.name = "W"},
    %u: tensor<16x4xf64> {eq.name = "U"},
    %b: tensor<16xf64> {eq.name = "b"},
    %x: tensor<4xf64> {eq.name = "x"},
    %c: tensor<16xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x16xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x16xf64>)
      shared(%w, %u, %b, %x : tensor<16x16xf64>, tensor<16x4xf64>, tensor<16xf64>, tensor<4xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<16xf64>, %w: tensor<16x16xf64>, %u: tensor<16x4xf64>, %b: tensor<16xf64>, %x: tensor<4xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<16x4xf64>, tensor<4xf64>) outs(%b : tensor<16xf64>) -> tensor<16xf64>
    %a = linalg.matvec ins(%w, %z : tensor<16x16xf64>, tensor<16xf64>) outs(%ux : tensor<16xf64>) -> tensor<16xf64>
    %f = math.tanh %a : tensor<16xf64>
    eq.yield %f : tensor<16xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %loss = linalg.matvec ins(%z, %c : tensor<5x16xf64>, tensor<16xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x16xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}
