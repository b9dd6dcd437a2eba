// A kernel in the making: its function, and what its launch hands over.
//
//   gpu.module @eq.kernels { gpu.func @solve_0(..) kernel {} }
//   llvm.mlir.global @eq.kernels.solve_0.descriptor = {name, ptx, ..}
//   eqrt_launch(context, @eq.kernels.solve_0.descriptor, samples, arguments)

#include "KernelLaunch.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/StringSwitch.h"

namespace mlir::eq {

// The symbol of all kernels, and of their PTX.
static constexpr StringLiteral kernelsName = "eq.kernels";
static constexpr StringLiteral ptxName = "eq.kernels.ptx";

std::string kernelDescriptorName(StringRef module, StringRef kernel) {
  return (module + "." + kernel + ".descriptor").str();
}

KernelLaunch::KernelLaunch(OpBuilder &host, Location loc, StringRef stem)
    : host(host), loc(loc),
      pointer(LLVM::LLVMPointerType::get(host.getContext())),
      i32(host.getI32Type()), i64(host.getI64Type()) {
  auto kernels = getModule().lookupSymbol<gpu::GPUModuleOp>(kernelsName);
  // In PTX a name is letters, digits and '_'.
  unsigned number = 0;
  do
    name = stem.str() + "_" + std::to_string(number++);
  while (kernels && kernels.lookupSymbol(name));
}

FlatSymbolRefAttr KernelLaunch::getDescriptor() const {
  return FlatSymbolRefAttr::get(host.getContext(),
                                kernelDescriptorName(kernelsName, name));
}

Value KernelLaunch::integer(Type type, int64_t value) {
  return LLVM::ConstantOp::create(host, loc, type,
                                  host.getIntegerAttr(type, value));
}

KernelLaunch::Argument KernelLaunch::describe(Value memref, int32_t use) {
  auto type = cast<MemRefType>(memref.getType());
  int64_t elementBytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  int64_t fixed = elementBytes;
  for (int64_t size : type.getShape())
    fixed *= ShapedType::isDynamic(size) ? 1 : size;
  Value bytes = integer(i64, fixed);
  for (auto [i, size] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(size))
      continue;
    Value extent = memref::DimOp::create(host, loc, memref, i);
    Value wide = arith::IndexCastOp::create(host, loc, i64, extent);
    bytes = arith::MulIOp::create(host, loc, bytes, wide);
  }
  Value data = callRuntime(host, loc, "eqrt_contiguous", pointer,
                           {contextOf(host, loc), integer(i32, type.getRank()),
                            integer(i32, elementBytes),
                            descriptorAddress(host, loc, memref)})
                   .getResult();
  return {data, bytes, use, pointer};
}

unsigned KernelLaunch::addMemory(Value memref, int32_t use) {
  arguments.push_back(describe(memref, use));
  return arguments.size() - 1;
}

unsigned KernelLaunch::addContent(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  Type element = type.getElementType();
  arguments.push_back(describe(memref, EQRT_USE_VALUE));
  arguments.back().type = LLVM::LLVMArrayType::get(
      element.isInteger(1) ? host.getI8Type() : element, type.getNumElements());
  return arguments.size() - 1;
}

unsigned KernelLaunch::addValue(Value scalar) {
  Type type = scalar.getType();
  if (type.isInteger(1)) {
    type = host.getI8Type();
    scalar = arith::ExtUIOp::create(host, loc, type, scalar);
  }
  Value slot = stackSlot(host, loc, type);
  LLVM::StoreOp::create(host, loc, scalar, slot);
  int64_t bytes = llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
  arguments.push_back({slot, integer(i64, bytes), EQRT_USE_VALUE, type});
  return arguments.size() - 1;
}

// The oldest PTX that has the chip: old drivers take it, too. CUDA C++
// Programming Guide, "PTX ISA", release notes.
static StringRef ptxFeature(StringRef chip) {
  return llvm::StringSwitch<StringRef>(chip)
      .Case("sm_80", "+ptx70")
      .Case("sm_86", "+ptx71")
      .Cases({"sm_89", "sm_90"}, "+ptx78")
      .Case("sm_100", "+ptx86")
      .Default("+ptx87");
}

gpu::GPUFuncOp KernelLaunch::makeKernel(const KernelShape &wanted,
                                        GPUTargetAttr target) {
  shape = wanted;
  ModuleOp module = getModule();
  // All kernels of a program are one piece of PTX.
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  auto kernels = module.lookupSymbol<gpu::GPUModuleOp>(kernelsName);
  if (!kernels) {
    kernels = gpu::GPUModuleOp::create(builder, loc, kernelsName);
    Attribute chip = NVVM::NVVMTargetAttr::get(
        builder.getContext(), /*optLevel=*/3, "nvptx64-nvidia-cuda",
        target.getChip(), ptxFeature(target.getChip()));
    kernels.setTargetsAttr(builder.getArrayAttr(chip));
  }
  builder.setInsertionPointToEnd(kernels.getBody());
  SmallVector<Type> types = {i64, pointer, i32, pointer};
  for (const Argument &argument : arguments)
    types.push_back(argument.type);
  kernel = gpu::GPUFuncOp::create(builder, loc, name,
                                  builder.getFunctionType(types, {}));
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                  builder.getUnitAttr());
  kernel.setKnownBlockSizeAttr(
      builder.getDenseI32ArrayAttr({shape.threads, 1, 1}));
  // Nothing overlaps: results are new memory, and inputs are only read.
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    if (argument.type != pointer)
      continue;
    kernel.setArgAttr(4 + i, LLVM::LLVMDialect::getNoAliasAttrName(),
                      builder.getUnitAttr());
    if (argument.use == EQRT_USE_READ)
      kernel.setArgAttr(4 + i, LLVM::LLVMDialect::getReadonlyAttrName(),
                        builder.getUnitAttr());
  }
  return kernel;
}

void KernelLaunch::makeDescriptor(bool simulate) {
  ModuleOp module = getModule();
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type byte = builder.getI8Type();
  std::string text = name;
  text.push_back('\0');
  auto nameText = LLVM::GlobalOp::create(
      builder, loc, LLVM::LLVMArrayType::get(byte, text.size()),
      /*isConstant=*/true, LLVM::Linkage::Internal,
      (kernelsName + "." + name + ".name").str(), builder.getStringAttr(text));

  // The code is defined later: by a pass, or when PTX is made.
  Operation *code;
  if (simulate)
    code = LLVM::LLVMFuncOp::create(
        builder, loc, ("eq.sim." + kernelsName + "." + name + ".packed").str(),
        LLVM::LLVMFunctionType::get(
            LLVM::LLVMVoidType::get(builder.getContext()), pointer));
  else if (!(code = module.lookupSymbol(ptxName)))
    code = LLVM::GlobalOp::create(
        builder, loc, LLVM::LLVMArrayType::get(byte, 0),
        /*isConstant=*/true, LLVM::Linkage::External, ptxName, Attribute());

  auto type = LLVM::LLVMStructType::getLiteral(
      builder.getContext(),
      {pointer, pointer, pointer, i32, i32, i32, i32, i32, i32});
  auto global = LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true,
                                       LLVM::Linkage::Internal,
                                       getDescriptor().getValue(), Attribute());
  auto *block = new Block;
  global.getInitializerRegion().push_back(block);
  builder.setInsertionPointToStart(block);
  auto number = [&](int32_t value) -> Value {
    return LLVM::ConstantOp::create(builder, loc, i32,
                                    builder.getI32IntegerAttr(value));
  };
  Value address = LLVM::AddressOfOp::create(
      builder, loc, pointer,
      FlatSymbolRefAttr::get(SymbolTable::getSymbolName(code)));
  Value null = LLVM::ZeroOp::create(builder, loc, pointer);
  Value fields[] = {LLVM::AddressOfOp::create(builder, loc, nameText),
                    simulate ? null : address,
                    simulate ? address : null,
                    number(shape.threads),
                    number(shape.samples),
                    number(shape.chunk),
                    number(shape.sharedBytes),
                    number(0),  // cooperative: see FinishKernels
                    number(0)}; // pad
  Value result = LLVM::UndefOp::create(builder, loc, type);
  for (auto [i, field] : llvm::enumerate(fields))
    result = LLVM::InsertValueOp::create(builder, loc, result, field,
                                         static_cast<int64_t>(i));
  LLVM::ReturnOp::create(builder, loc, result);
}

void KernelLaunch::launch(Value samples, bool simulate) {
  auto argumentType = LLVM::LLVMStructType::getLiteral(
      host.getContext(), {pointer, i64, i32, i32});
  auto listType = LLVM::LLVMArrayType::get(argumentType, arguments.size());
  Value list = stackSlot(host, loc, listType);
  auto store = [&](Value value, int32_t argument, int32_t field) {
    Value place =
        LLVM::GEPOp::create(host, loc, pointer, listType, list,
                            ArrayRef<LLVM::GEPArg>{0, argument, field});
    LLVM::StoreOp::create(host, loc, value, place);
  };
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    store(argument.data, i, 0);
    store(argument.bytes, i, 1);
    store(integer(i32, argument.use), i, 2);
  }
  makeDescriptor(simulate);
  Value descriptor =
      LLVM::AddressOfOp::create(host, loc, pointer, getDescriptor());
  Value wide = arith::IndexCastOp::create(host, loc, i64, samples);
  Value code = callRuntime(host, loc, "eqrt_launch", i32,
                           {contextOf(host, loc), descriptor, wide,
                            integer(i32, arguments.size()), list})
                   .getResult();
  returnIfFailed(host, loc, code);
}

} // namespace mlir::eq
