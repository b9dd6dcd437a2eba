// Which values of a kernel are the same in neighbouring threads.
#ifndef EQ_CODEGEN_GPU_UNIFORMITY_H
#define EQ_CODEGEN_GPU_UNIFORMITY_H

#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::eq {

/// The threads that share a value. Every block consists of whole warps.
enum class Scope { thread, warp, block };

/// The scope of every value in a function whose control flow is `scf`: the most
/// that can be shown. Inside a branch or loop that not all threads take, "the
/// same in all threads" is meant of those that take it.
class Uniformity {
public:
  explicit Uniformity(FunctionOpInterface function);

  Scope scopeOf(Value value) const {
    auto it = scopes.find(value);
    return it == scopes.end() ? Scope::block : it->second;
  }
  /// The scope of the decision whether a region of `op` is entered, and how
  /// often: of its condition or bounds.
  Scope scopeOfControl(Operation *op) const;

  /// Beside an operation that gives values: a lowering vouches that all warps
  /// of the block get the same, since they compute it from the same.
  static constexpr llvm::StringLiteral sameInBlock = "eq.same_in_block";

private:
  bool visit(Operation *op);
  bool visitLoop(Operation *op);
  bool lower(Value value, Scope scope);
  Scope scopeOfResults(Operation *op) const;
  Scope scopeOfOperands(Operation *op) const;

  // Those not listed are the same in the block, as far as is known yet.
  llvm::DenseMap<Value, Scope> scopes;
};

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_UNIFORMITY_H
