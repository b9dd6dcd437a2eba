// An object file, loaded into this process.

#include "eq/Run/Executable.h"
#include "eq/Run/Checks.h"
#include "eq/Runtime/Generated.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/Debugging/DebuggerSupport.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

namespace mlir::eq {

Executable::Executable(std::unique_ptr<llvm::orc::LLJIT> jit)
    : jit(std::move(jit)) {}
Executable::Executable(Executable &&) = default;
Executable::~Executable() = default;

llvm::Expected<Executable> Executable::load(llvm::ArrayRef<char> object,
                                            bool forDebugger) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  if (forDebugger)
    if (llvm::Error error = llvm::orc::enableDebuggerSupport(**jit))
      return error;
  llvm::orc::JITDylib &library = (*jit)->getMainJITDylib();

  // The runtime and the checks by address, so that it does not matter what the
  // program that uses this library exports; then libm and libc.
  llvm::orc::SymbolMap symbols;
  auto define = [&](llvm::StringRef name, auto *function) {
    symbols[(*jit)->mangleAndIntern(name)] = {
        llvm::orc::ExecutorAddr::fromPtr(function),
        llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
  };
  define("eqrt_call", &eqrt_call);
  define("eqrt_argument", &eqrt_argument);
  define("eqrt_result", &eqrt_result);
  define("eqrt_alloc", &eqrt_alloc);
  define("eqrt_fail", &eqrt_fail);
  define("eqrt_expect_size", &eqrt_expect_size);
  define("eqrt_cancelled", &eqrt_cancelled);
  define("eqrt_contiguous", &eqrt_contiguous);
  define("eqrt_device_alloc", &eqrt_device_alloc);
  define("eqrt_launch", &eqrt_launch);
  define("eqrt_report", &eqrt_report);
  define("eqrt_far_quarters", &eqrt_far_quarters);
  define("eqrt_far_rest", &eqrt_far_rest);
  define("eqrt_far_rest_low", &eqrt_far_rest_low);
  define("eqrt_sim_begin", &eqrt_sim_begin);
  define("eqrt_sim_variable", &eqrt_sim_variable);
  define("eqrt_sim_shared", &eqrt_sim_shared);
  define("eqrt_sim_dynamic_shared", &eqrt_sim_dynamic_shared);
  define("eqrt_sim_register", &eqrt_sim_register);
  define("eqrt_sim_vote", &eqrt_sim_vote);
  define("eqrt_sim_shuffle", &eqrt_sim_shuffle);
  define("eqrt_sim_reduce", &eqrt_sim_reduce);
  define("eqrt_sim_match", &eqrt_sim_match);
  define("eqrt_sim_elect", &eqrt_sim_elect);
  define("eqrt_sim_sync_warp", &eqrt_sim_sync_warp);
  define("eqrt_sim_barrier", &eqrt_sim_barrier);
  define("eqrt_sim_check", &eqrt_sim_check);
  define("eqrt_sim_loop", &eqrt_sim_loop);
  define("eqrt_sim_turn", &eqrt_sim_turn);
  define("eqrt_sim_trap", &eqrt_sim_trap);
  define("eqtest_compare", &eqtest_compare);
  define("eqtest_status", &eqtest_status);
  if (llvm::Error error =
          library.define(llvm::orc::absoluteSymbols(std::move(symbols))))
    return error;
  auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      (*jit)->getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  library.addGenerator(std::move(*process));

  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(
      llvm::StringRef(object.data(), object.size()), "eq.o");
  if (llvm::Error error = (*jit)->addObjectFile(std::move(buffer)))
    return error;
  return Executable(std::move(*jit));
}

llvm::Expected<Executable::Entry> Executable::lookup(llvm::StringRef name) {
  auto address = jit->lookup(("eq_" + name).str());
  if (!address)
    return address.takeError();
  return address->toPtr<Entry>();
}

} // namespace mlir::eq
