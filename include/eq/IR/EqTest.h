// The eqtest dialect: checks on computed numbers, for tests.
#ifndef EQ_IR_EQTEST_H
#define EQ_IR_EQTEST_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "eq/IR/EqTestDialect.h.inc"

#define GET_OP_CLASSES
#include "eq/IR/EqTestOps.h.inc"

#endif // EQ_IR_EQTEST_H
