/* A CUDA driver without a GPU: what eq uses of libcuda.so.1, on the CPU.
 *
 * Device memory is a range that nobody can touch but the one thread that does
 * the device's work, and only while it does it: a host that reads it faults, as
 * it would with a real GPU. Work is done after it was enqueued, in order. PTX
 * is text with the names of kernels, which are functions of the test. Every
 * call can be made to fail. With FAKE_WITHOUT_COOPERATIVE it lacks the call for
 * cooperative launches. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fake-cuda.h"

#include "Driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define VISIBLE __attribute__((visibility("default")))

/* Checks the interface: definitions must have the parameters declared here. */
#define DECLARE(name, parameters) VISIBLE cu_result name parameters;
EQRTI_DRIVER_CALLS(DECLARE)
EQRTI_OPTIONAL_DRIVER_CALLS(DECLARE)
#define DECLARE_FAKE(result, name, parameters) VISIBLE result name parameters;
FAKE_CALLS(DECLARE_FAKE)

enum {
  RANGE_BYTES = 1 << 30,
  PAGE_BYTES = 65536,
  MOST_KERNELS = 32,
  MOST_PARAMETERS = 16,
  MOST_DEVICES = 4,
  MOST_CURRENT = 16,
  MULTIPROCESSORS = 4,
  FIXED_SHARED = 16 /* static shared memory of every kernel */
};

/* ---- What there is ------------------------------------------------------- */

typedef struct allocation {
  struct allocation *next;
  char *start;
  size_t bytes;
  bool foreign; /* not eq's */
} allocation;

typedef struct {
  char name[64];
  void (*run)(const fake_launch *);
  char kinds[MOST_PARAMETERS + 1];
} kernel;

struct cu_context_of {
  int device;
};

struct cu_function_of {
  struct cu_function_of *next; /* of the module */
  kernel *kernel;
  int dynamic_shared;
};

struct cu_module_of {
  cu_module next; /* that is loaded */
  struct cu_function_of *functions;
  char *text;
};

struct cu_event_of {
  uint64_t after; /* it happens when this much work is done */
};

typedef enum { COPY, COPY_ROWS, CLEAR, RUN } work_kind;

typedef struct work {
  struct work *next;
  work_kind kind;
  void *to;
  const void *from;
  size_t bytes;
  cu_copy_2d rows;
  unsigned value;
  kernel *kernel;
  fake_launch launch;
  uint64_t values[MOST_PARAMETERS];
  void *parameters[MOST_PARAMETERS];
} work;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static work *first_work, *last_work;
static uint64_t enqueued, finished;
static bool worker_runs;

static char *range, *range_end; /* all device memory, the part in use */
static allocation *allocations;
static int64_t allocated, foreign_live, live, modules;
static cu_module loaded;      /* all that are */
static void *host_memory[64]; /* that the device sees */
static kernel kernels[MOST_KERNELS];
static int kernel_count;
static struct cu_context_of contexts[MOST_DEVICES] = {{0}, {1}, {2}, {3}};
static _Thread_local cu_context current[MOST_CURRENT];
static _Thread_local int current_count;
static bool initialised;
static int faulted; /* how a kernel ended, or 0: no work is done any more */
static int sticky;  /* what every call answers, after one has told of it */

static struct setting {
  const char *name;
  int64_t value;
} settings[] = {{"version", 13000}, {"devices", 1}, {"memory", 64 << 20},
                {"shared", 101376}, {"blocks", 2},  {"threads", 1024},
                {"fault", 0},       {"stream", 0},  {"cooperative", 1}};
enum {
  VERSION,
  DEVICES,
  MEMORY,
  SHARED,
  BLOCKS,
  THREADS,
  FAULT,
  STREAM,
  COOPERATIVE,
  SETTINGS
};

/* ---- Failing and counting ------------------------------------------------ */

static struct {
  const char *call; /* NULL: any */
  int64_t left;     /* uses until it fails; 0: never */
  int code;
} failing;

static struct {
  const char *call;
  int64_t uses;
} counters[64];

static bool only_releases(const char *call) {
  return strstr(call, "Free") || strstr(call, "Destroy") ||
         strstr(call, "Unload") || strstr(call, "Pop") ||
         strstr(call, "GetError");
}

static bool is_meant(const char *wanted, const char *call) {
  return wanted ? strcmp(wanted, call) == 0
                : !only_releases(call) && strcmp(call, "cuEventQuery") != 0;
}

static bool stays(int code) { return code >= 700 && code < 720 && code != 701; }

/* Counts a use; the code it is to fail with, or 0. */
static int fails(const char *call) {
  int i = 0;
  while (counters[i].call && strcmp(counters[i].call, call) != 0)
    ++i;
  counters[i].call = call;
  ++counters[i].uses;
  if (failing.left == 0 || !is_meant(failing.call, call) || --failing.left != 0)
    return 0;
  if (stays(failing.code))
    sticky = failing.code;
  return failing.code;
}

/* Calls begin with the lock, and end with it. */
static int enter(const char *call, bool needs_context) {
  pthread_mutex_lock(&lock);
  int code = fails(call);
  if (code != 0)
    return code;
  if (!initialised)
    return CUDA_ERROR_NOT_INITIALIZED;
  if (!needs_context)
    return 0;
  if (sticky != 0)
    return sticky;
  return current_count == 0 ? CUDA_ERROR_INVALID_CONTEXT : 0;
}

static cu_result leave(int code) {
  pthread_mutex_unlock(&lock);
  return code;
}

#define ENTER(needs_context)                                                   \
  int code = enter(__func__, needs_context);                                   \
  if (code != 0)                                                               \
  return leave(code)

/* Calls that put work on a stream, which must be the right one. */
#define ENTER_STREAM()                                                         \
  ENTER(true);                                                                 \
  if ((intptr_t)stream != settings[STREAM].value)                              \
  return leave(CUDA_ERROR_INVALID_HANDLE)

/* ---- The device's own thread --------------------------------------------- */

static void open_range(bool open) {
  if (range_end != range)
    mprotect(range, (size_t)(range_end - range),
             open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

static allocation *find_allocation(uint64_t address) {
  allocation *a = allocations;
  while (a && (address < (uintptr_t)a->start ||
               address >= (uintptr_t)a->start + a->bytes))
    a = a->next;
  return a;
}

static bool in_allocation(uint64_t address, size_t bytes) {
  allocation *a = find_allocation(address);
  return bytes == 0 ||
         (a && bytes <= a->bytes - (address - (uintptr_t)a->start));
}

static bool is_host_memory(uint64_t address) {
  for (int i = 0; i < 64; ++i)
    if (address != 0 && (uintptr_t)host_memory[i] == address)
      return true;
  return false;
}

/* Whether every address is of the memory that its kind says. */
static bool addresses_are_right(const work *w) {
  bool right = true;
  for (int i = 0; w->kernel->kinds[i]; ++i) {
    uint64_t value = w->values[i];
    if (w->kernel->kinds[i] == 'p')
      right &= value == 0 || find_allocation(value) != NULL;
    if (w->kernel->kinds[i] == 'h')
      right &= is_host_memory(value);
  }
  return right;
}

static void do_rows(const cu_copy_2d *c) {
  for (size_t i = 0; i < c->height; ++i)
    memcpy((char *)(uintptr_t)c->to_device + i * c->to_pitch,
           (char *)(uintptr_t)c->from_device + i * c->from_pitch, c->width);
}

static void do_work(const work *w) {
  switch (w->kind) {
  case COPY:
    memcpy(w->to, w->from, w->bytes);
    return;
  case COPY_ROWS:
    do_rows(&w->rows);
    return;
  case CLEAR:
    for (size_t i = 0; i < w->bytes / 4; ++i)
      ((unsigned *)w->to)[i] = w->value;
    return;
  case RUN:
    w->kernel->run(&w->launch);
    return;
  }
}

static void *serve(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (!first_work)
      pthread_cond_wait(&changed, &lock);
    work *w = first_work;
    first_work = w->next;
    if (w->kind == RUN && faulted == 0) {
      int fault = (int)settings[FAULT].value;
      settings[FAULT].value = 0;
      if (fault == 0 && !addresses_are_right(w))
        fault = CUDA_ERROR_ILLEGAL_ADDRESS;
      faulted = fault;
    }
    if (faulted == 0 && sticky == 0) {
      open_range(true);
      pthread_mutex_unlock(&lock);
      do_work(w);
      pthread_mutex_lock(&lock);
      open_range(false);
    }
    free(w);
    ++finished;
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

static void drain(void) {
  uint64_t all = enqueued;
  while (finished < all)
    pthread_cond_wait(&changed, &lock);
}

static void enqueue(const work *w) {
  if (!worker_runs) {
    pthread_t thread;
    pthread_create(&thread, NULL, serve, NULL);
    pthread_detach(thread);
    worker_runs = true;
  }
  work *copy = malloc(sizeof(*copy));
  *copy = *w;
  copy->launch.parameters = copy->parameters;
  for (int i = 0; i < MOST_PARAMETERS; ++i)
    copy->parameters[i] = &copy->values[i];
  copy->next = NULL;
  if (first_work)
    last_work->next = copy;
  else
    first_work = copy;
  last_work = copy;
  ++enqueued;
  pthread_cond_broadcast(&changed);
}

/* ---- The driver: start, devices, contexts -------------------------------- */

cu_result cuInit(unsigned flags) {
  (void)flags;
  pthread_mutex_lock(&lock);
  int code = fails("cuInit");
  if (code == 0 && settings[DEVICES].value == 0)
    code = CUDA_ERROR_NO_DEVICE;
  initialised |= code == 0;
  return leave(code);
}

cu_result cuDriverGetVersion(int *version) {
  pthread_mutex_lock(&lock);
  *version = (int)settings[VERSION].value;
  return leave(fails("cuDriverGetVersion"));
}

/* The names that tests look for. */
static const struct {
  int code;
  const char *name, *text;
} results[] = {
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
     "the provided PTX was compiled with an unsupported toolchain."},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS",
     "an illegal memory access was encountered"},
    {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
     "too many resources requested for launch"},
    {702, "CUDA_ERROR_LAUNCH_TIMEOUT",
     "the launch timed out and was terminated"},
    {720, "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE",
     "too many blocks in cooperative launch"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

static const char *find_result(int code, bool name) {
  for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); ++i)
    if (results[i].code == code)
      return name ? results[i].name : results[i].text;
  return NULL;
}

cu_result cuGetErrorName(cu_result result, const char **name) {
  *name = find_result(result, true);
  return *name ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

cu_result cuGetErrorString(cu_result result, const char **text) {
  *text = find_result(result, false);
  return *text ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

cu_result cuDeviceGetCount(int *count) {
  ENTER(false);
  *count = (int)settings[DEVICES].value;
  return leave(0);
}

cu_result cuDeviceGet(cu_device *device, int ordinal) {
  ENTER(false);
  *device = ordinal;
  return leave(ordinal < settings[DEVICES].value ? 0
                                                 : CUDA_ERROR_INVALID_DEVICE);
}

cu_result cuDeviceGetName(char *name, int size, cu_device device) {
  ENTER(false);
  snprintf(name, (size_t)size, "Fake %d", device);
  return leave(0);
}

cu_result cuDeviceGetAttribute(int *value, int attribute, cu_device device) {
  (void)device;
  ENTER(false);
  switch (attribute) {
  case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
    *value = MULTIPROCESSORS;
    break;
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
    *value = 8;
    break;
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
    *value = 6;
    break;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
    *value = (int)settings[SHARED].value;
    break;
  case CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH:
    *value = (int)settings[COOPERATIVE].value;
    break;
  default:
    code = CUDA_ERROR_INVALID_VALUE;
  }
  return leave(code);
}

cu_result cuDevicePrimaryCtxRetain(cu_context *context, cu_device device) {
  ENTER(false);
  *context = &contexts[device];
  return leave(0);
}

cu_result cuCtxPushCurrent_v2(cu_context context) {
  ENTER(false);
  if (current_count == MOST_CURRENT)
    abort();
  current[current_count++] = context;
  return leave(0);
}

cu_result cuCtxPopCurrent_v2(cu_context *context) {
  ENTER(false);
  if (current_count == 0)
    return leave(CUDA_ERROR_INVALID_CONTEXT);
  *context = current[--current_count];
  return leave(0);
}

/* ---- The driver: modules ------------------------------------------------- */

/* "BAD" anywhere is a mistake, and the log says so in four lines. */
cu_result cuModuleLoadDataEx(cu_module *module, const void *image,
                             unsigned count, int *options, void **values) {
  ENTER(true);
  char *log = NULL;
  size_t room = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER)
      log = values[i];
    else if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)
      room = (size_t)(uintptr_t)values[i];
  }
  if (strstr(image, "BAD")) {
    if (log)
      snprintf(log, room, "line 1; bad\nline 2; worse\nline 3\nline 4\n");
    return leave(CUDA_ERROR_INVALID_PTX);
  }
  *module = calloc(1, sizeof(**module));
  (*module)->text = strdup(image);
  (*module)->next = loaded;
  loaded = *module;
  ++modules;
  return leave(0);
}

cu_result cuModuleUnload(cu_module module) {
  ENTER(true);
  cu_module *link = &loaded;
  while (*link && *link != module)
    link = &(*link)->next;
  if (!*link)
    return leave(CUDA_ERROR_INVALID_HANDLE);
  *link = module->next;
  while (module->functions) {
    cu_function function = module->functions;
    module->functions = function->next;
    free(function);
  }
  free(module->text);
  free(module);
  --modules;
  return leave(0);
}

cu_result cuModuleGetFunction(cu_function *function, cu_module module,
                              const char *name) {
  ENTER(true);
  kernel *found = NULL;
  for (int i = 0; i < kernel_count; ++i)
    if (strcmp(kernels[i].name, name) == 0 && strstr(module->text, name))
      found = &kernels[i];
  if (!found)
    return leave(CUDA_ERROR_NOT_FOUND);
  cu_function f = module->functions;
  while (f && f->kernel != found)
    f = f->next;
  if (!f) {
    f = calloc(1, sizeof(*f));
    f->kernel = found;
    f->next = module->functions;
    module->functions = f;
  }
  *function = f;
  return leave(0);
}

cu_result cuFuncGetAttribute(int *value, int attribute, cu_function function) {
  (void)function;
  ENTER(true);
  *value = attribute == CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK
               ? (int)settings[THREADS].value
               : FIXED_SHARED;
  return leave(0);
}

cu_result cuFuncSetAttribute(cu_function function, int attribute, int value) {
  ENTER(true);
  if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES ||
      value + FIXED_SHARED > settings[SHARED].value)
    return leave(CUDA_ERROR_INVALID_VALUE);
  function->dynamic_shared = value;
  return leave(0);
}

cu_result cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks,
                                                      cu_function function,
                                                      int threads,
                                                      size_t shared_bytes) {
  (void)function, (void)threads, (void)shared_bytes;
  ENTER(true);
  *blocks = (int)settings[BLOCKS].value;
  return leave(0);
}

static bool is_loaded(cu_function function) {
  bool found = false;
  for (cu_module m = loaded; m; m = m->next)
    for (cu_function f = m->functions; f; f = f->next)
      found |= f == function;
  return found;
}

static size_t kind_bytes(char kind) { return kind == 'i' ? 4 : 8; }

static int enqueue_run(cu_function function, const unsigned grid[3],
                       const unsigned block[3], unsigned shared_bytes,
                       void **parameters, bool cooperative) {
  if (!is_loaded(function))
    return CUDA_ERROR_INVALID_HANDLE;
  if (grid[0] == 0 || grid[1] != 1 || grid[2] != 1 || block[0] == 0 ||
      block[1] != 1 || block[2] != 1 ||
      (shared_bytes + FIXED_SHARED > 48 * 1024 &&
       (int)shared_bytes > function->dynamic_shared))
    return CUDA_ERROR_INVALID_VALUE;
  if (cooperative && settings[COOPERATIVE].value == 0)
    return 801 /* CUDA_ERROR_NOT_SUPPORTED */;
  if (cooperative && grid[0] > MULTIPROCESSORS * settings[BLOCKS].value)
    return CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE;
  work w = {.kind = RUN,
            .kernel = function->kernel,
            .launch = {grid[0], block[0], shared_bytes, cooperative, NULL}};
  for (int i = 0; function->kernel->kinds[i]; ++i)
    memcpy(&w.values[i], parameters[i], kind_bytes(function->kernel->kinds[i]));
  enqueue(&w);
  return 0;
}

cu_result cuLaunchKernel(cu_function function, unsigned grid_x, unsigned grid_y,
                         unsigned grid_z, unsigned block_x, unsigned block_y,
                         unsigned block_z, unsigned shared_bytes,
                         cu_stream stream, void **parameters, void **extra) {
  ENTER_STREAM();
  if (extra)
    return leave(CUDA_ERROR_INVALID_VALUE);
  return leave(enqueue_run(function, (unsigned[]){grid_x, grid_y, grid_z},
                           (unsigned[]){block_x, block_y, block_z},
                           shared_bytes, parameters, false));
}

#ifndef FAKE_WITHOUT_COOPERATIVE
cu_result cuLaunchCooperativeKernel(cu_function function, unsigned grid_x,
                                    unsigned grid_y, unsigned grid_z,
                                    unsigned block_x, unsigned block_y,
                                    unsigned block_z, unsigned shared_bytes,
                                    cu_stream stream, void **parameters) {
  ENTER_STREAM();
  return leave(enqueue_run(function, (unsigned[]){grid_x, grid_y, grid_z},
                           (unsigned[]){block_x, block_y, block_z},
                           shared_bytes, parameters, true));
}
#endif

/* ---- The driver: memory -------------------------------------------------- */

static void *allocate(size_t bytes, bool foreign) {
  if (!range) {
    range = mmap(NULL, RANGE_BYTES, PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    range_end = range;
  }
  size_t pages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES + 1; /* one between */
  if ((int64_t)bytes > settings[MEMORY].value - allocated ||
      pages * PAGE_BYTES > (size_t)(range + RANGE_BYTES - range_end))
    return NULL;
  allocation *a = malloc(sizeof(*a));
  *a = (allocation){allocations, range_end, bytes, foreign};
  allocations = a;
  range_end += pages * PAGE_BYTES;
  allocated += (int64_t)bytes;
  ++*(foreign ? &foreign_live : &live);
  return a->start;
}

static bool release(uint64_t address) {
  allocation **link = &allocations;
  while (*link && (uintptr_t)(*link)->start != address)
    link = &(*link)->next;
  allocation *a = *link;
  if (!a)
    return false;
  *link = a->next;
  allocated -= (int64_t)a->bytes;
  --*(a->foreign ? &foreign_live : &live);
  free(a);
  return true;
}

cu_result cuMemAlloc_v2(cu_address *address, size_t bytes) {
  ENTER(true);
  if (bytes == 0)
    return leave(CUDA_ERROR_INVALID_VALUE);
  *address = (uintptr_t)allocate(bytes, false);
  return leave(*address != 0 ? 0 : CUDA_ERROR_OUT_OF_MEMORY);
}

cu_result cuMemFree_v2(cu_address address) {
  ENTER(true);
  drain();
  return leave(release(address) ? 0 : CUDA_ERROR_INVALID_VALUE);
}

cu_result cuMemGetInfo_v2(size_t *unused, size_t *total) {
  ENTER(true);
  *total = (size_t)settings[MEMORY].value;
  *unused = *total - (size_t)allocated;
  return leave(0);
}

cu_result cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) {
  ENTER(true);
  int i = 0;
  while (i < 64 && host_memory[i])
    ++i;
  if (flags != CU_MEMHOSTALLOC_DEVICEMAP || i == 64)
    return leave(CUDA_ERROR_INVALID_VALUE);
  *memory = host_memory[i] = calloc(1, bytes);
  ++live;
  return leave(0);
}

cu_result cuMemFreeHost(void *memory) {
  ENTER(true);
  for (int i = 0; i < 64; ++i) {
    if (host_memory[i] != memory)
      continue;
    free(memory);
    host_memory[i] = NULL;
    --live;
    return leave(0);
  }
  return leave(CUDA_ERROR_INVALID_VALUE);
}

cu_result cuMemHostGetDevicePointer_v2(cu_address *address, void *memory,
                                       unsigned flags) {
  (void)flags;
  ENTER(true);
  *address = (uintptr_t)memory;
  return leave(is_host_memory(*address) ? 0 : CUDA_ERROR_INVALID_VALUE);
}

cu_result cuPointerGetAttribute(void *value, int attribute,
                                cu_address address) {
  ENTER(true);
  if (attribute != CU_POINTER_ATTRIBUTE_MEMORY_TYPE ||
      !find_allocation(address))
    return leave(CUDA_ERROR_INVALID_VALUE);
  *(unsigned *)value = CU_MEMORYTYPE_DEVICE;
  return leave(0);
}

/* ---- The driver: copies -------------------------------------------------- */

/* Host memory that is device memory would fault in the host. */
static bool is_host(const void *memory) {
  return !range || (const char *)memory < range ||
         (const char *)memory >= range + RANGE_BYTES;
}

cu_result cuMemcpyHtoDAsync_v2(cu_address to, const void *from, size_t bytes,
                               cu_stream stream) {
  ENTER_STREAM();
  if (!in_allocation(to, bytes) || !is_host(from))
    return leave(CUDA_ERROR_INVALID_VALUE);
  enqueue(&(work){
      .kind = COPY, .to = (void *)(uintptr_t)to, .from = from, .bytes = bytes});
  return leave(0);
}

cu_result cuMemcpyDtoHAsync_v2(void *to, cu_address from, size_t bytes,
                               cu_stream stream) {
  ENTER_STREAM();
  if (!in_allocation(from, bytes) || !is_host(to))
    return leave(CUDA_ERROR_INVALID_VALUE);
  enqueue(&(work){
      .kind = COPY, .to = to, .from = (void *)(uintptr_t)from, .bytes = bytes});
  return leave(0);
}

cu_result cuMemcpyDtoDAsync_v2(cu_address to, cu_address from, size_t bytes,
                               cu_stream stream) {
  ENTER_STREAM();
  if (!in_allocation(to, bytes) || !in_allocation(from, bytes))
    return leave(CUDA_ERROR_INVALID_VALUE);
  enqueue(&(work){.kind = COPY,
                  .to = (void *)(uintptr_t)to,
                  .from = (void *)(uintptr_t)from,
                  .bytes = bytes});
  return leave(0);
}

cu_result cuMemcpy2DAsync_v2(const cu_copy_2d *copy, cu_stream stream) {
  ENTER_STREAM();
  bool right = copy->from_type == CU_MEMORYTYPE_DEVICE &&
               copy->to_type == CU_MEMORYTYPE_DEVICE && copy->height > 0 &&
               copy->from_x == 0 && copy->from_y == 0 && copy->to_x == 0 &&
               copy->to_y == 0 && copy->width <= copy->from_pitch &&
               copy->width <= copy->to_pitch;
  if (!right ||
      !in_allocation(copy->to_device,
                     (copy->height - 1) * copy->to_pitch + copy->width) ||
      !in_allocation(copy->from_device,
                     (copy->height - 1) * copy->from_pitch + copy->width))
    return leave(CUDA_ERROR_INVALID_VALUE);
  enqueue(&(work){.kind = COPY_ROWS, .rows = *copy});
  return leave(0);
}

cu_result cuMemsetD32Async(cu_address to, unsigned value, size_t count,
                           cu_stream stream) {
  ENTER_STREAM();
  if (!in_allocation(to, 4 * count))
    return leave(CUDA_ERROR_INVALID_VALUE);
  enqueue(&(work){.kind = CLEAR,
                  .to = (void *)(uintptr_t)to,
                  .value = value,
                  .bytes = 4 * count});
  return leave(0);
}

/* ---- The driver: waiting ------------------------------------------------- */

cu_result cuEventCreate(cu_event *event, unsigned flags) {
  (void)flags;
  ENTER(true);
  *event = calloc(1, sizeof(**event));
  ++live;
  return leave(0);
}

/* What the host has of it goes in any case. */
cu_result cuEventDestroy_v2(cu_event event) {
  int code = enter("cuEventDestroy_v2", true);
  free(event);
  --live;
  return leave(code);
}

cu_result cuEventRecord(cu_event event, cu_stream stream) {
  ENTER_STREAM();
  event->after = enqueued;
  return leave(0);
}

/* A failure says what became of the work: there is none under way then. */
cu_result cuEventQuery(cu_event event) {
  int code = enter("cuEventQuery", true);
  if (code != 0)
    drain();
  if (code == 0 && finished < event->after)
    return leave(CUDA_ERROR_NOT_READY);
  if (code == 0)
    code = sticky = faulted;
  return leave(code);
}

cu_result cuStreamSynchronize(cu_stream stream) {
  (void)stream;
  int code = enter("cuStreamSynchronize", true);
  drain();
  if (code == 0)
    code = sticky = faulted;
  return leave(code);
}

/* ---- For tests ----------------------------------------------------------- */

void fake_kernel(const char *name, void (*run)(const fake_launch *),
                 const char *kinds) {
  pthread_mutex_lock(&lock);
  kernel *k = &kernels[kernel_count++];
  snprintf(k->name, sizeof(k->name), "%s", name);
  snprintf(k->kinds, sizeof(k->kinds), "%s", kinds);
  k->run = run;
  pthread_mutex_unlock(&lock);
}

void fake_fail(const char *call, int64_t nth, int code) {
  pthread_mutex_lock(&lock);
  failing.call = call;
  failing.left = nth;
  failing.code = code;
  pthread_mutex_unlock(&lock);
}

int64_t fake_count(const char *call) {
  int64_t uses = 0;
  pthread_mutex_lock(&lock);
  for (int i = 0; counters[i].call; ++i)
    if (is_meant(call, counters[i].call))
      uses += counters[i].uses;
  pthread_mutex_unlock(&lock);
  return uses;
}

int64_t fake_get(const char *what) {
  int64_t value = -1;
  pthread_mutex_lock(&lock);
  if (strcmp(what, "current") == 0)
    value = current_count;
  else if (strcmp(what, "modules") == 0)
    value = modules;
  else if (strcmp(what, "live") == 0)
    value = live;
  else if (strcmp(what, "waiting") == 0)
    value = (int64_t)(enqueued - finished);
  else if (strcmp(what, "failing") == 0)
    value = failing.left;
  for (int i = 0; i < SETTINGS; ++i)
    if (strcmp(settings[i].name, what) == 0)
      value = settings[i].value;
  pthread_mutex_unlock(&lock);
  return value;
}

void fake_set(const char *what, int64_t value) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < SETTINGS; ++i)
    if (strcmp(settings[i].name, what) == 0)
      settings[i].value = value;
  pthread_mutex_unlock(&lock);
}

void *fake_alloc(int64_t bytes) {
  pthread_mutex_lock(&lock);
  void *memory = allocate((size_t)bytes, true);
  pthread_mutex_unlock(&lock);
  return memory;
}

void fake_free(void *memory) {
  pthread_mutex_lock(&lock);
  drain();
  release((uintptr_t)memory);
  pthread_mutex_unlock(&lock);
}

/* The device's thread does it, as it does everything. */
static void move(void *to, const void *from, int64_t bytes) {
  pthread_mutex_lock(&lock);
  enqueue(
      &(work){.kind = COPY, .to = to, .from = from, .bytes = (size_t)bytes});
  drain();
  pthread_mutex_unlock(&lock);
}

void fake_peek(void *to, const void *from, int64_t bytes) {
  move(to, from, bytes);
}

void fake_poke(void *to, const void *from, int64_t bytes) {
  move(to, from, bytes);
}
