// The rules of arith: elementwise ops on scalars have one without a model.
//
//   arith.select %c, %a, %b : tensor<64xf32>     // %c differs between samples
//     -> linalg.generic ins(%a, %b) { arith.select %c, .. : vector<Lxi1>, .. }

#include "Models.h"
#include "eq/Batch/Batch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::eq {

namespace {

// One condition for whole tensors, or scalars.
struct SelectModel
    : BatchableOpInterface::ExternalModel<SelectModel, arith::SelectOp> {
  bool hasBatchRule(Operation *op) const {
    return cast<arith::SelectOp>(op).getCondition().getType().isInteger(1);
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto select = cast<arith::SelectOp>(op);
    Value condition = batcher.wide(builder, select.getCondition());
    batcher.map(select.getResult(),
                batcher.select(builder, op->getLoc(), condition,
                               batcher.wide(builder, select.getTrueValue()),
                               batcher.wide(builder, select.getFalseValue())));
  }
};

} // namespace

void registerArithBatchModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    arith::SelectOp::attachInterface<SelectModel>(*context);
  });
}

} // namespace mlir::eq
