// A limit: an ensemble of Van der Pol oscillators y'' = mu (1 - y^2) y' - y
// from (2, 0), with mu per trajectory, in f64: the steps per trajectory differ
// much. ode.h says how. One thread.

#include "ode.h"

namespace {

struct VanDerPol {
  static constexpr int size = 2;
  static constexpr double start[size] = {2, 0};
  template <class V> INLINE void slope(const V *y, V mu, V *d) const {
    using T = Element<V>;
    d[0] = y[1];
    d[1] = mu * (T(1) - y[0] * y[0]) * y[1] - y[0];
  }
};

} // namespace

extern "C" void vdp_limit(const Ensemble<double> *p) {
  integrate<double, 3>(VanDerPol(), *p);
}
