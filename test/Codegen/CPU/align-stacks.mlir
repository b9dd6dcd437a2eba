// RUN: eq-opt %s --eq-codegen-align-stacks | FileCheck %s

// CHECK:       llvm.func @vectors
// CHECK-SAME:    passthrough = ["cold", "stackrealign"]
llvm.func @vectors(%p: !llvm.ptr) attributes {passthrough = ["cold"]} {
  %v = llvm.load %p : !llvm.ptr -> vector<8xf64>
  llvm.store %v, %p : vector<8xf64>, !llvm.ptr
  llvm.return
}

// CHECK:       llvm.func @scalars(%{{.*}}: !llvm.ptr) {
llvm.func @scalars(%p: !llvm.ptr) {
  %v = llvm.load %p : !llvm.ptr -> f64
  llvm.store %v, %p : f64, !llvm.ptr
  llvm.return
}
