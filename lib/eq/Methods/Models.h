// One line per method: attaches its model to its attribute.
#ifndef EQ_METHODS_MODELS_H
#define EQ_METHODS_MODELS_H

namespace mlir {
class MLIRContext;
namespace eq {

void attachBrentModel(MLIRContext *context);
void attachPicardModel(MLIRContext *context);
void attachPidModel(MLIRContext *context);
void attachRungeKuttaModel(MLIRContext *context);

} // namespace eq
} // namespace mlir

#endif // EQ_METHODS_MODELS_H
