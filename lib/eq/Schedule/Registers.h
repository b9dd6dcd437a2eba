// What a thread of a GPU needs to run a loop's samples.
#ifndef EQ_LIB_SCHEDULE_REGISTERS_H
#define EQ_LIB_SCHEDULE_REGISTERS_H

#include "eq/IR/EqOps.h"
#include <optional>
#include <string>

namespace mlir::eq {

/// The most registers of 32 bits that a thread can have.
inline constexpr int64_t mostRegisters = 255;

/// The registers of 32 bits that a thread needs for a sample of the loop: the
/// most that live at once in one of its regions, and those of the kernel
/// itself. Shared operands, and tensors that are too large for registers, count
/// nothing.
int64_t countRegisters(LoopOp loop);

/// The operations on numbers in the code of a thread: tensors are taken apart,
/// and what is done for each element is written out.
int64_t countOperations(LoopOp loop);

/// An operation of the loop that only the C library of a CPU has, or null.
Operation *findLibraryCall(LoopOp loop);

/// Why the samples of a loop cannot be threads, or nothing.
std::optional<std::string> whyNoThreads(LoopOp loop);

/// Threads of a multiprocessor that run at once, as registers allow.
int64_t threadsAtOnce(int64_t registers, int64_t block, GPUTargetAttr target);

} // namespace mlir::eq

#endif // EQ_LIB_SCHEDULE_REGISTERS_H
