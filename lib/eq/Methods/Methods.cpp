// Registration of the methods that come with eq.

#include "eq/Methods/Methods.h"
#include "Models.h"
#include "eq/Methods/IterationMethod.h"

#include "eq/Methods/IterationMethod.cpp.inc"

namespace mlir::eq {

void registerMethods(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, EqDialect *) { attachPicardModel(context); });
}

} // namespace mlir::eq
