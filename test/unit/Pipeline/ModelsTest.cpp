// What a program is told that loads the dialect and forgets its models.

#include "eq/IR/EqDialect.h"
#include "eq/Methods/Methods.h"
#include "eq/Pipeline/Pipeline.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {

std::string solveBy(StringRef method) {
  return ("func.func @f(%x: f64, %m: i32) -> f64 {\n"
          "  %y:4 = eq.fixed_point init(%x : f64) "
          "until(abs = %x : f64, max = %m : i32) method(" +
          method +
          ") {\n"
          "  ^bb0(%z: f64):\n"
          "    %g = math.cos %z : f64\n"
          "    eq.yield %g : f64\n"
          "  }\n"
          "  return %y#0 : f64\n"
          "}\n")
      .str();
}

// The errors of the stage `verify`, where only the dialects are registered, or
// their methods as well.
std::string errorsOf(StringRef program, bool withMethods) {
  DialectRegistry registry;
  registry.insert<eq::EqDialect, arith::ArithDialect, func::FuncDialect,
                  math::MathDialect>();
  if (withMethods)
    eq::registerMethods(registry);
  MLIRContext context(registry);
  std::string errors;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    errors += diagnostic.str();
    return success();
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(program, &context);
  if (!module)
    return "does not parse: " + errors;
  PassManager manager(&context);
  eq::buildStage(manager, eq::Stage::verify);
  EXPECT_EQ(succeeded(manager.run(*module)), errors.empty());
  return errors;
}

TEST(Models, AMethodWithoutModelIsRefused) {
  EXPECT_EQ(errorsOf(solveBy("#eq.picard"), /*withMethods=*/false),
            "'eq.fixed_point' op expected 'method' to have a model, but none "
            "is registered for #eq.picard; no method has one, because the "
            "program that loaded the dialect called neither "
            "'mlir::eq::registerAllDialects' nor 'mlir::eq::registerMethods'");
}

TEST(Models, MethodsAreEnoughForTheStageVerify) {
  EXPECT_EQ(errorsOf(solveBy("#eq.picard"), /*withMethods=*/true), "");
}

TEST(Models, AMethodThatHasNoneYetIsToldApart) {
  EXPECT_EQ(errorsOf(solveBy("#eq.anderson<depth = 5>"), /*withMethods=*/true),
            "'eq.fixed_point' op expected 'method' to have a model, but none "
            "is registered for #eq.anderson<depth = 5>; this version has one "
            "for #eq.picard");
}

} // namespace
