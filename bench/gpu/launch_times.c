/* Times kernels: a library between eq and the CUDA driver (EQ_CUDA_DRIVER).
 *
 * It is linked with the driver, in which eq finds all other functions. Around
 * every launch it puts two events, which it asks when told to. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

enum { ROOM = 64 };

typedef int (*launch_function)(void *, unsigned, unsigned, unsigned, unsigned,
                               unsigned, unsigned, unsigned, void *, void **,
                               void **);

static launch_function launch;
static int (*create)(void **, unsigned), (*record)(void *, void *);
static int (*wait)(void *), (*elapsed)(float *, void *, void *);
static void *begins[ROOM], *ends[ROOM];
static int made, used, lost;

static int find(void) {
  if (launch)
    return 1;
  *(void **)&create = dlsym(RTLD_NEXT, "cuEventCreate");
  *(void **)&record = dlsym(RTLD_NEXT, "cuEventRecord");
  *(void **)&wait = dlsym(RTLD_NEXT, "cuEventSynchronize");
  *(void **)&elapsed = dlsym(RTLD_NEXT, "cuEventElapsedTime");
  if (create && record && wait && elapsed)
    *(void **)&launch = dlsym(RTLD_NEXT, "cuLaunchKernel");
  return launch != NULL;
}

int cuLaunchKernel(void *function, unsigned grid_x, unsigned grid_y,
                   unsigned grid_z, unsigned block_x, unsigned block_y,
                   unsigned block_z, unsigned shared, void *stream,
                   void **parameters, void **extra) {
  if (!find())
    return 500; /* CUDA_ERROR_NOT_FOUND */
  int timed = used < made;
  if (used == made && made < ROOM && !create(&begins[made], 0) &&
      !create(&ends[made], 0)) {
    ++made;
    timed = 1;
  }
  if (timed && record(begins[used], stream))
    timed = 0;
  int result = launch(function, grid_x, grid_y, grid_z, block_x, block_y,
                      block_z, shared, stream, parameters, extra);
  if (timed && !result && !record(ends[used], stream))
    ++used;
  else
    ++lost;
  return result;
}

/* Milliseconds of the kernels since the last call of this function; -1 if one
 * was not timed. To be called in the CUDA context that they ran in. */
double eqbench_kernel_ms(int *launches) {
  double sum = lost ? -1 : 0;
  for (int i = 0; i < used; ++i) {
    float ms = 0;
    if (wait(ends[i]) || elapsed(&ms, begins[i], ends[i]))
      sum = -1;
    else if (sum >= 0)
      sum += ms;
  }
  *launches = used + lost;
  used = lost = 0;
  return sum;
}
