// The C header of a compiled program.
#ifndef EQ_RUN_HEADER_H
#define EQ_RUN_HEADER_H

#include "eq/Run/Arguments.h"

namespace mlir::eq {

/// Declares one entry per function, with an index for each operand:
///
///   enum { EQ_SOLVE_IN_Z, EQ_SOLVE_IN_W, EQ_SOLVE_IN_COUNT };
///   int eq_solve(eq_context *context, const eq_tensor *in, eq_tensor *out);
std::string makeHeader(llvm::StringRef sourceName,
                       llvm::ArrayRef<FunctionSpec> functions);

} // namespace mlir::eq

#endif // EQ_RUN_HEADER_H
