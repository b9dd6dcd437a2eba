// Kepler's equation E - e sin E = M by Newton, from E = M until the change is at most %tol.

func.func @solve(
    %anomaly: tensor<?xf64> {eq.name = "anomaly"},
    %eccentricity: tensor<?xf64> {eq.name = "eccentricity"},
    %tol: f64 {eq.name = "tol"},
    %max: i32 {eq.name = "max"}
) -> (
    tensor<?xf64> {eq.name = "result"},
    tensor<?xi32> {eq.name = "iterations"},
    tensor<?xi32> {eq.name = "status"}
) {
  %result, %residual, %iterations, %status = eq.fixed_point
      init(%anomaly : tensor<?xf64>) ins(%anomaly, %eccentricity : tensor<?xf64>, tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64, %m: f64, %e: f64):
    %one = arith.constant 1.0 : f64
    %s = math.sin %x : f64
    %c = math.cos %x : f64
    %es = arith.mulf %e, %s fastmath<contract> : f64
    %left = arith.subf %x, %es fastmath<contract> : f64
    %g = arith.subf %left, %m fastmath<contract> : f64
    %ec = arith.mulf %e, %c fastmath<contract> : f64
    %slope = arith.subf %one, %ec fastmath<contract> : f64
    %step = arith.divf %g, %slope : f64
    %next = arith.subf %x, %step : f64
    eq.yield %next : f64
  }
  return %result, %iterations, %status : tensor<?xf64>, tensor<?xi32>, tensor<?xi32>
}
