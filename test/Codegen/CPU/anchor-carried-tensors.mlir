// RUN: eq-opt %s --eq-codegen-anchor-carried-tensors | FileCheck %s

// What a turn makes is written where the tensor it took came from.
//
// CHECK-LABEL: func.func @carried
// CHECK:         scf.for {{.*}} iter_args(%[[T:[a-z0-9_]+]] = %{{[a-z0-9_]+}})
// CHECK:           %[[Y:[a-z0-9_]+]] = tensor.splat
// CHECK:           %[[A:[a-z0-9_]+]] = bufferization.materialize_in_destination %[[Y]] in %[[T]]
// CHECK:           scf.yield %[[A]]
func.func @carried(%z: tensor<2xf64>, %x: f64, %n: index) -> tensor<2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z) -> (tensor<2xf64>) {
    %y = tensor.splat %x : tensor<2xf64>
    scf.yield %y : tensor<2xf64>
  }
  return %r : tensor<2xf64>
}

// Two that are swapped: copied first, since each would be written while the other
// still reads it.
//
// CHECK-LABEL: func.func @swapped
// CHECK:         scf.for {{.*}} iter_args(%[[A:[a-z0-9_]+]] = %{{[a-z0-9_]+}}, %[[B:[a-z0-9_]+]] = %{{[a-z0-9_]+}})
// CHECK:           %[[OLD_B:[a-z0-9_]+]] = bufferization.alloc_tensor() copy(%[[B]])
// CHECK:           %[[OLD_A:[a-z0-9_]+]] = bufferization.alloc_tensor() copy(%[[A]])
// CHECK:           bufferization.materialize_in_destination %[[OLD_B]] in %[[A]]
// CHECK:           bufferization.materialize_in_destination %[[OLD_A]] in %[[B]]
func.func @swapped(%x: tensor<2xf64>, %y: tensor<2xf64>, %n: index) -> (tensor<2xf64>, tensor<2xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (tensor<2xf64>, tensor<2xf64>) {
    scf.yield %b, %a : tensor<2xf64>, tensor<2xf64>
  }
  return %r#0, %r#1 : tensor<2xf64>, tensor<2xf64>
}

// A loop that reads the tensor that came in, at another place than it writes, has
// memory of its own.
//
// CHECK-LABEL: func.func @reversed
// CHECK:         scf.for {{.*}} iter_args(%[[T:[a-z0-9_]+]] = %{{[a-z0-9_]+}})
// CHECK:           %[[OWN:[a-z0-9_]+]] = bufferization.alloc_tensor() : tensor<4xf64>
// CHECK:           %[[Y:[a-z0-9_]+]] = scf.for {{.*}} iter_args(%{{[a-z0-9_]+}} = %[[OWN]])
// CHECK:             tensor.extract %[[T]]
// CHECK:           bufferization.materialize_in_destination %[[Y]] in %[[T]]
func.func @reversed(%z: tensor<4xf64>, %n: index) -> tensor<4xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z) -> (tensor<4xf64>) {
    %empty = tensor.empty() : tensor<4xf64>
    %y = scf.for %j = %c0 to %c4 step %c1 iter_args(%s = %empty) -> (tensor<4xf64>) {
      %k = arith.subi %c3, %j : index
      %x = tensor.extract %t[%k] : tensor<4xf64>
      %next = tensor.insert %x into %s[%j] : tensor<4xf64>
      scf.yield %next : tensor<4xf64>
    }
    scf.yield %y : tensor<4xf64>
  }
  return %r : tensor<4xf64>
}

// The same where the tensor is read behind the loop.
//
// CHECK-LABEL: func.func @read_later
// CHECK:         scf.for {{.*}} iter_args(%[[T:[a-z0-9_]+]] = %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} = %{{[a-z0-9_]+}})
// CHECK:           %[[OWN:[a-z0-9_]+]] = bufferization.alloc_tensor() : tensor<4xf64>
// CHECK:           scf.for {{.*}} iter_args(%{{[a-z0-9_]+}} = %[[OWN]])
// CHECK:           tensor.extract %[[T]]
func.func @read_later(%z: tensor<4xf64>, %x: f64, %n: index) -> (tensor<4xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z, %v = %x) -> (tensor<4xf64>, f64) {
    %empty = tensor.empty() : tensor<4xf64>
    %y = scf.for %j = %c0 to %c4 step %c1 iter_args(%s = %empty) -> (tensor<4xf64>) {
      %next = tensor.insert %v into %s[%j] : tensor<4xf64>
      scf.yield %next : tensor<4xf64>
    }
    %w = tensor.extract %t[%c1] : tensor<4xf64>
    scf.yield %y, %w : tensor<4xf64>, f64
  }
  return %r#0, %r#1 : tensor<4xf64>, f64
}

// Left alone: what is written into the tensor that came in, element by element.
//
// CHECK-LABEL: func.func @in_place
// CHECK-NOT:     materialize_in_destination
// CHECK:         return
func.func @in_place(%z: tensor<4xf64>, %x: f64) -> tensor<4xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %z) -> (tensor<4xf64>) {
    %y = tensor.insert %x into %t[%i] : tensor<4xf64>
    scf.yield %y : tensor<4xf64>
  }
  return %r : tensor<4xf64>
}

// Left alone: scalars, and a tensor that is handed on as it came.
//
// CHECK-LABEL: func.func @left_alone
// CHECK-NOT:     materialize_in_destination
// CHECK:         return
func.func @left_alone(%z: tensor<2xf64>, %x: f64, %n: index) -> (tensor<2xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z, %s = %x) -> (tensor<2xf64>, f64) {
    %d = arith.addf %s, %s : f64
    scf.yield %t, %d : tensor<2xf64>, f64
  }
  return %r#0, %r#1 : tensor<2xf64>, f64
}

// Tensors that begin as one empty tensor: what is read again before the turn ends,
// or afterwards, has its own. What nobody reads keeps the shared one.
//
// CHECK-LABEL: func.func @from_one_empty
// CHECK:         %[[SHARED:[a-z0-9_]+]] = tensor.empty
// CHECK:         %[[A:[a-z0-9_]+]] = tensor.empty
// CHECK:         %[[B:[a-z0-9_]+]] = tensor.empty
// CHECK:         scf.for {{.*}} iter_args(%{{[a-z0-9_]+}} = %[[A]], %{{[a-z0-9_]+}} = %[[B]], %{{[a-z0-9_]+}} = %[[SHARED]], %{{[a-z0-9_]+}} = %[[SHARED]],
func.func @from_one_empty(%x: f64, %n: index) -> (tensor<4xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<4xf64>
  %r:5 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %e, %b = %e, %c = %e, %d = %e, %s = %zero)
      -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, f64) {
    %y = arith.addf %x, %s : f64
    %a1 = tensor.insert %x into %a[%i] : tensor<4xf64>
    %b1 = tensor.insert %y into %b[%i] : tensor<4xf64>
    %c1_ = tensor.insert %x into %c[%i] : tensor<4xf64>
    %d1 = tensor.insert %x into %d[%i] : tensor<4xf64>
    %read = tensor.extract %b1[%i] : tensor<4xf64>
    scf.yield %a1, %b1, %c1_, %d1, %read : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, f64
  }
  return %r#0, %r#4 : tensor<4xf64>, f64
}

// A loop that fills an empty tensor fills the one that is carried, which nobody
// reads from there on.
//
// CHECK-LABEL: func.func @filled
// CHECK:         scf.for {{.*}} iter_args(%[[T:[a-z0-9_]+]] = %{{[a-z0-9_]+}})
// CHECK:           %[[FILLED:[a-z0-9_]+]] = scf.for {{.*}} iter_args(%[[F:[a-z0-9_]+]] = %[[T]])
// CHECK:           scf.yield %[[FILLED]]
func.func @filled(%z: tensor<2xf64>, %x: f64, %n: index) -> tensor<2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %empty = tensor.empty() : tensor<2xf64>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z) -> (tensor<2xf64>) {
    %y = scf.for %k = %c0 to %c2 step %c1 iter_args(%f = %empty) -> (tensor<2xf64>) {
      %more = tensor.insert %x into %f[%k] : tensor<2xf64>
      scf.yield %more : tensor<2xf64>
    }
    scf.yield %y : tensor<2xf64>
  }
  return %r : tensor<2xf64>
}
