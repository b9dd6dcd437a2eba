// From the LLVM dialect to machine code.

#include "eq/Run/ObjectCode.h"
#include "Optimise.h"
#include "eq/Run/Kernels.h"
#include "eq/Run/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::eq {

void registerTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

static llvm::Error failureOf(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

// What LLVM does for programs of eq, in the order of its level 2 but without
// what that has to undo or find in other languages (docs/Rationale.md).
static constexpr llvm::StringLiteral optimisation =
    // Bodies come with descriptors of memory and with short branches.
    "function<eager-inv>(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<max-iterations=1;no-verify-fixpoint>),"
    // Powers are functions until here.
    "cgscc(inline),"
    // Loops, in the form that the others want.
    "function<eager-inv>(loop-mssa(loop-rotate,licm),simplifycfg,"
    "loop(loop-idiom,indvars,loop-deletion),loop-vectorize,"
    "loop-unroll<O2>,"
    // What turns of a loop beside each other have in common.
    "sroa<modify-cfg>,gvn,"
    "instcombine<max-iterations=1;no-verify-fixpoint>,simplifycfg)";

// Translates and optimises.
static llvm::Expected<std::unique_ptr<llvm::Module>>
makeModule(ModuleOp module, llvm::LLVMContext &context,
           llvm::TargetMachine &machine) {
  if (llvm::Error error = embedKernels(module))
    return error;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "eq");
  if (!llvmModule)
    return failureOf("the LLVM dialect could not be translated to LLVM IR");
  optimise(*llvmModule, machine, [](llvm::PassBuilder &builder) {
    llvm::ModulePassManager passes;
    llvm::cantFail(builder.parsePassPipeline(passes, optimisation));
    return passes;
  });
  return llvmModule;
}

// Whether a function is only given to the runtime, and has no loop.
static bool runsOncePerCall(const llvm::Function &function) {
  bool isCalled = llvm::any_of(function.uses(), [](const llvm::Use &use) {
    auto *call = llvm::dyn_cast<llvm::CallBase>(use.getUser());
    return call && call->isCallee(&use);
  });
  llvm::SmallVector<
      std::pair<const llvm::BasicBlock *, const llvm::BasicBlock *>>
      turns;
  llvm::FindFunctionBackedges(function, turns);
  return !isCalled && turns.empty();
}

// Instructions that run once are selected one after another, which takes a
// fraction of the time.
static void selectFast(llvm::Module &module) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration() || !runsOncePerCall(function))
      continue;
    function.addFnAttr(llvm::Attribute::OptimizeNone);
    function.addFnAttr(llvm::Attribute::NoInline);
  }
}

llvm::Expected<llvm::SmallVector<char, 0>>
emitObject(ModuleOp module, const TargetChoice &target) {
  auto machine = makeTargetMachine(target);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto llvmModule = makeModule(module, context, **machine);
  if (!llvmModule)
    return llvmModule.takeError();

  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream os(object);
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, os, nullptr,
                                      llvm::CodeGenFileType::ObjectFile))
    return failureOf("expected this machine's target to write object files");
  selectFast(**llvmModule);
  passes.run(**llvmModule);
  return object;
}

llvm::Expected<std::string> emitLLVM(ModuleOp module,
                                     const TargetChoice &target) {
  auto machine = makeTargetMachine(target);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto llvmModule = makeModule(module, context, **machine);
  if (!llvmModule)
    return llvmModule.takeError();
  std::string text;
  llvm::raw_string_ostream(text) << **llvmModule;
  return text;
}

} // namespace mlir::eq
