// Turns kernels into functions that run on the CPU.
//
//   gpu.module @m {                       llvm.func internal @eq.sim.m.k(..)
//     llvm.func @k(..) {nvvm.kernel}  ->  llvm.func @eq.sim.m.k.packed(
//   }                                         %parameters: !llvm.ptr)

#include "SimulatedOps.h"
#include "eq/Codegen/GPU/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

namespace mlir::eq {

#define GEN_PASS_DEF_SIMULATEKERNELSPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

constexpr unsigned sharedSpace = unsigned(NVVM::NVVMMemorySpace::Shared);
constexpr unsigned constantSpace = unsigned(NVVM::NVVMMemorySpace::Constant);

bool isKernel(LLVM::LLVMFuncOp function) {
  return function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()) ||
         function->hasAttr(gpu::GPUDialect::getKernelFuncAttrName());
}

// Functions that a kernel may call and nobody defines.
bool isKnownDeclaration(LLVM::LLVMFuncOp function) {
  return function.getName() == "eqrt_sim_turn" ||
         (function.getName().starts_with("llvm.") &&
          !function.getName().starts_with("llvm.nvvm."));
}

class ModuleSimulator {
public:
  ModuleSimulator(gpu::GPUModuleOp kernels, SimulatorCalls &calls)
      : kernels(kernels), calls(calls), host(calls.getModule()),
        layout(calls.getModule()) {}

  LogicalResult run();

private:
  std::string hostName(StringRef name) {
    return ("eq.sim." + kernels.getName() + "." + name).str();
  }
  LogicalResult placeShared(LLVM::GlobalOp global);
  LogicalResult takeSymbols();
  LogicalResult rename(Operation *symbol);
  void move(Operation *op);
  void shareMemory(LLVM::LLVMFuncOp function);
  LogicalResult makePacked(LLVM::LLVMFuncOp kernel);

  gpu::GPUModuleOp kernels;
  SimulatorCalls &calls;
  ModuleOp host;
  DataLayout layout;
  SmallVector<LLVM::LLVMFuncOp> functions, entries;
  SmallVector<LLVM::GlobalOp> variables;
  SmallVector<bool> isWritable;     // of each variable
  llvm::StringMap<int64_t> offsets; // of shared memory; -1: the dynamic part
  int64_t sharedBytes = 0;
};

// An array without elements stands for the memory whose size a launch says.
LogicalResult ModuleSimulator::placeShared(LLVM::GlobalOp global) {
  auto initial = global.getValueOrNull();
  if ((initial && !isa<LLVM::UndefAttr, LLVM::PoisonAttr>(initial)) ||
      llvm::any_of(global.getInitializer().getOps(), [](Operation &op) {
        return !isa<LLVM::UndefOp, LLVM::PoisonOp, LLVM::ReturnOp>(op);
      }))
    return global.emitOpError(
        "expected shared memory to have no value at first");
  int64_t bytes = layout.getTypeSize(global.getType()).getFixedValue();
  if (bytes == 0) {
    offsets[global.getName()] = -1;
    return success();
  }
  uint64_t alignment =
      std::max<uint64_t>(global.getAlignment().value_or(1),
                         layout.getTypeABIAlignment(global.getType()));
  sharedBytes = llvm::alignTo(sharedBytes, alignment);
  offsets[global.getName()] = sharedBytes;
  sharedBytes += bytes;
  return success();
}

// Sorts what the module holds, and refuses what it should not.
LogicalResult ModuleSimulator::takeSymbols() {
  for (Operation &op : *kernels.getBody()) {
    if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op)) {
      if (function.isExternal() && !isKnownDeclaration(function))
        return function.emitOpError(
            "expected a kernel to call nothing outside of its module");
      functions.push_back(function);
    } else if (auto global = dyn_cast<LLVM::GlobalOp>(op)) {
      if (global.getAddrSpace() != sharedSpace)
        variables.push_back(global);
      else if (failed(placeShared(global)))
        return failure();
    } else {
      return op.emitOpError("expected functions and globals of the dialect "
                            "llvm in a module to simulate");
    }
  }
  return success();
}

LogicalResult ModuleSimulator::rename(Operation *symbol) {
  StringAttr name = SymbolTable::getSymbolName(symbol);
  auto fresh = StringAttr::get(name.getContext(), hostName(name));
  if (Operation *other = host.lookupSymbol(fresh))
    return other->emitOpError("expected no other symbol of this name beside "
                              "kernels to simulate");
  if (failed(SymbolTable::replaceAllSymbolUses(symbol, fresh, kernels)))
    return symbol->emitOpError("expected its uses to be known");
  SymbolTable::setSymbolName(symbol, fresh);
  return success();
}

// There is one address space, and no attribute of a GPU.
void ModuleSimulator::move(Operation *op) {
  op->moveBefore(host.getBody(), host.getBody()->end());
  AttrTypeReplacer replacer;
  replacer.addReplacement([](LLVM::LLVMPointerType type) -> Type {
    return LLVM::LLVMPointerType::get(type.getContext());
  });
  replacer.recursivelyReplaceElementsIn(op, /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
  for (NamedAttribute attribute : llvm::to_vector(op->getDiscardableAttrs())) {
    StringRef name = attribute.getName();
    if (name.starts_with("nvvm.") || name.starts_with("gpu."))
      op->removeDiscardableAttr(name);
  }
  op->walk([](LLVM::AddrSpaceCastOp cast) {
    cast.replaceAllUsesWith(cast.getArg());
    cast.erase();
  });
  op->walk([](LLVM::CallOp call) { call.setCConv(LLVM::CConv::C); });
  if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op))
    function.setCConv(LLVM::CConv::C);
}

// Every block has shared memory of its own.
void ModuleSimulator::shareMemory(LLVM::LLVMFuncOp function) {
  function.walk([&](LLVM::AddressOfOp address) {
    auto offset = offsets.find(address.getGlobalName());
    if (offset == offsets.end())
      return;
    OpBuilder builder(address);
    Location loc = address.getLoc();
    LLVM::CallOp call =
        offset->second < 0
            ? calls.call(builder, loc, "eqrt_sim_dynamic_shared",
                         address.getType(), {})
            : calls.call(builder, loc, "eqrt_sim_shared", address.getType(),
                         makeNumber(builder, loc, 64, offset->second));
    address.replaceAllUsesWith(call.getResult());
    address.erase();
  });
}

// Takes its parameters as the driver's cuLaunchKernel does.
LogicalResult ModuleSimulator::makePacked(LLVM::LLVMFuncOp kernel) {
  std::string name = (kernel.getName() + ".packed").str();
  if (auto declared = host.lookupSymbol(name)) {
    auto function = dyn_cast<LLVM::LLVMFuncOp>(declared);
    if (!function || !function.isExternal())
      return declared->emitOpError("expected no other symbol of this name "
                                   "beside kernels to simulate");
    declared->erase();
  }
  Location loc = kernel.getLoc();
  OpBuilder builder = OpBuilder::atBlockEnd(host.getBody());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Type nothing = LLVM::LLVMVoidType::get(builder.getContext());
  auto packed = LLVM::LLVMFuncOp::create(
      builder, loc, name, LLVM::LLVMFunctionType::get(nothing, pointer));
  Block *block = packed.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  calls.call(builder, loc, "eqrt_sim_begin", {},
             makeNumber(builder, loc, 64, sharedBytes));
  for (auto [variable, writable] : llvm::zip(variables, isWritable)) {
    Value address = LLVM::AddressOfOp::create(builder, loc, variable);
    int64_t bytes = layout.getTypeSize(variable.getType()).getFixedValue();
    calls.call(builder, loc, "eqrt_sim_variable", {},
               {address, makeNumber(builder, loc, 64, bytes),
                makeNumber(builder, loc, 32, writable)});
  }
  SmallVector<Value> arguments;
  for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    Value place = LLVM::GEPOp::create(builder, loc, pointer, pointer,
                                      block->getArgument(0),
                                      ArrayRef<LLVM::GEPArg>{int32_t(i)});
    Value address = LLVM::LoadOp::create(builder, loc, pointer, place);
    arguments.push_back(LLVM::LoadOp::create(builder, loc, type, address));
  }
  LLVM::CallOp::create(builder, loc, kernel, arguments);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return success();
}

LogicalResult ModuleSimulator::run() {
  if (failed(takeSymbols()))
    return failure();
  for (LLVM::LLVMFuncOp function : llvm::to_vector(functions)) {
    if (function.isExternal()) {
      if (host.lookupSymbol(function.getName()))
        function.erase();
      else
        function->moveBefore(host.getBody(), host.getBody()->end());
      llvm::erase(functions, function);
      continue;
    }
    if (isKernel(function)) {
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        if (function.getArgAttr(i, LLVM::LLVMDialect::getByValAttrName()))
          return function.emitOpError("expected parameters of a kernel to be "
                                      "values, but got memory for argument ")
                 << i;
      entries.push_back(function);
    }
    if (failed(rename(function)))
      return failure();
  }
  for (LLVM::GlobalOp variable : variables) {
    if (failed(rename(variable)))
      return failure();
    isWritable.push_back(!variable.getConstant() &&
                         variable.getAddrSpace() != constantSpace);
    variable.setAddrSpace(0);
    move(variable);
  }
  for (LLVM::LLVMFuncOp function : functions) {
    move(function);
    function.setLinkage(LLVM::Linkage::Internal);
    shareMemory(function);
    if (failed(simulateOps(function, calls)))
      return failure();
  }
  for (LLVM::LLVMFuncOp kernel : entries)
    if (failed(makePacked(kernel)))
      return failure();
  kernels.erase();
  return success();
}

struct SimulateKernels : impl::SimulateKernelsPassBase<SimulateKernels> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SimulatorCalls calls(module);
    for (auto kernels : llvm::to_vector(module.getOps<gpu::GPUModuleOp>()))
      if (failed(ModuleSimulator(kernels, calls).run()))
        return signalPassFailure();
    module->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  }
};

} // namespace
} // namespace mlir::eq
