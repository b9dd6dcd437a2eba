// node.steady_state (source: neural_ode.json): a flow that tends to the equilibrium of deq.tanh_n4.
//
//   z' = -z + tanh(W z + U x + b)       from z = 0

func.func @solve(
    %w: tensor<4x4xf64> {eq.name = "W"},
    %u: tensor<4x3xf64> {eq.name = "U"},
    %b: tensor<4xf64> {eq.name = "b"},
    %x: tensor<3xf64> {eq.name = "x"},
    %end: f64 {eq.name = "end"},
    %times: tensor<4xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4x4xf64> {eq.name = "trajectory"}, tensor<4xf64> {eq.name = "z"}, i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %z0 = arith.constant dense<0.0> : tensor<4xf64>
  %z, %trajectory, %t, %error, %steps, %rejected, %status = eq.ode
      init(%z0 : tensor<4xf64>) shared(%w, %u, %b, %x : tensor<4x4xf64>, tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>)
      from(%start : f64) to(%end : f64) save(%times : tensor<4xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %z: tensor<4xf64>, %w: tensor<4x4xf64>, %u: tensor<4x3xf64>, %b: tensor<4xf64>, %x: tensor<3xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<4x3xf64>, tensor<3xf64>) outs(%b : tensor<4xf64>) -> tensor<4xf64>
    %a = linalg.matvec ins(%w, %z : tensor<4x4xf64>, tensor<4xf64>) outs(%ux : tensor<4xf64>) -> tensor<4xf64>
    %tanh = math.tanh %a : tensor<4xf64>
    %f = arith.subf %tanh, %z : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %trajectory, %z, %status : tensor<4x4xf64>, tensor<4xf64>, i32
}

// Ends where the largest component of z' is no more than `still`, long before the end.
func.func @settle(
    %w: tensor<4x4xf64> {eq.name = "W"},
    %u: tensor<4x3xf64> {eq.name = "U"},
    %b: tensor<4xf64> {eq.name = "b"},
    %x: tensor<3xf64> {eq.name = "x"},
    %end: f64 {eq.name = "end"},
    %tol: f64 {eq.name = "tol"},
    %still: f64 {eq.name = "still"},
    %max: i32 {eq.name = "max"})
    -> (tensor<4xf64> {eq.name = "z"}, f64 {eq.name = "t"}, i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %z0 = arith.constant dense<0.0> : tensor<4xf64>
  %z, %t, %error, %steps, %rejected, %status = eq.ode
      init(%z0 : tensor<4xf64>) shared(%w, %u, %b, %x : tensor<4x4xf64>, tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>)
      from(%start : f64) to(%end : f64)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      until(abs = %still : f64) method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %z: tensor<4xf64>, %w: tensor<4x4xf64>, %u: tensor<4x3xf64>, %b: tensor<4xf64>, %x: tensor<3xf64>):
    %ux = linalg.matvec ins(%u, %x : tensor<4x3xf64>, tensor<3xf64>) outs(%b : tensor<4xf64>) -> tensor<4xf64>
    %a = linalg.matvec ins(%w, %z : tensor<4x4xf64>, tensor<4xf64>) outs(%ux : tensor<4xf64>) -> tensor<4xf64>
    %tanh = math.tanh %a : tensor<4xf64>
    %f = arith.subf %tanh, %z : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %z, %t, %status : tensor<4xf64>, f64, i32
}
