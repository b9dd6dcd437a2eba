/* GPUs: the devices of this process, and what a context has on its own. */

#include "Device.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Errors -------------------------------------------------------------- */

static void append_lost(eqrti_text *text, eqrti_device *device,
                        cu_result result) {
  const char *name = NULL;
  device->driver->cuGetErrorName(result, &name);
  eqrti_append(text,
               "this process's CUDA context on device %d to work, but it was "
               "lost by an earlier error (%s); the GPU needs a new process, "
               "work on the CPU goes on",
               (int)device->id, name ? name : "unknown");
}

void eqrti_append_failure(eqrti_text *text, const eqrti_device *device,
                          const char *call, cu_result result,
                          const char *what) {
  eqrti_append(text, "expected %s to %s on device %d (%s), but got ", call,
               what, (int)device->id, device->name);
  eqrti_explain(text, device->driver, result);
}

int eqrti_gpu_record(eq_context *context, eqrti_device *device,
                     cu_result result, eqrti_text *text) {
  if (eqrti_is_sticky(result)) {
    int none = CUDA_SUCCESS;
    atomic_compare_exchange_strong(&device->lost, &none, result);
    eqrti_append(text, "; this process cannot use the GPU any more, work on "
                       "the CPU goes on");
  }
  bool memory = result == CUDA_ERROR_OUT_OF_MEMORY;
  return eqrti_fail(context, memory ? EQ_ERROR_MEMORY : EQ_ERROR_DEVICE, "%s",
                    text->text);
}

int eqrti_gpu_fail(eq_context *context, eqrti_device *device, const char *call,
                   cu_result result, const char *format, ...) {
  char what[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof(what), format, arguments);
  va_end(arguments);
  eqrti_text text = {{0}, 0};
  eqrti_append_failure(&text, device, call, result, what);
  return eqrti_gpu_record(context, device, result, &text);
}

/* ---- Devices ------------------------------------------------------------- */

static eqrti_device *devices;
static pthread_mutex_t devices_lock = PTHREAD_MUTEX_INITIALIZER;

/* False after "CALL to succeed for device 0, but got RESULT". */
static bool worked(eqrti_text *why, const eqrti_driver *driver,
                   const char *call, int32_t id, cu_result result) {
  if (result == CUDA_SUCCESS)
    return true;
  eqrti_append(why, "%s to succeed for device %d, but got ", call, (int)id);
  eqrti_explain(why, driver, result);
  return false;
}

/* False after saying that there is no such device. */
static bool device_exists(eqrti_text *why, const eqrti_driver *driver,
                          int32_t id) {
  int count = 0;
  if (!worked(why, driver, "cuDeviceGetCount", id,
              driver->cuDeviceGetCount(&count)))
    return false;
  if (id >= 0 && id < count)
    return true;
  if (count < 1)
    eqrti_append(why, "a GPU, but found none; check nvidia-smi and "
                      "CUDA_VISIBLE_DEVICES, or compile for the CPU");
  else
    eqrti_append(why, "a GPU with the number %d, but the highest is %d",
                 (int)id, count - 1);
  return false;
}

static bool read_attributes(eqrti_text *why, eqrti_device *device,
                            cu_device handle) {
  const struct {
    int attribute;
    int *value;
  } wanted[] = {
      {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, &device->major},
      {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, &device->minor},
      {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &device->multiprocessors},
      {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN,
       &device->most_shared_bytes},
      {CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, &device->cooperative},
  };
  for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); ++i)
    if (!worked(why, device->driver, "cuDeviceGetAttribute", device->id,
                device->driver->cuDeviceGetAttribute(
                    wanted[i].value, wanted[i].attribute, handle)))
      return false;
  return true;
}

/* The primary context is the one that the CUDA runtime, and with it PyTorch and
 * JAX, use: pointers and streams are shared. It is kept. */
static bool open_device(eqrti_text *why, eqrti_device *device) {
  const eqrti_driver *driver = device->driver;
  cu_device handle;
  return device_exists(why, driver, device->id) &&
         worked(why, driver, "cuDeviceGet", device->id,
                driver->cuDeviceGet(&handle, device->id)) &&
         worked(why, driver, "cuDeviceGetName", device->id,
                driver->cuDeviceGetName(device->name, (int)sizeof(device->name),
                                        handle)) &&
         read_attributes(why, device, handle) &&
         worked(why, driver, "cuDevicePrimaryCtxRetain", device->id,
                driver->cuDevicePrimaryCtxRetain(&device->primary, handle));
}

static eqrti_device *make_device(const eqrti_driver *driver, int32_t id,
                                 eqrti_text *why) {
  eqrti_device *device = calloc(1, sizeof(*device));
  if (!device) {
    eqrti_append(why, "memory for the description of a GPU, but got none");
    return NULL;
  }
  device->driver = driver;
  device->id = id;
  if (open_device(why, device)) {
    device->next = devices;
    devices = device;
    return device;
  }
  free(device);
  return NULL;
}

eqrti_device *eqrti_device_open(int32_t id, eqrti_text *why) {
  const eqrti_driver *driver = eqrti_driver_get(why);
  if (!driver)
    return NULL;
  pthread_mutex_lock(&devices_lock);
  eqrti_device *device = devices;
  while (device && device->id != id)
    device = device->next;
  if (!device)
    device = make_device(driver, id, why);
  pthread_mutex_unlock(&devices_lock);
  if (device && atomic_load(&device->lost)) {
    append_lost(why, device, atomic_load(&device->lost));
    return NULL;
  }
  return device;
}

int eq_gpu_available(int32_t device, char *reason, size_t size) {
  eqrti_text why = {{0}, 0};
  bool available = eqrti_device_open(device, &why) != NULL;
  if (reason && size != 0)
    snprintf(reason, size, "%s%s", available ? "" : "expected ", why.text);
  return available;
}

/* ---- A context's GPU ----------------------------------------------------- */

static void free_gpu(eqrti_gpu *gpu) {
  const eqrti_driver *driver = gpu->device->driver;
  /* Of a lost context nothing is left to free but what the host has. */
  eqrti_pieces_free(gpu);
  if (gpu->taken)
    driver->cuMemFree_v2(gpu->taken);
  if (gpu->cancelled)
    driver->cuMemFreeHost((void *)gpu->cancelled);
  if (gpu->event)
    driver->cuEventDestroy_v2(gpu->event);
  free(gpu);
}

/* What every launch needs. */
static int fill_gpu(eq_context *context, eqrti_gpu *gpu) {
  const eqrti_driver *driver = gpu->device->driver;
  cu_result result =
      driver->cuEventCreate(&gpu->event, CU_EVENT_DISABLE_TIMING);
  if (result != CUDA_SUCCESS)
    return eqrti_gpu_fail(context, gpu->device, "cuEventCreate", result,
                          "make an event");
  void *flag = NULL;
  result =
      driver->cuMemHostAlloc(&flag, sizeof(int32_t), CU_MEMHOSTALLOC_DEVICEMAP);
  if (result != CUDA_SUCCESS)
    return eqrti_gpu_fail(context, gpu->device, "cuMemHostAlloc", result,
                          "allocate 4 bytes of host memory");
  gpu->cancelled = flag;
  result =
      driver->cuMemHostGetDevicePointer_v2(&gpu->cancelled_address, flag, 0);
  if (result != CUDA_SUCCESS)
    return eqrti_gpu_fail(context, gpu->device, "cuMemHostGetDevicePointer",
                          result, "find host memory");
  result = driver->cuMemAlloc_v2(&gpu->taken, sizeof(int32_t));
  if (result != CUDA_SUCCESS)
    return eqrti_gpu_fail(context, gpu->device, "cuMemAlloc", result,
                          "allocate 4 bytes");
  return EQ_OK;
}

static bool push(eq_context *context, eqrti_device *device) {
  cu_result result = device->driver->cuCtxPushCurrent_v2(device->primary);
  if (result == CUDA_SUCCESS)
    return true;
  eqrti_gpu_fail(context, device, "cuCtxPushCurrent", result,
                 "enter the CUDA context");
  return false;
}

static void pop(eqrti_device *device) {
  cu_context popped;
  device->driver->cuCtxPopCurrent_v2(&popped);
}

/* NULL after recording. The device is entered. */
static eqrti_gpu *make_gpu(eq_context *context, eqrti_device *device) {
  eqrti_gpu *gpu = calloc(1, sizeof(*gpu));
  if (!gpu) {
    eqrti_fail(context, EQ_ERROR_MEMORY,
               "expected memory for the description of a GPU, but got none");
    return NULL;
  }
  gpu->device = device;
  if (fill_gpu(context, gpu) == EQ_OK)
    return gpu;
  free_gpu(gpu);
  return NULL;
}

eqrti_gpu *eqrti_gpu_enter(eq_context *context) {
  eqrti_text why = {{0}, 0};
  eqrti_device *device = eqrti_device_open(context->device, &why);
  if (!device) {
    eqrti_fail(context, EQ_ERROR_DEVICE, "expected %s", why.text);
    return NULL;
  }
  if (!push(context, device))
    return NULL;
  if (!context->gpu)
    context->gpu = make_gpu(context, device);
  if (!context->gpu) {
    pop(device);
    return NULL;
  }
  context->gpu->stream = context->stream;
  return context->gpu;
}

void eqrti_gpu_leave(eqrti_gpu *gpu) { pop(gpu->device); }

void eqrti_gpu_settle(eqrti_gpu *gpu) {
  if (!gpu->pending)
    return;
  gpu->pending = false;
  atomic_store(gpu->cancelled, 1); /* nobody wants what a kernel computes */
  gpu->device->driver->cuStreamSynchronize(gpu->stream);
}

void eqrti_gpu_destroy(eqrti_gpu *gpu) {
  if (!gpu)
    return;
  eqrti_device *device = gpu->device;
  bool entered =
      device->driver->cuCtxPushCurrent_v2(device->primary) == CUDA_SUCCESS;
  free_gpu(gpu);
  if (entered)
    pop(device);
}

void eqrti_gpu_end_call(eqrti_gpu *gpu) {
  if (!gpu || (!gpu->used && !gpu->loaded && !gpu->idle))
    return;
  eqrti_device *device = gpu->device;
  bool entered =
      device->driver->cuCtxPushCurrent_v2(device->primary) == CUDA_SUCCESS;
  eqrti_gpu_settle(gpu);
  eqrti_kernels_release(gpu);
  eqrti_pieces_release(gpu, NULL);
  if (entered) {
    eqrti_pieces_age(gpu);
    pop(device);
  }
}
