// A neural ODE of medium states, which are saved on the way.

func.func @solve(
    %z: tensor<?x64xf32> {eq.name = "x"},
    %w: tensor<64x64xf32> {eq.name = "w"},
    %b: tensor<64xf32> {eq.name = "b"},
    %times: tensor<5xf32> {eq.name = "times"},
    %tol: f32 {eq.name = "tol"}
) -> (tensor<?x64xf32> {eq.name = "result"}, tensor<?x5x64xf32> {eq.name = "saved"},
      tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %t0 = arith.constant 0.0 : f32
  %t1 = arith.constant 1.0 : f32
  %max = arith.constant 1000 : i32
  %y, %saved, %t, %error, %steps, %rejected, %status = eq.ode
      init(%z : tensor<?x64xf32>) shared(%w, %b : tensor<64x64xf32>, tensor<64xf32>)
      from(%t0 : f32) to(%t1 : f32) save(%times : tensor<5xf32>) within(abs = %tol : f32, rel = %tol : f32, max = %max : i32)
      method(#eq.runge_kutta<tsit5>) {
  ^bb0(%t: f32, %z: tensor<64xf32>, %w: tensor<64x64xf32>, %b: tensor<64xf32>):
    %product = linalg.matvec ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%b : tensor<64xf32>) -> tensor<64xf32>
    %rate = math.tanh %product : tensor<64xf32>
    eq.yield %rate : tensor<64xf32>
  }
  return %y, %saved, %steps, %status : tensor<?x64xf32>, tensor<?x5x64xf32>, tensor<?xi32>, tensor<?xi32>
}
