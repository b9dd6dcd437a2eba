// Files that eq-compile writes.
#ifndef EQ_LIB_PIPELINE_OUTPUT_H
#define EQ_LIB_PIPELINE_OUTPUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace mlir::eq {

/// An error that consists of a message.
llvm::Error failureOf(const llvm::Twine &message);

/// Whether bytes that are no text would go to a terminal.
bool isTerminal(llvm::StringRef path);

/// Writes a whole file, "-" being standard output; nothing is left of it where
/// that fails.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes);

/// The text of a file with one rule for make.
llvm::Expected<std::string> makeRule(llvm::ArrayRef<std::string> targets,
                                     llvm::ArrayRef<std::string> sources);

/// Links an object with the runtime by the machine's C compiler.
llvm::Error linkShared(llvm::ArrayRef<char> object, llvm::StringRef output);

} // namespace mlir::eq

#endif // EQ_LIB_PIPELINE_OUTPUT_H
