// What eq-run does: compile a program, call its functions, show what came out.

#include "eq/Pipeline/RunFile.h"
#include "eq/IR/EqTest.h"
#include "eq/IR/SampleTypes.h"
#include "eq/IR/Status.h"
#include "eq/Pipeline/Program.h"
#include "eq/Run/Arguments.h"
#include "eq/Run/Checks.h"
#include "eq/Run/Executable.h"
#include "eq/Run/ObjectCode.h"
#include "eq/Run/Statistics.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <csignal>
#include <cstring>

namespace mlir::eq {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

llvm::Error failureOf(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

// The context that Ctrl-C cancels: samples end with the status `cancelled`.
eq_context *interruptible = nullptr;
void onInterrupt(int) { eq_cancel(interruptible); }

struct ContextDeleter {
  void operator()(eq_context *context) const {
    interruptible = nullptr;
    eq_context_destroy(context);
  }
};
using Context = std::unique_ptr<eq_context, ContextDeleter>;

// The results of a call; their memory is given back at the end.
class Results {
public:
  explicit Results(size_t count) : tensors(count, eq_tensor{}) {}
  Results(const Results &) = delete;
  ~Results() {
    for (eq_tensor &tensor : tensors)
      eq_tensor_free(nullptr, &tensor);
  }

  std::vector<eq_tensor> tensors;
};

int64_t countOf(const eq_tensor &tensor) {
  int64_t count = 1;
  for (int d = 0; d < tensor.ndim; ++d)
    count *= tensor.shape[d];
  return count;
}

llvm::ArrayRef<int64_t> shapeOf(const eq_tensor &tensor) {
  return {tensor.shape, static_cast<size_t>(tensor.ndim)};
}

// Element `i`, as text with all digits, or for JSON.
template <typename OnReal, typename OnInteger>
auto visitElement(const eq_tensor &tensor, int64_t i, OnReal onReal,
                  OnInteger onInteger) {
  const char *at =
      static_cast<const char *>(tensor.data) + i * (tensor.dtype.bits / 8);
  if (tensor.dtype.code == EQ_TYPE_FLOAT && tensor.dtype.bits == 32) {
    float value;
    std::memcpy(&value, at, sizeof(value));
    return onReal(value, 9);
  }
  if (tensor.dtype.code == EQ_TYPE_FLOAT) {
    double value;
    std::memcpy(&value, at, sizeof(value));
    return onReal(value, 17);
  }
  int64_t value = 0;
  std::memcpy(&value, at, tensor.dtype.bits / 8);
  int shift = 64 - tensor.dtype.bits; // sign-extends
  return onInteger(
      static_cast<int64_t>(static_cast<uint64_t>(value) << shift) >> shift);
}

// The first elements of a result; long ones end in "...".
void printResult(const ValueSpec &spec, const eq_tensor &tensor) {
  constexpr int64_t shown = 8;
  int64_t count = countOf(tensor);
  llvm::outs() << spec.name << " : " << typeText(tensor.dtype, shapeOf(tensor))
               << " =";
  for (int64_t i = 0; i < std::min(count, shown); ++i)
    visitElement(
        tensor, i,
        [](double value, int digits) {
          llvm::outs() << llvm::format(" %.*g", digits, value);
        },
        [](int64_t value) { llvm::outs() << ' ' << value; });
  llvm::outs() << (count > shown ? " ...\n" : "\n");
}

llvm::json::Value resultToJSON(const eq_tensor &tensor) {
  llvm::json::Array values;
  for (int64_t i = 0, n = countOf(tensor); i < n; ++i)
    values.push_back(visitElement(
        tensor, i, [](double value, int) { return jsonNumber(value); },
        [](int64_t value) { return llvm::json::Value(value); }));
  return llvm::json::Object{{"type", typeText(tensor.dtype, {})},
                            {"shape", llvm::json::Array(shapeOf(tensor))},
                            {"values", std::move(values)}};
}

llvm::Expected<NpyArray> toArray(const eq_tensor &tensor) {
  llvm::Expected<NpyArray> array =
      NpyArray::make(tensor.dtype, shapeOf(tensor));
  if (array && array->bytes() > 0)
    std::memcpy(array->data(), tensor.data, array->bytes());
  return array;
}

// Results are contiguous: the context made them.
llvm::Error writeResults(const RunOptions &options, const FunctionSpec &spec,
                         const Results &results) {
  for (const std::string &output : options.outputs) {
    auto [name, path] = llvm::StringRef(output).split('=');
    if (path.empty()) {
      if (!name.ends_with(".npz"))
        return failureOf("expected '--out' to be FILE.npz or NAME=FILE.npy, "
                         "but got '" +
                         output + "'");
      std::vector<std::pair<std::string, NpyArray>> arrays;
      for (auto [value, tensor] : llvm::zip(spec.results, results.tensors)) {
        llvm::Expected<NpyArray> array = toArray(tensor);
        if (!array)
          return array.takeError();
        arrays.emplace_back(value.name, std::move(*array));
      }
      if (llvm::Error error = writeNpz(name, arrays))
        return error;
      continue;
    }
    auto it =
        llvm::find_if(spec.results, [&, wanted = name](const auto &value) {
          return value.name == wanted;
        });
    if (it == spec.results.end())
      return failureOf("'" + spec.name +
                       "': expected '--out' to name a result, "
                       "but got '" +
                       name + "'");
    llvm::Expected<NpyArray> array =
        toArray(results.tensors[it - spec.results.begin()]);
    if (!array)
      return array.takeError();
    if (llvm::Error error = writeNpy(path, *array))
      return error;
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

class Runner {
public:
  explicit Runner(const RunOptions &options)
      : options(options), program(options.dialects) {}
  llvm::Expected<bool> run(); // false: something failed, and was reported

private:
  llvm::Error chooseFunctions();
  llvm::Error checkOptions();
  llvm::Expected<Kernels> chooseKernels();
  llvm::Expected<Executable> compile();
  llvm::Expected<bool> call(Executable &executable, const FunctionSpec &spec);
  bool hasFailedStatus() const;

  const RunOptions &options;
  Program program;
  std::vector<FunctionSpec> functions;
  std::vector<bool> haveChecks;
  Context context;
  eq_simulator simulator = {};
  Statistics statistics;
  double compileSeconds = 0;
  llvm::json::Array report;
};

llvm::Error Runner::checkOptions() {
  if (!llvm::is_contained({"serial", "cpu", "gpu", "sim", "auto"}, options.on))
    return failureOf("expected '--on' to be serial, cpu, gpu, sim or auto, but "
                     "got '" +
                     options.on + "'");
  if (options.simulatorOrder != "ascending" &&
      options.simulatorOrder != "descending" &&
      !llvm::to_integer(options.simulatorOrder, simulator.seed))
    return failureOf("expected '--sim-order' to be ascending, descending or a "
                     "number, but got '" +
                     options.simulatorOrder + "'");
  simulator.order =
      options.simulatorOrder == "ascending"    ? EQ_SIMULATOR_ASCENDING
      : options.simulatorOrder == "descending" ? EQ_SIMULATOR_DESCENDING
                                               : EQ_SIMULATOR_SHUFFLED;
  for (const std::string &name : options.failOn)
    if (name != "any" && !statusNumber(name))
      return failureOf("expected '--fail-on' to name statuses or 'any', but "
                       "got '" +
                       name + "'");
  if (options.repeat == 0)
    return failureOf("expected '--repeat' to be at least 1, but got 0");
  return llvm::Error::success();
}

// Which functions to call: the named one; else those without arguments; else
// the only one. The others need not be compiled.
llvm::Error Runner::chooseFunctions() {
  SmallVector<func::FuncOp> candidates, chosen;
  for (auto function : program.getModule().getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      candidates.push_back(function);
  std::string known = llvm::join(
      llvm::map_range(candidates,
                      [](func::FuncOp f) { return f.getName().str(); }),
      ", ");
  bool givesInputs = !options.inputs.empty() || !options.scalars.empty();
  if (!options.function.empty()) {
    for (func::FuncOp function : candidates)
      if (function.getName() == options.function)
        chosen.push_back(function);
    if (chosen.empty())
      return failureOf("expected '--function' to be a public function among (" +
                       known + "), but got '" + options.function + "'");
  } else if (candidates.size() == 1) {
    chosen = candidates;
  } else if (givesInputs || !options.outputs.empty()) {
    return failureOf("expected '--function' to say which of (" + known +
                     ") gets the inputs");
  } else {
    for (func::FuncOp function : candidates)
      if (function.getNumArguments() == 0)
        chosen.push_back(function);
    if (chosen.empty())
      return failureOf("expected a public function without arguments, or "
                       "'--function' to say which of (" +
                       known + ") to run");
  }

  for (func::FuncOp function : candidates) {
    if (!llvm::is_contained(chosen, function)) {
      function.setPrivate();
      // What `verify` would do: nothing calls them once it has run.
      if (options.from != Stage::verify)
        function.erase();
      continue;
    }
    for (Type type : function.getFunctionType().getInputs())
      if (!isSupportedElement(elementTypeOf(type))) {
        std::string text;
        llvm::raw_string_ostream(text) << type;
        return failureOf("'" + function.getName() +
                         "': expected arguments of element type f32, f64 or an "
                         "integer of 1, 8, 16, 32 or 64 bits, but got '" +
                         text + "'");
      }
    functions.push_back(specOf(function));
    bool checks = false;
    function.walk([&](Operation *op) {
      checks |= isa<test::EqTestDialect>(op->getDialect());
    });
    haveChecks.push_back(checks);
  }
  return llvm::Error::success();
}

// Which kernels to make for `--on`; an error where a GPU is asked for and there
// is none.
llvm::Expected<Kernels> Runner::chooseKernels() {
  if (options.on == "sim")
    return Kernels::simulated;
  if (options.on != "gpu" && options.on != "auto")
    return Kernels::none;
  char reason[512];
  if (eq_gpu_available(0, reason, sizeof(reason)))
    return Kernels::ptx;
  if (options.on == "gpu")
    return failureOf("expected a GPU for '--on=gpu': " +
                     llvm::StringRef(reason));
  llvm::errs() << "note: on the CPU, for there is no GPU: " << reason << '\n';
  return Kernels::none;
}

llvm::Expected<Executable> Runner::compile() {
  auto start = Clock::now();
  llvm::Expected<Kernels> kernels = chooseKernels();
  if (!kernels)
    return kernels.takeError();
  PipelineOptions pipeline;
  pipeline.kernels = *kernels;
  pipeline.schedule = options.schedule.empty() && options.on == "serial"
                          ? "#eq.serial"
                          : options.schedule;
  if (failed(program.reportSolves()) ||
      failed(program.run(options.from, Stage::codegen, pipeline)) ||
      (options.debugLines && failed(program.addDebugLines())))
    return failureOf("the program could not be compiled");
  llvm::Expected<llvm::SmallVector<char, 0>> object =
      emitObject(program.getModule(), TargetChoice());
  if (!object)
    return object.takeError();
  llvm::Expected<Executable> executable =
      Executable::load(*object, options.debugLines);
  compileSeconds = secondsSince(start);
  return executable;
}

bool Runner::hasFailedStatus() const {
  bool any = llvm::is_contained(options.failOn, "any");
  if (any && statistics.countFailed() > 0)
    return true;
  for (const SolveReport &solve : statistics.getSolves())
    for (int32_t status : solve.status)
      if (llvm::is_contained(options.failOn, statusName(status)))
        return true;
  return false;
}

// Calls one function; gives whether it was a success.
llvm::Expected<bool> Runner::call(Executable &executable,
                                  const FunctionSpec &spec) {
  Arguments arguments(spec);
  for (const std::string &input : options.inputs)
    if (llvm::Error error = arguments.giveFile(input))
      return error;
  for (const std::string &scalar : options.scalars) {
    auto [name, text] = llvm::StringRef(scalar).split('=');
    if (llvm::Error error = arguments.giveText(name, text))
      return error;
  }
  llvm::Expected<std::vector<NpyArray>> values = arguments.take();
  if (!values)
    return values.takeError();
  std::vector<eq_tensor> in;
  for (NpyArray &value : *values)
    in.push_back({value.data(),
                  {EQ_DEVICE_CPU, 0},
                  static_cast<int32_t>(value.shape().size()),
                  value.type(),
                  const_cast<int64_t *>(value.shape().data()),
                  nullptr,
                  0});
  llvm::Expected<Executable::Entry> entry = executable.lookup(spec.name);
  if (!entry)
    return entry.takeError();

  std::vector<double> seconds;
  Results results(spec.results.size());
  startChecks(llvm::errs());
  for (unsigned i = 0; i < options.repeat; ++i) {
    for (eq_tensor &tensor : results.tensors)
      eq_tensor_free(nullptr, &tensor);
    statistics.clear();
    auto start = Clock::now();
    int code = (*entry)(context.get(), in.data(), results.tensors.data());
    seconds.push_back(secondsSince(start));
    if (code != EQ_OK)
      return failureOf(eq_last_error(context.get()));
  }

  bool hasChecks = haveChecks[&spec - functions.data()];
  CheckCounts checks = countChecks();
  bool succeeded = hasChecks ? checks.missed == 0 : !hasFailedStatus();
  if (functions.size() > 1 || hasChecks)
    llvm::outs() << spec.name << ": " << (!succeeded ? "FAILED" : "ok")
                 << (hasChecks
                         ? " (" + std::to_string(checks.ran) + " checks, " +
                               std::to_string(checks.missed) + " missed)"
                         : "")
                 << '\n';
  if (!hasChecks || !succeeded)
    statistics.print(llvm::outs());
  if (options.outputs.empty() && !hasChecks)
    for (auto [value, tensor] : llvm::zip(spec.results, results.tensors))
      printResult(value, tensor);
  llvm::sort(seconds);
  eq_simulator_work work;
  if (options.on == "sim" &&
      eq_simulator_counts(context.get(), &work) == EQ_OK && work.launches > 0)
    llvm::outs() << "simulated " << work.launches
                 << " kernels: " << work.active_turns << " of " << work.turns
                 << " turns of their threads with a sample\n";
  if (options.time)
    llvm::outs() << llvm::format("compiled in %.3f s, ran in %.6f s (median of "
                                 "%u, shortest %.6f s)\n",
                                 compileSeconds, seconds[seconds.size() / 2],
                                 options.repeat, seconds.front());
  if (llvm::Error error = writeResults(options, spec, results))
    return error;

  if (!options.json.empty()) {
    llvm::json::Object all;
    for (auto [value, tensor] : llvm::zip(spec.results, results.tensors))
      all[value.name] = resultToJSON(tensor);
    report.push_back(
        llvm::json::Object{{"function", spec.name},
                           {"seconds", seconds[seconds.size() / 2]},
                           {"compile_seconds", compileSeconds},
                           {"solves", statistics.toJSON()},
                           {"results", std::move(all)}});
  }
  return succeeded;
}

llvm::Expected<bool> Runner::run() {
  if (llvm::Error error = checkOptions())
    return error;
  if (failed(program.parse(options.file)))
    return false;
  if (llvm::Error error = chooseFunctions())
    return error;
  // Arguments are checked before the time for compiling is spent.
  for (const FunctionSpec &spec : functions) {
    Arguments arguments(spec);
    for (const std::string &scalar : options.scalars) {
      auto [name, text] = llvm::StringRef(scalar).split('=');
      if (llvm::Error error = arguments.giveText(name, text))
        return error;
    }
  }
  llvm::Expected<Executable> executable = compile();
  if (!executable)
    return executable.takeError();

  context.reset(eq_context_create());
  if (!context)
    return failureOf("out of memory for a context");
  if (eq_set_threads(context.get(), options.threads) != EQ_OK ||
      eq_set_memory_limit(context.get(), options.memoryLimit) != EQ_OK ||
      eq_set_simulator(context.get(), &simulator) != EQ_OK)
    return failureOf(eq_last_error(context.get()));
  statistics.watch(context.get());
  interruptible = context.get();
  std::signal(SIGINT, onInterrupt);

  bool succeeded = true;
  for (const FunctionSpec &spec : functions) {
    llvm::Expected<bool> one = call(*executable, spec);
    if (!one)
      return one.takeError();
    succeeded &= *one;
  }
  if (!options.json.empty()) {
    std::error_code code;
    llvm::raw_fd_ostream os(options.json, code);
    if (code)
      return failureOf("'" + options.json +
                       "' could not be written: " + code.message());
    // One function: its object; several: a list.
    llvm::json::Value whole =
        report.size() == 1 ? report.front()
                           : llvm::json::Value(llvm::json::Array(report));
    os << llvm::formatv("{0:2}\n", whole);
  }
  return succeeded;
}

} // namespace

int runFile(const RunOptions &options) {
  llvm::Expected<bool> succeeded = Runner(options).run();
  if (succeeded)
    return *succeeded ? 0 : 1;
  llvm::errs() << "error: " << llvm::toString(succeeded.takeError()) << '\n';
  return 1;
}

} // namespace mlir::eq
