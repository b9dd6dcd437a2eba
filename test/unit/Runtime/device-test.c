/* Tests of the runtime's part for GPUs, against a driver that pretends
 * (fake-cuda.c). What a program does once stays in its process, such as the
 * driver that was loaded and a CUDA context that was lost, so every test has
 * one of its own. One claim per function. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "eq/Runtime/Generated.h"

#include "Check.h"
#include "fake-cuda.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK_PART(got, wanted)                                                \
  do {                                                                         \
    const char *got_ = (got);                                                  \
    if (!strstr(got_, wanted))                                                 \
      FAIL("expected \"%s\" in \"%s\"", wanted, got_);                         \
  } while (0)

#define DECLARE(result, name, parameters) static result(*name) parameters;
FAKE_CALLS(DECLARE)

static void find_fake(const char *path) {
  setenv("EQ_CUDA_DRIVER", path, 1);
  void *library = dlopen(path, RTLD_NOW);
  if (!library) {
    printf("%s\n", dlerror());
    exit(1);
  }
  void *symbol;
#define FIND(result, name, parameters)                                         \
  symbol = dlsym(library, #name);                                              \
  memcpy(&name, &symbol, sizeof(symbol));
  FAKE_CALLS(FIND)
}

/* ---- One program --------------------------------------------------------- */

/* scale(x: tensor<?x3xf64>, factor: f64, keep: tensor<?xi1>)
 *   -> (tensor<?x3xf64>, tensor<?xi32>)
 * multiplies, row by row, by factor where keep is not set; the second result
 * counts the rows. Only kernels read x and keep; the host reads factor. */
static const int64_t rows_by_3[] = {-1, 3}, rows[] = {-1};
static const eqrt_value scale_in[] = {
    {"x", EQ_TYPE_FLOAT, 64, 2, EQRT_VALUE_ON_DEVICE, rows_by_3},
    {"factor", EQ_TYPE_FLOAT, 64, 0, 0, NULL},
    {"keep", EQ_TYPE_BOOL, 8, 1, EQRT_VALUE_ON_DEVICE, rows},
};
static const eqrt_value scale_out[] = {
    {"y", EQ_TYPE_FLOAT, 64, 2, 0, rows_by_3},
    {"row", EQ_TYPE_INT, 32, 1, 0, rows},
};
static const eqrt_signature scale_signature = {"scale",  EQRT_VERSION, 3, 2, 0,
                                               scale_in, scale_out};

#define PTX(name)                                                              \
  ".version 8.3\n.target sm_90, debug\n.visible .entry " name "()\n"

static eqrt_kernel scale_kernel = {
    "scale_rows", PTX("scale_rows"), NULL, 64, 32, 0, 1024, 0, 0};

typedef struct {
  void *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} memref2;
typedef struct {
  void *allocated, *aligned;
  int64_t offset, sizes[1], strides[1];
} memref1;
typedef struct {
  void *allocated, *aligned;
  int64_t offset;
} memref0;

/* How the body behaves, and what the kernel saw. */
static struct {
  bool results_on_host; /* memory that kernels write is the host's */
  int fail_at_the_end;
} body;
static struct {
  _Atomic int64_t launches, samples;
  _Atomic unsigned blocks, threads, shared_bytes;
  atomic_int cooperative;
  atomic_int taken, chunk;
} seen;

static void scale_run(const fake_launch *launch) {
  void **p = launch->parameters;
  int64_t samples = *(int64_t *)p[0];
  int32_t *taken = *(int32_t **)p[1];
  const double *x = *(const double **)p[4];
  double factor = *(double *)p[5];
  const uint8_t *keep = *(const uint8_t **)p[6];
  double *y = *(double **)p[7];
  int32_t *row = *(int32_t **)p[8];
  ++seen.launches;
  seen.samples = samples;
  seen.blocks = launch->blocks;
  seen.threads = launch->threads;
  seen.shared_bytes = launch->shared_bytes;
  seen.cooperative = launch->cooperative;
  seen.taken = *taken;
  seen.chunk = *(int32_t *)p[2];
  *taken = 1000;
  for (int64_t i = 0; i < samples; ++i) {
    for (int64_t j = 0; j < 3; ++j)
      y[3 * i + j] = x[3 * i + j] * (keep[i] == 1 ? 1 : factor);
    row[i] = (int32_t)i;
  }
}

static atomic_int kernel_started;
static pthread_t signalled; /* the thread that the kernel interrupts, or 0 */
static eqrt_kernel wait_kernel = {"wait", PTX("wait"), NULL, 32, 1, 1, 0, 0, 0};

/* Writes 10 to its result when it is told to stop. */
static void wait_run(const fake_launch *launch) {
  void **p = launch->parameters;
  _Atomic int32_t *cancelled = *(_Atomic int32_t **)p[3];
  int32_t *status = *(int32_t **)p[4];
  kernel_started = 1;
  if (signalled)
    pthread_kill(signalled, SIGUSR1);
  while (atomic_load_explicit(cancelled, memory_order_relaxed) == 0)
    usleep(100);
  *status = EQ_STATUS_cancelled;
}

static void use_fake(const char *path) {
  find_fake(path);
  fake_kernel("scale_rows", scale_run, "lpihpdppp");
  fake_kernel("wait", wait_run, "lpihp");
}

static void *work_space(eq_context *context, int64_t bytes) {
  return body.results_on_host
             ? eqrt_alloc(context, bytes, 8)
             : eqrt_device_alloc(context, &scale_kernel, bytes);
}

static int scale_body(eq_context *context) {
  memref2 x;
  memref0 factor;
  memref1 keep;
  int code;
  eqrt_argument(context, 0, &x);
  eqrt_argument(context, 1, &factor);
  eqrt_argument(context, 2, &keep);
  int64_t n = x.sizes[0];
  double by = *(double *)factor.aligned;
  void *y = work_space(context, n * 24), *row = work_space(context, n * 4);
  if (!y || !row)
    return eqrt_fail(context, EQ_ERROR_INTERNAL, "never the first error");
  eqrt_kernel_argument arguments[] = {
      {x.aligned, n * 24, EQRT_USE_READ, 0}, {&by, 8, EQRT_USE_VALUE, 0},
      {keep.aligned, n, EQRT_USE_READ, 0},   {y, n * 24, EQRT_USE_WRITE, 0},
      {row, n * 4, EQRT_USE_WRITE, 0},
  };
  if ((code = eqrt_launch(context, &scale_kernel, n, 5, arguments)))
    return code;
  memref2 first = {y, y, 0, {n, 3}, {3, 1}};
  memref1 second = {row, row, 0, {n}, {1}};
  if ((code = eqrt_result(context, 0, &first)) ||
      (code = eqrt_result(context, 1, &second)))
    return code;
  return body.fail_at_the_end
             ? eqrt_fail(context, body.fail_at_the_end, "failed on purpose")
             : EQ_OK;
}

static int eq_scale(eq_context *context, const eq_tensor *in, eq_tensor *out) {
  return eqrt_call(context, &scale_signature, scale_body, in, out);
}

/* Operands on the host: x = [[1, 2, 3], [4, 5, 6]], factor 10, keep [0, 1]. */
typedef struct {
  double x[6], factor;
  uint8_t keep[2];
  int64_t x_shape[2], rows_shape[1];
  eq_tensor in[3], out[2];
} scale_call;

static void make_call(scale_call *call) {
  *call = (scale_call){.x = {1, 2, 3, 4, 5, 6},
                       .factor = 10,
                       .keep = {0, 1},
                       .x_shape = {2, 3},
                       .rows_shape = {2}};
  const eq_device cpu = {EQ_DEVICE_CPU, 0};
  call->in[0] = (eq_tensor){call->x,       cpu,  2, {EQ_TYPE_FLOAT, 64, 1},
                            call->x_shape, NULL, 0};
  call->in[1] =
      (eq_tensor){&call->factor, cpu, 0, {EQ_TYPE_FLOAT, 64, 1}, NULL, NULL, 0};
  call->in[2] = (eq_tensor){call->keep,       cpu,  1, {EQ_TYPE_BOOL, 8, 1},
                            call->rows_shape, NULL, 0};
}

static const double scaled[6] = {10, 20, 30, 4, 5, 6};
static const int32_t counted[2] = {0, 1};

/* Moves a tensor's `bytes` of memory to the device. */
static void move_to_device(eq_tensor *tensor, int64_t bytes) {
  void *memory = fake_alloc(bytes);
  fake_poke(memory, tensor->data, bytes);
  tensor->data = memory;
  tensor->device = (eq_device){EQ_DEVICE_CUDA, 0};
}

/* The memory of a result on the device, full of sevens. */
static void place_on_device(eq_tensor *tensor, const eqrt_value *value,
                            int64_t *shape, int64_t bytes) {
  char sevens[256];
  memset(sevens, 7, sizeof(sevens));
  void *memory = fake_alloc(bytes);
  fake_poke(memory, sevens, bytes);
  *tensor = (eq_tensor){memory,
                        {EQ_DEVICE_CUDA, 0},
                        value->rank,
                        {(uint8_t)value->code, (uint8_t)value->bits, 1},
                        shape,
                        NULL,
                        0};
}

static bool holds(const eq_tensor *tensor, const void *wanted, int64_t bytes) {
  char got[256];
  if (tensor->device.type == EQ_DEVICE_CUDA)
    fake_peek(got, tensor->data, bytes);
  else
    memcpy(got, tensor->data, (size_t)bytes);
  return memcmp(got, wanted, (size_t)bytes) == 0;
}

static void check_results(scale_call *call) {
  CHECK(holds(&call->out[0], scaled, sizeof(scaled)));
  CHECK(holds(&call->out[1], counted, sizeof(counted)));
}

static void free_results(scale_call *call) {
  CHECK_INT(eq_tensor_free(NULL, &call->out[0]), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &call->out[1]), EQ_OK);
}

/* A call with everything on the host that must work. */
static void check_works(eq_context *context) {
  scale_call call;
  make_call(&call);
  CHECK_INT(eq_scale(context, call.in, call.out), EQ_OK);
  CHECK_TEXT(eq_last_error(context), "");
  if (!call.out[0].data)
    return;
  check_results(&call);
  free_results(&call);
}

/* One that must not, and leaves `out` alone. */
static int fail(eq_context *context) {
  scale_call call;
  make_call(&call);
  int code = eq_scale(context, call.in, call.out);
  CHECK(code != EQ_OK);
  CHECK(!call.out[0].data && !call.out[1].data);
  return code;
}

/* A program without kernels. */
static int host_body(eq_context *context) {
  int32_t *answer = eqrt_alloc(context, 4, 4);
  *answer = 42;
  memref0 result = {answer, answer, 0};
  return eqrt_result(context, 0, &result);
}
static const eqrt_value host_out[] = {{"answer", EQ_TYPE_INT, 32, 0, 0, NULL}};
static const eqrt_signature host_signature = {"answer", EQRT_VERSION, 0, 1, 0,
                                              NULL,     host_out};
static void check_cpu_works(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &host_signature, host_body, NULL, &out), EQ_OK);
  CHECK_INT(*(int32_t *)out.data, 42);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static int64_t copies[3]; /* to the device, to the host, on the device */
static void count_copies(void) {
  static int64_t before[3];
  int64_t now[] = {
      fake_count("cuMemcpyHtoDAsync_v2"), fake_count("cuMemcpyDtoHAsync_v2"),
      fake_count("cuMemcpyDtoDAsync_v2") + fake_count("cuMemcpy2DAsync_v2")};
  for (int i = 0; i < 3; ++i) {
    copies[i] = now[i] - before[i];
    before[i] = now[i];
  }
}
#define CHECK_COPIES(to_device, to_host, on_device)                            \
  do {                                                                         \
    count_copies();                                                            \
    CHECK_INT(copies[0], to_device);                                           \
    CHECK_INT(copies[1], to_host);                                             \
    CHECK_INT(copies[2], on_device);                                           \
  } while (0)

/* ---- No GPU -------------------------------------------------------------- */

static void without_a_driver_the_error_says_so(void) {
  char reason[600];
  setenv("EQ_CUDA_DRIVER", "/nowhere/libcuda.so.1", 1);
  CHECK_INT(eq_gpu_available(0, reason, sizeof(reason)), 0);
  CHECK_PART(reason, "expected an NVIDIA driver, but could not load it "
                     "(/nowhere/libcuda.so.1: ");
  CHECK_PART(reason, "install the driver, or compile for the CPU");
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL), "'scale': expected an NVIDIA driver, but ");
  check_cpu_works();
}

static void a_library_that_is_no_driver_is_refused(void) {
  setenv("EQ_CUDA_DRIVER", "libc.so.6", 1);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected a CUDA driver, but 'libc.so.6' has no cuInit; "
             "update the NVIDIA driver to one for CUDA 11.0 or newer");
}

static void a_driver_too_old_is_refused_with_both_versions(void) {
  fake_set("version", 10020);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected an NVIDIA driver for CUDA 11.0 or newer (PTX "
             "ISA 7.0), but got one for CUDA 10.2; update the driver");
  CHECK_INT(fake_count("cuInit"), 0);
  check_cpu_works();
}

static void without_a_device_the_error_says_so(void) {
  fake_set("devices", 0);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'scale': expected cuInit to succeed, but got CUDA_ERROR_NO_DEVICE "
      "(no CUDA-capable device is detected); check that nvidia-smi lists "
      "a GPU and that CUDA_VISIBLE_DEVICES does not hide it, or compile "
      "for the CPU");
  check_cpu_works();
}

static void a_device_that_works_is_available(void) {
  char reason[100] = "x";
  CHECK_INT(eq_gpu_available(0, reason, sizeof(reason)), 1);
  CHECK_TEXT(reason, "");
  CHECK_INT(eq_gpu_available(0, NULL, 0), 1);
  CHECK_INT(eq_gpu_available(1, reason, sizeof(reason)), 0);
  CHECK_TEXT(reason, "expected a GPU with the number 1, but the highest is 0");
  CHECK_INT(eq_gpu_available(-1, reason, 9), 0);
  CHECK_TEXT(reason, "expected");
}

static void programs_without_kernels_load_no_driver(void) {
  check_cpu_works();
  CHECK_INT(fake_count(NULL), 0);
}

/* ---- Running ------------------------------------------------------------- */

static void host_tensors_are_copied_once_each(void) {
  check_works(NULL);
  CHECK_COPIES(2, 2, 0); /* x, keep; y, row */
  CHECK_INT(fake_count("cuLaunchKernel"), 1);
  body.results_on_host = true;
  check_works(NULL);
  CHECK_COPIES(2, 2, 0);
}

static void the_grid_is_the_work_or_what_runs_at_once(void) {
  const struct {
    int64_t samples;
    unsigned blocks;
    int chunk;
  } cases[] = {
      {1, 1, 64}, {32, 1, 64}, {33, 2, 64}, {300, 8, 64}, {400000, 8, 97}};
  for (int i = 0; i < 5; ++i) {
    int64_t n = cases[i].samples;
    scale_call call;
    make_call(&call);
    call.x_shape[0] = call.rows_shape[0] = n;
    int64_t none[] = {0, 0};
    call.in[0].strides = call.in[2].strides = none;
    CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
    CHECK_INT(seen.blocks, cases[i].blocks);
    CHECK_INT(seen.chunk, cases[i].chunk);
    CHECK_INT(seen.samples, n);
    CHECK_INT(seen.threads, 64);
    CHECK_INT(seen.shared_bytes, 1024);
    CHECK_INT(seen.taken, 0);
    free_results(&call);
  }
}

static void an_empty_batch_needs_no_gpu(void) {
  scale_call call;
  make_call(&call);
  call.x_shape[0] = call.rows_shape[0] = 0;
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  CHECK_INT(call.out[0].shape[0], 0);
  CHECK_INT(fake_count(NULL), 0);
  free_results(&call);
  CHECK_INT(eq_set_device_results(NULL, 1), EQ_OK);
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  CHECK_INT(call.out[0].device.type, EQ_DEVICE_CUDA);
  CHECK(call.out[0].data != NULL && call.out[0].data != call.out[1].data);
  CHECK_INT(fake_count("cuLaunchKernel"), 0);
  free_results(&call);
}

static void the_callers_cuda_context_stays_current(void) {
  CHECK_INT(fake_get("current"), 0);
  check_works(NULL);
  CHECK_INT(fake_get("current"), 0);
  fake_fail("cuLaunchKernel", 1, 701);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_INT(fake_get("current"), 0);
}

static void later_calls_allocate_nothing(void) {
  check_works(NULL);
  int64_t before = fake_count("cuMemAlloc_v2");
  for (int i = 0; i < 40; ++i)
    check_works(NULL);
  CHECK_INT(fake_count("cuMemAlloc_v2"), before);
  CHECK_INT(fake_count("cuEventCreate"), 1);
}

static void memory_that_no_call_needs_is_freed(void) {
  eq_context *context = eq_context_create();
  check_works(context);
  int64_t before = fake_get("live");
  CHECK(before > 3);
  for (int i = 0; i < 20; ++i) {
    eq_tensor out = {0};
    CHECK_INT(eqrt_call(context, &host_signature, host_body, NULL, &out),
              EQ_OK);
    CHECK_INT(eq_tensor_free(context, &out), EQ_OK);
  }
  CHECK_INT(fake_get("live"), 3); /* an event, a flag, a counter */
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  CHECK_INT(fake_get("live"), 0);
}

static int launch_in_place(eq_context *context) {
  double x[] = {1, 2, 3}, three = 3;
  uint8_t keep[] = {0};
  int32_t row[] = {7};
  eqrt_kernel_argument arguments[] = {
      {x, 24, EQRT_USE_READ, 0},    {&three, 8, EQRT_USE_VALUE, 0},
      {keep, 1, EQRT_USE_READ, 0},  {x, 24, EQRT_USE_WRITE, 0},
      {row, 4, EQRT_USE_UPDATE, 0},
  };
  int code = eqrt_launch(context, &scale_kernel, 1, 5, arguments);
  CHECK(x[0] == 3 && x[1] == 6 && x[2] == 9);
  CHECK_INT(row[0], 0);
  return code;
}
static int in_place_body(eq_context *context) {
  int code = launch_in_place(context);
  return code != EQ_OK ? code : host_body(context);
}

static void host_memory_of_two_arguments_is_one(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &host_signature, in_place_body, NULL, &out), EQ_OK);
  CHECK_COPIES(3, 2, 0); /* x, keep, row; x, row */
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static void launching_outside_a_call_is_refused(void) {
  eqrt_kernel_argument none = {0};
  eq_context *context = eq_context_create();
  CHECK_INT(eqrt_launch(context, &scale_kernel, 1, 0, &none),
            EQ_ERROR_INTERNAL);
  CHECK(eqrt_device_alloc(context, &scale_kernel, 8) == NULL);
  CHECK_INT(fake_count(NULL), 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static int mixed_body(eq_context *context) {
  static const eqrt_kernel simulated = {"s", NULL, NULL, 32, 1, 0, 0, 0, 0};
  char *host = eqrt_device_alloc(context, &simulated, 10);
  host[9] = 1; /* the host's */
  void *device = eqrt_device_alloc(context, &scale_kernel, 10);
  eqrt_kernel_argument argument = {device, 10, EQRT_USE_READ, 0};
  return eqrt_launch(context, &simulated, 1, 1, &argument);
}

static void device_memory_is_not_given_to_the_simulator(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &host_signature, mixed_body, NULL, &out),
            EQ_ERROR_INTERNAL);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'answer': expected the kernel 's' to have PTX, for an argument is "
      "on a GPU, but it has none");
}

static int ten_launches_body(eq_context *context) {
  int code = EQ_OK;
  for (int i = 0; i < 10 && code == EQ_OK; ++i)
    code = launch_in_place(context);
  return code != EQ_OK ? code : host_body(context);
}

static void launches_of_a_call_share_memory(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &host_signature, in_place_body, NULL, &out), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  int64_t before = fake_count("cuMemAlloc_v2");
  CHECK_INT(eqrt_call(NULL, &host_signature, ten_launches_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(fake_count("cuMemAlloc_v2"), before);
  CHECK_INT(fake_count("cuLaunchKernel"), 11);
}

static int64_t wanted_bytes;
static int wanting_body(eq_context *context) {
  return eqrt_device_alloc(context, &scale_kernel, wanted_bytes)
             ? host_body(context)
             : eqrt_fail(context, EQ_ERROR_INTERNAL, "never the first error");
}
/* How many pieces were allocated for a call that wants so many bytes. */
static int64_t allocations_for(int64_t bytes) {
  int64_t before = fake_count("cuMemAlloc_v2");
  eq_tensor out = {0};
  wanted_bytes = bytes;
  CHECK_INT(eqrt_call(NULL, &host_signature, wanting_body, NULL, &out), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  return fake_count("cuMemAlloc_v2") - before;
}

static void memory_that_is_far_too_large_is_not_used(void) {
  const int64_t mib = 1 << 20;
  CHECK_INT(allocations_for(8 * mib), 2); /* one is the counter */
  CHECK_INT(allocations_for(7 * mib), 0);
  CHECK_INT(allocations_for(3 * mib), 1);
  CHECK_INT(allocations_for(100), 1);
  CHECK_INT(allocations_for(2000), 1); /* more than the piece before */
  CHECK_INT(allocations_for(1000), 0);
  CHECK_INT(allocations_for(3 * mib), 0); /* the smallest that will do */
}

static void device_memory_of_negative_size_is_refused(void) {
  eq_tensor out = {0};
  wanted_bytes = -1;
  CHECK_INT(eqrt_call(NULL, &host_signature, wanting_body, NULL, &out),
            EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(NULL),
             "'answer': expected a size that can be addressed, but asked for "
             "-1 bytes of device memory");
}

/* ---- Modules ------------------------------------------------------------- */

static void a_program_is_loaded_once(void) {
  eq_context *context = eq_context_create();
  check_works(NULL);
  check_works(NULL);
  check_works(context);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  CHECK_INT(fake_count("cuModuleLoadDataEx"), 1);
}

static void another_program_at_the_same_address_is_loaded(void) {
  static char ptx[200];
  scale_kernel.ptx = strcpy(ptx, PTX("scale_rows"));
  check_works(NULL);
  ptx[strlen(ptx) - 1] = ' ';
  check_works(NULL);
  CHECK_INT(fake_count("cuModuleLoadDataEx"), 2);
}

static void modules_do_not_pile_up(void) {
  char ptx[200];
  scale_kernel.ptx = ptx;
  for (int i = 0; i < 100; ++i) {
    snprintf(ptx, sizeof(ptx), "%s// %d", PTX("scale_rows"), i);
    check_works(NULL);
  }
  CHECK_INT(fake_count("cuModuleLoadDataEx"), 100);
  CHECK_INT(fake_get("modules"), 64);
  check_works(NULL); /* the last is there */
  CHECK_INT(fake_count("cuModuleLoadDataEx"), 100);
  snprintf(ptx, sizeof(ptx), "%s// 0", PTX("scale_rows"));
  check_works(NULL); /* the first is not */
  CHECK_INT(fake_count("cuModuleLoadDataEx"), 101);
}

enum { MANY = 70 };
static eqrt_kernel many_kernels[MANY];
static int many_kernels_body(eq_context *context) {
  for (int i = 0; i < 2 * MANY; ++i) {
    int32_t status;
    eqrt_kernel_argument argument = {&status, 4, EQRT_USE_WRITE, 0};
    int code = eqrt_launch(context, &many_kernels[i % MANY], 1, 1, &argument);
    if (code != EQ_OK)
      return code;
  }
  return host_body(context);
}

static void modules_that_a_call_uses_stay(void) {
  char ptx[MANY][100];
  eq_tensor out = {0};
  eq_cancel(NULL); /* the kernel waits for it */
  for (int i = 0; i < MANY; ++i) {
    snprintf(ptx[i], sizeof(ptx[i]), "%s// %d", wait_kernel.ptx, i);
    many_kernels[i] = wait_kernel;
    many_kernels[i].ptx = ptx[i];
  }
  CHECK_INT(eqrt_call(NULL, &host_signature, many_kernels_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(fake_count("cuModuleLoadDataEx"), MANY);
  CHECK_INT(fake_get("modules"), MANY);
  check_works(NULL);
  CHECK_INT(fake_get("modules"), 64);
}

static void ptx_that_is_refused_names_the_targets_and_the_log(void) {
  scale_kernel.ptx = PTX("scale_rows") "BAD";
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'scale': expected cuModuleLoadDataEx to compile the kernel "
      "'scale_rows' for sm_86 from PTX with .target sm_90 .version 8.3 "
      "on device 0 (Fake 0), but got CUDA error 218; compile with --chip "
      "of this GPU, or an older one; it said: line 1; bad | line 2; "
      "worse | line 3");
  scale_kernel.ptx = PTX("scale_rows");
  fake_fail("cuModuleLoadDataEx", 1, 222);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL),
             "but got CUDA_ERROR_UNSUPPORTED_PTX_VERSION (the provided PTX was "
             "compiled with an unsupported toolchain.); update the NVIDIA "
             "driver, or compile with --chip of an older GPU");
  check_works(NULL);
}

static void modules_that_do_not_fit_do_not_pile_up(void) {
  char ptx[200];
  scale_kernel.ptx = ptx;
  scale_kernel.shared_bytes = 1 << 20;
  for (int i = 0; i < 70; ++i) {
    snprintf(ptx, sizeof(ptx), "%s// %d", PTX("scale_rows"), i);
    CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  }
  CHECK_INT(fake_get("modules"), 64);
}

static void a_kernel_that_the_ptx_lacks_is_named(void) {
  scale_kernel.ptx = PTX("other");
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL),
             "expected cuModuleGetFunction to find the kernel 'scale_rows' in "
             "its PTX on device 0 (Fake 0), but got CUDA_ERROR_NOT_FOUND");
}

/* ---- Limits of a device -------------------------------------------------- */

static void too_much_shared_memory_is_refused_with_both_numbers(void) {
  scale_kernel.shared_bytes = 101376;
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected a block of the kernel 'scale_rows' to need at "
             "most 101376 bytes of shared memory, all that device 0 (Fake 0) "
             "has for one, but it needs 101392; compile with --chip of this "
             "GPU, or with a schedule of fewer samples");
  scale_kernel.shared_bytes = 101376 - 16; /* the kernel has 16 of its own */
  check_works(NULL);
  CHECK_INT(fake_count("cuFuncSetAttribute"), 1);
  CHECK_INT(seen.shared_bytes, 101360);
}

static void plain_shared_memory_is_not_asked_for(void) {
  scale_kernel.shared_bytes = 48 * 1024 - 16;
  check_works(NULL);
  CHECK_INT(fake_count("cuFuncSetAttribute"), 0);
  scale_kernel.shared_bytes = 48 * 1024;
  check_works(NULL);
  CHECK_INT(fake_count("cuFuncSetAttribute"), 1);
}

static void too_many_threads_are_refused_with_both_numbers(void) {
  fake_set("threads", 63);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL),
             "to have at most 63 threads on device 0 (Fake 0), for that many "
             "have the registers they need, but got 64; ");
}

static void a_block_that_fits_nowhere_is_refused(void) {
  fake_set("blocks", 0);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL),
             "expected a block of the kernel 'scale_rows' (64 threads, 1024 "
             "bytes of shared memory) to fit on a multiprocessor");
}

/* ---- Cooperative launches ------------------------------------------------ */

static void check_launches(int64_t ordinary, int64_t cooperative) {
  CHECK_INT(fake_count("cuLaunchKernel"), ordinary);
  CHECK_INT(fake_count("cuLaunchCooperativeKernel"), cooperative);
}

static void only_a_cooperative_kernel_gets_a_cooperative_launch(void) {
  check_works(NULL);
  check_launches(1, 0);
  CHECK_INT(seen.cooperative, 0);
  scale_kernel.cooperative = 1;
  check_works(NULL);
  check_launches(1, 1);
  CHECK_INT(seen.cooperative, 1);
}

/* The pretending driver refuses more than run at once. */
static void a_cooperative_launch_is_like_any_other(void) {
  scale_kernel.cooperative = 1;
  the_grid_is_the_work_or_what_runs_at_once();
  check_launches(0, 5);
  fake_set("blocks", 1);
  scale_kernel.samples = 1;
  scale_kernel.shared_bytes = 101360;
  scale_kernel.ptx = PTX("scale_rows") "// other";
  int a_stream;
  fake_set("stream", (intptr_t)&a_stream);
  CHECK_INT(eq_set_stream(NULL, &a_stream), EQ_OK);
  check_works(NULL);
  check_launches(0, 6);
  CHECK_INT(seen.blocks, 2);
  CHECK_INT(seen.shared_bytes, 101360);
}

static void blocks_that_cannot_run_at_once_are_an_error(void) {
  scale_kernel.cooperative = 1;
  fake_fail("cuLaunchCooperativeKernel", 1, 720);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'scale': expected cuLaunchCooperativeKernel to launch the kernel "
      "'scale_rows' (1 blocks of 64 threads and 1024 bytes of shared memory) "
      "on device 0 (Fake 0), but got CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE "
      "(too many blocks in cooperative launch); all blocks must run at once, "
      "and this process may use only a part of the GPU: raise "
      "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE, or use a GPU that is not divided");
  check_works(NULL); /* nothing was lost */
  check_launches(0, 2);
}

static void a_device_without_cooperative_launches_is_refused(void) {
  fake_set("cooperative", 0);
  scale_kernel.cooperative = 1;
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'scale': expected cuLaunchCooperativeKernel to launch the kernel "
      "'scale_rows', whose blocks wait for each other, on device 0 (Fake 0), "
      "but this GPU cannot run all blocks of a kernel at once "
      "(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH is 0); use another GPU, or "
      "compile with a schedule whose blocks do not wait for each other");
  check_launches(0, 0);
  CHECK_INT(fake_count("cuModuleLoadDataEx"), 0); /* it takes long */
  scale_kernel.cooperative = 0;
  check_works(NULL);
}

static void a_driver_without_cooperative_launches_is_refused(void) {
  use_fake(EQ_FAKE_CUDA_LEAST);
  scale_kernel.cooperative = 1;
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'scale': expected cuLaunchCooperativeKernel to launch the kernel "
      "'scale_rows', whose blocks wait for each other, on device 0 (Fake 0), "
      "but the driver has no such call; update the NVIDIA driver, or compile "
      "with a schedule whose blocks do not wait for each other");
  scale_kernel.cooperative = 0;
  check_works(NULL);
  check_launches(1, 0);
}

static void a_device_is_asked_once_what_it_can(void) {
  check_works(NULL);
  int64_t asked = fake_count("cuDeviceGetAttribute");
  scale_kernel.cooperative = 1;
  eq_context *context = eq_context_create();
  check_works(context);
  check_works(context);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  check_launches(1, 2);
  CHECK_INT(fake_count("cuDeviceGetAttribute"), asked);
}

/* ---- Failures ------------------------------------------------------------ */

static void memory_that_runs_out_is_an_error_with_the_bytes(void) {
  fake_set("memory", 1000);
  CHECK_INT(fail(NULL), EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected cuMemAlloc to allocate 256 bytes (228 of 1000 "
             "are free) on device 0 (Fake 0), but got CUDA_ERROR_OUT_OF_MEMORY "
             "(out of memory); use a smaller batch, or free what else is on "
             "this GPU (see nvidia-smi)");
  fake_set("memory", 1 << 20);
  check_works(NULL);
}

static void idle_memory_is_given_up_before_memory_runs_out(void) {
  check_works(NULL); /* keeps 4 pieces of 256 bytes: too much for the next */
  fake_set("memory", 96500);
  scale_call call;
  make_call(&call);
  int64_t none[] = {0, 0};
  call.x_shape[0] = call.rows_shape[0] = 1800;
  call.in[0].strides = call.in[2].strides = none;
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  free_results(&call);
  check_works(NULL);
}

static void check_failed(int got, int code, const char *message) {
  bool opening = strstr(message, "to succeed") != NULL;
  CHECK_INT(got, code == 2 && !opening ? EQ_ERROR_MEMORY : EQ_ERROR_DEVICE);
  CHECK_PART(message, "'scale': expected cu");
  CHECK_PART(message, code == 2     ? "CUDA_ERROR_OUT_OF_MEMORY"
                      : code == 719 ? "CUDA error 719; this is a mistake of eq"
                                    : "CUDA_ERROR_UNKNOWN (unknown error); see "
                                      "dmesg");
}

/* A call with tensors on both sides in which the `nth` call of the driver
 * answers `code`. */
static void fail_at(int64_t nth, int code) {
  eq_context *context = eq_context_create();
  scale_call call;
  make_call(&call);
  int64_t strides[] = {3, 1}, wide[] = {4, 1};
  double padded[] = {1, 2, 3, 0, 4, 5, 6};
  call.in[0].data = padded;
  call.in[0].strides = wide;
  move_to_device(&call.in[0], sizeof(padded));
  move_to_device(&call.in[1], sizeof(call.factor));
  place_on_device(&call.out[0], &scale_out[0], call.x_shape, 48);
  call.out[0].strides = strides;
  fake_fail(NULL, nth, code);
  int got = eq_scale(context, call.in, call.out);
  char message[1200];
  snprintf(message, sizeof(message), "%s", eq_last_error(context));
  if (fake_get("failing") != 0)
    _exit(failures != 0 ? 1 : 99); /* there are fewer */
  /* All was done but for giving back what the context keeps anyway. */
  if (got == EQ_OK && fake_count(NULL) == nth) {
    if (code != 719) /* what was there is lost, too */
      check_results(&call);
    CHECK_INT(eq_tensor_free(NULL, &call.out[1]), EQ_OK);
  } else {
    check_failed(got, code, message);
    CHECK(!call.out[1].data);
  }
  CHECK_INT(fake_get("current"), 0);
  /* As it would end without the failure. */
  bool works = !strstr(message, "cuInit") && !strstr(message, "Version");
  if (code == 719)
    fail(context);
  else if (works)
    check_works(context);
  check_cpu_works();
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  if (code != 719)
    CHECK_INT(fake_get("live"), 0);
}

static int in_child(void (*test)(void));
static int64_t failing_call;
static int failing_code;
static void fail_at_one(void) { fail_at(failing_call, failing_code); }

static void every_call_may_fail_with(int code) {
  int status = 0;
  failing_code = code;
  for (failing_call = 1; status == 0; ++failing_call)
    status = in_child(fail_at_one);
  CHECK_INT(status, 99);
  CHECK(failing_call > 30);
}

static void looking_at_a_kernel_may_fail(void) {
  fake_fail("cuEventQuery", 1, 999);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL),
             "expected cuEventQuery to see the kernel 'scale_rows' finish");
  check_works(NULL);
}

static void every_call_may_fail(void) { every_call_may_fail_with(999); }
static void every_call_may_run_out_of_memory(void) {
  every_call_may_fail_with(2);
}
static void every_call_may_lose_the_device(void) {
  every_call_may_fail_with(719);
}
static void every_call_of_a_cooperative_launch_may_fail(void) {
  scale_kernel.cooperative = 1;
  every_call_may_fail_with(999);
}

static void a_kernel_that_faults_ends_work_on_the_gpu(void) {
  char reason[400];
  check_works(NULL);
  fake_set("fault", 700);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected cuEventQuery to see the kernel 'scale_rows' "
             "finish on device 0 (Fake 0), but got CUDA_ERROR_ILLEGAL_ADDRESS "
             "(an illegal memory access was encountered); check that device "
             "tensors are memory of this device and large enough; if they are, "
             "this is a mistake of eq: please report it; this process cannot "
             "use the GPU any more, work on the CPU goes on");
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected this process's CUDA context on device 0 to "
             "work, but it was lost by an earlier error "
             "(CUDA_ERROR_ILLEGAL_ADDRESS); the GPU needs a new process, work "
             "on the CPU goes on");
  CHECK_INT(eq_gpu_available(0, reason, sizeof(reason)), 0);
  CHECK_PART(reason, "lost by an earlier error");
  check_cpu_works();
  CHECK_INT(fake_get("current"), 0);
}

static void results_of_a_lost_device_can_be_freed(void) {
  eq_context *context = eq_context_create();
  scale_call call;
  make_call(&call);
  CHECK_INT(eq_set_device_results(context, 1), EQ_OK);
  CHECK_INT(eq_scale(context, call.in, call.out), EQ_OK);
  fake_set("fault", 719);
  CHECK_INT(fail(context), EQ_ERROR_DEVICE);
  free_results(&call);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void a_kernel_that_takes_too_long_for_the_system_is_an_error(void) {
  fake_set("fault", 702);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL),
             "but got CUDA_ERROR_LAUNCH_TIMEOUT (the launch timed out and was "
             "terminated); the system stops long kernels on GPUs with a "
             "display: use smaller batches, another GPU, or turn that time "
             "limit off");
  check_cpu_works();
}

static void a_failed_call_leaves_device_results_alone(void) {
  scale_call call;
  make_call(&call);
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_device_results(context, 1), EQ_OK);
  place_on_device(&call.out[0], &scale_out[0], call.x_shape, 48);
  char sevens[48];
  memset(sevens, 7, sizeof(sevens));
  body.fail_at_the_end = EQ_ERROR_ARGUMENT;
  CHECK_INT(eq_scale(context, call.in, call.out), EQ_ERROR_ARGUMENT);
  CHECK(holds(&call.out[0], sevens, 48));
  CHECK(call.out[1].data == NULL);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  CHECK_INT(fake_get("live"), 0);
}

/* ---- Cancelling ---------------------------------------------------------- */

static int wait_body(eq_context *context) {
  int32_t status = 7;
  eqrt_kernel_argument argument = {&status, 4, EQRT_USE_WRITE, 0};
  int code = eqrt_launch(context, &wait_kernel, 1, 1, &argument);
  CHECK_INT(fake_get("waiting"), 0); /* `status` may go now */
  memref0 result = {&status, &status, 0};
  return code != EQ_OK ? code : eqrt_result(context, 0, &result);
}

static void *cancel_when_started(void *context) {
  while (!kernel_started)
    usleep(100);
  eq_cancel(context);
  return NULL;
}

static void a_kernel_can_be_cancelled(void) {
  eq_context *context = eq_context_create();
  for (int i = 0; i < 2; ++i) {
    pthread_t thread;
    eq_tensor out = {0};
    kernel_started = 0;
    pthread_create(&thread, NULL, cancel_when_started, context);
    CHECK_INT(eqrt_call(context, &host_signature, wait_body, NULL, &out),
              EQ_OK);
    pthread_join(thread, NULL);
    CHECK_INT(*(int32_t *)out.data, EQ_STATUS_cancelled);
    CHECK_INT(eq_tensor_free(context, &out), EQ_OK);
    eq_cancel_reset(context);
  }
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void a_cooperative_kernel_can_be_cancelled(void) {
  wait_kernel.cooperative = 1;
  a_kernel_can_be_cancelled();
  check_launches(0, 2);
}

static eq_context *to_cancel;
static void cancel_in_handler(int number) {
  (void)number;
  eq_cancel(to_cancel);
}

static void a_signal_handler_can_cancel_a_kernel(void) {
  eq_tensor out = {0};
  to_cancel = eq_context_create();
  signal(SIGUSR1, cancel_in_handler);
  signalled = pthread_self();
  CHECK_INT(eqrt_call(to_cancel, &host_signature, wait_body, NULL, &out),
            EQ_OK);
  CHECK_INT(*(int32_t *)out.data, EQ_STATUS_cancelled);
  CHECK_INT(eq_tensor_free(to_cancel, &out), EQ_OK);
  CHECK_INT(eq_context_destroy(to_cancel), EQ_OK);
}

static void a_call_that_was_cancelled_before_stops_its_kernel(void) {
  eq_tensor out = {0};
  eq_cancel(NULL);
  CHECK_INT(eqrt_call(NULL, &host_signature, wait_body, NULL, &out), EQ_OK);
  CHECK_INT(*(int32_t *)out.data, EQ_STATUS_cancelled);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

/* The launch goes wrong after the kernel was started: it is told to stop. */
static void an_error_stops_the_kernel(void) {
  eq_tensor out = {0};
  fake_fail("cuEventRecord", 1, 999);
  CHECK_INT(eqrt_call(NULL, &host_signature, wait_body, NULL, &out),
            EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL), "expected cuEventRecord to mark the end");
}

static void an_error_stops_a_cooperative_kernel(void) {
  wait_kernel.cooperative = 1;
  an_error_stops_the_kernel();
  check_launches(0, 1);
}

/* ---- Device tensors ------------------------------------------------------ */

static void device_tensors_are_not_copied(void) {
  scale_call call;
  make_call(&call);
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_device_results(context, 1), EQ_OK);
  move_to_device(&call.in[0], sizeof(call.x));
  CHECK_INT(eq_scale(context, call.in, call.out), EQ_OK);
  CHECK_COPIES(1, 0, 0); /* keep, which is on the host */
  for (int i = 0; i < 2; ++i) {
    CHECK_INT(call.out[i].device.type, EQ_DEVICE_CUDA);
    CHECK_INT(call.out[i].device.id, 0);
  }
  CHECK_INT(call.out[0].shape[0], 2);
  CHECK_INT(call.out[0].strides[0], 3);
  check_results(&call);
  CHECK_INT(eq_memory_in_use(context), 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK); /* results outlive it */
  check_results(&call);
  eq_tensor copy = call.out[0];
  free_results(&call);
  CHECK_INT(eq_tensor_free(NULL, &copy), EQ_ERROR_ARGUMENT);
  CHECK_INT(fake_get("live"), 0);
}

static void memory_of_the_caller_on_the_device_is_filled(void) {
  scale_call call;
  make_call(&call);
  move_to_device(&call.in[0], sizeof(call.x));
  place_on_device(&call.out[0], &scale_out[0], call.x_shape, 48);
  place_on_device(&call.out[1], &scale_out[1], call.rows_shape, 8);
  void *given = call.out[0].data;
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  CHECK_COPIES(1, 0, 2);
  CHECK(call.out[0].data == given);
  check_results(&call);
}

static void results_go_where_they_are_wanted(void) {
  for (int on_host = 0; on_host < 2; ++on_host) {
    scale_call call;
    make_call(&call);
    body.results_on_host = on_host;
    eq_tensor given = {0};
    place_on_device(&given, &scale_out[0], call.x_shape, 48);
    int32_t mine[2] = {0};
    call.out[0] = given;
    call.out[1] = (eq_tensor){mine,
                              {EQ_DEVICE_CPU, 0},
                              1,
                              {EQ_TYPE_INT, 32, 1},
                              call.rows_shape,
                              NULL,
                              0};
    CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
    check_results(&call);
    eq_context *context = eq_context_create();
    CHECK_INT(eq_set_device_results(context, 1), EQ_OK);
    call.out[0] = call.out[1] = (eq_tensor){0};
    CHECK_INT(eq_scale(context, call.in, call.out), EQ_OK);
    CHECK_INT(call.out[0].device.type, EQ_DEVICE_CUDA);
    check_results(&call);
    free_results(&call);
    CHECK_INT(eq_context_destroy(context), EQ_OK);
  }
}

static void what_the_host_reads_is_copied_to_it(void) {
  scale_call call;
  make_call(&call);
  move_to_device(&call.in[0], sizeof(call.x));
  move_to_device(&call.in[1], sizeof(call.factor));
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  CHECK_COPIES(1, 3, 0); /* keep; factor, y, row */
  check_results(&call);
  free_results(&call);
}

static int boolean_body(eq_context *context) {
  uint8_t flags[] = {0, 8, 0, 1};
  memref1 result = {flags, flags, 0, {2}, {2}};
  int code = eqrt_result(context, 0, &result);
  result = (memref1){flags, flags, 0, {4}, {1}};
  return code != EQ_OK ? code : eqrt_result(context, 1, &result);
}

static void booleans_that_go_to_the_device_become_0_or_1(void) {
  static const eqrt_value values[] = {
      {"even", EQ_TYPE_BOOL, 8, 1, 0, rows},
      {"all", EQ_TYPE_BOOL, 8, 1, 0, rows},
  };
  static const eqrt_signature signature = {"flags", EQRT_VERSION, 0,     2,
                                           0,       NULL,         values};
  eq_tensor out[2] = {{0}};
  CHECK_INT(eq_set_device_results(NULL, 1), EQ_OK);
  CHECK_INT(eqrt_call(NULL, &signature, boolean_body, NULL, out), EQ_OK);
  CHECK(holds(&out[0], (uint8_t[]){0, 0}, 2));
  CHECK(holds(&out[1], (uint8_t[]){0, 1, 0, 1}, 4));
  CHECK_INT(eq_tensor_free(NULL, &out[0]), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out[1]), EQ_OK);
}

static void booleans_on_the_device_become_0_or_1(void) {
  scale_call call;
  make_call(&call);
  call.keep[1] = 8;
  move_to_device(&call.in[2], sizeof(call.keep));
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  CHECK_COPIES(2, 3, 0);
  check_results(&call);
  free_results(&call);
}

/* x of other strides, in `bytes` of memory, is taken with so many copies. */
static void check_strided(const double *memory, int64_t bytes, int64_t stride0,
                          int64_t stride1, int64_t offset, int64_t wanted) {
  scale_call call;
  make_call(&call);
  int64_t strides[] = {stride0, stride1};
  call.in[0].data = (void *)memory;
  call.in[0].strides = strides;
  call.in[0].byte_offset = (uint64_t)offset * 8;
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK); /* on the host */
  double host[6];
  memcpy(host, call.out[0].data, sizeof(host));
  free_results(&call);
  move_to_device(&call.in[0], bytes);
  count_copies();
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  CHECK(holds(&call.out[0], host, sizeof(host)));
  free_results(&call);
  CHECK_COPIES(1, 2, wanted);
  fake_free(call.in[0].data);
}

static void strided_device_tensors_are_packed_on_the_device(void) {
  const double memory[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  check_strided(memory, 96, 3, 1, 2, 0);    /* row-major */
  check_strided(memory, 96, 6, 1, 0, 1);    /* padded rows */
  check_strided(memory, 96, 1, 2, 0, 2);    /* column-major */
  check_strided(memory, 96, 6, 2, 0, 1);    /* every second */
  check_strided(memory, 96, -3, 1, 3, 2);   /* rows backwards */
  check_strided(memory, 96, -3, -1, 11, 6); /* all backwards */
  check_strided(memory, 96, 0, 1, 1, 2);    /* one row for all */
  check_strided(memory, 96, 1, 0, 1, 3);    /* one column for all: rows apart */
  check_strided(memory, 96, 0, 0, 5, 4);    /* one value for all */
  check_strided(memory, 96, 1, 1, 0, 2);    /* rows that overlap */
}

static void a_driver_that_refuses_a_pitch_gets_row_after_row(void) {
  scale_call call;
  make_call(&call);
  double padded[] = {1, 2, 3, 0, 0, 4, 5, 6};
  int64_t strides[] = {5, 1};
  call.in[0].data = padded;
  call.in[0].strides = strides;
  move_to_device(&call.in[0], sizeof(padded));
  fake_fail("cuMemcpy2DAsync_v2", 1, 1);
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  CHECK_INT(fake_count("cuMemcpyDtoDAsync_v2"), 2);
  check_results(&call);
  free_results(&call);
}

static void memory_of_the_caller_may_have_strides(void) {
  scale_call call;
  make_call(&call);
  place_on_device(&call.out[0], &scale_out[0], call.x_shape, 64);
  int64_t strides[] = {5, 1};
  call.out[0].strides = strides;
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  double got[8], sevens;
  memset(&sevens, 7, sizeof(sevens));
  fake_peek(got, call.out[0].data, sizeof(got));
  CHECK(memcmp(got, scaled, 24) == 0 && memcmp(got + 5, scaled + 3, 24) == 0);
  CHECK(memcmp(got + 3, &sevens, 8) == 0 && memcmp(got + 4, &sevens, 8) == 0);
  CHECK_INT(eq_tensor_free(NULL, &call.out[1]), EQ_OK);
}

static int swap_body(eq_context *context) {
  int code = EQ_OK;
  for (int i = 0; i < 2 && code == EQ_OK; ++i) {
    memref2 x;
    eqrt_argument(context, i, &x);
    code = eqrt_result(context, 1 - i, &x);
  }
  return code;
}
static const eqrt_value swap_values[] = {
    {"a", EQ_TYPE_FLOAT, 64, 2, EQRT_VALUE_ON_DEVICE, rows_by_3},
    {"b", EQ_TYPE_FLOAT, 64, 2, EQRT_VALUE_ON_DEVICE, rows_by_3},
};
static const eqrt_signature swap_signature = {
    "swap", EQRT_VERSION, 2, 2, 0, swap_values, swap_values};

static void results_may_be_written_over_inputs(void) {
  scale_call a, b;
  make_call(&a);
  make_call(&b);
  double other[] = {-1, -2, -3, -4, -5, -6};
  memcpy(b.x, other, sizeof(other));
  move_to_device(&a.in[0], 48);
  move_to_device(&b.in[0], 48);
  eq_tensor in[] = {a.in[0], b.in[0]}, out[] = {a.in[0], b.in[0]};
  CHECK_INT(eqrt_call(NULL, &swap_signature, swap_body, in, out), EQ_OK);
  CHECK(holds(&out[0], other, 48));
  CHECK(holds(&out[1], a.x, 48));
}

static int twice_body(eq_context *context) {
  void *memory = eqrt_device_alloc(context, &scale_kernel, 48);
  if (!memory)
    return eqrt_fail(context, EQ_ERROR_INTERNAL, "no memory");
  memref2 x = {memory, memory, 0, {2, 3}, {3, 1}};
  int code = eqrt_result(context, 0, &x);
  return code != EQ_OK ? code : eqrt_result(context, 1, &x);
}

static void one_piece_of_memory_may_be_two_results(void) {
  scale_call call;
  make_call(&call);
  CHECK_INT(eq_set_device_results(NULL, 1), EQ_OK);
  eq_tensor in[] = {call.in[0], call.in[0]}, out[2] = {{0}};
  CHECK_INT(eqrt_call(NULL, &swap_signature, twice_body, in, out), EQ_OK);
  CHECK(out[0].data != out[1].data);
  CHECK_COPIES(0, 0, 1);
  CHECK_INT(eq_tensor_free(NULL, &out[0]), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out[1]), EQ_OK);
}

static void tensors_of_another_device_are_refused(void) {
  fake_set("devices", 2);
  scale_call call;
  make_call(&call);
  move_to_device(&call.in[0], sizeof(call.x));
  call.in[0].device.id = 1;
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected 'x' (input 0) to be on the CPU or on GPU 0, "
             "that of the context, but got GPU 1; see eq_set_device");
  CHECK_INT(eq_set_device(NULL, 1), EQ_OK);
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  free_results(&call);
  CHECK_INT(eq_set_device(NULL, 0), EQ_OK);
  CHECK_INT(fake_get("live"), 0); /* the other device's went */
  check_works(NULL);
}

static void an_address_that_is_not_the_gpus_is_refused(void) {
  scale_call call;
  make_call(&call);
  call.in[0].device.type = EQ_DEVICE_CUDA;
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'scale': expected 'x' (input 0) to have data that the CUDA driver "
      "knows, but got an address that is not a GPU's");
  check_works(NULL);
}

static void setters_refuse_nonsense(void) {
  CHECK_INT(eq_set_device(NULL, -1), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL), "'eq_set_device': expected 'id' to be 0 or "
                                  "more, but got -1");
  CHECK_INT(eq_set_device(NULL, 3), EQ_OK);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_TEXT(eq_last_error(NULL), "'scale': expected a GPU with the number 3, "
                                  "but the highest is 0");
}

static void work_goes_to_the_stream_of_the_context(void) {
  int a_stream;
  fake_set("stream", (intptr_t)&a_stream);
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL),
             "but got CUDA error 400; check that the stream of eq_set_stream "
             "belongs to this device and still exists");
  CHECK_INT(eq_set_stream(NULL, &a_stream), EQ_OK);
  check_works(NULL);
  scale_call call;
  make_call(&call);
  int64_t strides[] = {6, 1};
  double padded[12] = {1, 2, 3, 0, 0, 0, 4, 5, 6};
  call.in[0].data = padded;
  call.in[0].strides = strides;
  move_to_device(&call.in[0], sizeof(padded));
  place_on_device(&call.out[0], &scale_out[0], call.x_shape, 48);
  CHECK_INT(eq_scale(NULL, call.in, call.out), EQ_OK);
  check_results(&call);
  CHECK_INT(eq_tensor_free(NULL, &call.out[1]), EQ_OK);
  CHECK_INT(eq_set_device(NULL, 1), EQ_OK);
  CHECK_INT(eq_set_device(NULL, 0), EQ_OK); /* back to the default stream */
  CHECK_INT(fail(NULL), EQ_ERROR_DEVICE);
  fake_set("stream", 0);
  check_works(NULL);
}

static int setting_body(eq_context *context) {
  CHECK_INT(eq_set_device(context, 0), EQ_ERROR_BUSY);
  CHECK_INT(eq_set_stream(context, NULL), EQ_ERROR_BUSY);
  CHECK_INT(eq_set_device_results(context, 1), EQ_ERROR_BUSY);
  return host_body(context);
}

static void a_busy_context_refuses_setters(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &host_signature, setting_body, NULL, &out), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

/* ---- Threads ------------------------------------------------------------- */

static void *many_calls(void *unused) {
  (void)unused;
  eq_context *context = eq_context_create();
  for (int i = 0; i < 25; ++i) {
    CHECK_INT(eq_set_device_results(context, i % 2), EQ_OK);
    check_works(context);
  }
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  return NULL;
}

static void contexts_of_several_threads_share_a_device(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i)
    pthread_create(&threads[i], NULL, many_calls, NULL);
  for (int i = 0; i < 4; ++i)
    pthread_join(threads[i], NULL);
  CHECK_INT(fake_count("cuLaunchKernel"), 100);
  CHECK_INT(fake_count("cuModuleLoadDataEx"), 1);
  CHECK_INT(fake_count("cuDevicePrimaryCtxRetain"), 1);
  CHECK_INT(fake_get("live"), 0);
}

static void *one_call(void *unused) {
  (void)unused;
  check_works(NULL);
  return NULL;
}

static void the_context_of_a_thread_takes_its_memory_along(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, one_call, NULL);
  pthread_join(thread, NULL);
  CHECK_INT(fake_count("cuLaunchKernel"), 1);
  CHECK_INT(fake_get("live"), 0);
}

/* ---- What the fake driver is for ----------------------------------------- */

static void end_with_77(int number) {
  (void)number;
  _exit(77);
}

static void touch_device_memory(void) {
  volatile char *memory = fake_alloc(1);
  signal(SIGSEGV, end_with_77);
  *memory = 1;
}

static void the_host_cannot_touch_device_memory(void) {
  CHECK_INT(in_child(touch_device_memory), 77);
}

static int mistaken_body(eq_context *context) {
  int32_t mine = 0, *address = &mine;
  eqrt_kernel_argument argument = {&address, 8, EQRT_USE_VALUE, 0};
  return eqrt_launch(context, &wait_kernel, 1, 1, &argument);
}

static void a_kernel_cannot_touch_host_memory(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &host_signature, mistaken_body, NULL, &out),
            EQ_ERROR_DEVICE);
  CHECK_PART(eq_last_error(NULL), "CUDA_ERROR_ILLEGAL_ADDRESS");
}

/* ---- All ----------------------------------------------------------------- */

#define TESTS(X)                                                               \
  X(without_a_driver_the_error_says_so)                                        \
  X(a_library_that_is_no_driver_is_refused)                                    \
  X(a_driver_too_old_is_refused_with_both_versions)                            \
  X(without_a_device_the_error_says_so)                                        \
  X(a_device_that_works_is_available)                                          \
  X(programs_without_kernels_load_no_driver)                                   \
  X(host_tensors_are_copied_once_each)                                         \
  X(the_grid_is_the_work_or_what_runs_at_once)                                 \
  X(an_empty_batch_needs_no_gpu)                                               \
  X(the_callers_cuda_context_stays_current)                                    \
  X(later_calls_allocate_nothing)                                              \
  X(memory_that_no_call_needs_is_freed)                                        \
  X(host_memory_of_two_arguments_is_one)                                       \
  X(launches_of_a_call_share_memory)                                           \
  X(memory_that_is_far_too_large_is_not_used)                                  \
  X(device_memory_of_negative_size_is_refused)                                 \
  X(launching_outside_a_call_is_refused)                                       \
  X(device_memory_is_not_given_to_the_simulator)                               \
  X(a_program_is_loaded_once)                                                  \
  X(another_program_at_the_same_address_is_loaded)                             \
  X(modules_do_not_pile_up)                                                    \
  X(modules_that_a_call_uses_stay)                                             \
  X(modules_that_do_not_fit_do_not_pile_up)                                    \
  X(ptx_that_is_refused_names_the_targets_and_the_log)                         \
  X(a_kernel_that_the_ptx_lacks_is_named)                                      \
  X(too_much_shared_memory_is_refused_with_both_numbers)                       \
  X(plain_shared_memory_is_not_asked_for)                                      \
  X(too_many_threads_are_refused_with_both_numbers)                            \
  X(a_block_that_fits_nowhere_is_refused)                                      \
  X(only_a_cooperative_kernel_gets_a_cooperative_launch)                       \
  X(a_cooperative_launch_is_like_any_other)                                    \
  X(blocks_that_cannot_run_at_once_are_an_error)                               \
  X(a_device_without_cooperative_launches_is_refused)                          \
  X(a_driver_without_cooperative_launches_is_refused)                          \
  X(a_device_is_asked_once_what_it_can)                                        \
  X(memory_that_runs_out_is_an_error_with_the_bytes)                           \
  X(idle_memory_is_given_up_before_memory_runs_out)                            \
  X(looking_at_a_kernel_may_fail)                                              \
  X(every_call_may_fail)                                                       \
  X(every_call_may_run_out_of_memory)                                          \
  X(every_call_may_lose_the_device)                                            \
  X(every_call_of_a_cooperative_launch_may_fail)                               \
  X(a_kernel_that_faults_ends_work_on_the_gpu)                                 \
  X(results_of_a_lost_device_can_be_freed)                                     \
  X(a_kernel_that_takes_too_long_for_the_system_is_an_error)                   \
  X(a_failed_call_leaves_device_results_alone)                                 \
  X(a_kernel_can_be_cancelled)                                                 \
  X(a_cooperative_kernel_can_be_cancelled)                                     \
  X(a_signal_handler_can_cancel_a_kernel)                                      \
  X(a_call_that_was_cancelled_before_stops_its_kernel)                         \
  X(an_error_stops_the_kernel)                                                 \
  X(an_error_stops_a_cooperative_kernel)                                       \
  X(device_tensors_are_not_copied)                                             \
  X(memory_of_the_caller_on_the_device_is_filled)                              \
  X(results_go_where_they_are_wanted)                                          \
  X(what_the_host_reads_is_copied_to_it)                                       \
  X(booleans_on_the_device_become_0_or_1)                                      \
  X(booleans_that_go_to_the_device_become_0_or_1)                              \
  X(strided_device_tensors_are_packed_on_the_device)                           \
  X(a_driver_that_refuses_a_pitch_gets_row_after_row)                          \
  X(memory_of_the_caller_may_have_strides)                                     \
  X(results_may_be_written_over_inputs)                                        \
  X(one_piece_of_memory_may_be_two_results)                                    \
  X(tensors_of_another_device_are_refused)                                     \
  X(an_address_that_is_not_the_gpus_is_refused)                                \
  X(setters_refuse_nonsense)                                                   \
  X(work_goes_to_the_stream_of_the_context)                                    \
  X(a_busy_context_refuses_setters)                                            \
  X(contexts_of_several_threads_share_a_device)                                \
  X(the_context_of_a_thread_takes_its_memory_along)                            \
  X(the_host_cannot_touch_device_memory)                                       \
  X(a_kernel_cannot_touch_host_memory)

/* How the process of a test ended: its exit code, or 200 and the signal. */
static int in_child(void (*test)(void)) {
  int status = 0;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    use_fake(EQ_FAKE_CUDA);
    failures = 0;
    test();
    exit(failures != 0);
  }
  if (child < 0 || waitpid(child, &status, 0) != child)
    return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
}

static bool passes(void (*test)(void)) {
  int end = in_child(test);
  if (end == 0)
    printf("ok %s\n", test_name);
  else
    printf("FAILED %s: ended with %d\n", test_name, end);
  return end == 0;
}

int main(void) {
  int failed_tests = 0;
#define RUN(test)                                                              \
  test_name = #test;                                                           \
  failed_tests += !passes(test);
  TESTS(RUN)
  if (failed_tests != 0)
    printf("%d tests failed\n", failed_tests);
  return failed_tests != 0;
}
