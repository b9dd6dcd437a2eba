/* Kernels on the CPU: every thread of a GPU's block is a fibre. */

#include "Internal.h"

int eqrti_simulate(eq_context *context, const eqrti_launch *launch) {
  return eqrti_fail(context, EQ_ERROR_INTERNAL,
                    "expected to simulate the kernel '%s', but cannot yet",
                    launch->kernel->name);
}
