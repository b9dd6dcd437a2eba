// The stage `verify`: is this a program the compiler can carry through?

#include "eq/Verify/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::eq {

void buildVerifyStage(OpPassManager &manager) {
  // Before anything can be simplified by a promise.
  manager.addPass(createDropPromisesPass());
  // Calls first: a callee's ops are checked where they will run. Nothing is
  // simplified yet, so that no operand goes before its size is compared.
  manager.addPass(createInlinerPass({}, [](OpPassManager &) {}));
  manager.addPass(createSymbolDCEPass());
  // Then what they stand for is checked, too.
  manager.addPass(createLowerBodyOpsPass());
  manager.addPass(createVerifyProgramPass());
  // Last, because it writes on ops that are known to be sound. This stage is
  // its own contract check.
  manager.addPass(createWriteOnFailurePass());
}

} // namespace mlir::eq
