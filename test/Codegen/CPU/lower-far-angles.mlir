// RUN: eq-opt %s --eq-codegen-lower-far-angles | FileCheck %s

// One angle: a branch that calls the runtime.
//
// CHECK:       func.func private @eqrt_far_quarters(f64) -> f64 attributes {llvm.readnone, passthrough = ["cold"]}
// CHECK-LABEL: func.func @scalar
// CHECK-SAME:    (%[[X:[a-z0-9_]+]]: f64)
// CHECK:         %[[SIZE:[a-z0-9_]+]] = math.absf %[[X]] : f64
// CHECK:         %[[FAR:[a-z0-9_]+]] = arith.cmpf ogt, %[[SIZE]],
// CHECK:         scf.if %[[FAR]] -> (f64, f64, f64) {
// CHECK:           %[[Q:[a-z0-9_]+]] = func.call @eqrt_far_quarters(%[[X]])
// CHECK:           %[[R:[a-z0-9_]+]] = func.call @eqrt_far_rest(%[[X]])
// CHECK:           %[[L:[a-z0-9_]+]] = func.call @eqrt_far_rest_low(%[[X]])
// CHECK:           scf.yield %[[Q]], %[[R]], %[[L]]
// CHECK:         } else {
// CHECK:           scf.yield %[[ZERO:[a-z0-9_]+]], %[[X]], %[[ZERO]]
func.func @scalar(%x: f64) -> (f64, f64, f64) {
  %q, %r, %l = eq.far_angle %x from 1.0e9 : f64
  return %q, %r, %l : f64, f64, f64
}

// The rest of a float is rounded once more, and what that takes is its low part.
//
// CHECK-LABEL: func.func @float
// CHECK:         %[[REST:[a-z0-9_]+]] = func.call @eqrt_far_rest
// CHECK:         %[[NARROW:[a-z0-9_]+]] = arith.truncf %[[REST]]
// CHECK:         %[[BACK:[a-z0-9_]+]] = arith.extf %[[NARROW]]
// CHECK:         arith.subf %[[REST]], %[[BACK]]
func.func @float(%x: f32) -> (f32, f32, f32) {
  %q, %r, %l = eq.far_angle %x from 32768.0 : f32
  return %q, %r, %l : f32, f32, f32
}

// Of a vector one branch asks for the sum of the squares, register by register,
// and one for each element.
//
// CHECK-LABEL: func.func @vector
// CHECK-SAME:    (%[[X:[a-z0-9_]+]]: vector<16xf32>)
// CHECK:         %[[FIRST:[a-z0-9_]+]] = vector.extract_strided_slice %[[X]] {offsets = [0], sizes = [8]
// CHECK:         %[[SQUARE:[a-z0-9_]+]] = arith.mulf %[[FIRST]], %[[FIRST]]
// CHECK:         %[[SECOND:[a-z0-9_]+]] = vector.extract_strided_slice %[[X]] {offsets = [8], sizes = [8]
// CHECK:         %[[SUM:[a-z0-9_]+]] = math.fma %[[SECOND]], %[[SECOND]], %[[SQUARE]]
// CHECK:         %[[BOUND:[a-z0-9_]+]] = arith.constant dense<1.07374182E+9> : vector<8xf32>
// CHECK:         %[[MORE:[a-z0-9_]+]] = arith.cmpf uge, %[[SUM]], %[[BOUND]]
// CHECK:         %[[ANY:[a-z0-9_]+]] = vector.reduction <or>, %[[MORE]]
// CHECK:         %[[RESULTS:[a-z0-9_]+]]:3 = scf.if %[[ANY]]
// CHECK:           %[[FAR:[a-z0-9_]+]] = arith.cmpf ogt
// CHECK:           scf.for %[[LANE:[a-z0-9_]+]] = {{.*}} iter_args({{.*}}, %{{.*}} = %[[X]], {{.*}})
// CHECK:             %[[THIS:[a-z0-9_]+]] = vector.extract %[[FAR]][%[[LANE]]]
// CHECK:             scf.if %[[THIS]]
// CHECK:               func.call @eqrt_far_quarters
// CHECK:         return %[[RESULTS]]#1
func.func @vector(%x: vector<16xf32>) -> vector<16xf32> {
  %q, %r, %l = eq.far_angle %x from 32768.0 : vector<16xf32>
  return %r : vector<16xf32>
}
