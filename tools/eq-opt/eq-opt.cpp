// eq-opt: mlir-opt with the dialects, passes and pipelines of eq.

#include "eq/Pipeline/Pipeline.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::eq::test {
void registerTestBatchPass();
void registerTestScalarisePass();
} // namespace mlir::eq::test

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::eq::registerAllDialects(registry);
  mlir::eq::registerAllPasses();
  mlir::registerTransformsPasses();
  mlir::eq::test::registerTestBatchPass();
  mlir::eq::test::registerTestScalarisePass();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "eq-opt: runs passes of eq on MLIR programs\n", registry));
}
