/* The interface of compiled eq programs, for C and C++ callers.
 *
 * Every public function @NAME of a program becomes
 *
 *     int eq_NAME(eq_context *context, const eq_tensor *in, eq_tensor *out);
 *
 * which returns EQ_OK, or a code, and then eq_last_error(context) has the
 * sentence. On an error `out` is as it was before the call. How a *sample*
 * ended is not an error: it is a status, one of the results.
 *
 * Wherever a context is asked for, NULL means a context that belongs to the
 * calling thread and is made when first needed.
 *
 * Solves that eq-lower-loops has put into other functions use the context of
 * the thread that runs them: eq_set_threads(NULL, 2), say, is for them, too.
 * They have no code to return. Where something fails that is not the status of
 * a sample, such as sizes that must agree or memory, its sentence is written to
 * stderr, and the process ends as abort() ends it.
 */
#ifndef EQ_RUNTIME_EQRT_H
#define EQ_RUNTIME_EQRT_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define EQ_API __attribute__((visibility("default")))
#else
#define EQ_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What a function returns. The numbers are frozen. */
enum {
  EQ_OK = 0,
  EQ_ERROR_ARGUMENT = 1, /* a pointer, a device, an alignment, an option */
  EQ_ERROR_TYPE = 2,     /* the element type of a tensor */
  EQ_ERROR_SHAPE = 3,    /* the rank or the sizes of a tensor */
  EQ_ERROR_MEMORY = 4,   /* not enough memory, or over the limit */
  EQ_ERROR_BUSY = 5,     /* the context is in the middle of a call */
  EQ_ERROR_VERSION = 6,  /* compiled for another version of the runtime */
  EQ_ERROR_INTERNAL = 7, /* a mistake of eq, or of a hook */
  EQ_ERROR_DEVICE = 8    /* no GPU, no driver, or one of them failed */
};

/* How the solve of one sample ended: the values of every `status` result. */
enum {
#define EQ_STATUS(name, number, sentence, advice) EQ_STATUS_##name = number,
#include "eq/Runtime/Status.def"
  EQ_STATUS_COUNT /* the numbers are 0 to this, without it */
};

/* The name ("max_iterations"), what it means, and what to try. All three
 * return constant text and never NULL: the name of a number that is not in the
 * list is "unknown". */
EQ_API const char *eq_status_name(int status);
EQ_API const char *eq_status_sentence(int status);
EQ_API const char *eq_status_advice(int status);

/* ---- Tensors: the layout of DLPack's DLTensor ---------------------------- */

enum { EQ_DEVICE_CPU = 1, EQ_DEVICE_CUDA = 2 };

enum {
  EQ_TYPE_INT = 0,
  EQ_TYPE_UINT = 1,
  EQ_TYPE_FLOAT = 2,
  EQ_TYPE_BFLOAT = 4,
  EQ_TYPE_BOOL = 6 /* one byte, zero or not */
};

typedef struct {
  int32_t type; /* EQ_DEVICE_* */
  int32_t id;   /* which GPU */
} eq_device;

typedef struct {
  uint8_t code;   /* EQ_TYPE_* */
  uint8_t bits;   /* of one element: 8, 16, 32 or 64 */
  uint16_t lanes; /* 1 */
} eq_dtype;

typedef struct {
  void *data;
  eq_device device;
  int32_t ndim; /* 0: a scalar */
  eq_dtype dtype;
  int64_t *shape;       /* ndim sizes; may be NULL if ndim is 0 */
  int64_t *strides;     /* in elements, of any sign; NULL: row-major */
  uint64_t byte_offset; /* of the first element from `data` */
} eq_tensor;

/* A result whose `data` is NULL before the call is allocated by the context,
 * and everything in it is filled in; eq_tensor_free gives it back and sets
 * `data`, `shape` and `strides` to NULL. A result with `data` is the caller's
 * memory: it is checked, and written only if the whole call succeeds. It may
 * overlap an input. Results that overlap each other hold unspecified values
 * where they do. */

/* ---- Contexts ------------------------------------------------------------ */

/* Holds what calls share: threads, allocator, limits, callbacks, last error.
 * One context makes one call at a time; a second one at the same time is
 * refused with EQ_ERROR_BUSY, and so are the setters below while a call runs.
 */
typedef struct eq_context eq_context;

/* NULL if there is no memory. */
EQ_API eq_context *eq_context_create(void);

/* Results stay valid after their context is gone, until they are freed.
 * NULL: does nothing (the context of a thread goes with the thread). */
EQ_API int eq_context_destroy(eq_context *context);

/* Why the last function that failed on this context, in this thread, failed;
 * "" if nothing did since the last call that began. Valid until the next call
 * on the context. */
EQ_API const char *eq_last_error(eq_context *context);

/* Frees a result that a context allocated. Any context, or NULL, will do: the
 * memory knows where it came from. A tensor without data is left alone; one
 * that no context allocated, or that is already free, is an error, and
 * nothing is touched. Safe from any thread. */
EQ_API int eq_tensor_free(eq_context *context, eq_tensor *tensor);

/* ---- Threads ------------------------------------------------------------- */

/* How many threads a call may use, the calling one included; 0 (the default):
 * as many as this process has processors. At most 4096. */
EQ_API int eq_set_threads(eq_context *context, int32_t threads);

/* Runs task(arg, i) once for every i from 0 to n - 1, in any order, and
 * returns when all are done. NULL: eq's own threads, made when first needed.
 * Tasks may ask for more tasks. No C++ exception may leave the hook. */
EQ_API int eq_set_parallel_for(
    eq_context *context,
    void (*parallel_for)(void *user, int64_t n,
                         void (*task)(void *arg, int64_t i), void *arg),
    void *user);

/* ---- Memory -------------------------------------------------------------- */

/* Where all memory whose size depends on the operands comes from. `alloc` may
 * return NULL; `free` gets what was asked for. Both, and `user`, must live as
 * long as any result allocated with them, and may be called from any thread. */
typedef struct {
  void *(*alloc)(void *user, size_t bytes, size_t alignment);
  void (*free)(void *user, void *memory, size_t bytes, size_t alignment);
  void *user;
} eq_allocator;

/* NULL: the C library's. Results that exist keep the one they came from. */
EQ_API int eq_set_allocator(eq_context *context, const eq_allocator *allocator);

/* The most bytes that the context may hold: work space, copies of inputs, and
 * results that are not freed yet. 0 (the default): no limit but the memory of
 * the machine. */
EQ_API int eq_set_memory_limit(eq_context *context, uint64_t bytes);

/* The bytes that count against the limit now. */
EQ_API uint64_t eq_memory_in_use(eq_context *context);

/* ---- GPUs ---------------------------------------------------------------- */

/* Programs with kernels run them on a GPU of the context. The CUDA driver is
 * loaded when it is first needed, and the GPU's primary CUDA context is used:
 * the one that the CUDA runtime, PyTorch and JAX have in the same process.
 * Every function of this library leaves the thread's current CUDA context as
 * it was.
 *
 * Inputs and results may be on the CPU or on this GPU, each for itself. A call
 * reads and writes the memory of tensors on the GPU in the order of its stream,
 * and what it wrote is there when it returns. */

/* 1 if there is a GPU with this number that works, else 0; then `reason`
 * (`size` bytes; or NULL) has the sentence that a call would fail with, and
 * else "". Starts CUDA in this process. Safe from any thread. */
EQ_API int eq_gpu_available(int32_t id, char *reason, size_t size);

/* Which GPU: its number in the CUDA driver, 0 by default. A context that had
 * another gives its memory there back, and its stream is the default one
 * again. */
EQ_API int eq_set_device(eq_context *context, int32_t id);

/* The stream (a CUstream or cudaStream_t of the context's GPU) that calls put
 * their work on. It must live until it is replaced or the context is gone.
 * NULL (the default): CUDA's default stream, which waits for work of streams
 * that do not say otherwise. */
EQ_API int eq_set_stream(eq_context *context, void *stream);

/* 1: results whose `data` is NULL are allocated on the GPU; 0 (the default): on
 * the CPU. Device memory does not count against the memory limit. */
EQ_API int eq_set_device_results(eq_context *context, int32_t on_device);

/* ---- Watching and stopping a call ---------------------------------------- */

/* Asks the call that runs, and every later one, to stop soon: samples that are
 * not finished end with the status `cancelled`; the call still returns EQ_OK.
 * Safe from another thread and from a signal handler (there, name the context:
 * NULL would mean that of the thread which runs the handler). */
EQ_API void eq_cancel(eq_context *context);

/* Lets calls run again. */
EQ_API void eq_cancel_reset(eq_context *context);

/* Called now and then during long work, by any thread but one at a time. It
 * may call eq_cancel. NULL: none. */
EQ_API int eq_set_progress(eq_context *context,
                           void (*progress)(void *user, int64_t done,
                                            int64_t total),
                           void *user);

/* The statistics of one solve: arrays of `count` samples, row-major, valid
 * during the callback. */
typedef struct {
  const char *function; /* the compiled entry; "" outside one */
  const char *label;    /* the solve: its place in the source */
  int64_t count;
  const int32_t *iterations;
  const void *residual;  /* float or double, by residual_bits */
  int32_t residual_bits; /* 32 or 64 */
  const int32_t *status; /* EQ_STATUS_* */
} eq_report;

/* Called once per reported solve. NULL: none. It may not use the context,
 * except for eq_cancel. Programs say when they are compiled whether they
 * report. */
EQ_API int eq_set_report(eq_context *context,
                         void (*report)(void *user, const eq_report *report),
                         void *user);

/* ---- The simulator of kernels -------------------------------------------- */

enum {
  EQ_SIMULATOR_ASCENDING = 0,  /* threads run by their numbers */
  EQ_SIMULATOR_DESCENDING = 1, /* the other way round */
  EQ_SIMULATOR_SHUFFLED = 2    /* whichever chance picks, by `seed` */
};

/* How kernels run where a program was compiled for the simulator instead of a
 * GPU. A correct kernel gives the same results for all of these. */
typedef struct {
  int32_t order;    /* EQ_SIMULATOR_* */
  int32_t blocks;   /* of a kernel; 0: as many as the samples fill, at most 4 */
  uint64_t seed;    /* of EQ_SIMULATOR_SHUFFLED */
  int64_t patience; /* loop turns and accesses to memory that one thread may
                       take before it meets others or ends, and a twentieth of
                       what all may before one writes to an argument or ends;
                       0: 100 million */
} eq_simulator;

/* What kernels did: a turn is one of a thread in its main loop, and active if
 * the thread had a sample to work on. */
typedef struct {
  int64_t launches;
  int64_t turns;
  int64_t active_turns;
} eq_simulator_work;

/* NULL: all of it 0. Begins to count work anew. */
EQ_API int eq_set_simulator(eq_context *context, const eq_simulator *simulator);

/* What the simulator has done since then. */
EQ_API int eq_simulator_counts(eq_context *context, eq_simulator_work *work);

#ifdef __cplusplus
}
#endif

#endif /* EQ_RUNTIME_EQRT_H */
