// RUN: eq-opt %s --eq-codegen-lower-remainders --canonicalize --cse --split-input-file | FileCheck %s

// Both as powers of two and numbers from 1 to 2; as many bits of the quotient
// at once as a number has; then the sign of the dividend.
//
// CHECK-LABEL: func.func @scalar
// CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f64, %[[Y:[a-z0-9_]+]]: f64)
// CHECK-NOT:     arith.remf
// CHECK-DAG:     %[[SIZEX:[a-z0-9_]+]] = math.absf %[[X]] : f64
// CHECK-DAG:     %[[SIZEY:[a-z0-9_]+]] = math.absf %[[Y]] : f64
// CHECK:         %[[LOOP:[a-z0-9_]+]]:2 = scf.while (%[[R:[a-z0-9_]+]] = %{{[a-z0-9_]+}}, %[[LEFT:[a-z0-9_]+]] = %{{[a-z0-9_]+}})
// CHECK:           %[[BY:[a-z0-9_]+]] = arith.minsi %[[LEFT]], %c52_i64
// CHECK:           %[[SCALED:[a-z0-9_]+]] = arith.mulf %[[R]], %{{[a-z0-9_]+}} : f64
// CHECK:           %[[EXACT:[a-z0-9_]+]] = arith.divf %[[SCALED]], %[[M:[a-z0-9_]+]] : f64
// CHECK:           %[[QUOTIENT:[a-z0-9_]+]] = math.trunc %[[EXACT]]
// CHECK:           %[[MINUS:[a-z0-9_]+]] = arith.negf %[[QUOTIENT]]
// CHECK:           %[[REST:[a-z0-9_]+]] = math.fma %[[MINUS]], %[[M]], %[[SCALED]]
// CHECK:           %[[MORE:[a-z0-9_]+]] = arith.addf %[[REST]], %[[M]]
// CHECK:           %[[NEXT:[a-z0-9_]+]] = arith.select %{{[a-z0-9_]+}}, %[[MORE]], %[[REST]]
// CHECK:           %[[THEN:[a-z0-9_]+]] = arith.subi %[[LEFT]], %[[BY]]
// CHECK:           %[[AGAIN:[a-z0-9_]+]] = arith.cmpi sgt, %[[THEN]], %c0_i64
// CHECK:           scf.condition(%[[AGAIN]]) %[[NEXT]], %[[THEN]]
// CHECK:         math.copysign %{{[a-z0-9_]+}}, %[[X]]
// CHECK:         arith.cmpf olt, %[[SIZEX]], %[[SIZEY]]
// CHECK:         return
func.func @scalar(%x: f64, %y: f64) -> f64 {
  %r = arith.remf %x, %y : f64
  return %r : f64
}

// -----

// A vector goes on as long as one of its elements does.
//
// CHECK-LABEL: func.func @vector
// CHECK:         scf.while
// CHECK:           math.fma {{.*}} : vector<8xf32>
// CHECK:           %[[GO:[a-z0-9_]+]] = arith.cmpi sgt, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : vector<8xi32>
// CHECK:           %[[ANY:[a-z0-9_]+]] = vector.reduction <or>, %[[GO]]
// CHECK:           scf.condition(%[[ANY]])
// CHECK-NOT:     arith.remf
// CHECK:         return
func.func @vector(%x: vector<8xf32>, %y: vector<8xf32>) -> vector<8xf32> {
  %r = arith.remf %x, %y : vector<8xf32>
  return %r : vector<8xf32>
}

// -----

// Left alone: not f32 or f64.
//
// CHECK-LABEL: func.func @half
// CHECK:         arith.remf
func.func @half(%x: f16, %y: f16) -> f16 {
  %r = arith.remf %x, %y : f16
  return %r : f16
}
