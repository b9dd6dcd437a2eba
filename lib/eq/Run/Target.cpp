// Which processor code is made for, and what schedules need to know of it.

#include "eq/Run/Target.h"
#include "eq/IR/EqOps.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include <thread>
#include <unistd.h>

namespace mlir::eq {

static llvm::Error failureOf(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

// As far as a triple tells: the processor may still lack something.
static bool runsHere(const llvm::Triple &triple) {
  llvm::Triple host(llvm::sys::getDefaultTargetTriple());
  return triple.getArch() == host.getArch() && triple.getOS() == host.getOS();
}

bool TargetChoice::isForThisMachine() const {
  return triple.empty() ||
         runsHere(llvm::Triple(llvm::Triple::normalize(triple)));
}

static llvm::Expected<const llvm::Target *>
findTarget(const TargetChoice &choice, const llvm::Triple &triple) {
  if (choice.triple.empty()) {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  } else {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
  }
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target && choice.triple.empty())
    return failureOf("expected a target for this machine: " + error);
  // Sizes are 64-bit integers, and so are addresses.
  if (!target || !triple.isArch64Bit() || !triple.isLittleEndian())
    return failureOf("expected 'target' to be the triple of a little-endian "
                     "64-bit machine that LLVM knows, such as "
                     "aarch64-linux-gnu, but got '" +
                     choice.triple + "'");
  return target;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
makeTargetMachine(const TargetChoice &choice) {
  llvm::Triple triple(choice.triple.empty()
                          ? llvm::sys::getDefaultTargetTriple()
                          : llvm::Triple::normalize(choice.triple));
  llvm::Expected<const llvm::Target *> found = findTarget(choice, triple);
  if (!found)
    return found.takeError();
  const llvm::Target *target = *found;

  std::string cpu = choice.chip, features;
  if (cpu == "native" && !runsHere(triple)) {
    cpu = "generic";
  } else if (cpu == "native") {
    cpu = llvm::sys::getHostCPUName().str();
    for (auto &feature : llvm::sys::getHostCPUFeatures())
      features += (features.empty() ? "" : ",") +
                  std::string(feature.second ? "+" : "-") +
                  feature.first().str();
  }
  // Asked before a machine is made, which would complain in its own words.
  std::unique_ptr<llvm::MCSubtargetInfo> processors(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!processors || !processors->isCPUStringValid(cpu))
    return failureOf("expected 'chip' to be 'native' or a processor that LLVM "
                     "knows, but got '" +
                     choice.chip + "'");
  llvm::TargetOptions options;
  // Every rounding is explicit in the program.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  // The next level schedules once more after registers are allocated, for
  // processors that do not reorder by themselves.
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, cpu, features, options, llvm::Reloc::PIC_, std::nullopt,
      llvm::CodeGenOptLevel::Less));
  if (!machine)
    return failureOf("expected code generation for this machine to exist");
  return machine;
}

// Bytes of a cache of this machine, or what is assumed of all.
static int64_t cacheBytes(int name, int64_t assumed) {
  long bytes = sysconf(name);
  return bytes > 0 ? bytes : assumed;
}

llvm::Expected<TargetAttr> describeTarget(MLIRContext *context,
                                          const TargetChoice &choice) {
  auto machine = makeTargetMachine(choice);
  if (!machine)
    return machine.takeError();
  const llvm::MCSubtargetInfo &processor = *(*machine)->getMCSubtargetInfo();
  int64_t bits = 128, registers = 16;
  if ((*machine)->getTargetTriple().isAArch64()) {
    registers = 32;
  } else if (processor.checkFeatures("+avx512f")) {
    bits = 512;
    registers = 32;
  } else if (processor.checkFeatures("+avx2")) {
    bits = 256;
  }

  // LLVM does not know caches and cores by the name of a processor.
  TargetAttr assumed = TargetAttr::getDefault(context);
  int64_t l1 = assumed.getL1(), l2 = assumed.getL2(),
          cores = assumed.getCores();
  bool isNative = choice.chip == "native" && choice.isForThisMachine();
#ifdef _SC_LEVEL1_DCACHE_SIZE
  if (isNative) {
    l1 = cacheBytes(_SC_LEVEL1_DCACHE_SIZE, l1);
    l2 = std::max(l1, cacheBytes(_SC_LEVEL2_CACHE_SIZE, l2));
  }
#endif
  if (isNative)
    cores = std::max(1u, std::thread::hardware_concurrency());
  return TargetAttr::get(context, (*machine)->getTargetCPU(), bits, registers,
                         l1, l2, cores);
}

} // namespace mlir::eq
