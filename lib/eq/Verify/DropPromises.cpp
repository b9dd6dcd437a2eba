// Drops promises that a program makes about its numbers.
//
//   arith.addi %x, %one overflow<nsw>  ->  arith.addi %x, %one
//
// Where a promise does not hold, every later result would be meaningless; so
// none is taken, and integers wrap.

#include "eq/Verify/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_DROPPROMISESPASS
#include "eq/Verify/Passes.h.inc"

namespace {

struct DropPromises : impl::DropPromisesPassBase<DropPromises> {
  using Base::Base;

  void runOnOperation() override {
    auto none = arith::IntegerOverflowFlagsAttr::get(
        &getContext(), arith::IntegerOverflowFlags::none);
    getOperation().walk([&](Operation *op) {
      if (!isa_and_nonnull<arith::ArithDialect>(op->getDialect()))
        return;
      bool promises = false;
      if (auto flags =
              dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op)) {
        promises = flags.getOverflowAttr() != none;
        op->setAttr(flags.getIntegerOverflowAttrName(), none);
      }
      for (StringRef promise : {"isExact", "nonNeg"})
        if (op->getInherentAttr(promise).value_or(nullptr)) {
          promises = true;
          op->removeAttr(promise);
        }
      if (promises)
        remark::passed(
            op->getLoc(),
            remark::RemarkOpts::name("promise").category("eq-verify"))
            << "'" + op->getName().getStringRef().str() +
                   "' is computed for all numbers: its promises are dropped";
    });
  }
};

} // namespace
} // namespace mlir::eq
