// #eq.picard: z <- z + damping (f(z) - z).
//
// Without the knob the next iterate is f(z) itself, and nothing is remembered.
// With it, the last f(z) is remembered, because that is what is returned.

#include "Models.h"
#include "eq/IR/SampleTypes.h"
#include "eq/Methods/Emit.h"
#include "eq/Methods/IterationMethod.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::eq {
namespace {

// z + damping (f - z) for a real value; an integer value takes f, since a part
// of a change of an integer has no meaning.
Value dampedValue(IterationContext &context, Value damping, Value z, Value f) {
  OpBuilder &builder = context.builder;
  Location loc = context.loc;
  Type element = elementTypeOf(z.getType());
  if (!isa<FloatType>(element))
    return f;
  Value factor = spread(
      builder, loc, convertReal(builder, loc, damping, element), z.getType());
  Value change = arith::SubFOp::create(builder, loc, f, z);
  Value part = arith::MulFOp::create(builder, loc, factor, change);
  return arith::AddFOp::create(builder, loc, z, part);
}

struct PicardModel : IterationMethod::ExternalModel<PicardModel, PicardAttr> {
  Value checkKnobs(Attribute, IterationContext &context) const {
    Value damping = context.knob("damping");
    if (!damping)
      return nullptr;
    OpBuilder &builder = context.builder;
    Type type = damping.getType();
    Value positive = arith::CmpFOp::create(
        builder, context.loc, arith::CmpFPredicate::OGT, damping,
        realConstant(builder, context.loc, type, 0.0));
    Value atMostOne = arith::CmpFOp::create(
        builder, context.loc, arith::CmpFPredicate::OLE, damping,
        realConstant(builder, context.loc, type, 1.0));
    return both(builder, context.loc, positive, atMostOne);
  }

  SmallVector<Value> start(Attribute, IterationContext &context,
                           ValueRange init) const {
    if (!context.knob("damping"))
      return {};
    return SmallVector<Value>(init);
  }

  IterationStep step(Attribute, IterationContext &context, ValueRange iterate,
                     ValueRange image, ValueRange memory) const {
    Value damping = context.knob("damping");
    if (!damping)
      return {SmallVector<Value>(image), {}};
    IterationStep step;
    step.memory = SmallVector<Value>(image);
    for (auto [z, f] : llvm::zip(iterate, image))
      step.iterate.push_back(dampedValue(context, damping, z, f));
    return step;
  }

  SmallVector<Value> finish(Attribute, IterationContext &context,
                            ValueRange iterate, ValueRange memory) const {
    return SmallVector<Value>(memory.empty() ? iterate : memory);
  }
};

} // namespace

void attachPicardModel(MLIRContext *context) {
  PicardAttr::attachInterface<PicardModel>(*context);
}

} // namespace mlir::eq
