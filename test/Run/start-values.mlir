// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 8, rows = 1, refill = 3>'

// What a loop starts with, and what the program computes for itself, may be the
// same value: it is not gone after the loop.

// %a is equal to what the loop starts with, and is read after the loop: it must still be x0 + x0 = 2 then.
func.func @start_values_survive() {
  %one = arith.constant dense<1.0> : tensor<2xf64>
  %once = arith.constant 1 : i32
  %max = arith.constant 5 : i32
  // 1, but not known to be.
  %x0, %n0 = eq.loop init(%one : tensor<2xf64>) max(%once : i32)
  step {
  ^bb0(%k: i32, %x: tensor<2xf64>):
    %go = arith.constant true
    eq.next %go, %x : tensor<2xf64>
  }
  %x1, %n = eq.loop init(%x0 : tensor<2xf64>) max(%max : i32)
  start {
  ^bb0(%x: tensor<2xf64>):
    %go = arith.constant true
    %b = arith.addf %x, %x : tensor<2xf64>
    eq.next %go, %b : tensor<2xf64>
  } step {
  ^bb0(%k: i32, %x: tensor<2xf64>):
    %go = arith.constant true
    %f = math.cos %x : tensor<2xf64>
    eq.next %go, %f : tensor<2xf64>
  }
  %a = arith.addf %x0, %x0 : tensor<2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %dot = linalg.dot ins(%a, %a : tensor<2xf64>, tensor<2xf64>) outs(%zero : tensor<f64>) -> tensor<f64>
  %sum = tensor.extract %dot[] : tensor<f64>
  eqtest.close %n, 5 : i32
  eqtest.close %x1, dense<0.6825> : tensor<2xf64>, abs = 0.2
  eqtest.close %sum, 8.0 : f64
  return
}
