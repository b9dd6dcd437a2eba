// How generated code talks to the runtime.

#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::eq {

LLVM::LLVMStructType descriptorType(MemRefType type) {
  MLIRContext *context = type.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context);
  Type i64 = IntegerType::get(context, 64);
  SmallVector<Type> fields = {pointer, pointer, i64};
  if (type.getRank() > 0)
    fields.append(2, LLVM::LLVMArrayType::get(i64, type.getRank()));
  return LLVM::LLVMStructType::getLiteral(context, fields);
}

MemRefType contiguousLayout(Type type) {
  return MemRefType::get(shapeOf(type), elementTypeOf(type));
}

MemRefType dynamicLayout(RankedTensorType type) {
  if (type.getRank() == 0)
    return MemRefType::get(
        {}, type.getElementType(),
        StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, {}));
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  return MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides));
}

static FunctionOpInterface functionAround(OpBuilder &builder) {
  Operation *op = builder.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<FunctionOpInterface>(op);
  return function ? function : op->getParentOfType<FunctionOpInterface>();
}

Value contextOf(OpBuilder &builder, Location loc) {
  FunctionOpInterface function = functionAround(builder);
  if (function->hasAttr(contextAttrName))
    return function.getArgument(0);
  return LLVM::ZeroOp::create(builder, loc,
                              LLVM::LLVMPointerType::get(builder.getContext()));
}

LLVM::LLVMFuncOp declareFunction(ModuleOp module, Location loc, StringRef name,
                                 Type result, TypeRange arguments) {
  if (auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return function;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type returned =
      result ? result : LLVM::LLVMVoidType::get(builder.getContext());
  return LLVM::LLVMFuncOp::create(
      builder, loc, name,
      LLVM::LLVMFunctionType::get(returned, SmallVector<Type>(arguments)));
}

LLVM::CallOp callRuntime(OpBuilder &builder, Location loc, StringRef name,
                         Type result, ValueRange arguments) {
  auto module = functionAround(builder)->getParentOfType<ModuleOp>();
  LLVM::LLVMFuncOp function =
      declareFunction(module, loc, name, result, arguments.getTypes());
  return LLVM::CallOp::create(builder, loc, function, arguments);
}

Value stringAddress(OpBuilder &builder, Location loc, StringRef text) {
  auto module = functionAround(builder)->getParentOfType<ModuleOp>();
  std::string terminated = text.str();
  terminated.push_back('\0');
  auto value = builder.getStringAttr(terminated);
  LLVM::GlobalOp global;
  for (auto other : module.getOps<LLVM::GlobalOp>())
    if (other.getValueOrNull() == value && other.getConstant())
      global = other;
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    std::string name;
    for (unsigned i = 0;; ++i) {
      name = "eq.text." + std::to_string(i);
      if (!module.lookupSymbol(name))
        break;
    }
    auto type =
        LLVM::LLVMArrayType::get(builder.getI8Type(), terminated.size());
    global = LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true,
                                    LLVM::Linkage::Internal, name, value);
  }
  return LLVM::AddressOfOp::create(builder, loc, global);
}

Value stackSlot(OpBuilder &builder, Location loc, Type type) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(
      &functionAround(builder).getFunctionBody().front());
  Value one = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(),
                                       builder.getI64IntegerAttr(1));
  return LLVM::AllocaOp::create(
      builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), type,
      one);
}

Value descriptorAddress(OpBuilder &builder, Location loc, Value memref) {
  auto type = descriptorType(cast<MemRefType>(memref.getType()));
  Value address = stackSlot(builder, loc, type);
  Value descriptor =
      UnrealizedConversionCastOp::create(builder, loc, type, memref)
          .getResult(0);
  LLVM::StoreOp::create(builder, loc, descriptor, address);
  return address;
}

Value memrefAt(OpBuilder &builder, Location loc, MemRefType type, Value pointer,
               ValueRange sizes, ValueRange strides) {
  auto descriptor = descriptorType(type);
  Value value = LLVM::UndefOp::create(builder, loc, descriptor);
  auto insert = [&](Value field, ArrayRef<int64_t> position) {
    value = LLVM::InsertValueOp::create(builder, loc, value, field, position);
  };
  insert(pointer, {0});
  insert(pointer, {1});
  Type i64 = builder.getI64Type();
  insert(
      LLVM::ConstantOp::create(builder, loc, i64, builder.getI64IntegerAttr(0)),
      {2});
  for (auto [d, size] : llvm::enumerate(sizes)) {
    insert(size, {3, static_cast<int64_t>(d)});
    insert(strides[d], {4, static_cast<int64_t>(d)});
  }
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

Value readOnlyBuffer(OpBuilder &builder, Location loc, Value value) {
  if (auto tensor = dyn_cast<RankedTensorType>(value.getType()))
    return bufferization::ToBufferOp::create(
        builder, loc, dynamicLayout(tensor), value, /*readOnly=*/true);
  auto type = MemRefType::get({}, value.getType());
  Value slot;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(
        &functionAround(builder).getFunctionBody().front());
    slot = memref::AllocaOp::create(builder, loc, type);
  }
  memref::StoreOp::create(builder, loc, value, slot);
  return slot;
}

void returnIfFailed(OpBuilder &builder, Location loc, Value code) {
  Value zero = arith::ConstantIntOp::create(builder, loc, code.getType(), 0);
  Value fine =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, code, zero);
  cf::AssertOp::create(builder, loc, fine, "a call of the runtime failed");
}

} // namespace mlir::eq
