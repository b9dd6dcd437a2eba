// RUN: eq-opt %s --eq-lower-loops --allow-unregistered-dialect | FileCheck %s
// RUN: eq-opt %s --eq-lower-loops --allow-unregistered-dialect \
// RUN:   | FileCheck %s --check-prefix=NOTHING --implicit-check-not='{{ |#}}eq.{{[a-z_]+}} '

// No operation, attribute or tensor of a solve is left; what was the host's is.
//
// NOTHING: module

// A solve among operations of others: what it takes and gives is memory, and a
// function that is beside this one is called. The rest is as it was.
//
// CHECK-LABEL: func.func @among_others
// CHECK-SAME:    (%[[Z:.*]]: tensor<?x3xf64> {vendor.place = 3 : i32}, %[[TOL:.*]]: f64) -> (tensor<?x3xf64>, tensor<?xi32>) attributes {vendor.kind = "host"} {
// CHECK-NEXT:    %[[MAX:.*]] = arith.constant 100 : i32
// CHECK-NEXT:    %[[START:.*]] = "vendor.prepare"(%[[Z]]) : (tensor<?x3xf64>) -> tensor<?x3xf64>
// CHECK-NEXT:    %[[IN:.*]] = bufferization.to_buffer %[[START]] read_only : tensor<?x3xf64> to memref<?x3xf64, strided<[?, ?], offset: ?>>
// CHECK:         %[[ROWS:.*]] = memref.dim %[[IN]]
// CHECK-NEXT:    %[[X:.*]] = memref.alloc(%[[ROWS]]) {alignment = 64 : i64} : memref<?x3xf64>
// CHECK:         %[[RESIDUAL:.*]] = memref.alloc({{.*}} : memref<?xf64>
// CHECK:         %[[ITERATIONS:.*]] = memref.alloc({{.*}} : memref<?xi32>
// CHECK:         %[[STATUS:.*]] = memref.alloc({{.*}} : memref<?xi32>
// CHECK-NEXT:    call @eq.among_others.solve.0(%[[IN]], %[[TOL]], %[[MAX]], %[[X]], %[[RESIDUAL]], %[[ITERATIONS]], %[[STATUS]])
// CHECK-DAG:     %[[XT:.*]] = bufferization.to_tensor %[[X]] restrict writable : memref<?x3xf64> to tensor<?x3xf64>
// CHECK-DAG:     %[[ST:.*]] = bufferization.to_tensor %[[STATUS]] restrict writable : memref<?xi32> to tensor<?xi32>
// CHECK:         linalg.generic
// CHECK:           "vendor.inside"
// CHECK:         gpu.launch
// CHECK:         return %{{.*}}, %[[ST]] : tensor<?x3xf64>, tensor<?xi32>
func.func @among_others(%z: tensor<?x3xf64> {vendor.place = 3 : i32}, %tol: f64)
    -> (tensor<?x3xf64>, tensor<?xi32>) attributes {vendor.kind = "host"} {
  %max = arith.constant 100 : i32
  %start = "vendor.prepare"(%z) : (tensor<?x3xf64>) -> tensor<?x3xf64>
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<?x3xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: tensor<3xf64>):
    %fx = func.call @cosines(%x) : (tensor<3xf64>) -> tensor<3xf64>
    eq.yield %fx : tensor<3xf64>
  }
  %y = linalg.generic {
      indexing_maps = [affine_map<(n, i) -> (n, i)>, affine_map<(n, i) -> (n, i)>],
      iterator_types = ["parallel", "parallel"]
  } ins(%x : tensor<?x3xf64>) outs(%z : tensor<?x3xf64>) {
  ^bb0(%a: f64, %b: f64):
    %c = "vendor.inside"(%a) : (f64) -> f64
    linalg.yield %c : f64
  } -> tensor<?x3xf64>
  %one = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %one, %gy = %one, %gz = %one)
      threads(%tx, %ty, %tz) in (%sx = %one, %sy = %one, %sz = %one) {
    gpu.terminator
  }
  return %y, %status : tensor<?x3xf64>, tensor<?xi32>
}

// A function that a body calls stays a function of the host.
//
// CHECK-LABEL: func.func private @cosines(%{{.*}}: tensor<3xf64>) -> tensor<3xf64> {
// CHECK:         math.cos
func.func private @cosines(%x: tensor<3xf64>) -> tensor<3xf64> {
  %fx = math.cos %x : tensor<3xf64>
  return %fx : tensor<3xf64>
}

// Numbers are passed and returned as they are; a solve in a loop of the host is
// called by the loop.
//
// CHECK-LABEL: func.func @numbers(
// CHECK:         scf.for
// CHECK-SAME:      iter_args(%[[X0:.*]] = %{{.*}}) -> (f64)
// CHECK-NEXT:      %[[R:.*]]:4 = func.call @eq.numbers.solve.0(%[[X0]], %{{.*}}, %{{.*}}) : (f64, f64, i32) -> (f64, f64, i32, i32)
// CHECK-NEXT:      scf.yield %[[R]]#0 : f64
func.func @numbers(%x0: f64, %tol: f64, %n: index) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %max = arith.constant 100 : i32
  %last = scf.for %i = %zero to %n step %one iter_args(%x = %x0) -> f64 {
    %y, %residual, %iterations, %status = eq.fixed_point
        init(%x : f64) until(abs = %tol : f64, max = %max : i32)
        method(#eq.picard) {
    ^bb0(%x: f64):
      %fx = math.cos %x : f64
      eq.yield %fx : f64
    }
    scf.yield %y : f64
  }
  return %last : f64
}

// Two solves are two functions. One has an operand twice: it is passed once.
//
// CHECK-LABEL: func.func @two(
// CHECK:         call @eq.two.solve.0
// CHECK-SAME:      (memref<5xf64, strided<[?], offset: ?>>, i32, memref<5xf64>, memref<5xi32>) -> ()
// CHECK:         call @eq.two.solve.1
func.func @two(%x: tensor<5xf64>, %max: i32) -> (tensor<5xf64>, tensor<5xf64>) {
  %halves, %steps = eq.loop init(%x : tensor<5xf64>) ins(%x : tensor<5xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %y: f64, %x: f64):
    %half = arith.constant 0.5 : f64
    %z = arith.mulf %y, %half : f64
    %again = arith.cmpf ogt, %z, %x : f64
    eq.next %again, %z : f64
  }
  %more, %steps2 = eq.loop init(%halves : tensor<5xf64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %y: f64):
    %half = arith.constant 0.5 : f64
    %z = arith.addf %y, %half : f64
    %again = arith.cmpf olt, %z, %half : f64
    eq.next %again, %z : f64
  }
  return %halves, %more : tensor<5xf64>, tensor<5xf64>
}

// What was memory already is passed as it is, and what is asked for as memory
// is given so: no tensor is left.
//
// CHECK-LABEL: func.func @bufferized(
// CHECK-SAME:    %[[M:.*]]: memref<?xf64, strided<[?], offset: ?>>
// CHECK-NOT:     tensor
// CHECK:         call @eq.bufferized.solve.0(%[[M]],
// CHECK:         %[[C:.*]] = memref.cast
// CHECK-NOT:     tensor
// CHECK:         return %[[C]] : memref<?xf64, strided<[?], offset: ?>>
func.func @bufferized(%m: memref<?xf64, strided<[?], offset: ?>>, %tol: f64) -> memref<?xf64, strided<[?], offset: ?>> {
  %max = arith.constant 100 : i32
  %x0 = bufferization.to_tensor %m : memref<?xf64, strided<[?], offset: ?>> to tensor<?xf64>
  %x, %residual, %iterations, %status = eq.fixed_point
      init(%x0 : tensor<?xf64>) until(abs = %tol : f64, max = %max : i32)
      method(#eq.picard) {
  ^bb0(%x: f64):
    %fx = math.cos %x : f64
    eq.yield %fx : f64
  }
  %y = bufferization.to_buffer %x : tensor<?xf64> to memref<?xf64, strided<[?], offset: ?>>
  return %y : memref<?xf64, strided<[?], offset: ?>>
}

// The functions are the module's own, and end solves as they began them.
//
// CHECK:       func.func private @eq.among_others.solve.0.body(%[[CONTEXT:.*]]: !llvm.ptr, {{.*}}) -> i32 attributes {llvm.linkage = #llvm.linkage<internal>}
// CHECK-NOT:     tensor
// CHECK:         scf.while
// CHECK-LABEL: func.func private @eq.among_others.solve.0(
// CHECK-SAME:    %[[Z:.*]]: memref<?x3xf64, strided<[?, ?], offset: ?>>, %{{.*}}: f64, %{{.*}}: i32, %{{.*}}: memref<?x3xf64>
// CHECK-SAME:    attributes {llvm.linkage = #llvm.linkage<internal>}
// CHECK:         %[[CONTEXT:.*]] = llvm.call @eqrt_solve_begin(
// CHECK:         llvm.call @eqrt_contiguous(%[[CONTEXT]],
// CHECK:         call @eq.among_others.solve.0.body(%[[CONTEXT]],
// CHECK:         llvm.call @eqrt_solve_end(%[[CONTEXT]])
