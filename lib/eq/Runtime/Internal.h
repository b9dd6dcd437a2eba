/* What the files of the runtime share. Nothing here is seen outside. */
#ifndef EQ_LIB_RUNTIME_INTERNAL_H
#define EQ_LIB_RUNTIME_INTERNAL_H

#include "eq/Runtime/Generated.h"

#include <fenv.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { EQRTI_MESSAGE_BYTES = 1024 };

enum {
  EQRTI_STOP_CANCELLED = 1, /* until eq_cancel_reset */
  EQRTI_STOP_FAILED = 2     /* until the call ends */
};

/* The bytes that a context holds. Results outlive their context, so the count
 * does too: it has one reference per result and one of the context. */
typedef struct {
  _Atomic uint64_t references;
  _Atomic uint64_t in_use;
} eqrti_account;

/* A piece of arena memory: this header, then the data. */
typedef struct eqrti_block {
  struct eqrti_block *next;
  size_t counted;   /* bytes that count against the limit */
  size_t total;     /* bytes asked of the allocator */
  size_t alignment; /* of the whole, and the distance of the data is one */
} eqrti_block;

/* A GPU of this process, and what a context has on one (Device.h). */
typedef struct eqrti_device eqrti_device;
typedef struct eqrti_gpu eqrti_gpu;

/* A result that a context allocated: this header, shape, strides, then the
 * data. It knows all that is needed to free it. */
typedef struct eqrti_output {
  struct eqrti_output *next; /* in its bucket of the list of all results */
  eqrti_account *account;
  eq_allocator allocator;
  size_t counted;
  size_t total;
  eqrti_device *device; /* which has the data; NULL: the host, behind this */
  int32_t device_id;
  void *data;
  int64_t *shape;
  int64_t *strides;
} eqrti_output;

/* What the body has said about one result. Exactly one of three is set. */
typedef struct {
  eqrti_output *fresh; /* for the caller to keep */
  const void *staged;  /* to be copied to the caller's memory at the end */
  bool on_device;      /* the same, from this address to this device's memory */
  uint64_t address;
} eqrti_result;

typedef struct eqrti_workers eqrti_workers;

struct eq_context {
  uint64_t id; /* never used twice, unlike the address */
  atomic_int busy;
  atomic_int stop; /* EQRTI_STOP_*: why work in progress is not wanted */

  eqrti_account *account;
  eq_allocator allocator;
  bool own_allocator; /* the C library's */
  uint64_t limit;

  int32_t threads; /* 0: as many as there are processors */
  void (*parallel_for)(void *user, int64_t n,
                       void (*task)(void *arg, int64_t i), void *arg);
  void *parallel_for_user;
  eqrti_workers *workers; /* NULL until needed */

  int32_t device; /* the GPU's number */
  void *stream;   /* CUstream */
  bool device_results;
  eqrti_gpu *gpu; /* NULL until needed */

  void (*progress)(void *user, int64_t done, int64_t total);
  void *progress_user;
  void (*report)(void *user, const eq_report *report);
  void *report_user;
  eq_simulator simulator;
  eq_simulator_work simulated;
  pthread_mutex_t callback_lock; /* one callback at a time */

  pthread_mutex_t lock; /* of the next four: tasks allocate and fail too */
  eqrti_block *arena;
  eqrti_block *kept; /* from the last call, for this one */
  int code;          /* the error of this call, or EQ_OK */
  char message[EQRTI_MESSAGE_BYTES];

  const eqrt_signature *signature; /* NULL: no call runs */
  const eq_tensor *in;
  eq_tensor *out;
  void **arguments; /* contiguous data of each input */
  eqrti_result *results;

  /* Between eqrt_solve_begin and eqrt_solve_end: an error ends the process. */
  bool solving;
  bool for_one_solve; /* this context goes with it */
  eqrt_signature solve;
  fenv_t callers;
};

/* ---- Context.c ----------------------------------------------------------- */

/* `context`, or that of this thread; NULL only if there is no memory. */
eq_context *eqrti_resolve(eq_context *context);

/* Takes the context for this thread. False: a call runs, and this thread's
 * error message says that it kept `what` from happening. */
bool eqrti_enter(eq_context *context, const char *what);
void eqrti_leave(eq_context *context);

/* Forgets the errors of earlier calls. */
void eqrti_clear_error(eq_context *context);

/* Records the error of this call unless there is one; returns the one there
 * is. The entry's name is put in front. */
int eqrti_fail(eq_context *context, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An error outside calls: it belongs to this thread, for the context may be in
 * the middle of a call in another. Returns `code`. */
int eqrti_note(eq_context *context, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- Memory.c ------------------------------------------------------------ */

extern const eq_allocator eqrti_system_allocator;

enum { EQRTI_ALIGNMENT = 64 };

/* Arena memory; NULL after recording an error. Bookkeeping is not counted
 * against the limit, so that the limit is about the caller's data. */
void *eqrti_arena_take(eq_context *context, int64_t bytes, int64_t alignment,
                       bool counted);
void eqrti_arena_free(eq_context *context);
/* At the end of a call: the same, but large blocks are kept for the next one,
 * where memory is that of the C library and has no limit. What the last call
 * kept and this one did not take is freed. */
void eqrti_arena_end_call(eq_context *context);
/* Frees what was kept. */
void eqrti_arena_forget(eq_context *context);
/* Whether all of these bytes are arena memory. */
bool eqrti_arena_has(eq_context *context, const void *data, int64_t bytes);

/* A result of `rank` sizes in row-major order; NULL after recording. */
eqrti_output *eqrti_output_make(eq_context *context, int32_t rank,
                                const int64_t *shape, int64_t bytes);

/* From now on eq_tensor_free finds it. Cannot fail. */
void eqrti_output_publish(eqrti_output *output);
void eqrti_output_discard(eqrti_output *output);

void eqrti_account_drop(eqrti_account *account);

/* ---- Copy.c -------------------------------------------------------------- */

/* Copies `rank`-dimensional data. Strides in elements; NULL: row-major.
 * Booleans become 0 or 1. The two may not overlap. */
void eqrti_copy(void *to, const int64_t *to_strides, const void *from,
                const int64_t *from_strides, const int64_t *shape, int32_t rank,
                int64_t element_bytes, bool boolean);

/* True if strides (NULL: yes) say row-major without gaps. */
bool eqrti_is_contiguous(const int64_t *shape, const int64_t *strides,
                         int32_t rank);

/* Row-major strides of `shape`. */
void eqrti_row_major(const int64_t *shape, int32_t rank, int64_t *strides);

int64_t eqrti_count(const int64_t *shape, int32_t rank);

/* A memref descriptor, read: `shape` and `strides` point into it. */
typedef struct {
  const char *data; /* `aligned` plus `offset` elements */
  const int64_t *shape;
  const int64_t *strides;
} eqrti_view;
eqrti_view eqrti_read(const void *descriptor, int32_t rank,
                      int64_t element_bytes);

/* ---- Check.c ------------------------------------------------------------- */

/* EQ_OK if the tensor is what the signature says; otherwise the recorded
 * code. */
int eqrti_check_input(eq_context *context, int32_t index);
int eqrti_check_output(eq_context *context, int32_t index);

/* A sentence made in pieces; what does not fit is cut off. */
typedef struct {
  char text[EQRTI_MESSAGE_BYTES];
  size_t used;
} eqrti_text;
void eqrti_append(eqrti_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void eqrti_append_shape(eqrti_text *text, const int64_t *shape, int32_t rank);

/* "'w' (input 2)", or "input 2" if it has no name. */
void eqrti_append_name(eqrti_text *text, const eqrt_value *value,
                       const char *role, int32_t index);

/* ---- Device*.c ----------------------------------------------------------- */

void eqrti_gpu_destroy(eqrti_gpu *gpu); /* NULL: does nothing */

/* Gives back what the call had on the GPU. NULL: does nothing. */
void eqrti_gpu_end_call(eqrti_gpu *gpu);

/* Frees a result. */
void eqrti_device_free(eqrti_device *device, void *memory);

/* Memory of this call that the host may not touch. */
bool eqrti_on_device(const eq_context *context, const void *memory);

/* Whether the driver knows the address. Returns EQ_OK or the recorded code. */
int eqrti_is_device_memory(eq_context *context, const void *memory,
                           bool *answer);

/* The data of an input on the device, row-major: there, or a copy on the host
 * if the host needs it. NULL after recording. */
void *eqrti_device_input(eq_context *context, int32_t index);

/* Takes a result that is on the device, or that is to go there. */
int eqrti_device_result(eq_context *context, int32_t index,
                        const eqrti_view *view, bool to_device);

/* Copies results to the caller's memory on the device. */
int eqrti_commit_on_device(eq_context *context);

/* ---- DeviceLaunch.c, Simulator.c ----------------------------------------- */

/* One launch, checked: `chunk` is at least 1, `samples` too. */
typedef struct {
  const eqrt_kernel *kernel;
  int64_t samples;
  int32_t chunk;
  int32_t count;
  const eqrt_kernel_argument *arguments;
} eqrti_launch;

int eqrti_launch_on_device(eq_context *context, const eqrti_launch *launch);
int eqrti_simulate(eq_context *context, const eqrti_launch *launch);

/* ---- Threads.c ----------------------------------------------------------- */

void eqrti_workers_destroy(eqrti_workers *workers);

#endif /* EQ_LIB_RUNTIME_INTERNAL_H */
