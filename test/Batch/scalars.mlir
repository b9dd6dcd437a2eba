// RUN: eq-opt %s --eq-test-batch=lanes=2 | FileCheck %s

// Ops on scalars.

// CHECK-LABEL: func.func @elementwise
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: vector<2xf64>, %[[N:[a-z0-9]+]]: vector<2xi32>, %[[W:[a-z0-9]+]]: f64,
func.func @elementwise(%x: f64, %n: i32, %w: f64 {eqtest.shared}) -> (i1, f64, index) {
  // CHECK: %[[WS:.*]] = vector.broadcast %[[W]] : f64 to vector<2xf64>
  // CHECK: %[[Y:.*]] = math.fma %[[X]], %[[WS]], %[[X]] : vector<2xf64>
  %y = math.fma %x, %w, %x : f64
  // CHECK: %[[C:.*]] = arith.cmpf olt, %[[Y]], %[[X]] : vector<2xf64>
  %c = arith.cmpf olt, %y, %x : f64
  // CHECK: arith.select %[[C]], %[[Y]], %[[X]] : vector<2xi1>, vector<2xf64>
  %z = arith.select %c, %y, %x : f64
  // CHECK: arith.index_cast %[[N]] : vector<2xi32> to vector<2xindex>
  %i = arith.index_cast %n : i32 to index
  return %c, %z, %i : i1, f64, index
}

// What all samples share is computed once.
//
// CHECK-LABEL: func.func @shared
// CHECK:         %[[W2:.*]] = arith.mulf %[[W:[a-z0-9]+]], %[[W]] : f64
// CHECK:         %[[W2S:.*]] = vector.broadcast %[[W2]]
// CHECK:         arith.addf %{{[a-z0-9]+}}, %[[W2S]] : vector<2xf64>
func.func @shared(%x: f64, %w: f64 {eqtest.shared}) -> f64 {
  %w2 = arith.mulf %w, %w : f64
  %y = arith.addf %x, %w2 : f64
  return %y : f64
}

// A choice between whole tensors.
//
// CHECK-LABEL: func.func @select_tensor
// CHECK-SAME:    (%[[C:[a-z0-9]+]]: vector<2xi1>, %[[A:[a-z0-9]+]]: tensor<3xvector<2xf64>>, %[[B:[a-z0-9]+]]: tensor<3xvector<2xf64>>,
// CHECK:         linalg.generic {{.*}} ins(%[[A]], %[[B]] :
// CHECK-NEXT:    ^bb0(%[[AI:[a-z0-9_]+]]: vector<2xf64>, %[[BI:[a-z0-9_]+]]: vector<2xf64>,
// CHECK-NEXT:      arith.select %[[C]], %[[AI]], %[[BI]] : vector<2xi1>, vector<2xf64>
func.func @select_tensor(%c: i1, %a: tensor<3xf64>, %b: tensor<3xf64>) -> tensor<3xf64> {
  %r = arith.select %c, %a, %b : tensor<3xf64>
  return %r : tensor<3xf64>
}

// Powers are functions of scalars: one call for each lane.
//
// CHECK-LABEL: func.func @ipowi
// CHECK-SAME:    (%[[A:[a-z0-9]+]]: vector<2xi32>, %[[N:[a-z0-9]+]]: i32,
// CHECK:         %[[ZERO:.*]] = arith.constant dense<0> : vector<2xi32>
// CHECK:         %[[A0:.*]] = vector.extract %[[A]][0]
// CHECK:         %[[P0:.*]] = math.ipowi %[[A0]], %[[N]] : i32
// CHECK:         %[[R0:.*]] = vector.insert %[[P0]], %[[ZERO]] [0]
// CHECK:         %[[A1:.*]] = vector.extract %[[A]][1]
// CHECK:         %[[P1:.*]] = math.ipowi %[[A1]], %[[N]] : i32
// CHECK:         vector.insert %[[P1]], %[[R0]] [1]
func.func @ipowi(%a: i32, %n: i32 {eqtest.shared}) -> i32 {
  %r = math.ipowi %a, %n : i32
  return %r : i32
}

// CHECK-LABEL: func.func @fpowi
// CHECK-COUNT-2: math.fpowi %{{.*}}, %{{.*}} : f64, i32
// CHECK-NOT:     math.fpowi
func.func @fpowi(%a: f64, %n: i32) -> f64 {
  %r = math.fpowi %a, %n : f64, i32
  return %r : f64
}

// An op nobody knows, on scalars and without effects: one copy for each lane.
//
// CHECK-LABEL: func.func @foreign
// CHECK-COUNT-2: llvm.intr.bitreverse(%{{.*}}) : (i32) -> i32
// CHECK-NOT:     llvm.intr.bitreverse
func.func @foreign(%a: i32) -> i32 {
  %r = llvm.intr.bitreverse(%a) : (i32) -> i32
  return %r : i32
}
