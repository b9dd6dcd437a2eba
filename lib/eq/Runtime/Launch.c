/* Runs kernels: what the GPU and the simulator have in common. */

#include "Internal.h"

enum { LEAST_CHUNK = 64, MOST_CHUNK = 1024 };

void *eqrt_contiguous(eq_context *context, int32_t rank, int32_t element_bytes,
                      const void *descriptor) {
  eqrti_view view = eqrti_read(descriptor, rank, element_bytes);
  if (eqrti_is_contiguous(view.shape, view.strides, rank))
    return (void *)(uintptr_t)view.data;
  int64_t bytes = eqrti_count(view.shape, rank) * element_bytes;
  void *copy = eqrt_alloc(context, bytes, element_bytes);
  if (copy)
    eqrti_copy(copy, NULL, view.data, view.strides, view.shape, rank,
               element_bytes, false);
  return copy;
}

/* Of a program for GPUs only kernels for GPUs may ask for such memory. */
static const void *find_device_memory(const eq_context *context,
                                      const eqrti_launch *launch) {
  for (int32_t i = 0; i < launch->count; ++i)
    if (launch->arguments[i].use != EQRT_USE_VALUE &&
        eqrti_on_device(context, launch->arguments[i].data))
      return launch->arguments[i].data;
  return NULL;
}

int eqrt_launch(eq_context *context, const eqrt_kernel *kernel, int64_t samples,
                int32_t count, const eqrt_kernel_argument *arguments) {
  if (samples == 0)
    return EQ_OK;
  for (int32_t i = 0; i < count; ++i)
    if (!arguments[i].data && arguments[i].bytes > 0)
      return eqrti_fail(context, EQ_ERROR_INTERNAL,
                        "expected the kernel '%s' to get memory for its "
                        "argument %d, but it got none",
                        kernel->name, (int)i);
  eqrti_launch launch = {kernel, samples, kernel->chunk, count, arguments};
  if (launch.chunk < 1) {
    int64_t chunk = samples / 4096;
    launch.chunk = (int32_t)(chunk < LEAST_CHUNK  ? LEAST_CHUNK
                             : chunk > MOST_CHUNK ? MOST_CHUNK
                                                  : chunk);
  }
  if (kernel->ptx)
    return eqrti_launch_on_device(context, &launch);
  if (find_device_memory(context, &launch))
    return eqrti_fail(context, EQ_ERROR_INTERNAL,
                      "expected the kernel '%s' to have PTX, for an argument "
                      "is on a GPU, but it has none",
                      kernel->name);
  if (kernel->simulated)
    return eqrti_simulate(context, &launch);
  return eqrti_fail(context, EQ_ERROR_INTERNAL,
                    "expected the kernel '%s' to have code, but it has none",
                    kernel->name);
}
