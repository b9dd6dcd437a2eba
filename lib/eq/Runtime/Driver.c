/* Loads the CUDA driver and says in words what it answers. */

#include "Driver.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* PTX ISA 7.0, the oldest that eq writes, came with CUDA 11.0. */
enum { LEAST_VERSION = 11000 };

/* ---- Words --------------------------------------------------------------- */

static const struct {
  cu_result result;
  const char *cure;
} cures[] = {
    {CUDA_ERROR_INVALID_VALUE,
     "check that device tensors are memory of this device"},
    {CUDA_ERROR_OUT_OF_MEMORY,
     "use a smaller batch, or free what else is on this GPU (see nvidia-smi)"},
    {CUDA_ERROR_NOT_INITIALIZED,
     "CUDA does not work in a child after fork: start processes afresh (in "
     "Python with the method 'spawn')"},
    {CUDA_ERROR_DEINITIALIZED, "the process is ending: call eq before it does"},
    {CUDA_ERROR_STUB_LIBRARY,
     "this is the stub for linking: take its folder out of LD_LIBRARY_PATH"},
    {CUDA_ERROR_DEVICE_UNAVAILABLE,
     "another process has this GPU for itself (exclusive mode): wait for it, "
     "or use MPS or another GPU"},
    {CUDA_ERROR_NO_DEVICE,
     "check that nvidia-smi lists a GPU and that CUDA_VISIBLE_DEVICES does not "
     "hide it, or compile for the CPU"},
    {CUDA_ERROR_INVALID_DEVICE, "see nvidia-smi for the devices there are"},
    {CUDA_ERROR_INVALID_IMAGE, "this is a mistake of eq: please report it"},
    {CUDA_ERROR_INVALID_CONTEXT,
     "something in this process has reset the GPU: start a new process"},
    {CUDA_ERROR_NO_BINARY_FOR_GPU, "compile with --chip of this GPU"},
    {CUDA_ERROR_ECC_UNCORRECTABLE,
     "the memory of the GPU is damaged: see nvidia-smi -q"},
    {CUDA_ERROR_INVALID_PTX,
     "compile with --chip of this GPU, or an older one"},
    {CUDA_ERROR_NVLINK_UNCORRECTABLE,
     "a link between GPUs failed: see nvidia-smi -q"},
    {CUDA_ERROR_JIT_COMPILER_NOT_FOUND,
     "install libnvidia-ptxjitcompiler of the same version as the driver"},
    {CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
     "update the NVIDIA driver, or compile with --chip of an older GPU"},
    {CUDA_ERROR_JIT_COMPILATION_DISABLED, "unset CUDA_DISABLE_PTX_JIT"},
    {CUDA_ERROR_OPERATING_SYSTEM,
     "check that this process may use /dev/nvidia* (containers must be given "
     "them), and dmesg"},
    {CUDA_ERROR_INVALID_HANDLE,
     "check that the stream of eq_set_stream belongs to this device and still "
     "exists"},
    {CUDA_ERROR_NOT_FOUND, "this is a mistake of eq: please report it"},
    {CUDA_ERROR_ILLEGAL_ADDRESS,
     "check that device tensors are memory of this device and large enough; if "
     "they are, this is a mistake of eq: please report it"},
    {CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
     "compile with a schedule of fewer threads or less shared memory"},
    {CUDA_ERROR_LAUNCH_TIMEOUT,
     "the system stops long kernels on GPUs with a display: use smaller "
     "batches, another GPU, or turn that time limit off"},
    {CUDA_ERROR_CONTEXT_IS_DESTROYED,
     "something in this process has reset the GPU: start a new process"},
    {CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE,
     "all blocks must run at once, and this process may use only a part of the "
     "GPU: raise CUDA_MPS_ACTIVE_THREAD_PERCENTAGE, or use a GPU that is not "
     "divided"},
    {CUDA_ERROR_NOT_PERMITTED,
     "check that this process may use the GPU as it does (profilers, stream "
     "capture)"},
    {CUDA_ERROR_SYSTEM_NOT_READY,
     "start the services of the driver (nvidia-fabricmanager), or wait for "
     "them"},
    {CUDA_ERROR_SYSTEM_DRIVER_MISMATCH,
     "the driver was updated while it was loaded: restart the machine, or the "
     "container with libraries of the same version"},
    {CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE,
     "update the NVIDIA driver: the compatibility library does not work on "
     "this GPU"},
    {CUDA_ERROR_MPS_CONNECTION_FAILED,
     "start nvidia-cuda-mps-control, or unset CUDA_MPS_PIPE_DIRECTORY"},
    {CUDA_ERROR_MPS_RPC_FAILURE, "restart nvidia-cuda-mps-control"},
    {CUDA_ERROR_MPS_SERVER_NOT_READY,
     "MPS is starting: start this process again"},
    {CUDA_ERROR_MPS_MAX_CLIENTS_REACHED, "use fewer processes with MPS"},
    {CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED, "use fewer processes with MPS"},
    {CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
     "a call of eq waits for its kernels, so it cannot be captured in a CUDA "
     "graph: end the capture first"},
    {CUDA_ERROR_UNKNOWN, "see dmesg and nvidia-smi; restarting may help"},
};

static const char *find_cure(cu_result result) {
  for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); ++i)
    if (cures[i].result == result)
      return cures[i].cure;
  /* What only code that is wrong does. */
  return eqrti_is_sticky(result) ? "this is a mistake of eq: please report it"
                                 : NULL;
}

void eqrti_explain(eqrti_text *text, const eqrti_driver *driver,
                   cu_result result) {
  const char *name = NULL, *sentence = NULL;
  if (driver) {
    /* They write NULL for numbers they do not know. */
    driver->cuGetErrorName(result, &name);
    driver->cuGetErrorString(result, &sentence);
  }
  if (name)
    eqrti_append(text, "%s", name);
  else
    eqrti_append(text, "CUDA error %d", result);
  if (sentence)
    eqrti_append(text, " (%s)", sentence);
  const char *cure = find_cure(result);
  if (cure)
    eqrti_append(text, "; %s", cure);
}

bool eqrti_is_sticky(cu_result result) {
  switch (result) {
  case CUDA_ERROR_ECC_UNCORRECTABLE:
  case CUDA_ERROR_NVLINK_UNCORRECTABLE:
  case CUDA_ERROR_ILLEGAL_ADDRESS:
  case CUDA_ERROR_LAUNCH_TIMEOUT:
  case CUDA_ERROR_CONTEXT_IS_DESTROYED:
  case CUDA_ERROR_ASSERT:
  case CUDA_ERROR_HARDWARE_STACK_ERROR:
  case CUDA_ERROR_ILLEGAL_INSTRUCTION:
  case CUDA_ERROR_MISALIGNED_ADDRESS:
  case CUDA_ERROR_INVALID_ADDRESS_SPACE:
  case CUDA_ERROR_INVALID_PC:
  case CUDA_ERROR_LAUNCH_FAILED:
    return true;
  default:
    return false;
  }
}

/* ---- Loading ------------------------------------------------------------- */

static eqrti_driver driver;
static bool driver_works;
static eqrti_text driver_trouble;

/* False after saying which function there is not that every program needs. */
static bool find_calls(void *library) {
  void *symbol;
#define EQRTI_FIND(name, parameters)                                           \
  if (!(symbol = dlsym(library, #name))) {                                     \
    eqrti_append(&driver_trouble, "has no %s; ", #name);                       \
    return false;                                                              \
  }                                                                            \
  memcpy(&driver.name, &symbol, sizeof(symbol));
  EQRTI_DRIVER_CALLS(EQRTI_FIND)
#undef EQRTI_FIND
#define EQRTI_FIND_OPTIONAL(name, parameters)                                  \
  symbol = dlsym(library, #name);                                              \
  memcpy(&driver.name, &symbol, sizeof(symbol));
  EQRTI_OPTIONAL_DRIVER_CALLS(EQRTI_FIND_OPTIONAL)
#undef EQRTI_FIND_OPTIONAL
  return true;
}

static void version_trouble(int version) {
  eqrti_append(&driver_trouble,
               "an NVIDIA driver for CUDA %d.%d or newer (PTX ISA 7.0), but "
               "got one for CUDA %d.%d; update the driver",
               LEAST_VERSION / 1000, LEAST_VERSION % 1000 / 10, version / 1000,
               version % 1000 / 10);
}

static bool call_worked(const char *call, cu_result result) {
  if (result == CUDA_SUCCESS)
    return true;
  eqrti_append(&driver_trouble, "%s to succeed, but got ", call);
  eqrti_explain(&driver_trouble, &driver, result);
  return false;
}

static void load_driver(void) {
  const char *path = getenv("EQ_CUDA_DRIVER");
  if (!path || !path[0])
    path = "libcuda.so.1";
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    eqrti_append(&driver_trouble,
                 "an NVIDIA driver, but could not load it (%.300s); install "
                 "the driver, or compile for the CPU",
                 reason ? reason : path);
    return;
  }
  eqrti_append(&driver_trouble, "a CUDA driver, but '%.200s' ", path);
  if (!find_calls(library)) {
    eqrti_append(&driver_trouble, "update the NVIDIA driver to one for CUDA "
                                  "11.0 or newer");
    dlclose(library);
    return;
  }
  driver_trouble.used = 0;
  /* The version first: it can be asked for before cuInit. */
  int version = 0;
  if (!call_worked("cuDriverGetVersion", driver.cuDriverGetVersion(&version)))
    return;
  if (version < LEAST_VERSION) {
    version_trouble(version);
    return;
  }
  driver_works = call_worked("cuInit", driver.cuInit(0));
}

const eqrti_driver *eqrti_driver_get(eqrti_text *why) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load_driver);
  if (driver_works)
    return &driver;
  eqrti_append(why, "%s", driver_trouble.text);
  return NULL;
}
