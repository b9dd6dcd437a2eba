// What the methods, adjoints, controllers and schedules say about themselves.

#include "eq/IR/EqDialect.h"
#include "eq/IR/EqOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include "eq/IR/EqInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "eq/IR/EqAttributes.cpp.inc"

namespace mlir::eq {

using Names = SmallVector<StringRef>;

Names PicardAttr::getProblems() const {
  return {FixedPointOp::getOperationName()};
}
Names PicardAttr::getKnobs() const { return {"damping"}; }

Names AndersonAttr::getProblems() const {
  return {FixedPointOp::getOperationName()};
}
Names AndersonAttr::getKnobs() const { return {"damping"}; }

LogicalResult AndersonAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t depth) {
  if (depth < 1)
    return emitError() << "expected 'depth' to be at least 1, but got "
                       << depth;
  return success();
}

Names BrentAttr::getProblems() const { return {RootOp::getOperationName()}; }
Names BrentAttr::getKnobs() const { return {"low", "high", "width"}; }

Names RungeKuttaAttr::getProblems() const {
  return {OdeOp::getOperationName()};
}
Names RungeKuttaAttr::getKnobs() const { return {"step", "first_step"}; }

// `<tsit5>`, or `<a = [..], b = [..], ..>` in any order.
Attribute RungeKuttaAttr::parse(AsmParser &parser, Type) {
  SMLoc start = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseLess() || parser.parseKeyword(&word))
    return {};
  MLIRContext *context = parser.getContext();
  std::optional<Tableau> name = symbolizeTableau(word);
  if (name && *name != Tableau::user) {
    if (parser.parseGreater())
      return {};
    return get(context, *name);
  }

  llvm::StringMap<DenseF64ArrayAttr> rows;
  llvm::StringMap<unsigned> orders;
  while (true) {
    SMLoc loc = parser.getCurrentLocation();
    bool isRow = llvm::is_contained({"a", "b", "c", "b_hat"}, word);
    bool isOrder = word == "order" || word == "order_hat";
    if (!isRow && !isOrder) {
      parser.emitError(start,
                       "expected the name of a tableau, or 'a', 'b', "
                       "'c', 'order', 'b_hat' and 'order_hat', but got '")
          << word << "'";
      return {};
    }
    if (rows.count(word) || orders.count(word)) {
      parser.emitError(loc, "expected '") << word << "' to be given once";
      return {};
    }
    if (parser.parseEqual())
      return {};
    if (isOrder) {
      if (parser.parseInteger(orders[word]))
        return {};
    } else {
      SmallVector<double> numbers;
      auto parseOne = [&] { return parser.parseFloat(numbers.emplace_back()); };
      if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                         parseOne))
        return {};
      rows[word] = DenseF64ArrayAttr::get(context, numbers);
    }
    if (failed(parser.parseOptionalComma()))
      break;
    if (parser.parseKeyword(&word))
      return {};
  }
  if (parser.parseGreater())
    return {};
  for (StringRef row : {"a", "b", "c"})
    if (!rows.count(row)) {
      parser.emitError(start, "expected a tableau to give '") << row << "'";
      return {};
    }
  return get(context, Tableau::user, rows["a"], rows["b"], rows["c"],
             orders["order"], rows["b_hat"], orders["order_hat"]);
}

void RungeKuttaAttr::print(AsmPrinter &printer) const {
  if (getTableau() != Tableau::user) {
    printer << '<' << stringifyTableau(getTableau()) << '>';
    return;
  }
  auto printRow = [&](StringRef name, DenseF64ArrayAttr row) {
    printer << name << " = [";
    llvm::interleaveComma(row.asArrayRef(), printer, [&](double number) {
      printer.printFloat(APFloat(number));
    });
    printer << ']';
  };
  printer << '<';
  printRow("a", getA());
  printer << ", ";
  printRow("b", getB());
  printer << ", ";
  printRow("c", getC());
  printer << ", order = " << getOrder();
  if (getBHat()) {
    printer << ", ";
    printRow("b_hat", getBHat());
    printer << ", order_hat = " << getOrderHat();
  }
  printer << '>';
}

Names PidAttr::getKnobs() const {
  return {"pcoeff", "icoeff", "dcoeff", "safety", "factor_min", "factor_max"};
}

Names ImplicitAttr::getProblems() const {
  return {FixedPointOp::getOperationName()};
}
Names OneStepAttr::getProblems() const {
  return {FixedPointOp::getOperationName()};
}
Names NeumannAttr::getProblems() const {
  return {FixedPointOp::getOperationName()};
}
Names InterpolatingAttr::getProblems() const {
  return {OdeOp::getOperationName()};
}
Names BacksolveAttr::getProblems() const { return {OdeOp::getOperationName()}; }
Names CheckpointedAttr::getProblems() const {
  return {OdeOp::getOperationName(), FixedPointOp::getOperationName()};
}

bool SerialAttr::isBitExact(Operation *loop) const { return true; }
LogicalResult SerialAttr::verifyFor(Operation *loop) const { return success(); }

bool LanesAttr::isBitExact(Operation *loop) const { return true; }
// Lanes are samples: there must be several, and each writes only its own.
LogicalResult LanesAttr::verifyFor(Operation *op) const {
  auto loop = cast<LoopOp>(op);
  if (loop.getBatchDims().empty())
    return loop->emitOpError("expected a batch where 'schedule' is ") << *this;
  if (getLanes() > 64)
    return loop->emitOpError("expected 'lanes' to be at most 64, but got ")
           << getLanes();
  return success();
}

LogicalResult LanesAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                int64_t lanes, int64_t rows, int64_t refill,
                                int64_t chunk) {
  if (lanes < 1 || !llvm::isPowerOf2_64(lanes))
    return emitError() << "expected 'lanes' to be a power of two, but got "
                       << lanes;
  if (rows < 1)
    return emitError() << "expected 'rows' to be at least 1, but got " << rows;
  if (refill < 1 || refill > lanes)
    return emitError() << "expected 'refill' to be from 1 to 'lanes', but got "
                       << refill;
  if (chunk < 0)
    return emitError() << "expected 'chunk' to be at least 0, but got "
                       << chunk;
  return success();
}

bool ThreadAttr::isBitExact(Operation *loop) const { return true; }
LogicalResult ThreadAttr::verifyFor(Operation *op) const {
  auto loop = cast<LoopOp>(op);
  if (loop.getBatchDims().empty())
    return loop->emitOpError("expected a batch where 'schedule' is ") << *this;
  return success();
}

LogicalResult ThreadAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t block, int64_t refill, int64_t chunk) {
  if (block < 32 || block > 1024 || block % 32 != 0)
    return emitError() << "expected 'block' to be a multiple of 32, at most "
                          "1024, but got "
                       << block;
  if (refill < 1 || refill > 32)
    return emitError() << "expected 'refill' to be from 1 to 32, but got "
                       << refill;
  if (chunk < 0 || chunk > std::numeric_limits<int32_t>::max())
    return emitError() << "expected 'chunk' to be at least 0 and below 2^31, "
                          "but got "
                       << chunk;
  return success();
}

bool CtaAttr::isBitExact(Operation *loop) const { return true; }
LogicalResult CtaAttr::verifyFor(Operation *op) const {
  auto loop = cast<LoopOp>(op);
  if (loop.getBatchDims().empty())
    return loop->emitOpError("expected a batch where 'schedule' is ") << *this;
  return success();
}

LogicalResult CtaAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                              int64_t warps, int64_t samples, int64_t rows,
                              int64_t refill, int64_t chunk) {
  if (warps < 1 || warps > 32)
    return emitError() << "expected 'warps' to be from 1 to 32, but got "
                       << warps;
  if (samples != 1 && samples != 2 && samples != 4)
    return emitError() << "expected 'samples' to be 1, 2 or 4, but got "
                       << samples;
  if (rows < 1 || rows > 64)
    return emitError() << "expected 'rows' to be from 1 to 64, but got "
                       << rows;
  if (refill < 1 || refill > 32 * samples)
    return emitError() << "expected 'refill' to be from 1 to 32 x 'samples' = "
                       << 32 * samples << ", but got " << refill;
  if (chunk < 0 || chunk > std::numeric_limits<int32_t>::max())
    return emitError() << "expected 'chunk' to be at least 0 and below 2^31, "
                          "but got "
                       << chunk;
  return success();
}

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef chip, int64_t vectorBits,
                                 int64_t vectorRegisters, int64_t l1,
                                 int64_t l2, int64_t cores) {
  if (vectorBits < 64 || vectorBits > 2048 || !llvm::isPowerOf2_64(vectorBits))
    return emitError() << "expected 'vector_bits' to be a power of two from 64 "
                          "to 2048, but got "
                       << vectorBits;
  if (vectorRegisters < 4)
    return emitError()
           << "expected 'vector_registers' to be at least 4, but got "
           << vectorRegisters;
  if (l1 < 1 || l2 < l1)
    return emitError() << "expected 'l1' to be at least 1 and 'l2' at least "
                          "'l1', but got "
                       << l1 << " and " << l2;
  if (cores < 1)
    return emitError() << "expected 'cores' to be at least 1, but got "
                       << cores;
  return success();
}

TargetAttr TargetAttr::getDefault(MLIRContext *context) {
  return get(context, "x86-64-v3", /*vector_bits=*/256,
             /*vector_registers=*/16, /*l1=*/32 << 10, /*l2=*/512 << 10,
             /*cores=*/1);
}

LogicalResult
GPUTargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      StringRef chip, int64_t multiprocessors,
                      int64_t registers, int64_t threads,
                      int64_t sharedMemory) {
  if (!chip.starts_with("sm_"))
    return emitError() << "expected the chip to be one such as \"sm_90\", but "
                          "got \""
                       << chip << '"';
  for (auto [name, value] :
       {std::pair<StringRef, int64_t>("multiprocessors", multiprocessors),
        {"registers", registers},
        {"threads", threads},
        {"shared_memory", sharedMemory}})
    if (value < 1)
      return emitError() << "expected '" << name
                         << "' to be at least 1, but got " << value;
  return success();
}

// The largest GPU of each compute capability: CUDA C++ Programming Guide, table
// "Technical Specifications per Compute Capability", and data sheets.
GPUTargetAttr GPUTargetAttr::forChip(MLIRContext *context, StringRef chip) {
  struct Chip {
    StringRef name;
    int64_t multiprocessors, threads, sharedKiB;
  };
  static constexpr Chip chips[] = {
      {"sm_80", 108, 2048, 163},  {"sm_86", 84, 1536, 99},
      {"sm_89", 142, 1536, 99},   {"sm_90", 132, 2048, 227},
      {"sm_100", 148, 2048, 227}, {"sm_120", 188, 1536, 99},
  };
  for (const Chip &known : chips)
    if (known.name == chip)
      return get(context, chip, known.multiprocessors, /*registers=*/65536,
                 known.threads, known.sharedKiB << 10);
  return nullptr;
}

StringRef GPUTargetAttr::knownChips() {
  return "sm_80, sm_86, sm_89, sm_90, sm_100 or sm_120";
}

// Here and not beside the dialect: the attributes' storage is complete only in
// this file.

void EqDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "eq/IR/EqAttributes.cpp.inc"
      >();
}

} // namespace mlir::eq
