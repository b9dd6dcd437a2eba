// The eq dialect, its enumerations, interfaces and attributes.
#ifndef EQ_IR_EQDIALECT_H
#define EQ_IR_EQDIALECT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"

#include "eq/IR/EqDialect.h.inc"
#include "eq/IR/EqEnums.h.inc"
#include "eq/IR/EqInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "eq/IR/EqAttributes.h.inc"

#endif // EQ_IR_EQDIALECT_H
