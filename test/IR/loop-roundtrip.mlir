// RUN: eq-opt %s | eq-opt | FileCheck %s
// RUN: eq-opt %s --mlir-print-op-generic | eq-opt | FileCheck %s
// RUN: eq-opt %s --emit-bytecode | eq-opt | FileCheck %s
// RUN: eq-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// The short form: no `start` (the state is `init`), no `finish` (the results
// are the state).
//
// CHECK-LABEL: func.func @short_form
// CHECK:         %[[Y:final[0-9_]*]], %[[STEPS:steps[0-9_]*]] = eq.loop init(%{{[a-z0-9_]+}} : tensor<4096xf32>) max(%{{[a-z0-9_]+}} : i32)
// CHECK-SAME:      schedule(#eq.lanes<lanes = 16, rows = 8, refill = 1>) step {
// CHECK-NEXT:    ^bb0(%{{k[0-9_]*}}: i32, %{{z[0-9_]*}}: f32):
// CHECK:           eq.next %[[AGAIN:[a-z0-9_]+]], %{{[a-z0-9_]+}} : f32
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[Y]], %[[STEPS]] : tensor<4096xf32>, tensor<4096xi32>
//
// GENERIC-LABEL: sym_name = "short_form"
// GENERIC:       "eq.loop"(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}) <{operandSegmentSizes = array<i32: 1, 0, 0, 0, 0, 1>,
// GENERIC:         "eq.next"(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>}> : (i1, f32) -> ()
func.func @short_form(%x: tensor<4096xf32>, %max: i32) -> (tensor<4096xf32>, tensor<4096xi32>) {
  %y, %steps = eq.loop init(%x : tensor<4096xf32>) max(%max : i32)
      schedule(#eq.lanes<lanes = 16, rows = 8, refill = 1>)
  step {
  ^bb0(%k: i32, %x: f32):
    %half = arith.constant 0.5 : f32
    %one = arith.constant 1.0 : f32
    %y = arith.mulf %x, %half : f32
    %again = arith.cmpf ogt, %y, %one : f32
    eq.next %again, %y : f32
  }
  return %y, %steps : tensor<4096xf32>, tensor<4096xi32>
}

// The long form: private state made by `start`, a recorded trace, a sum over
// samples, results made by `finish`.
//
// CHECK-LABEL: func.func @long_form
// CHECK:         %{{final[0-9_]*}}, %[[R:final[0-9_]*]], %{{steps[0-9_]*}}, %[[RECORD:record[0-9_]*]], %[[SUM:sum[0-9_]*]] = eq.loop init(%{{[a-z0-9_]+}} : tensor<?x64xf32>)
// CHECK-SAME:      ins(%{{[a-z0-9_]+}} : tensor<?x64xf32>) shared(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<64x64xf32>, f32)
// CHECK-SAME:      record(%{{[a-z0-9_]+}} : tensor<?x16xf32>) sum(%{{[a-z0-9_]+}} : tensor<64x64xf32>) max(%{{[a-z0-9_]+}} : i32) start {
// CHECK-NEXT:    ^bb0(%{{z[0-9_]*}}: tensor<64xf32>, %{{x[0-9_]*}}: tensor<64xf32>, %{{w[0-9_]*}}: tensor<64x64xf32>, %{{w[0-9_]*}}: f32):
// CHECK:           eq.next %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<64xf32>, tensor<5x64xf32>, f32
// CHECK-NEXT:    } step {
// CHECK-NEXT:    ^bb0(%{{k[0-9_]*}}: i32, %{{z[0-9_]*}}: tensor<64xf32>, %[[H:z[0-9_]*]]: tensor<5x64xf32>, %{{z[0-9_]*}}: f32, %{{x[0-9_]*}}: tensor<64xf32>, %{{w[0-9_]*}}: tensor<64x64xf32>, %{{w[0-9_]*}}: f32, %[[RS:record[0-9_]*]]: tensor<16xf32>):
// CHECK:           eq.push %{{[a-z0-9_]+}}, %[[H]] : tensor<64xf32> into tensor<5x64xf32>
// CHECK:           %[[RS1:[a-z0-9_]+]] = eq.record %{{[a-z0-9_]+}}, %[[RS]][%{{[a-z0-9_]+}}] when %{{[a-z0-9_]+}} : f32 into tensor<16xf32>
// CHECK:           eq.next %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<64xf32>, tensor<5x64xf32>, f32 record(%[[RS1]] : tensor<16xf32>) sum(%{{[a-z0-9_]+}} : tensor<64x64xf32>)
// CHECK-NEXT:    } finish {
// CHECK-NEXT:    ^bb0(%{{k[0-9_]*}}: i32, %{{again[0-9_]*}}: i1, %{{z[0-9_]*}}: tensor<64xf32>, %{{z[0-9_]*}}: tensor<5x64xf32>, %{{z[0-9_]*}}: f32, %{{x[0-9_]*}}: tensor<64xf32>, %{{w[0-9_]*}}: tensor<64x64xf32>, %{{w[0-9_]*}}: f32):
// CHECK-NEXT:      eq.yield %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<64xf32>, f32
// CHECK:         return %{{[a-z0-9_]+}}, %[[R]], %[[RECORD]], %[[SUM]] : tensor<?x64xf32>, tensor<?xf32>, tensor<?x16xf32>, tensor<64x64xf32>
func.func @long_form(%z: tensor<?x64xf32>, %x: tensor<?x64xf32>, %w: tensor<64x64xf32>,
    %tol: f32, %trace: tensor<?x16xf32>, %g: tensor<64x64xf32>, %max: i32)
    -> (tensor<?x64xf32>, tensor<?xf32>, tensor<?x16xf32>, tensor<64x64xf32>) {
  %z1, %r, %steps, %rs, %gs = eq.loop
      init(%z : tensor<?x64xf32>) ins(%x : tensor<?x64xf32>)
      shared(%w, %tol : tensor<64x64xf32>, f32)
      record(%trace : tensor<?x16xf32>) sum(%g : tensor<64x64xf32>) max(%max : i32)
  start {
  ^bb0(%z: tensor<64xf32>, %x: tensor<64xf32>, %w: tensor<64x64xf32>, %tol: f32):
    %none = arith.constant dense<0.0> : tensor<5x64xf32>
    %inf = arith.constant 0x7F800000 : f32
    %go = arith.constant true
    eq.next %go, %z, %none, %inf : tensor<64xf32>, tensor<5x64xf32>, f32
  } step {
  ^bb0(%k: i32, %z: tensor<64xf32>, %h: tensor<5x64xf32>, %r: f32, %x: tensor<64xf32>,
       %w: tensor<64x64xf32>, %tol: f32, %rs: tensor<16xf32>):
    %f = linalg.matvec ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>)
        outs(%x : tensor<64xf32>) -> tensor<64xf32>
    %h1 = eq.push %f, %h : tensor<64xf32> into tensor<5x64xf32>
    %c0 = arith.constant 0 : index
    %r1 = tensor.extract %f[%c0] : tensor<64xf32>
    %again = arith.cmpf ogt, %r1, %tol : f32
    %slot = arith.index_cast %k : i32 to index
    %rs1 = eq.record %r1, %rs[%slot] when %again : f32 into tensor<16xf32>
    eq.next %again, %f, %h1, %r1 : tensor<64xf32>, tensor<5x64xf32>, f32
        record(%rs1 : tensor<16xf32>) sum(%w : tensor<64x64xf32>)
  } finish {
  ^bb0(%k: i32, %again: i1, %z: tensor<64xf32>, %h: tensor<5x64xf32>, %r: f32,
       %x: tensor<64xf32>, %w: tensor<64x64xf32>, %tol: f32):
    eq.yield %z, %r : tensor<64xf32>, f32
  }
  return %z1, %r, %rs, %gs : tensor<?x64xf32>, tensor<?xf32>, tensor<?x16xf32>, tensor<64x64xf32>
}

// `start` may take the records, last. The chunk of sums is an attribute. `max`
// per sample.
//
// CHECK-LABEL: func.func @start_takes_records
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : tensor<2x3xf64>) record(%{{[a-z0-9_]+}} : tensor<2x3x4xf64>) sum(%{{[a-z0-9_]+}} : f64) max(%{{[a-z0-9_]+}} : tensor<2x3xi32>)
// CHECK-SAME:      attributes {sum_chunk = 8 : i64} start {
// CHECK-NEXT:    ^bb0(%{{z[0-9_]*}}: f64, %[[RS:record[0-9_]*]]: tensor<4xf64>):
// CHECK:           %[[RS1:[a-z0-9_]+]] = eq.record %{{[a-z0-9_]+}}, %[[RS]]
// CHECK:           eq.next %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64 record(%[[RS1]] : tensor<4xf64>)
// CHECK:           eq.next %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64 record(%{{[a-z0-9_]+}} : tensor<4xf64>) sum(%{{[a-z0-9_]+}} : f64)
func.func @start_takes_records(%z: tensor<2x3xf64>, %trace: tensor<2x3x4xf64>, %sum: f64,
    %max: tensor<2x3xi32>) -> (tensor<2x3x4xf64>, f64) {
  %z1, %steps, %rs, %total = eq.loop init(%z : tensor<2x3xf64>)
      record(%trace : tensor<2x3x4xf64>) sum(%sum : f64) max(%max : tensor<2x3xi32>)
      attributes {sum_chunk = 8 : i64}
  start {
  ^bb0(%z: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %rs1 = eq.record %z, %rs[%c0] when %go : f64 into tensor<4xf64>
    eq.next %go, %z : f64 record(%rs1 : tensor<4xf64>)
  } step {
  ^bb0(%k: i32, %z: f64, %rs: tensor<4xf64>):
    %go = arith.constant true
    eq.next %go, %z : f64 record(%rs : tensor<4xf64>) sum(%z : f64)
  }
  return %rs, %total : tensor<2x3x4xf64>, f64
}

// A record may be carried by control flow and by a loop inside.
//
// CHECK-LABEL: func.func @record_carried
// CHECK:         scf.for
// CHECK:         scf.if
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : f64) record(%{{[a-z0-9_]+}} : tensor<4xf64>)
func.func @record_carried(%z: tensor<5xf64>, %trace: tensor<5x4xf64>, %max: i32) -> tensor<5x4xf64> {
  %z1, %steps, %rs = eq.loop init(%z : tensor<5xf64>) shared(%max : i32)
      record(%trace : tensor<5x4xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: f64, %max: i32, %rs: tensor<4xf64>):
    %go = arith.constant true
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %rs1 = scf.for %i = %c0 to %c2 step %c1 iter_args(%carried = %rs) -> (tensor<4xf64>) {
      %next = eq.record %z, %carried[%i] when %go : f64 into tensor<4xf64>
      scf.yield %next : tensor<4xf64>
    }
    %rs2 = scf.if %go -> (tensor<4xf64>) {
      %next = eq.record %z, %rs1[%c2] when %go : f64 into tensor<4xf64>
      scf.yield %next : tensor<4xf64>
    } else {
      scf.yield %rs1 : tensor<4xf64>
    }
    %z2, %inner_steps, %rs3 = eq.loop init(%z : f64) record(%rs2 : tensor<4xf64>) max(%max : i32)
    step {
    ^bb0(%k: i32, %z: f64, %rs: tensor<4xf64>):
      %stop = arith.constant false
      eq.next %stop, %z : f64 record(%rs : tensor<4xf64>)
    }
    eq.next %go, %z2 : f64 record(%rs3 : tensor<4xf64>)
  }
  return %rs : tensor<5x4xf64>
}

// CHECK-LABEL: func.func @expect_batch
// CHECK-SAME:    (%[[SIZE:.*]]: index, %[[BATCH:.*]]: index)
// CHECK-NEXT:    eq.expect_batch %[[SIZE]] is %[[BATCH]], "'ins' operand #0"
func.func @expect_batch(%size: index, %batch: index) {
  eq.expect_batch %size is %batch, "'ins' operand #0"
  return
}

// CHECK-LABEL: func.func @cancelled
// CHECK-NEXT:    %[[STOPS:.*]] = eq.cancelled
// CHECK-NEXT:    return %[[STOPS]] : i1
func.func @cancelled() -> i1 {
  %stops = eq.cancelled
  return %stops : i1
}
