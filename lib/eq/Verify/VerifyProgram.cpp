// Refuses programs that later stages could not carry through.

#include "eq/IR/BodyOpInterface.h"
#include "eq/IR/SampleTypes.h"
#include "eq/IR/Solves.h"
#include "eq/Methods/IterationMethod.h"
#include "eq/Methods/RootMethod.h"
#include "eq/Methods/StepMethod.h"
#include "eq/Verify/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringSwitch.h"

namespace mlir::eq {

#define GEN_PASS_DEF_VERIFYPROGRAMPASS
#include "eq/Verify/Passes.h.inc"

namespace {

bool isBodyOp(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  StringRef name = op->getName().getStringRef();
#define EQ_BODY_DIALECT(word, note)                                            \
  if (dialect == word)                                                         \
    return true;
#define EQ_BODY_OP(word, note)                                                 \
  if (name == word)                                                            \
    return true;
#include "eq/Verify/BodyOps.def"
  return false;
}

StringRef cureFor(Operation *op) {
  if (op->getName().getDialectNamespace() == EqDialect::getDialectNamespace())
    return "";
  return "; one of another dialect has to implement BodyOpInterface";
}

LogicalResult verifyBodyOp(Operation *op, Operation *solve) {
  auto error = [&](const Twine &message) {
    InFlightDiagnostic diag = op->emitOpError(message);
    diag.attachNote(solve->getLoc())
        << "in a region of this '" << solve->getName() << "'";
    return diag;
  };
  if (isa<scf::WhileOp>(op))
    return error("is not bounded, and every loop in a body must be: use "
                 "'eq.loop' with 'max'");
  if (auto call = dyn_cast<func::CallOp>(op)) {
    InFlightDiagnostic diag =
        error("could not be inlined: a body may call functions that are "
              "defined in this module and do not call themselves");
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        call, call.getCalleeAttr());
    // The inliner does not move what it does not know.
    if (callee)
      callee.walk([&](Operation *inner) {
        if (!inner->isRegistered())
          diag.attachNote(inner->getLoc())
              << "'" << inner->getName()
              << "' is not an operation that a body may use";
      });
    return diag;
  }
  if (isa<BodyOpInterface>(op)) {
    if (!isMemoryEffectFree(op) || op->getNumRegions() != 0)
      return error("expected an operation that is kept until 'codegen' to have "
                   "no side effects and no regions");
    auto isScalar = [](Type type) { return type.isIntOrIndexOrFloat(); };
    if (!llvm::all_of(op->getOperandTypes(), isScalar) ||
        !llvm::all_of(op->getResultTypes(), isScalar))
      return error("expected an operation that is kept until 'codegen' to have "
                   "scalars only; 'isKept' of its BodyOpInterface says that it "
                   "is");
  } else if (!isBodyOp(op)) {
    // Of an operation that is not registered nothing is known.
    if (op->isRegistered() && !isMemoryEffectFree(op))
      return error("has side effects, and a body must have none");
    return error("is not an operation that a body may use (see BodyOps in the "
                 "documents)" +
                 cureFor(op));
  }
  if (isSolve(op) && !isSolve(op->getParentOp()) &&
      !isa<scf::ForOp, scf::IfOp>(op->getParentOp()))
    return error("expected to stand in a body, in 'scf.for' or in 'scf.if', "
                 "but not in '" +
                 op->getParentOp()->getName().getStringRef() + "'");
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    auto step = getConstantIntValue(loop.getStep());
    if (!step || *step < 1)
      return error("expected the step of a loop in a body to be a positive "
                   "constant");
  }
  for (Value result : op->getResults()) {
    Type type = result.getType();
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (isa<ShapedType>(type) && !tensor)
      return error("expected values in a body to be scalars or ranked tensors");
    if (tensor && !tensor.hasStaticShape() && !isSolve(op))
      return error("expected a static shape inside a body");
    Type element = elementTypeOf(type);
    if (!element.isIndex() && !isSupportedElement(element)) {
      InFlightDiagnostic diag =
          error("expected values in a body to be f32, f64, index or integers "
                "of 1, 8, 16, 32 or 64 bits");
      return diag << ", but got " << type;
    }
  }
  return success();
}

// Says that nothing is known of how a method or controller works.
LogicalResult refuseWithoutModel(Operation *op, StringRef what, Attribute which,
                                 StringRef interface) {
  InFlightDiagnostic diag =
      op->emitOpError("expected '")
      << what << "' to have a model, but none is registered for " << which;
  if (!isa<IterationMethod>(PicardAttr::get(op->getContext())))
    diag << "; no method has one, because the program that loaded the dialect "
            "called neither 'mlir::eq::registerAllDialects' nor "
            "'mlir::eq::registerMethods'";
  else if (!isa<EqDialect>(which.getDialect()))
    diag << ": its dialect has to attach one of " << interface;
  else if (isa<FixedPointOp>(op))
    diag << "; this version has one for #eq.picard";
  return diag;
}

// What an integration needs beyond its types: a model of the method, a step or
// a way to choose one, and nothing that contradicts it.
LogicalResult verifyIntegration(OdeOp op) {
  auto method = dyn_cast<StepMethod>(op.getMethodAttr());
  if (!method)
    return refuseWithoutModel(op, "method", op.getMethodAttr(), "StepMethod");
  if (std::string why = method.whyWrong(); !why.empty())
    return op.emitOpError() << why;
  Attribute control = op.getControlAttr();
  if (control && !isa<StepController>(control))
    return refuseWithoutModel(op, "control", control, "StepController");
  if (findKnob(op.getWithNames(), op.getWith(), "step")) {
    if (control)
      return op.emitOpError("expected either the knob 'step' or 'control', but "
                            "got both: a fixed step is not controlled");
    if (findKnob(op.getWithNames(), op.getWith(), "first_step"))
      return op.emitOpError("expected either the knob 'step' or 'first_step', "
                            "but got both: a fixed step does not change");
    return success();
  }
  if (method.getErrorOrder() == 0)
    return op.emitOpError("expected the knob 'step', because ")
           << op.getMethodAttr() << " has no error estimate to choose steps by";
  if (!findKnob(op.getWithinNames(), op.getWithin(), "abs") &&
      !findKnob(op.getWithinNames(), op.getWithin(), "rel"))
    return op.emitOpError("expected 'within' to give 'abs' or 'rel', by which "
                          "steps are chosen, or 'with' to give 'step'");
  return success();
}

LogicalResult verifySolve(Operation *op) {
  if (auto ode = dyn_cast<OdeOp>(op); ode && failed(verifyIntegration(ode)))
    return failure();
  auto fixedPoint = dyn_cast<FixedPointOp>(op);
  if (fixedPoint && !isa<IterationMethod>(fixedPoint.getMethodAttr()))
    return refuseWithoutModel(op, "method", fixedPoint.getMethodAttr(),
                              "IterationMethod");
  auto root = dyn_cast<RootOp>(op);
  if (root && !isa<RootMethod>(root.getMethodAttr()))
    return refuseWithoutModel(op, "method", root.getMethodAttr(), "RootMethod");
  LogicalResult result = success();
  for (Region &region : op->getRegions())
    region.walk<WalkOrder::PreOrder>([&](Operation *inner) {
      if (failed(verifyBodyOp(inner, op)))
        result = failure();
      // Inner solves look after their own regions; of a loop that is refused
      // the inside does not matter.
      return isSolve(inner) || isa<scf::WhileOp>(inner) ? WalkResult::skip()
                                                        : WalkResult::advance();
    });
  return result;
}

struct VerifyProgram : impl::VerifyProgramPassBase<VerifyProgram> {
  using Base::Base;

  void runOnOperation() override {
    bool sound = true;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isSolve(op) && failed(verifySolve(op)))
        sound = false;
      if (isa<func::CallOp>(op) && !isInSolve(op)) {
        op->emitOpError("could not be inlined: a program may call functions "
                        "that are defined in this module and do not call "
                        "themselves");
        sound = false;
      }
    });
    if (!sound)
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::eq
