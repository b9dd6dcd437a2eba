// What is known of the operands of a division.
#ifndef EQ_IR_QUOTIENTS_H
#define EQ_IR_QUOTIENTS_H

#include "llvm/ADT/StringRef.h"

namespace mlir::eq {

/// Of an `arith.divf` on f32: it is that of eq's own tanh, whose divisor is
/// from 1/2 to 1. A pass that drops it leaves a program that is right, and
/// slower on a GPU.
inline constexpr llvm::StringLiteral quotientOfTanhAttr = "eq.quotient_of_tanh";

} // namespace mlir::eq

#endif // EQ_IR_QUOTIENTS_H
