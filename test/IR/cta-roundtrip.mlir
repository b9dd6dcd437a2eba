// RUN: eq-opt %s | eq-opt | FileCheck %s

// CHECK: schedule = #eq.cta}
func.func private @defaults() attributes {schedule = #eq.cta}
// CHECK: schedule = #eq.cta}
func.func private @written_defaults() attributes {
  schedule = #eq.cta<warps = 4, samples = 4, rows = 16, refill = 16, chunk = 0>
}
// CHECK: #eq.cta<warps = 8, samples = 2, rows = 8, refill = 1, chunk = 64>
func.func private @others() attributes {
  schedule = #eq.cta<warps = 8, samples = 2, rows = 8, refill = 1, chunk = 64>
}
