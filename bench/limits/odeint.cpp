// A peer: Boost.odeint's controlled runge_kutta_dopri5 (its own controller and
// norm), trajectory by trajectory: the Lorenz and the Van der Pol ensemble of
// lorenz.cpp and vdp.cpp, in f64 and f32.

#include "ode.h"
#include <boost/array.hpp>
#include <boost/numeric/odeint.hpp>

namespace odeint = boost::numeric::odeint;

namespace {

template <class T, size_t size, class Slope>
void integrateEach(const Ensemble<T> &p, boost::array<T, size> start,
                   Slope slope) {
  using State = boost::array<T, size>;
  for (int64_t s = 0; s < p.batch; ++s) {
    State y = start;
    T parameter = p.parameter[s];
    auto stepper = odeint::make_controlled(
        p.tolerance, p.tolerance,
        odeint::runge_kutta_dopri5<State, T, State, T>());
    // Accepted steps only: odeint does not count the others.
    p.iterations[s] = int32_t(odeint::integrate_adaptive(
        stepper, [&](const State &y, State &d, T) { slope(y, parameter, d); },
        y, T(0), p.end, T(0.01)));
    for (size_t i = 0; i < size; ++i)
      p.result[i][s] = y[i];
  }
}

template <class T> void lorenz(const Ensemble<T> &p) {
  integrateEach<T, 3>(p, {{1, 0, 0}}, [](const auto &y, T rho, auto &d) {
    d[0] = 10 * (y[1] - y[0]);
    d[1] = y[0] * (rho - y[2]) - y[1];
    d[2] = y[0] * y[1] - T(8. / 3) * y[2];
  });
}

} // namespace

extern "C" void lorenz_odeint(const Ensemble<double> *p) { lorenz(*p); }
extern "C" void lorenz_odeint_f32(const Ensemble<float> *p) { lorenz(*p); }
extern "C" void vdp_odeint(const Ensemble<double> *p) {
  integrateEach<double, 2>(*p, {{2, 0}}, [](const auto &y, double mu, auto &d) {
    d[0] = y[1];
    d[1] = mu * (1 - y[0] * y[0]) * y[1] - y[0];
  });
}
