// Calls a program that was compiled with this one.

#include "colebrook.h"
#include <cstdio>
#include <vector>

int main() {
  std::vector<double> reynolds = {1e4, 1e5, 1e6, -1.0}, friction(4);
  std::vector<int32_t> status(4);
  double roughness = 1e-4;
  int64_t shape[] = {4};
  constexpr eq_dtype f64 = {EQ_TYPE_FLOAT, 64, 1}, i32 = {EQ_TYPE_INT, 32, 1};
  auto tensor = [&](void *data, int rank, eq_dtype type) {
    return eq_tensor{data, {EQ_DEVICE_CPU, 0}, rank, type, shape, nullptr, 0};
  };

  eq_tensor in[EQ_FRICTION_IN_COUNT], out[EQ_FRICTION_OUT_COUNT];
  in[EQ_FRICTION_IN_REYNOLDS] = tensor(reynolds.data(), 1, f64);
  in[EQ_FRICTION_IN_ROUGHNESS] = tensor(&roughness, 0, f64);
  out[EQ_FRICTION_OUT_F] = tensor(friction.data(), 1, f64);
  out[EQ_FRICTION_OUT_STATUS] = tensor(status.data(), 1, i32);
  if (eq_friction(nullptr, in, out) != EQ_OK) {
    std::fprintf(stderr, "%s\n", eq_last_error(nullptr));
    return 1;
  }
  for (size_t i = 0; i < reynolds.size(); ++i)
    std::printf("Re = %g: %.12f, %s\n", reynolds[i], friction[i],
                eq_status_name(status[i]));
}
