// Registration of the methods that come with eq.

#include "eq/Methods/Methods.h"
#include "Models.h"
#include "eq/Methods/IterationMethod.h"
#include "eq/Methods/RootMethod.h"
#include "eq/Methods/StepMethod.h"

#include "eq/Methods/IterationMethod.cpp.inc"
#include "eq/Methods/RootMethod.cpp.inc"
#include "eq/Methods/StepMethod.cpp.inc"

namespace mlir::eq {

void registerMethods(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, EqDialect *) {
    attachBrentModel(context);
    attachPicardModel(context);
    attachPidModel(context);
    attachRungeKuttaModel(context);
  });
}

} // namespace mlir::eq
