// The C header of a compiled program.

#include "eq/Run/Header.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::eq {

// A word in capitals for an identifier of C.
static std::string capitals(llvm::StringRef name) {
  std::string word = name.upper();
  for (char &c : word)
    if (!llvm::isAlnum(c))
      c = '_';
  return word;
}

// `word`, or with a number behind it where it was given out before: names may
// differ only in what C's capitals cannot tell apart.
static std::string unique(std::string word, llvm::StringSet<> &seen) {
  std::string result = word;
  for (unsigned i = 2; !seen.insert(result).second; ++i)
    result = word + "_" + std::to_string(i);
  return result;
}

static void writeIndices(llvm::raw_ostream &os, const std::string &prefix,
                         llvm::ArrayRef<ValueSpec> values) {
  llvm::StringSet<> seen;
  std::string count = unique(prefix + "COUNT", seen);
  os << "enum {\n";
  for (auto [i, value] : llvm::enumerate(values))
    os << "  " << unique(prefix + capitals(value.name), seen) << " = " << i
       << ", /* " << typeText(value.type, value.shape) << " */\n";
  os << "  " << count << " = " << values.size() << "\n};\n";
}

std::string makeHeader(llvm::StringRef sourceName,
                       llvm::ArrayRef<FunctionSpec> functions) {
  std::string text;
  llvm::raw_string_ostream os(text);
  std::string guard = "EQ_PROGRAM_" + capitals(sourceName) + "_H";
  os << "/* Entries of the eq program " << sourceName
     << ". Made by eq-compile.\n"
        " *\n"
        " * Each takes a context (NULL: the thread's own), its operands and\n"
        " * its results; a result with data == NULL is allocated, and freed "
        "by\n"
        " * eq_tensor_free. 0 is success; otherwise eq_last_error(context)\n"
        " * says what was wrong. */\n";
  os << "#ifndef " << guard << "\n#define " << guard << "\n\n"
     << "#include \"eq/Runtime/eqrt.h\"\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  llvm::StringSet<> prefixes;
  for (const FunctionSpec &function : functions) {
    std::string prefix =
        unique("EQ_" + capitals(function.name), prefixes) + "_";
    writeIndices(os, prefix + "IN_", function.arguments);
    writeIndices(os, prefix + "OUT_", function.results);
    os << "int eq_" << function.name
       << "(eq_context *context, const eq_tensor *in, eq_tensor *out);\n\n";
  }
  os << "#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
  return text;
}

} // namespace mlir::eq
