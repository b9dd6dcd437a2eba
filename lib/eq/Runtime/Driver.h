/* The part of the CUDA driver's interface that eq uses, declared here so that
 * eq builds without CUDA. Types and numbers are those of the driver's ABI. */
#ifndef EQ_LIB_RUNTIME_DRIVER_H
#define EQ_LIB_RUNTIME_DRIVER_H

#include "Internal.h"

typedef int cu_result;
typedef int cu_device;
typedef unsigned long long cu_address;
typedef struct cu_context_of *cu_context;
typedef struct cu_module_of *cu_module;
typedef struct cu_function_of *cu_function;
typedef struct cu_stream_of *cu_stream;
typedef struct cu_event_of *cu_event;

/* The results that eq has something to say about. */
enum {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_INVALID_VALUE = 1,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_NOT_INITIALIZED = 3,
  CUDA_ERROR_DEINITIALIZED = 4,
  CUDA_ERROR_STUB_LIBRARY = 34,
  CUDA_ERROR_DEVICE_UNAVAILABLE = 46,
  CUDA_ERROR_NO_DEVICE = 100,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_INVALID_IMAGE = 200,
  CUDA_ERROR_INVALID_CONTEXT = 201,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_ECC_UNCORRECTABLE = 214,
  CUDA_ERROR_INVALID_PTX = 218,
  CUDA_ERROR_NVLINK_UNCORRECTABLE = 220,
  CUDA_ERROR_JIT_COMPILER_NOT_FOUND = 221,
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
  CUDA_ERROR_JIT_COMPILATION_DISABLED = 223,
  CUDA_ERROR_OPERATING_SYSTEM = 304,
  CUDA_ERROR_INVALID_HANDLE = 400,
  CUDA_ERROR_NOT_FOUND = 500,
  CUDA_ERROR_NOT_READY = 600,
  CUDA_ERROR_ILLEGAL_ADDRESS = 700,
  CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
  CUDA_ERROR_LAUNCH_TIMEOUT = 702,
  CUDA_ERROR_CONTEXT_IS_DESTROYED = 709,
  CUDA_ERROR_ASSERT = 710,
  CUDA_ERROR_HARDWARE_STACK_ERROR = 714,
  CUDA_ERROR_ILLEGAL_INSTRUCTION = 715,
  CUDA_ERROR_MISALIGNED_ADDRESS = 716,
  CUDA_ERROR_INVALID_ADDRESS_SPACE = 717,
  CUDA_ERROR_INVALID_PC = 718,
  CUDA_ERROR_LAUNCH_FAILED = 719,
  CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE = 720,
  CUDA_ERROR_NOT_PERMITTED = 800,
  CUDA_ERROR_SYSTEM_NOT_READY = 802,
  CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
  CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE = 804,
  CUDA_ERROR_MPS_CONNECTION_FAILED = 805,
  CUDA_ERROR_MPS_RPC_FAILURE = 806,
  CUDA_ERROR_MPS_SERVER_NOT_READY = 807,
  CUDA_ERROR_MPS_MAX_CLIENTS_REACHED = 808,
  CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED = 809,
  CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
  CUDA_ERROR_UNKNOWN = 999
};

enum {
  CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH = 95,
  CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97,
  CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0,
  CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES = 1,
  CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
  CU_POINTER_ATTRIBUTE_MEMORY_TYPE = 2,
  CU_JIT_ERROR_LOG_BUFFER = 5,
  CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6,
  CU_EVENT_DISABLE_TIMING = 2,
  CU_MEMHOSTALLOC_DEVICEMAP = 2,
  CU_MEMORYTYPE_DEVICE = 2
};

/* CUDA_MEMCPY2D_v2. */
typedef struct {
  size_t from_x, from_y;
  int from_type;
  const void *from_host;
  cu_address from_device;
  void *from_array;
  size_t from_pitch;
  size_t to_x, to_y;
  int to_type;
  void *to_host;
  cu_address to_device;
  void *to_array;
  size_t to_pitch;
  size_t width, height; /* of a row in bytes, and how many rows */
} cu_copy_2d;

/* X(name, its parameters): the names that the library exports. */
#define EQRTI_DRIVER_CALLS(X)                                                  \
  X(cuInit, (unsigned flags))                                                  \
  X(cuDriverGetVersion, (int *version))                                        \
  X(cuGetErrorName, (cu_result result, const char **name))                     \
  X(cuGetErrorString, (cu_result result, const char **text))                   \
  X(cuDeviceGetCount, (int *count))                                            \
  X(cuDeviceGet, (cu_device * device, int ordinal))                            \
  X(cuDeviceGetName, (char *name, int size, cu_device device))                 \
  X(cuDeviceGetAttribute, (int *value, int attribute, cu_device device))       \
  X(cuDevicePrimaryCtxRetain, (cu_context * context, cu_device device))        \
  X(cuCtxPushCurrent_v2, (cu_context context))                                 \
  X(cuCtxPopCurrent_v2, (cu_context * context))                                \
  X(cuModuleLoadDataEx, (cu_module * module, const void *image,                \
                         unsigned count, int *options, void **values))         \
  X(cuModuleUnload, (cu_module module))                                        \
  X(cuModuleGetFunction,                                                       \
    (cu_function * function, cu_module module, const char *name))              \
  X(cuFuncGetAttribute, (int *value, int attribute, cu_function function))     \
  X(cuFuncSetAttribute, (cu_function function, int attribute, int value))      \
  X(cuOccupancyMaxActiveBlocksPerMultiprocessor,                               \
    (int *blocks, cu_function function, int threads, size_t shared_bytes))     \
  X(cuLaunchKernel, (cu_function function, unsigned grid_x, unsigned grid_y,   \
                     unsigned grid_z, unsigned block_x, unsigned block_y,      \
                     unsigned block_z, unsigned shared_bytes,                  \
                     cu_stream stream, void **parameters, void **extra))       \
  X(cuMemAlloc_v2, (cu_address * address, size_t bytes))                       \
  X(cuMemFree_v2, (cu_address address))                                        \
  X(cuMemGetInfo_v2, (size_t *unused, size_t *total))                          \
  X(cuMemHostAlloc, (void **memory, size_t bytes, unsigned flags))             \
  X(cuMemFreeHost, (void *memory))                                             \
  X(cuMemHostGetDevicePointer_v2,                                              \
    (cu_address * address, void *memory, unsigned flags))                      \
  X(cuPointerGetAttribute, (void *value, int attribute, cu_address address))   \
  X(cuMemcpyHtoDAsync_v2,                                                      \
    (cu_address to, const void *from, size_t bytes, cu_stream stream))         \
  X(cuMemcpyDtoHAsync_v2,                                                      \
    (void *to, cu_address from, size_t bytes, cu_stream stream))               \
  X(cuMemcpyDtoDAsync_v2,                                                      \
    (cu_address to, cu_address from, size_t bytes, cu_stream stream))          \
  X(cuMemcpy2DAsync_v2, (const cu_copy_2d *copy, cu_stream stream))            \
  X(cuMemsetD32Async,                                                          \
    (cu_address to, unsigned value, size_t count, cu_stream stream))           \
  X(cuEventCreate, (cu_event * event, unsigned flags))                         \
  X(cuEventDestroy_v2, (cu_event event))                                       \
  X(cuEventRecord, (cu_event event, cu_stream stream))                         \
  X(cuEventQuery, (cu_event event))                                            \
  X(cuStreamSynchronize, (cu_stream stream))

/* The same for what few programs need, and a library may lack. */
#define EQRTI_OPTIONAL_DRIVER_CALLS(X)                                         \
  X(cuLaunchCooperativeKernel,                                                 \
    (cu_function function, unsigned grid_x, unsigned grid_y, unsigned grid_z,  \
     unsigned block_x, unsigned block_y, unsigned block_z,                     \
     unsigned shared_bytes, cu_stream stream, void **parameters))

typedef struct {
#define EQRTI_DECLARE(name, parameters) cu_result(*name) parameters;
  EQRTI_DRIVER_CALLS(EQRTI_DECLARE)
  EQRTI_OPTIONAL_DRIVER_CALLS(EQRTI_DECLARE) /* NULL: there is none */
#undef EQRTI_DECLARE
} eqrti_driver;

/* The driver, loaded and initialised once per process. NULL, and `why` has a
 * sentence after "expected", if there is none that works. Safe from any
 * thread. */
const eqrti_driver *eqrti_driver_get(eqrti_text *why);

/* "CUDA_ERROR_NO_DEVICE (no CUDA-capable device is detected); cure". `driver`
 * may be NULL. */
void eqrti_explain(eqrti_text *text, const eqrti_driver *driver,
                   cu_result result);

/* After these no call on the context works any more. */
bool eqrti_is_sticky(cu_result result);

#endif /* EQ_LIB_RUNTIME_DRIVER_H */
