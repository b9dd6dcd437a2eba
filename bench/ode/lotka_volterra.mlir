// Prey x and predators y (Lotka and Volterra): y = (x, y),
//
//   x' = 3/2 x - x y        y' = x y - 3 y

func.func @solve(
    %y0: tensor<2xf64> {eq.name = "y0"},
    %t0: f64 {eq.name = "t0"},
    %t1: f64 {eq.name = "t1"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<2xf64> {eq.name = "y"},
    i32 {eq.name = "accepted"},
    i32 {eq.name = "rejected"},
    i32 {eq.name = "status"}
) {
  %y, %t, %error, %accepted, %rejected, %status = eq.ode
      init(%y0 : tensor<2xf64>) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %y: tensor<2xf64>):
    %i0 = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %prey = tensor.extract %y[%i0] : tensor<2xf64>
    %predators = tensor.extract %y[%i1] : tensor<2xf64>
    %a = arith.constant 1.5 : f64
    %c = arith.constant 3.0 : f64
    %meetings = arith.mulf %prey, %predators : f64
    %births = arith.mulf %a, %prey : f64
    %deaths = arith.mulf %c, %predators : f64
    %dprey = arith.subf %births, %meetings : f64
    %dpredators = arith.subf %meetings, %deaths : f64
    %f = tensor.from_elements %dprey, %dpredators : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return %y, %accepted, %rejected, %status : tensor<2xf64>, i32, i32, i32
}
