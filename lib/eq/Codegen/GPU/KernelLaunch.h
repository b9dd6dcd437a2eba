// A kernel in the making: its function, and what its launch hands over.
#ifndef EQ_CODEGEN_GPU_KERNELLAUNCH_H
#define EQ_CODEGEN_GPU_KERNELLAUNCH_H

#include "eq/IR/EqOps.h"
#include "eq/Runtime/Generated.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace mlir::eq {

/// How many threads and samples a block of a kernel has, how many samples are
/// taken from the common counter at once (0: the runtime chooses), and the
/// bytes of a block's dynamic shared memory.
struct KernelShape {
  int32_t threads, samples, chunk;
  int32_t sharedBytes = 0;
};

/// The name of the constant that says to the runtime what a kernel is
/// (eqrt_kernel), and the number of its field `cooperative`. Whether a kernel
/// is cooperative is known when it is finished: the field is 0 before.
std::string kernelDescriptorName(StringRef module, StringRef kernel);
inline constexpr int64_t cooperativeField = 7;

/// Collects the arguments of a kernel, makes its function with a parameter for
/// each, and writes the launch (`eqrt_launch`).
class KernelLaunch {
public:
  /// `stem` is the function of the program. The launch goes
  /// where `host` is.
  KernelLaunch(OpBuilder &host, Location loc, StringRef stem);

  /// The constant of the kernel's description; it exists after `launch`.
  FlatSymbolRefAttr getDescriptor() const;

  /// Memory that the kernel uses (`EQRT_USE_*`), as a memref; gives the number
  /// of its parameter, a pointer.
  unsigned addMemory(Value memref, int32_t use);
  /// A number that the kernel gets by value; a boolean arrives as i8.
  unsigned addValue(Value scalar);
  /// Memory of static shape whose content the kernel gets by value: its
  /// parameter is an `!llvm.array`, booleans as i8.
  unsigned addContent(Value memref);

  /// The function, in the `gpu.module` of all kernels, which is for `target`;
  /// with one empty block.
  gpu::GPUFuncOp makeKernel(const KernelShape &shape, GPUTargetAttr target);
  /// The parameters that every kernel has.
  Value samples() { return parameter(0); }
  Value taken() { return parameter(1); }
  Value chunk() { return parameter(2); }
  Value cancelled() { return parameter(3); }
  /// The parameter that `addMemory` or `addValue` numbered.
  Value argument(unsigned i) { return parameter(4 + i); }

  /// Calls the runtime for `samples` (index) samples, and leaves the function
  /// where it fails. With `simulate` the kernel has code for the simulator, and
  /// else PTX.
  void launch(Value samples, bool simulate);

private:
  struct Argument {
    Value data; // of memory: its first element
    Value bytes;
    int32_t use;
    Type type; // of the parameter
  };
  ModuleOp getModule() const {
    return host.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  }
  Value parameter(unsigned i) { return kernel.getArgument(i); }
  Value integer(Type type, int64_t value);
  Argument describe(Value memref, int32_t use);
  void makeDescriptor(bool simulate);

  OpBuilder &host;
  Location loc;
  std::string name; // of the kernel
  Type pointer, i32, i64;
  SmallVector<Argument> arguments;
  gpu::GPUFuncOp kernel;
  KernelShape shape;
};

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_KERNELLAUNCH_H
