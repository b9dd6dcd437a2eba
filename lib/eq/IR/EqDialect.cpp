// The eq dialect.

#include "eq/IR/EqDialect.h"
#include "eq/IR/EqOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/InliningUtils.h"

#include "eq/IR/EqDialect.cpp.inc"
#include "eq/IR/EqEnums.cpp.inc"

namespace mlir::eq {
namespace {

// A call in a body may be replaced by the callee: the regions see only their
// arguments, and so does a function.
struct EqInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const override {
    return true;
  }
  bool isLegalToInline(Operation *, Region *, bool,
                       IRMapping &) const override {
    return true;
  }
};

} // namespace

void EqDialect::initialize() {
  registerAttributes();
  registerBytecode();
  addOperations<
#define GET_OP_LIST
#include "eq/IR/EqOps.cpp.inc"
      >();
  addInterfaces<EqInlinerInterface>();
}

LogicalResult EqDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  StringRef name = attribute.getName();
  bool isTarget = name == TargetAttr::attributeName;
  bool isGPUTarget = name == GPUTargetAttr::attributeName;
  if (!isTarget && !isGPUTarget)
    return success();
  if (!isa<ModuleOp>(op))
    return op->emitOpError("expected '")
           << name << "' to be an attribute of a module";
  if (isTarget && !isa<TargetAttr>(attribute.getValue()))
    return op->emitOpError("expected '")
           << name
           << "' to be one such as #eq.target<cpu, \"x86-64-v3\", ..>, but got "
           << attribute.getValue();
  if (isGPUTarget && !isa<GPUTargetAttr>(attribute.getValue()))
    return op->emitOpError("expected '")
           << name
           << "' to be one such as #eq.gpu_target<\"sm_90\", ..>, but got "
           << attribute.getValue();
  return success();
}

} // namespace mlir::eq
