// How generated code talks to the runtime (include/eq/Runtime/Generated.h).
#ifndef EQ_CODEGEN_HOST_ABI_H
#define EQ_CODEGEN_HOST_ABI_H

#include "eq/Codegen/LocationText.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

/// On a function: its first argument is the context of the call, and it
/// returns a code.
inline constexpr StringLiteral contextAttrName = "eq.context";

/// On a memref.alloc: a kernel (eqrt_kernel), on whose device the memory is
/// (eqrt_device_alloc). Without it the memory is the host's, which is right as
/// well.
inline constexpr StringLiteral deviceAttrName = "eq.device";

/// On an eq.loop that a GPU runs: of which results only kernels and the caller
/// read the elements (i1 for each), so that they may stay there.
inline constexpr StringLiteral staysAttrName = "eq.stays";

/// On a kernel: its blocks wait for each other, so all of them must run at
/// once.
inline constexpr StringLiteral cooperativeAttrName = "eq.cooperative";

/// The descriptor that stands for a memref in the LLVM dialect.
LLVM::LLVMStructType descriptorType(MemRefType type);

/// Memory of a tensor or scalar in row-major order without gaps, as the runtime
/// has it.
MemRefType contiguousLayout(Type type);

/// A memref whose strides and offset are known only at run time.
MemRefType dynamicLayout(RankedTensorType type);

/// The context of the function around the builder, or null (the runtime's
/// default context) where the function has none.
Value contextOf(OpBuilder &builder, Location loc);

/// The function `name`, declared in the module if it is not yet; null stands
/// for no result.
LLVM::LLVMFuncOp declareFunction(ModuleOp module, Location loc, StringRef name,
                                 Type result, TypeRange arguments);

/// Calls `name`, and declares it in the module if it is not yet.
LLVM::CallOp callRuntime(OpBuilder &builder, Location loc, StringRef name,
                         Type result, ValueRange arguments);

/// The address of a constant, zero-terminated string.
Value stringAddress(OpBuilder &builder, Location loc, StringRef text);

/// Memory for one value of this type, valid in the function around.
Value stackSlot(OpBuilder &builder, Location loc, Type type);

/// A pointer to a descriptor of `memref`, valid in the function around.
Value descriptorAddress(OpBuilder &builder, Location loc, Value memref);

/// The memref of this type, with offset 0, whose data `pointer` points to;
/// sizes and strides are i64.
Value memrefAt(OpBuilder &builder, Location loc, MemRefType type, Value pointer,
               ValueRange sizes, ValueRange strides);

/// A read-only memref for a scalar or tensor value.
Value readOnlyBuffer(OpBuilder &builder, Location loc, Value value);

/// Leaves the function with a code where `code` (i32) is not 0.
void returnIfFailed(OpBuilder &builder, Location loc, Value code);

} // namespace mlir::eq

#endif // EQ_CODEGEN_HOST_ABI_H
