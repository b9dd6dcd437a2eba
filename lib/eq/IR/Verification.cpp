// Checks that the ops with regions share.

#include "Verification.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::eq {

std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(shape, os, [&](int64_t dim) {
    if (ShapedType::isDynamic(dim))
      os << '?';
    else
      os << dim;
  });
  os << ']';
  return text;
}

SmallVector<Type> typesOf(ArrayRef<BlockArgument> arguments) {
  return llvm::map_to_vector(
      arguments, [](BlockArgument argument) { return argument.getType(); });
}

LogicalResult verifySampleTypes(Operation *op, Region &region, StringRef name) {
  for (BlockArgument argument : region.getArguments())
    if (auto reason = whySampleTypeUnsupported(argument.getType()))
      return op->emitOpError("expected argument #")
             << argument.getArgNumber() << " of '" << name << "' " << *reason;
  return success();
}

LogicalResult verifyArgumentCount(Operation *op, Region &region, StringRef name,
                                  size_t expected, StringRef what) {
  if (region.getNumArguments() != expected)
    return op->emitOpError("expected '")
           << name << "' to take " << expected << " arguments (" << what
           << "), but got " << region.getNumArguments();
  return success();
}

LogicalResult verifyYields(Operation *op, Operation *terminator,
                           StringRef regionName, TypeRange expected,
                           ValueRange values) {
  if (values.getTypes() == expected)
    return success();
  InFlightDiagnostic diag = op->emitOpError("expected '")
                            << regionName << "' to yield (" << expected
                            << "), but got (" << values.getTypes() << ")";
  diag.attachNote(terminator->getLoc()) << "yielded here";
  return diag;
}

FailureOr<SmallVector<int64_t>> verifyBatch(Operation *op, Type init,
                                            Type sample) {
  if (auto batch = batchDimsOf(init, sample))
    return *batch;
  return op->emitOpError("expected 'init' operand #0 to be batch dimensions "
                         "followed by its argument's type ")
         << sample << ", but got " << init;
}

LogicalResult verifyBatched(Operation *op, StringRef name,
                            ArrayRef<int64_t> batch, ValueRange operands,
                            ArrayRef<BlockArgument> arguments) {
  for (auto [i, operand, argument] : llvm::enumerate(operands, arguments)) {
    Type expected = batchedType(batch, argument.getType());
    if (operand.getType() != expected)
      return op->emitOpError("expected '")
             << name << "' operand #" << i << " to be the batch dimensions "
             << shapeText(batch) << " followed by its argument's type "
             << argument.getType() << ", which is " << expected << ", but got "
             << operand.getType();
  }
  return success();
}

LogicalResult verifyShared(Operation *op, ValueRange operands,
                           ArrayRef<BlockArgument> arguments) {
  for (auto [i, operand, argument] : llvm::enumerate(operands, arguments))
    if (operand.getType() != argument.getType())
      return op->emitOpError("expected 'shared' operand #")
             << i << " to have its argument's type " << argument.getType()
             << ", but got " << operand.getType();
  return success();
}

LogicalResult verifyKnobType(Operation *op, StringRef knob, Type got, Type type,
                             ArrayRef<int64_t> batch) {
  Type perSample = batchedType(batch, type);
  if (got == type || got == perSample)
    return success();
  InFlightDiagnostic diag = op->emitOpError("expected knob '")
                            << knob << "' to be " << type;
  if (perSample != type)
    diag << " or, per sample, " << perSample;
  return diag << ", but got " << got;
}

LogicalResult verifyKnobNames(Operation *op, StringRef group, ArrayAttr names,
                              size_t values, ArrayRef<StringRef> allowed) {
  if (names.size() != values)
    return op->emitOpError("expected '")
           << group << "' to have one name per value, but got " << names.size()
           << " names for " << values << " values";
  llvm::StringSet<> seen;
  for (auto name : names.getAsRange<StringAttr>()) {
    if (!llvm::is_contained(allowed, name.strref())) {
      InFlightDiagnostic diag = op->emitOpError("expected '")
                                << group << "' to name ";
      if (allowed.empty())
        diag << "no knob";
      else
        diag << "knobs among " << llvm::join(allowed, ", ");
      return diag << ", but got " << name;
    }
    if (!seen.insert(name.strref()).second)
      return op->emitOpError("expected knob ") << name << " to be given once";
  }
  return success();
}

LogicalResult verifyScale(Operation *op, ValueRange scale,
                          ArrayRef<BlockArgument> states,
                          ArrayRef<int64_t> batch) {
  if (scale.empty())
    return success();
  if (scale.size() != states.size())
    return op->emitOpError("expected 'scale' to have one operand per state (")
           << states.size() << "), but got " << scale.size();
  for (auto [i, operand, state] : llvm::enumerate(scale, states)) {
    Type sample = state.getType();
    if (!isa<FloatType>(elementTypeOf(sample)))
      return op->emitOpError("expected every state to be real where 'scale' is "
                             "given, but state #")
             << i << " is " << sample;
    Type got = operand.getType();
    if (got != elementTypeOf(sample) && got != sample &&
        got != batchedType(batch, sample))
      return op->emitOpError("expected 'scale' operand #")
             << i << " to be " << elementTypeOf(sample) << ", " << sample
             << " or, per sample, " << batchedType(batch, sample)
             << ", but got " << got;
  }
  return success();
}

} // namespace mlir::eq
