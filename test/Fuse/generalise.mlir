// RUN: eq-opt %s --eq-fuse-generalise | FileCheck %s

// A named op grants that its products and sums may be contracted: so says the
// flag, which eq-fuse-fix-arithmetic uses up.
//
// CHECK-LABEL: func.func @named
// CHECK:         linalg.generic
// CHECK-SAME:      iterator_types = ["parallel", "reduction"]
// CHECK:           %[[P:[a-z0-9_]+]] = arith.mulf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} fastmath<contract> : f64
// CHECK:           %[[S:[a-z0-9_]+]] = arith.addf %{{[a-z0-9_]+}}, %[[P]] fastmath<contract> : f64
// CHECK:           linalg.yield %[[S]] : f64
func.func @named(%w: tensor<2x3xf64>, %z: tensor<3xf64>, %b: tensor<2xf64>) -> tensor<2xf64> {
  %y = linalg.matvec ins(%w, %z : tensor<2x3xf64>, tensor<3xf64>) outs(%b : tensor<2xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}

// Elementwise ops on tensors become generics, without a flag of ours.
//
// CHECK-LABEL: func.func @elementwise
// CHECK:         linalg.generic
// CHECK-SAME:      iterator_types = ["parallel"]
// CHECK:           %[[P:[a-z0-9_]+]] = arith.mulf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64
// CHECK:           linalg.yield %[[P]] : f64
func.func @elementwise(%a: tensor<3xf64>, %b: tensor<3xf64>) -> tensor<3xf64> {
  %y = arith.mulf %a, %b : tensor<3xf64>
  return %y : tensor<3xf64>
}

// The regions of reduce and map are the user's: what he wrote is what is rounded.
//
// CHECK-LABEL: func.func @own_body
// CHECK-NOT:     linalg.reduce
// CHECK-NOT:     fastmath<contract>
// CHECK:         return
func.func @own_body(%a: tensor<2x3xf64>, %s: tensor<2xf64>) -> tensor<2xf64> {
  %y = linalg.reduce ins(%a : tensor<2x3xf64>) outs(%s : tensor<2xf64>) dimensions = [1]
      (%x: f64, %t: f64) {
        %p = arith.mulf %x, %x : f64
        %u = arith.addf %t, %p : f64
        linalg.yield %u : f64
      }
  return %y : tensor<2xf64>
}

// Padding and concatenation become slices.
//
// CHECK-LABEL: func.func @pad_and_concat
// CHECK-NOT:     tensor.pad
// CHECK-NOT:     tensor.concat
// CHECK:         tensor.insert_slice
// CHECK:         return
func.func @pad_and_concat(%a: tensor<3xf64>, %x: f64) -> tensor<8xf64> {
  %p = tensor.pad %a low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %x : f64
  } : tensor<3xf64> to tensor<5xf64>
  %c = tensor.concat dim(0) %p, %a : (tensor<5xf64>, tensor<3xf64>) -> tensor<8xf64>
  return %c : tensor<8xf64>
}

// Left alone: a generic is general.
//
// CHECK-LABEL: func.func @generic
// CHECK:         arith.mulf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64
// CHECK:         arith.addf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64
func.func @generic(%a: tensor<3xf64>) -> tensor<3xf64> {
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%a : tensor<3xf64>) {
  ^bb0(%x: f64):
    %p = arith.mulf %x, %x : f64
    %s = arith.addf %p, %x : f64
    linalg.yield %s : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// Left alone: scalars.
//
// CHECK-LABEL: func.func @scalars
// CHECK-NOT:     linalg.generic
// CHECK:         arith.mulf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64
// CHECK:         arith.select %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : f64
func.func @scalars(%a: f64, %c: i1) -> f64 {
  %p = arith.mulf %a, %a : f64
  %s = arith.select %c, %p, %a : f64
  return %s : f64
}
