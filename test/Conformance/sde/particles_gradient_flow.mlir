// sde.particles_gradient_flow (source: sde_numerics.json): particles that are drawn to 0 and to their mean.
//
//   x_i' = -a x_i - b (x_i - mean(x))

func.func @solve(
    %x0: tensor<8xf64> {eq.name = "x0"},
    %a: f64 {eq.name = "a"}, %b: f64 {eq.name = "b"},
    %end: f64 {eq.name = "T"},
    %times: tensor<5xf64> {eq.name = "times"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"})
    -> (tensor<8xf64> {eq.name = "x"}, tensor<5x8xf64> {eq.name = "xs"}, i32 {eq.name = "status"}) {
  %start = arith.constant 0.0 : f64
  %x, %xs, %t, %error, %steps, %rejected, %status = eq.ode
      init(%x0 : tensor<8xf64>) shared(%a, %b : f64, f64)
      from(%start : f64) to(%end : f64) save(%times : tensor<5xf64>)
      within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
      method(#eq.runge_kutta<dp5>) {
  ^bb0(%t: f64, %x: tensor<8xf64>, %a: f64, %b: f64):
    %zero = arith.constant dense<0.0> : tensor<f64>
    %count = arith.constant 8.0 : f64
    %total = linalg.generic
        {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
        ins(%x : tensor<8xf64>) outs(%zero : tensor<f64>) {
    ^bb0(%x_i: f64, %so_far: f64):
      %next = arith.addf %so_far, %x_i : f64
      linalg.yield %next : f64
    } -> tensor<f64>
    %sum = tensor.extract %total[] : tensor<f64>
    %mean = arith.divf %sum, %count : f64
    %pull = arith.mulf %b, %mean : f64
    %ab = arith.addf %a, %b : f64
    %rates = tensor.splat %ab : tensor<8xf64>
    %pulls = tensor.splat %pull : tensor<8xf64>
    %away = arith.mulf %rates, %x : tensor<8xf64>
    %f = arith.subf %pulls, %away : tensor<8xf64>
    eq.yield %f : tensor<8xf64>
  }
  return %x, %xs, %status : tensor<8xf64>, tensor<5x8xf64>, i32
}
