/* What the files about GPUs share.
 *
 *   eqrti_device   a GPU in this process: its primary context, which eq shares
 *                  with everything else that uses CUDA here, and the kernels
 *                  that were loaded. Stays until the process ends.
 *   eqrti_gpu      what one eq_context has on its device: memory, an event, the
 *                  flag that stops kernels. Goes with the eq_context.
 */
#ifndef EQ_LIB_RUNTIME_DEVICE_H
#define EQ_LIB_RUNTIME_DEVICE_H

#include "Driver.h"

typedef struct eqrti_module eqrti_module;

struct eqrti_device {
  eqrti_device *next;
  const eqrti_driver *driver;
  int32_t id;
  cu_context primary;
  char name[64];
  int major, minor;      /* compute capability */
  int multiprocessors;   /* how many */
  int most_shared_bytes; /* that a block may have */
  int cooperative;       /* not 0: it can run all blocks of a grid at once */
  atomic_int lost;       /* the result that ended the CUDA context, or 0 */
  eqrti_module *modules; /* guarded by the lock of Module.c */
};

typedef enum {
  EQRTI_PIECE_OWNED,   /* of this call; goes back when it ends */
  EQRTI_PIECE_GIVEN,   /* a result has it now; still there in this call */
  EQRTI_PIECE_BORROWED /* a device input: the caller's memory */
} eqrti_piece_kind;

typedef struct eqrti_piece {
  struct eqrti_piece *next;
  cu_address address;
  uint64_t bytes;
  eqrti_piece_kind kind;
  int32_t idle_calls; /* that ended since it was last used */
} eqrti_piece;

/* A kernel that this call has launched: its module stays loaded meanwhile. */
typedef struct eqrti_loaded {
  struct eqrti_loaded *next;
  const eqrt_kernel *kernel;
  eqrti_module *module;
  cu_function function;
  int64_t blocks; /* that the GPU runs at once if it does nothing else */
} eqrti_loaded;

struct eqrti_gpu {
  eqrti_device *device;
  cu_stream stream; /* of the context, for the functions below */
  cu_event event;
  _Atomic int32_t *cancelled;   /* kernels look at it */
  cu_address cancelled_address; /* the same, for them */
  cu_address taken;             /* int32_t */
  eqrti_piece *used;            /* in this call */
  eqrti_piece *idle;            /* from earlier calls */
  eqrti_loaded *loaded;         /* in this call; arena memory */
  bool pending;                 /* work was enqueued and not waited for */
};

/* ---- Device.c ------------------------------------------------------------ */

/* The device `id` of this process; NULL, and a sentence after "expected". */
eqrti_device *eqrti_device_open(int32_t id, eqrti_text *why);

/* The context's GPU, made when first needed, whose CUDA context is then this
 * thread's current one until eqrti_gpu_leave. NULL after recording an error. */
eqrti_gpu *eqrti_gpu_enter(eq_context *context);
void eqrti_gpu_leave(eqrti_gpu *gpu);

/* Records "expected CALL to FORMAT, but got RESULT; cure", and that the device
 * is lost if it is. Returns the recorded code. */
int eqrti_gpu_fail(eq_context *context, eqrti_device *device, const char *call,
                   cu_result result, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same in pieces: the sentence, to which more may be added, and the
 * recording. */
void eqrti_append_failure(eqrti_text *text, const eqrti_device *device,
                          const char *call, cu_result result, const char *what);
int eqrti_gpu_record(eq_context *context, eqrti_device *device,
                     cu_result result, eqrti_text *text);

/* Waits for what was enqueued, for the sake of memory that goes. What the
 * driver answers does not matter any more. */
void eqrti_gpu_settle(eqrti_gpu *gpu);

/* ---- DeviceMemory.c ------------------------------------------------------ */

/* Device memory until the call ends, aligned to 256 bytes; never 0 bytes.
 * NULL after recording. Needs an entered GPU, as do all functions here. */
eqrti_piece *eqrti_piece_take(eq_context *context, eqrti_gpu *gpu,
                              int64_t bytes);

/* Makes memory of the caller known to this call. */
int eqrti_piece_borrow(eq_context *context, eqrti_gpu *gpu, cu_address address,
                       int64_t bytes);

/* Gives back what was taken after `mark` was the first in use. Nothing on the
 * GPU may use it any more. */
void eqrti_pieces_release(eqrti_gpu *gpu, eqrti_piece *mark);

/* Another call is over: frees what was not needed for some time. */
void eqrti_pieces_age(eqrti_gpu *gpu);

/* Frees all that this call and earlier ones had. */
void eqrti_pieces_free(eqrti_gpu *gpu);

/* The piece in which `memory` is, or NULL: then it is the host's. */
eqrti_piece *eqrti_piece_find(const eqrti_gpu *gpu, const void *memory);

/* Enqueue copies, and record errors. */
int eqrti_copy_to_device(eq_context *context, eqrti_gpu *gpu, cu_address to,
                         const void *from, int64_t bytes);
int eqrti_copy_to_host(eq_context *context, eqrti_gpu *gpu, void *to,
                       cu_address from, int64_t bytes);

/* Of any strides in elements (NULL: row-major), on the device. */
int eqrti_copy_on_device(eq_context *context, eqrti_gpu *gpu, cu_address to,
                         const int64_t *to_strides, cu_address from,
                         const int64_t *from_strides, const int64_t *shape,
                         int32_t rank, int64_t element_bytes);

/* Waits for what was enqueued. */
int eqrti_gpu_wait(eq_context *context, eqrti_gpu *gpu);

/* ---- Module.c ------------------------------------------------------------ */

/* The kernel, ready to be launched; NULL after recording. */
const eqrti_loaded *eqrti_kernel_load(eq_context *context, eqrti_gpu *gpu,
                                      const eqrt_kernel *kernel);

/* The call is over. */
void eqrti_kernels_release(eqrti_gpu *gpu);

#endif /* EQ_LIB_RUNTIME_DEVICE_H */
