// deq.linear_n6, deq.anderson_linear (source: deq.json): z <- A z + b.

// All components at once.
func.func @simultaneous(
    %start: tensor<?x6xf64> {eq.name = "start"},
    %m: tensor<6x6xf64> {eq.name = "A"},
    %b: tensor<6xf64> {eq.name = "b"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x6xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x6xf64>) shared(%m, %b : tensor<6x6xf64>, tensor<6xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<6xf64>, %m: tensor<6x6xf64>, %b: tensor<6xf64>):
    %f = linalg.matvec ins(%m, %z : tensor<6x6xf64>, tensor<6xf64>) outs(%b : tensor<6xf64>) -> tensor<6xf64>
    eq.yield %f : tensor<6xf64>
  }
  return %z, %iterations, %status : tensor<?x6xf64>, tensor<?xi32>, tensor<?xi32>
}

// One component after another, each solved for itself with the newest values of the others:
// z_i <- (b_i + sum over j != i of A_ij z_j) / (1 - A_ii).
func.func @sequential(
    %start: tensor<?x6xf64> {eq.name = "start"},
    %m: tensor<6x6xf64> {eq.name = "A"},
    %b: tensor<6xf64> {eq.name = "b"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x6xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x6xf64>) shared(%m, %b : tensor<6x6xf64>, tensor<6xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<6xf64>, %m: tensor<6x6xf64>, %b: tensor<6xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c6 = arith.constant 6 : index
    %one = arith.constant 1.0 : f64
    %f = scf.for %i = %c0 to %c6 step %c1 iter_args(%newest = %z) -> (tensor<6xf64>) {
      %b_i = tensor.extract %b[%i] : tensor<6xf64>
      %others = scf.for %j = %c0 to %c6 step %c1 iter_args(%sum = %b_i) -> (f64) {
        %itself = arith.cmpi eq, %i, %j : index
        %next = scf.if %itself -> (f64) {
          scf.yield %sum : f64
        } else {
          %m_ij = tensor.extract %m[%i, %j] : tensor<6x6xf64>
          %z_j = tensor.extract %newest[%j] : tensor<6xf64>
          %term = arith.mulf %m_ij, %z_j : f64
          %longer = arith.addf %sum, %term : f64
          scf.yield %longer : f64
        }
        scf.yield %next : f64
      }
      %m_ii = tensor.extract %m[%i, %i] : tensor<6x6xf64>
      %rest = arith.subf %one, %m_ii : f64
      %f_i = arith.divf %others, %rest : f64
      %next = tensor.insert %f_i into %newest[%i] : tensor<6xf64>
      scf.yield %next : tensor<6xf64>
    }
    eq.yield %f : tensor<6xf64>
  }
  return %z, %iterations, %status : tensor<?x6xf64>, tensor<?xi32>, tensor<?xi32>
}

// Almost singular: a spectral radius of 0.98.
func.func @slow(
    %start: tensor<?x5xf64> {eq.name = "start"},
    %m: tensor<5x5xf64> {eq.name = "A"},
    %b: tensor<5xf64> {eq.name = "b"},
    %tol: tensor<?xf64> {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?x5xf64> {eq.name = "z"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %z, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x5xf64>) shared(%m, %b : tensor<5x5xf64>, tensor<5xf64>)
      until(abs = %tol : tensor<?xf64>, max = %max : i32) method(#eq.picard) {
  ^bb0(%z: tensor<5xf64>, %m: tensor<5x5xf64>, %b: tensor<5xf64>):
    %f = linalg.matvec ins(%m, %z : tensor<5x5xf64>, tensor<5xf64>) outs(%b : tensor<5xf64>) -> tensor<5xf64>
    eq.yield %f : tensor<5xf64>
  }
  return %z, %iterations, %status : tensor<?x5xf64>, tensor<?xi32>, tensor<?xi32>
}
