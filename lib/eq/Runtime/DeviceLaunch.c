/* Runs a kernel on a GPU and waits for it. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Device.h"

#include <inttypes.h>
#include <time.h>

enum {
  FIXED = 4,         /* parameters of every kernel */
  EAGER_LOOKS = 100, /* at the event, before the first pause */
  FIRST_PAUSE_NS = 20000,
  LONGEST_PAUSE_NS = 1000000
};

/* Where one argument is on the device. */
typedef struct {
  cu_address address;
  eqrti_piece *copy; /* of host memory; NULL: none, or another argument's */
  int32_t use;       /* of all arguments that share the copy */
} place;

typedef struct {
  eq_context *context;
  eqrti_gpu *gpu;
  const eqrti_launch *launch;
  const eqrti_loaded *loaded;
  place *places;
  void **parameters;
} run;

/* ---- Arguments ----------------------------------------------------------- */

static int64_t place_bytes(const run *r, int32_t i) {
  return r->launch->arguments[i].bytes;
}

/* The argument before `i` that has the same host memory, or -1. */
static int32_t find_same(const run *r, int32_t i) {
  const eqrt_kernel_argument *all = r->launch->arguments;
  for (int32_t k = 0; k < i; ++k)
    if (r->places[k].copy && all[k].data == all[i].data &&
        all[k].bytes == all[i].bytes)
      return k;
  return -1;
}

static int place_argument(run *r, int32_t i) {
  const eqrt_kernel_argument *argument = &r->launch->arguments[i];
  place *at = &r->places[i];
  *at = (place){0, NULL, argument->use};
  if (argument->use == EQRT_USE_VALUE || argument->bytes == 0)
    return EQ_OK;
  if (eqrti_piece_find(r->gpu, argument->data)) {
    at->address = (uintptr_t)argument->data;
    return EQ_OK;
  }
  int32_t same = find_same(r, i);
  if (same >= 0) {
    at->address = r->places[same].address;
    r->places[same].use |= argument->use;
    return EQ_OK;
  }
  at->copy = eqrti_piece_take(r->context, r->gpu, argument->bytes);
  if (!at->copy)
    return r->context->code;
  at->address = at->copy->address;
  return EQ_OK;
}

static int place_arguments(run *r) {
  int32_t count = r->launch->count;
  int64_t bytes = (int64_t)(sizeof(void *) + sizeof(place)) * count +
                  (int64_t)sizeof(void *) * FIXED;
  r->places = eqrti_arena_take(r->context, bytes, EQRTI_ALIGNMENT, false);
  if (!r->places)
    return r->context->code;
  r->parameters = (void **)(r->places + count);
  for (int32_t i = 0; i < count; ++i) {
    int code = place_argument(r, i);
    if (code != EQ_OK)
      return code;
    bool value = r->launch->arguments[i].use == EQRT_USE_VALUE;
    r->parameters[FIXED + i] =
        value ? r->launch->arguments[i].data : &r->places[i].address;
  }
  return EQ_OK;
}

static int copy_in(run *r) {
  for (int32_t i = 0; i < r->launch->count; ++i) {
    if (!r->places[i].copy || !(r->places[i].use & EQRT_USE_READ))
      continue;
    int code =
        eqrti_copy_to_device(r->context, r->gpu, r->places[i].address,
                             r->launch->arguments[i].data, place_bytes(r, i));
    if (code != EQ_OK)
      return code;
  }
  return EQ_OK;
}

static int copy_out(run *r) {
  for (int32_t i = 0; i < r->launch->count; ++i) {
    if (!r->places[i].copy || !(r->places[i].use & EQRT_USE_WRITE))
      continue;
    int code =
        eqrti_copy_to_host(r->context, r->gpu, r->launch->arguments[i].data,
                           r->places[i].address, place_bytes(r, i));
    if (code != EQ_OK)
      return code;
  }
  return eqrti_gpu_wait(r->context, r->gpu);
}

/* ---- Running ------------------------------------------------------------- */

static void tell_cancelled(run *r) {
  if (atomic_load_explicit(&r->context->stop, memory_order_relaxed) != 0)
    atomic_store_explicit(r->gpu->cancelled, 1, memory_order_relaxed);
}

/* A cooperative launch begins when there is room for all its blocks, whatever
 * else runs on the GPU. Those of an ordinary one begin one by one, so that a
 * block could wait for one that gets no room before it has ended. */
static int launch_blocks(run *r, int64_t blocks) {
  const eqrti_driver *driver = r->gpu->device->driver;
  const eqrt_kernel *kernel = r->launch->kernel;
  bool together = kernel->cooperative != 0;
  unsigned grid = (unsigned)blocks, threads = (unsigned)kernel->threads;
  unsigned shared = (unsigned)kernel->shared_bytes;
  cu_result result =
      together
          ? driver->cuLaunchCooperativeKernel(r->loaded->function, grid, 1, 1,
                                              threads, 1, 1, shared,
                                              r->gpu->stream, r->parameters)
          : driver->cuLaunchKernel(r->loaded->function, grid, 1, 1, threads, 1,
                                   1, shared, r->gpu->stream, r->parameters,
                                   NULL);
  return result == CUDA_SUCCESS
             ? EQ_OK
             : eqrti_gpu_fail(
                   r->context, r->gpu->device,
                   together ? "cuLaunchCooperativeKernel" : "cuLaunchKernel",
                   result,
                   "launch the kernel '%.80s' (%" PRId64
                   " blocks of %d threads and %d bytes of shared memory)",
                   kernel->name, blocks, (int)kernel->threads,
                   (int)kernel->shared_bytes);
}

static int enqueue(run *r) {
  const eqrti_driver *driver = r->gpu->device->driver;
  const eqrti_launch *launch = r->launch;
  const eqrt_kernel *kernel = launch->kernel;
  int64_t samples = launch->samples;
  int32_t chunk = launch->chunk;
  r->parameters[0] = &samples;
  r->parameters[1] = &r->gpu->taken;
  r->parameters[2] = &chunk;
  r->parameters[3] = &r->gpu->cancelled_address;
  int64_t blocks = (samples - 1) / kernel->samples + 1;
  if (blocks > r->loaded->blocks)
    blocks = r->loaded->blocks;

  atomic_store_explicit(r->gpu->cancelled, 0, memory_order_relaxed);
  tell_cancelled(r);
  r->gpu->pending = true;
  cu_result result =
      driver->cuMemsetD32Async(r->gpu->taken, 0, 1, r->gpu->stream);
  if (result != CUDA_SUCCESS)
    return eqrti_gpu_fail(r->context, r->gpu->device, "cuMemsetD32Async",
                          result, "clear 4 bytes");
  int code = launch_blocks(r, blocks);
  if (code != EQ_OK)
    return code;
  result = driver->cuEventRecord(r->gpu->event, r->gpu->stream);
  return result == CUDA_SUCCESS
             ? EQ_OK
             : eqrti_gpu_fail(r->context, r->gpu->device, "cuEventRecord",
                              result, "mark the end of a kernel");
}

/* Looks at the event instead of waiting in the driver: eq_cancel may only set
 * a number of the context, and this thread brings it to the kernel. */
static int await(run *r) {
  const eqrti_driver *driver = r->gpu->device->driver;
  struct timespec pause = {0, FIRST_PAUSE_NS};
  cu_result result;
  for (int64_t looks = 0;
       (result = driver->cuEventQuery(r->gpu->event)) == CUDA_ERROR_NOT_READY;
       ++looks) {
    tell_cancelled(r);
    if (looks < EAGER_LOOKS)
      continue;
    nanosleep(&pause, NULL);
    if (pause.tv_nsec < LONGEST_PAUSE_NS)
      pause.tv_nsec += pause.tv_nsec / 8;
  }
  if (result == CUDA_SUCCESS) {
    r->gpu->pending = false;
    return EQ_OK;
  }
  return eqrti_gpu_fail(r->context, r->gpu->device, "cuEventQuery", result,
                        "see the kernel '%.80s' finish",
                        r->launch->kernel->name);
}

static int run_entered(run *r) {
  int code;
  r->loaded = eqrti_kernel_load(r->context, r->gpu, r->launch->kernel);
  if (!r->loaded)
    return r->context->code;
  if ((code = place_arguments(r)) || (code = copy_in(r)) ||
      (code = enqueue(r)) || (code = await(r)))
    return code;
  return copy_out(r);
}

int eqrti_launch_on_device(eq_context *context, const eqrti_launch *launch) {
  if (!context->signature)
    return eqrti_fail(context, EQ_ERROR_INTERNAL,
                      "expected kernels to be launched in a running call");
  eqrti_gpu *gpu = eqrti_gpu_enter(context);
  if (!gpu)
    return context->code;
  run r = {.context = context, .gpu = gpu, .launch = launch};
  eqrti_piece *mark = gpu->used;
  int code = run_entered(&r);
  eqrti_gpu_settle(gpu); /* copies of a launch that failed */
  eqrti_pieces_release(gpu, mark);
  eqrti_gpu_leave(gpu);
  return code;
}
