// Gives every public function the runtime's calling convention.
//
//   func.func @solve(%z: tensor<?x4xf64>) -> tensor<?x4xf64>
//
// becomes, with the body's ops in between,
//
//   func.func private @eq.solve.body(%context: !llvm.ptr) -> i32 {
//     eqrt_argument(context, 0, &descriptor); %z = to_tensor ...
//     eqrt_result(context, 0, &descriptor)
//   }
//   func.func @eq_solve(%context, %in, %out) -> i32 {
//     eqrt_call(context, &signature, @eq.solve.body, in, out)
//   }

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/EqDialect.h"
#include "eq/IR/SampleTypes.h"
#include "eq/IR/Solves.h"
#include "eq/Runtime/Generated.h"
#include "eq/Runtime/eqrt.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_MAKEENTRIESPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

std::pair<int32_t, int32_t> dataTypeOf(Type element) {
  if (isa<FloatType>(element))
    return {EQ_TYPE_FLOAT, element.getIntOrFloatBitWidth()};
  if (element.isInteger(1))
    return {EQ_TYPE_BOOL, 8};
  return {EQ_TYPE_INT, element.getIntOrFloatBitWidth()};
}

// Whether a loop passes the address of this operand on to its kernel.
bool isPassedOn(OpOperand &use) {
  if (!isOnGPU(use.getOwner()))
    return false;
  auto loop = cast<LoopOp>(use.getOwner());
  unsigned i = use.getOperandNumber();
  unsigned batched = loop.getInit().size() + loop.getIns().size();
  bool isShared = i >= batched && i < batched + loop.getShared().size();
  // Threads get small shared tensors as parameters, from the host.
  return i < batched || use.get() == loop.getMax() ||
         (isShared && isa<CtaAttr>(*loop.getSchedule()));
}

// Whether nobody but kernels and the caller reads the elements of a tensor: it
// may stay on the GPU then. Sizes are known everywhere.
bool mayStayOnDevice(Value tensor) {
  return isa<RankedTensorType>(tensor.getType()) &&
         llvm::all_of(tensor.getUses(), [](OpOperand &use) {
           return isa<tensor::DimOp, func::ReturnOp>(use.getOwner()) ||
                  isPassedOn(use);
         });
}

bool hasKernel(Value tensor) {
  return llvm::any_of(tensor.getUsers(), isOnGPU);
}

// Says on a kernel's loop which results may stay on the GPU. Records are filled
// on the host first.
void markResultsThatStay(LoopOp loop) {
  size_t count = loop.getFinals().size() + 1;
  SmallVector<bool> stays(loop->getNumResults());
  for (size_t i = 0; i < count; ++i)
    stays[i] = mayStayOnDevice(loop->getResult(i));
  if (llvm::is_contained(stays, true))
    loop->setAttr(staysAttrName,
                  DenseBoolArrayAttr::get(loop.getContext(), stays));
}

class EntryMaker {
public:
  explicit EntryMaker(func::FuncOp function)
      : function(function), builder(function), loc(function.getLoc()),
        pointer(LLVM::LLVMPointerType::get(function.getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()) {}

  LogicalResult run();

private:
  LogicalResult verifyName();
  LogicalResult verifyTypes();
  void makeBody();
  void makeEntry();
  LLVM::GlobalOp makeGlobal(const Twine &suffix, Type type,
                            function_ref<Value(OpBuilder &)> fill);
  LLVM::GlobalOp makeText(const Twine &suffix, StringRef text);
  LLVM::GlobalOp makeValues(StringRef direction, TypeRange types,
                            function_ref<std::string(unsigned)> nameOf,
                            ArrayRef<int32_t> flags);
  Value address(OpBuilder &at, LLVM::GlobalOp global) {
    return global ? Value(LLVM::AddressOfOp::create(at, loc, global))
                  : Value(LLVM::ZeroOp::create(at, loc, pointer));
  }
  Value integer(OpBuilder &at, Type type, int64_t value) {
    return LLVM::ConstantOp::create(at, loc, type,
                                    at.getIntegerAttr(type, value));
  }
  Value pack(OpBuilder &at, Type type, ArrayRef<Value> fields) {
    Value result = LLVM::UndefOp::create(at, loc, type);
    for (auto [i, field] : llvm::enumerate(fields))
      result = LLVM::InsertValueOp::create(at, loc, result, field,
                                           static_cast<int64_t>(i));
    return result;
  }

  func::FuncOp function;
  OpBuilder builder;
  Location loc;
  Type pointer, i32, i64;
  std::string name;
  FunctionType type; // as the user wrote it
  SmallVector<std::string> argumentNames, resultNames;
  SmallVector<int32_t> argumentFlags; // EQRT_VALUE_*
};

// The entry is a function of C, beside those of the runtime. Other symbols have
// a dot in their name, which no function may have.
LogicalResult EntryMaker::verifyName() {
  bool isWord =
      llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (!isWord)
    return function.emitOpError("expected the name of a public function to be "
                                "letters, digits and '_', but got '")
           << name << "'";
#define EQ_REFUSE_RESERVED(word)                                               \
  if (name == #word)                                                           \
    return function.emitOpError("expected the name of a public function not "  \
                                "to be one of the runtime's, but got '")       \
           << name << "'";
  EQRT_RESERVED_ENTRIES(EQ_REFUSE_RESERVED)
#undef EQ_REFUSE_RESERVED
  return success();
}

LogicalResult EntryMaker::verifyTypes() {
  auto check = [&](Type type, StringRef what, unsigned i) -> LogicalResult {
    bool isValue = isSupportedElement(elementTypeOf(type)) &&
                   (!isa<ShapedType>(type) || isa<RankedTensorType>(type));
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (isValue && !(tensor && tensor.getEncoding()))
      return success();
    return function.emitOpError("expected ")
           << what << " #" << i
           << " of a public function to be a number or a ranked tensor of f32, "
              "f64 or integers of 1, 8, 16, 32 or 64 bits, but got "
           << type;
  };
  for (auto [i, argument] : llvm::enumerate(type.getInputs()))
    if (failed(check(argument, "argument", i)))
      return failure();
  for (auto [i, result] : llvm::enumerate(type.getResults()))
    if (failed(check(result, "result", i)))
      return failure();
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("expected a public function to be one block "
                                "of structured control flow (scf)");
  return success();
}

LLVM::GlobalOp EntryMaker::makeGlobal(const Twine &suffix, Type type,
                                      function_ref<Value(OpBuilder &)> fill) {
  OpBuilder::InsertionGuard guard(builder);
  auto global = LLVM::GlobalOp::create(
      builder, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal,
      ("eq." + Twine(name) + "." + suffix).str(), Attribute());
  Block *block = new Block;
  global.getInitializerRegion().push_back(block);
  builder.setInsertionPointToStart(block);
  LLVM::ReturnOp::create(builder, loc, fill(builder));
  return global;
}

LLVM::GlobalOp EntryMaker::makeText(const Twine &suffix, StringRef text) {
  std::string terminated = text.str();
  terminated.push_back('\0');
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), terminated.size());
  return LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true,
                                LLVM::Linkage::Internal,
                                ("eq." + Twine(name) + "." + suffix).str(),
                                builder.getStringAttr(terminated));
}

// An array of eqrt_value: name, type, rank and shape of each value.
LLVM::GlobalOp
EntryMaker::makeValues(StringRef direction, TypeRange types,
                       function_ref<std::string(unsigned)> nameOf,
                       ArrayRef<int32_t> flags) {
  if (types.empty())
    return nullptr;
  auto valueType = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), {pointer, i32, i32, i32, i32, pointer});
  SmallVector<LLVM::GlobalOp> names, shapes;
  for (auto [i, type] : llvm::enumerate(types)) {
    std::string index = std::to_string(i);
    names.push_back(makeText(direction + "_name_" + index, nameOf(i)));
    ArrayRef<int64_t> shape = shapeOf(type);
    if (shape.empty()) {
      shapes.push_back(nullptr);
      continue;
    }
    auto shapeType = LLVM::LLVMArrayType::get(i64, shape.size());
    shapes.push_back(makeGlobal(
        direction + "_shape_" + index, shapeType, [&](OpBuilder &at) {
          SmallVector<Value> sizes;
          for (int64_t size : shape)
            sizes.push_back(
                integer(at, i64, ShapedType::isDynamic(size) ? -1 : size));
          return pack(at, shapeType, sizes);
        }));
  }
  auto arrayType = LLVM::LLVMArrayType::get(valueType, types.size());
  return makeGlobal(direction, arrayType, [&](OpBuilder &at) {
    SmallVector<Value> values;
    for (auto [i, type] : llvm::enumerate(types)) {
      auto [code, bits] = dataTypeOf(elementTypeOf(type));
      values.push_back(
          pack(at, valueType,
               {address(at, names[i]), integer(at, i32, code),
                integer(at, i32, bits), integer(at, i32, rankOf(type)),
                integer(at, i32, flags[i]), address(at, shapes[i])}));
    }
    return pack(at, arrayType, values);
  });
}

// The body: arguments from the runtime, results to the runtime.
void EntryMaker::makeBody() {
  Block &block = function.getBody().front();
  function.setName("eq." + name + ".body");
  function.setPrivate();
  function->setAttr(contextAttrName, builder.getUnitAttr());
  function.removeArgAttrsAttr();
  function.removeResAttrsAttr();

  SmallVector<BlockArgument> old(block.getArguments());
  Value context = block.addArgument(pointer, loc);
  builder.setInsertionPointToStart(&block);
  for (auto [i, argument] : llvm::enumerate(old)) {
    MemRefType memory = contiguousLayout(argument.getType());
    auto descriptor = descriptorType(memory);
    Value one = integer(builder, i64, 1);
    Value slot = LLVM::AllocaOp::create(builder, loc, pointer, descriptor, one);
    Value index = integer(builder, i32, i);
    callRuntime(builder, loc, "eqrt_argument", Type(), {context, index, slot});
    Value loaded = LLVM::LoadOp::create(builder, loc, descriptor, slot);
    Value buffer =
        UnrealizedConversionCastOp::create(builder, loc, memory, loaded)
            .getResult(0);
    Value value =
        isa<RankedTensorType>(argument.getType())
            ? Value(bufferization::ToTensorOp::create(
                  builder, loc, argument.getType(), buffer, /*restrict=*/true))
            : Value(memref::LoadOp::create(builder, loc, buffer));
    argument.replaceAllUsesWith(value);
  }
  block.eraseArguments(0, old.size());
  function.setFunctionType(builder.getFunctionType({pointer}, {i32}));

  Operation *terminator = block.getTerminator();
  builder.setInsertionPoint(terminator);
  for (auto [i, result] : llvm::enumerate(terminator->getOperands())) {
    Value buffer = readOnlyBuffer(builder, loc, result);
    Value slot = descriptorAddress(builder, loc, buffer);
    Value index = integer(builder, i32, i);
    Value code =
        callRuntime(builder, loc, "eqrt_result", i32, {context, index, slot})
            .getResult();
    returnIfFailed(builder, loc, code);
  }
  Value zero = arith::ConstantIntOp::create(builder, loc, i32, 0);
  func::ReturnOp::create(builder, loc, zero);
  terminator->erase();
}

void EntryMaker::makeEntry() {
  builder.setInsertionPoint(function);
  LLVM::GlobalOp text = makeText("name", name);
  LLVM::GlobalOp in = makeValues(
      "in", type.getInputs(), [&](unsigned i) { return argumentNames[i]; },
      argumentFlags);
  LLVM::GlobalOp out = makeValues(
      "out", type.getResults(), [&](unsigned i) { return resultNames[i]; },
      SmallVector<int32_t>(type.getNumResults()));
  auto signatureType = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), {pointer, i32, i32, i32, i32, pointer, pointer});
  LLVM::GlobalOp signature =
      makeGlobal("signature", signatureType, [&](OpBuilder &at) {
        return pack(at, signatureType,
                    {address(at, text), integer(at, i32, EQRT_VERSION),
                     integer(at, i32, type.getNumInputs()),
                     integer(at, i32, type.getNumResults()),
                     integer(at, i32, 0), address(at, in), address(at, out)});
      });

  builder.setInsertionPointAfter(function);
  auto entry = func::FuncOp::create(
      builder, loc, "eq_" + name,
      builder.getFunctionType({pointer, pointer, pointer}, {i32}));
  builder.setInsertionPointToStart(entry.addEntryBlock());
  Value body = func::ConstantOp::create(
      builder, loc, function.getFunctionType(), function.getName());
  Value bodyAddress =
      UnrealizedConversionCastOp::create(builder, loc, pointer, body)
          .getResult(0);
  Value code =
      callRuntime(builder, loc, "eqrt_call", i32,
                  {entry.getArgument(0), address(builder, signature),
                   bodyAddress, entry.getArgument(1), entry.getArgument(2)})
          .getResult();
  func::ReturnOp::create(builder, loc, code);
}

LogicalResult EntryMaker::run() {
  name = function.getName().str();
  type = function.getFunctionType();
  if (failed(verifyName()) || failed(verifyTypes()))
    return failure();
  for (unsigned i = 0; i < type.getNumInputs(); ++i) {
    auto given = function.getArgAttrOfType<StringAttr>(i, "eq.name");
    argumentNames.push_back(given ? given.str() : "arg" + std::to_string(i));
  }
  for (unsigned i = 0; i < type.getNumResults(); ++i) {
    auto given = function.getResultAttrOfType<StringAttr>(i, "eq.name");
    resultNames.push_back(given ? given.str() : "result" + std::to_string(i));
  }
  for (auto [name, argument] :
       llvm::zip(argumentNames, function.getArguments())) {
    bool mayStay = hasKernel(argument) && mayStayOnDevice(argument);
    argumentFlags.push_back(mayStay ? EQRT_VALUE_ON_DEVICE : 0);
    if (mayStay)
      remark::passed(argument.getLoc(),
                     remark::RemarkOpts::name("device").category("eq-codegen"))
          << "'" + name + "' may stay on the GPU: only kernels read it";
  }
  for (Operation &op : function.getBody().front())
    if (isOnGPU(&op))
      markResultsThatStay(cast<LoopOp>(op));
  makeBody();
  makeEntry();
  return success();
}

struct MakeEntries : impl::MakeEntriesPassBase<MakeEntries> {
  using Base::Base;

  void runOnOperation() override {
    // Schedules are chosen by now.
    getOperation()->removeAttr(TargetAttr::attributeName);
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      if (function.isExternal() || function.isPrivate()) {
        function.emitOpError("expected every function to be public and to have "
                             "a body by now: calls of private functions are "
                             "inlined by the stage verify, and functions of "
                             "elsewhere cannot be called");
        return signalPassFailure();
      }
      if (failed(EntryMaker(function).run()))
        return signalPassFailure();
    }
  }
};

} // namespace
} // namespace mlir::eq
