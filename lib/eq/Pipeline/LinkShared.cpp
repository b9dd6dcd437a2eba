// Makes a shared object of an object, by the machine's C compiler.

#include "Output.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <dlfcn.h>

namespace mlir::eq {

// The folder of this library, where the runtime is as well.
static std::string libraryFolder() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&linkShared), &info))
    return ".";
  llvm::SmallString<256> path(info.dli_fname);
  llvm::sys::fs::make_absolute(path);
  return llvm::sys::path::parent_path(path).str();
}

static std::string findLinker() {
  for (llvm::StringRef name : {"cc", "clang-22", "clang", "gcc"})
    if (auto found = llvm::sys::findProgramByName(name))
      return *found;
  return "";
}

static llvm::Error runLinker(llvm::StringRef object, llvm::StringRef output) {
  std::string linker = findLinker();
  if (linker.empty())
    return failureOf("expected a C compiler (cc, clang-22, clang or gcc) to "
                     "link a shared object, but found none; --emit=obj needs "
                     "none");
  std::string folder = libraryFolder();
  std::string search = "-L" + folder, runtime = "-Wl,-rpath," + folder;
  llvm::SmallVector<llvm::StringRef> arguments = {linker,  "-shared", "-o",
                                                  output,  object,    search,
                                                  runtime, "-leqrt",  "-lm"};
  std::string message;
  int code = llvm::sys::ExecuteAndWait(linker, arguments, std::nullopt, {}, 0,
                                       0, &message);
  if (code != 0)
    return failureOf("'" + linker + "' could not link '" + output + "'" +
                     (message.empty() ? "" : ": " + message));
  return llvm::Error::success();
}

static llvm::Error makeTemporary(llvm::StringRef suffix,
                                 llvm::SmallVectorImpl<char> &path) {
  if (std::error_code code =
          llvm::sys::fs::createTemporaryFile("eq", suffix, path))
    return failureOf("a temporary file could not be made: " + code.message());
  return llvm::Error::success();
}

llvm::Error linkShared(llvm::ArrayRef<char> object, llvm::StringRef output) {
  llvm::SmallString<128> path, shared;
  llvm::scope_exit remove([&] {
    for (llvm::StringRef file : {path.str(), shared.str()})
      if (!file.empty())
        llvm::sys::fs::remove(file);
  });
  if (llvm::Error error = makeTemporary("o", path))
    return error;
  if (llvm::Error error =
          writeFile(path, llvm::StringRef(object.data(), object.size())))
    return error;
  if (output != "-")
    return runLinker(path, output);
  if (llvm::Error error = makeTemporary("so", shared))
    return error;
  if (llvm::Error error = runLinker(path, shared))
    return error;
  auto bytes = llvm::MemoryBuffer::getFile(shared);
  if (!bytes)
    return failureOf("'" + shared +
                     "' could not be read: " + bytes.getError().message());
  return writeFile("-", (*bytes)->getBuffer());
}

} // namespace mlir::eq
