// A limit: an ensemble of Lorenz systems from (1, 0, 0), with rho per
// trajectory, in f64 and f32. ode.h says how. One thread.

#include "ode.h"

namespace {

struct Lorenz {
  static constexpr int size = 3;
  static constexpr double start[size] = {1, 0, 0};
  template <class V> INLINE void slope(const V *y, V rho, V *d) const {
    using T = Element<V>;
    d[0] = T(10) * (y[1] - y[0]);
    d[1] = y[0] * (rho - y[2]) - y[1];
    d[2] = y[0] * y[1] - T(8. / 3) * y[2];
  }
};

} // namespace

extern "C" void lorenz_limit(const Ensemble<double> *p) {
  integrate<double, 3>(Lorenz(), *p);
}
extern "C" void lorenz_limit_f32(const Ensemble<float> *p) {
  integrate<float, 3>(Lorenz(), *p);
}

extern "C" void lorenz_limit_one(const Ensemble<double> *p) {
  integrateOneByOne<double>(Lorenz(), *p);
}
