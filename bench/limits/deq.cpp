// A limit: deep equilibrium models z = tanh(g (W z) + U x + b), by Picard from
// 0 until |f(z) - z|_2 is at most the tolerance; g is one number per sample, or
// 1. Single precision; 64, 128 or 256 wide. One thread.
//
// Source: own work. fixed_point.h says how; U x + b is formed once per call.
// A single sample has its rows across the vector instead (deq_limit_one).

#include "fixed_point.h"

extern "C" struct Deq {
  int64_t size, batch;
  const float *w, *u, *b; // [size][size], [size][size], [size]
  const float *x, *gain;  // [batch][size], [batch] or NULL
  float *z;               // [batch][size]
  int32_t *iterations;    // [batch]
  float tolerance;
  int32_t max;
};

namespace {

template <int size, bool withGain> void solve(const Deq &p, float *injection) {
  alignas(64) static thread_local float packed[size * size];
  pack<size, size>(p.w, packed);
  solveInLanes<size, size>(
      p.batch, injection, p.gain, p.tolerance, p.max, p.z, p.iterations,
      [&](const float *z, float *next, const float *in, const float *gain, F *r)
          __attribute__((always_inline)) {
            product<size, size>(packed, z,
                                [&](int i, int v, F sum)
                                    __attribute__((always_inline)) {
                                      int at = i * lanes + v * width;
                                      if (withGain)
                                        sum *= load(gain + v * width);
                                      F t = tanhOf(sum + load(in + at));
                                      F d = t - load(z + at);
                                      r[v] += d * d;
                                      store(next + at, t);
                                    });
          });
}

template <int size> void solve(const Deq &p) {
  std::unique_ptr<float[]> injection(new float[p.batch * size]);
  inject<size, size>(p.u, p.b, p.x, p.batch, injection.get());
  p.gain ? solve<size, true>(p, injection.get())
         : solve<size, false>(p, injection.get());
}

// One sample; wt and ut are W and U transposed, made once by the caller.
template <int size> void solveOne(const Deq &p, int64_t sample) {
  constexpr int vectors = std::min(size / width, 8);
  constexpr int parts = 8 / vectors; // enough sums to hide the latency of one
  const float *x = p.x + sample * size, gain = p.gain ? p.gain[sample] : 1;
  alignas(64) float z[size] = {}, next[size], in[size];
  for (int i = 0; i < size; i += width)
    store(in + i, loadAnywhere(p.b + i));
  for (int k = 0; k < size; ++k)
    for (int i = 0; i < size; i += width)
      store(in + i, load(in + i) + x[k] * loadAnywhere(p.u + k * size + i));

  int32_t count = 0;
  float square;
  do {
    F r = {};
    for (int o = 0; o < size; o += vectors * width) {
      F sum[parts][vectors] = {};
      for (int k = 0; k < size; k += parts)
        UNROLL for (int s = 0; s < parts; ++s)
            UNROLL for (int v = 0; v < vectors; ++v) sum[s][v] +=
            z[k + s] * loadAnywhere(p.w + (k + s) * size + o + v * width);
      UNROLL for (int v = 0; v < vectors; ++v) {
        F total = sum[0][v];
        UNROLL for (int s = 1; s < parts; ++s) total += sum[s][v];
        F t = tanhOf(total * gain + load(in + o + v * width));
        F d = t - load(z + o + v * width);
        r += d * d;
        store(next + o + v * width, t);
      }
    }
    std::memcpy(z, next, sizeof z);
    ++count;
    square = 0;
    for (int l = 0; l < width; ++l)
      square += r[l];
  } while (!(square <= p.tolerance * p.tolerance) && count < p.max);
  std::memcpy(p.z + sample * size, z, sizeof z);
  p.iterations[sample] = count;
}

} // namespace

extern "C" void deq_limit(const Deq *p) {
  p->size == 64    ? solve<64>(*p)
  : p->size == 128 ? solve<128>(*p)
                   : solve<256>(*p);
}

// One sample after another. w and u are transposed.
extern "C" void deq_limit_one(const Deq *p) {
  for (int64_t s = 0; s < p->batch; ++s)
    p->size == 64    ? solveOne<64>(*p, s)
    : p->size == 128 ? solveOne<128>(*p, s)
                     : solveOne<256>(*p, s);
}
