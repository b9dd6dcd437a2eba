// A limit: Kepler's equation E - e sin E = M, by Newton from E = M until the
// change is at most the tolerance, in f64. One thread.
//
// Source: own work. Four vectors go on together until all their lanes are
// done; a lane that is done keeps its value. Counts differ little here (3 to
// 8), so lanes are not refilled.
//
// Sine and cosine: Cody and Waite's reduction by pi/2 in three parts, and the
// kernel polynomials of fdlibm (Sun, k_sin.c and k_cos.c).

#include "lanes.h"
#include <algorithm>

extern "C" struct Kepler {
  int64_t batch;
  const double *anomaly, *eccentricity; // M and e, [batch]
  double *result;                       // E, [batch]
  int32_t *iterations;                  // [batch]
  double tolerance;
  int32_t max;
};

using D = Vector<double>;
using M = Mask<double>;
constexpr int width = lanesOf<double>, vectors = 4, lanes = vectors * width;

static INLINE void sineAndCosine(D x, D &sine, D &cosine) {
  const D magic = broadcast(6755399441055744.0); // 1.5 2^52: rounds to integer
  D shifted = x * 0.63661977236758134 + magic, n = shifted - magic;
  D r = x - n * 1.57079632673412561417e+00;
  r = r - n * 6.07710050630396597660e-11;
  r = r - n * 2.02226624879595063154e-21;
  D z = r * r;
  D s = z * 1.58969099521155010221e-10 + -2.50507602534068634195e-08;
  s = z * s + 2.75573137070700676789e-06;
  s = z * s + -1.98412698298579493134e-04;
  s = z * s + 8.33333333332248946124e-03;
  s = z * s + -1.66666666666666324348e-01;
  s = r + r * (z * s);
  D c = z * -1.13596475577881948265e-11 + 2.08757232129817482790e-09;
  c = z * c + -2.75573143513906633035e-07;
  c = z * c + 2.48015872894767294178e-05;
  c = z * c + -1.38888888888741095749e-03;
  c = z * c + 4.16666666666666019037e-02;
  c = 1.0 - (0.5 * z - z * z * c);
  M quadrant = (M)shifted;
  M swapped = -(quadrant & 1);
  M sineSign = (quadrant & 2) << 62, cosineSign = ((quadrant + 1) & 2) << 62;
  sine = (D)((M)(swapped ? c : s) ^ sineSign);
  cosine = (D)((M)(swapped ? s : c) ^ cosineSign);
}

extern "C" void kepler_limit(const Kepler *p) {
  const D tolerance = broadcast(p->tolerance);
  for (int64_t first = 0; first < p->batch; first += lanes) {
    int n = int(std::min<int64_t>(lanes, p->batch - first));
    alignas(64) double anomaly[lanes] = {}, eccentricity[lanes] = {},
                       result[lanes];
    std::copy_n(p->anomaly + first, n, anomaly);
    std::copy_n(p->eccentricity + first, n, eccentricity);

    D x[vectors], m[vectors], e[vectors], count[vectors] = {};
    M again[vectors];
    UNROLL for (int v = 0; v < vectors; ++v) {
      x[v] = m[v] = load(anomaly + v * width);
      e[v] = load(eccentricity + v * width);
      again[v] = x[v] == x[v];
    }
    unsigned any = p->max > 0;
    for (int k = 0; any && k < p->max; ++k) {
      any = 0;
      UNROLL for (int v = 0; v < vectors; ++v) {
        D s, c;
        sineAndCosine(x[v], s, c);
        D next = x[v] - (x[v] - e[v] * s - m[v]) / (1.0 - e[v] * c);
        D change = magnitude(next - x[v]);
        x[v] = again[v] ? next : x[v];
        count[v] += again[v] ? broadcast(1.0) : D{};
        again[v] &= (M)(change > tolerance);
        any |= bits(again[v]);
      }
    }
    UNROLL for (int v = 0; v < vectors; ++v) {
      store(result + v * width, x[v]);
      for (int l = 0; l < width; ++l)
        if (v * width + l < n)
          p->iterations[first + v * width + l] = int32_t(count[v][l]);
    }
    std::copy_n(result, n, p->result + first);
  }
}
