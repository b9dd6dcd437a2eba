// eq-run: compiles a program and runs a function of it.

#include "eq/Pipeline/RunFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

namespace cl = llvm::cl;
using mlir::eq::Stage;

static const char overview[] = R"(eq-run: compile an eq program and run it

  eq-run FILE.mlir
      runs every public function without arguments (tests), or the only one
  eq-run FILE.mlir --function=solve --in=data.npz --arg tol=1e-6 --out=out.npz
      runs @solve: arrays from data.npz by their names, the number tol,
      results to out.npz

Without --out the results are printed. After the run a table shows, per solve,
how many samples ended with each status, their iterations and the worst
residual. The exit code is 0, or 1 after an error, a missed eqtest check or a
status named by --fail-on.
)";

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // Options of the LLVM library are none of ours, and some have our names.
  cl::ResetCommandLineParser();
  cl::OptionCategory category("Options of eq-run");
  cl::opt<std::string> file(
      cl::Positional, cl::Required,
      cl::desc("FILE.mlir, a program as text or bytecode, "
               "or - for standard input"),
      cl::cat(category));
  cl::opt<std::string> function("function",
                                cl::desc("the public function to run"),
                                cl::value_desc("name"), cl::cat(category));
  cl::list<std::string> inputs(
      "in",
      cl::desc("arrays: FILE.npz (by name), NAME=FILE.npy, or FILE.npy (the "
               "next argument)"),
      cl::value_desc("file"), cl::cat(category));
  cl::list<std::string> scalars(
      "arg", cl::desc("a number for a scalar argument, e.g. --arg tol=1e-6"),
      cl::value_desc("name=number"), cl::cat(category));
  cl::list<std::string> outputs(
      "out", cl::desc("results: FILE.npz (all), or NAME=FILE.npy (one)"),
      cl::value_desc("file"), cl::cat(category));
  cl::opt<std::string> json(
      "json", cl::desc("write statistics and all values per sample as JSON"),
      cl::value_desc("file"), cl::cat(category));
  cl::opt<std::string> on(
      "on",
      cl::desc(
          "where to run: cpu (as the schedule stage decides), serial (one "
          "sample after another), gpu (an NVIDIA GPU, where loops fit), auto "
          "(gpu if there is one, else cpu), sim (as gpu, but kernels are "
          "simulated on the CPU)"),
      cl::value_desc("place"), cl::init("cpu"), cl::cat(category));
  cl::opt<std::string> simulatorOrder(
      "sim-order",
      cl::desc("with --on=sim, the order of a kernel's threads: ascending, "
               "descending, or a number from which a random one is made"),
      cl::value_desc("order"), cl::init("ascending"), cl::cat(category));
  cl::opt<std::string> schedule(
      "schedule",
      cl::desc("a schedule that replaces those in the file, e.g. #eq.serial"),
      cl::value_desc("attribute"), cl::cat(category));
  cl::opt<Stage> from(
      "from",
      cl::desc("the first stage to run, for a program that eq-compile --to or "
               "eq-opt has taken so far; only a program from verify on has "
               "statistics"),
      cl::init(Stage::verify),
      cl::values(clEnumValN(Stage::verify, "verify", "all stages"),
                 clEnumValN(Stage::expand, "expand", "problems become loops"),
                 clEnumValN(Stage::fuse, "fuse",
                            "bodies become few kinds of operations"),
                 clEnumValN(Stage::schedule, "schedule", "who runs the steps"),
                 clEnumValN(Stage::codegen, "codegen", "the LLVM dialect")),
      cl::cat(category));
  cl::list<std::string> failOn(
      "fail-on", cl::CommaSeparated,
      cl::desc("statuses that make the run fail: names, or any (all but "
               "converged)"),
      cl::value_desc("status,..."), cl::cat(category));
  cl::opt<bool> time("time", cl::desc("print how long it took"),
                     cl::cat(category));
  cl::opt<bool> debugLines("g",
                           cl::desc("a debugger sees the lines of the program"),
                           cl::cat(category));
  cl::opt<unsigned> repeat("repeat", cl::desc("run so many times"), cl::init(1),
                           cl::cat(category));
  cl::opt<unsigned> threads("threads",
                            cl::desc("at most so many threads (0: all)"),
                            cl::init(0), cl::cat(category));
  cl::opt<uint64_t> memoryLimit("memory-limit",
                                cl::desc("at most so many bytes (0: no limit)"),
                                cl::init(0), cl::cat(category));
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);

  mlir::eq::RunOptions options;
  options.file = file;
  options.function = function;
  options.on = on;
  options.simulatorOrder = simulatorOrder;
  options.from = from;
  options.schedule = schedule;
  options.inputs = {inputs.begin(), inputs.end()};
  options.scalars = {scalars.begin(), scalars.end()};
  options.outputs = {outputs.begin(), outputs.end()};
  options.json = json;
  options.failOn = {failOn.begin(), failOn.end()};
  options.time = time;
  options.debugLines = debugLines;
  options.repeat = repeat;
  options.threads = threads;
  options.memoryLimit = memoryLimit;
  return mlir::eq::runFile(options);
}
