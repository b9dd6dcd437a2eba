// Stage:  codegen (GPU)
// Takes:  loops scheduled for a GPU, in functions with the runtime's calling
//         convention.
// Gives:  a `gpu.module` of the LLVM and NVVM dialects for each loop, and its
//         launch in the place of the loop; or functions for the simulator.
// Next:   codegen (CPU), for the rest of the functions

#ifndef EQ_CODEGEN_GPU_PASSES_TD
#define EQ_CODEGEN_GPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerThreadLoopsPass
    : Pass<"eq-codegen-lower-thread-loops", "::mlir::ModuleOp"> {
  let summary = "turn loops scheduled as threads into kernels";
  let description = [{
    Each loop becomes a persistent kernel and its launch. A thread has one sample
    at a time, whose states and inputs are values; samples that are done leave
    by a vote of the warp, and waiting ones take their places. Loops inside
    become `scf.while`.

    (example: test/Codegen/GPU/lower-thread-loops.mlir)
  }];
  let options = [
    Option<"simulate", "simulate", "bool", /*default=*/"false",
           "Make kernels for the simulator, that count their turns">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::gpu::GPUDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def LowerTileLoopsPass
    : Pass<"eq-codegen-lower-tile-loops", "::mlir::ModuleOp"> {
  let summary = "turn loops scheduled as tiles of a block into kernels";
  let description = [{
    Each loop becomes a persistent kernel and its launch. The lanes of a warp have
    the samples, as vectors, and the warps of a block share the rows of tensors,
    which are in shared memory (`eq/Tiles`). Samples that are done leave by a vote
    that is the same in all warps, and waiting ones take their places.

    (example: test/Codegen/GPU/lower-tile-loops.mlir)
  }];
  let options = [
    Option<"simulate", "simulate", "bool", /*default=*/"false",
           "Make kernels for the simulator, that count their turns">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::gpu::GPUDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect"
  ];
}

def LowerKernelTensorsPass
    : Pass<"eq-codegen-lower-kernel-tensors", "::mlir::gpu::GPUModuleOp"> {
  let summary = "turn tensors of kernels into numbers in registers";
  let description = [{
    The elements of small tensors become values (eq/Scalarise); of those that are
    in memory, the elements that are used are loaded. A tensor that is neither is
    an error.

    (example: test/Codegen/GPU/lower-kernel-tensors.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect"
  ];
}

def CheckCollectivesPass
    : Pass<"eq-codegen-check-collectives", "::mlir::gpu::GPUModuleOp"> {
  let summary = "refuse collectives that not all threads take part in";
  let description = [{
    A vote or shuffle needs all threads of its warp, a barrier all of its block.
    Where the condition of a branch or loop around one may differ between them,
    the kernel would hang or compute anything, so that it is an error:

    ```mlir
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %is_first = arith.cmpi eq, %lane, %c0 : i32
    scf.if %is_first {
      %all = nvvm.vote.sync all %mask, %go -> i1   // error: others are elsewhere
    ```

    Constants, parameters of kernels and the numbers of blocks are the same in a
    block; the number of a warp, ballots, and what all threads read of one by a
    shuffle are the same in a warp; numbers of threads, and what is loaded or
    called, are not. Results are the same where operands are, and where the
    branch or loop that they come out of is. Of what all warps of a block compute
    from the same, an attribute `eq.same_in_block` says so; it is removed here.

    (example: test/Codegen/GPU/check-collectives.mlir)
  }];
}

def LowerPowersPass
    : Pass<"eq-codegen-lower-powers", "::mlir::gpu::GPUModuleOp"> {
  let summary = "write powers with whole exponents as loops";
  let description = [{
    `math.fpowi` and `math.ipowi` become products, square by square, for the bits
    of the exponent: those of `convert-math-to-funcs`, which CPUs use, in the same
    order.

    ```mlir
    %y = math.fpowi %x, %n : f32, i32          // before
    ```
    ```mlir
    %p:3 = scf.while (%r = %one, %b = %x, %m = %size) {      // after
      %more = arith.mulf %r, %b
      %product = arith.select %m_is_odd, %more, %r
      %rest = arith.shrui %m, %c1
      scf.condition(%rest_is_not_0) %product, %b, %rest
    } do {
      %square = arith.mulf %b, %b
    ```

    (example: test/Codegen/GPU/lower-powers.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"
  ];
}

def LowerQuotientsPass
    : Pass<"eq-codegen-lower-quotients", "::mlir::gpu::GPUModuleOp"> {
  let summary = "divide without a branch where the numbers are known";
  let description = [{
    A division of f32 is a short sequence, and a branch for exponents that it
    does not work for. That of eq's own `tanh`, which an attribute names, needs
    no branch: its divisor is from 1/2 to 1. The result is the same.

    ```mlir
    %t = arith.divf %a, %b {eq.quotient_of_tanh} : f32        // before
    ```
    ```mlir
    %seed = ..                    // after: a cubic polynomial of %b
    %minus = arith.negf %b : f32
    %error = math.fma %minus, %seed, %one : f32
    %more = math.fma %error, %error, %error : f32
    %closer = math.fma %seed, %more, %seed : f32
    %rest = math.fma %minus, %closer, %one : f32
    %inverse = math.fma %closer, %rest, %closer : f32
    %near = arith.mulf %a, %inverse : f32
    %left = math.fma %minus, %near, %a : f32
    %t = math.fma %left, %inverse, %near : f32
    ```

    (example: test/Codegen/GPU/lower-quotients.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"
  ];
}

def LowerKernelMathPass
    : Pass<"eq-codegen-lower-kernel-math", "::mlir::gpu::GPUModuleOp"> {
  let summary = "turn exactly rounded functions into LLVM's intrinsics";
  let description = [{
    What `convert-gpu-to-nvvm` would turn into calls of NVIDIA's libdevice, which
    is not exactly rounded, becomes an intrinsic that is one instruction. A
    function that is left, and that only the C library of a CPU has, is an error.

    (example: test/Codegen/GPU/lower-kernel-math.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect"
  ];
}

def DefineFarAnglesPass
    : Pass<"eq-codegen-define-far-angles", "::mlir::gpu::GPUModuleOp"> {
  let summary = "give kernels the runtime's functions for far angles";
  let description = [{
    Where a kernel calls `eqrt_far_quarters` and the like, which on CPUs are in
    libeqrt, functions that do the same are put beside it.

    (example: test/Codegen/GPU/far-angles.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::math::MathDialect"
  ];
}

def FinishKernelsPass
    : Pass<"eq-codegen-finish-kernels", "::mlir::ModuleOp"> {
  let summary = "hide all but kernels, and check that only NVVM is left";
  let description = [{
    Functions beside kernels are internal. Operations that are not of the LLVM or
    NVVM dialect, and calls of libdevice, are errors.

    A kernel with `eq.cooperative`, whose blocks wait for each other, says so to
    the runtime: in the field `cooperative` of its description. The attribute on
    anything else is an error. No schedule of eq makes such kernels yet.

    (example: test/Codegen/GPU/finish-kernels.mlir)
  }];
}

def SimulateKernelsPass
    : Pass<"eq-codegen-simulate-kernels", "::mlir::ModuleOp"> {
  let summary = "turn kernels into functions that run on the CPU";
  let description = [{
    The functions of every `gpu.module`, which are in the dialects llvm and nvvm
    by now, become functions of the host: `@eq.sim.MODULE.NAME`. What a GPU does
    in an instruction and a CPU does not is a call of the runtime, where every
    thread of the GPU is a fibre. Accesses to memory are checked first, turns of
    loops are counted, and every call knows its place in the source. For each
    kernel there is `@eq.sim.MODULE.NAME.packed`, which takes the addresses of
    its parameters; a declaration of it that stands for the kernel in the host's
    code is replaced.

    ```mlir
    gpu.module @m {                                    // before
      llvm.func @k(%p: !llvm.ptr) attributes {nvvm.kernel} {
        %i = nvvm.read.ptx.sreg.tid.x : i32
        %v = llvm.load %p : !llvm.ptr -> i32
    ```
    ```mlir
    llvm.func internal @eq.sim.m.k(%p: !llvm.ptr) {    // after
      %i = llvm.call @eqrt_sim_register(%c0) : (i32) -> i32
      llvm.call @eqrt_sim_check(%p, %c4, %c4_i32, %c0, %where)
      %v = llvm.load %p : !llvm.ptr -> i32
    ```

    (example: test/Codegen/GPU/simulate-kernels.mlir)
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // EQ_CODEGEN_GPU_PASSES_TD
