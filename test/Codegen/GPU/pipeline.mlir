// RUN: eq-opt %s --eq-to-nvvm | FileCheck %s
// RUN: eq-opt %s --eq-to-nvvm=simulate=true | FileCheck %s --check-prefix=SIM
// RUN: eq-opt %s --eq-to-nvvm --remarks-filter=eq-schedule 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// From a problem to a kernel and its launch. The other function has no loop for
// the GPU, and is a program for the CPU beside it.
//
// REMARK-DAG: "#eq.thread: about {{[0-9]+}} registers a thread, {{[0-9]+}} threads at once on a multiprocessor"
// REMARK-DAG: #eq.serial instead of #eq.lanes: it has no batch
//
// What eq, tensors and structured control flow were is of the LLVM dialect, the
// kernel's part too, and no function of libdevice is called. Two results leave
// the GPU only when the call ends; the caller does not ask for the others.
//
// CHECK-NOT:  {{eq[.](loop|fixed_point)|scf[.]|arith[.]|math[.]|memref[.]|__nv_}}
// CHECK:      llvm.func {{.*}}@eq.cosine.body(
// CHECK-COUNT-2: llvm.call @eqrt_device_alloc
// CHECK:      llvm.call @eqrt_launch
// CHECK:      llvm.func @eq_cosine(
// CHECK:      gpu.module @eq.kernels [#nvvm.target<O = 3, chip = "sm_80", features = "+ptx70">] {
// CHECK-NOT:  {{eq[.](loop|fixed_point)|scf[.]|arith[.]|math[.]|memref[.]|__nv_}}
// CHECK:        llvm.func @cosine_0(
// CHECK-SAME:     nvvm.kernel
// CHECK-SAME:     nvvm.maxntid = array<i32: 128, 1, 1>
// CHECK:          nvvm.vote.sync
// CHECK:          llvm.call_intrinsic "llvm.fma.f64"
// CHECK-NOT:      {{eq[.]loop|scf[.]|arith[.]|math[.]|memref[.]|__nv_|eqrt_sim}}

// For the simulator, the kernel is a function of the host, and what its threads
// do together are calls of the runtime.
//
// SIM-NOT: {{gpu[.]module| nvvm[.]}}
// SIM:     llvm.func internal @eq.sim.eq.kernels.cosine_0(
// SIM:       llvm.call @eqrt_sim_vote(
// SIM:       llvm.call @eqrt_sim_turn(
// SIM:     llvm.func @eq.sim.eq.kernels.cosine_0.packed(
// SIM:       llvm.call @eq.sim.eq.kernels.cosine_0(
// SIM-NOT: {{gpu[.]module| nvvm[.]}}
module attributes {eq.gpu_target = #eq.gpu_target<"sm_80", multiprocessors = 108,
    registers = 65536, threads = 2048, shared_memory = 166912>} {
func.func @cosine(%x0: tensor<?xf64>, %tol: f64, %max: i32) -> (tensor<?xf64>, tensor<?xi32>) {
  %x, %residual, %iterations, %status = eq.fixed_point init(%x0 : tensor<?xf64>)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %f = math.cos %x : f64
    eq.yield %f : f64
  }
  return %x, %status : tensor<?xf64>, tensor<?xi32>
}

func.func @one(%x0: f64, %tol: f64, %max: i32) -> (f64, i32) {
  %x, %residual, %iterations, %status = eq.fixed_point init(%x0 : f64)
      until(abs = %tol : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%x: f64):
    %f = math.sqrt %x : f64
    eq.yield %f : f64
  }
  return %x, %status : f64, i32
}
}
