// The limit kernel of ensembles of small ODEs: Dormand and Prince's method of
// order 5 with Shampine's error estimate (2/3 of theirs; eq and diffrax have
// the same), with one step size per lane, lanes refilled from the queue, and
// several vectors interleaved to hide latency. Source: own work.
//
// Control as in eq and diffrax: the root mean square of error / (tolerance +
// tolerance max(|y0|, |y1|)) is at most 1, factor 0.9 error^(-1/5) within 0.2
// and 10, and not below 1 after an accepted step; first step 0.01. The factor
// is computed to 3 digits.
//
// Results leave in the order in which they end, and are put in place last.
#ifndef EQ_BENCH_ODE_H
#define EQ_BENCH_ODE_H

#include "lanes.h"
#include <cmath>
#include <vector>

// x^(-1/10), roughly: log2 and exp2 by polynomials.
template <class V> INLINE V powMinusTenth(V x) {
  using T = Element<V>;
  V m, l;
  split(x, m, l);
  l += m * (m * (m * T(0.1582487) - T(1.0518781)) + T(3.0478840)) -
       T(2.153620718);
  V y = l * T(-0.1), n = roundDown(y), f = y - n;
  return scaleByPower(
      f * (f * (f * T(0.0779) + T(0.2276)) + T(0.6951786)) + T(1.0), n);
}

template <class T> struct Ensemble {
  int64_t batch;
  const T *parameter;  // [batch]
  T *const *result;    // one [batch] per component
  int32_t *iterations; // [batch]: attempted steps
  T end, tolerance;
};

// System: `size` components that start at `start[size]`, and slope(y,
// parameter, dy) for any vector type.
template <class T, int groups, class System>
void integrate(const System &system, const Ensemble<T> &p) {
  using V = Vector<T>;
  constexpr int width = lanesOf<T>, size = System::size;
  const V zero = {}, one = broadcast(T(1));
  const V end = broadcast(p.end), tolerance = broadcast(p.tolerance);
  const V nearEnd =
      broadcast(p.end - p.end * (sizeof(T) == 8 ? T(1e-12) : T(1e-6)));

  // Vectors may be read and written past the last sample.
  const int64_t room = p.batch + 2 * width;
  std::vector<T> number(room), parameter(p.parameter, p.parameter + p.batch);
  std::vector<T> endedNumber(room), endedSteps(room), ended[size];
  parameter.resize(room);
  for (int64_t i = 0; i < room; ++i)
    number[i] = T(i);
  for (auto &values : ended)
    values.resize(room);

  V y[groups][size], k1[groups][size], t[groups], h[groups], id[groups],
      steps[groups], parameters[groups];
  int64_t next = 0, done = 0;
  int active = 0;

  // The lanes of m take the next samples; one that finds none rests, h = 0.
  auto refill = [&](int g, unsigned m) __attribute__((always_inline)) {
    unsigned taken = m;
    while (__builtin_popcount(taken) > p.batch - next)
      taken &= ~(1u << (31 - __builtin_clz(taken)));
    parameters[g] = expandInto(parameters[g], taken, parameter.data() + next);
    id[g] = expandInto(id[g], taken, number.data() + next);
    V y0[size], d[size];
    UNROLL for (int i = 0; i < size; ++i) {
      y0[i] = broadcast(T(System::start[i]));
      y[g][i] = blend(m, y0[i], y[g][i]);
    }
    system.slope(y0, parameters[g], d);
    UNROLL for (int i = 0; i < size; ++i) k1[g][i] = blend(m, d[i], k1[g][i]);
    t[g] = blend(m, zero, t[g]);
    steps[g] = blend(m, zero, steps[g]);
    h[g] = blend(taken, broadcast(T(0.01)), blend(m, zero, h[g]));
    next += __builtin_popcount(taken);
    active += __builtin_popcount(taken);
  };
  for (int g = 0; g < groups; ++g) {
    UNROLL for (int i = 0; i < size; ++i) y[g][i] = k1[g][i] = zero;
    t[g] = h[g] = id[g] = steps[g] = parameters[g] = zero;
    refill(g, ~0u >> (32 - width));
  }

#define EACH_GROUP UNROLL for (int g = 0; g < groups; ++g)
#define EACH UNROLL for (int i = 0; i < size; ++i)
  while (active) {
    V step[groups], w[groups][size], d[groups][size], square[groups];
    V q1[groups][size], q2[groups][size], q3[groups][size], q4[groups][size],
        q5[groups][size], q6[groups][size];
    // h k is formed once per RK stage, and the newest is added last.
    EACH_GROUP {
      step[g] = smallest(h[g], end - t[g]);
      EACH {
        q1[g][i] = step[g] * k1[g][i];
        w[g][i] = y[g][i] + T(0.2) * q1[g][i];
      }
    }
    EACH_GROUP {
      system.slope(w[g], parameters[g], d[g]);
      EACH {
        q2[g][i] = step[g] * d[g][i];
        w[g][i] = (y[g][i] + T(3. / 40) * q1[g][i]) + T(9. / 40) * q2[g][i];
      }
    }
    EACH_GROUP {
      system.slope(w[g], parameters[g], d[g]);
      EACH {
        q3[g][i] = step[g] * d[g][i];
        w[g][i] =
            ((y[g][i] + T(44. / 45) * q1[g][i]) - T(56. / 15) * q2[g][i]) +
            T(32. / 9) * q3[g][i];
      }
    }
    EACH_GROUP {
      system.slope(w[g], parameters[g], d[g]);
      EACH {
        q4[g][i] = step[g] * d[g][i];
        w[g][i] = (((y[g][i] + T(19372. / 6561) * q1[g][i]) -
                    T(25360. / 2187) * q2[g][i]) +
                   T(64448. / 6561) * q3[g][i]) -
                  T(212. / 729) * q4[g][i];
      }
    }
    EACH_GROUP {
      system.slope(w[g], parameters[g], d[g]);
      EACH {
        q5[g][i] = step[g] * d[g][i];
        w[g][i] = ((((y[g][i] + T(9017. / 3168) * q1[g][i]) -
                     T(355. / 33) * q2[g][i]) +
                    T(46732. / 5247) * q3[g][i]) +
                   T(49. / 176) * q4[g][i]) -
                  T(5103. / 18656) * q5[g][i];
      }
    }
    EACH_GROUP {
      system.slope(w[g], parameters[g], d[g]);
      EACH {
        q6[g][i] = step[g] * d[g][i];
        w[g][i] = ((((y[g][i] + T(35. / 384) * q1[g][i]) +
                     T(500. / 1113) * q3[g][i]) +
                    T(125. / 192) * q4[g][i]) -
                   T(2187. / 6784) * q5[g][i]) +
                  T(11. / 84) * q6[g][i];
      }
    }
    EACH_GROUP {
      system.slope(w[g], parameters[g], d[g]);
      square[g] = broadcast(T(1e-20));
      EACH {
        V e = ((((T(71. / 86400) * q1[g][i] - T(142. / 50085) * q3[g][i]) +
                 T(71. / 2880) * q4[g][i]) -
                T(5751. / 169600) * q5[g][i]) +
               T(44. / 1575) * q6[g][i]) -
              T(1. / 60) * (step[g] * d[g][i]);
        V scale = tolerance +
                  tolerance * largest(magnitude(y[g][i]), magnitude(w[g][i]));
        V ratio = e * roughReciprocal(scale);
        square[g] += T(1. / size) * (ratio * ratio);
      }
    }
    unsigned ending[groups], any = 0;
    EACH_GROUP {
      unsigned accepted = bits((Mask<T>)(square[g] <= one));
      V factor = smallest(
          largest(T(0.9) * powMinusTenth(square[g]), broadcast(T(0.2))),
          broadcast(T(10)));
      factor = blend(accepted, largest(factor, one), factor);
      h[g] = step[g] * factor;
      EACH {
        y[g][i] = blend(accepted, w[g][i], y[g][i]);
        k1[g][i] = blend(accepted, d[g][i], k1[g][i]);
      }
      t[g] = blend(accepted, t[g] + step[g], t[g]);
      steps[g] += one;
      ending[g] = bits((Mask<T>)(t[g] >= nearEnd));
      any |= ending[g];
    }
    if (any)
      EACH_GROUP if (unsigned m = ending[g]) {
        EACH compressTo(&ended[i][done], m, y[g][i]);
        compressTo(&endedNumber[done], m, id[g]);
        compressTo(&endedSteps[done], m, steps[g]);
        done += __builtin_popcount(m);
        active -= __builtin_popcount(m);
        refill(g, m);
      }
  }
#undef EACH_GROUP
#undef EACH

  for (int64_t s = 0; s < done; ++s) {
    auto k = int64_t(endedNumber[s]);
    for (int i = 0; i < size; ++i)
      p.result[i][k] = ended[i][s];
    p.iterations[k] = int32_t(endedSteps[s]);
  }
}

// The same for one trajectory after another, in scalar code (but for the power,
// which the vectors have faster than the C library).
template <class T, class System>
void integrateOneByOne(const System &system, const Ensemble<T> &p) {
  constexpr int size = System::size;
  const T nearEnd = p.end - p.end * (sizeof(T) == 8 ? T(1e-12) : T(1e-6));
  for (int64_t s = 0; s < p.batch; ++s) {
    T y[size], w[size], d[size], k1[size], t = 0, h = T(0.01);
    T q1[size], q2[size], q3[size], q4[size], q5[size], q6[size];
    const T parameter = p.parameter[s];
    int32_t steps = 0;
#define EACH UNROLL for (int i = 0; i < size; ++i)
    EACH y[i] = T(System::start[i]);
    system.slope(y, parameter, k1);
    while (t < nearEnd) {
      h = h < p.end - t ? h : p.end - t;
      EACH {
        q1[i] = h * k1[i];
        w[i] = y[i] + T(0.2) * q1[i];
      }
      system.slope(w, parameter, d);
      EACH {
        q2[i] = h * d[i];
        w[i] = (y[i] + T(3. / 40) * q1[i]) + T(9. / 40) * q2[i];
      }
      system.slope(w, parameter, d);
      EACH {
        q3[i] = h * d[i];
        w[i] = ((y[i] + T(44. / 45) * q1[i]) - T(56. / 15) * q2[i]) +
               T(32. / 9) * q3[i];
      }
      system.slope(w, parameter, d);
      EACH {
        q4[i] = h * d[i];
        w[i] = (((y[i] + T(19372. / 6561) * q1[i]) - T(25360. / 2187) * q2[i]) +
                T(64448. / 6561) * q3[i]) -
               T(212. / 729) * q4[i];
      }
      system.slope(w, parameter, d);
      EACH {
        q5[i] = h * d[i];
        w[i] = ((((y[i] + T(9017. / 3168) * q1[i]) - T(355. / 33) * q2[i]) +
                 T(46732. / 5247) * q3[i]) +
                T(49. / 176) * q4[i]) -
               T(5103. / 18656) * q5[i];
      }
      system.slope(w, parameter, d);
      EACH {
        q6[i] = h * d[i];
        w[i] = ((((y[i] + T(35. / 384) * q1[i]) + T(500. / 1113) * q3[i]) +
                 T(125. / 192) * q4[i]) -
                T(2187. / 6784) * q5[i]) +
               T(11. / 84) * q6[i];
      }
      system.slope(w, parameter, d);
      T square = T(1e-20);
      EACH {
        T e = ((((T(71. / 86400) * q1[i] - T(142. / 50085) * q3[i]) +
                 T(71. / 2880) * q4[i]) -
                T(5751. / 169600) * q5[i]) +
               T(44. / 1575) * q6[i]) -
              T(1. / 60) * (h * d[i]);
        T ratio = e / (p.tolerance +
                       p.tolerance * largest(std::abs(y[i]), std::abs(w[i])));
        square += T(1. / size) * (ratio * ratio);
      }
      T factor = T(0.9) * powMinusTenth(broadcast(square))[0];
      factor = smallest(largest(factor, T(0.2)), T(10));
      ++steps;
      if (square <= 1) {
        t += h;
        EACH {
          y[i] = w[i];
          k1[i] = d[i];
        }
        factor = largest(factor, T(1));
      }
      h *= factor;
    }
    EACH p.result[i][s] = y[i];
    p.iterations[s] = steps;
#undef EACH
  }
}

#endif // EQ_BENCH_ODE_H
