// Takes:  any module, with solves of eq among operations of others.
// Gives:  the same module, in which every solve is a call, and functions of
//         memory and structured control flow that are called.
// Next:   whatever lowers the rest of the module to the LLVM dialect.

#ifndef EQ_PIPELINE_PASSES_TD
#define EQ_PIPELINE_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerLoopsPass : Pass<"eq-lower-loops", "::mlir::ModuleOp"> {
  let summary = "lower solves to memory and structured control flow, and nothing else";
  let description = [{
    Every outermost `eq.fixed_point`, `eq.root`, `eq.ode` and `eq.loop` becomes a
    call of a private function, which all stages have worked on. Its operands and
    results are memory of the module's: `bufferization.to_buffer` and `to_tensor`
    stand where a tensor becomes memory, and memory a tensor. Functions, their
    signatures and all operations of others are left as they are.

    What is lowered runs with the context of the thread that calls it. A failure
    that is not the status of a sample ends the process with a sentence.

    ```mlir
    %x:4 = eq.fixed_point init(%x0 : tensor<?xf64>) ..
    // becomes
    %0 = bufferization.to_buffer %x0 read_only : tensor<?xf64> to memref<?xf64, strided<[?], offset: ?>>
    %1 = memref.alloc(%n) : memref<?xf64>
    ...
    call @eq.solve.solve.0(%0, %1, ..)
    %x = bufferization.to_tensor %1 restrict writable : memref<?xf64> to tensor<?xf64>
    ```

    (example: test/Pipeline/lower-loops.mlir)
  }];
}

#endif // EQ_PIPELINE_PASSES_TD
