// What eq-compile does: take a program from one stage to another and write it.
#ifndef EQ_PIPELINE_COMPILEFILE_H
#define EQ_PIPELINE_COMPILEFILE_H

#include "eq/Pipeline/Pipeline.h"

namespace mlir::eq {

/// What to write.
enum class Emit { mlir, llvm, ptx, object, shared };

struct CompileOptions {
  std::string file;
  /// Dialects and models that the program may use beside those of eq, or null.
  const DialectRegistry *dialects = nullptr;
  /// "-" for standard output (text only).
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
};

/// Returns the exit code: 0, or 1 after an error, which is printed. With
/// `object` and `shared` a C header is written beside the output.
int compileFile(const CompileOptions &options);

} // namespace mlir::eq

#endif // EQ_PIPELINE_COMPILEFILE_H
