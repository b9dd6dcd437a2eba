// RUN: eq-opt %s --eq-codegen-check-collectives --split-input-file --verify-diagnostics

gpu.module @kernels {
  gpu.func @vote_of_one_lane(%go: i1) kernel {
    %c0 = arith.constant 0 : i32
    %all = arith.constant -1 : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    // expected-note @+1 {{decided here}}
    %is_first = arith.cmpi eq, %lane, %c0 : i32
    scf.if %is_first {
      // expected-error @+1 {{'nvvm.vote.sync' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      %any = nvvm.vote.sync any %all, %go -> i1
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @loaded(%address: !llvm.ptr) kernel {
    %all = arith.constant -1 : i32
    // expected-note @+1 {{decided here}}
    %go = llvm.load %address : !llvm.ptr -> i1
    scf.if %go {
    } else {
      // expected-error @+1 {{'nvvm.bar.warp.sync' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      nvvm.bar.warp.sync %all : i32
    }
    gpu.return
  }
}

// -----

// In the first turn all threads are here; later those that went on.
gpu.module @kernels {
  gpu.func @carried_by_while(%samples: i32) kernel {
    %c0 = arith.constant 0 : i32
    %all = arith.constant -1 : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %last = scf.while (%k = %c0) : (i32) -> i32 {
      // expected-note @+1 {{decided here}}
      %below = arith.cmpi slt, %k, %samples : i32
      // expected-error @+1 {{'nvvm.vote.sync' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      %any = nvvm.vote.sync any %all, %below -> i1
      scf.condition(%below) %k : i32
    } do {
    ^bb0(%k: i32):
      %next = arith.addi %k, %lane : i32
      scf.yield %next : i32
    }
    gpu.return
  }
}

// -----

// What comes out of a loop that threads leave one by one is of each thread.
gpu.module @kernels {
  gpu.func @result_of_for(%go: i1) kernel {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %thread = gpu.thread_id x
    %turns = scf.for %i = %c0 to %thread step %c1 iter_args(%n = %c0) -> (index) {
      %more = arith.addi %n, %c1 : index
      scf.yield %more : index
    }
    // expected-note @+1 {{decided here}}
    %few = arith.cmpi ult, %turns, %c4 : index
    scf.if %few {
      %width = arith.constant 32 : i32
      %zero = arith.constant 0 : i32
      // expected-error @+1 {{'gpu.shuffle' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      %value, %valid = gpu.shuffle idx %zero, %zero, %width : i32
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @inside_for() kernel {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %all = arith.constant -1 : i32
    %thread = gpu.thread_id x
    // expected-note @+1 {{decided here}}
    scf.for %i = %c0 to %thread step %c1 {
      // expected-error @+1 {{'nvvm.bar.warp.sync' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      nvvm.bar.warp.sync %all : i32
    }
    gpu.return
  }
}

// -----

// A warp is at one, but not the block.
gpu.module @kernels {
  gpu.func @barrier_after_vote(%address: !llvm.ptr) kernel {
    %all = arith.constant -1 : i32
    %go = llvm.load %address : !llvm.ptr -> i1
    // expected-note @+1 {{decided here}}
    %any = nvvm.vote.sync any %all, %go -> i1
    scf.if %any {
      // expected-error @+1 {{'gpu.barrier' op expected all threads of a block to come here together, but got a condition that may differ between them}}
      gpu.barrier
    }
    gpu.return
  }
}

// -----

// A shuffle to the next lane gives each thread another value.
gpu.module @kernels {
  gpu.func @shuffle_up(%address: !llvm.ptr) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %all = arith.constant -1 : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %below = nvvm.shfl.sync up %all, %lane, %c1, %c0 : i32 -> i32
    // expected-note @+1 {{decided here}}
    %is_first = arith.cmpi eq, %below, %c0 : i32
    scf.if %is_first {
      // expected-error @+1 {{'nvvm.bar.warp.sync' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      nvvm.bar.warp.sync %all : i32
    }
    gpu.return
  }
}

// -----

// Half a warp each.
gpu.module @kernels {
  gpu.func @half_warps() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %all = arith.constant -1 : i32
    %thread = gpu.thread_id x
    %half = arith.divui %thread, %c16 : index
    // expected-note @+1 {{decided here}}
    %is_first = arith.cmpi eq, %half, %c0 : index
    scf.if %is_first {
      // expected-error @+1 {{'nvvm.bar.warp.sync' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      nvvm.bar.warp.sync %all : i32
    }
    gpu.return
  }
}

// -----

// Two rows of 16 threads are one warp.
gpu.module @kernels {
  gpu.func @rows_of_threads() kernel attributes {known_block_size = array<i32: 64, 2, 1>} {
    %c0 = arith.constant 0 : index
    %c32 = arith.constant 32 : index
    %all = arith.constant -1 : i32
    %row = gpu.thread_id y
    %part = arith.divui %row, %c32 : index
    // expected-note @+1 {{decided here}}
    %is_first = arith.cmpi eq, %part, %c0 : index
    scf.if %is_first {
      // expected-error @+1 {{'nvvm.bar.warp.sync' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      nvvm.bar.warp.sync %all : i32
    }
    gpu.return
  }
}

// -----

// A call takes part in what its function does, or what that calls.
gpu.module @kernels {
  func.func private @inner(%go: i1) -> i1 {
    %all = arith.constant -1 : i32
    %any = nvvm.vote.sync any %all, %go -> i1
    return %any : i1
  }
  func.func private @outer(%go: i1) -> i1 {
    %any = func.call @inner(%go) : (i1) -> i1
    return %any : i1
  }
  gpu.func @called(%go: i1) kernel {
    %c0 = arith.constant 0 : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    // expected-note @+1 {{decided here}}
    %is_first = arith.cmpi eq, %lane, %c0 : i32
    scf.if %is_first {
      // expected-error @+1 {{'func.call' op expected all threads of a warp to come here together, but got a condition that may differ between them}}
      %any = func.call @outer(%go) : (i1) -> i1
    }
    gpu.return
  }
}

// -----

// The parameters of other functions may be anything.
gpu.module @kernels {
  // expected-note @+1 {{decided here}}
  func.func private @parameter(%go: i1) {
    scf.if %go {
      // expected-error @+1 {{'gpu.barrier' op expected all threads of a block to come here together, but got a condition that may differ between them}}
      gpu.barrier
    }
    return
  }
}

// -----

// Branches between blocks are not followed.
gpu.module @kernels {
  // expected-note @+1 {{decided here}}
  gpu.func @blocks(%go: i1) kernel {
    cf.cond_br %go, ^yes, ^no
  ^yes:
    // expected-error @+1 {{'gpu.barrier' op expected all threads of a block to come here together, but got a condition that may differ between them}}
    gpu.barrier
    cf.br ^no
  ^no:
    gpu.return
  }
}
