// fixed.poisson_8 (source: classic_fixed_points.json): the five-point Poisson problem
// 4 u_ij - (sum of the neighbours) = h^2 f_ij on 8x8 points, zero around them.
//
// The state is the 8x8 points; each step puts the zeros around them. Tolerances are a batch.

// All points at once. The trace keeps the residuals of the first 300 steps.
func.func @jacobi(
    %start: tensor<4x8x8xf64> {eq.name = "start"},
    %f: tensor<8x8xf64> {eq.name = "f"},
    %h: f64 {eq.name = "h"},
    %tol: tensor<4xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x8x8xf64> {eq.name = "u"}, tensor<4xi32> {eq.name = "iterations"}, tensor<4xi32> {eq.name = "status"},
        tensor<4x300xf64> {eq.name = "trace"}) {
  %u, %residual, %iterations, %status, %trace = eq.fixed_point
      init(%start : tensor<4x8x8xf64>) shared(%f, %h : tensor<8x8xf64>, f64)
      until(abs = %tol : tensor<4xf64>, max = %max : i32) method(#eq.picard) trace(300) {
  ^bb0(%u: tensor<8x8xf64>, %f: tensor<8x8xf64>, %h: f64):
    %zero = arith.constant 0.0 : f64
    %four = arith.constant 4.0 : f64
    %hh = arith.mulf %h, %h : f64
    %framed = tensor.pad %u low[1, 1] high[1, 1] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : f64
    } : tensor<8x8xf64> to tensor<10x10xf64>
    %north = tensor.extract_slice %framed[0, 1] [8, 8] [1, 1] : tensor<10x10xf64> to tensor<8x8xf64>
    %south = tensor.extract_slice %framed[2, 1] [8, 8] [1, 1] : tensor<10x10xf64> to tensor<8x8xf64>
    %west = tensor.extract_slice %framed[1, 0] [8, 8] [1, 1] : tensor<10x10xf64> to tensor<8x8xf64>
    %east = tensor.extract_slice %framed[1, 2] [8, 8] [1, 1] : tensor<10x10xf64> to tensor<8x8xf64>
    %none = tensor.empty() : tensor<8x8xf64>
    %new = linalg.map ins(%north, %south, %west, %east, %f : tensor<8x8xf64>, tensor<8x8xf64>, tensor<8x8xf64>, tensor<8x8xf64>, tensor<8x8xf64>)
        outs(%none : tensor<8x8xf64>)
      (%n: f64, %s: f64, %w: f64, %e: f64, %f_ij: f64, %old: f64) {
        %ns = arith.addf %n, %s : f64
        %we = arith.addf %w, %e : f64
        %around = arith.addf %ns, %we : f64
        %load = arith.mulf %hh, %f_ij : f64
        %all = arith.addf %around, %load : f64
        %u_ij = arith.divf %all, %four : f64
        linalg.yield %u_ij : f64
      }
    eq.yield %new : tensor<8x8xf64>
  }
  return %u, %iterations, %status, %trace : tensor<4x8x8xf64>, tensor<4xi32>, tensor<4xi32>, tensor<4x300xf64>
}

// Row by row, each point with the new values before it, and omega times as far: omega = 1
// is Gauss and Seidel's method, above it is over-relaxation.
func.func @sweep(
    %start: tensor<?x8x8xf64> {eq.name = "start"},
    %f: tensor<8x8xf64> {eq.name = "f"},
    %h: f64 {eq.name = "h"},
    %omega: f64 {eq.name = "omega"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x8x8xf64> {eq.name = "u"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %u, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x8x8xf64>) shared(%f, %h, %omega : tensor<8x8xf64>, f64, f64)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%u: tensor<8x8xf64>, %f: tensor<8x8xf64>, %h: f64, %omega: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c8 = arith.constant 8 : index
    %zero = arith.constant 0.0 : f64
    %four = arith.constant 4.0 : f64
    %hh = arith.mulf %h, %h : f64
    %framed = tensor.pad %u low[1, 1] high[1, 1] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : f64
    } : tensor<8x8xf64> to tensor<10x10xf64>
    %swept = scf.for %i = %c0 to %c8 step %c1 iter_args(%rows = %framed) -> (tensor<10x10xf64>) {
      %i1 = arith.addi %i, %c1 : index
      %i2 = arith.addi %i, %c2 : index
      %row = scf.for %j = %c0 to %c8 step %c1 iter_args(%now = %rows) -> (tensor<10x10xf64>) {
        %j1 = arith.addi %j, %c1 : index
        %j2 = arith.addi %j, %c2 : index
        %old = tensor.extract %now[%i1, %j1] : tensor<10x10xf64>
        %n = tensor.extract %now[%i, %j1] : tensor<10x10xf64>
        %s = tensor.extract %now[%i2, %j1] : tensor<10x10xf64>
        %w = tensor.extract %now[%i1, %j] : tensor<10x10xf64>
        %e = tensor.extract %now[%i1, %j2] : tensor<10x10xf64>
        %f_ij = tensor.extract %f[%i, %j] : tensor<8x8xf64>
        %ns = arith.addf %n, %s : f64
        %we = arith.addf %w, %e : f64
        %around = arith.addf %ns, %we : f64
        %load = arith.mulf %hh, %f_ij : f64
        %all = arith.addf %around, %load : f64
        %settled = arith.divf %all, %four : f64
        %change = arith.subf %settled, %old : f64
        %further = arith.mulf %omega, %change : f64
        %new = arith.addf %old, %further : f64
        %next = tensor.insert %new into %now[%i1, %j1] : tensor<10x10xf64>
        scf.yield %next : tensor<10x10xf64>
      }
      scf.yield %row : tensor<10x10xf64>
    }
    %new = tensor.extract_slice %swept[1, 1] [8, 8] [1, 1] : tensor<10x10xf64> to tensor<8x8xf64>
    eq.yield %new : tensor<8x8xf64>
  }
  return %u, %iterations, %status : tensor<?x8x8xf64>, tensor<?xi32>, tensor<?xi32>
}
