// RUN: eq-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected 'vector_bits' to be a power of two from 64 to 2048, but got 384}}
module attributes {eq.target = #eq.target<cpu, "x86-64-v3", vector_bits = 384, vector_registers = 16, l1 = 32768, l2 = 524288, cores = 1>} {}

// -----

// expected-error @+1 {{expected 'vector_registers' to be at least 4, but got 2}}
module attributes {eq.target = #eq.target<cpu, "x86-64-v3", vector_bits = 256, vector_registers = 2, l1 = 32768, l2 = 524288, cores = 1>} {}

// -----

// expected-error @+1 {{expected 'l1' to be at least 1 and 'l2' at least 'l1', but got 32768 and 16384}}
module attributes {eq.target = #eq.target<cpu, "x86-64-v3", vector_bits = 256, vector_registers = 16, l1 = 32768, l2 = 16384, cores = 1>} {}

// -----

// expected-error @+1 {{expected 'cores' to be at least 1, but got 0}}
module attributes {eq.target = #eq.target<cpu, "x86-64-v3", vector_bits = 256, vector_registers = 16, l1 = 32768, l2 = 524288, cores = 0>} {}

// -----

// expected-error @+1 {{expected 'eq.target' to be one such as #eq.target<cpu, "x86-64-v3", ..>, but got "znver3"}}
module attributes {eq.target = "znver3"} {}

// -----

// expected-error @+1 {{expected 'eq.target' to be an attribute of a module}}
func.func private @elsewhere() attributes {eq.target = #eq.target<cpu, "x86-64-v3", vector_bits = 256, vector_registers = 16, l1 = 32768, l2 = 524288, cores = 1>}

// -----

// expected-error @+1 {{expected the chip to be one such as "sm_90", but got "hopper"}}
module attributes {eq.gpu_target = #eq.gpu_target<"hopper", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {}

// -----

// expected-error @+1 {{expected 'multiprocessors' to be at least 1, but got 0}}
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 0, registers = 65536, threads = 2048, shared_memory = 232448>} {}

// -----

// expected-error @+1 {{expected 'registers' to be at least 1, but got 0}}
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 0, threads = 2048, shared_memory = 232448>} {}

// -----

// expected-error @+1 {{expected 'threads' to be at least 1, but got -1}}
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = -1, shared_memory = 232448>} {}

// -----

// expected-error @+1 {{expected 'shared_memory' to be at least 1, but got 0}}
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 0>} {}

// -----

// expected-error @+1 {{expected 'eq.gpu_target' to be one such as #eq.gpu_target<"sm_90", ..>, but got "sm_90"}}
module attributes {eq.gpu_target = "sm_90"} {}

// -----

// expected-error @+1 {{expected 'eq.gpu_target' to be an attribute of a module}}
func.func private @gpu_elsewhere() attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>}
