// RUN: eq-opt %s --eq-codegen-check-shapes | FileCheck %s

// An index that may be out of range, outside of loops: an assertion in front.
//
// CHECK-LABEL: func.func @index
// CHECK-SAME:    (%[[A:[a-z0-9_]+]]: tensor<?xf64>, %[[I:[a-z0-9_]+]]: index)
// CHECK:         %[[SIZE:[a-z0-9_]+]] = tensor.dim %[[A]]
// CHECK:         %[[ABOVE:[a-z0-9_]+]] = arith.cmpi sge, %[[I]], %{{[a-z0-9_]+}} : index
// CHECK:         %[[BELOW:[a-z0-9_]+]] = arith.cmpi slt, %[[I]], %[[SIZE]] : index
// CHECK:         %[[INSIDE:[a-z0-9_]+]] = arith.andi %[[ABOVE]], %[[BELOW]] : i1
// CHECK:         cf.assert %[[INSIDE]], "at {{.*}}check-shapes.mlir:[[#@LINE+3]]:{{[0-9]+}}: 'tensor.extract' failed: out-of-bounds access"
// CHECK:         tensor.extract %[[A]][%[[I]]]
func.func @index(%a: tensor<?xf64>, %i: index) -> f64 {
  %x = tensor.extract %a[%i] : tensor<?xf64>
  return %x : f64
}

// Two dynamic sizes that must be the same.
//
// CHECK-LABEL: func.func @sizes
// CHECK:         cf.assert %{{[a-z0-9_]+}}, "at {{.*}}check-shapes.mlir:{{[0-9]+}}:{{[0-9]+}}: 'linalg.generic' failed: {{.*}}"
// CHECK:         linalg.generic
func.func @sizes(%a: tensor<?xf64>, %b: tensor<?xf64>) -> tensor<?xf64> {
  %e = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%b : tensor<?xf64>) outs(%a : tensor<?xf64>) {
  ^bb0(%x: f64, %y: f64):
    linalg.yield %x : f64
  } -> tensor<?xf64>
  return %e : tensor<?xf64>
}

// Left alone: every size is known.
//
// CHECK-LABEL: func.func @static
// CHECK-NOT:     cf.assert
// CHECK:         return
func.func @static(%a: tensor<4xf64>, %b: tensor<4xf64>) -> tensor<4xf64> {
  %e = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%b : tensor<4xf64>) outs(%a : tensor<4xf64>) {
  ^bb0(%x: f64, %y: f64):
    linalg.yield %x : f64
  } -> tensor<4xf64>
  return %e : tensor<4xf64>
}

// Left alone: inside a loop shapes are static, and indices were clamped.
//
// CHECK-LABEL: func.func @in_a_loop
// CHECK-NOT:     cf.assert
// CHECK:         return
func.func @in_a_loop(%z: tensor<?x4xf64>, %max: i32) -> tensor<?x4xf64> {
  %y, %n = eq.loop init(%z : tensor<?x4xf64>) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: tensor<4xf64>):
    %go = arith.constant true
    %i = arith.index_cast %k : i32 to index
    %x = tensor.extract %z[%i] : tensor<4xf64>
    %f = tensor.splat %x : tensor<4xf64>
    eq.next %go, %f : tensor<4xf64>
  }
  return %y : tensor<?x4xf64>
}
