// RUN: eq-run %s --schedule='#eq.lanes<lanes = 16, rows = 1, refill = 1>'
// RUN: eq-run %s --on=serial

// Three samples in sixteen lanes. What guards the divisions does not change in
// the loop and is computed before it: in the lanes that have no sample it must
// guard as well. By hand: n rem n = 0, and 0 / 0 counts as 0, so that 2 turns
// give x + 2.
func.func @three() {
  %x = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %v = arith.constant dense<[4.0, 5.5, -1.0]> : tensor<3xf64>
  %max = arith.constant 2 : i32
  %y, %n = eq.loop init(%x : tensor<3xf64>) ins(%v : tensor<3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %v: f64):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %n = arith.fptosi %v : f64 to i64
    %rest = arith.remui %n, %n : i64
    %none = arith.ceildivui %rest, %rest : i64
    %added = arith.uitofp %none : i64 to f64
    %more = arith.addf %one, %added : f64
    %y = arith.addf %x, %more : f64
    eq.next %go, %y : f64
  }
  eqtest.close %y, dense<[3.0, 4.0, 5.0]> : tensor<3xf64>, ulps = 0
  return
}
