/* What tests ask of the fake driver beyond the driver's own interface. */
#ifndef EQ_TEST_FAKE_CUDA_H
#define EQ_TEST_FAKE_CUDA_H

#include <stdint.h>

/* One launch: all its blocks at once, on the fake's own thread. */
typedef struct {
  unsigned blocks, threads, shared_bytes;
  int cooperative;   /* how it was launched */
  void **parameters; /* the address of each */
} fake_launch;

/* X(result, name, parameters)
 *
 * fake_kernel: the kernel `name`: what it does, and the kind of each parameter:
 *   'l' int64_t, 'i' int32_t, 'd' double, 'p' address of device memory (or 0),
 *   'h' address of host memory that the device sees.
 * fake_fail: the `nth` use of `call` from now on (1: the next) answers `code`.
 *   `call` NULL: of any but those that only release something, and but
 *   cuEventQuery, which is asked until the answer is yes.
 * fake_count: how often `call` was used so far; NULL as above.
 * fake_get, fake_set: "version", "devices", "memory" (bytes of a device),
 *   "shared" (most bytes of a block), "blocks" (of a multiprocessor at once),
 *   "threads" (most of a block), "fault" (what the next kernel ends with),
 *   "stream" (the only one that is right), "cooperative" (whether devices have
 *   cooperative launches). To be read only: "current" (CUDA
 *   contexts of this thread), "modules" (loaded), "live" (memory and events of
 *   eq), "waiting" (work to be done), "failing" (0: fake_fail came true).
 * fake_alloc, fake_free: device memory of a framework, not of eq.
 * fake_peek, fake_poke: read and write device memory, uncounted. */
#define FAKE_CALLS(X)                                                          \
  X(void, fake_kernel,                                                         \
    (const char *name, void (*run)(const fake_launch *), const char *kinds))   \
  X(void, fake_fail, (const char *call, int64_t nth, int code))                \
  X(int64_t, fake_count, (const char *call))                                   \
  X(int64_t, fake_get, (const char *what))                                     \
  X(void, fake_set, (const char *what, int64_t value))                         \
  X(void *, fake_alloc, (int64_t bytes))                                       \
  X(void, fake_free, (void *memory))                                           \
  X(void, fake_peek, (void *to, const void *from, int64_t bytes))              \
  X(void, fake_poke, (void *to, const void *from, int64_t bytes))

#endif
