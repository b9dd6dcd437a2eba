// Lorenz's model of convection: many trajectories at once, each with its own start and its own parameter r.
//
//   x' = s (y - x)     y' = r x - y - x z     z' = x y - b z        s = 10, b = 8/3
//
// For r < 1 everything comes to rest at the origin, for 1 < r < 24.74 at one of two equilibria, beyond that it is chaotic:
// a difference in the start grows like exp(0.9 t), so that after t = 40 double precision says nothing about single
// trajectories. The ensemble, that is their statistics, stays meaningful.

func.func @ensemble(
    %start: tensor<?x3xf64> {eq.name = "start"}, // x, y, z at t = 0
    %r: tensor<?xf64> {eq.name = "r"},
    %end: f64 {eq.name = "end"},
    %tol: f64 {eq.name = "tol"}
) -> (tensor<?x3xf64> {eq.name = "state"}, tensor<?xi32> {eq.name = "steps"}, tensor<?xi32> {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f64
  %max = arith.constant 1000000 : i32
  %y, %t, %error, %steps, %rejected, %status = eq.ode
      init(%start : tensor<?x3xf64>) ins(%r : tensor<?xf64>)
      from(%t0 : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f64, %v: tensor<3xf64>, %r: f64):
    %s = arith.constant 10.0 : f64
    %b = arith.constant 2.6666666666666665 : f64
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %x = tensor.extract %v[%c0] : tensor<3xf64>
    %y = tensor.extract %v[%c1] : tensor<3xf64>
    %z = tensor.extract %v[%c2] : tensor<3xf64>
    %yx = arith.subf %y, %x : f64
    %dx = arith.mulf %s, %yx : f64
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
  return %y, %steps, %status : tensor<?x3xf64>, tensor<?xi32>, tensor<?xi32>
}

// Three trajectories from (1, 1, 1): r = 1/2 dies out, r = 14 comes to rest at x = y = sqrt(b (r - 1)), z = r - 1, and
// r = 28 is chaotic; at t = 5 it is still predictable (50-digit Taylor series of order 32).
func.func @three() {
  %start = arith.constant dense<1.0> : tensor<3x3xf64>
  %r = arith.constant dense<[0.5, 14.0, 28.0]> : tensor<3xf64>
  %end = arith.constant 5.0 : f64
  %tol = arith.constant 1.0e-11 : f64
  %any_start = tensor.cast %start : tensor<3x3xf64> to tensor<?x3xf64>
  %any_r = tensor.cast %r : tensor<3xf64> to tensor<?xf64>
  %any_state, %any_steps, %any_status = func.call @ensemble(%any_start, %any_r, %end, %tol)
      : (tensor<?x3xf64>, tensor<?xf64>, f64, f64) -> (tensor<?x3xf64>, tensor<?xi32>, tensor<?xi32>)
  %state = tensor.cast %any_state : tensor<?x3xf64> to tensor<3x3xf64>
  %status = tensor.cast %any_status : tensor<?xi32> to tensor<3xi32>
  eqtest.status %status, converged : tensor<3xi32>
  %chaotic = tensor.extract_slice %state[2, 0] [1, 3] [1, 1] : tensor<3x3xf64> to tensor<3xf64>
  eqtest.close %chaotic, dense<[-6.512113699419599, -6.974042788417076, 23.92412957210337]> : tensor<3xf64>, rel = 1.0e-7
  return
}

// The same two, later: at rest.
func.func @at_rest() {
  %start = arith.constant dense<1.0> : tensor<2x3xf64>
  %r = arith.constant dense<[0.5, 14.0]> : tensor<2xf64>
  %end = arith.constant 100.0 : f64
  %tol = arith.constant 1.0e-9 : f64
  %any_start = tensor.cast %start : tensor<2x3xf64> to tensor<?x3xf64>
  %any_r = tensor.cast %r : tensor<2xf64> to tensor<?xf64>
  %any_state, %any_steps, %any_status = func.call @ensemble(%any_start, %any_r, %end, %tol)
      : (tensor<?x3xf64>, tensor<?xf64>, f64, f64) -> (tensor<?x3xf64>, tensor<?xi32>, tensor<?xi32>)
  %state = tensor.cast %any_state : tensor<?x3xf64> to tensor<2x3xf64>
  %status = tensor.cast %any_status : tensor<?xi32> to tensor<2xi32>
  eqtest.status %status, converged : tensor<2xi32>
  // sqrt(8/3 13) and 13.
  eqtest.close %state, dense<[[0.0, 0.0, 0.0], [5.887840577551898, 5.887840577551898, 13.0]]> : tensor<2x3xf64>, abs = 1.0e-6
  return
}
