// RUN: eq-opt %s --eq-codegen-check-collectives | FileCheck %s

gpu.module @kernels {
  // The kernel's own loop: a vote decides whether the warp goes on, so that the
  // next vote is taken by all of it. What the loop carries is of the warp where
  // that holds at first and after each turn.
  //
  // CHECK-LABEL: gpu.func @loop_until_vote
  // CHECK:         nvvm.vote.sync{{ +}}ballot
  // CHECK:         nvvm.shfl.sync
  // CHECK:         nvvm.vote.sync{{ +}}any
  gpu.func @loop_until_vote(%samples: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c31 = arith.constant 31 : i32
    %all = arith.constant -1 : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %last:2 = scf.while (%next = %c0, %mine = %lane) : (i32, i32) -> (i32, i32) {
      %idle = arith.cmpi sge, %mine, %samples : i32
      %ballot = nvvm.vote.sync ballot %all, %idle -> i32
      %enough = arith.cmpi uge, %ballot, %next : i32
      %taken = scf.if %enough -> (i32) {
        %is_first = arith.cmpi eq, %lane, %c0 : i32
        %number = scf.if %is_first -> (i32) {
          scf.yield %mine : i32
        } else {
          scf.yield %c0 : i32
        }
        %same = nvvm.shfl.sync idx %all, %number, %c0, %c31 : i32 -> i32
        scf.yield %same : i32
      } else {
        scf.yield %next : i32
      }
      %has = arith.cmpi slt, %mine, %taken : i32
      %any = nvvm.vote.sync any %all, %has -> i1
      scf.condition(%any) %taken, %mine : i32, i32
    } do {
    ^bb0(%next: i32, %mine: i32):
      %greater = arith.addi %mine, %c1 : i32
      scf.yield %next, %greater : i32, i32
    }
    gpu.return
  }

  // Bounds that are the same in a block: parameters, and the block's number.
  //
  // CHECK-LABEL: gpu.func @barrier_in_for
  // CHECK:         gpu.barrier
  gpu.func @barrier_in_for(%n: index) kernel {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %block = gpu.block_id x
    %end = arith.addi %n, %block : index
    scf.for %i = %c0 to %end step %c1 {
      %is_first = arith.cmpi eq, %i, %c0 : index
      scf.if %is_first {
        gpu.barrier
      }
    }
    gpu.return
  }

  // Which warp a thread is in.
  //
  // CHECK-LABEL: gpu.func @number_of_warp
  // CHECK-COUNT-2: nvvm.bar.warp.sync
  gpu.func @number_of_warp() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c5 = arith.constant 5 : i32
    %c64 = arith.constant 64 : index
    %all = arith.constant -1 : i32
    %thread = gpu.thread_id x
    %pair = arith.divui %thread, %c64 : index
    %is_first = arith.cmpi eq, %pair, %c0 : index
    scf.if %is_first {
      nvvm.bar.warp.sync %all : i32
    }
    %narrow = nvvm.read.ptx.sreg.tid.x : i32
    %warp = arith.shrui %narrow, %c5 : i32
    %is_late = arith.cmpi ne, %warp, %c5 : i32
    scf.if %is_late {
      nvvm.bar.warp.sync %all : i32
    }
    gpu.return
  }

  // A branch that threads take apart gives all the same where both sides are.
  //
  // CHECK-LABEL: gpu.func @same_on_both_sides
  // CHECK:         nvvm.bar.warp.sync
  gpu.func @same_on_both_sides(%flag: i1) kernel {
    %c0 = arith.constant 0 : i32
    %all = arith.constant -1 : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %is_first = arith.cmpi eq, %lane, %c0 : i32
    %kept, %other = scf.if %is_first -> (i1, i32) {
      scf.yield %flag, %c0 : i1, i32
    } else {
      scf.yield %flag, %all : i1, i32
    }
    scf.if %kept {
      nvvm.bar.warp.sync %all : i32
    }
    gpu.return
  }

  // A lowering vouches for the vote: every warp of the block has the same samples.
  //
  // CHECK-LABEL: gpu.func @vouched_for
  // CHECK-NOT:     eq.same_in_block
  // CHECK:         gpu.barrier
  gpu.func @vouched_for(%going: i1) kernel {
    %all = arith.constant -1 : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %has = arith.cmpi slt, %lane, %all : i32
    %any = nvvm.vote.sync any %all, %has {eq.same_in_block} -> i1
    scf.if %any {
      gpu.barrier
    }
    gpu.return
  }
}
