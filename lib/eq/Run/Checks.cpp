// What the ops of the eqtest dialect call. Each check looks at every element,
// reports the first few misses with expected, got, distance and place, and goes
// on.

#include "eq/Run/Checks.h"
#include "eq/IR/Status.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>

namespace mlir::eq {
namespace {

constexpr int maxReported = 5;
constexpr int64_t defaultUlps = 4;

llvm::raw_ostream *output = nullptr;
CheckCounts counts;

// A memref descriptor of any rank, element by element.
class Elements {
public:
  Elements(const void *descriptor, int32_t rank) {
    const char *at = static_cast<const char *>(descriptor) + sizeof(void *);
    std::memcpy(&data, at, sizeof(data));
    std::memcpy(&offset, at + sizeof(void *), sizeof(offset));
    at += sizeof(void *) + sizeof(int64_t);
    sizes.resize(rank);
    strides.resize(rank);
    std::memcpy(sizes.data(), at, rank * sizeof(int64_t));
    std::memcpy(strides.data(), at + rank * sizeof(int64_t),
                rank * sizeof(int64_t));
  }

  int64_t count() const {
    int64_t product = 1;
    for (int64_t size : sizes)
      product *= size;
    return product;
  }

  // The `i`th element in row-major order.
  const char *at(int64_t i, int64_t bytes) const {
    int64_t position = offset;
    for (size_t d = sizes.size(); d-- > 0; i /= sizes[d])
      position += (i % sizes[d]) * strides[d];
    return data + position * bytes;
  }

  std::string indexText(int64_t i) const {
    if (sizes.empty())
      return "";
    llvm::SmallVector<int64_t> index(sizes.size());
    for (size_t d = sizes.size(); d-- > 0; i /= sizes[d])
      index[d] = i % sizes[d];
    std::string text = "[";
    for (size_t d = 0; d < index.size(); ++d)
      text += (d ? ", " : "") + std::to_string(index[d]);
    return text + "]";
  }

  llvm::SmallVector<int64_t> sizes;

private:
  const char *data;
  int64_t offset;
  llvm::SmallVector<int64_t> strides;
};

int64_t readInteger(const char *at, int32_t bits) {
  switch (bits) {
  case 1:
  case 8: {
    int8_t value;
    std::memcpy(&value, at, sizeof(value));
    return bits == 1 ? (value & 1) : value;
  }
  case 16: {
    int16_t value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  }
  case 32: {
    int32_t value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  }
  default: {
    int64_t value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  }
  }
}

double readReal(const char *at, int32_t bits) {
  if (bits == 32) {
    float value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  }
  double value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

// Numbers in the order of the reals: neighbours differ by 1, and both zeros
// are 0.
int64_t ordinal(double value, int32_t bits) {
  if (bits == 32) {
    float narrow = static_cast<float>(value);
    int32_t pattern;
    std::memcpy(&pattern, &narrow, sizeof(pattern));
    return pattern >= 0 ? pattern : -static_cast<int64_t>(pattern & INT32_MAX);
  }
  int64_t pattern;
  std::memcpy(&pattern, &value, sizeof(pattern));
  return pattern >= 0 ? pattern : -(pattern & INT64_MAX);
}

// The distance in units in the last place, as unsigned to hold the largest.
uint64_t ulpDistance(double a, double b, int32_t bits) {
  int64_t x = ordinal(a, bits), y = ordinal(b, bits);
  return x > y ? static_cast<uint64_t>(x) - static_cast<uint64_t>(y)
               : static_cast<uint64_t>(y) - static_cast<uint64_t>(x);
}

struct Limits {
  int64_t ulps;
  double rel, abs;

  bool hasRealLimit() const { return rel >= 0 || abs >= 0; }

  bool accepts(double got, double expected, int32_t bits) const {
    if (std::isnan(expected) || std::isnan(got))
      return std::isnan(expected) && std::isnan(got);
    if (got == expected)
      return true;
    bool byUlps = ulps >= 0 || !hasRealLimit();
    if (byUlps && ulpDistance(got, expected, bits) <=
                      static_cast<uint64_t>(ulps >= 0 ? ulps : defaultUlps))
      return true;
    if (!hasRealLimit() || std::isinf(expected))
      return false;
    double limit =
        (abs >= 0 ? abs : 0) + (rel >= 0 ? rel : 0) * std::fabs(expected);
    return std::fabs(got - expected) <= limit;
  }
};

bool sameBits(const char *got, const char *expected, int32_t bits,
              bool isReal) {
  if (isReal && std::isnan(readReal(got, bits)))
    return std::isnan(readReal(expected, bits));
  if (bits == 1)
    return readInteger(got, bits) == readInteger(expected, bits);
  return std::memcmp(got, expected, bits / 8) == 0;
}

// Writes a miss, unless there were many.
void report(const char *place, int64_t miss, llvm::StringRef text) {
  if (!output)
    return;
  if (miss < maxReported)
    *output << place << ": check missed" << text << '\n';
  else if (miss == maxReported)
    *output << place << ": and more\n";
}

void finishCheck(int64_t misses) {
  ++counts.ran;
  if (misses > 0)
    ++counts.missed;
}

} // namespace

void startChecks(llvm::raw_ostream &os) {
  output = &os;
  counts = CheckCounts();
}

CheckCounts countChecks() { return counts; }

} // namespace mlir::eq

using namespace mlir::eq;

extern "C" void eqtest_compare(const char *place, int32_t isReal, int32_t bits,
                               int32_t rank, const void *value,
                               const void *expected, int32_t mode, int64_t ulps,
                               double rel, double abs) {
  Elements got(value, rank), wanted(expected, rank);
  if (got.sizes != wanted.sizes) {
    report(place, 0, ": expected and got have different shapes");
    return finishCheck(1);
  }
  Limits limits = {ulps, rel, abs};
  int64_t bytes = bits < 8 ? 1 : bits / 8, misses = 0;
  for (int64_t i = 0, n = got.count(); i < n; ++i) {
    const char *left = got.at(i, bytes), *right = wanted.at(i, bytes);
    std::string text;
    llvm::raw_string_ostream os(text);
    if (isReal) {
      double a = readReal(left, bits), b = readReal(right, bits);
      bool fine = mode == 1 ? sameBits(left, right, bits, true)
                            : limits.accepts(a, b, bits);
      if (fine)
        continue;
      os << got.indexText(i) << ": expected " << llvm::format("%.17g", b)
         << ", got " << llvm::format("%.17g", a) << ", "
         << ulpDistance(a, b, bits) << " ULPs and "
         << llvm::format("%.3g", std::fabs(a - b)) << " apart";
    } else {
      int64_t a = readInteger(left, bits), b = readInteger(right, bits);
      uint64_t distance =
          a > b ? static_cast<uint64_t>(a) - static_cast<uint64_t>(b)
                : static_cast<uint64_t>(b) - static_cast<uint64_t>(a);
      if (distance == 0 ||
          (mode == 0 && abs >= 0 && static_cast<double>(distance) <= abs))
        continue;
      os << got.indexText(i) << ": expected " << b << ", got " << a << ", "
         << distance << " apart";
    }
    report(place, misses++, text);
  }
  finishCheck(misses);
}

extern "C" void eqtest_status(const char *place, int32_t rank,
                              const void *value, const void *expected) {
  Elements got(value, rank), wanted(expected, 1);
  int64_t n = got.count(), names = wanted.count(), misses = 0;
  if (names != 1 && names != n) {
    report(place, 0,
           ": expected " + std::to_string(names) + " statuses, got " +
               std::to_string(n));
    return finishCheck(1);
  }
  for (int64_t i = 0; i < n; ++i) {
    int64_t a = readInteger(got.at(i, 4), 32);
    int64_t b = readInteger(wanted.at(names == 1 ? 0 : i, 4), 32);
    if (a == b)
      continue;
    report(place, misses++,
           got.indexText(i) + ": expected " +
               statusName(static_cast<int32_t>(b)).str() + ", got " +
               statusName(static_cast<int32_t>(a)).str());
  }
  finishCheck(misses);
}
