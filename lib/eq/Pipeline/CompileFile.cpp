// What eq-compile does: take a program from one stage to another and write it.

#include "eq/Pipeline/CompileFile.h"
#include "Output.h"
#include "eq/IR/EqTest.h"
#include "eq/Pipeline/Program.h"
#include "eq/Run/Arguments.h"
#include "eq/Run/Header.h"
#include "eq/Run/Kernels.h"
#include "eq/Run/ObjectCode.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

namespace mlir::eq {
namespace {

// The values of `--target` that stand for a GPU beside this machine, and for
// one that this machine simulates.
constexpr llvm::StringLiteral gpuTarget = "nvptx", simulatorTarget = "sim";

bool isObject(Emit emit) {
  return emit == Emit::object || emit == Emit::shared;
}

bool isProgram(Emit emit) {
  return emit == Emit::mlir || emit == Emit::bytecode;
}

bool runs(const CompileOptions &options, Stage stage) {
  return options.from <= stage && stage <= options.to;
}

//===----------------------------------------------------------------------===//
// Options that contradict each other
//===----------------------------------------------------------------------===//

llvm::Error checkStages(const CompileOptions &options) {
  if (options.from > options.to)
    return failureOf("expected '--from' not to come after '--to', but got " +
                     stageName(options.from) + " and " + stageName(options.to));
  if (!isProgram(options.emit) && options.to != Stage::codegen)
    return failureOf("expected '--to=codegen' with this '--emit', but got " +
                     stageName(options.to));
  if (!options.schedule.empty() && !runs(options, Stage::schedule))
    return failureOf("expected the stage schedule to be among those from '" +
                     stageName(options.from) + "' to '" +
                     stageName(options.to) + "' with '--schedule'");
  for (const std::string &name : options.printAfterStages) {
    if (name.empty() || name == "all")
      continue;
    std::optional<Stage> stage = stageOf(name);
    if (!stage || !runs(options, *stage))
      return failureOf("expected '--print-after-stage' to name all or a stage "
                       "from '" +
                       stageName(options.from) + "' to '" +
                       stageName(options.to) + "', but got '" + name + "'");
  }
  return llvm::Error::success();
}

// The header's file; empty: none.
std::string headerPath(const CompileOptions &options) {
  if (!options.header.empty() || !isObject(options.emit) ||
      options.output == "-")
    return options.header;
  llvm::SmallString<128> path(options.output);
  llvm::sys::path::replace_extension(path, "h");
  return path.str().str();
}

llvm::Error checkFiles(const CompileOptions &options) {
  bool isText = !isObject(options.emit) && options.emit != Emit::bytecode;
  if (!isText && isTerminal(options.output))
    return failureOf("expected '-o FILE' or a pipe: what '--emit' names is no "
                     "text, and standard output is a terminal");
  if (!options.header.empty() && !isObject(options.emit))
    return failureOf("expected '--emit=obj' or '--emit=shared' with "
                     "'--header': only objects have one");
  if (!options.depfile.empty() && options.output == "-")
    return failureOf("expected '-o FILE' with '--depfile', which names what "
                     "was written");
  if (options.debugLines && isProgram(options.emit))
    return failureOf("expected '--emit' to be llvm, ptx, obj or shared with "
                     "'-g': a program has its places in any case");
  llvm::StringSet<> written;
  for (const std::string &path :
       {options.output, headerPath(options), options.depfile})
    if (!path.empty() && !written.insert(path).second)
      return failureOf("expected the output, its header and its depfile to be "
                       "different files, but got '" +
                       path + "' twice");
  return llvm::Error::success();
}

llvm::Error checkTarget(const CompileOptions &options) {
  if (options.emit == Emit::ptx && options.target != gpuTarget)
    return failureOf("expected '--target=nvptx' with '--emit=ptx'");
  TargetChoice target;
  if (options.target != gpuTarget && options.target != simulatorTarget)
    target.triple = options.target;
  if (options.emit == Emit::shared && !target.isForThisMachine())
    return failureOf("expected '--emit=obj' with '--target=" + options.target +
                     "': shared objects are linked for this machine only");
  return llvm::Error::success();
}

llvm::Error checkRemarks(const CompileOptions &options) {
  std::string wrong;
  if (options.remarksFilter.empty() ||
      llvm::Regex(options.remarksFilter).isValid(wrong))
    return llvm::Error::success();
  return failureOf("expected '--remarks-filter' to be a regular expression, "
                   "but got '" +
                   options.remarksFilter + "': " + wrong);
}

llvm::Error checkOptions(const CompileOptions &options) {
  for (auto check : {checkStages, checkFiles, checkTarget, checkRemarks})
    if (llvm::Error error = check(options))
      return error;
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Through the stages
//===----------------------------------------------------------------------===//

PipelineOptions pipelineOptions(const CompileOptions &options) {
  PipelineOptions pipeline;
  pipeline.schedule = options.schedule;
  if (options.target == gpuTarget || options.target == simulatorTarget) {
    pipeline.kernels =
        options.target == gpuTarget ? Kernels::ptx : Kernels::simulated;
    if (options.chip != pipeline.chip)
      pipeline.gpuChip = options.chip;
  } else {
    pipeline.chip = options.chip;
    pipeline.target = options.target;
  }
  return pipeline;
}

// Checks are for eq-run: nobody outside it could read what they found.
llvm::Error refuseChecks(ModuleOp module) {
  Operation *check = nullptr;
  module.walk([&](Operation *op) {
    if (isa<test::EqTestDialect>(op->getDialect()))
      check = op;
  });
  if (!check)
    return llvm::Error::success();
  check->emitOpError("runs under eq-run only, and cannot be compiled into an "
                     "object");
  return failureOf("the program could not be compiled");
}

std::string textOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream(text) << module;
  return text;
}

// The program after a stage, for whoever asked to see it or to keep it.
llvm::Error showStage(const CompileOptions &options, Stage stage,
                      ModuleOp module) {
  for (const std::string &name : options.printAfterStages)
    if (name.empty() || name == "all" || name == stageName(stage)) {
      llvm::errs() << "// After the stage " << stageName(stage) << ":\n"
                   << module;
      break;
    }
  if (options.saveStages.empty())
    return llvm::Error::success();
  llvm::SmallString<128> path(options.saveStages);
  llvm::sys::path::append(path, llvm::Twine(static_cast<int>(stage) + 1) + "-" +
                                    stageName(stage) + ".mlir");
  return writeFile(path, textOf(module));
}

llvm::Error runStages(const CompileOptions &options, Program &program) {
  if (!options.saveStages.empty())
    if (std::error_code code =
            llvm::sys::fs::create_directories(options.saveStages))
      return failureOf("the folder '" + options.saveStages +
                       "' could not be made: " + code.message());
  llvm::Error error = llvm::Error::success();
  auto show = [&](Stage stage) {
    llvm::cantFail(std::move(error));
    error = showStage(options, stage, program.getModule());
    return failure(static_cast<bool>(error));
  };
  LogicalResult result =
      program.run(options.from, options.to, pipelineOptions(options), show);
  if (error)
    return error;
  if (failed(result) || (options.debugLines && failed(program.addDebugLines())))
    return failureOf("the program could not be compiled");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

llvm::Expected<std::string> makePTX(ModuleOp module) {
  auto kernels = module.getOps<gpu::GPUModuleOp>();
  if (kernels.empty())
    return failureOf("expected a loop with a schedule for GPUs, such as "
                     "#eq.thread, with '--emit=ptx', but there is none");
  return emitPTX(*kernels.begin());
}

std::string makeBytecode(ModuleOp module) {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  // It fails for versions of the format that we do not ask for.
  LogicalResult written = writeBytecodeToFile(module, os);
  assert(succeeded(written) && "bytecode of this version can be written");
  (void)written;
  return bytes;
}

// Everything but a shared object, as it will be in the file.
llvm::Expected<std::string> makeOutput(const CompileOptions &options,
                                       ModuleOp module) {
  TargetChoice target;
  PipelineOptions pipeline = pipelineOptions(options);
  target.chip = pipeline.chip;
  target.triple = pipeline.target;
  switch (options.emit) {
  case Emit::mlir:
    return textOf(module);
  case Emit::bytecode:
    return makeBytecode(module);
  case Emit::llvm:
    return emitLLVM(module, target);
  case Emit::ptx:
    return makePTX(module);
  case Emit::object:
  case Emit::shared:
    llvm::Expected<llvm::SmallVector<char, 0>> object =
        emitObject(module, target);
    if (!object)
      return object.takeError();
    return std::string(object->begin(), object->end());
  }
  llvm_unreachable("an output without a maker");
}

llvm::Error writeDepfile(const CompileOptions &options) {
  if (options.depfile.empty())
    return llvm::Error::success();
  llvm::SmallVector<std::string> targets = {options.output}, sources;
  if (std::string header = headerPath(options); !header.empty())
    targets.push_back(header);
  if (options.file != "-")
    sources.push_back(options.file);
  llvm::Expected<std::string> rule = makeRule(targets, sources);
  if (!rule)
    return rule.takeError();
  return writeFile(options.depfile, *rule);
}

llvm::Error compile(const CompileOptions &options) {
  if (llvm::Error error = checkOptions(options))
    return error;
  Program program(options.dialects);
  program.showRemarks(options.remarksFilter);
  if (failed(program.parse(options.file)))
    return failureOf("the program could not be read");

  llvm::SmallVector<FunctionSpec> functions;
  for (auto function : program.getModule().getOps<func::FuncOp>())
    if (function.isPublic())
      functions.push_back(specOf(function));
  if (isObject(options.emit))
    if (llvm::Error error = refuseChecks(program.getModule()))
      return error;
  if (llvm::Error error = runStages(options, program))
    return error;

  llvm::Expected<std::string> bytes = makeOutput(options, program.getModule());
  if (!bytes)
    return bytes.takeError();
  if (llvm::Error error = options.emit == Emit::shared
                              ? linkShared(*bytes, options.output)
                              : writeFile(options.output, *bytes))
    return error;
  if (std::string header = headerPath(options); !header.empty())
    if (llvm::Error error = writeFile(
            header, makeHeader(llvm::sys::path::stem(options.file), functions)))
      return error;
  return writeDepfile(options);
}

} // namespace

int compileFile(const CompileOptions &options) {
  if (llvm::Error error = compile(options)) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << '\n';
    return 1;
  }
  return 0;
}

} // namespace mlir::eq
