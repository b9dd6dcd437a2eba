// The Pleiades: seven stars in a plane, with masses 1 to 7 (Hairer, Norsett, Wanner, Solving Ordinary Differential
// Equations I, II.10). The state is (x, y, x', y'), seven numbers each:
//
//   x_i'' = sum over j other than i of m_j (x_j - x_i) / r_ij^3        r_ij^2 = (x_i - x_j)^2 + (y_i - y_j)^2
//
// and the same for y.

func.func @solve(
    %y0: tensor<28xf64> {eq.name = "y0"},
    %t0: f64 {eq.name = "t0"},
    %t1: f64 {eq.name = "t1"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<28xf64> {eq.name = "y"},
    i32 {eq.name = "accepted"},
    i32 {eq.name = "rejected"},
    i32 {eq.name = "status"}
) {
  %y, %t, %error, %accepted, %rejected, %status = eq.ode
      init(%y0 : tensor<28xf64>) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: tensor<28xf64>):
    %x = tensor.extract_slice %y[0] [7] [1] : tensor<28xf64> to tensor<7xf64>
    %h = tensor.extract_slice %y[7] [7] [1] : tensor<28xf64> to tensor<7xf64>
    %v = tensor.extract_slice %y[14] [14] [1] : tensor<28xf64> to tensor<14xf64>
    %mass = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<7xf64>
    %zeros = arith.constant dense<0.0> : tensor<7xf64>
    %ax, %ay = linalg.generic {
        indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>,
                         affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (j)>,
                         affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%x, %x, %h, %h, %mass : tensor<7xf64>, tensor<7xf64>, tensor<7xf64>, tensor<7xf64>, tensor<7xf64>)
      outs(%zeros, %zeros : tensor<7xf64>, tensor<7xf64>) {
    ^bb0(%xi: f64, %xj: f64, %yi: f64, %yj: f64, %mj: f64, %sumX: f64, %sumY: f64):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %same = arith.cmpi eq, %i, %j : index
      %one = arith.constant 1.0 : f64
      %dx = arith.subf %xj, %xi : f64
      %dy = arith.subf %yj, %yi : f64
      %yy = arith.mulf %dy, %dy : f64
      %square = math.fma %dx, %dx, %yy : f64
      %safe = arith.select %same, %one, %square : f64
      %distance = math.sqrt %safe : f64
      %cube = arith.mulf %safe, %distance : f64
      %pull = arith.divf %mj, %cube : f64
      %nextX = math.fma %pull, %dx, %sumX : f64
      %nextY = math.fma %pull, %dy, %sumY : f64
      linalg.yield %nextX, %nextY : f64, f64
    } -> (tensor<7xf64>, tensor<7xf64>)
    %f = tensor.concat dim(0) %v, %ax, %ay : (tensor<14xf64>, tensor<7xf64>, tensor<7xf64>) -> tensor<28xf64>
    eq.yield %f : tensor<28xf64>
  }
  return %y, %accepted, %rejected, %status : tensor<28xf64>, i32, i32, i32
}
