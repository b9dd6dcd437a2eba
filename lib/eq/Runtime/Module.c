/* Kernels that were loaded: the driver compiles the PTX of a program once per
 * process and device. Texts are compared, not their addresses: where a program
 * was unloaded, another one may be. */

#include "Device.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_MODULES = 64,            /* loaded at once on one device, if it can be */
  MOST_PLAIN_SHARED = 48 << 10, /* more must be asked for */
  LOG_BYTES = 4096,
  LOG_LINES = 3
};

struct eqrti_module {
  struct eqrti_module *next;
  cu_module handle;
  char *ptx;
  size_t length;
  int64_t users; /* calls that are under way */
  uint64_t used; /* when it was last */
};

/* One program at a time is compiled. */
static pthread_mutex_t modules_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t now;

/* ---- Loading ------------------------------------------------------------- */

/* The word after `directive` in the first lines of a PTX text. */
static void append_directive(eqrti_text *text, const char *ptx,
                             const char *directive) {
  const char *found = strstr(ptx, directive);
  if (!found)
    return;
  found += strlen(directive);
  found += strspn(found, " \t");
  eqrti_append(text, " %s %.*s", directive, (int)strcspn(found, " ,\t\r\n"),
               found);
}

/* The first lines of what the driver's compiler said. */
static void append_log(eqrti_text *text, const char *log) {
  for (int line = 0; line < LOG_LINES && *log; ++line) {
    size_t length = strcspn(log, "\n");
    eqrti_append(text, "%s%.*s", line == 0 ? "; it said: " : " | ",
                 (int)(length < 160 ? length : 160), log);
    log += length + (log[length] == '\n');
  }
}

static int fail_load(eq_context *context, eqrti_device *device,
                     const eqrt_kernel *kernel, cu_result result,
                     const char *log) {
  eqrti_text what = {{0}, 0}, text = {{0}, 0};
  eqrti_append(&what, "compile the kernel '%.80s' for sm_%d%d from PTX with",
               kernel->name, device->major, device->minor);
  append_directive(&what, kernel->ptx, ".target");
  append_directive(&what, kernel->ptx, ".version");
  eqrti_append_failure(&text, device, "cuModuleLoadDataEx", result, what.text);
  append_log(&text, log);
  return eqrti_gpu_record(context, device, result, &text);
}

static cu_module load(eq_context *context, eqrti_device *device,
                      const eqrt_kernel *kernel) {
  char log[LOG_BYTES] = "";
  int options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *values[] = {log, (void *)(uintptr_t)sizeof(log)};
  cu_module handle = NULL;
  cu_result result = device->driver->cuModuleLoadDataEx(&handle, kernel->ptx, 2,
                                                        options, values);
  log[sizeof(log) - 1] = '\0';
  if (result == CUDA_SUCCESS)
    return handle;
  fail_load(context, device, kernel, result, log);
  return NULL;
}

/* Unloads what nobody has used for the longest time, down to one less than the
 * most. */
static void make_room(eqrti_device *device) {
  for (;;) {
    int count = 0;
    eqrti_module **oldest = NULL;
    for (eqrti_module **link = &device->modules; *link;
         link = &(*link)->next, ++count)
      if ((*link)->users == 0 && (!oldest || (*link)->used < (*oldest)->used))
        oldest = link;
    if (count < MOST_MODULES || !oldest)
      return;
    eqrti_module *module = *oldest;
    *oldest = module->next;
    device->driver->cuModuleUnload(module->handle);
    free(module->ptx);
    free(module);
  }
}

static eqrti_module *add_module(eq_context *context, eqrti_device *device,
                                const eqrt_kernel *kernel, size_t length) {
  make_room(device);
  eqrti_module *module = calloc(1, sizeof(*module));
  char *ptx = malloc(length + 1);
  if (!module || !ptx) {
    eqrti_fail(
        context, EQ_ERROR_MEMORY,
        "expected memory for the PTX of the kernel '%s' (%zu bytes), but "
        "got none",
        kernel->name, length);
  } else if ((module->handle = load(context, device, kernel))) {
    memcpy(ptx, kernel->ptx, length + 1);
    module->ptx = ptx;
    module->length = length;
    module->next = device->modules;
    device->modules = module;
    return module;
  }
  free(module);
  free(ptx);
  return NULL;
}

/* The module of a kernel, kept until it is dropped; NULL after recording. */
static eqrti_module *take_module(eq_context *context, eqrti_device *device,
                                 const eqrt_kernel *kernel) {
  size_t length = strlen(kernel->ptx);
  pthread_mutex_lock(&modules_lock);
  eqrti_module *module = device->modules;
  while (module && (module->length != length ||
                    memcmp(module->ptx, kernel->ptx, length) != 0))
    module = module->next;
  if (!module)
    module = add_module(context, device, kernel, length);
  if (module) {
    ++module->users;
    module->used = ++now;
  }
  pthread_mutex_unlock(&modules_lock);
  return module;
}

static void drop_module(eqrti_module *module) {
  pthread_mutex_lock(&modules_lock);
  --module->users;
  pthread_mutex_unlock(&modules_lock);
}

/* ---- Preparing ----------------------------------------------------------- */

static int get_attribute(eq_context *context, eqrti_device *device,
                         cu_function function, int attribute, int *value) {
  cu_result result =
      device->driver->cuFuncGetAttribute(value, attribute, function);
  return result == CUDA_SUCCESS
             ? EQ_OK
             : eqrti_gpu_fail(context, device, "cuFuncGetAttribute", result,
                              "tell what a kernel needs");
}

static int check_threads(eq_context *context, eqrti_device *device,
                         cu_function function, const eqrt_kernel *kernel) {
  int most = 0;
  int code = get_attribute(context, device, function,
                           CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, &most);
  if (code != EQ_OK || kernel->threads <= most)
    return code;
  return eqrti_fail(context, EQ_ERROR_DEVICE,
                    "expected a block of the kernel '%s' to have at most %d "
                    "threads on device %d (%s), for that many have the "
                    "registers they need, but got %d; compile with a schedule "
                    "of fewer threads",
                    kernel->name, most, (int)device->id, device->name,
                    (int)kernel->threads);
}

/* Asks for as much shared memory as the kernel wants. */
static int allow_shared(eq_context *context, eqrti_device *device,
                        cu_function function, const eqrt_kernel *kernel) {
  int fixed = 0;
  int code = get_attribute(context, device, function,
                           CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, &fixed);
  if (code != EQ_OK)
    return code;
  int64_t bytes = (int64_t)fixed + kernel->shared_bytes;
  if (bytes > device->most_shared_bytes)
    return eqrti_fail(context, EQ_ERROR_DEVICE,
                      "expected a block of the kernel '%s' to need at most %d "
                      "bytes of shared memory, all that device %d (%s) has for "
                      "one, but it needs %" PRId64
                      "; compile with --chip of this GPU, or with a schedule "
                      "of fewer samples",
                      kernel->name, device->most_shared_bytes, (int)device->id,
                      device->name, bytes);
  if (bytes <= MOST_PLAIN_SHARED)
    return EQ_OK;
  cu_result result = device->driver->cuFuncSetAttribute(
      function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
      kernel->shared_bytes);
  return result == CUDA_SUCCESS
             ? EQ_OK
             : eqrti_gpu_fail(context, device, "cuFuncSetAttribute", result,
                              "allow %d bytes of shared memory",
                              (int)kernel->shared_bytes);
}

/* Whether all blocks of a kernel can be made to run at once, if they must. */
static int check_cooperative(eq_context *context, const eqrti_device *device,
                             const eqrt_kernel *kernel) {
  if (!kernel->cooperative)
    return EQ_OK;
  const char *lack = NULL;
  if (!device->driver->cuLaunchCooperativeKernel)
    lack = "the driver has no such call; update the NVIDIA driver";
  else if (!device->cooperative)
    lack = "this GPU cannot run all blocks of a kernel at once "
           "(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH is 0); use another GPU";
  if (!lack)
    return EQ_OK;
  return eqrti_fail(context, EQ_ERROR_DEVICE,
                    "expected cuLaunchCooperativeKernel to launch the kernel "
                    "'%.80s', whose blocks wait for each other, on device %d "
                    "(%s), but %s, or compile with a schedule whose blocks do "
                    "not wait for each other",
                    kernel->name, (int)device->id, device->name, lack);
}

/* How many blocks the GPU runs at once if nothing else runs on it. */
static int count_blocks(eq_context *context, eqrti_device *device,
                        cu_function function, const eqrt_kernel *kernel,
                        int64_t *blocks) {
  int each = 0;
  cu_result result =
      device->driver->cuOccupancyMaxActiveBlocksPerMultiprocessor(
          &each, function, kernel->threads, (size_t)kernel->shared_bytes);
  if (result != CUDA_SUCCESS)
    return eqrti_gpu_fail(context, device,
                          "cuOccupancyMaxActiveBlocksPerMultiprocessor", result,
                          "tell how many blocks run at once");
  *blocks = (int64_t)each * device->multiprocessors;
  if (*blocks > 0)
    return EQ_OK;
  return eqrti_fail(context, EQ_ERROR_DEVICE,
                    "expected a block of the kernel '%s' (%d threads, %d bytes "
                    "of shared memory) to fit on a multiprocessor of device %d "
                    "(%s), but it does not; compile with a schedule of fewer "
                    "threads or samples",
                    kernel->name, (int)kernel->threads,
                    (int)kernel->shared_bytes, (int)device->id, device->name);
}

static int prepare(eq_context *context, eqrti_device *device,
                   const eqrt_kernel *kernel, eqrti_loaded *loaded) {
  cu_result result = device->driver->cuModuleGetFunction(
      &loaded->function, loaded->module->handle, kernel->name);
  if (result != CUDA_SUCCESS)
    return eqrti_gpu_fail(context, device, "cuModuleGetFunction", result,
                          "find the kernel '%.80s' in its PTX", kernel->name);
  int code;
  if ((code = check_threads(context, device, loaded->function, kernel)) ||
      (code = allow_shared(context, device, loaded->function, kernel)))
    return code;
  return count_blocks(context, device, loaded->function, kernel,
                      &loaded->blocks);
}

const eqrti_loaded *eqrti_kernel_load(eq_context *context, eqrti_gpu *gpu,
                                      const eqrt_kernel *kernel) {
  for (eqrti_loaded *loaded = gpu->loaded; loaded; loaded = loaded->next)
    if (loaded->kernel == kernel)
      return loaded;
  if (check_cooperative(context, gpu->device, kernel) != EQ_OK)
    return NULL;
  eqrti_loaded *loaded =
      eqrti_arena_take(context, sizeof(*loaded), EQRTI_ALIGNMENT, false);
  if (!loaded)
    return NULL;
  *loaded = (eqrti_loaded){.next = gpu->loaded, .kernel = kernel};
  loaded->module = take_module(context, gpu->device, kernel);
  if (!loaded->module)
    return NULL;
  if (prepare(context, gpu->device, kernel, loaded) != EQ_OK) {
    drop_module(loaded->module);
    return NULL;
  }
  gpu->loaded = loaded;
  return loaded;
}

void eqrti_kernels_release(eqrti_gpu *gpu) {
  for (; gpu->loaded; gpu->loaded = gpu->loaded->next)
    drop_module(gpu->loaded->module);
}
