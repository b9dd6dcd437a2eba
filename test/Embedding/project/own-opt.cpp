// eq-opt with the dialect `own`.

#include "Own.h"
#include "eq/Pipeline/Pipeline.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::eq::registerAllDialects(registry);
  registry.insert<own::OwnDialect>();
  mlir::eq::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "own-opt\n", registry));
}
