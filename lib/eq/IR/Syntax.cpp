// Custom directives of the assembly formats.

#include "Syntax.h"

namespace mlir::eq {

ParseResult parseKnobs(OpAsmParser &parser, UnresolvedOperands &operands,
                       SmallVectorImpl<Type> &types, ArrayAttr &names) {
  SmallVector<Attribute> words;
  auto parseOne = [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    std::string word;
    if (parser.parseKeywordOrString(&word))
      return failure();
    Attribute name = parser.getBuilder().getStringAttr(word);
    if (llvm::is_contained(words, name))
      return parser.emitError(loc, "expected knob '")
             << word << "' to be given once";
    words.push_back(name);
    return failure(parser.parseEqual() ||
                   parser.parseOperand(operands.emplace_back()) ||
                   parser.parseColonType(types.emplace_back()));
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseOne))
    return failure();
  names = parser.getBuilder().getArrayAttr(words);
  return success();
}

void printKnobs(OpAsmPrinter &printer, Operation *op, OperandRange operands,
                TypeRange types, ArrayAttr names) {
  printer << '(';
  llvm::interleaveComma(llvm::zip(names, operands), printer, [&](auto knob) {
    printer.printKeywordOrString(cast<StringAttr>(std::get<0>(knob)).strref());
    printer << " = " << std::get<1>(knob) << " : "
            << std::get<1>(knob).getType();
  });
  printer << ')';
}

ParseResult parseOptionalUntil(OpAsmParser &parser,
                               UnresolvedOperands &operands,
                               SmallVectorImpl<Type> &types, ArrayAttr &names) {
  if (succeeded(parser.parseOptionalKeyword("until")))
    return parseKnobs(parser, operands, types, names);
  names = parser.getBuilder().getArrayAttr({});
  return success();
}

void printOptionalUntil(OpAsmPrinter &printer, Operation *op,
                        OperandRange operands, TypeRange types,
                        ArrayAttr names) {
  if (names.empty())
    return;
  printer << " until";
  printKnobs(printer, op, operands, types, names);
}

ParseResult parseMethod(OpAsmParser &parser, Attribute &method,
                        UnresolvedOperands &operands,
                        SmallVectorImpl<Type> &types, ArrayAttr &names) {
  Attribute control;
  SMLoc loc = parser.getCurrentLocation();
  if (parseControlledMethod(parser, method, control, operands, types, names))
    return failure();
  if (control)
    return parser.emitError(loc, "expected no 'control': only integrations "
                                 "have a step size");
  return success();
}

void printMethod(OpAsmPrinter &printer, Operation *op, Attribute method,
                 OperandRange operands, TypeRange types, ArrayAttr names) {
  printControlledMethod(printer, op, method, Attribute(), operands, types,
                        names);
}

ParseResult parseControlledMethod(OpAsmParser &parser, Attribute &method,
                                  Attribute &control,
                                  UnresolvedOperands &operands,
                                  SmallVectorImpl<Type> &types,
                                  ArrayAttr &names) {
  if (parser.parseLParen() || parser.parseAttribute(method) ||
      parser.parseRParen())
    return failure();
  if (succeeded(parser.parseOptionalKeyword("control")) &&
      (parser.parseLParen() || parser.parseAttribute(control) ||
       parser.parseRParen()))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("with")))
    return parseKnobs(parser, operands, types, names);
  names = parser.getBuilder().getArrayAttr({});
  return success();
}

void printControlledMethod(OpAsmPrinter &printer, Operation *op,
                           Attribute method, Attribute control,
                           OperandRange operands, TypeRange types,
                           ArrayAttr names) {
  printer << '(' << method << ')';
  if (control)
    printer << " control(" << control << ')';
  if (names.empty())
    return;
  printer << " with";
  printKnobs(printer, op, operands, types, names);
}

// An enumeration's word in parentheses. (Its attribute alone would print with a
// blank in front: `norm( rms)`.)
template <typename EnumAttr, typename Symbolize>
static ParseResult parseWord(OpAsmParser &parser, EnumAttr &attribute,
                             Symbolize symbolize, StringRef what) {
  StringRef word;
  if (parser.parseLParen())
    return failure();
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&word))
    return failure();
  auto value = symbolize(word);
  if (!value)
    return parser.emitError(loc, "expected ")
           << what << ", but got '" << word << "'";
  attribute = EnumAttr::get(parser.getContext(), *value);
  return parser.parseRParen();
}

ParseResult parseNormWord(OpAsmParser &parser, NormAttr &norm) {
  return parseWord(
      parser, norm, [](StringRef word) { return symbolizeNorm(word); },
      "'norm' to be max, rms or l2");
}

void printNormWord(OpAsmPrinter &printer, Operation *op, NormAttr norm) {
  printer << '(' << stringifyNorm(norm.getValue()) << ')';
}

ParseResult parseOnFailureWord(OpAsmParser &parser, OnFailureAttr &what) {
  return parseWord(
      parser, what, [](StringRef word) { return symbolizeOnFailure(word); },
      "'on_failure' to be fail or ignore");
}

void printOnFailureWord(OpAsmPrinter &printer, Operation *op,
                        OnFailureAttr what) {
  printer << '(' << stringifyOnFailure(what.getValue()) << ')';
}

ParseResult parseBody(OpAsmParser &parser, Region &body) {
  if (parser.parseRegion(body, /*arguments=*/{}, /*enableNameShadowing=*/true))
    return failure();
  // A name that the region does not define stands for an op that is nowhere.
  WalkResult result = body.walk([](Operation *op) {
    for (Value operand : op->getOperands())
      if (Operation *definition = operand.getDefiningOp())
        if (!definition->getBlock())
          return WalkResult(
              emitError(op->getLoc(), "'")
              << op->getName()
              << "' uses a value that is not defined in its region, which sees "
                 "its own arguments alone: pass outer values by 'ins' or "
                 "'shared'");
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  // Said here, because the check of all blocks comes first otherwise and knows
  // nothing of these ops.
  for (Block &block : body)
    if (!block.empty() && !block.back().mightHaveTrait<OpTrait::IsTerminator>())
      return emitError(block.back().getLoc(),
                       "expected the region to end in 'eq.yield', or a loop's "
                       "'start' or 'step' in 'eq.next', but it ends in '")
             << block.back().getName() << "'";
  return success();
}

void printBody(OpAsmPrinter &printer, Operation *op, Region &body) {
  printer.printRegion(body, /*printEntryBlockArgs=*/true);
}

ParseResult parseLoopRegions(OpAsmParser &parser, Region &start, Region &step,
                             Region &finish) {
  if (succeeded(parser.parseOptionalKeyword("start")) &&
      parseBody(parser, start))
    return failure();
  if (parser.parseKeyword("step") || parseBody(parser, step))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("finish")) &&
      parseBody(parser, finish))
    return failure();
  return success();
}

void printLoopRegions(OpAsmPrinter &printer, Operation *op, Region &start,
                      Region &step, Region &finish) {
  if (!start.empty()) {
    printer << "start ";
    printBody(printer, op, start);
    printer << ' ';
  }
  printer << "step ";
  printBody(printer, op, step);
  if (!finish.empty()) {
    printer << " finish ";
    printBody(printer, op, finish);
  }
}

ParseResult parseEvents(OpAsmParser &parser,
                        SmallVectorImpl<std::unique_ptr<Region>> &regions,
                        DenseI32ArrayAttr &directions,
                        DenseI64ArrayAttr &keeps) {
  SmallVector<int32_t> directionValues;
  SmallVector<int64_t> keepValues;
  while (succeeded(parser.parseOptionalKeyword("event"))) {
    StringRef word;
    if (parser.parseLParen())
      return failure();
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&word))
      return failure();
    std::optional<EventDirection> direction = symbolizeEventDirection(word);
    if (!direction)
      return parser.emitError(loc, "expected event direction to be 'rising', "
                                   "'falling' or 'any', but got '")
             << word << "'";
    int64_t keep = 0;
    if (succeeded(parser.parseOptionalComma())) {
      loc = parser.getCurrentLocation();
      if (parser.parseKeyword("keep") || parser.parseEqual() ||
          parser.parseInteger(keep))
        return failure();
      // ode_c13: 0 is what the op holds where nothing is kept; the verifier
      // refuses the other numbers that are no counts.
      if (keep == 0)
        return parser.emitError(loc, "expected 'keep' to be at least 1, but "
                                     "got ")
               << keep;
    }
    if (parser.parseRParen())
      return failure();
    directionValues.push_back(static_cast<int32_t>(*direction));
    keepValues.push_back(keep);
    regions.push_back(std::make_unique<Region>());
    if (parseBody(parser, *regions.back()))
      return failure();
    regions.push_back(std::make_unique<Region>());
    if (succeeded(parser.parseOptionalKeyword("apply")) &&
        parseBody(parser, *regions.back()))
      return failure();
  }
  directions = parser.getBuilder().getDenseI32ArrayAttr(directionValues);
  keeps = parser.getBuilder().getDenseI64ArrayAttr(keepValues);
  return success();
}

void printEvents(OpAsmPrinter &printer, Operation *op,
                 MutableArrayRef<Region> regions, DenseI32ArrayAttr directions,
                 DenseI64ArrayAttr keeps) {
  for (auto [i, direction, keep] :
       llvm::enumerate(directions.asArrayRef(), keeps.asArrayRef())) {
    printer << (i == 0 ? "event(" : " event(")
            << stringifyEventDirection(static_cast<EventDirection>(direction));
    if (keep != 0)
      printer << ", keep = " << keep;
    printer << ") ";
    printBody(printer, op, regions[2 * i]);
    if (!regions[2 * i + 1].empty()) {
      printer << " apply ";
      printBody(printer, op, regions[2 * i + 1]);
    }
  }
}

} // namespace mlir::eq
