// Tests whether an angle is far from zero, and calls the runtime for it if so.
//
//   %q, %r, %l = eq.far_angle %x from 1.0e9 : f64
//     ->  %far = |%x| > 1.0e9
//         %q, %r, %l = scf.if %far { call @eqrt_far_quarters(%x), ... }
//                      else { 0, 0, 0 }
//
// Of a vector, the branch asks for any element, and a loop goes through them.

#include "eq/Codegen/CPU/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include "eq/IR/EqOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERFARANGLESPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

constexpr StringLiteral quartersName = "eqrt_far_quarters";
constexpr StringLiteral restName = "eqrt_far_rest";
constexpr StringLiteral restLowName = "eqrt_far_rest_low";

void declareRuntime(ModuleOp module) {
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type f64 = builder.getF64Type();
  for (StringRef name : {quartersName, restName, restLowName}) {
    if (module.lookupSymbol(name))
      continue;
    auto function = func::FuncOp::create(builder, module.getLoc(), name,
                                         builder.getFunctionType({f64}, {f64}));
    function.setPrivate();
    function->setAttr(LLVM::LLVMDialect::getReadnoneAttrName(),
                      builder.getUnitAttr());
  }
}

Value callRuntime(ImplicitLocOpBuilder &builder, StringRef name, Value angle) {
  return func::CallOp::create(builder, name, TypeRange(builder.getF64Type()),
                              angle)
      .getResult(0);
}

// The three results for one angle, which is far.
SmallVector<Value> takeFarAngle(ImplicitLocOpBuilder &builder, Value angle) {
  Type type = angle.getType();
  bool isFloat = type.isF32();
  Value wide = angle;
  if (isFloat)
    wide = arith::ExtFOp::create(builder, builder.getF64Type(), angle);
  Value quarters = callRuntime(builder, quartersName, wide);
  Value rest = callRuntime(builder, restName, wide);
  if (!isFloat)
    return {quarters, rest, callRuntime(builder, restLowName, wide)};
  Value narrow = arith::TruncFOp::create(builder, type, rest);
  Value back = arith::ExtFOp::create(builder, builder.getF64Type(), narrow);
  Value low = arith::SubFOp::create(builder, rest, back);
  return {arith::TruncFOp::create(builder, type, quarters), narrow,
          arith::TruncFOp::create(builder, type, low)};
}

// The results for a vector: those of its elements that are far, one by one.
SmallVector<Value> takeFarElements(ImplicitLocOpBuilder &builder, Value angles,
                                   Value areFar, ValueRange zeros) {
  auto type = cast<VectorType>(angles.getType());
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, value);
  };
  auto loop = scf::ForOp::create(
      builder, index(0), index(type.getNumElements()), index(1), zeros,
      [&](OpBuilder &nested, Location loc, Value lane, ValueRange carried) {
        ImplicitLocOpBuilder body(loc, nested);
        OpFoldResult position = lane;
        Value isFar = vector::ExtractOp::create(body, areFar, position);
        auto branch = scf::IfOp::create(
            body, isFar,
            [&](OpBuilder &inner, Location) {
              ImplicitLocOpBuilder far(loc, inner);
              Value angle = vector::ExtractOp::create(far, angles, position);
              SmallVector<Value> results;
              for (auto [element, vector] :
                   llvm::zip(takeFarAngle(far, angle), carried))
                results.push_back(
                    vector::InsertOp::create(far, element, vector, position));
              scf::YieldOp::create(far, results);
            },
            [&](OpBuilder &inner, Location) {
              scf::YieldOp::create(inner, loc, carried);
            });
        scf::YieldOp::create(body, branch.getResults());
      });
  return SmallVector<Value>(loop.getResults());
}

void lowerFarAngle(FarAngleOp op) {
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  Value angle = op.getAngle();
  Type type = angle.getType();
  auto vector = dyn_cast<VectorType>(type);
  auto constant = [&](double value) -> Value {
    Attribute element = builder.getFloatAttr(getElementTypeOrSelf(type), value);
    return arith::ConstantOp::create(
        builder, vector ? cast<TypedAttr>(SplatElementsAttr::get(
                              cast<ShapedType>(type), element))
                        : cast<TypedAttr>(element));
  };
  Value size = math::AbsFOp::create(builder, angle);
  Value areFar =
      arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, size,
                            constant(op.getFrom().convertToDouble()));
  Value isAnyFar = areFar;
  if (vector)
    isAnyFar =
        vector::ReductionOp::create(builder, vector::CombiningKind::OR, areFar);
  SmallVector<Value> zeros(3, constant(0));
  auto branch = scf::IfOp::create(
      builder, isAnyFar,
      [&](OpBuilder &nested, Location loc) {
        ImplicitLocOpBuilder far(loc, nested);
        SmallVector<Value> results =
            vector ? takeFarElements(far, angle, areFar, zeros)
                   : takeFarAngle(far, angle);
        scf::YieldOp::create(far, results);
      },
      [&](OpBuilder &nested, Location loc) {
        scf::YieldOp::create(nested, loc, zeros);
      });
  op.replaceAllUsesWith(branch.getResults());
  op.erase();
}

struct LowerFarAngles : impl::LowerFarAnglesPassBase<LowerFarAngles> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<FarAngleOp> ops;
    getOperation().walk([&](FarAngleOp op) { ops.push_back(op); });
    if (!ops.empty())
      declareRuntime(getOperation());
    llvm::for_each(ops, lowerFarAngle);
  }
};

} // namespace
} // namespace mlir::eq
