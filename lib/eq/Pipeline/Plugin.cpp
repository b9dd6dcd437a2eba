// What the plugin calls.

#include "eq/Pipeline/Plugin.h"
#include "eq/Pipeline/Pipeline.h"
#include "mlir/IR/DialectRegistry.h"

void eqPluginRegisterDialects(void *registry) {
  mlir::eq::registerAllDialects(
      *static_cast<mlir::DialectRegistry *>(registry));
}

void eqPluginRegisterPasses() { mlir::eq::registerAllPasses(); }
