// RUN: eq-opt %s --eq-test-scalarise --cse | FileCheck %s

// The rules of scf. Each function @f gives a private @f_scalars, which is
// checked.

// CHECK-LABEL: func.func private @if_scalars
// CHECK-SAME:    (%[[C:[a-z0-9]+]]: i1, %[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[N:[a-z0-9]+]]: i32)
// CHECK:         %[[R:.*]]:3 = scf.if %[[C]] -> (f64, i32, f64) {
// CHECK:           %[[A0:.*]] = math.exp %[[X0]]
// CHECK:           %[[A1:.*]] = math.exp %[[X1]]
// CHECK:           scf.yield %[[A0]], %[[N]], %[[A1]]
// CHECK:         } else {
// CHECK:           scf.yield %[[X0]], %{{.*}}, %[[X1]]
// CHECK:         return %[[R]]#0, %[[R]]#2, %[[R]]#1
func.func @if(%c: i1, %x: tensor<2xf64>, %n: i32) -> (tensor<2xf64>, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a, %i, %b = scf.if %c -> (tensor<f64>, i32, tensor<1xf64>) {
    %e = math.exp %x : tensor<2xf64>
    %e0 = tensor.extract %e[%c0] : tensor<2xf64>
    %p = tensor.from_elements %e0 : tensor<f64>
    %q = tensor.extract_slice %e[1] [1] [1] : tensor<2xf64> to tensor<1xf64>
    scf.yield %p, %n, %q : tensor<f64>, i32, tensor<1xf64>
  } else {
    %one = arith.constant 1 : i32
    %m = arith.addi %n, %one : i32
    %x0 = tensor.extract %x[%c0] : tensor<2xf64>
    %p = tensor.from_elements %x0 : tensor<f64>
    %q = tensor.extract_slice %x[1] [1] [1] : tensor<2xf64> to tensor<1xf64>
    scf.yield %p, %m, %q : tensor<f64>, i32, tensor<1xf64>
  }
  %v = tensor.extract %a[] : tensor<f64>
  %w = tensor.extract %b[%c0] : tensor<1xf64>
  %r = tensor.from_elements %v, %w : tensor<2xf64>
  return %r, %i : tensor<2xf64>, i32
}

// A loop whose counter is no index stays a loop.
//
// CHECK-LABEL: func.func private @for_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64)
// CHECK:         %[[R:.*]]:2 = scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[T0:.*]] = %[[X0]], %[[T1:.*]] = %[[X1]]) -> (f64, f64) {
// CHECK-NEXT:      %[[A0:.*]] = math.sin %[[T0]]
// CHECK-NEXT:      %[[A1:.*]] = math.sin %[[T1]]
// CHECK-NEXT:      scf.yield %[[A1]], %[[A0]]
// CHECK:         return %[[R]]#0, %[[R]]#1
func.func @for(%x: tensor<2xf64>) -> tensor<2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %x) -> tensor<2xf64> {
    %s = math.sin %t : tensor<2xf64>
    %a = tensor.extract %s[%c1] : tensor<2xf64>
    %b = tensor.extract %s[%c0] : tensor<2xf64>
    %u = tensor.from_elements %a, %b : tensor<2xf64>
    scf.yield %u : tensor<2xf64>
  }
  return %r : tensor<2xf64>
}

// A loop whose counter is an index is unrolled, also where it carries no
// tensor, and the inner one whose counter is added to it.
//
// CHECK-LABEL: func.func private @unrolled_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[X2:[a-z0-9]+]]: f64, %[[S:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[A:.*]] = arith.addf %[[S]], %[[X0]]
// CHECK-NEXT:    %[[B:.*]] = arith.addf %[[A]], %[[X1]]
// CHECK-NEXT:    %[[C:.*]] = arith.addf %[[B]], %[[X1]]
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[C]], %[[X2]]
// CHECK-NEXT:    return %[[D]]
func.func @unrolled(%x: tensor<3xf64>, %s: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%a = %s) -> f64 {
    %q = scf.for %j = %c0 to %c2 step %c1 iter_args(%b = %a) -> f64 {
      %k = arith.addi %i, %j : index
      %e = tensor.extract %x[%k] : tensor<3xf64>
      %t = arith.addf %b, %e : f64
      scf.yield %t : f64
    }
    scf.yield %q : f64
  }
  return %r : f64
}

// Steps that do not divide the range, and no turn at all.
//
// CHECK-LABEL: func.func private @turns_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[X2:[a-z0-9]+]]: f64, %[[V:[a-z0-9]+]]: f64)
// CHECK-NEXT:    return %[[V]], %[[X1]], %[[V]]
func.func @turns(%x: tensor<3xf64>, %v: f64) -> tensor<3xf64> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c2 iter_args(%t = %x) -> tensor<3xf64> {
    %u = tensor.insert %v into %t[%i] : tensor<3xf64>
    scf.yield %u : tensor<3xf64>
  }
  %s = scf.for %i = %c3 to %c2 step %c2 iter_args(%t = %r) -> tensor<3xf64> {
    %u = tensor.insert %v into %t[%i] : tensor<3xf64>
    scf.yield %u : tensor<3xf64>
  }
  return %s : tensor<3xf64>
}

// More than 64 turns stay a loop, which compares.
//
// CHECK-LABEL: func.func private @many_turns_scalars
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args
// CHECK:           arith.cmpi sle, %[[I]]
// CHECK:           arith.select
func.func @many_turns(%x: tensor<65xf64>, %s: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c65 = arith.constant 65 : index
  %r = scf.for %i = %c0 to %c65 step %c1 iter_args(%a = %s) -> f64 {
    %e = tensor.extract %x[%i] : tensor<65xf64>
    %t = arith.addf %a, %e : f64
    scf.yield %t : f64
  }
  return %r : f64
}

// Bounds are compared as the loop does: as unsigned numbers 0 to -1 are many.
//
// CHECK-LABEL: func.func private @unsigned_turns_scalars
// CHECK:         scf.for unsigned
func.func @unsigned_turns(%x: tensor<2xf64>, %s: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %minus = arith.constant -1 : index
  %r = scf.for unsigned %i = %c0 to %minus step %c1 iter_args(%a = %s) -> f64 {
    %e = tensor.extract %x[%i] : tensor<2xf64>
    %t = arith.addf %a, %e : f64
    scf.yield %t : f64
  }
  return %r : f64
}

// What the condition forwards may differ from what is carried.
//
// CHECK-LABEL: func.func private @while_scalars
// CHECK-SAME:    (%[[X0:[a-z0-9]+]]: f64, %[[X1:[a-z0-9]+]]: f64, %[[N:[a-z0-9]+]]: i32)
// CHECK:         %[[R:.*]]:3 = scf.while (%[[T0:.*]] = %[[X0]], %[[T1:.*]] = %[[X1]], %[[K:.*]] = %[[N]]) : (f64, f64, i32) -> (i32, f64, f64) {
// CHECK:           %[[GO:.*]] = arith.cmpf olt, %[[T0]], %[[T1]]
// CHECK:           scf.condition(%[[GO]]) %[[K]], %[[T0]], %[[T1]]
// CHECK:         } do {
// CHECK:         ^bb0(%[[L:.*]]: i32, %[[U0:.*]]: f64, %[[U1:.*]]: f64):
// CHECK:           %[[V0:.*]] = arith.addf %[[U0]], %[[U0]]
// CHECK:           %[[V1:.*]] = arith.addf %[[U1]], %[[U1]]
// CHECK:           %[[M:.*]] = arith.addi %[[L]], %[[L]]
// CHECK:           scf.yield %[[V0]], %[[V1]], %[[M]]
// CHECK:         return %[[R]]#1, %[[R]]#2, %[[R]]#0
func.func @while(%x: tensor<2xf64>, %n: i32) -> (tensor<2xf64>, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.while (%t = %x, %k = %n) : (tensor<2xf64>, i32) -> (i32, tensor<2xf64>) {
    %a = tensor.extract %t[%c0] : tensor<2xf64>
    %b = tensor.extract %t[%c1] : tensor<2xf64>
    %go = arith.cmpf olt, %a, %b : f64
    scf.condition(%go) %k, %t : i32, tensor<2xf64>
  } do {
  ^bb0(%l: i32, %u: tensor<2xf64>):
    %v = arith.addf %u, %u : tensor<2xf64>
    %m = arith.addi %l, %l : i32
    scf.yield %v, %m : tensor<2xf64>, i32
  }
  return %r#1, %r#0 : tensor<2xf64>, i32
}

// A while loop inside of a branch inside of a while loop, as an inner solve
// becomes.
//
// CHECK-LABEL: func.func private @nested_scalars
// CHECK:         scf.while (%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) : (f64, f64) -> (f64, f64) {
// CHECK:         } do {
// CHECK:           scf.if %{{.*}} -> (f64, f64) {
// CHECK:             scf.while (%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) : (f64, f64) -> (f64, f64) {
func.func @nested(%x: tensor<2xf64>, %bound: f64) -> tensor<2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.while (%t = %x) : (tensor<2xf64>) -> tensor<2xf64> {
    %a = tensor.extract %t[%c0] : tensor<2xf64>
    %go = arith.cmpf olt, %a, %bound : f64
    scf.condition(%go) %t : tensor<2xf64>
  } do {
  ^bb0(%t: tensor<2xf64>):
    %b = tensor.extract %t[%c1] : tensor<2xf64>
    %inner = arith.cmpf ogt, %b, %bound : f64
    %u = scf.if %inner -> tensor<2xf64> {
      %s = scf.while (%v = %t) : (tensor<2xf64>) -> tensor<2xf64> {
        %c = tensor.extract %v[%c1] : tensor<2xf64>
        %on = arith.cmpf ogt, %c, %bound : f64
        scf.condition(%on) %v : tensor<2xf64>
      } do {
      ^bb0(%v: tensor<2xf64>):
        %w = math.sqrt %v : tensor<2xf64>
        scf.yield %w : tensor<2xf64>
      }
      scf.yield %s : tensor<2xf64>
    } else {
      scf.yield %t : tensor<2xf64>
    }
    %next = arith.addf %u, %x : tensor<2xf64>
    scf.yield %next : tensor<2xf64>
  }
  return %r : tensor<2xf64>
}
