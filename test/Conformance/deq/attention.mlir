// deq.attention_4x4, deq.attention_causal_5x4 (source: deq.json): equilibria of one head of
// attention over tokens of width 4.
//
//   z <- x + softmax((z Wq) (z Wk)^T / sqrt(4)) (z Wv) Wo        from z = 0
//   loss = sum of c z
//
// A row of the softmax is a token. In @causal, it sees itself and the tokens before it.

func.func @full(
    %start: tensor<5x4x4xf64> {eq.name = "start"},
    %wq: tensor<4x4xf64> {eq.name = "Wq"},
    %wk: tensor<4x4xf64> {eq.name = "Wk"},
    %wv: tensor<4x4xf64> {eq.name = "Wv"},
    %wo: tensor<4x4xf64> {eq.name = "Wo"},
    %x: tensor<4x4xf64> {eq.name = "x"},
    %c: tensor<4x4xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x4x4xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x4x4xf64>) shared(%wq, %wk, %wv, %wo, %x : tensor<4x4xf64>, tensor<4x4xf64>, tensor<4x4xf64>, tensor<4x4xf64>, tensor<4x4xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<4x4xf64>, %wq: tensor<4x4xf64>, %wk: tensor<4x4xf64>, %wv: tensor<4x4xf64>, %wo: tensor<4x4xf64>, %x: tensor<4x4xf64>):
    %half = arith.constant 0.5 : f64
    %never = arith.constant 0xFFF0000000000000 : f64
    %zeros_z = arith.constant dense<0.0> : tensor<4x4xf64>
    %zeros_s = arith.constant dense<0.0> : tensor<4x4xf64>
    %zeros_r = arith.constant dense<0.0> : tensor<4xf64>
    %lowest = tensor.splat %never : tensor<4xf64>
    %q = linalg.matmul ins(%z, %wq : tensor<4x4xf64>, tensor<4x4xf64>) outs(%zeros_z : tensor<4x4xf64>) -> tensor<4x4xf64>
    %k = linalg.matmul ins(%z, %wk : tensor<4x4xf64>, tensor<4x4xf64>) outs(%zeros_z : tensor<4x4xf64>) -> tensor<4x4xf64>
    %v = linalg.matmul ins(%z, %wv : tensor<4x4xf64>, tensor<4x4xf64>) outs(%zeros_z : tensor<4x4xf64>) -> tensor<4x4xf64>
    %empty = tensor.empty() : tensor<4x4xf64>
    %kt = linalg.transpose ins(%k : tensor<4x4xf64>) outs(%empty : tensor<4x4xf64>) permutation = [1, 0]
    %products = linalg.matmul ins(%q, %kt : tensor<4x4xf64>, tensor<4x4xf64>) outs(%zeros_s : tensor<4x4xf64>) -> tensor<4x4xf64>
    %scores = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%products : tensor<4x4xf64>) outs(%zeros_s : tensor<4x4xf64>) {
    ^bb0(%product: f64, %old: f64):
      %scaled = arith.mulf %product, %half : f64
      linalg.yield %scaled : f64
    } -> tensor<4x4xf64>
    // A softmax of every row, less its largest score, so that no exponential is too large.
    %largest = linalg.reduce {arith.maximumf} ins(%scores : tensor<4x4xf64>) outs(%lowest : tensor<4xf64>) dimensions = [1]
    %largests = linalg.broadcast ins(%largest : tensor<4xf64>) outs(%zeros_s : tensor<4x4xf64>) dimensions = [1]
    %less = arith.subf %scores, %largests : tensor<4x4xf64>
    %powers = math.exp %less : tensor<4x4xf64>
    %total = linalg.reduce {arith.addf} ins(%powers : tensor<4x4xf64>) outs(%zeros_r : tensor<4xf64>) dimensions = [1]
    %totals = linalg.broadcast ins(%total : tensor<4xf64>) outs(%zeros_s : tensor<4x4xf64>) dimensions = [1]
    %weights = arith.divf %powers, %totals : tensor<4x4xf64>
    %heads = linalg.matmul ins(%weights, %v : tensor<4x4xf64>, tensor<4x4xf64>) outs(%zeros_z : tensor<4x4xf64>) -> tensor<4x4xf64>
    %f = linalg.matmul ins(%heads, %wo : tensor<4x4xf64>, tensor<4x4xf64>) outs(%x : tensor<4x4xf64>) -> tensor<4x4xf64>
    eq.yield %f : tensor<4x4xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %zs = tensor.collapse_shape %z [[0], [1, 2]] : tensor<5x4x4xf64> into tensor<5x16xf64>
  %cs = tensor.collapse_shape %c [[0, 1]] : tensor<4x4xf64> into tensor<16xf64>
  %loss = linalg.matvec ins(%zs, %cs : tensor<5x16xf64>, tensor<16xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x4x4xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}

func.func @full_f32(
    %start: tensor<5x4x4xf32> {eq.name = "start"},
    %wq: tensor<4x4xf32> {eq.name = "Wq"},
    %wk: tensor<4x4xf32> {eq.name = "Wk"},
    %wv: tensor<4x4xf32> {eq.name = "Wv"},
    %wo: tensor<4x4xf32> {eq.name = "Wo"},
    %x: tensor<4x4xf32> {eq.name = "x"},
    %c: tensor<4x4xf32> {eq.name = "c"},
    %tol: tensor<5xf32> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x4x4xf32> {eq.name = "z"}, tensor<5xf32> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x4x4xf32>) shared(%wq, %wk, %wv, %wo, %x : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>)
      until(abs = %tol : tensor<5xf32>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<4x4xf32>, %wq: tensor<4x4xf32>, %wk: tensor<4x4xf32>, %wv: tensor<4x4xf32>, %wo: tensor<4x4xf32>, %x: tensor<4x4xf32>):
    %half = arith.constant 0.5 : f32
    %never = arith.constant 0xFF800000 : f32
    %zeros_z = arith.constant dense<0.0> : tensor<4x4xf32>
    %zeros_s = arith.constant dense<0.0> : tensor<4x4xf32>
    %zeros_r = arith.constant dense<0.0> : tensor<4xf32>
    %lowest = tensor.splat %never : tensor<4xf32>
    %q = linalg.matmul ins(%z, %wq : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros_z : tensor<4x4xf32>) -> tensor<4x4xf32>
    %k = linalg.matmul ins(%z, %wk : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros_z : tensor<4x4xf32>) -> tensor<4x4xf32>
    %v = linalg.matmul ins(%z, %wv : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros_z : tensor<4x4xf32>) -> tensor<4x4xf32>
    %empty = tensor.empty() : tensor<4x4xf32>
    %kt = linalg.transpose ins(%k : tensor<4x4xf32>) outs(%empty : tensor<4x4xf32>) permutation = [1, 0]
    %products = linalg.matmul ins(%q, %kt : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros_s : tensor<4x4xf32>) -> tensor<4x4xf32>
    %scores = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%products : tensor<4x4xf32>) outs(%zeros_s : tensor<4x4xf32>) {
    ^bb0(%product: f32, %old: f32):
      %scaled = arith.mulf %product, %half : f32
      linalg.yield %scaled : f32
    } -> tensor<4x4xf32>
    // A softmax of every row, less its largest score, so that no exponential is too large.
    %largest = linalg.reduce {arith.maximumf} ins(%scores : tensor<4x4xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
    %largests = linalg.broadcast ins(%largest : tensor<4xf32>) outs(%zeros_s : tensor<4x4xf32>) dimensions = [1]
    %less = arith.subf %scores, %largests : tensor<4x4xf32>
    %powers = math.exp %less : tensor<4x4xf32>
    %total = linalg.reduce {arith.addf} ins(%powers : tensor<4x4xf32>) outs(%zeros_r : tensor<4xf32>) dimensions = [1]
    %totals = linalg.broadcast ins(%total : tensor<4xf32>) outs(%zeros_s : tensor<4x4xf32>) dimensions = [1]
    %weights = arith.divf %powers, %totals : tensor<4x4xf32>
    %heads = linalg.matmul ins(%weights, %v : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros_z : tensor<4x4xf32>) -> tensor<4x4xf32>
    %f = linalg.matmul ins(%heads, %wo : tensor<4x4xf32>, tensor<4x4xf32>) outs(%x : tensor<4x4xf32>) -> tensor<4x4xf32>
    eq.yield %f : tensor<4x4xf32>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf32>
  %zs = tensor.collapse_shape %z [[0], [1, 2]] : tensor<5x4x4xf32> into tensor<5x16xf32>
  %cs = tensor.collapse_shape %c [[0, 1]] : tensor<4x4xf32> into tensor<16xf32>
  %loss = linalg.matvec ins(%zs, %cs : tensor<5x16xf32>, tensor<16xf32>) outs(%no_loss : tensor<5xf32>) -> tensor<5xf32>
  return %z, %loss, %iterations, %status : tensor<5x4x4xf32>, tensor<5xf32>, tensor<5xi32>, tensor<5xi32>
}

func.func @causal(
    %start: tensor<5x5x4xf64> {eq.name = "start"},
    %wq: tensor<4x4xf64> {eq.name = "Wq"},
    %wk: tensor<4x4xf64> {eq.name = "Wk"},
    %wv: tensor<4x4xf64> {eq.name = "Wv"},
    %wo: tensor<4x4xf64> {eq.name = "Wo"},
    %x: tensor<5x4xf64> {eq.name = "x"},
    %c: tensor<5x4xf64> {eq.name = "c"},
    %tol: tensor<5xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<5x5x4xf64> {eq.name = "z"}, tensor<5xf64> {eq.name = "loss"},
        tensor<5xi32> {eq.name = "iterations"}, tensor<5xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<5x5x4xf64>) shared(%wq, %wk, %wv, %wo, %x : tensor<4x4xf64>, tensor<4x4xf64>, tensor<4x4xf64>, tensor<4x4xf64>, tensor<5x4xf64>)
      until(abs = %tol : tensor<5xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<5x4xf64>, %wq: tensor<4x4xf64>, %wk: tensor<4x4xf64>, %wv: tensor<4x4xf64>, %wo: tensor<4x4xf64>, %x: tensor<5x4xf64>):
    %half = arith.constant 0.5 : f64
    %never = arith.constant 0xFFF0000000000000 : f64
    %zeros_z = arith.constant dense<0.0> : tensor<5x4xf64>
    %zeros_s = arith.constant dense<0.0> : tensor<5x5xf64>
    %zeros_r = arith.constant dense<0.0> : tensor<5xf64>
    %lowest = tensor.splat %never : tensor<5xf64>
    %q = linalg.matmul ins(%z, %wq : tensor<5x4xf64>, tensor<4x4xf64>) outs(%zeros_z : tensor<5x4xf64>) -> tensor<5x4xf64>
    %k = linalg.matmul ins(%z, %wk : tensor<5x4xf64>, tensor<4x4xf64>) outs(%zeros_z : tensor<5x4xf64>) -> tensor<5x4xf64>
    %v = linalg.matmul ins(%z, %wv : tensor<5x4xf64>, tensor<4x4xf64>) outs(%zeros_z : tensor<5x4xf64>) -> tensor<5x4xf64>
    %empty = tensor.empty() : tensor<4x5xf64>
    %kt = linalg.transpose ins(%k : tensor<5x4xf64>) outs(%empty : tensor<4x5xf64>) permutation = [1, 0]
    %products = linalg.matmul ins(%q, %kt : tensor<5x4xf64>, tensor<4x5xf64>) outs(%zeros_s : tensor<5x5xf64>) -> tensor<5x5xf64>
    %scores = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%products : tensor<5x5xf64>) outs(%zeros_s : tensor<5x5xf64>) {
    ^bb0(%product: f64, %old: f64):
      %scaled = arith.mulf %product, %half : f64
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %later = arith.cmpi ugt, %j, %i : index
      %seen = arith.select %later, %never, %scaled : f64
      linalg.yield %seen : f64
    } -> tensor<5x5xf64>
    // A softmax of every row, less its largest score, so that no exponential is too large.
    %largest = linalg.reduce {arith.maximumf} ins(%scores : tensor<5x5xf64>) outs(%lowest : tensor<5xf64>) dimensions = [1]
    %largests = linalg.broadcast ins(%largest : tensor<5xf64>) outs(%zeros_s : tensor<5x5xf64>) dimensions = [1]
    %less = arith.subf %scores, %largests : tensor<5x5xf64>
    %powers = math.exp %less : tensor<5x5xf64>
    %total = linalg.reduce {arith.addf} ins(%powers : tensor<5x5xf64>) outs(%zeros_r : tensor<5xf64>) dimensions = [1]
    %totals = linalg.broadcast ins(%total : tensor<5xf64>) outs(%zeros_s : tensor<5x5xf64>) dimensions = [1]
    %weights = arith.divf %powers, %totals : tensor<5x5xf64>
    %heads = linalg.matmul ins(%weights, %v : tensor<5x5xf64>, tensor<5x4xf64>) outs(%zeros_z : tensor<5x4xf64>) -> tensor<5x4xf64>
    %f = linalg.matmul ins(%heads, %wo : tensor<5x4xf64>, tensor<4x4xf64>) outs(%x : tensor<5x4xf64>) -> tensor<5x4xf64>
    eq.yield %f : tensor<5x4xf64>
  }
  %no_loss = arith.constant dense<0.0> : tensor<5xf64>
  %zs = tensor.collapse_shape %z [[0], [1, 2]] : tensor<5x5x4xf64> into tensor<5x20xf64>
  %cs = tensor.collapse_shape %c [[0, 1]] : tensor<5x4xf64> into tensor<20xf64>
  %loss = linalg.matvec ins(%zs, %cs : tensor<5x20xf64>, tensor<20xf64>) outs(%no_loss : tensor<5xf64>) -> tensor<5xf64>
  return %z, %loss, %iterations, %status : tensor<5x5x4xf64>, tensor<5xf64>, tensor<5xi32>, tensor<5xi32>
}
