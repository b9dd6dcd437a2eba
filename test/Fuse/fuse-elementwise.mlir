// RUN: eq-opt %s --eq-fuse-elementwise | FileCheck %s
// RUN: eq-opt %s --eq-fuse-elementwise --remarks-filter=eq-fuse 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

#same = affine_map<(i) -> (i)>

// A product that only the sum reads is computed where it is added. There is no
// contraction: what was rounded twice still is.
//
// CHECK-LABEL: func.func @product_and_sum
// CHECK:         linalg.generic
// CHECK:           %[[P:.*]] = arith.mulf %[[A:.*]], %[[B:.*]] : f32
// CHECK-NEXT:      %[[S:.*]] = arith.addf %[[P]], %{{.*}} : f32
// CHECK-NEXT:      linalg.yield %[[S]]
// CHECK-NOT:     linalg.generic
// CHECK:         eq.next
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] fuse | Category:eq-fuse | Remark="1 operation is computed where the result is read"
func.func @product_and_sum(%z: tensor<?x3xf32>, %x: tensor<?x3xf32>, %max: i32) -> tensor<?x3xf32> {
  %y, %steps = eq.loop init(%z : tensor<?x3xf32>) ins(%x : tensor<?x3xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<3xf32>, %x: tensor<3xf32>):
    %true = arith.constant true
    %empty = tensor.empty() : tensor<3xf32>
    %p = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
        ins(%z, %x : tensor<3xf32>, tensor<3xf32>) outs(%empty : tensor<3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %t = arith.mulf %a, %b : f32
      linalg.yield %t : f32
    } -> tensor<3xf32>
    %s = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
        ins(%p, %x : tensor<3xf32>, tensor<3xf32>) outs(%empty : tensor<3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %t = arith.addf %a, %b : f32
      linalg.yield %t : f32
    } -> tensor<3xf32>
    eq.next %true, %s : tensor<3xf32>
  }
  return %y : tensor<?x3xf32>
}

// Left alone: a result that two read, as each would compute it; and a reader that
// sums, which would compute it for each of its results.
//
// CHECK-LABEL: func.func @would_repeat
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      math.tanh
// CHECK-NEXT:      linalg.yield
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      linalg.yield
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      math.fma
func.func @would_repeat(%z: tensor<?x3xf32>, %w: tensor<3x3xf32>, %max: i32) -> tensor<?x3xf32> {
  %y, %steps = eq.loop init(%z : tensor<?x3xf32>) shared(%w : tensor<3x3xf32>) max(%max : i32)
  step {
  ^bb0(%k: i32, %z: tensor<3xf32>, %w: tensor<3x3xf32>):
    %true = arith.constant true
    %empty = tensor.empty() : tensor<3xf32>
    %twice = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]}
        ins(%z : tensor<3xf32>) outs(%empty : tensor<3xf32>) {
    ^bb0(%a: f32, %o: f32):
      %t = math.tanh %a : f32
      linalg.yield %t : f32
    } -> tensor<3xf32>
    %square = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel"]}
        ins(%twice, %z : tensor<3xf32>, tensor<3xf32>) outs(%empty : tensor<3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %t = arith.mulf %a, %b : f32
      linalg.yield %t : f32
    } -> tensor<3xf32>
    %s = linalg.generic {indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>],
                         iterator_types = ["parallel", "reduction"]}
        ins(%w, %square : tensor<3x3xf32>, tensor<3xf32>) outs(%twice : tensor<3xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %t = math.fma %a, %b, %o : f32
      linalg.yield %t : f32
    } -> tensor<3xf32>
    eq.next %true, %s : tensor<3xf32>
  }
  return %y : tensor<?x3xf32>
}
