// RUN: eq-opt %s --eq-codegen-hoist-allocations --split-input-file --verify-diagnostics | FileCheck %s
// RUN: not eq-opt %s --eq-codegen-hoist-allocations --split-input-file --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// A buffer that each iteration makes anew is made once, in front of the outermost
// loop.
//
// CHECK-LABEL: func.func @in_two_loops
// CHECK-NEXT:    %[[BUFFER:[a-z0-9_]+]] = memref.alloc() : memref<4xf64>
// CHECK-NEXT:    scf.for
// CHECK-NEXT:      %{{[a-z0-9_]+}} = scf.while
// CHECK-NOT:       memref.alloc
// CHECK:           memref.store %{{[a-z0-9_]+}}, %[[BUFFER]]
// REMARK: :[[@LINE+8]]:{{[0-9]+}}: remark: [Passed] allocate | Category:eq-codegen | Remark="memory is allocated once, before the loops around it"
func.func @in_two_loops(%lower: index, %upper: index, %step: index, %x: f64) {
  scf.for %i = %lower to %upper step %step {
    %n = scf.while (%k = %lower) : (index) -> index {
      %more = arith.cmpi slt, %k, %upper : index
      scf.condition(%more) %k : index
    } do {
    ^bb0(%k: index):
      %buffer = memref.alloc() : memref<4xf64>
      memref.store %x, %buffer[%k] : memref<4xf64>
      %next = arith.addi %k, %step : index
      scf.yield %next : index
    }
  }
  return
}

// -----

// A size that is known before the loop is known in front of it.
//
// CHECK-LABEL: func.func @size_from_outside
// CHECK-NEXT:    %{{[a-z0-9_]+}} = memref.alloc(%{{[a-z0-9_]+}}) : memref<?xf64>
// CHECK-NEXT:    scf.for
func.func @size_from_outside(%lower: index, %upper: index, %step: index, %x: f64) {
  scf.for %i = %lower to %upper step %step {
    %buffer = memref.alloc(%upper) : memref<?xf64>
    memref.store %x, %buffer[%i] : memref<?xf64>
  }
  return
}

// -----

// Left alone: no loop around it.
//
// CHECK-LABEL: func.func @outside
// CHECK:         scf.for
// CHECK:         memref.alloc() : memref<4xf64>
func.func @outside(%lower: index, %upper: index, %step: index, %m: memref<4xf64>, %x: f64) -> memref<4xf64> {
  scf.for %i = %lower to %upper step %step {
    memref.store %x, %m[%i] : memref<4xf64>
  }
  %buffer = memref.alloc() : memref<4xf64>
  return %buffer : memref<4xf64>
}

// -----

// A size that changes from step to step is refused: memory would grow.
func.func @size_from_inside(%lower: index, %upper: index, %step: index, %x: f64) {
  scf.for %i = %lower to %upper step %step {
    // expected-error @+1 {{'memref.alloc' op needs memory whose size changes inside a loop; make the size static or compute it before the loop}}
    %buffer = memref.alloc(%i) : memref<?xf64>
    memref.store %x, %buffer[%lower] : memref<?xf64>
  }
  return
}
