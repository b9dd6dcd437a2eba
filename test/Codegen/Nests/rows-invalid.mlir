// RUN: not eq-opt %s --eq-codegen-form-nests=rows=0 2>&1 | FileCheck %s

// CHECK: error: expected 'rows' to be at least 1, but got 0
module {
}
