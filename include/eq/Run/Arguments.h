// The arguments and results of a public function, and values given for them.
#ifndef EQ_RUN_ARGUMENTS_H
#define EQ_RUN_ARGUMENTS_H

#include "eq/Run/Npy.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace mlir {
namespace func {
class FuncOp;
} // namespace func
namespace eq {

/// An argument or result: a number where `shape` is empty.
struct ValueSpec {
  std::string name;
  eq_dtype type;
  std::vector<int64_t> shape; // -1: known at run time only
};

/// A public function as its callers see it.
struct FunctionSpec {
  std::string name;
  std::vector<ValueSpec> arguments, results;
};

/// Names come from `eq.name` attributes, else "arg0", "result0", and so on.
FunctionSpec specOf(func::FuncOp function);

/// "f32 [?, 64]", "i32".
std::string typeText(eq_dtype type, llvm::ArrayRef<int64_t> shape);

/// Collects values for the arguments of one function. Every value is checked
/// against the type when it is given; errors name the argument and both types.
class Arguments {
public:
  explicit Arguments(const FunctionSpec &function)
      : function(function), values(function.arguments.size()) {}

  /// An array for the argument `name`.
  llvm::Error give(llvm::StringRef name, NpyArray array);
  /// An array for the first argument that has no value yet.
  llvm::Error giveNext(NpyArray array);
  /// A number, as text, for the scalar argument `name`.
  llvm::Error giveText(llvm::StringRef name, llvm::StringRef text);
  /// A file: `NAME=FILE.npy`, `FILE.npy` (the next argument) or `FILE.npz`
  /// (arrays by their names; `arr_0`, .. as NumPy calls unnamed ones, in
  /// order).
  llvm::Error giveFile(llvm::StringRef spec);

  /// All values, in order; an error names what is missing.
  llvm::Expected<std::vector<NpyArray>> take();

private:
  llvm::Expected<size_t> find(llvm::StringRef name);
  llvm::Error set(size_t index, NpyArray array);

  const FunctionSpec &function;
  std::vector<std::optional<NpyArray>> values;
};

} // namespace eq
} // namespace mlir

#endif // EQ_RUN_ARGUMENTS_H
