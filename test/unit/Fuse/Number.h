// A number with the operations that eq's functions are written in: what is
// tested is the very sequence of rounded operations that is emitted.
#ifndef EQ_TEST_UNIT_FUSE_NUMBER_H
#define EQ_TEST_UNIT_FUSE_NUMBER_H

#include "../../../lib/eq/Fuse/Math/Common.h"
#include "eq/Runtime/Generated.h"

namespace mlir::eq::math_functions {

struct Flag {
  bool value;
  friend Flag operator&(Flag a, Flag b) { return {bool(a.value & b.value)}; }
  friend Flag operator|(Flag a, Flag b) { return {bool(a.value | b.value)}; }
  friend Flag operator^(Flag a, Flag b) { return {a.value != b.value}; }
  friend Flag operator!(Flag a) { return {!a.value}; }
};

template <class R> struct Number;

template <class R> struct Word {
  using Value = typename Format<R>::Word;
  Value value;
  Word(Value value) : value(value) {}
  friend Word operator+(Word a, Word b) { return Value(a.value + b.value); }
  friend Word operator-(Word a, Word b) { return Value(a.value - b.value); }
  friend Word operator&(Word a, Word b) { return a.value & b.value; }
  friend Word operator|(Word a, Word b) { return a.value | b.value; }
  friend Word operator^(Word a, Word b) { return a.value ^ b.value; }
  friend Word operator<<(Word a, int by) { return a.value << by; }
  friend Word operator>>(Word a, int by) { return a.value >> by; }
  friend Flag operator==(Word a, Word b) { return {a.value == b.value}; }
  friend Flag operator>=(Word a, Word b) { return {a.value >= b.value}; }
  friend Number<R> fromBits(Word a) {
    R value;
    std::memcpy(&value, &a.value, sizeof(value));
    return value;
  }
};

template <class R> struct Number {
  using Real = R;
  R value;
  Number(R value) : value(value) {}

  friend Number operator+(Number a, Number b) { return a.value + b.value; }
  friend Number operator-(Number a, Number b) { return a.value - b.value; }
  friend Number operator*(Number a, Number b) { return a.value * b.value; }
  friend Number operator/(Number a, Number b) { return a.value / b.value; }
  friend Number quotientOfTanh(Number a, Number b) { return a / b; }
  friend Number operator-(Number a) { return -a.value; }
  friend Number fma(Number a, Number b, Number c) {
    if constexpr (sizeof(R) == 4)
      return __builtin_fmaf(a.value, b.value, c.value);
    else
      return __builtin_fma(a.value, b.value, c.value);
  }
  friend Number sqrt(Number a) {
    if constexpr (sizeof(R) == 4)
      return __builtin_sqrtf(a.value);
    else
      return __builtin_sqrt(a.value);
  }
  friend Number floor(Number a) {
    if constexpr (sizeof(R) == 4)
      return __builtin_floorf(a.value);
    else
      return __builtin_floor(a.value);
  }
  friend Number abs(Number a) { return fromBits(bits(a) & ~Format<R>::sign); }
  friend Number copysign(Number a, Number b) {
    return fromBits((bits(a) & ~Format<R>::sign) | (bits(b) & Format<R>::sign));
  }
  friend Flag operator<(Number a, Number b) { return {a.value < b.value}; }
  friend Flag operator<=(Number a, Number b) { return {a.value <= b.value}; }
  friend Flag operator>(Number a, Number b) { return {a.value > b.value}; }
  friend Flag operator>=(Number a, Number b) { return {a.value >= b.value}; }
  friend Flag operator==(Number a, Number b) { return {a.value == b.value}; }
  friend Flag isNaN(Number a) { return {a.value != a.value}; }
  friend Number select(Flag condition, Number a, Number b) {
    return condition.value ? a : b;
  }
  friend Word<R> bits(Number a) { return wordOf(a.value); }
  friend Number<double> widen(Number a) { return double(a.value); }
  friend Number<float> narrow(Number a) { return float(a.value); }
  friend FarAngle<Number> farAngle(Number a, R from) {
    if (!(__builtin_fabs(a.value) > from))
      return {R(0), {a, R(0)}};
    double rest = eqrt_far_rest(a.value);
    R low = sizeof(R) == 4 ? R(rest - R(rest)) : R(eqrt_far_rest_low(a.value));
    return {R(eqrt_far_quarters(a.value)), {R(rest), low}};
  }
};

} // namespace mlir::eq::math_functions

#endif // EQ_TEST_UNIT_FUSE_NUMBER_H
