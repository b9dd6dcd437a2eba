// RUN: sed 's/VECTORS/vector_bits = 256, vector_registers = 16/' %s | eq-opt --eq-schedule-choose | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: sed 's/VECTORS/vector_bits = 512, vector_registers = 32/' %s | eq-opt --eq-schedule-choose | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: sed 's/VECTORS/vector_bits = 128, vector_registers = 32/' %s | eq-opt --eq-schedule-choose | FileCheck %s --check-prefixes=CHECK,NEON
// RUN: sed 's/VECTORS/vector_bits = 256, vector_registers = 16/' %s \
// RUN:   | eq-opt --eq-schedule-choose --remarks-filter=eq-schedule 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// What is assumed of a module that does not say is AVX2.
//
// RUN: sed 's/attributes.*{/{/' %s | eq-opt --eq-schedule-choose | FileCheck %s --check-prefixes=CHECK,AVX2

module attributes {eq.target = #eq.target<cpu, "any", VECTORS, l1 = 32768, l2 = 524288, cores = 1>} {

// Two vectors of f32 for each value, and as many rows as have their sums in
// registers.
//
// REMARK: Remark="#eq.lanes<lanes = 16, rows = 6, refill = 1>: {{[0-9]+}} ns a step and {{[0-9.]+}} ns a sample;
// REMARK-SAME: not #eq.serial: {{[0-9]+}} ns a step and {{[0-9.]+}} ns a sample;
// REMARK-SAME: not #eq.lanes<lanes = 4, rows = 8, refill = 1>: {{[0-9]+}} ns a step and {{[0-9.]+}} ns a sample;
// REMARK-SAME: not #eq.lanes<lanes = 8, rows = 8, refill = 1>: {{[0-9]+}} ns a step and {{[0-9.]+}} ns a sample"
//
// CHECK-LABEL: func.func @rows_in_registers
// AVX2:          schedule(#eq.lanes<lanes = 16, rows = 6, refill = 1>)
// AVX512:        schedule(#eq.lanes<lanes = 32, rows = 8, refill = 1>)
// NEON:          schedule(#eq.lanes<lanes = 8, rows = 8, refill = 1>)
func.func @rows_in_registers(%z: tensor<?x64xf32>, %w: tensor<64x64xf32>, %max: i32) -> tensor<?x64xf32> {
  %y, %steps = eq.loop init(%z : tensor<?x64xf32>) shared(%w : tensor<64x64xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<64xf32>, %w: tensor<64x64xf32>):
    %go = arith.constant true
    %zeros = arith.constant dense<0.0> : tensor<64xf32>
    %y = linalg.generic {
        indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%zeros : tensor<64xf32>) {
    ^bb0(%wij: f32, %zj: f32, %sum: f32):
      %next = math.fma %wij, %zj, %sum : f32
      linalg.yield %next : f32
    } -> tensor<64xf32>
    eq.next %go, %y : tensor<64xf32>
  }
  return %y : tensor<?x64xf32>
}

// Eight vectors of f64, since there are no rows, and little code. Samples that
// are cheap come in several at once.
//
// CHECK-LABEL: func.func @numbers
// AVX2:          schedule(#eq.lanes<lanes = 32, rows = 1, refill = 9>)
// AVX512:        schedule(#eq.lanes<lanes = 64, rows = 1, refill = 17>)
// NEON:          schedule(#eq.lanes<lanes = 16, rows = 1, refill = 4>)
func.func @numbers(%z: tensor<?xf64>, %max: i32) -> tensor<?xf64> {
  %y, %steps = eq.loop init(%z : tensor<?xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %one = arith.constant 1.0 : f64
    %sum = arith.addf %z, %one : f64
    %y = arith.divf %one, %sum : f64
    %change = arith.subf %y, %z : f64
    %go = arith.cmpf une, %change, %one : f64
    eq.next %go, %y : f64
  }
  return %y : tensor<?xf64>
}

// Left alone: one sample is one sample.
//
// REMARK: Remark="#eq.serial: {{.*}}; not #eq.lanes<lanes = 2, rows = 1, refill = 1>: {{.*}}, for 1 sample only;
//
// CHECK-LABEL: func.func @one_sample
// CHECK:         schedule(#eq.serial)
func.func @one_sample(%z: tensor<1xf64>, %max: i32) -> tensor<1xf64> {
  %y, %steps = eq.loop init(%z : tensor<1xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64):
    %one = arith.constant 1.0 : f64
    %y = arith.subf %one, %z : f64
    %go = arith.cmpf une, %y, %one : f64
    eq.next %go, %y : f64
  }
  return %y : tensor<1xf64>
}

// Too few samples to fill vectors: those of one hold its rows.
//
// CHECK-LABEL: func.func @few_samples
// AVX2:          schedule(#eq.serial)
func.func @few_samples(%z: tensor<4x64xf32>, %w: tensor<64x64xf32>, %max: i32) -> tensor<4x64xf32> {
  %y, %steps = eq.loop init(%z : tensor<4x64xf32>) shared(%w : tensor<64x64xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<64xf32>, %w: tensor<64x64xf32>):
    %go = arith.constant true
    %zeros = arith.constant dense<0.0> : tensor<64xf32>
    %y = linalg.generic {
        indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
        iterator_types = ["parallel", "reduction"]
    } ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%zeros : tensor<64xf32>) {
    ^bb0(%wij: f32, %zj: f32, %sum: f32):
      %next = math.fma %wij, %zj, %sum : f32
      linalg.yield %next : f32
    } -> tensor<64xf32>
    eq.next %go, %y : tensor<64xf32>
  }
  return %y : tensor<4x64xf32>
}

// A sample that fills a cache is alone in it.
//
// REMARK: Remark="#eq.serial: {{.*}}; not #eq.lanes<lanes = 2, rows = 8, refill = 1>: {{.*}}, and its samples are larger than the caches;
//
// CHECK-LABEL: func.func @large_states
// CHECK:         schedule(#eq.serial)
func.func @large_states(%z: tensor<?x30000xf64>, %max: i32) -> tensor<?x30000xf64> {
  %y, %steps = eq.loop init(%z : tensor<?x30000xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<30000xf64>):
    %go = arith.constant true
    %one = arith.constant 1.0 : f64
    %empty = tensor.empty() : tensor<30000xf64>
    %y = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]
    } ins(%z : tensor<30000xf64>) outs(%empty : tensor<30000xf64>) {
    ^bb0(%zi: f64, %unused: f64):
      %next = arith.addf %zi, %one : f64
      linalg.yield %next : f64
    } -> tensor<30000xf64>
    eq.next %go, %y : tensor<30000xf64>
  }
  return %y : tensor<?x30000xf64>
}

// Integers of 8 bits fill a vector with more lanes than there are bits for.
//
// CHECK-LABEL: func.func @bytes
// AVX2:          schedule(#eq.lanes<lanes = 64, rows = 1
// AVX512:        schedule(#eq.lanes<lanes = 64, rows = 1
// NEON:          schedule(#eq.lanes<lanes = 64, rows = 1
func.func @bytes(%z: tensor<?xi8>, %max: i32) -> tensor<?xi8> {
  %y, %steps = eq.loop init(%z : tensor<?xi8>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: i8):
    %go = arith.constant true
    %y0 = arith.muli %z, %z : i8
    %y1 = arith.addi %y0, %z : i8
    %y2 = arith.muli %y1, %y0 : i8
    eq.next %go, %y2 : i8
  }
  return %y : tensor<?xi8>
}

// Left alone: the schedule was given. What it takes is predicted all the same.
//
// REMARK: Remark="#eq.lanes<lanes = 2, rows = 1, refill = 2> was given, and is kept: {{[0-9.]+}} ns a step and {{[0-9.]+}} ns a sample"
//
// CHECK-LABEL: func.func @given
// CHECK:         schedule(#eq.lanes<lanes = 2, rows = 1, refill = 2>)
func.func @given(%z: tensor<?xf64>, %max: i32) -> tensor<?xf64> {
  %y, %steps = eq.loop init(%z : tensor<?xf64>) max(%max : i32) schedule(#eq.lanes<lanes = 2, rows = 1, refill = 2>)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    %y = arith.addf %z, %z : f64
    eq.next %go, %y : f64
  }
  return %y : tensor<?xf64>
}

}
