/* Launches the kernels of kernels.mlir and compares with plain C. */

#include "eq/Runtime/Generated.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

extern void roots(void **) __asm__("eq.sim.kernels.roots.packed");
extern void sums(void **) __asm__("eq.sim.kernels.sums.packed");
extern void
reads_outside(void **) __asm__("eq.sim.kernels.reads_outside.packed");
extern void votes_apart(void **) __asm__("eq.sim.kernels.votes_apart.packed");

extern const eqrt_kernel totals __asm__("kernels.totals.descriptor");

enum { SAMPLES = 700, THREADS = 128, BLOCKS = 3 };

static struct {
  eqrt_kernel kernel;
  int64_t samples;
  int32_t count;
  eqrt_kernel_argument arguments[3];
} given;

static int body(eq_context *context) {
  return eqrt_launch(context, &given.kernel, given.samples, given.count,
                     given.arguments);
}

static int launch_given(int64_t samples) {
  static const eqrt_signature signature = {"solve", EQRT_VERSION, 0,   0,
                                           0,       NULL,         NULL};
  given.samples = samples;
  int code = eqrt_call(NULL, &signature, body, NULL, NULL);
  given.count = 0;
  return code;
}

static int launch(const char *name, void (*kernel)(void **),
                  int32_t shared_bytes, int64_t samples) {
  given.kernel = (eqrt_kernel){.name = name,
                               .simulated = kernel,
                               .threads = THREADS,
                               .samples = THREADS,
                               .shared_bytes = shared_bytes};
  return launch_given(samples);
}

static void give(void *data, int64_t bytes, int32_t use) {
  given.arguments[given.count++] = (eqrt_kernel_argument){data, bytes, use, 0};
}

static int wrong;

static void check_roots(const double *x, int64_t needed) {
  static double y[SAMPLES];
  static int32_t steps[SAMPLES];
  give((void *)x, SAMPLES * sizeof(double), EQRT_USE_READ);
  give(y, sizeof(y), EQRT_USE_WRITE);
  give(steps, sizeof(steps), EQRT_USE_WRITE);
  if (launch("roots", roots, 0, SAMPLES) != EQ_OK) {
    printf("roots failed: %s\n", eq_last_error(NULL));
    ++wrong;
    return;
  }
  for (int i = 0; i < SAMPLES; ++i) {
    double z = x[i];
    int32_t n = 0;
    for (; fabs(z * z - x[i]) > 1e-12 * x[i]; ++n)
      z = 0.5 * (z + x[i] / z);
    if (memcmp(&z, &y[i], sizeof(z)) != 0 || n != steps[i]) {
      printf("root of %g: expected %.17g in %" PRId32
             " steps, but got %.17g in %" PRId32 "\n",
             x[i], z, n, y[i], steps[i]);
      ++wrong;
    }
  }
  eq_simulator_work work;
  eq_simulator_counts(NULL, &work);
  if (work.active_turns != needed || work.turns < needed ||
      work.turns > 4 * needed) {
    printf("expected %" PRId64 " active turns, but got %" PRId64 " of %" PRId64
           "\n",
           needed, work.active_turns, work.turns);
    ++wrong;
  }
}

static void check_sums(void) {
  static const int32_t weights[] = {1, 10, 100, 1000};
  static int32_t x[BLOCKS * THREADS], got[BLOCKS];
  for (int32_t i = 0; i < BLOCKS * THREADS; ++i)
    x[i] = i * i % 101;
  give(x, sizeof(x), EQRT_USE_READ);
  give(got, sizeof(got), EQRT_USE_WRITE);
  if (launch("sums", sums, THREADS * 4, BLOCKS * THREADS) != EQ_OK) {
    printf("sums failed: %s\n", eq_last_error(NULL));
    ++wrong;
    return;
  }
  for (int32_t block = 0; block < BLOCKS; ++block) {
    int32_t sum = 0;
    for (int32_t i = 0; i < THREADS; ++i)
      sum += weights[i % 4] * x[block * THREADS + THREADS - 1 - i];
    if (sum != got[block]) {
      printf("sum of block %" PRId32 ": expected %" PRId32 ", but got %" PRId32
             "\n",
             block, sum, got[block]);
      ++wrong;
    }
  }
}

/* Of three blocks: 1 + 4 + 9. */
static void check_totals(void) {
  int32_t arrived = 0, squares[BLOCKS], got[BLOCKS];
  give(&arrived, sizeof(arrived), EQRT_USE_UPDATE);
  give(squares, sizeof(squares), EQRT_USE_WRITE);
  give(got, sizeof(got), EQRT_USE_WRITE);
  given.kernel = totals;
  if (launch_given(BLOCKS * THREADS) != EQ_OK) {
    printf("totals failed: %s\n", eq_last_error(NULL));
    ++wrong;
    return;
  }
  for (int32_t block = 0; block < BLOCKS; ++block)
    if (got[block] != 14) {
      printf("total of block %" PRId32 ": expected 14, but got %" PRId32 "\n",
             block, got[block]);
      ++wrong;
    }
}

int main(void) {
  static double x[SAMPLES];
  int64_t needed = 0;
  for (int i = 0; i < SAMPLES; ++i) {
    x[i] = 0.001 + i * i % 613;
    for (double z = x[i]; fabs(z * z - x[i]) > 1e-12 * x[i]; ++needed)
      z = 0.5 * (z + x[i] / z);
  }
  for (int order = 0; order < 5; ++order) {
    eq_simulator how = {.order = order < 2 ? order : 2,
                        .seed = (uint64_t)order,
                        .blocks = order == 4 ? 3 : 0};
    eq_set_simulator(NULL, &how);
    check_roots(x, needed);
    check_sums();
    check_totals();
  }
  eq_set_simulator(NULL, NULL);
  int32_t few[3] = {0};
  give(few, sizeof(few), EQRT_USE_READ);
  launch("reads_outside", reads_outside, 0, 3);
  puts(eq_last_error(NULL));
  launch("votes_apart", votes_apart, 0, 3);
  puts(eq_last_error(NULL));
  printf("%d wrong\n", wrong);
  return wrong != 0;
}
