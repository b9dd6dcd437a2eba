// RUN: eq-opt %s | eq-opt | FileCheck %s
// RUN: eq-opt %s --emit-bytecode | eq-opt | FileCheck %s

// Methods, controllers, adjoints and schedules print as they are written.
// A parameter with its default is not printed.

// CHECK: #eq.picard
func.func private @picard() attributes {method = #eq.picard}
// CHECK: #eq.anderson<depth = 5>
func.func private @anderson() attributes {method = #eq.anderson<depth = 5>}
// CHECK: #eq.runge_kutta<euler>
func.func private @euler() attributes {method = #eq.runge_kutta<euler>}
// CHECK: #eq.runge_kutta<heun>
func.func private @heun() attributes {method = #eq.runge_kutta<heun>}
// CHECK: #eq.runge_kutta<midpoint>
func.func private @midpoint() attributes {method = #eq.runge_kutta<midpoint>}
// CHECK: #eq.runge_kutta<ralston>
func.func private @ralston() attributes {method = #eq.runge_kutta<ralston>}
// CHECK: #eq.runge_kutta<rk4>
func.func private @rk4() attributes {method = #eq.runge_kutta<rk4>}
// CHECK: #eq.runge_kutta<bs3>
func.func private @bs3() attributes {method = #eq.runge_kutta<bs3>}
// CHECK: #eq.runge_kutta<dp5>
func.func private @dp5() attributes {method = #eq.runge_kutta<dp5>}
// CHECK: #eq.runge_kutta<tsit5>
func.func private @tsit5() attributes {method = #eq.runge_kutta<tsit5>}
// CHECK: #eq.runge_kutta<vern7>
func.func private @vern7() attributes {method = #eq.runge_kutta<vern7>}
// CHECK: #eq.runge_kutta<dop853>
func.func private @dop853() attributes {method = #eq.runge_kutta<dop853>}

// CHECK: #eq.pid
func.func private @pid() attributes {control = #eq.pid}

// CHECK: #eq.implicit
func.func private @implicit() attributes {adjoint = #eq.implicit}
// CHECK: #eq.one_step
func.func private @one_step() attributes {adjoint = #eq.one_step}
// CHECK: #eq.neumann<8>
func.func private @neumann() attributes {adjoint = #eq.neumann<8>}
// CHECK: #eq.interpolating
func.func private @interpolating() attributes {adjoint = #eq.interpolating}
// CHECK: #eq.backsolve
func.func private @backsolve() attributes {adjoint = #eq.backsolve}
// CHECK: #eq.checkpointed<slots = 32>
func.func private @checkpointed() attributes {adjoint = #eq.checkpointed<slots = 32>}

// CHECK: #eq.serial
func.func private @serial() attributes {schedule = #eq.serial}
// CHECK: #eq.lanes<lanes = 16, rows = 8, refill = 1>
func.func private @lanes() attributes {schedule = #eq.lanes<lanes = 16, rows = 8, refill = 1>}
// CHECK: #eq.lanes<lanes = 16, rows = 8, refill = 4, chunk = 64>
func.func private @lanes_chunk() attributes {schedule = #eq.lanes<lanes = 16, rows = 8, refill = 4, chunk = 64>}

// What is as always is not printed.
// CHECK-LABEL: @thread(){{.*}} {schedule = #eq.thread}
func.func private @thread() attributes {schedule = #eq.thread}
// CHECK-LABEL: @thread_in_full(){{.*}} {schedule = #eq.thread}
func.func private @thread_in_full() attributes {schedule = #eq.thread<block = 128, refill = 4, chunk = 0>}
// CHECK: #eq.thread<block = 64, refill = 2>
func.func private @thread_block() attributes {schedule = #eq.thread<refill = 2, block = 64>}
// CHECK: #eq.thread<block = 1024, refill = 32, chunk = 2147483647>
func.func private @thread_most() attributes {schedule = #eq.thread<block = 1024, refill = 32, chunk = 2147483647>}

// CHECK: module attributes {eq.target = #eq.target<cpu, "znver3", vector_bits = 256, vector_registers = 16, l1 = 32768, l2 = 524288, cores = 2>}
module attributes {eq.target = #eq.target<cpu, "znver3", vector_bits = 256, vector_registers = 16, l1 = 32768, l2 = 524288, cores = 2>} {}
// CHECK: module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>}
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {}
