// ode.lorenz (source: classic_odes.json): Lorenz's model of convection, chaotic.
//
//   x' = s (y - x)     y' = r x - y - x z     z' = x y - b z
//
// Errors grow by e^(0.9 t).

func.func @solve(
    %start: tensor<3xf64> {eq.name = "start"},
    %end: f64 {eq.name = "end"},
    %times: tensor<7xf64> {eq.name = "times"},
    %s: f64 {eq.name = "s"}, %r: f64 {eq.name = "r"}, %b: f64 {eq.name = "b"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<7x3xf64> {eq.name = "saved"}, tensor<3xf64> {eq.name = "last"}, i32 {eq.name = "status"}) {
  %from = arith.constant 0.0 : f64
  %last, %saved, %t, %error, %steps, %rejected, %status = eq.ode
      init(%start : tensor<3xf64>) shared(%s, %r, %b : f64, f64, f64)
      from(%from : f64) to(%end : f64) save(%times : tensor<7xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dop853>) {
  ^bb0(%t: f64, %v: tensor<3xf64>, %s: f64, %r: f64, %b: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %x = tensor.extract %v[%c0] : tensor<3xf64>
    %y = tensor.extract %v[%c1] : tensor<3xf64>
    %z = tensor.extract %v[%c2] : tensor<3xf64>
    %y_x = arith.subf %y, %x : f64
    %dx = arith.mulf %s, %y_x : f64
    %rx = arith.mulf %r, %x : f64
    %xz = arith.mulf %x, %z : f64
    %rx_y = arith.subf %rx, %y : f64
    %dy = arith.subf %rx_y, %xz : f64
    %xy = arith.mulf %x, %y : f64
    %bz = arith.mulf %b, %z : f64
    %dz = arith.subf %xy, %bz : f64
    %f = tensor.from_elements %dx, %dy, %dz : tensor<3xf64>
    eq.yield %f : tensor<3xf64>
  }
  return %saved, %last, %status : tensor<7x3xf64>, tensor<3xf64>, i32
}
