// eq-compile: takes a program from one stage to another and writes it.

#include "eq/Pipeline/CompileFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

namespace cl = llvm::cl;
using mlir::eq::Emit;
using mlir::eq::Stage;

static const char overview[] = R"(eq-compile: compile an eq program

  eq-compile FILE.mlir --emit=shared -o solve.so
      writes solve.so and solve.h: one C function eq_NAME per public function,
      for programs that have no LLVM (link them with -leqrt)
  eq-compile FILE.mlir --to=expand
      prints the program after the stage expand

  eq-compile FILE.mlir --target=nvptx --chip=sm_90 --emit=ptx -o solve.ptx
      writes the kernels of a program for an NVIDIA GPU

The stages are, in order: verify, expand, fuse, schedule, codegen. A program
that comes out of one stage, as text or as bytecode, can be given to the next
with --from. @FILE stands for the options in FILE.
)";

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // Options of the LLVM library are none of ours, and some have our names.
  cl::ResetCommandLineParser();
  cl::OptionCategory category("Options of eq-compile");
  cl::opt<std::string> file(
      cl::Positional, cl::Required,
      cl::desc("FILE.mlir, a program as text or bytecode, "
               "or - for standard input"),
      cl::cat(category));
  cl::opt<std::string> output(
      "o",
      cl::desc("the file to write; - is standard output, which is no terminal "
               "where it is not text"),
      cl::value_desc("file"), cl::init("-"), cl::cat(category));
  cl::opt<Emit> emit(
      "emit", cl::desc("what to write"), cl::init(Emit::mlir),
      cl::values(clEnumValN(Emit::mlir, "mlir", "MLIR, after the last stage"),
                 clEnumValN(Emit::bytecode, "bytecode",
                            "the same as MLIR bytecode, with its locations"),
                 clEnumValN(Emit::llvm, "llvm", "LLVM IR, optimised"),
                 clEnumValN(Emit::ptx, "ptx",
                            "the kernels for a GPU, with --target=nvptx"),
                 clEnumValN(Emit::object, "obj",
                            "an object file, and a C header beside it"),
                 clEnumValN(Emit::shared, "shared",
                            "a shared object, and a C header beside it")),
      cl::cat(category));
  auto stages = cl::values(
      clEnumValN(Stage::verify, "verify", "is it a program we can compile?"),
      clEnumValN(Stage::expand, "expand", "problems become loops"),
      clEnumValN(Stage::fuse, "fuse", "bodies become few kinds of operations"),
      clEnumValN(Stage::schedule, "schedule", "who runs the steps"),
      clEnumValN(Stage::codegen, "codegen", "the LLVM dialect"));
  cl::opt<Stage> from("from", cl::desc("the first stage to run"),
                      cl::init(Stage::verify), stages, cl::cat(category));
  cl::opt<Stage> to("to", cl::desc("the last stage to run"),
                    cl::init(Stage::codegen), stages, cl::cat(category));
  cl::opt<std::string> chip(
      "chip",
      cl::desc(
          "the processor: native (for another machine: generic), or a name "
          "LLVM knows (x86-64-v3, znver4); with --target=nvptx the GPU (sm_80, "
          "sm_90), and native is sm_80, whose code later ones run"),
      cl::value_desc("name"), cl::init("native"), cl::cat(category));
  cl::opt<std::string> target(
      "target",
      cl::desc(
          "the machine as a triple LLVM knows (aarch64-linux-gnu), or nvptx: "
          "this one with an NVIDIA GPU, or sim: this one, which simulates the "
          "GPU; without it, this one"),
      cl::value_desc("triple"), cl::cat(category));
  cl::opt<std::string> schedule(
      "schedule",
      cl::desc("a schedule that replaces those in the file, e.g. #eq.serial"),
      cl::value_desc("attribute"), cl::cat(category));
  cl::opt<std::string> header(
      "header",
      cl::desc("the C header of an object; without it, the name of the output "
               "with the ending .h"),
      cl::value_desc("file"), cl::cat(category));
  cl::opt<std::string> depfile(
      "depfile",
      cl::desc("a rule for make and ninja: what was written, and from what"),
      cl::value_desc("file"), cl::cat(category));
  cl::opt<std::string> saveStages(
      "save-stages",
      cl::desc("a folder for the program after each stage: 1-verify.mlir, .."),
      cl::value_desc("folder"), cl::cat(category));
  cl::list<std::string> printAfterStages(
      "print-after-stage", cl::ValueOptional, cl::CommaSeparated,
      cl::desc("print the program after these stages, or after each, to "
               "standard error"),
      cl::value_desc("stage,..."), cl::cat(category));
  cl::opt<std::string> remarksFilter(
      "remarks-filter",
      cl::desc("print the decisions whose category this finds, such as eq-fuse "
               "or eq-.*, to standard error"),
      cl::value_desc("regex"), cl::cat(category));
  cl::opt<bool> debugLines(
      "g", cl::desc("machine code says which line it comes from"),
      cl::cat(category));
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);

  mlir::eq::CompileOptions options;
  options.file = file;
  options.output = output;
  options.emit = emit;
  options.from = from;
  options.to = to;
  options.chip = chip;
  options.target = target;
  options.schedule = schedule;
  options.header = header;
  options.depfile = depfile;
  options.saveStages = saveStages;
  options.printAfterStages = {printAfterStages.begin(), printAfterStages.end()};
  options.remarksFilter = remarksFilter;
  options.debugLines = debugLines;
  return mlir::eq::compileFile(options);
}
