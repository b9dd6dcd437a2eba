// RUN: eq-opt %s --split-input-file --eq-codegen-simulate-kernels | FileCheck %s

// A kernel becomes a function of the host, and one that takes the addresses of
// its parameters. Nothing of the GPU is left.
//
// CHECK-NOT:   gpu.
// CHECK-NOT:   nvvm.
// CHECK:       llvm.func internal @eq.sim.m.kernels_become_functions(
// CHECK-SAME:    %[[P:.*]]: !llvm.ptr {llvm.noalias}, %[[X:.*]]: f64) {
// CHECK:         llvm.call @eq.sim.m.helper(%[[P]], %[[X]]) : (!llvm.ptr, f64) -> ()
// CHECK-LABEL: llvm.func internal @eq.sim.m.helper(
// CHECK-SAME:    %[[P:.*]]: !llvm.ptr,
// CHECK:         llvm.store %{{.*}}, %[[P]] : f64, !llvm.ptr
// CHECK-LABEL: llvm.func @eq.sim.m.kernels_become_functions.packed(
// CHECK-SAME:    %[[PARAMETERS:.*]]: !llvm.ptr) {
// CHECK:         llvm.call @eqrt_sim_begin
// CHECK:         %[[PLACE_0:.*]] = llvm.getelementptr %[[PARAMETERS]][0]
// CHECK:         %[[PARAMETER_0:.*]] = llvm.load %[[PLACE_0]] : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[POINTER:.*]] = llvm.load %[[PARAMETER_0]] : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[PLACE_1:.*]] = llvm.getelementptr %[[PARAMETERS]][1]
// CHECK:         %[[PARAMETER_1:.*]] = llvm.load %[[PLACE_1]] : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[NUMBER:.*]] = llvm.load %[[PARAMETER_1]] : !llvm.ptr -> f64
// CHECK:         llvm.call @eq.sim.m.kernels_become_functions(%[[POINTER]], %[[NUMBER]])
// CHECK-NOT:   helper.packed
gpu.module @m {
  llvm.func @kernels_become_functions(%p: !llvm.ptr<1> {llvm.noalias}, %x: f64)
      attributes {gpu.kernel, nvvm.kernel, nvvm.maxntid = array<i32: 32, 1, 1>} {
    %generic = llvm.addrspacecast %p : !llvm.ptr<1> to !llvm.ptr
    llvm.call @helper(%generic, %x) : (!llvm.ptr, f64) -> ()
    llvm.return
  }
  llvm.func @helper(%p: !llvm.ptr, %x: f64) {
    llvm.store %x, %p : f64, !llvm.ptr
    llvm.return
  }
}

// -----

// What stands for the kernel in the host's code is replaced.
//
// CHECK-LABEL: llvm.func @declarations_are_replaced(
// CHECK:         llvm.mlir.addressof @eq.sim.m.k.packed
// CHECK:       llvm.func @eq.sim.m.k.packed(%{{.*}}: !llvm.ptr) {
// CHECK-NOT:   @eq.sim.m.k.packed
module attributes {gpu.container_module} {
  llvm.func @eq.sim.m.k.packed(!llvm.ptr)
  llvm.func @declarations_are_replaced() -> !llvm.ptr {
    %k = llvm.mlir.addressof @eq.sim.m.k.packed : !llvm.ptr
    llvm.return %k : !llvm.ptr
  }
  gpu.module @m {
    llvm.func @k() attributes {nvvm.kernel} {
      llvm.return
    }
  }
}

// -----

// The same name in two modules is no clash.
//
// CHECK-DAG: llvm.func @eq.sim.one.k.packed(
// CHECK-DAG: llvm.func @eq.sim.two.k.packed(
gpu.module @one {
  llvm.func @k() attributes {nvvm.kernel} {
    llvm.return
  }
}
gpu.module @two {
  llvm.func @k() attributes {gpu.kernel} {
    llvm.return
  }
}

// -----

// CHECK-LABEL: llvm.func internal @eq.sim.m.registers(
gpu.module @m {
  llvm.func @registers() attributes {nvvm.kernel} {
    // CHECK:      %[[TID:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK-NEXT: llvm.call @eqrt_sim_register(%[[TID]]) : (i32) -> i32
    // CHECK-NEXT: %[[NTID_Y:.*]] = llvm.mlir.constant(4 : i32)
    // CHECK-NEXT: llvm.call @eqrt_sim_register(%[[NTID_Y]])
    // CHECK-NEXT: %[[CTAID_Z:.*]] = llvm.mlir.constant(8 : i32)
    // CHECK-NEXT: llvm.call @eqrt_sim_register(%[[CTAID_Z]])
    // CHECK-NEXT: %[[NCTAID:.*]] = llvm.mlir.constant(9 : i32)
    // CHECK-NEXT: llvm.call @eqrt_sim_register(%[[NCTAID]])
    // CHECK-NEXT: %[[LANEID:.*]] = llvm.mlir.constant(12 : i32)
    // CHECK-NEXT: llvm.call @eqrt_sim_register(%[[LANEID]])
    // CHECK-NEXT: %[[WARPSIZE:.*]] = llvm.mlir.constant(13 : i32)
    // CHECK-NEXT: llvm.call @eqrt_sim_register(%[[WARPSIZE]])
    // CHECK-NEXT: %[[BELOW:.*]] = llvm.mlir.constant(18 : i32)
    // CHECK-NEXT: llvm.call @eqrt_sim_register(%[[BELOW]])
    %0 = nvvm.read.ptx.sreg.tid.x range <i32, 0, 32> : i32
    %1 = nvvm.read.ptx.sreg.ntid.y : i32
    %2 = nvvm.read.ptx.sreg.ctaid.z : i32
    %3 = nvvm.read.ptx.sreg.nctaid.x : i32
    %4 = nvvm.read.ptx.sreg.laneid : i32
    %5 = nvvm.read.ptx.sreg.warpsize : i32
    %6 = nvvm.read.ptx.sreg.lanemask.lt : i32
    llvm.return
  }
}

// -----

// What threads do together knows its place, which is no other's: two operations
// of one line are two places. Accesses to memory need only the line.
//
// CHECK-DAG:   @[[VOTE_1:.*]]("rank.mlir:3:7 (nvvm.vote.sync 1)\00")
// CHECK-DAG:   @[[VOTE_2:.*]]("rank.mlir:3:7 (nvvm.vote.sync 2)\00")
// CHECK-DAG:   @[[LINE:.*]]("rank.mlir:3:7\00")
// CHECK-LABEL: llvm.func internal @eq.sim.m.places(
gpu.module @m {
  llvm.func @places(%mask: i32, %p: i1, %a: !llvm.ptr) attributes {nvvm.kernel} {
    // CHECK:      %[[WHERE:.*]] = llvm.mlir.addressof @[[VOTE_1]]
    // CHECK-NEXT: llvm.call @eqrt_sim_vote({{.*}}, %[[WHERE]])
    // CHECK:      %[[WHERE:.*]] = llvm.mlir.addressof @[[VOTE_2]]
    // CHECK-NEXT: llvm.call @eqrt_sim_vote({{.*}}, %[[WHERE]])
    // CHECK:      %[[WHERE:.*]] = llvm.mlir.addressof @[[LINE]]
    // CHECK-NEXT: llvm.call @eqrt_sim_check({{.*}}, %[[WHERE]])
    // CHECK:      %[[WHERE:.*]] = llvm.mlir.addressof @[[LINE]]
    // CHECK-NEXT: llvm.call @eqrt_sim_check({{.*}}, %[[WHERE]])
    %0 = nvvm.vote.sync ballot %mask, %p -> i32 loc("rank.mlir":3:7)
    %1 = nvvm.vote.sync ballot %mask, %p -> i32 loc("rank.mlir":3:7)
    llvm.store %0, %a : i32, !llvm.ptr loc("rank.mlir":3:7)
    llvm.store %1, %a : i32, !llvm.ptr loc("rank.mlir":3:7)
    llvm.return
  }
}

// -----

// Bits travel as numbers, for the upper bits of an argument of one bit are
// anything.
//
// CHECK-LABEL: llvm.func internal @eq.sim.m.votes(
// CHECK-SAME:    %[[MASK:.*]]: i32, %[[P:.*]]: i1) -> i1 {
gpu.module @m {
  llvm.func @votes(%mask: i32, %p: i1) -> i1 {
    // CHECK:      %[[BALLOT:.*]] = llvm.mlir.constant(2 : i32)
    // CHECK-NEXT: %[[WIDE:.*]] = llvm.zext %[[P]] : i1 to i32
    // CHECK:      llvm.call @eqrt_sim_vote(%[[BALLOT]], %[[MASK]], %[[WIDE]], %{{.*}}) : (i32, i32, i32, !llvm.ptr) -> i32
    // CHECK:      %[[ANY:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK:      %[[VOTES:.*]] = llvm.call @eqrt_sim_vote(%[[ANY]],
    // CHECK-NEXT: %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK-NEXT: %[[BIT:.*]] = llvm.icmp "ne" %[[VOTES]], %[[ZERO]]
    // CHECK:      %[[ALL:.*]] = llvm.mlir.constant(1 : i32)
    // CHECK-NEXT: llvm.zext %[[BIT]] : i1 to i32
    // CHECK:      llvm.call @eqrt_sim_vote(%[[ALL]],
    // CHECK:      %[[UNI:.*]] = llvm.mlir.constant(3 : i32)
    // CHECK:      llvm.call @eqrt_sim_vote(%[[UNI]],
    %0 = nvvm.vote.sync ballot %mask, %p -> i32
    %1 = nvvm.vote.sync any %mask, %p -> i1
    %2 = nvvm.vote.sync all %mask, %1 -> i1
    %3 = nvvm.vote.sync uni %mask, %p -> i1
    llvm.return %3 : i1
  }
}

// -----

// CHECK-LABEL: llvm.func internal @eq.sim.m.shuffles(
// CHECK-SAME:    %[[MASK:.*]]: i32, %[[N:.*]]: i32, %[[X:.*]]: f32, %[[BY:.*]]: i32, %[[CLAMP:.*]]: i32) -> f32 {
gpu.module @m {
  llvm.func @shuffles(%mask: i32, %n: i32, %x: f32, %by: i32, %clamp: i32) -> f32 {
    // CHECK:      %[[IDX:.*]] = llvm.mlir.constant(3 : i32)
    // CHECK:      %[[BOTH:.*]] = llvm.call @eqrt_sim_shuffle(%[[IDX]], %[[MASK]], %[[N]], %[[BY]], %[[CLAMP]], %{{.*}}) : (i32, i32, i32, i32, i32, !llvm.ptr) -> i64
    // CHECK-NEXT: llvm.trunc %[[BOTH]] : i64 to i32
    // CHECK:      %[[BFLY:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK-NEXT: %[[BITS:.*]] = llvm.bitcast %[[X]] : f32 to i32
    // CHECK:      %[[BOTH:.*]] = llvm.call @eqrt_sim_shuffle(%[[BFLY]], %[[MASK]], %[[BITS]],
    // CHECK-NEXT: %[[LOW:.*]] = llvm.trunc %[[BOTH]] : i64 to i32
    // CHECK-NEXT: %[[VALUE:.*]] = llvm.bitcast %[[LOW]] : i32 to f32
    // CHECK:      %[[UP:.*]] = llvm.mlir.constant(1 : i32)
    // CHECK:      %[[BOTH:.*]] = llvm.call @eqrt_sim_shuffle(%[[UP]],
    // CHECK:      %[[LOW:.*]] = llvm.trunc %[[BOTH]] : i64 to i32
    // CHECK:      %[[HIGH:.*]] = llvm.lshr %[[BOTH]], %{{.*}} : i64
    // CHECK-NEXT: %[[VALID:.*]] = llvm.trunc %[[HIGH]] : i64 to i1
    // CHECK:      llvm.insertvalue %[[LOW]], %{{.*}}[0]
    // CHECK-NEXT: llvm.insertvalue %[[VALID]], %{{.*}}[1]
    // CHECK:      %[[DOWN:.*]] = llvm.mlir.constant(2 : i32)
    // CHECK:      llvm.call @eqrt_sim_shuffle(%[[DOWN]],
    // CHECK:      llvm.return %[[VALUE]]
    %0 = nvvm.shfl.sync idx %mask, %n, %by, %clamp : i32 -> i32
    %1 = nvvm.shfl.sync bfly %mask, %x, %by, %clamp : f32 -> f32
    %2 = nvvm.shfl.sync up %mask, %n, %by, %clamp {return_value_and_is_valid} : i32 -> !llvm.struct<(i32, i1)>
    %3 = nvvm.shfl.sync down %mask, %x, %by, %clamp {return_value_and_is_valid} : f32 -> !llvm.struct<(f32, i1)>
    llvm.return %1 : f32
  }
}

// -----

// CHECK-LABEL: llvm.func internal @eq.sim.m.other_meetings_of_lanes(
// CHECK-SAME:    %[[MASK:.*]]: i32, %[[N:.*]]: i32, %[[WIDE:.*]]: i64) {
gpu.module @m {
  llvm.func @other_meetings_of_lanes(%mask: i32, %n: i32, %wide: i64) {
    // CHECK:      llvm.call @eqrt_sim_sync_warp(%[[MASK]], %{{.*}})
    // CHECK:      %[[UMAX:.*]] = llvm.mlir.constant(6 : i32)
    // CHECK:      llvm.call @eqrt_sim_reduce(%[[UMAX]], %[[MASK]], %[[N]], %{{.*}}) : (i32, i32, i32, !llvm.ptr) -> i32
    // CHECK:      %[[ANY:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK-NEXT: %[[EXTENDED:.*]] = llvm.zext %[[N]] : i32 to i64
    // CHECK:      llvm.call @eqrt_sim_match(%[[ANY]], %[[MASK]], %[[EXTENDED]], %{{.*}}) : (i32, i32, i64, !llvm.ptr) -> i32
    // CHECK:      %[[ALL:.*]] = llvm.mlir.constant(1 : i32)
    // CHECK:      %[[SAME:.*]] = llvm.call @eqrt_sim_match(%[[ALL]], %[[MASK]], %[[WIDE]],
    // CHECK:      llvm.icmp "ne" %[[SAME]],
    // CHECK:      %[[EVERYBODY:.*]] = llvm.mlir.constant(-1 : i32)
    // CHECK:      llvm.call @eqrt_sim_elect(%[[EVERYBODY]],
    nvvm.bar.warp.sync %mask : i32
    %0 = nvvm.redux.sync umax %n, %mask : i32 -> i32
    %1 = nvvm.match.sync any %mask, %n : i32 -> i32
    %2 = nvvm.match.sync all %mask, %wide : i64 -> !llvm.struct<(i32, i1)>
    %3 = nvvm.elect.sync -> i1
    llvm.return
  }
}

// -----

// CHECK-LABEL: llvm.func internal @eq.sim.m.barriers(
// CHECK-SAME:    %[[ID:.*]]: i32, %[[THREADS:.*]]: i32, %[[P:.*]]: i32) {
gpu.module @m {
  llvm.func @barriers(%id: i32, %threads: i32, %p: i32) {
    // CHECK:      %[[NO_ID:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK:      %[[NO_THREADS:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK:      %[[NO_KIND:.*]] = llvm.mlir.constant(-1 : i32)
    // CHECK:      llvm.call @eqrt_sim_barrier(%[[NO_ID]], %[[NO_THREADS]], %[[NO_KIND]],
    // CHECK:      llvm.call @eqrt_sim_barrier(
    // CHECK:      %[[NO_KIND:.*]] = llvm.mlir.constant(-1 : i32)
    // CHECK:      llvm.call @eqrt_sim_barrier(%[[ID]], %[[THREADS]], %[[NO_KIND]],
    // CHECK:      %[[OR:.*]] = llvm.mlir.constant(2 : i32)
    // CHECK:      llvm.call @eqrt_sim_barrier(%{{.*}}, %{{.*}}, %[[OR]], %[[P]], %{{.*}}) : (i32, i32, i32, i32, !llvm.ptr) -> i32
    nvvm.barrier0
    nvvm.barrier
    nvvm.barrier id = %id number_of_threads = %threads
    %0 = nvvm.barrier #nvvm.reduction<or> %p -> i32
    llvm.return
  }
}

// -----

// Address, bytes, alignment, and whether it writes.
//
// CHECK-LABEL: llvm.func internal @eq.sim.m.accesses(
// CHECK-SAME:    %[[P:.*]]: !llvm.ptr, %[[Q:.*]]: !llvm.ptr, %[[N:.*]]: i32) {
gpu.module @m {
  llvm.func @accesses(%p: !llvm.ptr<1>, %q: !llvm.ptr, %n: i32) {
    // CHECK:      %[[EIGHT:.*]] = llvm.mlir.constant(8 : i64)
    // CHECK-NEXT: %[[ALIGNED:.*]] = llvm.mlir.constant(8 : i32)
    // CHECK-NEXT: %[[READ:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK-NEXT: %[[WHERE:.*]] = llvm.mlir.addressof
    // CHECK-NEXT: llvm.call @eqrt_sim_check(%[[P]], %[[EIGHT]], %[[ALIGNED]], %[[READ]], %[[WHERE]])
    // CHECK-NEXT: llvm.load %[[P]]
    %x = llvm.load %p : !llvm.ptr<1> -> f64
    // CHECK:      llvm.mlir.constant(12 : i64)
    // CHECK-NEXT: llvm.mlir.constant(4 : i32)
    // CHECK-NEXT: llvm.mlir.constant(0 : i32)
    // CHECK:      llvm.call @eqrt_sim_check(%[[Q]],
    %v = llvm.load %q {alignment = 4 : i64} : !llvm.ptr -> vector<3xf32>
    // CHECK:      llvm.mlir.constant(8 : i64)
    // CHECK-NEXT: llvm.mlir.constant(8 : i32)
    // CHECK-NEXT: llvm.mlir.constant(1 : i32)
    // CHECK:      llvm.call @eqrt_sim_check(%[[P]],
    // CHECK-NEXT: llvm.store
    llvm.store %x, %p : f64, !llvm.ptr<1>
    // CHECK:      llvm.mlir.constant(4 : i64)
    // CHECK-NEXT: llvm.mlir.constant(4 : i32)
    // CHECK-NEXT: llvm.mlir.constant(1 : i32)
    // CHECK:      llvm.call @eqrt_sim_check(%[[Q]],
    // CHECK-NEXT: llvm.atomicrmw add %[[Q]]
    %old = llvm.atomicrmw add %q, %n monotonic : !llvm.ptr, i32
    // CHECK:      llvm.call @eqrt_sim_check(%[[Q]],
    // CHECK-NEXT: llvm.cmpxchg %[[Q]]
    %was = llvm.cmpxchg %q, %old, %n acq_rel monotonic : !llvm.ptr, i32
    // CHECK:      %[[COUNT:.*]] = llvm.zext %[[N]] : i32 to i64
    // CHECK:      llvm.call @eqrt_sim_check(%[[Q]], %[[COUNT]],
    // CHECK:      llvm.call @eqrt_sim_check(%[[P]], %[[COUNT]],
    // CHECK-NEXT: "llvm.intr.memcpy"
    "llvm.intr.memcpy"(%p, %q, %n) <{isVolatile = false}> : (!llvm.ptr<1>, !llvm.ptr, i32) -> ()
    // CHECK-NEXT: llvm.fence syncscope("device") seq_cst
    llvm.fence syncscope("device") seq_cst
    llvm.return
  }
}

// -----

// A thread's own variables need no look.
//
// CHECK-LABEL: llvm.func internal @eq.sim.m.own_variables(
// CHECK-NOT:     eqrt_sim_check
// CHECK:         llvm.return
gpu.module @m {
  llvm.func @own_variables(%i: i64, %x: f64) -> f64 {
    %n = llvm.mlir.constant(4 : i64) : i64
    %p = llvm.alloca %n x f64 : (i64) -> !llvm.ptr
    %q = llvm.getelementptr %p[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f64
    llvm.store %x, %q : f64, !llvm.ptr
    %y = llvm.load %p : !llvm.ptr -> f64
    llvm.return %y : f64
  }
}

// -----

// Static shared memory is a piece of one for all; what has no size is dynamic.
//
// CHECK-NOT:   addr_space = 3
// CHECK-LABEL: llvm.func internal @eq.sim.m.shared_memory(
// CHECK:         %[[AT_0:.*]] = llvm.mlir.constant(0 : i64)
// CHECK-NEXT:    llvm.call @eqrt_sim_shared(%[[AT_0]]) : (i64) -> !llvm.ptr
// CHECK-NEXT:    %[[AT_16:.*]] = llvm.mlir.constant(16 : i64)
// CHECK-NEXT:    %[[SECOND:.*]] = llvm.call @eqrt_sim_shared(%[[AT_16]])
// CHECK:         llvm.call @eqrt_sim_check(%[[SECOND]],
// CHECK:         llvm.call @eqrt_sim_dynamic_shared() : () -> !llvm.ptr
// CHECK-LABEL: llvm.func @eq.sim.m.shared_memory.packed(
// CHECK:         %[[BYTES:.*]] = llvm.mlir.constant(48 : i64)
// CHECK-NEXT:    llvm.call @eqrt_sim_begin(%[[BYTES]])
gpu.module @m {
  llvm.mlir.global internal @first() {addr_space = 3 : i32} : !llvm.array<3 x f32>
  llvm.mlir.global internal @second() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<8 x f32>
  llvm.mlir.global external @dynamic() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>
  llvm.func @shared_memory(%x: f32) attributes {nvvm.kernel} {
    %p = llvm.mlir.addressof @first : !llvm.ptr<3>
    %q = llvm.mlir.addressof @second : !llvm.ptr<3>
    llvm.store %x, %q : f32, !llvm.ptr<3>
    %r = llvm.mlir.addressof @dynamic : !llvm.ptr<3>
    llvm.return
  }
}

// -----

// Other variables of the module may be read, and written if a GPU's could.
//
// CHECK:       llvm.mlir.global internal constant @eq.sim.m.weights(dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf64>) {addr_space = 0 : i32}
// CHECK:       llvm.mlir.global internal @eq.sim.m.count(0 : i32) {addr_space = 0 : i32}
// CHECK-LABEL: llvm.func internal @eq.sim.m.variables(
// CHECK:         llvm.mlir.addressof @eq.sim.m.weights : !llvm.ptr
// CHECK-LABEL: llvm.func @eq.sim.m.variables.packed(
// CHECK:         %[[WEIGHTS:.*]] = llvm.mlir.addressof @eq.sim.m.weights
// CHECK:         %[[BYTES:.*]] = llvm.mlir.constant(16 : i64)
// CHECK:         %[[NO:.*]] = llvm.mlir.constant(0 : i32)
// CHECK:         llvm.call @eqrt_sim_variable(%[[WEIGHTS]], %[[BYTES]], %[[NO]])
// CHECK:         %[[COUNT:.*]] = llvm.mlir.addressof @eq.sim.m.count
// CHECK:         %[[YES:.*]] = llvm.mlir.constant(1 : i32)
// CHECK:         llvm.call @eqrt_sim_variable(%[[COUNT]], %{{.*}}, %[[YES]])
gpu.module @m {
  llvm.mlir.global internal constant @weights(dense<[1.0, 2.0]> : tensor<2xf64>) {addr_space = 4 : i32} : !llvm.array<2 x f64>
  llvm.mlir.global internal @count(0 : i32) {addr_space = 1 : i32} : i32
  llvm.func @variables() attributes {nvvm.kernel} {
    %p = llvm.mlir.addressof @weights : !llvm.ptr<4>
    llvm.return
  }
}

// -----

// Each turn of a loop is counted, and so is the function; a branch forward is
// not.
//
// CHECK-LABEL: llvm.func internal @eq.sim.m.loops(
// CHECK:         llvm.call @eqrt_sim_loop
// CHECK:         llvm.cond_br
// CHECK-NOT:     eqrt_sim_loop
// CHECK:         llvm.br ^[[LOOP:.*]]
// CHECK:       ^[[LOOP]]:
// CHECK:         llvm.call @eqrt_sim_loop
// CHECK-NEXT:    llvm.cond_br %{{.*}}, ^[[LOOP]], ^[[END:.*]]
// CHECK:       ^[[END]]:
// CHECK-NOT:     eqrt_sim_loop
// CHECK:         llvm.return
gpu.module @m {
  llvm.func @loops(%p: i1) {
    llvm.cond_br %p, ^before, ^end
  ^before:
    llvm.br ^loop
  ^loop:
    llvm.cond_br %p, ^loop, ^end
  ^end:
    llvm.return
  }
}

// -----

// The mark of the main loop stays, and a trap does not end the process.
//
// CHECK-LABEL: llvm.func internal @eq.sim.m.turns_and_traps(
// CHECK:         llvm.call @eqrt_sim_turn(%{{.*}}) : (i32) -> ()
// CHECK:         llvm.call @eqrt_sim_trap(
// CHECK-NEXT:    llvm.unreachable
gpu.module @m {
  llvm.func @eqrt_sim_turn(i32)
  llvm.func @turns_and_traps(%active: i32) {
    llvm.call @eqrt_sim_turn(%active) : (i32) -> ()
    "llvm.intr.trap"() : () -> ()
    llvm.unreachable
  }
}

// -----

// What both have stays as it is.
//
// CHECK-LABEL: llvm.func internal @eq.sim.m.intrinsics(
// CHECK:         llvm.call_intrinsic "llvm.sqrt.f32"
// CHECK:         llvm.intr.ctpop
gpu.module @m {
  llvm.func @intrinsics(%x: f32, %n: i32) -> f32 {
    %0 = llvm.call_intrinsic "llvm.sqrt.f32"(%x) : (f32) -> f32
    %1 = llvm.intr.ctpop(%n) : (i32) -> i32
    llvm.return %0 : f32
  }
}
