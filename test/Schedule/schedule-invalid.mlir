// RUN: eq-opt %s --eq-schedule --split-input-file --verify-diagnostics

// Lanes have a bit each in one word.
func.func @lanes(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  // expected-error @+1 {{'eq.loop' op expected 'lanes' to be at most 64, but got 128}}
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
      schedule(#eq.lanes<lanes = 128, rows = 1, refill = 1>)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<7xf64>
}

// -----

func.func @inner(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    // expected-error @+1 {{'eq.loop' op expected no schedule on a loop inside another, which runs where its parent runs}}
    %x, %n = eq.loop init(%z : f64) max(%k : i32) schedule(#eq.serial)
    step {
    ^bb0(%k: i32, %x: f64):
      %go = arith.constant true
      eq.next %go, %x : f64
    }
    eq.next %go, %x : f64
  }
  return %y : tensor<7xf64>
}
