// The rules of math: elementwise ops on scalars have one without a model.
//
//   math.ipowi %a, %b : i32  ->  one math.ipowi : i32 for each lane
//
// Powers by repeated multiplication are functions of scalars.

#include "Models.h"
#include "eq/Batch/Batch.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::eq {

namespace {

template <typename PowerOp>
struct PowerModel
    : BatchableOpInterface::ExternalModel<PowerModel<PowerOp>, PowerOp> {
  bool hasBatchRule(Operation *op) const {
    return !isa<ShapedType>(op->getResult(0).getType());
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    batcher.cloneForLanes(builder, op);
  }
};

} // namespace

void registerMathBatchModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    math::IPowIOp::attachInterface<PowerModel<math::IPowIOp>>(*context);
    math::FPowIOp::attachInterface<PowerModel<math::FPowIOp>>(*context);
  });
}

} // namespace mlir::eq
