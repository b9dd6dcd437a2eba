// What the ops of the eqtest dialect call, and what they found.
#ifndef EQ_RUN_CHECKS_H
#define EQ_RUN_CHECKS_H

#include <cstdint>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace mlir::eq {

/// Counts of the checks that ran in this process since the last `start`.
struct CheckCounts {
  int64_t ran = 0;
  int64_t missed = 0;
};

/// Begins counting; misses are written to `os`.
void startChecks(llvm::raw_ostream &os);

/// The counts since `startChecks`.
CheckCounts countChecks();

} // namespace mlir::eq

// Called by generated code. Descriptors are MLIR memref descriptors. A limit
// that is not given is negative. Mode 0 compares numbers, mode 1 bits.
extern "C" {
void eqtest_compare(const char *place, int32_t isReal, int32_t bits,
                    int32_t rank, const void *value, const void *expected,
                    int32_t mode, int64_t ulps, double rel, double abs);
void eqtest_status(const char *place, int32_t rank, const void *value,
                   const void *expected);
}

#endif // EQ_RUN_CHECKS_H
