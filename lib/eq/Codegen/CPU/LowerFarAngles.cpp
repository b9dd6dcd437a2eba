// Tests whether an angle is far from zero, and calls the runtime for it if so.
//
//   %q, %r, %l = eq.far_angle %x from 1.0e9 : f64
//     ->  %far = |%x| > 1.0e9
//         %q, %r, %l = scf.if %far { call @eqrt_far_quarters(%x), ... }
//                      else { 0, %x, 0 }
//
// Of a vector, the branch asks whether the squares of its elements add up to
// the square of the bound, which costs an operation for each register and one
// comparison. They do if any element is far, and rarely else; a loop then goes
// through the elements and asks for each.

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

void declareRuntime(Operation *module) {
  OpBuilder builder = OpBuilder::atBlockBegin(&module->getRegion(0).front());
  Type f64 = builder.getF64Type();
  for (StringRef name : {quartersName, restName, restLowName}) {
    if (SymbolTable::lookupSymbolIn(module, name))
      continue;
    auto function = func::FuncOp::create(builder, module->getLoc(), name,
                                         builder.getFunctionType({f64}, {f64}));
    function.setPrivate();
    function->setAttr(LLVM::LLVMDialect::getReadnoneAttrName(),
                      builder.getUnitAttr());
    // The way to the call is rare, and registers are for the other one.
    function->setAttr("passthrough", builder.getStrArrayAttr({"cold"}));
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
                                   Value areFar, ValueRange near) {
  auto type = cast<VectorType>(angles.getType());
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, value);
  };
  auto loop = scf::ForOp::create(
      builder, index(0), index(type.getNumElements()), index(1), near,
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

Value constantLike(ImplicitLocOpBuilder &builder, Type type, double value) {
  TypedAttr element = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    element = SplatElementsAttr::get(vector, element);
  return arith::ConstantOp::create(builder, element);
}

Value isFarther(ImplicitLocOpBuilder &builder, Value angle, double from) {
  Value size = math::AbsFOp::create(builder, angle);
  return arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, size,
                               constantLike(builder, angle.getType(), from));
}

// Whether any of the angles may be far: true if one is, or if one is a NaN. The
// sum of squares is made of halves, down to what one register holds.
Value mayHaveFarElement(ImplicitLocOpBuilder &builder, Value angles,
                        double from) {
  auto type = cast<VectorType>(angles.getType());
  int64_t bits = type.getElementTypeBitWidth();
  auto slice = [&](Value vector, int64_t first, int64_t size) -> Value {
    return vector::ExtractStridedSliceOp::create(builder, vector, first, size,
                                                 int64_t(1));
  };
  // Pieces as large as the smallest register that counts.
  int64_t size = type.getNumElements();
  while (size % 2 == 0 && size * bits > 256)
    size /= 2;
  Value sum;
  for (int64_t first = 0; first < type.getNumElements(); first += size) {
    Value piece = slice(angles, first, size);
    sum = sum ? math::FmaOp::create(builder, piece, piece, sum).getResult()
              : arith::MulFOp::create(builder, piece, piece).getResult();
  }
  // The bound as the elements' type has it: its square is rounded as theirs.
  double bound = bits == 32 ? float(from) : from;
  Value areMore = arith::CmpFOp::create(
      builder, arith::CmpFPredicate::UGE, sum,
      constantLike(builder, sum.getType(), bound * bound));
  return vector::ReductionOp::create(builder, vector::CombiningKind::OR,
                                     areMore);
}

void lowerFarAngle(FarAngleOp op) {
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  Value angle = op.getAngle();
  bool isVector = isa<VectorType>(angle.getType());
  double from = op.getFrom().convertToDouble();
  Value isFar = isVector ? mayHaveFarElement(builder, angle, from)
                         : isFarther(builder, angle, from);
  Value zero = constantLike(builder, angle.getType(), 0);
  SmallVector<Value> near = {zero, angle, zero};
  auto branch = scf::IfOp::create(
      builder, isFar,
      [&](OpBuilder &nested, Location loc) {
        ImplicitLocOpBuilder far(loc, nested);
        SmallVector<Value> results =
            isVector
                ? takeFarElements(far, angle, isFarther(far, angle, from), near)
                : takeFarAngle(far, angle);
        scf::YieldOp::create(far, results);
      },
      [&](OpBuilder &nested, Location loc) {
        scf::YieldOp::create(nested, loc, near);
      });
  op.replaceAllUsesWith(branch.getResults());
  op.erase();
}

struct LowerFarAngles : impl::LowerFarAnglesPassBase<LowerFarAngles> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<FarAngleOp> ops;
    getOperation()->walk([&](FarAngleOp op) { ops.push_back(op); });
    if (!ops.empty())
      declareRuntime(getOperation());
    llvm::for_each(ops, lowerFarAngle);
  }
};

} // namespace
} // namespace mlir::eq
