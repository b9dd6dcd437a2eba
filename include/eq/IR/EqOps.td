// All ops of the dialect, family by family.

#ifndef EQ_OPS_TD
#define EQ_OPS_TD

include "eq/IR/EqProblemOps.td"
include "eq/IR/EqLoopOps.td"
include "eq/IR/EqMathOps.td"

#endif // EQ_OPS_TD
