/* Kernels on NVIDIA GPUs, through the CUDA driver, which is loaded when it is
 * first needed. */

#include "Internal.h"

int eqrti_launch_on_device(eq_context *context, const eqrti_launch *launch) {
  return eqrti_fail(context, EQ_ERROR_DEVICE,
                    "expected a GPU for the kernel '%s', but found none",
                    launch->kernel->name);
}

void *eqrt_device_alloc(eq_context *context, int64_t bytes) {
  return eqrt_alloc(context, bytes, 256);
}
