// The eqtest dialect: checks on computed numbers, for tests.

#include "eq/IR/EqTest.h"
#include "eq/IR/SampleTypes.h"
#include "eq/IR/Status.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/Support/Format.h"

#include "eq/IR/EqTestDialect.cpp.inc"

namespace mlir::eq::test {

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

// `, ulps = 19`, `, rel = 1.0e-9`, `, abs = 1.0e-12`, in any order.
static ParseResult parseLimits(OpAsmParser &parser, IntegerAttr &ulps,
                               FloatAttr &rel, FloatAttr &abs) {
  Builder &builder = parser.getBuilder();
  while (succeeded(parser.parseOptionalComma())) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef word;
    if (parser.parseKeyword(&word) || parser.parseEqual())
      return failure();
    if (word == "ulps") {
      int64_t value;
      if (parser.parseInteger(value))
        return failure();
      ulps = builder.getI64IntegerAttr(value);
    } else if (word == "rel" || word == "abs") {
      double value;
      if (parser.parseFloat(value))
        return failure();
      (word == "rel" ? rel : abs) = builder.getF64FloatAttr(value);
    } else {
      return parser.emitError(loc, "expected limit to be 'ulps', 'rel' or "
                                   "'abs', but got '")
             << word << "'";
    }
  }
  return success();
}

// Six digits where they say it all, else as many as it takes.
static void printLimit(OpAsmPrinter &printer, double limit) {
  std::string text;
  for (int digits : {6, 17}) {
    text.clear();
    llvm::raw_string_ostream(text) << llvm::format("%.*e", digits, limit);
    double read;
    if (!StringRef(text).getAsDouble(read) && read == limit)
      break;
  }
  printer << text;
}

static void printLimits(OpAsmPrinter &printer, Operation *, IntegerAttr ulps,
                        FloatAttr rel, FloatAttr abs) {
  if (ulps)
    printer << ", ulps = " << ulps.getInt();
  for (auto [word, limit] : {std::pair<StringRef, FloatAttr>("rel", rel),
                             std::pair<StringRef, FloatAttr>("abs", abs)})
    if (limit) {
      printer << ", " << word << " = ";
      printLimit(printer, limit.getValueAsDouble());
    }
}

// `converged` for every sample, or `[converged, diverged]`.
static ParseResult parseStatusNames(OpAsmParser &parser,
                                    DenseI32ArrayAttr &expected) {
  SmallVector<int32_t> numbers;
  auto parseOne = [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    StringRef word;
    if (parser.parseKeyword(&word))
      return failure();
    std::optional<int32_t> number = statusNumber(word);
    if (!number)
      return parser.emitError(loc, "expected the name of a status, but got '")
             << word << "'";
    numbers.push_back(*number);
    return success();
  };
  if (succeeded(parser.parseOptionalLSquare())) {
    if (parser.parseCommaSeparatedList(parseOne) || parser.parseRSquare())
      return failure();
  } else if (parseOne()) {
    return failure();
  }
  expected = parser.getBuilder().getDenseI32ArrayAttr(numbers);
  return success();
}

static void printStatusNames(OpAsmPrinter &printer, Operation *,
                             DenseI32ArrayAttr expected) {
  if (expected.size() == 1) {
    printer << statusName(expected[0]);
    return;
  }
  printer << '[';
  llvm::interleaveComma(expected.asArrayRef(), printer,
                        [&](int32_t n) { printer << statusName(n); });
  printer << ']';
}

// `: tensor<2xi32>`; i32 where nothing is written.
static ParseResult parseStatusType(OpAsmParser &parser, Type &type) {
  type = parser.getBuilder().getI32Type();
  if (succeeded(parser.parseOptionalColon()))
    return parser.parseType(type);
  return success();
}

static void printStatusType(OpAsmPrinter &printer, Operation *, Type type) {
  if (!type.isInteger(32))
    printer << " : " << type;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static LogicalResult verifyComparable(Operation *op, Type type) {
  if (isSupportedElement(elementTypeOf(type)) &&
      (!isa<ShapedType>(type) || isa<RankedTensorType>(type)))
    return success();
  return op->emitOpError("expected value to be a number or a ranked tensor of "
                         "f32, f64 or integers, but got ")
         << type;
}

LogicalResult CloseOp::verify() {
  if (!isa<FloatAttr, IntegerAttr, DenseElementsAttr>(getExpectedAttr()))
    return emitOpError("expected 'expected' to be a number or a dense literal, "
                       "but got ")
           << getExpectedAttr();
  return verifyComparable(*this, getValue().getType());
}

LogicalResult NearOp::verify() {
  return verifyComparable(*this, getValue().getType());
}

LogicalResult EqualBitsOp::verify() {
  return verifyComparable(*this, getValue().getType());
}

LogicalResult StatusOp::verify() {
  Type type = getValue().getType();
  if (!elementTypeOf(type).isInteger(32))
    return emitOpError("expected value to be i32 or a tensor of i32, but got ")
           << type;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (getExpected().size() > 1 && tensor && tensor.hasStaticShape() &&
      tensor.getNumElements() != static_cast<int64_t>(getExpected().size()))
    return emitOpError("expected one status per sample (")
           << tensor.getNumElements() << "), but got " << getExpected().size();
  return success();
}

// A call of a function with checks may be replaced by the function.
struct EqTestInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool,
                       IRMapping &) const override {
    return true;
  }
};

void EqTestDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "eq/IR/EqTestOps.cpp.inc"
      >();
  addInterfaces<EqTestInlinerInterface>();
}

} // namespace mlir::eq::test

#define GET_OP_CLASSES
#include "eq/IR/EqTestOps.cpp.inc"
