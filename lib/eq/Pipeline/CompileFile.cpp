// What eq-compile does: take a program from one stage to another and write it.

#include "eq/Pipeline/CompileFile.h"
#include "eq/IR/EqTest.h"
#include "eq/Pipeline/Program.h"
#include "eq/Run/Arguments.h"
#include "eq/Run/Header.h"
#include "eq/Run/Kernels.h"
#include "eq/Run/ObjectCode.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/ToolOutputFile.h"
#include <dlfcn.h>

namespace mlir::eq {
namespace {

// The values of `--target` that stand for a GPU beside this machine, and for
// one that this machine simulates.
constexpr llvm::StringLiteral gpuTarget = "nvptx", simulatorTarget = "sim";

llvm::Error failureOf(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
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

// The folder of this library, where the runtime is as well.
std::string libraryFolder() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&compileFile), &info))
    return ".";
  llvm::SmallString<256> path(info.dli_fname);
  llvm::sys::fs::make_absolute(path);
  return llvm::sys::path::parent_path(path).str();
}

// Links an object with the runtime by the machine's C compiler.
llvm::Error linkShared(llvm::ArrayRef<char> object, llvm::StringRef output) {
  std::string linker;
  for (llvm::StringRef name : {"cc", "clang-22", "clang", "gcc"})
    if (auto found = llvm::sys::findProgramByName(name)) {
      linker = *found;
      break;
    }
  if (linker.empty())
    return failureOf("expected a C compiler (cc, clang-22, clang or gcc) to "
                     "link a shared object, but found none; --emit=obj needs "
                     "none");
  llvm::SmallString<128> path;
  if (std::error_code code =
          llvm::sys::fs::createTemporaryFile("eq", "o", path))
    return failureOf("a temporary file could not be made: " + code.message());
  llvm::scope_exit remove([&] { llvm::sys::fs::remove(path); });
  if (llvm::Error error =
          writeFile(path, llvm::StringRef(object.data(), object.size())))
    return error;
  std::string folder = libraryFolder();
  std::string search = "-L" + folder, runtime = "-Wl,-rpath," + folder;
  llvm::SmallVector<llvm::StringRef> arguments = {
      linker, "-shared", "-o", output, path, search, runtime, "-leqrt", "-lm"};
  std::string message;
  int code = llvm::sys::ExecuteAndWait(linker, arguments, std::nullopt, {}, 0,
                                       0, &message);
  if (code != 0)
    return failureOf("'" + linker + "' could not link '" + output + "'" +
                     (message.empty() ? "" : ": " + message));
  return llvm::Error::success();
}

llvm::Error writeHeader(const CompileOptions &options,
                        llvm::ArrayRef<FunctionSpec> functions) {
  llvm::SmallString<128> path(options.output);
  llvm::sys::path::replace_extension(path, "h");
  return writeFile(path,
                   makeHeader(llvm::sys::path::stem(options.file), functions));
}

llvm::Error writePTX(const CompileOptions &options, ModuleOp module) {
  auto kernels = module.getOps<gpu::GPUModuleOp>();
  if (kernels.empty())
    return failureOf("expected a loop with a schedule for GPUs, such as "
                     "#eq.thread, with '--emit=ptx', but there is none");
  llvm::Expected<std::string> ptx = emitPTX(*kernels.begin());
  if (!ptx)
    return ptx.takeError();
  return writeFile(options.output, *ptx);
}

llvm::Error compile(const CompileOptions &options) {
  Program program(options.dialects);
  if (failed(program.parse(options.file)))
    return failureOf("the program could not be read");
  if (options.from > options.to)
    return failureOf("expected '--from' not to come after '--to', but got " +
                     stageName(options.from) + " and " + stageName(options.to));
  bool isBinary = options.emit == Emit::object || options.emit == Emit::shared;
  if (isBinary && options.output == "-")
    return failureOf("expected '-o FILE': machine code and its header are "
                     "written to files");
  if (options.emit != Emit::mlir && options.to != Stage::codegen)
    return failureOf("expected '--to=codegen' with this '--emit', but got " +
                     stageName(options.to));

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
  if (options.emit == Emit::ptx && pipeline.kernels != Kernels::ptx)
    return failureOf("expected '--target=nvptx' with '--emit=ptx'");
  TargetChoice target;
  target.chip = pipeline.chip;
  target.triple = pipeline.target;
  if (options.emit == Emit::shared && !target.isForThisMachine())
    return failureOf("expected '--emit=obj' with '--target=" + options.target +
                     "': shared objects are linked for this machine only");

  llvm::SmallVector<FunctionSpec> functions;
  for (auto function : program.getModule().getOps<func::FuncOp>())
    if (function.isPublic())
      functions.push_back(specOf(function));
  if (isBinary)
    if (llvm::Error error = refuseChecks(program.getModule()))
      return error;
  if (failed(program.run(options.from, options.to, pipeline)))
    return failureOf("the program could not be compiled");

  if (options.emit == Emit::mlir) {
    std::string text;
    llvm::raw_string_ostream(text) << program.getModule();
    return writeFile(options.output, text);
  }
  if (options.emit == Emit::ptx)
    return writePTX(options, program.getModule());
  if (options.emit == Emit::llvm) {
    llvm::Expected<std::string> text = emitLLVM(program.getModule(), target);
    if (!text)
      return text.takeError();
    return writeFile(options.output, *text);
  }
  auto object = emitObject(program.getModule(), target);
  if (!object)
    return object.takeError();
  if (llvm::Error error =
          options.emit == Emit::shared
              ? linkShared(*object, options.output)
              : writeFile(options.output,
                          llvm::StringRef(object->data(), object->size())))
    return error;
  return writeHeader(options, functions);
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
