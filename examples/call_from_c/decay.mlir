// What is left after time 1 of a unit that decays at each of some rates:
// dy/dt = -k y, y(0) = 1.
func.func @decay(%k: tensor<?xf64> {eq.name = "k"})
    -> (tensor<?xf64> {eq.name = "y"}, tensor<?xi32> {eq.name = "status"}) {
  %zero = arith.constant 0 : index
  %n = tensor.dim %k, %zero : tensor<?xf64>
  %one = arith.constant 1.0 : f64
  %y0 = tensor.splat %one[%n] : tensor<?xf64>
  %t0 = arith.constant 0.0 : f64
  %tol = arith.constant 1.0e-10 : f64
  %max = arith.constant 1000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y0 : tensor<?xf64>) ins(%k : tensor<?xf64>)
      from(%t0 : f64) to(%one : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: f64, %k: f64):
    %ky = arith.mulf %k, %y : f64
    %f = arith.negf %ky : f64
    eq.yield %f : f64
  }
  return %y, %status : tensor<?xf64>, tensor<?xi32>
}
