// Moves large constants out of bodies, and small ones in.
//
//   eq.loop shared(%one) step {            %c = arith.constant dense<..>
//     %c = arith.constant dense<..>   ->   eq.loop shared(%c) step {
//     f(%c, %one)                            f(%c, 1.0)

#include "LoopInputs.h"
#include "eq/Fuse/Passes.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_SHARECONSTANTSPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

// Code can hold as much; more is better read from memory.
constexpr int64_t mostBytesInside = 64;

bool isSplat(Attribute value) {
  auto dense = dyn_cast<DenseElementsAttr>(value);
  return dense && dense.isSplat();
}

int64_t bytesOf(RankedTensorType type) {
  int64_t bits = type.getElementTypeBitWidth();
  return type.getNumElements() * llvm::divideCeil(bits, 8);
}

// Large, and of a type that a loop can take and lanes can read.
bool belongsOutside(arith::ConstantOp constant) {
  auto type = dyn_cast<RankedTensorType>(constant.getType());
  return type && !whySampleTypeUnsupported(type) &&
         !type.getElementType().isInteger(1) && !isSplat(constant.getValue()) &&
         bytesOf(type) > mostBytesInside;
}

// The constant that regions would have instead of an argument of type `sample`
// for `operand`, or null: a value for all samples, small or a splat.
TypedAttr constantFor(Value operand, Type sample) {
  Attribute value;
  if (!matchPattern(operand, m_Constant(&value)))
    return nullptr;
  auto tensor = dyn_cast<RankedTensorType>(sample);
  if (isSplat(value)) {
    Attribute element =
        cast<DenseElementsAttr>(value).getSplatValue<Attribute>();
    return tensor ? TypedAttr(DenseElementsAttr::get(tensor, element))
                  : cast<TypedAttr>(element);
  }
  auto typed = dyn_cast<TypedAttr>(value);
  if (!typed || typed.getType() != sample ||
      (tensor && bytesOf(tensor) > mostBytesInside))
    return nullptr;
  return typed;
}

void sinkConstants(LoopOp loop) {
  size_t sunk = 0;
  for (InputGroup group : {InputGroup::ins, InputGroup::shared}) {
    ValueRange operands =
        group == InputGroup::ins ? loop.getIns() : loop.getShared();
    for (auto [i, operand] : llvm::enumerate(operands)) {
      InputArguments arguments = inputArguments(loop, group, i);
      TypedAttr value = constantFor(operand, arguments.step.getType());
      if (!value)
        continue;
      ++sunk;
      for (BlockArgument argument :
           {arguments.start, arguments.step, arguments.finish}) {
        if (!argument || argument.use_empty())
          continue;
        auto builder = OpBuilder::atBlockBegin(argument.getOwner());
        Value constant =
            arith::ConstantOp::create(builder, operand.getLoc(), value);
        argument.replaceAllUsesWith(constant);
      }
    }
  }
  if (sunk > 0)
    remark::passed(loop.getLoc(),
                   remark::RemarkOpts::name("constant").category("eq-fuse"))
        << std::to_string(sunk) +
               (sunk == 1 ? " operand is a constant in the regions"
                          : " operands are constants in the regions");
}

void shareConstants(LoopOp loop) {
  // One operand for each value, however many constants have it.
  llvm::MapVector<Attribute, SmallVector<arith::ConstantOp>> found;
  for (Region *region : loop.getRegions())
    region->walk<WalkOrder::PreOrder>([&](Operation *op) {
      auto constant = dyn_cast<arith::ConstantOp>(op);
      if (constant && belongsOutside(constant))
        found[constant.getValue()].push_back(constant);
      return isa<LoopOp>(op) ? WalkResult::skip() : WalkResult::advance();
    });
  OpBuilder builder(loop);
  for (auto &[value, constants] : found) {
    Value outside = arith::ConstantOp::create(
        builder, constants.front().getLoc(), cast<TypedAttr>(value));
    remark::passed(outside.getLoc(),
                   remark::RemarkOpts::name("share").category("eq-fuse"))
        << "a constant of " +
               std::to_string(
                   bytesOf(cast<RankedTensorType>(outside.getType()))) +
               " bytes is made once and shared by all samples";
    InputArguments arguments =
        addInput(loop, InputGroup::shared, outside, outside.getType());
    for (arith::ConstantOp constant : constants) {
      Region *region = constant->getParentRegion();
      BlockArgument argument =
          loop.getStep().isAncestor(region)     ? arguments.step
          : loop.getFinish().isAncestor(region) ? arguments.finish
                                                : arguments.start;
      constant.replaceAllUsesWith(Value(argument));
      constant.erase();
    }
  }
}

struct ShareConstants : impl::ShareConstantsPassBase<ShareConstants> {
  using Base::Base;

  void runOnOperation() override {
    // Small ones from the outside in, large ones from the inside out.
    getOperation().walk<WalkOrder::PreOrder>(sinkConstants);
    getOperation().walk(shareConstants);
  }
};

} // namespace
} // namespace mlir::eq
