// Gives every public function memory for its operands and results.
//
//   func.func @solve(%z: tensor<?x4xf64>, %tol: f64) -> (tensor<?x4xf64>, f64)
//
// becomes, with the body's ops in between,
//
//   func.func private @solve.body(%context: !llvm.ptr, %z: memref<?x4xf64>,
//       %tol: f64, %out0: memref<?x4xf64>, %out1: memref<f64>) -> i32 {
//     to_tensor %z ...; materialize_in_destination .. in %out0; store .. %out1
//   }
//   func.func @solve(%z: memref<?x4xf64, strided<[?, ?], offset: ?>>,
//                    %tol: f64, %out0: memref<?x4xf64>) -> f64 {
//     eqrt_solve_begin; call @solve.body; eqrt_solve_end
//   }
//
// Operands of any layout are taken, and copied where the rows have gaps, as an
// entry does. A solver has no code to return: failures end the process.

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Runtime/Generated.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::eq {

#define GEN_PASS_DEF_MAKESOLVERSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

class SolverMaker {
public:
  explicit SolverMaker(func::FuncOp function)
      : function(function), builder(function), loc(function.getLoc()),
        pointer(LLVM::LLVMPointerType::get(function.getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()),
        name(function.getName()), type(function.getFunctionType()) {}

  void run() {
    makeBody();
    makeSolver();
  }

private:
  void makeBody();
  void makeSolver();
  Value makeContiguous(Value context, Value memory, MemRefType wanted);

  Value integer(Type type, int64_t value) {
    return LLVM::ConstantOp::create(builder, loc, type,
                                    builder.getIntegerAttr(type, value));
  }

  func::FuncOp function;
  OpBuilder builder;
  Location loc;
  Type pointer, i32, i64;
  std::string name;
  FunctionType type; // as it was
};

void SolverMaker::makeBody() {
  Block &block = function.getBody().front();
  function.setName(name + ".body");
  function.setPrivate();
  function->setAttr(contextAttrName, builder.getUnitAttr());
  block.insertArgument(0u, pointer, loc);
  builder.setInsertionPointToStart(&block);
  for (BlockArgument argument : block.getArguments().drop_front()) {
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    if (!tensor)
      continue;
    argument.setType(contiguousLayout(tensor));
    auto value = bufferization::ToTensorOp::create(builder, loc, tensor,
                                                   argument, /*restrict=*/true);
    argument.replaceAllUsesExcept(value, value);
  }

  Operation *terminator = block.getTerminator();
  builder.setInsertionPoint(terminator);
  for (Value result : terminator->getOperands()) {
    Value out = block.addArgument(contiguousLayout(result.getType()), loc);
    if (isa<RankedTensorType>(result.getType()))
      bufferization::MaterializeInDestinationOp::create(
          builder, loc, Type(), result, out, /*restrict=*/true,
          /*writable=*/true);
    else
      memref::StoreOp::create(builder, loc, result, out);
  }
  Value zero = arith::ConstantIntOp::create(builder, loc, i32, 0);
  func::ReturnOp::create(builder, loc, zero);
  terminator->erase();
  function.setFunctionType(
      builder.getFunctionType(block.getArgumentTypes(), {i32}));
}

// The same values without gaps: `memory` itself where it has none.
Value SolverMaker::makeContiguous(Value context, Value memory,
                                  MemRefType wanted) {
  int64_t bits = wanted.getElementTypeBitWidth();
  Value data = callRuntime(builder, loc, "eqrt_contiguous", pointer,
                           {context, integer(i32, wanted.getRank()),
                            integer(i32, llvm::divideCeil(bits, 8)),
                            descriptorAddress(builder, loc, memory)})
                   .getResult();
  SmallVector<Value> sizes, strides(wanted.getRank());
  for (int64_t d = 0; d < wanted.getRank(); ++d) {
    Value size = memref::DimOp::create(builder, loc, memory, d);
    sizes.push_back(arith::IndexCastOp::create(builder, loc, i64, size));
  }
  Value stride = integer(i64, 1);
  for (int64_t d = wanted.getRank(); d-- > 0;) {
    strides[d] = stride;
    stride = LLVM::MulOp::create(builder, loc, stride, sizes[d]);
  }
  return memrefAt(builder, loc, wanted, data, sizes, strides);
}

void SolverMaker::makeSolver() {
  SmallVector<Type> inputs, scalars;
  for (Type input : type.getInputs()) {
    auto tensor = dyn_cast<RankedTensorType>(input);
    inputs.push_back(tensor ? Type(dynamicLayout(tensor)) : input);
  }
  for (Type result : type.getResults())
    if (isa<RankedTensorType>(result))
      inputs.push_back(contiguousLayout(result));
    else
      scalars.push_back(result);
  builder.setInsertionPointAfter(function);
  auto solver = func::FuncOp::create(builder, loc, name,
                                     builder.getFunctionType(inputs, scalars));
  Block *block = solver.addEntryBlock();
  builder.setInsertionPointToStart(block);
  Value context = callRuntime(builder, loc, "eqrt_solve_begin", pointer,
                              {LLVM::ZeroOp::create(builder, loc, pointer),
                               integer(i32, EQRT_VERSION),
                               stringAddress(builder, loc, locationText(loc))})
                      .getResult();

  SmallVector<Value> arguments = {context}, slots;
  auto given = block->args_begin();
  for (Type input : type.getInputs()) {
    Value value = *given++;
    arguments.push_back(
        isa<RankedTensorType>(input)
            ? makeContiguous(context, value, contiguousLayout(input))
            : value);
  }
  for (Type result : type.getResults()) {
    if (isa<RankedTensorType>(result)) {
      arguments.push_back(*given++);
      continue;
    }
    slots.push_back(
        memref::AllocaOp::create(builder, loc, contiguousLayout(result)));
    arguments.push_back(slots.back());
  }
  func::CallOp::create(builder, loc, function, arguments);
  callRuntime(builder, loc, "eqrt_solve_end", Type(), {context});
  SmallVector<Value> results;
  for (Value slot : slots)
    results.push_back(memref::LoadOp::create(builder, loc, slot));
  func::ReturnOp::create(builder, loc, results);
}

struct MakeSolvers : impl::MakeSolversPassBase<MakeSolvers> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (function.isPublic() && !function.isExternal())
        SolverMaker(function).run();
  }
};

} // namespace
} // namespace mlir::eq
