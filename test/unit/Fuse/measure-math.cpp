// Prints the largest error of eq's functions.
//
//   measure-math float            every float, functions of one argument
//   measure-math float /8         every eighth block of 4096 floats
//   measure-math float 10000000   corners and so many samples, all functions
//   measure-math double 10000000
//   measure-math float 0 tanh exp          only these functions

#include "Measure.h"

#include <cstdio>
#include <cstdlib>

using namespace measure;

namespace {

std::vector<std::string> wanted;

bool isWanted(const char *name) {
  bool found = wanted.empty();
  for (const std::string &other : wanted)
    found |= other == name;
  return found;
}

struct Worst {
  double error = 0, x = 0, y = 0, got = 0;
  long count = 0, wrong = 0;
  void add(double candidate, double atX, double atY, double result) {
    ++count;
    wrong += candidate > 2;
    if (candidate <= error)
      return;
    error = candidate, x = atX, y = atY, got = result;
  }
  void print(const char *name) const {
    std::printf("%-6s %12ld arguments, at most %.3f ULP at %a", name, count,
                error, x);
    if (y != 0)
      std::printf(" and %a", y);
    std::printf(" (%a), %ld above 2\n", got, wrong);
    std::fflush(stdout);
  }
};

constexpr int blockSize = 4096;

// Of the blocks of floats, every first, second...
uint64_t every = 1;

template <class F> void measureAllFloats() {
  if (!isWanted(F::title))
    return;
  Worst worst;
  float x[blockSize], got[blockSize];
  for (uint64_t start = 0; start < (uint64_t(1) << 32);
       start += blockSize * every) {
    for (int i = 0; i < blockSize; ++i)
      x[i] = fromWord<float>(start + i);
    for (int i = 0; i < blockSize; ++i)
      got[i] = F::ours(x[i]);
    for (int i = 0; i < blockSize; ++i)
      worst.add(errorOf(got[i], F::exact(x[i])), x[i], 0, got[i]);
  }
  worst.print(F::title);
}

template <class Real, class F> void measureSamples(long count) {
  if (!isWanted(F::title))
    return;
  Worst worst;
  auto add = [&](Real x) {
    Real got = F::ours(x);
    worst.add(errorOf(got, F::exact(x)), x, 0, got);
  };
  for (Real x : corners<Real>(300))
    add(x);
  Sampler<Real> sample(F::from, F::to);
  for (long i = 0; i < count; ++i)
    add(sample());
  worst.print(F::title);
}

template <class Real, class F> void measurePairs(long count) {
  if (!isWanted(F::title))
    return;
  Worst worst;
  auto add = [&](Real x, Real y) {
    Real got = F::ours(x, y);
    worst.add(errorOf(got, F::exact(x, y)), x, y, got);
  };
  std::vector<Real> places = corners<Real>(2);
  for (Real x : places)
    for (Real y : places)
      add(x, y);
  Sampler<Real> sample(F::from, F::to);
  for (long i = 0; i < count; ++i) {
    Real x = sample(), y = sample();
    add(x, y);
    // A power that is neither 0 nor infinite, as far as that goes.
    if (x > 0 && i % 2 == 0)
      add(x, Real(std::fmod(double(y), 700) / std::log2(double(x))));
  }
  worst.print(F::title);
}

template <class Real> void measureAllSamples(long count) {
#define EQ_X(name, low, high) measureSamples<Real, measure::name>(count);
  EQ_UNARY_FUNCTIONS(EQ_X)
#undef EQ_X
#define EQ_X(name, low, high) measurePairs<Real, measure::name>(count);
  EQ_BINARY_FUNCTIONS(EQ_X)
#undef EQ_X
}

} // namespace

int main(int argc, char **argv) {
  bool isFloat = argc > 1 && std::string(argv[1]) == "float";
  if (argc < 2 || (!isFloat && std::string(argv[1]) != "double")) {
    std::fprintf(stderr,
                 "usage: measure-math float|double [samples] [names]\n");
    return 1;
  }
  bool isFraction = argc > 2 && argv[2][0] == '/';
  if (isFraction)
    every = std::strtoul(argv[2] + 1, nullptr, 10);
  long count = argc > 2 && !isFraction ? std::atol(argv[2]) : 0;
  for (int i = 3; i < argc; ++i)
    wanted.push_back(argv[i]);
  if (isFloat && count == 0) {
#define EQ_X(name, low, high) measureAllFloats<measure::name>();
    EQ_UNARY_FUNCTIONS(EQ_X)
#undef EQ_X
  } else if (isFloat) {
    measureAllSamples<float>(count);
  } else {
    measureAllSamples<double>(count);
  }
  return 0;
}
