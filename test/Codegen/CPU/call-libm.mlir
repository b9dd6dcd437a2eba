// RUN: eq-opt %s --eq-codegen-call-libm | FileCheck %s
// RUN: eq-opt %s --eq-codegen-call-libm --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Functions that are not exactly rounded are calls of the C library.
//
// CHECK-LABEL: func.func @transcendental
// CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f64, %[[Y:[a-z0-9_]+]]: f32)
// CHECK:         call @tanh(%[[X]]) : (f64) -> f64
// CHECK:         call @tanhf(%[[Y]]) : (f32) -> f32
// CHECK:         call @pow(%[[X]], %[[X]]) : (f64, f64) -> f64
// CHECK:         call @erf(%[[X]]) : (f64) -> f64
// CHECK-NOT:     math.
// CHECK:         return
// REMARK: :[[@LINE+4]]:{{[0-9]+}}: remark: [Missed] libm | Category:eq-codegen | Remark="'math.tanh' is the C library's, whose last bits differ between systems"
// REMARK: :[[@LINE+5]]:{{[0-9]+}}: remark: [Missed] libm | Category:eq-codegen | Remark="'math.powf' is the C library's, whose last bits differ between systems"
// REMARK: :[[@LINE+5]]:{{[0-9]+}}: remark: [Missed] libm | Category:eq-codegen | Remark="'math.erf' is the C library's, whose last bits differ between systems"
func.func @transcendental(%x: f64, %y: f32) -> (f64, f32, f64, f64) {
  %a = math.tanh %x : f64
  %b = math.tanh %y : f32
  %c = math.powf %x, %x : f64
  %d = math.erf %x : f64
  return %a, %b, %c, %d : f64, f32, f64, f64
}

// rsqrt is no function of libm: a root and a quotient, both exactly rounded.
//
// CHECK-LABEL: func.func @rsqrt
// CHECK:         %[[ROOT:[a-z0-9_]+]] = math.sqrt %{{[a-z0-9_]+}} : f32
// CHECK:         arith.divf %{{[a-z0-9_]+}}, %[[ROOT]] : f32
func.func @rsqrt(%x: f32) -> f32 {
  %a = math.rsqrt %x : f32
  return %a : f32
}

// The same for all lanes at once.
//
// CHECK-LABEL: func.func @rsqrt_of_lanes
// CHECK-DAG:     %[[ONE:[a-z0-9_]+]] = arith.constant dense<1.000000e+00> : vector<4xf32>
// CHECK-DAG:     %[[ROOT:[a-z0-9_]+]] = math.sqrt %{{[a-z0-9_]+}} : vector<4xf32>
// CHECK:         arith.divf %[[ONE]], %[[ROOT]] : vector<4xf32>
func.func @rsqrt_of_lanes(%x: vector<4xf32>) -> vector<4xf32> {
  %a = math.rsqrt %x : vector<4xf32>
  return %a : vector<4xf32>
}

// Left alone: these are instructions, and exact.
//
// CHECK-LABEL: func.func @exact
// CHECK:         math.fma
// CHECK:         math.sqrt
// CHECK:         math.absf
// CHECK:         math.copysign
// CHECK-NOT:     call
// CHECK:         return
func.func @exact(%x: f64) -> f64 {
  %a = math.fma %x, %x, %x : f64
  %b = math.sqrt %a : f64
  %c = math.absf %b : f64
  %d = math.copysign %c, %x : f64
  return %d : f64
}
