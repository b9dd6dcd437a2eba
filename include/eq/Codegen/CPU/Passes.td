// Stage:  codegen (CPU)
// Takes:  scheduled loops in public functions over tensors.
// Gives:  the LLVM dialect: an entry `eq_NAME` per public function; no eq op
//         left, no allocation in a loop, every failure returned as a code.
// Next:   run

#ifndef EQ_CODEGEN_CPU_PASSES_TD
#define EQ_CODEGEN_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def MakeEntriesPass : Pass<"eq-codegen-make-entries", "::mlir::ModuleOp"> {
  let summary = "give every public function the runtime's calling convention";
  let description = [{
    `@solve(tensor, f64) -> tensor` becomes `@eq_solve(context, in, out) -> i32`,
    which hands a signature (names, types, shapes) and a body to the runtime.
    The body fetches its arguments from the runtime and hands its results back;
    tensors stay tensors inside.

    (example: test/Codegen/CPU/make-entries.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect"
  ];
}

def MakeSolversPass : Pass<"eq-codegen-make-solvers", "::mlir::ModuleOp"> {
  let summary = "give every public function memory for its operands and results";
  let description = [{
    For solves that stand in functions of others (`eq-lower-loops`):
    `@solve(tensor, f64) -> (tensor, f64)` becomes a function
    `@solve(memref, f64, memref) -> f64` that takes tensors as memory of any
    layout, writes those it returns to memory of its caller, and returns numbers
    as they are. It begins and ends a solve with the runtime; a body between, as
    for entries, is passed the context.

    (example: test/Codegen/CPU/make-solvers.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::func::FuncDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

def CheckShapesPass : Pass<"eq-codegen-check-shapes", "::mlir::ModuleOp"> {
  let summary = "compare sizes that only a run can tell";
  let description = [{
    Ops outside loops whose operands have dynamic sizes get assertions that the
    sizes agree and that indices are in range; a failure returns an error from
    the entry. Inside loops shapes are static and indices are clamped already.

    (example: test/Codegen/CPU/check-shapes.mlir)
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::index::IndexDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def LowerKeptOpsPass : Pass<"eq-codegen-lower-kept-ops", "::mlir::ModuleOp"> {
  let summary = "lower ops of other dialects that were kept for their rules";
  let description = [{
    An op that implements `BodyOpInterface` and is kept has become code of a
    loop, on scalars or on vectors of lanes: it is replaced by what it says it
    is.

    (example: test/Embedding/project.test)
  }];
}

def FormNestsPass : Pass<"eq-codegen-form-nests", "::mlir::ModuleOp"> {
  let summary = "turn groups of structured ops into loops over rows";
  let description = [{
    `linalg.generic` ops on tensors of static shape become nests: one loop over
    tiles of rows for several ops, whose sums and intermediate elements are
    values. Sums are added in the order of their ops; vectors hold those of
    neighbouring rows. Lane loops have made theirs, with the rows of their
    schedule, before.

    (example: test/Codegen/Nests/form-nests.mlir)
  }];
  let options = [
    Option<"rows", "rows", "int64_t", /*default=*/"8", "Rows of a tile">,
    Option<"vectorRows", "vector-rows", "int64_t", /*default=*/"4",
           "Rows of a tile whose elements are vectors">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def AlignStacksPass : Pass<"eq-codegen-align-stacks", "::mlir::ModuleOp"> {
  let summary = "ask for stacks on which vectors are aligned";
  let description = [{
    Every function of the LLVM dialect that computes with vectors gets LLVM's
    attribute `stackrealign`. LLVM decides whether to align a frame before it
    knows that vectors are spilled there; a spill across two cache lines made
    steps of small ODEs a tenth slower.

    (example: test/Codegen/CPU/align-stacks.mlir)
  }];
}

def AnchorCarriedTensorsPass
    : Pass<"eq-codegen-anchor-carried-tensors", "::mlir::ModuleOp"> {
  let summary = "give every tensor that a for carries one place";
  let description = [{
    The tensor that a turn of `scf.for` yields is written where the tensor it
    took came from, so that all turns share one buffer. Bufferization drops the
    copy where the turn can compute in place.

    (example: test/Codegen/CPU/anchor-carried-tensors.mlir)
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

def KeepSourcesPass : Pass<"eq-codegen-keep-sources", "::mlir::ModuleOp"> {
  let summary = "copy what is read after it was written to a loop's buffer";
  let description = [{
    The buffers of a loop are written by all its turns. A value that a loop
    starts with, and that is read after it, is copied there and not computed
    there.

    (example: test/Codegen/CPU/keep-sources.mlir)
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

def LowerChecksPass : Pass<"eq-codegen-lower-checks", "::mlir::ModuleOp"> {
  let summary = "turn checks, reports and comparisons of sizes into calls";
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

def LowerSerialLoopsPass
    : Pass<"eq-codegen-lower-serial-loops", "::mlir::ModuleOp"> {
  let summary = "turn loops into scf and memref, one sample after another";
  let description = [{
    Each tensor state gets two buffers outside the loop, and the step writes
    from one into the other. Regions become tensor islands between `to_tensor`
    and `materialize_in_destination`; no tensor is carried by a loop. Batch sizes
    that are known only at run time are compared before the loop.

    (example: test/Codegen/CPU/lower-serial-loops.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def LowerLaneLoopsPass
    : Pass<"eq-codegen-lower-lane-loops", "::mlir::ModuleOp"> {
  let summary = "turn loops scheduled as lanes into scf and memref";
  let description = [{
    As many samples as the schedule has lanes are in flight. Their step is
    rewritten by element substitution (`eq/Batch`); a sample that is done leaves
    at once, and a waiting one takes its place. `start` and `finish` run for one
    sample at a time.

    (example: test/Codegen/CPU/lower-lane-loops.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect"
  ];
}

def HoistAllocationsPass
    : Pass<"eq-codegen-hoist-allocations", "::mlir::ModuleOp"> {
  let summary = "move every allocation out of the loops around it";
  let description = [{
    A buffer of known size that a loop makes anew each time is made once before
    the outermost loop. One whose size changes from step to step is refused.

    (example: test/Codegen/CPU/hoist-allocations.mlir)
  }];
}

def OutlineWorkersPass
    : Pass<"eq-codegen-outline-workers", "::mlir::ModuleOp"> {
  let summary = "turn scf.forall into tasks for the threads of the context";
  let description = [{
    The body becomes a function `@eq.NAME.worker.0(context, which, memory and
    scalars) -> i32`, which allocates and fails like the function it came from;
    `eqrt_parallel_for` runs it once per worker. The function around returns the
    code of a worker that failed.

    (example: test/Codegen/CPU/outline-workers.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::func::FuncDialect"
  ];
}

def LowerFarAnglesPass
    : Pass<"eq-codegen-lower-far-angles"> {
  let summary = "call the runtime for angles that are far from zero";
  let description = [{
    `eq.far_angle` becomes a branch that is hardly ever taken: it asks whether
    the angle is far, or whether the squares of a vector of angles add up to
    so much that one may be, and calls `eqrt_far_quarters`, `eqrt_far_rest` and
    `eqrt_far_rest_low` for those that are.

    (example: test/Codegen/CPU/lower-far-angles.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def LowerRemaindersPass : Pass<"eq-codegen-lower-remainders"> {
  let summary = "divide step by step for remainders";
  let description = [{
    `arith.remf` of f32 and f64, or vectors of them, becomes a loop that takes whole multiples
    of the divisor from the dividend, as many bits of the quotient at once as a
    number has. Each step is exact, and so is the remainder: it is C's `fmod`.

    (example: test/Codegen/CPU/lower-remainders.mlir)
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def CallLibmPass : Pass<"eq-codegen-call-libm", "::mlir::ModuleOp"> {
  let summary = "call the C library for transcendental functions";
  let description = [{
    The one place where eq depends on libm: functions that are not exactly
    rounded and that the stage `fuse` has left (docs/Math.md) become calls. Exactly rounded ones (fma, sqrt, rounding, sign) are
    left for instructions.

    (example: test/Codegen/CPU/call-libm.mlir)
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::vector::VectorDialect"
  ];
}

def UseLLVMOpsPass : Pass<"eq-codegen-use-llvm-ops", "::mlir::ModuleOp"> {
  let summary = "use the LLVM dialect where others would not get there";
  let description = [{
    Conversions between reals become `llvm.fptrunc` and `llvm.fpext`: MLIR's own
    lowering leaves an attribute of `arith` on them that `mlir-translate` does
    not know. Functions that are declared, those of the runtime and of the C
    library, become functions of the LLVM dialect, so that no compiler gives
    them conventions of its own.

    (example: test/Codegen/CPU/use-llvm-ops.mlir)
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def LowerExpandShapesPass
    : Pass<"eq-codegen-lower-expand-shapes", "::mlir::ModuleOp"> {
  let summary = "turn expanded shapes into views by sizes and strides";
  let description = [{
    `memref.expand_shape` becomes `memref.reinterpret_cast`, whichever of its
    sizes are dynamic.

    (example: test/Codegen/CPU/lower-expand-shapes.mlir)
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::memref::MemRefDialect"
  ];
}

def LowerCopiesPass : Pass<"eq-codegen-lower-copies", "::mlir::ModuleOp"> {
  let summary = "turn copies of memrefs into loops";
  let description = [{
    A copy becomes a `linalg.generic`. One whose elements are apart, from a row
    to the column of a lane or back, becomes loops that LLVM is told to keep
    short: vectors would be taken apart into single elements again.

    (example: test/Codegen/CPU/lower-copies.mlir)
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"
  ];
}

def ReturnErrorsPass : Pass<"eq-codegen-return-errors", "::mlir::ModuleOp"> {
  let summary = "allocate from the call's arena and return failures as codes";
  let description = [{
    In bodies of entries `memref.alloc` becomes a call of the runtime, and a
    failed allocation or `cf.assert` returns from the entry with a code. Nothing
    aborts.

    With `end-process` nothing is returned: the code is in a function that has
    nobody to return it to, where the runtime ends the process as soon as a
    failure is recorded (`eqrt_solve_begin`). Control flow may still be
    structured then.

    (example: test/Codegen/CPU/return-errors.mlir)
  }];
  let options = [
    Option<"endProcess", "end-process", "bool", /*default=*/"false",
           "Let the runtime end the process where something fails">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::func::FuncDialect",
    "::mlir::scf::SCFDialect"
  ];
}

def CheckGeneratedPass : Pass<"eq-codegen-check", "::mlir::ModuleOp"> {
  let summary = "check that only the LLVM dialect is left";
}

#endif // EQ_CODEGEN_CPU_PASSES_TD
