// RUN: eq-run %s --on=serial
// RUN: eq-run %s --on=cpu
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 1, rows = 1, refill = 1>'
// RUN: eq-run %s --schedule='#eq.lanes<lanes = 4, rows = 1, refill = 1>'

// `sum` operands: the one result that mixes samples. Each sample adds up its
// steps from 0, samples are added in index order in chunks of consecutive
// samples, chunks in order, the operand first. Where rounding shows the order,
// the expected bits are worked out in the comment.

// Whole numbers: samples with 1, 2 and 3 steps add x each step, onto 100.
func.func @scalar() {
  %x0 = arith.constant dense<[1.0, 10.0, 100.0]> : tensor<3xf64>
  %max = arith.constant dense<[1, 2, 3]> : tensor<3xi32>
  %first = arith.constant 100.0 : f64
  %x, %steps, %total = eq.loop init(%x0 : tensor<3xf64>) sum(%first : f64) max(%max : tensor<3xi32>)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64 sum(%x : f64)
  }
  eqtest.close %total, 421.0 : f64, ulps = 0
  return
}

// A gradient of shared weights: the outer product g x^T of two 2-vectors, of
// another shape than the states, and a count beside it.
func.func @tensor_and_scalar() {
  %g0 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %x0 = arith.constant dense<[[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]> : tensor<2x3xf32>
  %dw = arith.constant dense<0.0> : tensor<2x3xf32>
  %n0 = arith.constant 0.0 : f64
  %max = arith.constant 2 : i32
  %g, %steps, %total, %n = eq.loop init(%g0 : tensor<2x2xf32>) ins(%x0 : tensor<2x3xf32>)
      sum(%dw, %n0 : tensor<2x3xf32>, f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %g: tensor<2xf32>, %x: tensor<3xf32>):
    %go = arith.constant true
    %empty = tensor.empty() : tensor<2x3xf32>
    %outer = linalg.generic {
        indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
        iterator_types = ["parallel", "parallel"]}
        ins(%g, %x : tensor<2xf32>, tensor<3xf32>) outs(%empty : tensor<2x3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %p = arith.mulf %a, %b : f32
      linalg.yield %p : f32
    } -> tensor<2x3xf32>
    %one = arith.constant 1.0 : f64
    eq.next %go, %g : tensor<2xf32> sum(%outer, %one : tensor<2x3xf32>, f64)
  }
  // Two steps each of (1, 2)^T (1, 0, 2) + (3, 4)^T (0, 1, 1).
  eqtest.close %total, dense<[[2.0, 6.0, 10.0], [4.0, 8.0, 16.0]]> : tensor<2x3xf32>, ulps = 0
  eqtest.close %n, 4.0 : f64, ulps = 0
  return
}

// In f32, 2^24 + 1 rounds to 2^24 (a tie, to even), but 2^24 + 2 is exact. Four
// samples add 1 each onto 2^24. In one chunk (the default holds 64 samples) the
// partial sum is 4 first: 2^24 + 4.
func.func @partial_sums_come_first() {
  %x0 = arith.constant dense<1.0> : tensor<4xf32>
  %big = arith.constant 16777216.0 : f32
  %max = arith.constant 1 : i32
  %x, %steps, %total = eq.loop init(%x0 : tensor<4xf32>) sum(%big : f32) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f32):
    %go = arith.constant true
    eq.next %go, %x : f32 sum(%x : f32)
  }
  eqtest.close %total, 16777220.0 : f32, ulps = 0
  return
}

// In chunks of one, each 1 is lost by itself.
func.func @chunks_of_one() {
  %x0 = arith.constant dense<1.0> : tensor<4xf32>
  %big = arith.constant 16777216.0 : f32
  %max = arith.constant 1 : i32
  %x, %steps, %total = eq.loop init(%x0 : tensor<4xf32>) sum(%big : f32) max(%max : i32)
      attributes {sum_chunk = 1 : i64}
  step {
  ^bb0(%k: i32, %x: f32):
    %go = arith.constant true
    eq.next %go, %x : f32 sum(%x : f32)
  }
  eqtest.close %total, 16777216.0 : f32, ulps = 0
  return
}

// Five samples of 1 in chunks of two: partial sums 2, 2, 1. The first two are
// kept, the last is a tie again: (2^24 + 4) + 1 rounds to even, 2^24 + 4.
func.func @chunks_of_two() {
  %x0 = arith.constant dense<1.0> : tensor<5xf32>
  %big = arith.constant 16777216.0 : f32
  %max = arith.constant 1 : i32
  %x, %steps, %total = eq.loop init(%x0 : tensor<5xf32>) sum(%big : f32) max(%max : i32)
      attributes {sum_chunk = 2 : i64}
  step {
  ^bb0(%k: i32, %x: f32):
    %go = arith.constant true
    eq.next %go, %x : f32 sum(%x : f32)
  }
  eqtest.close %total, 16777220.0 : f32, ulps = 0
  return
}

// Samples in index order inside a chunk: 2^24, 1, 1, -2^24 from 0. In order, both
// ones are lost and the sum is 0; any other order would keep some.
func.func @index_order() {
  %x0 = arith.constant dense<[16777216.0, 1.0, 1.0, -16777216.0]> : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %max = arith.constant 1 : i32
  %x, %steps, %total = eq.loop init(%x0 : tensor<4xf32>) sum(%zero : f32) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f32):
    %go = arith.constant true
    eq.next %go, %x : f32 sum(%x : f32)
  }
  eqtest.close %total, 0.0 : f32, ulps = 0
  return
}

// Each sample adds up its own steps first: sample 1 adds 1 twice, which is 2, and
// 2^24 + 2 is exact.
func.func @steps_of_a_sample_first() {
  %x0 = arith.constant dense<[16777216.0, 1.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %max = arith.constant dense<[1, 2]> : tensor<2xi32>
  %x, %steps, %total = eq.loop init(%x0 : tensor<2xf32>) sum(%zero : f32) max(%max : tensor<2xi32>)
  step {
  ^bb0(%k: i32, %x: f32):
    %go = arith.constant true
    eq.next %go, %x : f32 sum(%x : f32)
  }
  eqtest.close %total, 16777218.0 : f32, ulps = 0
  return
}

// More samples than one default chunk of 64, in two batch dimensions: 130 ones.
// Whole numbers, so the order does not show; the count does.
func.func @several_chunks() {
  %x0 = arith.constant dense<1.0> : tensor<13x10xf64>
  %zero = arith.constant 0.0 : f64
  %max = arith.constant 3 : i32
  %x, %steps, %total = eq.loop init(%x0 : tensor<13x10xf64>) sum(%zero : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    eq.next %go, %x : f64 sum(%x : f64)
  }
  eqtest.close %total, 390.0 : f64, ulps = 0
  return
}

// Nobody, or no step: the operand is the sum.
func.func @nothing_to_add() {
  %none = arith.constant dense<1.0> : tensor<0xf64>
  %two = arith.constant dense<1.0> : tensor<2xf64>
  %first = arith.constant dense<[7.0, 8.0]> : tensor<2xf64>
  %zero = arith.constant 0 : i32
  %five = arith.constant 5 : i32
  %x, %n, %total = eq.loop init(%none : tensor<0xf64>) sum(%first : tensor<2xf64>) max(%five : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    %part = tensor.splat %x : tensor<2xf64>
    eq.next %go, %x : f64 sum(%part : tensor<2xf64>)
  }
  eqtest.close %total, dense<[7.0, 8.0]> : tensor<2xf64>, ulps = 0
  %y, %m, %same = eq.loop init(%two : tensor<2xf64>) sum(%first : tensor<2xf64>) max(%zero : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    %part = tensor.splat %x : tensor<2xf64>
    eq.next %go, %x : f64 sum(%part : tensor<2xf64>)
  }
  eqtest.close %same, dense<[7.0, 8.0]> : tensor<2xf64>, ulps = 0
  return
}

// A sum without a batch, and a sum in an inner loop of another sample's step:
// 1 + 2 + .. + 5 on top of 0.5 is 15.5; the inner sums of 3 ones make 3 a step.
func.func @without_batch_and_inner() {
  %x0 = arith.constant 1.0 : f64
  %first = arith.constant 0.5 : f64
  %five = arith.constant 5 : i32
  %x, %n, %total = eq.loop init(%x0 : f64) sum(%first : f64) max(%five : i32)
  step {
  ^bb0(%k: i32, %x: f64):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %y = arith.addf %x, %one : f64
    eq.next %go, %y : f64 sum(%x : f64)
  }
  eqtest.close %total, 15.5 : f64, ulps = 0

  %z0 = arith.constant dense<[0.0, 100.0]> : tensor<2xf64>
  %two = arith.constant 2 : i32
  %z, %m = eq.loop init(%z0 : tensor<2xf64>) max(%two : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %ones = arith.constant dense<1.0> : tensor<3xf64>
    %once = arith.constant 1 : i32
    %o, %c, %sum = eq.loop init(%ones : tensor<3xf64>) sum(%z : f64) max(%once : i32)
    step {
    ^bb0(%k: i32, %x: f64):
      %go = arith.constant true
      eq.next %go, %x : f64 sum(%x : f64)
    }
    eq.next %go, %sum : f64
  }
  eqtest.close %z, dense<[6.0, 106.0]> : tensor<2xf64>, ulps = 0
  return
}

// A loop in each step of a batch adds up from a constant: 1 + x + 2 x for x = 1, 10,
// with bounds 1 and 2 on the steps of the inner loop: 1 + 1, 1 + 10 + 20.
func.func @inner_sum_in_a_batch() {
  %x0 = arith.constant dense<[1.0, 10.0]> : tensor<2xf64>
  %most0 = arith.constant dense<[1, 2]> : tensor<2xi32>
  %max = arith.constant 1 : i32
  %zero = arith.constant dense<0.0> : tensor<2xf64>
  %s, %steps = eq.loop init(%zero : tensor<2xf64>) ins(%x0, %most0 : tensor<2xf64>, tensor<2xi32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %s: f64, %x: f64, %most: i32):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %y, %n, %total = eq.loop init(%x : f64) sum(%one : f64) max(%most : i32)
    step {
    ^bb0(%k: i32, %x: f64):
      %go = arith.constant true
      %twice = arith.addf %x, %x : f64
      eq.next %go, %twice : f64 sum(%x : f64)
    }
    eq.next %go, %total : f64
  }
  eqtest.close %s, dense<[2.0, 31.0]> : tensor<2xf64>, ulps = 0
  return
}
