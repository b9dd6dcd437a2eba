// RUN: not eq-opt %s --eq-codegen-form-nests=rows=0 2>&1 | FileCheck %s
// RUN: not eq-opt %s --eq-codegen-form-nests=vector-rows=0 2>&1 | FileCheck %s --check-prefix=VECTORS

// CHECK: error: expected 'rows' to be at least 1, but got 0
// VECTORS: error: expected 'vector-rows' to be at least 1, but got 0
module {
}
