/* What compiled programs and the runtime say to each other.
 *
 * Generated code calls these functions by name; nobody else should. A compiled
 * entry is
 *
 *     int eq_solve(eq_context *context, const eq_tensor *in, eq_tensor *out) {
 *       return eqrt_call(context, &signature, body, in, out);
 *     }
 *
 * and `body` reads its operands with eqrt_argument and hands over its results
 * with eqrt_result. `descriptor` is always an MLIR memref descriptor
 *
 *     { T *allocated; T *aligned; int64_t offset;
 *       int64_t sizes[rank]; int64_t strides[rank]; }
 *
 * of which rank 0 has the first three fields only.
 *
 * A body gets the context it must pass on, never NULL; elsewhere NULL is the
 * context of the calling thread.
 */
#ifndef EQ_RUNTIME_GENERATED_H
#define EQ_RUNTIME_GENERATED_H

#include "eq/Runtime/eqrt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever something in this file changes its meaning. */
#define EQRT_VERSION 2

/* Names a compiled entry cannot have, because eq_NAME is already something in
 * eqrt.h: X(name) for each. */
#define EQRT_RESERVED_ENTRIES(X)                                               \
  X(allocator)                                                                 \
  X(cancel)                                                                    \
  X(cancel_reset)                                                              \
  X(context)                                                                   \
  X(context_create)                                                            \
  X(context_destroy)                                                           \
  X(device)                                                                    \
  X(dtype)                                                                     \
  X(gpu_available)                                                             \
  X(last_error)                                                                \
  X(memory_in_use)                                                             \
  X(report)                                                                    \
  X(set_allocator)                                                             \
  X(set_device)                                                                \
  X(set_device_results)                                                        \
  X(set_memory_limit)                                                          \
  X(set_parallel_for)                                                          \
  X(set_progress)                                                              \
  X(set_report)                                                                \
  X(set_simulator)                                                             \
  X(set_stream)                                                                \
  X(set_threads)                                                               \
  X(simulator)                                                                 \
  X(simulator_counts)                                                          \
  X(simulator_work)                                                            \
  X(status_advice)                                                             \
  X(status_name)                                                               \
  X(status_sentence)                                                           \
  X(tensor)                                                                    \
  X(tensor_free)

/* One operand or result. i1 is code 6 with 8 bits. */
typedef struct {
  const char *name; /* NULL or "": it has none, and its number is said */
  int32_t code;
  int32_t bits;
  int32_t rank;
  int32_t flags;        /* EQRT_VALUE_* */
  const int64_t *shape; /* -1: dynamic */
} eqrt_value;

/* Of an input: only kernels with PTX read it, so that it may stay on the GPU if
 * the caller has it there: eqrt_argument gives its address there then, which
 * is for eqrt_launch and eqrt_result alone. Of booleans, and of results, it
 * says nothing. */
enum { EQRT_VALUE_ON_DEVICE = 1 };

typedef struct {
  const char *function;
  int32_t version; /* EQRT_VERSION of the compiler */
  int32_t num_in;
  int32_t num_out;
  int32_t pad;
  const eqrt_value *in;
  const eqrt_value *out;
} eqrt_signature;

/* Checks `in` and the memory given in `out`, runs `body`, and moves the results
 * to `out` if it returned 0 and recorded no error. Otherwise `out` is as it
 * was. All memory of the call is freed. Sets the floating-point environment to
 * the default (nearest, no flush to zero, no traps) for the body. */
EQ_API int eqrt_call(eq_context *context, const eqrt_signature *signature,
                     int (*body)(eq_context *), const eq_tensor *in,
                     eq_tensor *out);

/* Fills the descriptor of input `index`: row-major, offset 0, aligned to its
 * element size at least. Read only: it may be the caller's own memory.
 * Booleans are 0 or 1. On the host, but for EQRT_VALUE_ON_DEVICE. Only inside a
 * body; cannot fail for an input that the signature has. */
EQ_API void eqrt_argument(eq_context *context, int32_t index, void *descriptor);

/* A solve in a function of somebody else's compiler (eq-lower-loops), which has
 * no code to return. Takes `context` as a call does, makes the floating-point
 * environment the default, and gives the context that the functions below must
 * be passed, never NULL. `version` is EQRT_VERSION of the compiler, `place` the
 * solve's in the source.
 *
 * NULL is the context of the thread. Where that is in the middle of a call, as
 * in a hook, the solve gets a context of its own with one thread.
 *
 * Whatever fails until eqrt_solve_end ends the process as abort() does, after
 * its sentence has been written to stderr: none of these functions returns
 * after recording an error. */
EQ_API eq_context *eqrt_solve_begin(eq_context *context, int32_t version,
                                    const char *place);

/* Frees the memory of the solve, and puts the floating-point environment back.
 * Lets others have the context. */
EQ_API void eqrt_solve_end(eq_context *context);

/* EQ_OK if two sizes that must agree do; otherwise records `rule`, a sentence
 * that names the operand and what its size must be like, with both sizes. */
EQ_API int eqrt_expect_size(eq_context *context, const char *rule,
                            int64_t wanted, int64_t got);

/* Takes a copy of result `index`, of any strides, on the host or of
 * eqrt_device_alloc; what is of eqrt_alloc or eqrt_device_alloc must stay as it
 * is until the body returns, for it may be copied then, or become the result
 * itself. Once for each result, by the thread that runs the body. */
EQ_API int eqrt_result(eq_context *context, int32_t index,
                       const void *descriptor);

/* Memory until the call ends, aligned to `alignment` (a power of two) and to
 * 64 bytes, uninitialised. NULL after recording EQ_ERROR_MEMORY. 0 bytes give
 * a pointer that is not NULL. Outside a call it stays until the next call on
 * this context begins. Safe from tasks. */
EQ_API void *eqrt_alloc(eq_context *context, int64_t bytes, int64_t alignment);

/* Records an error, unless this call has one, and returns the recorded code,
 * which is never 0. Safe from tasks. */
EQ_API int eqrt_fail(eq_context *context, int32_t code, const char *message);

/* 1 after eq_cancel, and after an error of this call: what its other threads
 * compute is not wanted any more. Else 0. One relaxed load. */
EQ_API int eqrt_cancelled(eq_context *context);

/* The threads a call may use, at least 1. */
EQ_API int32_t eqrt_threads(eq_context *context);

/* task(arg, i) for i from 0 to n - 1, on the threads of the context. The
 * calling thread works too. Returns EQ_OK, or the code of the error if the
 * hook did not run every task. Task errors go through eqrt_fail. */
EQ_API int eqrt_parallel_for(eq_context *context, int64_t n,
                             void (*task)(void *arg, int64_t i), void *arg);

/* ---- Kernels ------------------------------------------------------------- */

/* A loop as one kernel: for a GPU, or for the simulator, or both. A kernel
 * takes, in this order,
 *
 *     int64_t samples;          how many there are
 *     int32_t *taken;           chunks that were taken so far, 0 at first
 *     int32_t chunk;            samples of a chunk
 *     const int32_t *cancelled; not 0: stop soon
 *
 * and then its own arguments.
 *
 * A kernel whose blocks wait for each other is cooperative: all blocks of its
 * grid run at once then, however many they are, and a launch for which that
 * cannot be is an error. Blocks do not see `cancelled` change in the same turn:
 * one thread of the grid reads it, and all go by what it has told them before a
 * barrier of the grid. If each block went by what it reads, some could leave,
 * and the others would wait for them for ever. */
typedef struct {
  const char *name;                     /* in the PTX */
  const char *ptx;                      /* NULL: not for GPUs */
  void (*simulated)(void **parameters); /* NULL: not for the simulator. Gets the
                                           address of each parameter. */
  int32_t threads;                      /* of a block; a multiple of 32 */
  int32_t samples;                      /* that a block works on at once */
  int32_t chunk; /* samples that are taken at once; 0: the runtime says */
  int32_t shared_bytes; /* dynamic shared memory of a block */
  int32_t cooperative;  /* 1: its blocks wait for each other; else 0 */
  int32_t pad;
} eqrt_kernel;

/* What a kernel does with the memory of an argument. */
enum {
  EQRT_USE_VALUE = 0, /* none: the bytes are the argument itself */
  EQRT_USE_READ = 1,
  EQRT_USE_WRITE = 2, /* all of it, before it reads any of it */
  EQRT_USE_UPDATE = 3 /* reads and writes */
};

typedef struct {
  void *data; /* on the host, or of eqrt_device_alloc, or a device input */
  int64_t bytes;
  int32_t use;
  int32_t pad;
} eqrt_kernel_argument;

/* The data of a descriptor if it is row-major without gaps, else a copy that is
 * so and lives until the call ends; NULL after recording an error. */
EQ_API void *eqrt_contiguous(eq_context *context, int32_t rank,
                             int32_t element_bytes, const void *descriptor);

/* Runs a kernel on `samples` samples and waits for it. What it wrote is in the
 * memory of its arguments then. A kernel with PTX runs on the context's GPU;
 * one without runs in the simulator. Memory on the host is copied there and
 * back as `use` says; where two arguments share some, `data` and `bytes` are
 * the same. `kernel` and its PTX stay until the body returns. Only inside a
 * body, by its thread. */
EQ_API int eqrt_launch(eq_context *context, const eqrt_kernel *kernel,
                       int64_t samples, int32_t count,
                       const eqrt_kernel_argument *arguments);

/* Memory that only kernels like this one and eqrt_result touch, aligned to 256
 * bytes: of the context's GPU if the kernel has PTX, else as of eqrt_alloc.
 * Until the call ends; NULL after recording an error. Only inside a body, by
 * its thread. */
EQ_API void *eqrt_device_alloc(eq_context *context, const eqrt_kernel *kernel,
                               int64_t bytes);

/* ---- The simulator ------------------------------------------------------- */

/* What stands for the instructions of a GPU in kernels that were made for the
 * simulator (eq-codegen-simulate-kernels). Only in `simulated` of a kernel
 * that eqrt_launch runs. `where` is the place in the source, constant text;
 * for what threads do together it must tell one instruction from another. What
 * a GPU leaves undefined is an error of the launch, and does not return.
 * Results that are true or false are 1 or 0. */

/* Before anything else, in every thread: the bytes of static shared memory,
 * and the variables of the module. */
EQ_API void eqrt_sim_begin(int64_t static_shared_bytes);
EQ_API void eqrt_sim_variable(const void *address, int64_t bytes,
                              int32_t writable);

/* The block's shared memory: byte `offset` of the static part; the dynamic
 * part. */
EQ_API void *eqrt_sim_shared(int64_t offset);
EQ_API void *eqrt_sim_dynamic_shared(void);

enum {
  EQRT_SIM_TID = 0, /* .x; then .y and .z, here and below */
  EQRT_SIM_NTID = 3,
  EQRT_SIM_CTAID = 6,
  EQRT_SIM_NCTAID = 9,
  EQRT_SIM_LANEID = 12,
  EQRT_SIM_WARPSIZE = 13,
  EQRT_SIM_WARPID = 14,
  EQRT_SIM_NWARPID = 15,
  EQRT_SIM_LANEMASK_EQ = 16,
  EQRT_SIM_LANEMASK_LE = 17,
  EQRT_SIM_LANEMASK_LT = 18,
  EQRT_SIM_LANEMASK_GE = 19,
  EQRT_SIM_LANEMASK_GT = 20
};
EQ_API int32_t eqrt_sim_register(int32_t which);

/* The lanes in `mask`, which are of one warp, wait for each other. Kinds have
 * the numbers of MLIR's dialect nvvm. */
enum {
  EQRT_SIM_ANY = 0,
  EQRT_SIM_ALL = 1,
  EQRT_SIM_BALLOT = 2,
  EQRT_SIM_UNI = 3
};
EQ_API int32_t eqrt_sim_vote(int32_t kind, int32_t mask, int32_t predicate,
                             const char *where);

/* Bit 32 of the result: the source was in range. Below: its value. */
enum {
  EQRT_SIM_BFLY = 0,
  EQRT_SIM_UP = 1,
  EQRT_SIM_DOWN = 2,
  EQRT_SIM_IDX = 3
};
EQ_API int64_t eqrt_sim_shuffle(int32_t kind, int32_t mask, int32_t value,
                                int32_t offset, int32_t clamp,
                                const char *where);

enum {
  EQRT_SIM_ADD = 1,
  EQRT_SIM_AND = 2,
  EQRT_SIM_MAX = 3,
  EQRT_SIM_MIN = 4,
  EQRT_SIM_OR = 5,
  EQRT_SIM_UMAX = 6,
  EQRT_SIM_UMIN = 7,
  EQRT_SIM_XOR = 8
};
EQ_API int32_t eqrt_sim_reduce(int32_t kind, int32_t mask, int32_t value,
                               const char *where);

/* EQRT_SIM_ANY: the lanes with this value; EQRT_SIM_ALL: all lanes or none. */
EQ_API int32_t eqrt_sim_match(int32_t kind, int32_t mask, int64_t value,
                              const char *where);
EQ_API int32_t eqrt_sim_elect(int32_t mask, const char *where);
EQ_API void eqrt_sim_sync_warp(int32_t mask, const char *where);

/* The threads of a block wait for each other at one of 16 barriers: all of
 * them, if `threads` is 0. */
enum {
  EQRT_SIM_NONE = -1,
  EQRT_SIM_COUNT = 0,
  EQRT_SIM_EVERY = 1,
  EQRT_SIM_SOME = 2
};
EQ_API int32_t eqrt_sim_barrier(int32_t id, int32_t threads, int32_t reduction,
                                int32_t predicate, const char *where);

/* Before an access to memory other than the thread's own variables. */
EQ_API void eqrt_sim_check(const void *address, int64_t bytes,
                           int32_t alignment, int32_t write, const char *where);

/* Once per turn of any loop and call of a function; once per turn of the main
 * loop, with 1 if the thread has a sample to work on; where a kernel traps. */
EQ_API void eqrt_sim_loop(const char *where);
EQ_API void eqrt_sim_turn(int32_t active);
EQ_API void eqrt_sim_trap(const char *where);

/* ---- Reports ------------------------------------------------------------- */

/* Tells the progress callback, if there is one. Safe from tasks. */
EQ_API void eqrt_progress(eq_context *context, int64_t done, int64_t total);

/* Tells the report callback, if there is one. Three descriptors of one shape:
 * i32, f32 or f64 (by residual_bits), i32. */
EQ_API void eqrt_report(eq_context *context, const char *label, int32_t rank,
                        int32_t residual_bits, const void *iterations,
                        const void *residual, const void *status);

/* x = k pi / 2 + r with |r| <= pi / 4, for any finite |x| >= 1: k modulo 4, 0
 * to 3; r, rounded; and what rounding has taken from r. Of an infinite x and a
 * NaN, r is a NaN. */
EQ_API double eqrt_far_quarters(double x);
EQ_API double eqrt_far_rest(double x);
EQ_API double eqrt_far_rest_low(double x);

#ifdef __cplusplus
}
#endif

#endif /* EQ_RUNTIME_GENERATED_H */
