// RUN: eq-opt %s --split-input-file --verify-diagnostics

// Each function breaks the constraint of eq.loop that it is named after.

// The custom syntax has no empty `init`, but the generic form can say it.
func.func @loop_c1(%max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'init' to have at least one value}}
  %n = "eq.loop"(%max) <{operandSegmentSizes = array<i32: 0, 0, 0, 0, 0, 1>}> ({
  }, {
  ^bb0(%k: i32):
    %go = arith.constant true
    "eq.next"(%go) <{operandSegmentSizes = array<i32: 1, 0, 0, 0>}> : (i1) -> ()
  }, {
  }) : (i32) -> i32
  return
}

// -----

func.func @loop_c2_step(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'step' to end in 'eq.next'}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    // expected-note @+1 {{ends here}}
    eq.yield %x : f64
  }
  return
}

// -----

func.func @loop_c2_step_empty(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'step' to be one block, but got 0}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32) step {
  }
  return
}

// -----

func.func @loop_c2_start(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'start' to end in 'eq.next'}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  start {
  ^bb0(%x: f64):
    // expected-note @+1 {{ends here}}
    eq.yield %x : f64
  } step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c2_finish(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'finish' to be one block, but got 2}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64):
    cf.br ^bb1
  ^bb1:
    eq.yield %x : f64
  }
  return
}

// -----

func.func @loop_c3_count(%x: f64, %w: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'start' to take 2 arguments (one per 'init', 'ins' and 'shared' operand, then perhaps the records), but got 1}}
  %y, %n = eq.loop init(%x : f64) shared(%w : f64) max(%max : i32)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  } step {
  ^bb0(%k: i32, %x: f64, %w: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c3_types(%x: f64, %w: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'start' to take ('f64', 'f64'), but got ('f64', 'f32')}}
  %y, %n = eq.loop init(%x : f64) shared(%w : f64) max(%max : i32)
  start {
  ^bb0(%x: f64, %w: f32):
    %go = arith.constant true
    eq.next %go, %x : f64
  } step {
  ^bb0(%k: i32, %x: f64, %w: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c4_count(%x: f64, %w: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'step' to take 3 arguments (k, then one per state, 'ins', 'shared' and 'record' operand), but got 2}}
  %y, %n = eq.loop init(%x : f64) shared(%w : f64) max(%max : i32)
  step {
  ^bb0(%x: f64, %w: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c4_k(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected the first argument of 'step' to be the count k of type 'i32', but got 'i64'}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  step {
  ^bb0(%k: i64, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

// `start` makes two states here, so `step` takes two.
func.func @loop_c4_private_state(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'step' to take 3 arguments (k, then one per state, 'ins', 'shared' and 'record' operand), but got 2}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    eq.next %go, %x, %x : f64, f64
  } step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c5_states(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'step' to yield ('f64'), but got ('i32')}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    // expected-note @+1 {{yielded here}}
    eq.next %go, %k : i32
  }
  return
}

// -----

func.func @loop_c5_records(%x: f64, %trace: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'record of step' to yield ('tensor<4xf64>'), but got ()}}
  %y, %n, %rs = eq.loop init(%x : f64) record(%trace : tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    // expected-note @+1 {{yielded here}}
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c5_sums(%x: f64, %sum: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'sum of step' to yield ('f64'), but got ()}}
  %y, %n, %total = eq.loop init(%x : f64) sum(%sum : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    // expected-note @+1 {{yielded here}}
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c5_start_sum(%x: f64, %sum: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'sum of start' to yield (), but got ('f64')}}
  %y, %n, %total = eq.loop init(%x : f64) sum(%sum : f64) max(%max : i32)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    // expected-note @+1 {{yielded here}}
    eq.next %go, %x : f64 sum(%x : f64)
  } step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64 sum(%x : f64)
  }
  return
}

// -----

// A `start` that takes the records hands them on.
func.func @loop_c5_start_record(%x: f64, %trace: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'record of start' to yield ('tensor<4xf64>'), but got ()}}
  %y, %n, %rs = eq.loop init(%x : f64) record(%trace : tensor<4xf64>) max(%max : i32)
  start {
  ^bb0(%x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    // expected-note @+1 {{yielded here}}
    eq.next %go, %x : f64
  } step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    eq.next %go, %x : f64 record(%rs : tensor<4xf64>)
  }
  return
}

// -----

func.func @loop_c6_count(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'finish' to take 3 arguments (k, again, then one per state, 'ins' and 'shared' operand), but got 2}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  } finish {
  ^bb0(%k: i32, %x: f64):
    eq.yield %x : f64
  }
  return
}

// -----

func.func @loop_c6_types(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'finish' to take ('i32', 'i1', 'f64'), but got ('i1', 'i32', 'f64')}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  } finish {
  ^bb0(%again: i1, %k: i32, %x: f64):
    eq.yield %x : f64
  }
  return
}

// -----

func.func @loop_c7_init(%x: tensor<3x5xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'init' operand #0 to be batch dimensions followed by its argument's type 'tensor<3xf64>', but got 'tensor<3x5xf64>'}}
  %y, %n = eq.loop init(%x : tensor<3x5xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: tensor<3xf64>):
    %go = arith.constant true
    eq.next %go, %x : tensor<3xf64>
  }
  return
}

// -----

func.func @loop_c7_ins(%x: tensor<3x5xf64>, %u: tensor<5xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'ins' operand #0 to be the batch dimensions [3] followed by its argument's type 'tensor<5xf64>', which is 'tensor<3x5xf64>', but got 'tensor<5xf64>'}}
  %y, %n = eq.loop init(%x : tensor<3x5xf64>) ins(%u : tensor<5xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: tensor<5xf64>, %u: tensor<5xf64>):
    %go = arith.constant true
    eq.next %go, %x : tensor<5xf64>
  }
  return
}

// -----

func.func @loop_c7_shared(%x: tensor<3xf64>, %w: tensor<3xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'shared' operand #0 to have its argument's type 'f64', but got 'tensor<3xf64>'}}
  %y, %n = eq.loop init(%x : tensor<3xf64>) shared(%w : tensor<3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %w: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c7_record(%x: tensor<3xf64>, %trace: tensor<4x8xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'record' operand #0 to be the batch dimensions [3] followed by its argument's type 'tensor<8xf64>', which is 'tensor<3x8xf64>', but got 'tensor<4x8xf64>'}}
  %y, %n, %rs = eq.loop init(%x : tensor<3xf64>) record(%trace : tensor<4x8xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<8xf64>):
    %go = arith.constant true
    eq.next %go, %x : f64 record(%rs : tensor<8xf64>)
  }
  return
}

// -----

func.func @loop_c8_scalar(%x: tensor<3xf64>, %trace: tensor<3xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected a record to be a tensor for each sample, but got 'f64'}}
  %y, %n, %rs = eq.loop init(%x : tensor<3xf64>) record(%trace : tensor<3xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: f64):
    %go = arith.constant true
    eq.next %go, %x : f64 record(%rs : f64)
  }
  return
}

// -----

// Written twice from the same value: which of the two would be meant?
func.func @loop_c8_used_twice(%x: f64, %trace: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected a record value to be used exactly once, but got 2 uses}}
  %y, %n, %rs = eq.loop init(%x : f64) record(%trace : tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    // expected-note @+1 {{used here}}
    %first = eq.record %x, %rs[%c0] when %go : f64 into tensor<4xf64>
    // expected-note @+1 {{used here}}
    %second = eq.record %x, %rs[%c1] when %go : f64 into tensor<4xf64>
    eq.next %go, %x : f64 record(%second : tensor<4xf64>)
  }
  return
}

// -----

func.func @loop_c8_dropped(%x: f64, %trace: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected a record value to be used exactly once, but got 0 uses}}
  %y, %n, %rs = eq.loop init(%x : f64) record(%trace : tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    %other = arith.constant dense<0.0> : tensor<4xf64>
    eq.next %go, %x : f64 record(%other : tensor<4xf64>)
  }
  return
}

// -----

// A record is written, not read.
func.func @loop_c8_read(%x: f64, %trace: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected a record value to be used by 'eq.record', a loop or branch that carries it, or 'eq.next' alone}}
  %y, %n, %rs = eq.loop init(%x : f64) record(%trace : tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    // expected-note @+1 {{used here}}
    %other = math.absf %rs : tensor<4xf64>
    eq.next %go, %x : f64 record(%other : tensor<4xf64>)
  }
  return
}

// -----

// A record is no state.
func.func @loop_c8_as_state(%x: tensor<4xf64>, %trace: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected a record value to be used exactly once, but got 2 uses}}
  %y, %n, %rs = eq.loop init(%x : tensor<4xf64>) record(%trace : tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: tensor<4xf64>, %rs: tensor<4xf64>):
    %go = arith.constant true
    // expected-note @+1 {{used here}}
    eq.next %go, %rs : tensor<4xf64> record(%rs : tensor<4xf64>)
  }
  return
}

// -----

// The same rule behind a write, and in `start`.
func.func @loop_c8_in_start(%x: f64, %trace: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected a record value to be used exactly once, but got 2 uses}}
  %y, %n, %rs = eq.loop init(%x : f64) record(%trace : tensor<4xf64>) max(%max : i32)
  start {
  ^bb0(%x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %first = eq.record %x, %rs[%c0] when %go : f64 into tensor<4xf64>
    // expected-note @+1 {{used here}}
    %second = eq.record %x, %first[%c0] when %go : f64 into tensor<4xf64>
    // expected-note @+1 {{used here}}
    eq.next %go, %x : f64 record(%first : tensor<4xf64>)
  } step {
  ^bb0(%k: i32, %x: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    eq.next %go, %x : f64 record(%rs : tensor<4xf64>)
  }
  return
}

// -----

// Two records must not be swapped: each is written in place.
func.func @loop_c8_swapped(%x: f64, %a: tensor<4xf64>, %b: tensor<4xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected record #0 of 'step' to be handed on in its own place}}
  %y, %n, %as, %bs = eq.loop init(%x : f64) record(%a, %b : tensor<4xf64>, tensor<4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %a: tensor<4xf64>, %b: tensor<4xf64>):
    %go = arith.constant true
    eq.next %go, %x : f64 record(%b, %a : tensor<4xf64>, tensor<4xf64>)
  }
  return
}

// -----

func.func @loop_c9_integer(%x: f64, %sum: i32, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'sum' operand #0 to be f32, f64 or a static tensor of these, but got 'i32'}}
  %y, %n, %total = eq.loop init(%x : f64) sum(%sum : i32) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64 sum(%k : i32)
  }
  return
}

// -----

func.func @loop_c9_dynamic(%x: f64, %a: f64, %sum: tensor<?xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'sum' operand #1 to be f32, f64 or a static tensor of these, but got 'tensor<?xf64>'}}
  %y, %n, %total, %totals = eq.loop init(%x : f64) sum(%a, %sum : f64, tensor<?xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    %c4 = arith.constant 4 : index
    %part = tensor.empty(%c4) : tensor<?xf64>
    eq.next %go, %x : f64 sum(%x, %part : f64, tensor<?xf64>)
  }
  return
}

// -----

func.func @loop_c10(%x: tensor<3xf64>, %max: tensor<4xi32>) {
  // expected-error @+1 {{'eq.loop' op expected knob 'max' to be 'i32' or, per sample, 'tensor<3xi32>', but got 'tensor<4xi32>'}}
  %y, %n = eq.loop init(%x : tensor<3xf64>) max(%max : tensor<4xi32>)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

func.func @loop_c11_step(%x: tensor<3x0xf64>, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected argument #1 of 'step' to have at least one element, but got 'tensor<0xf64>'}}
  %y, %n = eq.loop init(%x : tensor<3x0xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: tensor<0xf64>):
    %go = arith.constant true
    eq.next %go, %x : tensor<0xf64>
  }
  return
}

// -----

func.func @loop_c11_private_state(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected argument #2 of 'step' to have element type f32, f64 or an integer of 1, 8, 16, 32 or 64 bits, but got 'index'}}
  %y, %j, %n = eq.loop init(%x : f64) max(%max : i32)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    eq.next %go, %x, %c0 : f64, index
  } step {
  ^bb0(%k: i32, %x: f64, %i: index):
    %go = arith.constant true
    eq.next %go, %x, %i : f64, index
  }
  return
}

// -----

func.func @loop_c11_finish(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected value #0 of 'finish' to have element type f32, f64 or an integer of 1, 8, 16, 32 or 64 bits, but got 'f16'}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64):
    %half = arith.truncf %x : f64 to f16
    eq.yield %half : f16
  }
  return
}

// -----

func.func @loop_c12(%x: f64, %max: i32) {
  // expected-error @+1 {{'eq.loop' op expected 'sum_chunk' to be at least 1, but got 0}}
  %y, %n = eq.loop init(%x : f64) max(%max : i32) attributes {sum_chunk = 0 : i64}
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return
}

// -----

// The parser: `step` is not optional, and comes before `finish`.
func.func @without_step(%x: f64, %max: i32) {
  %y, %n = eq.loop init(%x : f64) max(%max : i32)
  start {
  ^bb0(%x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64
  // expected-error @+1 {{expected 'step'}}
  } finish {
  ^bb0(%k: i32, %again: i1, %x: f64):
    eq.yield %x : f64
  }
  return
}

// -----

func.func @next_outside(%go: i1) {
  // expected-error @+1 {{'eq.next' op expects parent op 'eq.loop'}}
  eq.next %go
}

// -----

func.func @yield_outside(%x: f64) {
  // expected-error @+1 {{'eq.yield' op expects parent op to be one of 'eq.fixed_point, eq.root, eq.ode, eq.loop'}}
  eq.yield %x : f64
}
