// The friction of a turbulent flow in a pipe (Colebrook's equation): with
// x = 1 / sqrt(f),
//
//   x = -2 log10(roughness / 3.7 + 2.51 x / reynolds)
func.func @friction(%reynolds: tensor<?xf64> {eq.name = "reynolds"},
                    %roughness: f64 {eq.name = "roughness"})
    -> (tensor<?xf64> {eq.name = "f"}, tensor<?xi32> {eq.name = "status"}) {
  %zero = arith.constant 0 : index
  %n = tensor.dim %reynolds, %zero : tensor<?xf64>
  %one = arith.constant 1.0 : f64
  %start = arith.constant 7.0 : f64
  %x0 = tensor.splat %start[%n] : tensor<?xf64>
  %tol = arith.constant 1.0e-13 : f64
  %max = arith.constant 100 : i32
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : tensor<?xf64>) ins(%reynolds : tensor<?xf64>)
      shared(%roughness : f64) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64, %reynolds: f64, %roughness: f64):
    %wall = arith.constant 3.7 : f64
    %viscous = arith.constant 2.51 : f64
    %minus_two = arith.constant -2.0 : f64
    %a = arith.divf %roughness, %wall : f64
    %bx = arith.mulf %viscous, %x : f64
    %b = arith.divf %bx, %reynolds : f64
    %sum = arith.addf %a, %b : f64
    %log = math.log10 %sum : f64
    %fx = arith.mulf %minus_two, %log : f64
    eq.yield %fx : f64
  }
  %square = arith.mulf %x, %x : tensor<?xf64>
  %ones = tensor.splat %one[%n] : tensor<?xf64>
  %f = arith.divf %ones, %square : tensor<?xf64>
  return %f, %status : tensor<?xf64>, tensor<?xi32>
}
