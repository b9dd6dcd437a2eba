// ode.robertson (source: classic_odes.json): a chain of three reactions, of which one is slow and one
// very fast.
//
//   y1' = -0.04 y1 + 1e4 y2 y3
//   y2' =  0.04 y1 - 1e4 y2 y3 - 3e7 y2^2
//   y3' =                        3e7 y2^2
//
// The second is drawn to its equilibrium at a rate of some 1e4. Each state has its own scale of errors.

func.func @solve(
    %start: tensor<3xf64> {eq.name = "start"},
    %end: f64 {eq.name = "end"},
    %times: tensor<2xf64> {eq.name = "times"},
    %scale: tensor<3xf64> {eq.name = "scale"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<2x3xf64> {eq.name = "saved"}, i32 {eq.name = "status"}) {
  %from = arith.constant 0.0 : f64
  %y, %saved, %t, %error, %steps, %rejected, %status = eq.ode
      init(%start : tensor<3xf64>)
      from(%from : f64) to(%end : f64) save(%times : tensor<2xf64>) scale(%scale : tensor<3xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %y: tensor<3xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %k1 = arith.constant 0.04 : f64
    %k2 = arith.constant 3.0e7 : f64
    %k3 = arith.constant 1.0e4 : f64
    %y1 = tensor.extract %y[%c0] : tensor<3xf64>
    %y2 = tensor.extract %y[%c1] : tensor<3xf64>
    %y3 = tensor.extract %y[%c2] : tensor<3xf64>
    %slow = arith.mulf %k1, %y1 : f64
    %y2y2 = arith.mulf %y2, %y2 : f64
    %fast = arith.mulf %k2, %y2y2 : f64
    %y2y3 = arith.mulf %y2, %y3 : f64
    %back = arith.mulf %k3, %y2y3 : f64
    %dy1 = arith.subf %back, %slow : f64
    %left = arith.subf %slow, %back : f64
    %dy2 = arith.subf %left, %fast : f64
    %f = tensor.from_elements %dy1, %dy2, %fast : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  return %saved, %status : tensor<2x3xf64>, i32
}
