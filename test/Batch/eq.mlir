// RUN: eq-opt %s --eq-test-batch=lanes=2 --verify-each=false --mlir-print-assume-verified | FileCheck %s

// The rules of eq. A loop of a lane block is no loop of a program, whose states are
// numbers, so it is not verified: it lives inside of one pass.

// All lanes that run begin together, and the loop runs until the last one is done:
// its own bound and what it goes on with are those of the block.
//
// CHECK-LABEL: func.func @loop
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf64>, %[[W:[a-z0-9]+]]: f64, %[[MAX:[a-z0-9]+]]: vector<2xi32>, %[[MASK:[a-z0-9]+]]: vector<2xi1>,
// CHECK:         %[[MOST:.*]] = arith.constant 2147483647 : i32
// CHECK:         %[[Y:.*]], %[[N:.*]], %{{.*}} = eq.loop init(%[[X]] : vector<2xf64>)
// CHECK-SAME:      shared(%[[W]], %[[MAX]], %[[MASK]] : f64, vector<2xi32>, vector<2xi1>) max(%[[MOST]] : i32) start {
// CHECK-NEXT:    ^bb0(%[[X0:[a-z0-9_]+]]: vector<2xf64>, %{{[a-z0-9_]+}}: f64, %[[MAX0:[a-z0-9_]+]]: vector<2xi32>, %[[RUN0:[a-z0-9_]+]]: vector<2xi1>):
// CHECK:           %[[AGAIN0:.*]] = arith.constant dense<true>
// CHECK:           %[[GO0:.*]] = arith.andi %[[RUN0]], %[[AGAIN0]]
// CHECK:           %[[STEPS0:.*]] = arith.constant dense<0>
// CHECK:           %[[MAY0:.*]] = arith.cmpi slt, %[[STEPS0]], %[[MAX0]]
// CHECK:           %[[ACTIVE0:.*]] = arith.andi %[[GO0]], %[[MAY0]]
// CHECK:           vector.bitcast %[[ACTIVE0]] : vector<2xi1> to vector<1xi2>
// CHECK:           %[[ANY0:.*]] = arith.cmpi ne
// CHECK:           eq.next %[[ANY0]], %[[ACTIVE0]], %[[AGAIN0]], %[[STEPS0]], %[[X0]]
//
// A lane that is not active keeps its state, its flag and its count.
//
// CHECK:         } step {
// CHECK-NEXT:    ^bb0(%[[K:[a-z0-9_]+]]: i32, %[[ACTIVE:[a-z0-9_]+]]: vector<2xi1>, %[[AGAIN:[a-z0-9_]+]]: vector<2xi1>, %[[STEPS:[a-z0-9_]+]]: vector<2xi32>, %[[OLD:[a-z0-9_]+]]: vector<2xf64>, %{{.*}}: f64, %[[MAX1:[a-z0-9_]+]]: vector<2xi32>,
// CHECK:           %[[NEW:.*]] = arith.mulf %[[OLD]]
// CHECK:           %[[GO:.*]] = arith.cmpf ogt, %[[NEW]]
// CHECK:           %[[K1:.*]] = arith.addi %[[K]]
// CHECK:           %[[K1S:.*]] = vector.broadcast %[[K1]]
// CHECK:           %[[GOES:.*]] = arith.andi %[[ACTIVE]], %[[GO]]
// CHECK:           %[[MAY:.*]] = arith.cmpi slt, %[[K1S]], %[[MAX1]]
// CHECK:           %[[STILL:.*]] = arith.andi %[[GOES]], %[[MAY]]
// CHECK:           %[[AGAIN1:.*]] = arith.select %[[ACTIVE]], %[[GO]], %[[AGAIN]]
// CHECK:           %[[STEPS1:.*]] = arith.select %[[ACTIVE]], %[[K1S]], %[[STEPS]]
// CHECK:           %[[X1:.*]] = arith.select %[[ACTIVE]], %[[NEW]], %[[OLD]]
// CHECK:           %[[ANY:.*]] = arith.cmpi ne
// CHECK:           eq.next %[[ANY]], %[[STILL]], %[[AGAIN1]], %[[STEPS1]], %[[X1]]
// CHECK:         } finish {
// CHECK-NEXT:    ^bb0(%{{.*}}: i32, %{{.*}}: i1, %{{.*}}: vector<2xi1>, %{{.*}}: vector<2xi1>, %[[TAKEN:[a-z0-9_]+]]: vector<2xi32>, %[[LAST:[a-z0-9_]+]]: vector<2xf64>,
// CHECK-NEXT:      eq.yield %[[LAST]], %[[TAKEN]]
// CHECK:         return %[[Y]], %[[N]]
func.func @loop(%x: f64, %w: f64 {eqtest.shared}, %max: i32) -> (f64, i32) {
  %y, %steps = eq.loop init(%x : f64) shared(%w : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %w: f64):
    %y = arith.mulf %x, %w : f64
    %again = arith.cmpf ogt, %y, %w : f64
    eq.next %again, %y : f64
  }
  return %y, %steps : f64, i32
}
// A batch of samples inside of one: the loop keeps it, and each lane runs all of
// it. A bound for each of these goes in with them; sums take nothing from lanes
// that are done.
//
// CHECK-LABEL: func.func @loop_of_a_batch
// CHECK:         eq.loop init(%{{.*}} : tensor<3xvector<2xf64>>)
// CHECK-SAME:      ins(%{{.*}}, %{{.*}} : tensor<3xf64>, tensor<3xvector<2xi32>>) shared(%{{.*}} : vector<2xi1>)
// CHECK-SAME:      sum(%{{.*}} : vector<2xf64>)
// CHECK-SAME:      start {
// CHECK-NEXT:    ^bb0(%{{[a-z0-9_]+}}: vector<2xf64>, %{{[a-z0-9_]+}}: f64, %{{[a-z0-9_]+}}: vector<2xi32>, %{{[a-z0-9_]+}}: vector<2xi1>):
// CHECK:         } step {
// CHECK-NEXT:    ^bb0(%{{[a-z0-9_]+}}: i32, %[[ACTIVE:[a-z0-9_]+]]: vector<2xi1>,
// CHECK:           %[[NEW:.*]] = arith.mulf
// CHECK:           %[[ZERO:.*]] = arith.constant dense<0.000000e+00>
// CHECK:           %[[PART:.*]] = arith.select %[[ACTIVE]], %[[NEW]], %[[ZERO]]
// CHECK:           eq.next {{.*}} sum(%[[PART]] : vector<2xf64>)
func.func @loop_of_a_batch(%x: tensor<3xf64>, %w: tensor<3xf64> {eqtest.shared}, %max: tensor<3xi32>, %first: f64 {eqtest.shared}) -> (tensor<3xf64>, f64) {
  %y, %steps, %total = eq.loop init(%x : tensor<3xf64>) ins(%w : tensor<3xf64>) sum(%first : f64) max(%max : tensor<3xi32>)
  step {
  ^bb0(%k: i32, %x: f64, %w: f64):
    %go = arith.constant true
    %y = arith.mulf %x, %w : f64
    eq.next %go, %y : f64 sum(%y : f64)
  }
  return %y, %total : tensor<3xf64>, f64
}

// Nothing differs between samples: one loop for all.
//
// CHECK-LABEL: func.func @loop_that_all_share
// CHECK:         eq.loop init(%{{.*}} : f64) max(%{{.*}} : i32) step
func.func @loop_that_all_share(%w: f64 {eqtest.shared}, %max: i32 {eqtest.shared}, %x: f64) -> f64 {
  %y, %steps = eq.loop init(%w : f64) max(%max : i32)
  step {
  ^bb0(%k: i32, %w: f64):
    %go = arith.constant true
    %v = arith.mulf %w, %w : f64
    eq.next %go, %v : f64
  }
  %z = arith.addf %x, %y : f64
  return %z : f64
}

// CHECK-LABEL: func.func @push
// CHECK:         eq.push %{{.*}}, %{{.*}} : vector<2xf64> into tensor<5xvector<2xf64>>
func.func @push(%x: f64, %h: tensor<5xf64>) -> tensor<5xf64> {
  %r = eq.push %x, %h : f64 into tensor<5xf64>
  return %r : tensor<5xf64>
}
// Each lane that runs, wants to write and names a slot that exists writes to the
// memory of its sample.
//
// CHECK-LABEL: func.func @record
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf64>, %[[R:[a-z0-9]+]]: memref<?x7xf64>, %[[SLOT:[a-z0-9]+]]: vector<2xindex>, %[[WHEN:[a-z0-9]+]]: vector<2xi1>, %[[MASK:[a-z0-9]+]]: vector<2xi1>, %[[SAMPLES:[a-z0-9]+]]: memref<2xindex>)
// CHECK:         %[[ZEROS:.*]] = arith.constant dense<0>
// CHECK:         %[[LOW:.*]] = arith.cmpi sge, %[[SLOT]], %[[ZEROS]]
// CHECK:         %[[SEVENS:.*]] = arith.constant dense<7>
// CHECK:         %[[HIGH:.*]] = arith.cmpi slt, %[[SLOT]], %[[SEVENS]]
// CHECK:         %[[INSIDE:.*]] = arith.andi %[[LOW]], %[[HIGH]]
// CHECK:         %[[WANTS:.*]] = arith.andi %[[INSIDE]], %[[WHEN]]
// CHECK:         %[[WRITES:.*]] = arith.andi %[[MASK]], %[[WANTS]]
// CHECK:         vector.bitcast %[[WRITES]] : vector<2xi1> to vector<1xi2>
// CHECK:         scf.while
// CHECK:           %[[FIRST:.*]] = math.cttz
// CHECK:           %[[LANE:.*]] = arith.index_cast %[[FIRST]]
// CHECK:           %[[B:.*]] = memref.load %[[SAMPLES]][%[[LANE]]]
// CHECK:           %[[AT:.*]] = vector.extract %[[SLOT]][%[[LANE]]]
// CHECK:           %[[V:.*]] = vector.extract %[[X]][%[[LANE]]]
// CHECK:           memref.store %[[V]], %[[R]][%[[B]], %[[AT]]]
// CHECK:         return{{$}}
func.func @record(%x: f64, %r: tensor<7xf64> {eqtest.record}, %slot: index, %c: i1) -> tensor<7xf64> {
  %s = eq.record %x, %r[%slot] when %c : f64 into tensor<7xf64>
  return %s : tensor<7xf64>
}
// CHECK-LABEL: func.func @record_tensor
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: tensor<3xvector<2xf64>>, %[[R:[a-z0-9]+]]: memref<?x7x3xf64>, %[[SLOT:[a-z0-9]+]]: index,
// CHECK:         scf.while
// CHECK:           scf.for %[[J:.*]] =
// CHECK:             %[[ALL:.*]] = tensor.extract %[[X]][%[[J]]]
// CHECK:             %[[V:.*]] = vector.extract %[[ALL]][%{{.*}}]
// CHECK:             memref.store %[[V]], %[[R]][%{{.*}}, %[[SLOT]], %[[J]]]
func.func @record_tensor(%x: tensor<3xf64>, %r: tensor<7x3xf64> {eqtest.record}, %slot: index {eqtest.shared}, %c: i1) -> tensor<7x3xf64> {
  %s = eq.record %x, %r[%slot] when %c : tensor<3xf64> into tensor<7x3xf64>
  return %s : tensor<7x3xf64>
}
// Loops and branches carry nothing for a record; only lanes that are there write.
//
// CHECK-LABEL: func.func @record_in_for_and_if
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf64>, %[[R:[a-z0-9]+]]: memref<?x7xf64>, %[[N:[a-z0-9]+]]: vector<2xindex>, %[[C:[a-z0-9]+]]: vector<2xi1>, %[[MASK:[a-z0-9]+]]: vector<2xi1>,
// CHECK:         scf.for %[[I:.*]] = {{.*}} iter_args(%{{.*}} = %[[X]]) -> (vector<2xf64>)
// CHECK:           %[[TURN:.*]] = arith.cmpi slt
// CHECK:           %[[RUNS:.*]] = arith.andi %[[MASK]], %[[TURN]]
// CHECK:           %[[THERE:.*]] = arith.andi %[[RUNS]], %[[C]]
// CHECK:           arith.andi %[[THERE]], %{{.*}}
// CHECK:           memref.store %{{.*}}, %[[R]][%{{.*}}, %[[I]]]
func.func @record_in_for_and_if(%x: f64, %r: tensor<7xf64> {eqtest.record}, %n: index, %c: i1) -> (tensor<7xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s, %z = scf.for %i = %c0 to %n step %c1 iter_args(%old = %r, %y = %x) -> (tensor<7xf64>, f64) {
    %y1 = arith.addf %y, %y : f64
    %new = scf.if %c -> (tensor<7xf64>) {
      %written = eq.record %y, %old[%i] when %c : f64 into tensor<7xf64>
      scf.yield %written : tensor<7xf64>
    } else {
      scf.yield %old : tensor<7xf64>
    }
    scf.yield %new, %y1 : tensor<7xf64>, f64
  }
  return %s, %z : tensor<7xf64>, f64
}

// A record in a loop: the memory and the samples go in with what all lanes share.
//
// CHECK-LABEL: func.func @record_in_loop
// CHECK-SAME:    (%{{.*}}: vector<2xf64>, %[[R:[a-z0-9]+]]: memref<?x7xf64>, %{{.*}}: i32, %[[MASK:[a-z0-9]+]]: vector<2xi1>, %[[SAMPLES:[a-z0-9]+]]: memref<2xindex>)
// CHECK:         eq.loop {{.*}} shared(%[[MASK]], %[[SAMPLES]], %[[R]] : vector<2xi1>, memref<2xindex>, memref<?x7xf64>) max(%{{.*}} : i32)
// CHECK:         step {
// CHECK-NEXT:    ^bb0({{.*}}, %[[HERE:[a-z0-9_]+]]: memref<?x7xf64>):
// CHECK:           memref.store %{{.*}}, %[[HERE]]
func.func @record_in_loop(%x: f64, %r: tensor<7xf64> {eqtest.record}, %max: i32 {eqtest.shared}) -> tensor<7xf64> {
  %y, %steps, %s = eq.loop init(%x : f64) record(%r : tensor<7xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %x: f64, %r: tensor<7xf64>):
    %go = arith.constant true
    %slot = arith.index_cast %k : i32 to index
    %next = eq.record %x, %r[%slot] when %go : f64 into tensor<7xf64>
    eq.next %go, %x : f64 record(%next : tensor<7xf64>)
  }
  return %s : tensor<7xf64>
}
