// RUN: eq-opt %s --eq-fuse-fix-arithmetic | FileCheck %s
// RUN: eq-opt %s --eq-fuse-fix-arithmetic --remarks-filter=eq-fuse 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// A product and a sum that may be contracted are one fused operation, with the
// product on either side.
//
// CHECK-LABEL: func.func @contracted
// CHECK-SAME:    (%[[A:[a-z0-9_]+]]: f64, %[[B:[a-z0-9_]+]]: f64, %[[C:[a-z0-9_]+]]: f64)
// CHECK:         %[[LEFT:[a-z0-9_]+]] = math.fma %[[A]], %[[B]], %[[C]] : f64
// CHECK:         %[[RIGHT:[a-z0-9_]+]] = math.fma %[[B]], %[[A]], %[[C]] : f64
// CHECK:         return %[[LEFT]], %[[RIGHT]]
// REMARK: :[[@LINE+3]]:{{[0-9]+}}: remark: [Passed] contract | Category:eq-fuse | Remark="a product and a sum are rounded once"
func.func @contracted(%a: f64, %b: f64, %c: f64) -> (f64, f64) {
  %p = arith.mulf %a, %b fastmath<contract> : f64
  %s = arith.addf %c, %p fastmath<contract> : f64
  %q = arith.mulf %b, %a fastmath<contract> : f64
  %t = arith.addf %q, %c fastmath<contract> : f64
  return %s, %t : f64, f64
}

// c - a b = fma(-a, b, c), and a b - c = fma(a, b, -c).
//
// CHECK-LABEL: func.func @differences
// CHECK-SAME:    (%[[A:[a-z0-9_]+]]: f64, %[[B:[a-z0-9_]+]]: f64, %[[C:[a-z0-9_]+]]: f64)
// CHECK:         %[[MINUS_A:[a-z0-9_]+]] = arith.negf %[[A]] : f64
// CHECK:         math.fma %[[MINUS_A]], %[[B]], %[[C]] : f64
// CHECK:         %[[MINUS_C:[a-z0-9_]+]] = arith.negf %[[C]] : f64
// CHECK:         math.fma %[[B]], %[[A]], %[[MINUS_C]] : f64
func.func @differences(%a: f64, %b: f64, %c: f64) -> (f64, f64) {
  %p = arith.mulf %a, %b fastmath<contract> : f64
  %s = arith.subf %c, %p fastmath<contract> : f64
  %q = arith.mulf %b, %a fastmath<contract> : f64
  %t = arith.subf %q, %c fastmath<contract> : f64
  return %s, %t : f64, f64
}

// Left alone: no flag, no contraction.
//
// CHECK-LABEL: func.func @no_flag
// CHECK:         %[[P:[a-z0-9_]+]] = arith.mulf
// CHECK:         arith.addf %{{[a-z0-9_]+}}, %[[P]] : f64
func.func @no_flag(%a: f64, %b: f64, %c: f64) -> f64 {
  %p = arith.mulf %a, %b : f64
  %s = arith.addf %c, %p fastmath<contract> : f64
  return %s : f64
}

// Left alone: the product is used twice, so it is rounded by itself in any case.
//
// CHECK-LABEL: func.func @product_used_twice
// CHECK:         %[[P:[a-z0-9_]+]] = arith.mulf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64
// CHECK:         arith.addf %{{[a-z0-9_]+}}, %[[P]] : f64
func.func @product_used_twice(%a: f64, %b: f64, %c: f64) -> (f64, f64) {
  %p = arith.mulf %a, %b fastmath<contract> : f64
  %s = arith.addf %c, %p fastmath<contract> : f64
  return %s, %p : f64, f64
}

// No flag is left that would let a later stage choose: reassociation, no NaNs,
// approximations.
//
// CHECK-LABEL: func.func @flags_are_dropped
// CHECK-NOT:     fastmath
// CHECK:         return
func.func @flags_are_dropped(%a: f64, %b: f64) -> (f64, i1) {
  %s = arith.addf %a, %b fastmath<reassoc,nnan> : f64
  %q = arith.divf %s, %b fastmath<arcp,ninf> : f64
  %f = math.exp %q fastmath<afn> : f64
  %c = arith.cmpf oeq, %f, %f fastmath<fast> : f64
  return %f, %c : f64, i1
}

// The larger number, the other operand where one is a NaN; of equal values the
// second, zeros of either sign among them.
//
// CHECK-LABEL: func.func @maxnum
// CHECK-SAME:    (%[[A:[a-z0-9_]+]]: f64, %[[B:[a-z0-9_]+]]: f64)
// CHECK-DAG:     %[[ABOVE:[a-z0-9_]+]] = arith.cmpf ogt, %[[A]], %[[B]] : f64
// CHECK-DAG:     %[[B_IS_NAN:[a-z0-9_]+]] = arith.cmpf uno, %[[B]], %[[B]] : f64
// CHECK:         %[[TAKE_A:[a-z0-9_]+]] = arith.ori %[[ABOVE]], %[[B_IS_NAN]] : i1
// CHECK:         arith.select %[[TAKE_A]], %[[A]], %[[B]] : f64
func.func @maxnum(%a: f64, %b: f64) -> f64 {
  %m = arith.maxnumf %a, %b : f64
  return %m : f64
}

// CHECK-LABEL: func.func @minnum
// CHECK-NOT:     arith.minnumf
// CHECK:         arith.cmpf olt
// CHECK:         return
func.func @minnum(%a: f64, %b: f64) -> f64 {
  %m = arith.minnumf %a, %b : f64
  return %m : f64
}

// A NaN where one is, and +0 above -0, whichever comes first: equal numbers are
// -(-a | -b), bit by bit.
//
// CHECK-LABEL: func.func @maximum
// CHECK-SAME:    %[[A:.*]]: f64, %[[B:.*]]: f64
// CHECK-DAG:     %[[FIRST:.*]] = arith.cmpf ogt, %[[A]], %[[B]]
// CHECK-DAG:     %[[SECOND:.*]] = arith.cmpf ogt, %[[B]], %[[A]]
// CHECK:         %[[NEGA:.*]] = arith.negf %[[A]]
// CHECK:         %[[NEGB:.*]] = arith.negf %[[B]]
// CHECK:         arith.ori %{{.*}}, %{{.*}} : i64
// CHECK:         %[[TIE:.*]] = arith.negf
// CHECK:         %[[OTHER:.*]] = arith.select %[[SECOND]], %[[B]], %[[TIE]]
// CHECK:         arith.select %[[FIRST]], %[[A]], %[[OTHER]]
func.func @maximum(%a: f64, %b: f64) -> f64 {
  %m = arith.maximumf %a, %b : f64
  return %m : f64
}

// One comparison beside a constant; a tie with +0 is +0.
//
// CHECK-LABEL: func.func @relu
// CHECK-SAME:    %[[X:.*]]: f32
// CHECK:         %[[ZERO:.*]] = arith.constant 0.0
// CHECK:         %[[LESS:.*]] = arith.cmpf ole, %[[X]], %[[ZERO]]
// CHECK:         arith.select %[[LESS]], %[[ZERO]], %[[X]]
// CHECK-NOT:     arith.cmpf
func.func @relu(%x: f32) -> f32 {
  %zero = arith.constant 0.0 : f32
  %m = arith.maximumf %zero, %x : f32
  return %m : f32
}
