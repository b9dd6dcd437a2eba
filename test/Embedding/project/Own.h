// The dialect `own`: what a project of somebody else adds to eq.
#ifndef OWN_H
#define OWN_H

#include "eq/Batch/Batch.h"
#include "eq/IR/BodyOpInterface.h"
#include "eq/IR/EqOps.h"
#include "eq/Methods/IterationMethod.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

#include "OwnDialect.h.inc"
#define GET_ATTRDEF_CLASSES
#include "OwnAttributes.h.inc"
#define GET_OP_CLASSES
#include "OwnOps.h.inc"

#endif // OWN_H
