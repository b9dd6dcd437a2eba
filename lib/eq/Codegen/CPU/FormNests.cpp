// Nests in all functions.

#include "eq/Codegen/CPU/Passes.h"
#include "eq/Codegen/Nests/Nests.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::eq {

#define GEN_PASS_DEF_FORMNESTSPASS
#include "eq/Codegen/CPU/Passes.h.inc"

namespace {

struct FormNests : impl::FormNestsPassBase<FormNests> {
  using Base::Base;

  void runOnOperation() override {
    for (auto [name, value] : {std::pair("rows", rows.getValue()),
                               std::pair("vector-rows", vectorRows.getValue())})
      if (value < 1) {
        getOperation().emitError()
            << "expected '" << name << "' to be at least 1, but got " << value;
        return signalPassFailure();
      }
    getOperation().walk([&](func::FuncOp function) {
      for (Block &block : function.getBody())
        formNests(block, {rows, vectorRows});
    });
  }
};

} // namespace
} // namespace mlir::eq
