// RUN: eq-opt %s --eq-test-batch=lanes=2 --canonicalize --cse | FileCheck %s

// The rules of scf.

// Bounds that all samples share stay.
//
// CHECK-LABEL: func.func @for
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf64>, %[[N:[a-z0-9]+]]: index,
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK:         %[[R:.*]] = scf.for %{{.*}} = %[[C0]] to %[[N]] step %[[C1]] iter_args(%[[Y:.*]] = %[[X]]) -> (vector<2xf64>)
// CHECK-NEXT:      %[[NEXT:.*]] = arith.mulf %[[Y]], %[[X]] : vector<2xf64>
// CHECK-NEXT:      scf.yield %[[NEXT]]
// CHECK:         return %[[R]]
func.func @for(%x: f64, %n: index {eqtest.shared}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%y = %x) -> (f64) {
    %next = arith.mulf %y, %x : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// Where each sample ends elsewhere, turns are made until the last lane that runs
// is done; a lane that is done keeps what it has.
//
// CHECK-LABEL: func.func @for_to
// CHECK-SAME:    (%[[T:[a-z0-9]+]]: tensor<5xvector<2xf64>>, %[[N:[a-z0-9]+]]: vector<2xindex>, %[[MASK:[a-z0-9]+]]: vector<2xi1>,
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[THREES:.*]] = arith.constant dense<3> : vector<2xindex>
// CHECK:         %[[ENDS:.*]] = arith.select %[[MASK]], %[[N]], %[[THREES]]
// CHECK:         %[[END:.*]] = vector.reduction <maxsi>, %[[ENDS]], %[[C3]]
// CHECK:         scf.for %[[I:.*]] = %[[C3]] to %[[END]] step %[[C2]] iter_args(%[[OLD:.*]] = %[[T]])
// CHECK:           %[[IS:.*]] = vector.broadcast %[[I]] : index to vector<2xindex>
// CHECK:           %[[TURN:.*]] = arith.cmpi slt, %[[IS]], %[[N]]
// CHECK:           %[[RUNS:.*]] = arith.andi %[[MASK]], %[[TURN]]
// CHECK:           %[[NEW:.*]] = tensor.insert
// CHECK:           %[[KEPT:.*]] = linalg.generic {{.*}} ins(%[[NEW]], %[[OLD]] : tensor<5xvector<2xf64>>, tensor<5xvector<2xf64>>)
// CHECK-NEXT:      ^bb0(%[[A:[a-z0-9_]+]]: vector<2xf64>, %[[B:[a-z0-9_]+]]: vector<2xf64>, %{{.*}}):
// CHECK-NEXT:        arith.select %[[RUNS]], %[[A]], %[[B]]
// CHECK:           scf.yield %[[KEPT]]
func.func @for_to(%t: tensor<5xf64>, %n: index) -> tensor<5xf64> {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c3 to %n step %c2 iter_args(%y = %t) -> (tensor<5xf64>) {
    %x = tensor.extract %y[%c1] : tensor<5xf64>
    %next = tensor.insert %x into %y[%c2] : tensor<5xf64>
    scf.yield %next : tensor<5xf64>
  }
  return %r : tensor<5xf64>
}

// Where each begins elsewhere, turns are counted: (end - first) / step of them,
// rounded up.
//
// CHECK-LABEL: func.func @for_from
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xi32>, %[[FROM:[a-z0-9]+]]: vector<2xi32>, %[[TO:[a-z0-9]+]]: i32, %[[MASK:[a-z0-9]+]]: vector<2xi1>,
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : i32
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : i32
// CHECK-DAG:     %[[ZEROS:.*]] = arith.constant dense<0> : vector<2xi32>
// CHECK-DAG:     %[[THREES:.*]] = arith.constant dense<3> : vector<2xi32>
// CHECK:         %[[TOS:.*]] = vector.broadcast %[[TO]]
// CHECK:         %[[ANY:.*]] = arith.cmpi slt, %[[FROM]], %[[TOS]]
// CHECK:         %[[LENGTH:.*]] = arith.subi %[[TOS]], %[[FROM]]
// CHECK:         %[[TURNS:.*]] = arith.ceildivui %[[LENGTH]], %[[THREES]]
// CHECK:         %[[OWN:.*]] = arith.select %[[ANY]], %[[TURNS]], %[[ZEROS]]
// CHECK:         %[[RUNNING:.*]] = arith.select %[[MASK]], %[[OWN]], %[[ZEROS]]
// CHECK:         %[[END:.*]] = vector.reduction <maxui>, %[[RUNNING]]
// CHECK:         scf.for unsigned %[[K:.*]] = %[[C0]] to %[[END]] step %[[C1]]
// CHECK:           %[[KS:.*]] = vector.broadcast %[[K]]
// CHECK:           %[[TURN:.*]] = arith.cmpi ult, %[[KS]], %[[OWN]]
// CHECK:           %[[RUNS:.*]] = arith.andi %[[MASK]], %[[TURN]]
// CHECK:           %[[AHEAD:.*]] = arith.muli %[[KS]], %[[THREES]]
// CHECK:           %[[I:.*]] = arith.addi %[[FROM]], %[[AHEAD]]
// CHECK:           %[[NEXT:.*]] = arith.xori %{{.*}}, %[[I]]
// CHECK:           arith.select %[[RUNS]], %[[NEXT]], %{{.*}}
func.func @for_from(%x: i32, %from: i32, %to: i32 {eqtest.shared}) -> i32 {
  %c3 = arith.constant 3 : i32
  %r = scf.for %i = %from to %to step %c3 iter_args(%y = %x) -> (i32) : i32 {
    %next = arith.xori %y, %i : i32
    scf.yield %next : i32
  }
  return %r : i32
}

// Both sides are computed, then each lane takes its own.
//
// CHECK-LABEL: func.func @if
// CHECK-SAME:    (%[[C:[a-z0-9]+]]: vector<2xi1>, %[[X:[a-z0-9]+]]: vector<2xf64>,
// CHECK-DAG:     %[[A:.*]] = arith.addf %[[X]], %[[X]]
// CHECK-DAG:     %[[B:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK:         arith.select %[[C]], %[[A]], %[[B]]
// CHECK-NOT:     scf.if
func.func @if(%c: i1, %x: f64) -> f64 {
  %r = scf.if %c -> (f64) {
    %a = arith.addf %x, %x : f64
    scf.yield %a : f64
  } else {
    %b = arith.mulf %x, %x : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// A side with a loop is left out where no lane takes it. In it only the lanes
// that take it run.
//
// CHECK-LABEL: func.func @if_with_loop
// CHECK-SAME:    (%[[C:[a-z0-9]+]]: vector<2xi1>, %[[X:[a-z0-9]+]]: vector<2xf64>, %[[N:[a-z0-9]+]]: vector<2xindex>, %[[MASK:[a-z0-9]+]]: vector<2xi1>,
// CHECK:         %[[LANES:.*]] = arith.andi %[[MASK]], %[[C]]
// CHECK:         vector.bitcast %[[LANES]] : vector<2xi1> to vector<1xi2>
// CHECK:         %[[ANY:.*]] = arith.cmpi ne
// CHECK:         scf.if %[[ANY]] -> (vector<2xf64>)
// CHECK:           arith.select %[[LANES]], %[[N]]
// CHECK:           %[[R:.*]] = scf.for
// CHECK:           %[[CHOSEN:.*]] = arith.select %[[C]], %[[R]], %[[X]]
// CHECK:           scf.yield %[[CHOSEN]]
// CHECK:         } else {
// CHECK-NEXT:      scf.yield %[[X]]
func.func @if_with_loop(%c: i1, %x: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.if %c -> (f64) {
    %a = scf.for %i = %c0 to %n step %c1 iter_args(%y = %x) -> (f64) {
      %next = arith.addf %y, %x : f64
      scf.yield %next : f64
    }
    scf.yield %a : f64
  } else {
    scf.yield %x : f64
  }
  return %r : f64
}

// So is a side with a structured op over many elements.
//
// CHECK-LABEL: func.func @if_with_many_elements
// CHECK-SAME:    (%[[C:[a-z0-9]+]]: vector<2xi1>,
// CHECK:         %[[ANY:.*]] = arith.cmpi ne
// CHECK:         scf.if %[[ANY]] -> (vector<2xf64>)
// CHECK:           linalg.generic
// CHECK:           scf.yield
// CHECK:         } else {
// CHECK-NOT:       linalg.generic
func.func @if_with_many_elements(%c: i1, %x: tensor<32xf64>, %zero: f64) -> f64 {
  %r = scf.if %c -> (f64) {
    %start = tensor.from_elements %zero : tensor<f64>
    %sum = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]
    } ins(%x : tensor<32xf64>) outs(%start : tensor<f64>) {
    ^bb0(%a: f64, %before: f64):
      %next = arith.addf %before, %a : f64
      linalg.yield %next : f64
    } -> tensor<f64>
    %s = tensor.extract %sum[] : tensor<f64>
    scf.yield %s : f64
  } else {
    scf.yield %zero : f64
  }
  return %r : f64
}

// The same for the other side.
//
// CHECK-LABEL: func.func @else_with_loop
// CHECK-SAME:    (%[[C:[a-z0-9]+]]: vector<2xi1>, %[[X:[a-z0-9]+]]: vector<2xf64>, %[[N:[a-z0-9]+]]: vector<2xindex>, %[[MASK:[a-z0-9]+]]: vector<2xi1>,
// CHECK-DAG:     %[[ONES:.*]] = arith.constant dense<true> : vector<2xi1>
// CHECK:         %[[NOT:.*]] = arith.xori %[[C]], %[[ONES]]
// CHECK:         %[[LANES:.*]] = arith.andi %[[MASK]], %[[NOT]]
// CHECK:         scf.if
// CHECK:           arith.select %[[LANES]], %[[N]]
// CHECK:           %[[R:.*]] = scf.for
// CHECK:           arith.select %[[C]], %[[X]], %[[R]]
func.func @else_with_loop(%c: i1, %x: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.if %c -> (f64) {
    scf.yield %x : f64
  } else {
    %a = scf.for %i = %c0 to %n step %c1 iter_args(%y = %x) -> (f64) {
      %next = arith.addf %y, %x : f64
      scf.yield %next : f64
    }
    scf.yield %a : f64
  }
  return %r : f64
}
