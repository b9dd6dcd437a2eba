// An object file, loaded into this process.
#ifndef EQ_RUN_EXECUTABLE_H
#define EQ_RUN_EXECUTABLE_H

#include "eq/Runtime/eqrt.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace mlir::eq {

/// Holds the code of a compiled program. The same object could have been linked
/// by a static linker: there is no second way to run.
class Executable {
public:
  using Entry = int (*)(eq_context *, const eq_tensor *in, eq_tensor *out);

  /// With `forDebugger`, a debugger of this process is told where the code is
  /// and which lines it is from.
  static llvm::Expected<Executable> load(llvm::ArrayRef<char> object,
                                         bool forDebugger = false);
  Executable(Executable &&);
  ~Executable();

  /// The entry `eq_NAME` of the function `name`.
  llvm::Expected<Entry> lookup(llvm::StringRef name);

private:
  explicit Executable(std::unique_ptr<llvm::orc::LLJIT> jit);
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace mlir::eq

#endif // EQ_RUN_EXECUTABLE_H
