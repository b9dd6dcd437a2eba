// Turns eqtest checks, reports and comparisons of sizes into calls.
//
//   eqtest.close %x, 0.5 : f64    ->  eqtest_compare(context, "file:3:7", ...)
//   eq.report "..", %n, %r, %s    ->  eqrt_report(context, "..", ...)
//   eq.expect_batch %n is %b, ".."
//     ->  eqrt_expect_size(context, "..", %b, %n), and an error where it fails

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Host/Abi.h"
#include "eq/IR/EqOps.h"
#include "eq/IR/EqTest.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::eq {

#define GEN_PASS_DEF_LOWERCHECKSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

class CheckLowering {
public:
  explicit CheckLowering(Operation *op) : builder(op), loc(op->getLoc()) {}

  Value integer(unsigned width, int64_t value) {
    Type type = builder.getIntegerType(width);
    return LLVM::ConstantOp::create(builder, loc, type,
                                    builder.getIntegerAttr(type, value));
  }
  Value real(double value) {
    return LLVM::ConstantOp::create(builder, loc, builder.getF64Type(),
                                    builder.getF64FloatAttr(value));
  }
  Value describe(Value value) {
    return descriptorAddress(builder, loc, readOnlyBuffer(builder, loc, value));
  }
  Value place() { return stringAddress(builder, loc, locationText(loc)); }
  Value context() { return contextOf(builder, loc); }

  // eqtest_compare(place, isReal, bits, rank, value, expected, mode, ulps, rel,
  // abs); a limit that is not given is -1. Mode 1 compares bits.
  void compare(Value value, Value expected, int mode,
               std::optional<int64_t> ulps, std::optional<APFloat> rel,
               std::optional<APFloat> abs) {
    Type element = elementTypeOf(value.getType());
    int64_t bits = element.getIntOrFloatBitWidth();
    callRuntime(builder, loc, "eqtest_compare", Type(),
                {place(), integer(32, isa<FloatType>(element)),
                 integer(32, bits), integer(32, rankOf(value.getType())),
                 describe(value), describe(expected), integer(32, mode),
                 integer(64, ulps.value_or(-1)),
                 real(rel ? rel->convertToDouble() : -1.0),
                 real(abs ? abs->convertToDouble() : -1.0)});
  }

  OpBuilder builder;
  Location loc;
};

void lower(test::CloseOp op) {
  CheckLowering lowering(op);
  Value expected = arith::ConstantOp::create(
      lowering.builder, op.getLoc(), cast<TypedAttr>(op.getExpectedAttr()));
  lowering.compare(op.getValue(), expected, 0, op.getUlps(), op.getRel(),
                   op.getAbs());
}

void lower(test::NearOp op) {
  CheckLowering(op).compare(op.getValue(), op.getExpected(), 0, op.getUlps(),
                            op.getRel(), op.getAbs());
}

void lower(test::EqualBitsOp op) {
  CheckLowering(op).compare(op.getValue(), op.getExpected(), 1, std::nullopt,
                            std::nullopt, std::nullopt);
}

// eqtest_status(place, rank, value, count, expected)
void lower(test::StatusOp op) {
  CheckLowering lowering(op);
  OpBuilder &builder = lowering.builder;
  auto type = RankedTensorType::get(
      {static_cast<int64_t>(op.getExpected().size())}, builder.getI32Type());
  Value expected = arith::ConstantOp::create(
      builder, op.getLoc(), DenseIntElementsAttr::get(type, op.getExpected()));
  callRuntime(builder, op.getLoc(), "eqtest_status", Type(),
              {lowering.place(),
               lowering.integer(32, rankOf(op.getValue().getType())),
               lowering.describe(op.getValue()), lowering.describe(expected)});
}

void lower(ReportOp op) {
  CheckLowering lowering(op);
  OpBuilder &builder = lowering.builder;
  Type residual = op.getResidual().getType();
  callRuntime(
      builder, op.getLoc(), "eqrt_report", Type(),
      {lowering.context(), stringAddress(builder, op.getLoc(), op.getLabel()),
       lowering.integer(32, rankOf(residual)),
       lowering.integer(32, elementTypeOf(residual).getIntOrFloatBitWidth()),
       lowering.describe(op.getIterations()),
       lowering.describe(op.getResidual()), lowering.describe(op.getStatus())});
}

void lower(ExpectBatchOp op) {
  CheckLowering lowering(op);
  OpBuilder &builder = lowering.builder;
  Location loc = op.getLoc();
  std::string rule =
      ("expected " + op.getOperand() + " of the solve at " + locationText(loc) +
       " to have the batch size of 'init' operand #0")
          .str();
  auto wide = [&](Value size) -> Value {
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(), size);
  };
  Value wanted = wide(op.getBatch()), got = wide(op.getSize());
  Value code =
      callRuntime(
          builder, loc, "eqrt_expect_size", builder.getI32Type(),
          {lowering.context(), stringAddress(builder, loc, rule), wanted, got})
          .getResult();
  returnIfFailed(builder, loc, code);
}

struct LowerChecks : impl::LowerChecksPassBase<LowerChecks> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      llvm::TypeSwitch<Operation *>(op)
          .Case<test::CloseOp, test::NearOp, test::EqualBitsOp, test::StatusOp,
                ReportOp, ExpectBatchOp>([](auto check) {
            lower(check);
            check->erase();
          });
    });
  }
};

} // namespace
} // namespace mlir::eq
