// What the limit kernels of fixed points share: lanes with refill, and a
// product W z on a register tile.
//
// Samples are lanes, innermost in memory: z[component][lane]. A tile of R rows
// and V vectors is summed in registers; 8 x 2 fills the 32 registers of
// AVX-512. A lane whose sample has converged is given the next one at once.
#ifndef EQ_BENCH_FIXED_POINT_H
#define EQ_BENCH_FIXED_POINT_H

#include "lanes.h"
#include <algorithm>
#include <memory>
#include <vector>

#ifdef __AVX512F__
constexpr int tileRows = 8, tileVectors = 2;
#else
constexpr int tileRows = 4, tileVectors = 3;
#endif
constexpr int width = lanesOf<float>;
constexpr int lanes = tileVectors * width;
using F = Vector<float>;

// A rational function, right to the last bits of f32 (that of Eigen).
INLINE F tanhOf(F x) {
  x = largest(smallest(x, broadcast(7.90531110763549805f)),
              broadcast(-7.90531110763549805f));
  F s = x * x;
  F p = s * -2.76076847742355e-16f + 2.00018790482477e-13f;
  p = s * p + -8.60467152213735e-11f;
  p = s * p + 5.12229709037114e-08f;
  p = s * p + 1.48572235717979e-05f;
  p = s * p + 6.37261928875436e-04f;
  p = s * p + 4.89352455891786e-03f;
  F q = s * 1.19825839466702e-06f + 1.18534705686654e-04f;
  q = s * q + 2.26843463243900e-03f;
  q = s * q + 4.89352518554385e-03f;
  return x * p / q;
}

// W[rows][columns] in the order in which tiles read it.
template <int rows, int columns> void pack(const float *w, float *packed) {
  for (int i = 0; i < rows; i += tileRows)
    for (int k = 0; k < columns; ++k)
      for (int u = i; u < std::min(i + tileRows, rows); ++u)
        *packed++ = w[u * columns + k];
}

// done(row, vector, sum over k of W[row][k] z[k]) for every row of a tile.
template <int rows, int columns, class Done>
INLINE void tileOfProduct(const float *w, const float *z, int row, Done done) {
  F sum[rows][tileVectors] = {};
  UNROLL_TWICE
  for (int k = 0; k < columns; ++k) {
    F b[tileVectors];
    UNROLL for (int v = 0; v < tileVectors; ++v) b[v] =
        load(z + k * lanes + v * width);
    UNROLL for (int u = 0; u < rows; ++u) {
      F a = broadcast(w[u]);
      UNROLL for (int v = 0; v < tileVectors; ++v) sum[u][v] += a * b[v];
    }
    w += rows;
  }
  UNROLL for (int u = 0; u < rows; ++u)
      UNROLL for (int v = 0; v < tileVectors; ++v) done(row + u, v, sum[u][v]);
}

template <int rows, int columns, class Done>
INLINE void product(const float *packed, const float *z, Done done) {
  constexpr int whole = rows - rows % tileRows;
  for (int i = 0; i < whole; i += tileRows)
    tileOfProduct<tileRows, columns>(packed + i * columns, z, i, done);
  if constexpr (whole < rows)
    tileOfProduct<rows - whole, columns>(packed + whole * columns, z, whole,
                                         done);
}

// injection[batch][rows] = x U^T + b, by blocks of samples.
template <int rows, int columns>
void inject(const float *u, const float *b, const float *x, int64_t batch,
            float *injection) {
  alignas(64) static thread_local float packed[rows * columns],
      in[columns * lanes], out[rows * lanes];
  pack<rows, columns>(u, packed);
  for (int64_t s = 0; s < batch; s += lanes) {
    int n = int(std::min<int64_t>(lanes, batch - s));
    for (int l = 0; l < n; ++l)
      for (int k = 0; k < columns; ++k)
        in[k * lanes + l] = x[(s + l) * columns + k];
    product<rows, columns>(
        packed, in, [&](int i, int v, F sum) __attribute__((always_inline)) {
          store(out + i * lanes + v * width, sum + b[i]);
        });
    for (int l = 0; l < n; ++l)
      for (int i = 0; i < rows; ++i)
        injection[(s + l) * rows + i] = out[i * lanes + l];
  }
}

// Solves z = f(z) for a batch of vectors of `size`, from 0, until the l2 norm
// of the change is at most `tolerance`. evaluate(z, next, injection, gain, r)
// makes one step of all lanes and adds the squares of the changes to r.
template <int size, int injected, class Evaluate>
void solveInLanes(int64_t batch, const float *injection, const float *gain,
                  float tolerance, int32_t max, float *z, int32_t *iterations,
                  Evaluate evaluate) {
  alignas(64) static thread_local float state[2][size * lanes],
      in[injected * lanes], gains[lanes];
  alignas(64) int32_t count[lanes] = {}, busy[lanes] = {};
  int64_t id[lanes], next = 0;
  int active = 0, now = 0;

  auto loadLane = [&](int l) {
    count[l] = busy[l] = 0;
    if (next == batch)
      return;
    for (int i = 0; i < injected; ++i)
      in[i * lanes + l] = injection[next * injected + i];
    for (int i = 0; i < size; ++i)
      state[now][i * lanes + l] = 0;
    gains[l] = gain ? gain[next] : 1;
    busy[l] = -1;
    id[l] = next++;
    ++active;
  };
  std::memset(state, 0, sizeof state);
  std::memset(in, 0, sizeof in);
  std::memset(gains, 0, sizeof gains);
  for (int l = 0; l < lanes; ++l)
    loadLane(l);

  const F bound = broadcast(tolerance * tolerance);
  const Mask<float> most = max - Mask<float>{};
  while (active) {
    F r[tileVectors] = {};
    evaluate(state[now], state[now ^ 1], in, gains, r);
    now ^= 1;
    UNROLL for (int v = 0; v < tileVectors; ++v) {
      auto *counts = reinterpret_cast<Mask<float> *>(count) + v;
      *counts += 1;
      auto ended = ((Mask<float>)(r[v] <= bound) | (*counts >= most)) &
                   reinterpret_cast<Mask<float> *>(busy)[v];
      for (unsigned m = bits(ended); m; m &= m - 1) {
        int l = __builtin_ctz(m) + v * width;
        for (int i = 0; i < size; ++i)
          z[id[l] * size + i] = state[now][i * lanes + l];
        iterations[id[l]] = count[l];
        --active;
        loadLane(l);
      }
    }
  }
}

#endif // EQ_BENCH_FIXED_POINT_H
