// The errors of Npy.cpp and Npz.cpp: `expected THING to RULE, but got ACTUAL`.
#ifndef EQ_RUN_NPYERROR_H
#define EQ_RUN_NPYERROR_H

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <system_error>

namespace mlir::eq {

/// The first `limit` bytes of `text` in single quotes. Text from a file can
/// hold anything, so it is escaped unless all of it can be printed.
inline std::string npyQuoted(llvm::StringRef text, size_t limit = 4096) {
  std::string result = "'";
  llvm::raw_string_ostream stream(result);
  llvm::StringRef shown = text.take_front(limit);
  if (llvm::sys::unicode::columnWidthUTF8(shown) < 0)
    llvm::printEscapedString(shown, stream);
  else
    stream << shown;
  stream << (text.size() > limit ? "...'" : "'");
  return result;
}

/// The error `expected THING to RULE, but got ACTUAL`.
inline llvm::Error npyExpected(const llvm::Twine &thing,
                               const llvm::Twine &rule,
                               const llvm::Twine &actual) {
  return llvm::createStringError("expected " + thing + " to " + rule +
                                 ", but got " + actual);
}

/// The same, where the system said why.
inline llvm::Error npyExpected(const llvm::Twine &thing,
                               const llvm::Twine &rule, std::error_code code) {
  return npyExpected(thing, rule, "'" + code.message() + "'");
}

/// The size of the regular file `path`. Checked before it is opened, because to
/// open a pipe can wait for ever.
inline llvm::Expected<uint64_t> npyFileSize(llvm::StringRef path) {
  llvm::sys::fs::file_status status;
  if (std::error_code code = llvm::sys::fs::status(path, status))
    return npyExpected(npyQuoted(path), "be a readable file", code);
  if (llvm::sys::fs::is_directory(status))
    return npyExpected(npyQuoted(path), "be a file", "a directory");
  if (!llvm::sys::fs::is_regular_file(status))
    return npyExpected(npyQuoted(path), "be a regular file",
                       "a device or a pipe");
  return status.getSize();
}

/// Refuses to replace what is not a regular file: a file is written under
/// another name and then renamed, which would remove a device.
inline llvm::Error npyCheckTarget(llvm::StringRef path) {
  if (!llvm::sys::fs::exists(path))
    return llvm::Error::success();
  return npyFileSize(path).takeError();
}

} // namespace mlir::eq

#endif // EQ_RUN_NPYERROR_H
