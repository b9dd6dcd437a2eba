// Which processor code is made for, and what schedules need to know of it.
#ifndef EQ_RUN_TARGET_H
#define EQ_RUN_TARGET_H

#include "eq/Run/ObjectCode.h"
#include <memory>

namespace llvm {
class TargetMachine;
}

namespace mlir {
class MLIRContext;
namespace eq {
class TargetAttr;

/// LLVM's code generator for this processor.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
makeTargetMachine(const TargetChoice &choice);

/// The attribute `eq.target` of this processor: width and number of its vectors
/// as LLVM knows them; caches and cores are those of this machine for "native",
/// and else as in `TargetAttr::getDefault`.
llvm::Expected<TargetAttr> describeTarget(MLIRContext *context,
                                          const TargetChoice &choice);

} // namespace eq
} // namespace mlir

#endif // EQ_RUN_TARGET_H
