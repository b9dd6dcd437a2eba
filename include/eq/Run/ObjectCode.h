// From the LLVM dialect to machine code.
#ifndef EQ_RUN_OBJECTCODE_H
#define EQ_RUN_OBJECTCODE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace mlir {
class DialectRegistry;
class ModuleOp;
namespace eq {

/// For which processor, and how hard to try.
struct TargetChoice {
  /// "native" (this machine's, with all its features) or a name LLVM knows,
  /// such as "x86-64-v3". For another architecture, "native" is "generic".
  std::string chip = "native";
  /// An LLVM triple such as "aarch64-linux-gnu"; empty: this machine's.
  std::string triple;

  /// Whether code for it can run here, as far as the triple tells.
  bool isForThisMachine() const;
};

/// Registers what `emitObject` and `emitLLVM` need of the dialects.
void registerTranslations(DialectRegistry &registry);

/// The object file of a module of the LLVM dialect: position-independent code,
/// optimised, with no contraction or reordering of arithmetic.
llvm::Expected<llvm::SmallVector<char, 0>>
emitObject(ModuleOp module, const TargetChoice &target);

/// The LLVM IR, as text, that `emitObject` would give to the backend.
llvm::Expected<std::string> emitLLVM(ModuleOp module,
                                     const TargetChoice &target);

} // namespace eq
} // namespace mlir

#endif // EQ_RUN_OBJECTCODE_H
