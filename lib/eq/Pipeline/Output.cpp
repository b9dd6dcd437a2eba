// Files that eq-compile writes.

#include "Output.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/ToolOutputFile.h"

namespace mlir::eq {

llvm::Error failureOf(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

bool isTerminal(llvm::StringRef path) {
  return path == "-" && llvm::sys::Process::StandardOutIsDisplayed();
}

llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes) {
  std::error_code code;
  llvm::ToolOutputFile file(path, code, llvm::sys::fs::OF_None);
  if (code)
    return failureOf("'" + path + "' could not be written: " + code.message());
  file.os() << bytes;
  file.os().close();
  if (file.os().has_error()) {
    code = file.os().error();
    file.os().clear_error();
    return failureOf("'" + path + "' could not be written: " + code.message());
  }
  file.keep();
  return llvm::Error::success();
}

// A name as make and ninja read it. A backslash is one, except in front of what
// it would protect.
static llvm::Expected<std::string> escapedForMake(llvm::StringRef name) {
  std::string text;
  size_t backslashes = 0;
  for (char c : name) {
    if (c == '\n')
      return failureOf("expected names without a line break with '--depfile', "
                       "but got '" +
                       name + "'");
    if (c == ' ' || c == '\t' || c == '#')
      text.append(backslashes + 1, '\\');
    else if (c == ':')
      text += '\\';
    else if (c == '$')
      text += '$';
    text += c;
    backslashes = c == '\\' ? backslashes + 1 : 0;
  }
  return text;
}

llvm::Expected<std::string> makeRule(llvm::ArrayRef<std::string> targets,
                                     llvm::ArrayRef<std::string> sources) {
  std::string text;
  for (const std::string &target : targets) {
    llvm::Expected<std::string> name = escapedForMake(target);
    if (!name)
      return name.takeError();
    text += (text.empty() ? "" : " ") + *name;
  }
  text += ":";
  for (const std::string &source : sources) {
    llvm::Expected<std::string> name = escapedForMake(source);
    if (!name)
      return name.takeError();
    text += " " + *name;
  }
  return text + "\n";
}

} // namespace mlir::eq
