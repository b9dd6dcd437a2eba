// A limit: equilibria of a network with one hidden layer,
//
//   z = W2 tanh(W1 z + U x + b1) + b2,
//
// by Picard from 0 until |f(z) - z|_2 is at most the tolerance, in single
// precision, with 48 states and 96 hidden, or 37 and 53: sizes that no tile
// divides. One thread.
//
// Source: own work, as deq.cpp. The hidden layer stays in the first cache.

#include "fixed_point.h"

extern "C" struct TwoLayer {
  int64_t size, hidden, batch;
  const float *w1, *w2, *u; // [hidden][size], [size][hidden], [hidden][size]
  const float *b1, *b2;     // [hidden], [size]
  const float *x;           // [batch][size]
  float *z;                 // [batch][size]
  int32_t *iterations;      // [batch]
  float tolerance;
  int32_t max;
};

template <int size, int hidden> static void solve(const TwoLayer &p) {
  std::unique_ptr<float[]> injection(new float[p.batch * hidden]);
  inject<hidden, size>(p.u, p.b1, p.x, p.batch, injection.get());
  alignas(64) static thread_local float first[hidden * size],
      second[hidden * size], h[hidden * lanes];
  pack<hidden, size>(p.w1, first);
  pack<size, hidden>(p.w2, second);
  solveInLanes<size, hidden>(
      p.batch, injection.get(), nullptr, p.tolerance, p.max, p.z, p.iterations,
      [&](const float *z, float *next, const float *in, const float *,
          F *r) __attribute__((always_inline)) {
        product<hidden, size>(
            first, z, [&](int i, int v, F sum) __attribute__((always_inline)) {
              int at = i * lanes + v * width;
              store(h + at, tanhOf(sum + load(in + at)));
            });
        product<size, hidden>(
            second, h, [&](int i, int v, F sum) __attribute__((always_inline)) {
              int at = i * lanes + v * width;
              sum += p.b2[i];
              F d = sum - load(z + at);
              r[v] += d * d;
              store(next + at, sum);
            });
      });
}

extern "C" void two_layer_limit(const TwoLayer *p) {
  p->size == 48 ? solve<48, 96>(*p) : solve<37, 53>(*p);
}
