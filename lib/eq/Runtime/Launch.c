/* Runs kernels: what the GPU and the simulator have in common. */

#include "Internal.h"

enum { LEAST_CHUNK = 64, MOST_CHUNK = 1024 };

int eqrt_launch(eq_context *context, const eqrt_kernel *kernel, int64_t samples,
                int32_t count, const eqrt_kernel_argument *arguments) {
  if (samples == 0)
    return EQ_OK;
  eqrti_launch launch = {kernel, samples, kernel->chunk, count, arguments};
  if (launch.chunk < 1) {
    int64_t chunk = samples / 4096;
    launch.chunk = (int32_t)(chunk < LEAST_CHUNK  ? LEAST_CHUNK
                             : chunk > MOST_CHUNK ? MOST_CHUNK
                                                  : chunk);
  }
  if (kernel->ptx)
    return eqrti_launch_on_device(context, &launch);
  if (kernel->simulated)
    return eqrti_simulate(context, &launch);
  return eqrti_fail(context, EQ_ERROR_INTERNAL,
                    "expected the kernel '%s' to have code, but it has none",
                    kernel->name);
}
