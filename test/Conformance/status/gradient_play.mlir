// status.gradient_play (source: status.json): min over x, max over y of x y, with
// steps of size eta from (x, y). The step counts are a batch, so that one run gives
// the iterates z_k whose norms are known, and the end.

// Both move from the same point: the orbit spirals out.
func.func @simultaneous(
    %x: tensor<?xf64> {eq.name = "x"},
    %y: tensor<?xf64> {eq.name = "y"},
    %eta: f64 {eq.name = "eta"},
    %tol: f64 {eq.name = "tol"},
    %bound: f64 {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x_k"}, tensor<?xf64> {eq.name = "y_k"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x_k, %y_k, %residual, %iterations, %status = eq.fixed_point
      init(%x, %y : tensor<?xf64>, tensor<?xf64>) shared(%eta : f64)
      until(abs = %tol : f64, max = %max : tensor<?xi32>, bound = %bound : f64)
      method(#eq.picard) {
  ^bb0(%x: f64, %y: f64, %eta: f64):
    %dx = arith.mulf %eta, %y : f64
    %dy = arith.mulf %eta, %x : f64
    %fx = arith.subf %x, %dx : f64
    %fy = arith.addf %y, %dy : f64
    eq.yield %fx, %fy : f64, f64
  }
  return %x_k, %y_k, %iterations, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// Both move by the gradient found after a trial step: the orbit spirals in.
func.func @extragradient(
    %x: tensor<?xf64> {eq.name = "x"},
    %y: tensor<?xf64> {eq.name = "y"},
    %eta: f64 {eq.name = "eta"},
    %tol: f64 {eq.name = "tol"},
    %bound: f64 {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x_k"}, tensor<?xf64> {eq.name = "y_k"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x_k, %y_k, %residual, %iterations, %status = eq.fixed_point
      init(%x, %y : tensor<?xf64>, tensor<?xf64>) shared(%eta : f64)
      until(abs = %tol : f64, max = %max : tensor<?xi32>, bound = %bound : f64)
      method(#eq.picard) {
  ^bb0(%x: f64, %y: f64, %eta: f64):
    %dx = arith.mulf %eta, %y : f64
    %dy = arith.mulf %eta, %x : f64
    %tx = arith.subf %x, %dx : f64
    %ty = arith.addf %y, %dy : f64
    %ex = arith.mulf %eta, %ty : f64
    %ey = arith.mulf %eta, %tx : f64
    %fx = arith.subf %x, %ex : f64
    %fy = arith.addf %y, %ey : f64
    eq.yield %fx, %fy : f64, f64
  }
  return %x_k, %y_k, %iterations, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// x moves first and y answers: the orbit stays on an ellipse.
func.func @alternating(
    %x: tensor<?xf64> {eq.name = "x"},
    %y: tensor<?xf64> {eq.name = "y"},
    %eta: f64 {eq.name = "eta"},
    %tol: f64 {eq.name = "tol"},
    %bound: f64 {eq.name = "bound"},
    %max: tensor<?xi32> {eq.name = "max"})
    -> (tensor<?xf64> {eq.name = "x_k"}, tensor<?xf64> {eq.name = "y_k"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %x_k, %y_k, %residual, %iterations, %status = eq.fixed_point
      init(%x, %y : tensor<?xf64>, tensor<?xf64>) shared(%eta : f64)
      until(abs = %tol : f64, max = %max : tensor<?xi32>, bound = %bound : f64)
      method(#eq.picard) {
  ^bb0(%x: f64, %y: f64, %eta: f64):
    %dx = arith.mulf %eta, %y : f64
    %fx = arith.subf %x, %dx : f64
    %dy = arith.mulf %eta, %fx : f64
    %fy = arith.addf %y, %dy : f64
    eq.yield %fx, %fy : f64, f64
  }
  return %x_k, %y_k, %iterations, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}

// The largest norm on the way of the alternating play, from the first iterate on.
func.func @alternating_largest(
    %x: f64 {eq.name = "x"},
    %y: f64 {eq.name = "y"},
    %eta: f64 {eq.name = "eta"},
    %max: i32 {eq.name = "max"})
    -> (f64 {eq.name = "largest"}) {
  %largest, %steps = eq.loop init(%x, %y : f64, f64) shared(%eta : f64) max(%max : i32)
  start {
  ^bb0(%x: f64, %y: f64, %eta: f64):
    %go = arith.constant true
    %zero = arith.constant 0.0 : f64
    eq.next %go, %x, %y, %zero : f64, f64, f64
  } step {
  ^bb0(%k: i32, %x: f64, %y: f64, %largest: f64, %eta: f64):
    %go = arith.constant true
    %dx = arith.mulf %eta, %y : f64
    %fx = arith.subf %x, %dx : f64
    %dy = arith.mulf %eta, %fx : f64
    %fy = arith.addf %y, %dy : f64
    %xx = arith.mulf %fx, %fx : f64
    %yy = arith.mulf %fy, %fy : f64
    %square = arith.addf %xx, %yy : f64
    %new = arith.maximumf %square, %largest : f64
    eq.next %go, %fx, %fy, %new : f64, f64, f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64, %y: f64, %largest: f64, %eta: f64):
    %norm = math.sqrt %largest : f64
    eq.yield %norm : f64
  }
  return %largest : f64
}
