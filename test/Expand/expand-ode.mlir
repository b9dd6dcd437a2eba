// RUN: eq-opt %s --eq-expand-problems --split-input-file | FileCheck %s

// Fixed steps. The states of the loop are y, the slope, the time, how many steps
// there are, the error, the accepted steps and the status. The time of a step is
// from + k step, and the last one ends at `to`; a failed step keeps the state; the
// slope of the next step is not evaluated where there is none.
//
// CHECK-LABEL: func.func @fixed
// CHECK:         eq.loop init(%{{[a-z0-9_]+}} : f64) shared(%{{[^)]*}} : f64, f64, i32, f64) max(%{{[a-z0-9_]+}} : i32) start {
// CHECK:           eq.next %{{[a-z0-9_]+}}, {{.*}} : f64, f64, f64, i32, f64, i32, i32
// CHECK:         } step {
// CHECK-NEXT:    ^bb0(%[[K:k[0-9_]*]]: i32, %[[Y:z[0-9_]*]]: f64, %[[F:z[0-9_]*]]: f64, %[[T:z[0-9_]*]]: f64, %[[N:z[0-9_]*]]: i32, %{{z[0-9_]*}}: f64, %{{z[0-9_]*}}: i32, %{{z[0-9_]*}}: i32, %[[FROM:w[0-9_]*]]: f64, %[[TO:w[0-9_]*]]: f64, %{{w[0-9_]*}}: i32, %[[STEP:w[0-9_]*]]: f64):
// CHECK:           %[[NUMBER:[a-z0-9_]+]] = arith.addi %[[K]]
// CHECK:           %[[LANDS:[a-z0-9_]+]] = arith.cmpi sge, %[[NUMBER]], %[[N]] : i32
// CHECK:           %[[COUNT:[a-z0-9_]+]] = arith.sitofp %[[NUMBER]] : i32 to f64
// CHECK:           %[[ALONG:[a-z0-9_]+]] = math.fma %[[COUNT]], %[[STEP]], %[[FROM]] : f64
// CHECK:           %[[REST:[a-z0-9_]+]] = arith.subf %[[TO]], %[[T]] : f64
// CHECK:           %[[H:[a-z0-9_]+]] = arith.select %[[LANDS]], %[[REST]], %[[STEP]] : f64
// CHECK:           %[[NEXT:[a-z0-9_]+]] = arith.select %[[LANDS]], %[[TO]], %[[ALONG]] : f64
// CHECK:           %[[Y1:[a-z0-9_]+]] = math.fma %[[H]], %[[F]], %[[Y]] : f64
// CHECK:           %[[SLOPE:[a-z0-9_]+]] = scf.if
// CHECK-NEXT:        arith.negf %[[Y1]] : f64
// CHECK:           arith.select %[[GOOD:[a-z0-9_]+]], %[[NEXT]], %[[T]] : f64
// CHECK:           %[[BAD:[a-z0-9_]+]] = arith.xori %[[GOOD]]
// CHECK:           arith.select %[[BAD]], %[[Y]], %[[Y1]] : f64
// CHECK:           arith.select %[[BAD]], %[[F]], %[[SLOPE]] : f64
func.func @fixed(%y0: f64, %t0: f64, %t1: f64, %h: f64, %max: i32) -> f64 {
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(max = %max : i32) method(#eq.runge_kutta<euler>) with(step = %h : f64) {
  ^bb0(%t: f64, %y: f64):
    %f = arith.negf %y : f64
    eq.yield %f : f64
  }
  return %y : f64
}

// -----

// Chosen steps: `start` evaluates the slope and finds the first step (two
// evaluations); a step of bs3 evaluates three times more, the last of which is the
// next slope, and the error says whether the step counts. P and D are 0, so
// that no error before the last is remembered.
//
// CHECK-LABEL: func.func @chosen
// CHECK:         start {
// CHECK-COUNT-2:   math.cos
// CHECK-NOT:       math.cos
// CHECK:           eq.next {{.*}} : f64, f64, f64, f64, f64, i32, i32
// CHECK:         } step {
// CHECK-COUNT-3:   math.cos
// CHECK-NOT:       math.cos
// CHECK-NOT:       scf.if
// CHECK:           arith.cmpf ole, %[[ERROR:[a-z0-9_]+]], %{{[a-z0-9_]+}} : f64
// CHECK:           arith.shli
// CHECK:         } finish {
func.func @chosen(%y0: f64, %t0: f64, %t1: f64, %tol: f64, %max: i32) -> f64 {
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f64) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: f64):
    %f = math.cos %y : f64
    eq.yield %f : f64
  }
  return %y : f64
}

// -----

// With a gain on earlier errors two of them are states, too.
//
// CHECK-LABEL: func.func @remembers
// CHECK:         start {
// CHECK:           eq.next {{.*}} : f32, f32, f64, f64, f32, f32, f32, i32, i32
func.func @remembers(%y0: f32, %t0: f64, %t1: f64, %tol: f32, %p: f32, %max: i32) -> f32 {
  %y, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : f32) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : f32, max = %max : i32) method(#eq.runge_kutta<bs3>) control(#eq.pid) with(pcoeff = %p : f32) {
  ^bb0(%t: f64, %y: f32):
    %f = math.cos %y : f32
    eq.yield %f : f32
  }
  return %y : f32
}

// -----

// Saved times: the record starts with NaNs; a step that holds a saved time
// interpolates in a branch, slot by slot.
//
// CHECK-LABEL: func.func @saves
// CHECK:         %[[NAN:[a-z0-9_]+]] = arith.constant 0x7FF8000000000000 : f64
// CHECK:         %[[RECORD:[a-z0-9_]+]] = linalg.fill ins(%[[NAN]] : f64)
// CHECK:         eq.loop init({{.*}}) ins(%[[SAVE:[a-z0-9_]+]] : tensor<?x4xf64>)
// CHECK-SAME:      record(%[[RECORD]] : tensor<?x4x2xf64>)
// CHECK:         } step {
// CHECK:           scf.if %{{[a-z0-9_]+}} -> (tensor<4x2xf64>) {
// CHECK:             scf.for
// CHECK:               eq.record
// CHECK:           eq.next {{.*}} record(%{{[a-z0-9_]+}} : tensor<4x2xf64>)
func.func @saves(%y0: tensor<?x2xf64>, %t0: f64, %t1: f64, %at: tensor<?x4xf64>, %tol: f64, %max: i32) -> tensor<?x4x2xf64> {
  %y, %ys, %t, %error, %steps, %rejected, %status = eq.ode init(%y0 : tensor<?x2xf64>)
      from(%t0 : f64) to(%t1 : f64) save(%at : tensor<?x4xf64>)
      within(abs = %tol : f64, max = %max : i32) method(#eq.runge_kutta<bs3>) {
  ^bb0(%t: f64, %y: tensor<2xf64>):
    %f = math.cos %y : tensor<2xf64>
    eq.yield %f : tensor<2xf64>
  }
  return %ys : tensor<?x4x2xf64>
}
