// RUN: eq-opt %s --eq-codegen-lower-kernel-tensors --canonicalize --split-input-file --verify-diagnostics | FileCheck %s

gpu.module @kernels {
  // The elements of a small tensor are values, and what a loop carries as well.
  //
  // CHECK-LABEL: gpu.func @small
  // CHECK-SAME:    (%[[FROM:[a-z0-9_]+]]: !llvm.ptr, %[[TO:[a-z0-9_]+]]: !llvm.ptr
  // CHECK:         %[[X0:[a-z0-9_]+]] = llvm.load %[[FROM]] : !llvm.ptr -> f64
  // CHECK:         scf.while (%[[A0:[a-z0-9_]+]] = %[[X0]], %[[A1:[a-z0-9_]+]] = %[[X0]]) : (f64, f64) -> (f64, f64)
  // CHECK:           scf.condition(%{{[a-z0-9_]+}}) %[[A0]], %[[A1]] : f64, f64
  // CHECK:         ^bb0(%[[B0:[a-z0-9_]+]]: f64, %[[B1:[a-z0-9_]+]]: f64):
  // CHECK:           %[[C0:[a-z0-9_]+]] = arith.addf %[[B0]], %[[B1]] : f64
  // CHECK:           %[[C1:[a-z0-9_]+]] = arith.addf %[[B1]], %[[B0]] : f64
  // CHECK:           scf.yield %[[C0]], %[[C1]] : f64, f64
  gpu.func @small(%from: !llvm.ptr, %to: !llvm.ptr, %most: f64) kernel {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %x = llvm.load %from : !llvm.ptr -> f64
    %t = tensor.from_elements %x, %x : tensor<2xf64>
    %last = scf.while (%a = %t) : (tensor<2xf64>) -> tensor<2xf64> {
      %first = tensor.extract %a[%c0] : tensor<2xf64>
      %goes_on = arith.cmpf olt, %first, %most : f64
      scf.condition(%goes_on) %a : tensor<2xf64>
    } do {
    ^bb0(%a: tensor<2xf64>):
      %b0 = tensor.extract %a[%c0] : tensor<2xf64>
      %b1 = tensor.extract %a[%c1] : tensor<2xf64>
      %swapped = tensor.from_elements %b1, %b0 : tensor<2xf64>
      %sum = arith.addf %a, %swapped : tensor<2xf64>
      scf.yield %sum : tensor<2xf64>
    }
    %y = tensor.extract %last[%c1] : tensor<2xf64>
    llvm.store %y, %to : f64, !llvm.ptr
    gpu.return
  }

  // Of a large tensor in memory an element is read where it is used: 20 i + j.
  //
  // CHECK-LABEL: gpu.func @large
  // CHECK-SAME:    (%[[FROM:[a-z0-9_]+]]: !llvm.ptr, %[[TO:[a-z0-9_]+]]: !llvm.ptr, %[[I:[a-z0-9_]+]]: index, %[[J:[a-z0-9_]+]]: index)
  // CHECK:         %[[C20:[a-z0-9_]+]] = arith.constant 20 : i64
  // CHECK-DAG:     %[[WIDE_I:[a-z0-9_]+]] = arith.index_cast %[[I]] : index to i64
  // CHECK-DAG:     %[[ROW:[a-z0-9_]+]] = arith.muli %[[WIDE_I]], %[[C20]]
  // CHECK-DAG:     %[[WIDE_J:[a-z0-9_]+]] = arith.index_cast %[[J]] : index to i64
  // CHECK:         %[[AT:[a-z0-9_]+]] = arith.addi %[[ROW]], %[[WIDE_J]]
  // CHECK:         %[[ADDRESS:[a-z0-9_]+]] = llvm.getelementptr inbounds %[[FROM]][%[[AT]]] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  // CHECK:         %[[X:[a-z0-9_]+]] = llvm.load %[[ADDRESS]] : !llvm.ptr -> f32
  // CHECK:         llvm.store %[[X]], %[[TO]]
  // CHECK-NOT:     tensor
  gpu.func @large(%from: !llvm.ptr, %to: !llvm.ptr, %i: index, %j: index) kernel {
    %t = builtin.unrealized_conversion_cast %from : !llvm.ptr to tensor<30x20xf32>
    %x = tensor.extract %t[%i, %j] : tensor<30x20xf32>
    llvm.store %x, %to : f32, !llvm.ptr
    gpu.return
  }

  // A boolean takes a byte in memory.
  //
  // CHECK-LABEL: gpu.func @booleans
  // CHECK:         %[[BYTE:[a-z0-9_]+]] = llvm.load %{{[a-z0-9_]+}} : !llvm.ptr -> i8
  // CHECK:         arith.trunci %[[BYTE]] : i8 to i1
  gpu.func @booleans(%from: !llvm.ptr, %to: !llvm.ptr, %i: index) kernel {
    %t = builtin.unrealized_conversion_cast %from : !llvm.ptr to tensor<500xi1>
    %x = tensor.extract %t[%i] : tensor<500xi1>
    llvm.store %x, %to : i1, !llvm.ptr
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @computed_from_a_large_one(%from: !llvm.ptr, %to: !llvm.ptr, %i: index) kernel {
    %t = builtin.unrealized_conversion_cast %from : !llvm.ptr to tensor<500xf64>
    // expected-error @+1 {{'arith.addf' op expected tensors of numbers, of static shape and at most 256 elements, but got 'tensor<500xf64>'}}
    %s = arith.addf %t, %t : tensor<500xf64>
    %x = tensor.extract %s[%i] : tensor<500xf64>
    llvm.store %x, %to : f64, !llvm.ptr
    gpu.return
  }
}

// -----

// A large constant has no memory to be read from.
gpu.module @kernels {
  gpu.func @large_constant(%to: !llvm.ptr, %i: index) kernel {
    // expected-error @+1 {{'arith.constant' op expected tensors of a kernel to be small or to be read element by element, but got 'tensor<500xf64>': #eq.serial and #eq.lanes have no such limit}}
    %t = arith.constant sparse<[[3], [7]], [1.0, 2.0]> : tensor<500xf64>
    %x = tensor.extract %t[%i] : tensor<500xf64>
    llvm.store %x, %to : f64, !llvm.ptr
    gpu.return
  }
}
