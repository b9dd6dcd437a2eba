// Balls that fall, and lose a part of their velocity at each impact.
//
//   y'' = -g,  velocity -> -r velocity where y = 0
//
// The impacts are events: found to the last bits on the method's interpolant, although a step of the method, which is exact
// for parabolas, would jump over several of them. Each ball of the batch has its own height and its own r.

func.func @balls(
    %height: tensor<?xf64> {eq.name = "height"},     // m
    %velocity: tensor<?xf64> {eq.name = "velocity"}, // m/s, upward
    %r: tensor<?xf64> {eq.name = "r"},               // from 0 to 1
    %end: f64 {eq.name = "end"}                      // s
) -> (tensor<?x10xf64> {eq.name = "impacts"}, tensor<?xf64> {eq.name = "height"}, tensor<?xi32> {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f64
  %tol = arith.constant 1.0e-10 : f64
  %max = arith.constant 100000 : i32
  %y, %v, %impacts, %t, %error, %steps, %rejected, %status = eq.ode
      init(%height, %velocity : tensor<?xf64>, tensor<?xf64>) ins(%r : tensor<?xf64>)
      from(%t0 : f64) to(%end : f64) within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: f64, %v: f64, %r: f64):
    %g = arith.constant -9.81 : f64
    eq.yield %v, %g : f64, f64
  } event(falling, keep = 10) {
  ^bb0(%t: f64, %y: f64, %v: f64, %r: f64):
    eq.yield %y : f64
  } apply {
  ^bb0(%t: f64, %y: f64, %v: f64, %r: f64):
    %part = arith.mulf %r, %v : f64
    %up = arith.negf %part : f64
    %go = arith.constant true
    eq.yield %go, %y, %up : i1, f64, f64
  }
  return %impacts, %y, %status : tensor<?x10xf64>, tensor<?xf64>, tensor<?xi32>
}

// Two balls from 10 m until t = 12.5: one keeps 9/10 of its velocity, one keeps all of it. The impacts in closed form: the
// first at t1 = sqrt(2 10/g), and 2 r^k t1 from the k-th to the next.
func.func @two() {
  %height = arith.constant dense<10.0> : tensor<2xf64>
  %velocity = arith.constant dense<0.0> : tensor<2xf64>
  %r = arith.constant dense<[0.9, 1.0]> : tensor<2xf64>
  %end = arith.constant 12.5 : f64
  %any_height = tensor.cast %height : tensor<2xf64> to tensor<?xf64>
  %any_velocity = tensor.cast %velocity : tensor<2xf64> to tensor<?xf64>
  %any_r = tensor.cast %r : tensor<2xf64> to tensor<?xf64>
  %any_impacts, %any_y, %any_status = func.call @balls(%any_height, %any_velocity, %any_r, %end)
      : (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, f64) -> (tensor<?x10xf64>, tensor<?xf64>, tensor<?xi32>)
  %impacts = tensor.cast %any_impacts : tensor<?x10xf64> to tensor<2x10xf64>
  %status = tensor.cast %any_status : tensor<?xi32> to tensor<2xi32>
  eqtest.status %status, converged : tensor<2xi32>
  eqtest.close %impacts, dense<[
      [1.4278431229270645, 3.9979607441957805, 6.311066603337625, 8.392861876565284, 10.266477622470179,
       11.952731793784583, 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000],
      [1.4278431229270645, 4.283529368781194, 7.139215614635323, 9.994901860489452,
       0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000,
       0x7FF8000000000000]]> : tensor<2x10xf64>, rel = 1.0e-10
  return
}
