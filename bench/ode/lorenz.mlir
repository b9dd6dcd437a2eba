// The Lorenz system with its classic parameters: y = (x, y, z),
//
//   x' = 10 (y - x)        y' = x (28 - z) - y        z' = x y - 8/3 z

func.func @solve(
    %y0: tensor<3xf64> {eq.name = "y0"},
    %t0: f64 {eq.name = "t0"},
    %t1: f64 {eq.name = "t1"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<3xf64> {eq.name = "y"},
    i32 {eq.name = "accepted"},
    i32 {eq.name = "rejected"},
    i32 {eq.name = "status"}
) {
  %y, %t, %error, %accepted, %rejected, %status = eq.ode
      init(%y0 : tensor<3xf64>) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: tensor<3xf64>):
    %i0 = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %a = tensor.extract %y[%i0] : tensor<3xf64>
    %b = tensor.extract %y[%i1] : tensor<3xf64>
    %c = tensor.extract %y[%i2] : tensor<3xf64>
    %sigma = arith.constant 10.0 : f64
    %rho = arith.constant 28.0 : f64
    %beta = arith.constant 2.6666666666666665 : f64
    %ba = arith.subf %b, %a : f64
    %da = arith.mulf %sigma, %ba : f64
    %rest = arith.subf %rho, %c : f64
    %drive = arith.mulf %a, %rest : f64
    %db = arith.subf %drive, %b : f64
    %ab = arith.mulf %a, %b : f64
    %loss = arith.mulf %beta, %c : f64
    %dc = arith.subf %ab, %loss : f64
    %f = tensor.from_elements %da, %db, %dc : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  return %y, %accepted, %rejected, %status : tensor<3xf64>, i32, i32, i32
}
