// From kernels of the NVVM dialect to PTX.
#ifndef EQ_RUN_KERNELS_H
#define EQ_RUN_KERNELS_H

#include "llvm/Support/Error.h"
#include <string>

namespace mlir {
class ModuleOp;
namespace gpu {
class GPUModuleOp;
} // namespace gpu
namespace eq {

/// The PTX of a `gpu.module` of the LLVM and NVVM dialects, for the chip of its
/// `#nvvm.target`. Arithmetic is neither contracted nor reordered, nothing is
/// approximate, and no library is linked.
llvm::Expected<std::string> emitPTX(gpu::GPUModuleOp kernels);

/// Puts the PTX of each `gpu.module` into the global `NAME.ptx` that stands for
/// it, and erases the `gpu.module`.
llvm::Error embedKernels(ModuleOp module);

} // namespace eq
} // namespace mlir

#endif // EQ_RUN_KERNELS_H
