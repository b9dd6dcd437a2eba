// One line per dialect: attaches the rules of its ops.
#ifndef EQ_BATCH_MODELS_H
#define EQ_BATCH_MODELS_H

namespace mlir {
class DialectRegistry;
namespace eq {

void registerArithBatchModels(DialectRegistry &registry);
void registerEqBatchModels(DialectRegistry &registry);
void registerLinalgBatchModels(DialectRegistry &registry);
void registerMathBatchModels(DialectRegistry &registry);
void registerSCFBatchModels(DialectRegistry &registry);
void registerTensorBatchModels(DialectRegistry &registry);

} // namespace eq
} // namespace mlir

#endif // EQ_BATCH_MODELS_H
