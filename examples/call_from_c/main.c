/* Calls a program that was compiled with this one, and compares it with what is
 * known: exp(-k). */

#include "decay.h"
#include <math.h>
#include <stdio.h>

int main(void) {
  double k[] = {0.5, 1.0, 2.0};
  int64_t shape[] = {3};
  eq_tensor in[EQ_DECAY_IN_COUNT] = {0}, out[EQ_DECAY_OUT_COUNT] = {0};
  in[EQ_DECAY_IN_K].data = k;
  in[EQ_DECAY_IN_K].device.type = EQ_DEVICE_CPU;
  in[EQ_DECAY_IN_K].ndim = 1;
  in[EQ_DECAY_IN_K].shape = shape;
  in[EQ_DECAY_IN_K].dtype = (eq_dtype){EQ_TYPE_FLOAT, 64, 1};
  if (eq_decay(NULL, in, out) != EQ_OK) {
    fprintf(stderr, "%s\n", eq_last_error(NULL));
    return 1;
  }
  const double *y = out[EQ_DECAY_OUT_Y].data;
  const int32_t *status = out[EQ_DECAY_OUT_STATUS].data;
  double worst = 0;
  for (int i = 0; i < 3; ++i) {
    printf("k = %.1f: %.8f, %s\n", k[i], y[i], eq_status_name(status[i]));
    worst = fmax(worst, fabs(y[i] - exp(-k[i])));
  }
  printf("%s\n", worst < 1e-9 ? "as exp(-k)" : "not as exp(-k)");
  for (int i = 0; i < EQ_DECAY_OUT_COUNT; ++i)
    eq_tensor_free(NULL, &out[i]);
  return worst < 1e-9 ? 0 : 1;
}
