// The rules of linalg.
//
//   linalg.generic ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>)
//     -> linalg.generic ins(%w, %z : tensor<64x64xf32>,
//                                    tensor<64xvector<Lxf32>>)
//
// The maps are the same; inputs that all samples share stay as they are.

#include "Models.h"
#include "eq/Batch/Batch.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::eq {

namespace {

struct GenericModel
    : BatchableOpInterface::ExternalModel<GenericModel, linalg::GenericOp> {
  bool hasBatchRule(Operation *op) const {
    return cast<linalg::GenericOp>(op).hasPureTensorSemantics();
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto generic = cast<linalg::GenericOp>(op);
    SmallVector<Value> inputs, outputs;
    SmallVector<Type> types;
    for (Value input : generic.getDpsInputs())
      inputs.push_back(batcher.get(input));
    for (Value output : generic.getDpsInits()) {
      outputs.push_back(batcher.wide(builder, output));
      types.push_back(outputs.back().getType());
    }
    auto widened = linalg::GenericOp::create(
        builder, op->getLoc(), types, inputs, outputs,
        generic.getIndexingMapsArray(), generic.getIteratorTypesArray(),
        [&](OpBuilder &nested, Location loc, ValueRange elements) {
          Block *body = generic.getBody();
          batcher.map(body->getArguments(), elements);
          batcher.batchBlock(nested, *body);
          SmallVector<Value> yields;
          for (Value value : body->getTerminator()->getOperands())
            yields.push_back(batcher.wide(nested, value));
          linalg::YieldOp::create(nested, loc, yields);
        });
    batcher.map(op->getResults(), widened->getResults());
  }
};

} // namespace

void registerLinalgBatchModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, linalg::LinalgDialect *) {
    linalg::GenericOp::attachInterface<GenericModel>(*context);
  });
}

} // namespace mlir::eq
