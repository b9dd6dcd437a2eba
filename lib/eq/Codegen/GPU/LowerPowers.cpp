// Writes powers with whole exponents as loops over the bits of the exponent.
//
//   math.fpowi %x, %n : f32, i32
//     ->
//   while: r = n odd ? r x : r;  n /= 2;  again if n != 0
//   do:    x = x x
//
// CPUs call a function that `convert-math-to-funcs` makes, with the same
// products in the same order.

#include "eq/Codegen/GPU/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERPOWERSPASS
#include "eq/Codegen/GPU/Passes.h.inc"

namespace {

using Predicate = arith::CmpIPredicate;

Value constant(ImplicitLocOpBuilder &builder, Type type, int64_t number) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(
        builder, builder.getFloatAttr(type, double(number)));
  return arith::ConstantOp::create(builder,
                                   builder.getIntegerAttr(type, number));
}

Value compare(ImplicitLocOpBuilder &builder, Predicate predicate, Value a,
              int64_t b) {
  return arith::CmpIOp::create(builder, predicate, a,
                               constant(builder, a.getType(), b));
}

Value product(ImplicitLocOpBuilder &builder, Value a, Value b) {
  if (isa<FloatType>(a.getType()))
    return arith::MulFOp::create(builder, a, b);
  return arith::MulIOp::create(builder, a, b);
}

// `base` to a power that is not negative.
Value emitProducts(ImplicitLocOpBuilder &builder, Value base, Value power) {
  SmallVector<Value> start = {constant(builder, base.getType(), 1), base,
                              power};
  SmallVector<Type> types = llvm::to_vector(ValueRange(start).getTypes());
  auto loop = scf::WhileOp::create(
      builder, types, start,
      [&](OpBuilder &inner, Location loc, ValueRange carried) {
        ImplicitLocOpBuilder nested(loc, inner);
        Value one = constant(nested, power.getType(), 1);
        Value lowest = arith::AndIOp::create(nested, carried[2], one);
        Value isOdd = compare(nested, Predicate::ne, lowest, 0);
        Value more = product(nested, carried[0], carried[1]);
        Value result = arith::SelectOp::create(nested, isOdd, more, carried[0]);
        Value rest = arith::ShRUIOp::create(nested, carried[2], one);
        scf::ConditionOp::create(nested,
                                 compare(nested, Predicate::ne, rest, 0),
                                 ValueRange{result, carried[1], rest});
      },
      [&](OpBuilder &inner, Location loc, ValueRange carried) {
        ImplicitLocOpBuilder nested(loc, inner);
        Value square = product(nested, carried[1], carried[1]);
        scf::YieldOp::create(nested,
                             ValueRange{carried[0], square, carried[2]});
      });
  return loop.getResult(0);
}

// One over the power without its sign. The least integer has no counterpart:
// the last product is made apart.
Value emitPower(ImplicitLocOpBuilder &builder, math::FPowIOp op) {
  Value base = op.getLhs(), power = op.getRhs();
  Type type = base.getType(), integer = power.getType();
  int64_t least = llvm::minIntN(integer.getIntOrFloatBitWidth());
  Value isNegative = compare(builder, Predicate::slt, power, 0);
  Value isLeast = compare(builder, Predicate::eq, power, least);
  Value minus =
      arith::SubIOp::create(builder, constant(builder, integer, 0), power);
  Value size = arith::SelectOp::create(builder, isNegative, minus, power);
  size = arith::SelectOp::create(
      builder, isLeast, constant(builder, integer, -(least + 1)), size);
  Value result = emitProducts(builder, base, size);
  result = arith::SelectOp::create(builder, isLeast,
                                   product(builder, result, base), result);
  auto branch =
      scf::IfOp::create(builder, type, isNegative, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  Value inverse =
      arith::DivFOp::create(builder, constant(builder, type, 1), result);
  scf::YieldOp::create(builder, inverse);
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, result);
  return branch.getResult(0);
}

// To a negative power, 1 and -1 are what they are to its last bit; what is
// larger becomes 0.
Value emitPower(ImplicitLocOpBuilder &builder, math::IPowIOp op) {
  Value base = op.getLhs(), power = op.getRhs();
  Type type = base.getType();
  Value isNegative = compare(builder, Predicate::slt, power, 0);
  Value lowest =
      arith::AndIOp::create(builder, power, constant(builder, type, 1));
  Value size = arith::SelectOp::create(builder, isNegative, lowest, power);
  Value result = emitProducts(builder, base, size);
  Value isOne = compare(builder, Predicate::eq, base, 1);
  Value isMinusOne = compare(builder, Predicate::eq, base, -1);
  Value isUnit = arith::OrIOp::create(builder, isOne, isMinusOne);
  Value inverse = arith::SelectOp::create(builder, isUnit, result,
                                          constant(builder, type, 0));
  return arith::SelectOp::create(builder, isNegative, inverse, result);
}

template <class Op> void lowerAll(Operation *root) {
  root->walk([](Op op) {
    if (isa<ShapedType>(op.getType()))
      return;
    ImplicitLocOpBuilder builder(op.getLoc(), op);
    Value result = emitPower(builder, op);
    op.replaceAllUsesWith(result);
    op.erase();
  });
}

struct LowerPowers : impl::LowerPowersPassBase<LowerPowers> {
  using Base::Base;

  void runOnOperation() override {
    lowerAll<math::FPowIOp>(getOperation());
    lowerAll<math::IPowIOp>(getOperation());
  }
};

} // namespace
} // namespace mlir::eq
