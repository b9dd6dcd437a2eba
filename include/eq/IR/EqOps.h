// The ops of the eq dialect.
#ifndef EQ_IR_EQOPS_H
#define EQ_IR_EQOPS_H

#include "eq/IR/EqDialect.h"
#include "eq/IR/ProblemBuilders.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "eq/IR/EqOps.h.inc"

namespace mlir::eq {

/// The operand of the knob `name` in a list of named operands, or null.
Value findKnob(ArrayAttr names, ValueRange values, StringRef name);

} // namespace mlir::eq

#endif // EQ_IR_EQOPS_H
