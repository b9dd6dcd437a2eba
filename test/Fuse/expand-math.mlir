// RUN: eq-opt %s --eq-fuse-expand-math | FileCheck %s
// RUN: eq-opt %s --eq-fuse-expand-math --remarks-filter=eq-fuse 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Two exactly rounded operations.
//
// CHECK-LABEL: func.func @rsqrt
// CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f64)
// CHECK:         %[[ROOT:[a-z0-9_]+]] = math.sqrt %[[X]] : f64
// CHECK:         %[[ONE:[a-z0-9_]+]] = arith.constant 1.0
// CHECK:         %[[Y:[a-z0-9_]+]] = arith.divf %[[ONE]], %[[ROOT]] : f64
// CHECK:         return %[[Y]]
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] expand | Category:eq-fuse | Remark="'math.rsqrt' is eq's own code"
func.func @rsqrt(%x: f64) -> f64 {
  %y = math.rsqrt %x : f64
  return %y : f64
}

// The exponential: a multiple of ln 2 is taken away, a polynomial, and two
// powers of two made from the bits of that multiple.
//
// CHECK-LABEL: func.func @exp
// CHECK-NOT:     math.exp
// CHECK:         math.fma
// CHECK:         arith.shli {{.*}} : i32
// CHECK:         arith.bitcast {{.*}} : i32 to f32
// CHECK-NOT:     scf.
// CHECK:         return
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] expand | Category:eq-fuse | Remark="'math.exp' is eq's own code"
func.func @exp(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// Far angles are an op of their own; sin and cos of an angle share it.
//
// CHECK-LABEL: func.func @sin
// CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f64)
// CHECK:         %{{.*}}, %{{.*}}, %{{.*}} = eq.far_angle %[[X]] from 0x41D0000000000000 : f64
// CHECK-NOT:     math.sin
// CHECK:         return
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] expand | Category:eq-fuse | Remark="'math.sin' is eq's own code"
func.func @sin(%x: f64) -> f64 {
  %y = math.sin %x : f64
  return %y : f64
}

// A power of floats is made in double arithmetic and rounded once.
//
// CHECK-LABEL: func.func @pow
// CHECK:         arith.extf
// CHECK:         arith.truncf
// CHECK-NOT:     math.powf
// CHECK:         return
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] expand | Category:eq-fuse | Remark="'math.powf' is eq's own code"
func.func @pow(%x: f32, %y: f32) -> f32 {
  %z = math.powf %x, %y : f32
  return %z : f32
}

// Flags change nothing: no approximation is asked for, and none is left.
//
// CHECK-LABEL: func.func @flags
// CHECK-NOT:     fastmath
// CHECK:         return
func.func @flags(%x: f32) -> f32 {
  %y = math.tanh %x fastmath<fast> : f32
  return %y : f32
}

// Nothing that is expanded is left of these.
//
// CHECK-LABEL: func.func @all
// CHECK-NOT:     math.{{(acos|asin|atan|cbrt|cos|erf|exp|log|pow|rsqrt|sin|tan)}}
// CHECK:         return
func.func @all(%x: f64) -> f64 {
  %1 = math.acos %x : f64
  %2 = math.asin %1 : f64
  %3 = math.atan %2 : f64
  %4 = math.atan2 %3, %x : f64
  %5 = math.cbrt %4 : f64
  %6 = math.cos %5 : f64
  %7 = math.cosh %6 : f64
  %8 = math.erf %7 : f64
  %9 = math.erfc %8 : f64
  %10 = math.exp %9 : f64
  %11 = math.exp2 %10 : f64
  %12 = math.expm1 %11 : f64
  %13 = math.log %12 : f64
  %14 = math.log10 %13 : f64
  %15 = math.log1p %14 : f64
  %16 = math.log2 %15 : f64
  %17 = math.powf %16, %x : f64
  %18 = math.sin %17 : f64
  %19 = math.sinh %18 : f64
  %20 = math.tan %19 : f64
  %21 = math.tanh %20 : f64
  %22, %23 = math.sincos %21 : f64
  %24 = math.asinh %22 : f64
  %25 = math.acosh %24 : f64
  %26 = math.atanh %25 : f64
  return %26 : f64
}

// Left alone: not f32 or f64.
//
// CHECK-LABEL: func.func @half
// CHECK:         math.tanh %{{.*}} : f16
func.func @half(%x: f16) -> f16 {
  %y = math.tanh %x : f16
  return %y : f16
}
