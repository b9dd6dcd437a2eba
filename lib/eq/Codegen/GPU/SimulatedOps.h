// What stands for the operations of a kernel on the CPU: calls of the runtime
// (include/eq/Runtime/Generated.h, "The simulator").
#ifndef EQ_CODEGEN_GPU_SIMULATEDOPS_H
#define EQ_CODEGEN_GPU_SIMULATEDOPS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::eq {

/// Makes the calls, and in the module what they refer to.
class SimulatorCalls {
public:
  explicit SimulatorCalls(ModuleOp module) : module(module) {}

  /// Calls `name` and declares it if need be. No result: `result` is null.
  LLVM::CallOp call(OpBuilder &builder, Location loc, StringRef name,
                    Type result, ValueRange arguments);

  /// The address of constant text: always the same for the same text.
  Value text(OpBuilder &builder, Location loc, StringRef text);

  /// The place of an operation that threads do together, told from any other.
  Value meetingPlace(OpBuilder &builder, Operation *op);

  ModuleOp getModule() { return module; }

private:
  ModuleOp module;
  llvm::StringMap<LLVM::GlobalOp> texts;
  unsigned nextText = 0, meetings = 0;
};

/// A number as a constant of `bits` bits.
Value makeNumber(OpBuilder &builder, Location loc, unsigned bits,
                 int64_t number);

/// Replaces what a CPU does not have, and has accesses to memory and turns of
/// loops looked at. Fails, after an error, at an operation that is not known.
LogicalResult simulateOps(LLVM::LLVMFuncOp function, SimulatorCalls &calls);

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_SIMULATEDOPS_H
