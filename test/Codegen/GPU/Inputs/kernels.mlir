// Kernels at the level at which they are simulated, by hand.

gpu.module @kernels {
  llvm.func @eqrt_sim_turn(i32)

  // y = sqrt(x) by y := (y + x / y) / 2 until |y y - x| <= 1e-12 x, and the
  // number of steps. Each warp takes chunks of samples until there are none.
  llvm.func @roots(%samples: i64, %taken: !llvm.ptr<1>, %chunk: i32, %cancelled: !llvm.ptr<1>,
                   %x: !llvm.ptr<1>, %y: !llvm.ptr<1>, %steps: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c31 = llvm.mlir.constant(31 : i32) : i32
    %c32 = llvm.mlir.constant(32 : i32) : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %one = llvm.mlir.constant(1.0 : f64) : f64
    %half = llvm.mlir.constant(0.5 : f64) : f64
    %tol = llvm.mlir.constant(1.0e-12 : f64) : f64
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %is_first = llvm.icmp "eq" %lane, %c0 : i32
    llvm.br ^take
  ^take:
    llvm.cond_br %is_first, ^ask, ^asked(%c0 : i32)
  ^ask:
    %number = llvm.atomicrmw add %taken, %c1 syncscope("device") monotonic : !llvm.ptr<1>, i32
    llvm.br ^asked(%number : i32)
  ^asked(%mine: i32):
    %which = nvvm.shfl.sync idx %all, %mine, %c0, %c31 : i32 -> i32
    %which64 = llvm.sext %which : i32 to i64
    %chunk64 = llvm.sext %chunk : i32 to i64
    %start = llvm.mul %which64, %chunk64 : i64
    %there_are = llvm.icmp "slt" %start, %samples : i64
    llvm.cond_br %there_are, ^row(%c0 : i32), ^done
  ^row(%row: i32):
    %place = llvm.add %row, %lane : i32
    %place64 = llvm.sext %place : i32 to i64
    %i = llvm.add %start, %place64 : i64
    %in_chunk = llvm.icmp "slt" %place, %chunk : i32
    %in_batch = llvm.icmp "slt" %i, %samples : i64
    %valid = llvm.and %in_chunk, %in_batch : i1
    llvm.cond_br %valid, ^load, ^begin(%one : f64)
  ^load:
    %x_i = llvm.getelementptr %x[%i] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f64
    %loaded = llvm.load %x_i : !llvm.ptr<1> -> f64
    llvm.br ^begin(%loaded : f64)
  ^begin(%a: f64):
    llvm.br ^turn(%a, %c0 : f64, i32)
  ^turn(%z: f64, %count: i32):
    %zz = llvm.fmul %z, %z : f64
    %residual = llvm.fsub %zz, %a : f64
    %size = llvm.intr.fabs(%residual) : (f64) -> f64
    %most = llvm.fmul %tol, %a : f64
    %far = llvm.fcmp "ogt" %size, %most : f64
    %go = llvm.and %far, %valid : i1
    %active = llvm.zext %go : i1 to i32
    llvm.call @eqrt_sim_turn(%active) : (i32) -> ()
    %who = nvvm.vote.sync ballot %all, %go -> i32
    %some = llvm.icmp "ne" %who, %c0 : i32
    llvm.cond_br %some, ^step, ^store
  ^step:
    %quotient = llvm.fdiv %a, %z : f64
    %sum = llvm.fadd %z, %quotient : f64
    %mean = llvm.fmul %half, %sum : f64
    %next = llvm.select %go, %mean, %z : i1, f64
    %counted = llvm.add %count, %active : i32
    llvm.br ^turn(%next, %counted : f64, i32)
  ^store:
    llvm.cond_br %valid, ^write, ^next
  ^write:
    %y_i = llvm.getelementptr %y[%i] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f64
    llvm.store %z, %y_i : f64, !llvm.ptr<1>
    %steps_i = llvm.getelementptr %steps[%i] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
    llvm.store %count, %steps_i : i32, !llvm.ptr<1>
    llvm.br ^next
  ^next:
    %row_next = llvm.add %row, %c32 : i32
    %rows_left = llvm.icmp "slt" %row_next, %chunk : i32
    llvm.cond_br %rows_left, ^row(%row_next : i32), ^take
  ^done:
    llvm.return
  }

  llvm.mlir.global internal constant @weights(dense<[1, 10, 100, 1000]> : tensor<4xi32>) {addr_space = 4 : i32} : !llvm.array<4 x i32>
  llvm.mlir.global internal @of_warp() {addr_space = 3 : i32} : !llvm.array<4 x i32>
  llvm.mlir.global external @scratch() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>

  // sums[block] = the sum over its threads of weights[thread % 4] * x[thread of
  // the grid], each of which went through another thread's hands before.
  llvm.func @sums(%samples: i64, %taken: !llvm.ptr<1>, %chunk: i32, %cancelled: !llvm.ptr<1>,
                  %x: !llvm.ptr<1>, %sums: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c3 = llvm.mlir.constant(3 : i32) : i32
    %c4 = llvm.mlir.constant(4 : i32) : i32
    %c5 = llvm.mlir.constant(5 : i32) : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %thread = nvvm.read.ptx.sreg.tid.x : i32
    %threads = nvvm.read.ptx.sreg.ntid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %before = llvm.mul %block, %threads : i32
    %i = llvm.add %before, %thread : i32
    %x_i = llvm.getelementptr %x[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %given = llvm.load %x_i : !llvm.ptr<1> -> i32
    // The last thread first: thread t gets what thread threads - 1 - t loaded.
    %scratch = llvm.mlir.addressof @scratch : !llvm.ptr<3>
    %last = llvm.sub %threads, %c1 : i32
    %mirrored = llvm.sub %last, %thread : i32
    %put = llvm.getelementptr %scratch[%mirrored] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    llvm.store %given, %put : i32, !llvm.ptr<3>
    nvvm.barrier0
    %get = llvm.getelementptr %scratch[%thread] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %got = llvm.load %get : !llvm.ptr<3> -> i32
    %column = llvm.and %thread, %c3 : i32
    %weights = llvm.mlir.addressof @weights : !llvm.ptr<4>
    %weight_at = llvm.getelementptr %weights[%column] : (!llvm.ptr<4>, i32) -> !llvm.ptr<4>, i32
    %weight = llvm.load %weight_at : !llvm.ptr<4> -> i32
    %product = llvm.mul %weight, %got : i32
    %of_lanes = nvvm.redux.sync add %product, %all : i32 -> i32
    %is_first = llvm.icmp "eq" %lane, %c0 : i32
    %of_warp = llvm.mlir.addressof @of_warp : !llvm.ptr<3>
    llvm.cond_br %is_first, ^keep, ^kept
  ^keep:
    %warp = llvm.lshr %thread, %c5 : i32
    %warp_at = llvm.getelementptr %of_warp[%warp] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    llvm.store %of_lanes, %warp_at : i32, !llvm.ptr<3>
    llvm.br ^kept
  ^kept:
    nvvm.barrier
    %is_last = llvm.icmp "eq" %mirrored, %c0 : i32
    llvm.cond_br %is_last, ^add(%c0, %c0 : i32, i32), ^done
  ^add(%w: i32, %sum: i32):
    %w_at = llvm.getelementptr %of_warp[%w] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %part = llvm.load %w_at : !llvm.ptr<3> -> i32
    %sum_next = llvm.add %sum, %part : i32
    %w_next = llvm.add %w, %c1 : i32
    %again = llvm.icmp "slt" %w_next, %c4 : i32
    llvm.cond_br %again, ^add(%w_next, %sum_next : i32, i32), ^write
  ^write:
    %sums_at = llvm.getelementptr %sums[%block] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %sum_next, %sums_at : i32, !llvm.ptr<1>
    llvm.br ^done
  ^done:
    llvm.return
  }

  // Reads one element too many.
  llvm.func @reads_outside(%samples: i64, %taken: !llvm.ptr<1>, %chunk: i32, %cancelled: !llvm.ptr<1>,
                           %x: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %x_n = llvm.getelementptr %x[%samples] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
    %v = llvm.load %x_n : !llvm.ptr<1> -> i32 loc("wrong.mlir":3:7)
    llvm.return
  }

  // Lane 9 votes elsewhere. LLVM may not join the two.
  llvm.func @votes_apart(%samples: i64, %taken: !llvm.ptr<1>, %chunk: i32, %cancelled: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %all = llvm.mlir.constant(-1 : i32) : i32
    %c9 = llvm.mlir.constant(9 : i32) : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %is_9 = llvm.icmp "eq" %lane, %c9 : i32
    llvm.cond_br %is_9, ^there, ^here
  ^there:
    %0 = nvvm.vote.sync ballot %all, %is_9 -> i32 loc("wrong.mlir":5:1)
    llvm.br ^end
  ^here:
    %1 = nvvm.vote.sync ballot %all, %is_9 -> i32 loc("wrong.mlir":6:1)
    llvm.br ^end
  ^end:
    llvm.return
  }

  // totals[block] = the sum of what all blocks have written to squares[], after
  // a barrier of the grid: the last of each block's threads waits for the blocks.
  llvm.func @totals(%samples: i64, %taken: !llvm.ptr<1>, %chunk: i32, %cancelled: !llvm.ptr<1>,
                    %arrived: !llvm.ptr<1>, %squares: !llvm.ptr<1>, %totals: !llvm.ptr<1>)
      attributes {eq.cooperative, nvvm.kernel} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %thread = nvvm.read.ptx.sreg.tid.x : i32
    %threads = nvvm.read.ptx.sreg.ntid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %blocks = nvvm.read.ptx.sreg.nctaid.x : i32
    %is_first = llvm.icmp "eq" %thread, %c0 : i32
    %last = llvm.sub %threads, %c1 : i32
    %is_last = llvm.icmp "eq" %thread, %last : i32
    llvm.cond_br %is_first, ^square, ^squared
  ^square:
    %number = llvm.add %block, %c1 : i32
    %product = llvm.mul %number, %number : i32
    %own = llvm.getelementptr %squares[%block] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %product, %own : i32, !llvm.ptr<1>
    llvm.br ^squared
  ^squared:
    nvvm.barrier0
    llvm.cond_br %is_last, ^arrive, ^past
  ^arrive:
    %before = llvm.atomicrmw add %arrived, %c1 syncscope("device") acq_rel : !llvm.ptr<1>, i32
    llvm.br ^look
  ^look:
    %now = llvm.load %arrived atomic syncscope("device") acquire {alignment = 4 : i64} : !llvm.ptr<1> -> i32
    %wait = llvm.icmp "slt" %now, %blocks : i32
    llvm.cond_br %wait, ^look, ^past
  ^past:
    nvvm.barrier0
    llvm.cond_br %is_first, ^add(%c0, %c0 : i32, i32), ^done
  ^add(%i: i32, %sum: i32):
    %from = llvm.getelementptr %squares[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    %square = llvm.load %from : !llvm.ptr<1> -> i32
    %sum_next = llvm.add %sum, %square : i32
    %i_next = llvm.add %i, %c1 : i32
    %again = llvm.icmp "slt" %i_next, %blocks : i32
    llvm.cond_br %again, ^add(%i_next, %sum_next : i32, i32), ^write
  ^write:
    %to = llvm.getelementptr %totals[%block] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %sum_next, %to : i32, !llvm.ptr<1>
    llvm.br ^done
  ^done:
    llvm.return
  }
}

// What the runtime is told of @totals (eqrt_kernel). Nobody says here that it is
// cooperative.
llvm.mlir.global internal constant @totals.name("totals\00")
llvm.func @eq.sim.kernels.totals.packed(!llvm.ptr)
llvm.mlir.global external constant @kernels.totals.descriptor()
    : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)> {
  %name = llvm.mlir.addressof @totals.name : !llvm.ptr
  %code = llvm.mlir.addressof @eq.sim.kernels.totals.packed : !llvm.ptr
  %c128 = llvm.mlir.constant(128 : i32) : i32
  %0 = llvm.mlir.zero : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %1 = llvm.insertvalue %name, %0[0] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %2 = llvm.insertvalue %code, %1[2] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %3 = llvm.insertvalue %c128, %2[3] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %4 = llvm.insertvalue %c128, %3[4] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  %no = llvm.mlir.constant(0 : i32) : i32
  %5 = llvm.insertvalue %no, %4[7] : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
  llvm.return %5 : !llvm.struct<(ptr, ptr, ptr, i32, i32, i32, i32, i32, i32)>
}
