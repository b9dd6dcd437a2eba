// What eq-run does: compile a program, call its functions, show what came out.
#ifndef EQ_PIPELINE_RUNFILE_H
#define EQ_PIPELINE_RUNFILE_H

#include "eq/Pipeline/Pipeline.h"
#include <cstdint>
#include <string>
#include <vector>

namespace mlir::eq {

struct RunOptions {
  std::string file;
  /// Dialects and models that the program may use beside those of eq, or null.
  const DialectRegistry *dialects = nullptr;
  /// Empty: every public function without arguments, or else the only one.
  std::string function;
  /// "serial", "cpu", "gpu", "sim" (kernels, simulated) or "auto".
  std::string on = "cpu";
  /// "ascending", "descending", or the seed of a random order.
  std::string simulatorOrder = "ascending";
  /// The first stage to run: the program comes out of the one before.
  Stage from = Stage::verify;
  /// A schedule attribute that replaces those in the program; overrules `on`.
  std::string schedule;
  /// "NAME=FILE.npy", "FILE.npy" or "FILE.npz".
  std::vector<std::string> inputs;
  /// "NAME=NUMBER".
  std::vector<std::string> scalars;
  /// "FILE.npz" or "NAME=FILE.npy".
  std::vector<std::string> outputs;
  /// Where to write everything as JSON; empty: nowhere.
  std::string json;
  /// Names of statuses, or "any" (all but converged), that make the run fail.
  std::vector<std::string> failOn;
  bool time = false;
  /// Whether a debugger sees the lines of the program.
  bool debugLines = false;
  unsigned repeat = 1;
  unsigned threads = 0;
  uint64_t memoryLimit = 0;
};

/// Returns the exit code: 0, or 1 after an error, a missed check or a status of
/// `failOn`. Results and tables go to standard output, errors to standard
/// error.
int runFile(const RunOptions &options);

} // namespace mlir::eq

#endif // EQ_PIPELINE_RUNFILE_H
