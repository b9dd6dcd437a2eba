// What eq-compile does: take a program from one stage to another and write it.
#ifndef EQ_PIPELINE_COMPILEFILE_H
#define EQ_PIPELINE_COMPILEFILE_H

#include "eq/Pipeline/Pipeline.h"
#include <string>
#include <vector>

namespace mlir::eq {

/// What to write.
enum class Emit { mlir, bytecode, llvm, ptx, object, shared };

struct CompileOptions {
  std::string file;
  /// Dialects and models that the program may use beside those of eq, or null.
  const DialectRegistry *dialects = nullptr;
  /// "-" for standard output.
  std::string output = "-";
  Emit emit = Emit::mlir;
  Stage from = Stage::verify;
  Stage to = Stage::codegen;
  /// "native" or a processor that LLVM knows; with `target` "nvptx" a GPU such
  /// as "sm_90", and "native" is "sm_80", whose code every later GPU runs.
  std::string chip = "native";
  /// A triple that LLVM knows; empty: this machine's; "nvptx": a GPU beside
  /// this machine.
  std::string target;
  /// A schedule attribute that replaces those in the program.
  std::string schedule;
  /// Where the C header of an object goes; empty: beside the output.
  std::string header;
  /// A rule for make: what was written, and what it was made from; empty: none.
  std::string depfile;
  /// A folder for the program after each stage; empty: none.
  std::string saveStages;
  /// Names of stages after which the program is printed to standard error;
  /// an empty name or "all" stands for each.
  std::vector<std::string> printAfterStages;
  /// Remarks whose category this regular expression finds are printed.
  std::string remarksFilter;
  /// Whether machine code says which line of the program it comes from.
  bool debugLines = false;
};

/// Returns the exit code: 0, or 1 after an error, which is printed. With
/// `object` and `shared` a C header is written as well, except where the object
/// goes to standard output and the header has no name.
int compileFile(const CompileOptions &options);

} // namespace mlir::eq

#endif // EQ_PIPELINE_COMPILEFILE_H
