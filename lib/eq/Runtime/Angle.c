/* Large angles, taken apart: x = k pi / 2 + r with |r| <= pi / 4.
 *
 * 2 x / pi mod 4 needs only those bits of 2 / pi whose products with x are
 * below 4: as many as x has, 64 more for an x that is near a multiple of
 * pi / 2, and as many as the result has (Payne and Hanek, 1983).
 */

#include "eq/Runtime/Generated.h"

#include <math.h>
#include <string.h>

/* The bits of 2 / pi, the first of weight 2^63. */
static const uint64_t two_over_pi[] = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0,
    0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
    0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
};

__extension__ typedef unsigned __int128 uint128;

/* f of 2 x / pi = 4 n + k + f with |f| <= 1/2, as f = sign 2^-126 fraction. */
typedef struct {
  int32_t quarters; /* k, 0 to 3 */
  int32_t is_negative;
  uint128 fraction;
  int32_t shift; /* the fraction was shifted left by this many bits more */
} turns;

static turns take_turns(double x) {
  uint64_t word;
  memcpy(&word, &x, sizeof(word));
  int exponent = (int)(word >> 52 & 0x7ff) - 1075;
  uint64_t mantissa = (word & 0xfffffffffffff) | 0x10000000000000;

  /* 192 bits of 2 / pi from the one whose product with 2^exponent is 2. */
  int first = 62 + exponent;
  const uint64_t *words = two_over_pi + first / 64;
  int by = first % 64;
  uint64_t window[3];
  for (int i = 0; i < 3; ++i)
    window[i] = by == 0 ? words[i] : words[i] << by | words[i + 1] >> (64 - by);

  /* Times the mantissa; what is 4 and more falls off. */
  uint128 low = (uint128)mantissa * window[2];
  uint128 middle = (uint128)mantissa * window[1] + (low >> 64);
  uint64_t high = mantissa * window[0] + (uint64_t)(middle >> 64);
  uint64_t product[3] = {high, (uint64_t)middle, (uint64_t)low};

  turns result = {(int32_t)(high >> 62), 0, 0, 0};
  /* The fraction's first bit says that k + 1 is nearer. */
  if (high >> 61 & 1) {
    result.quarters = (result.quarters + 1) & 3;
    result.is_negative = 1;
    for (int i = 0; i < 3; ++i)
      product[i] = ~product[i];
  }
  product[0] &= 0x3fffffffffffffff;
  while (product[0] >> 61 == 0 && result.shift < 126) {
    product[0] = product[0] << 1 | product[1] >> 63;
    product[1] = product[1] << 1 | product[2] >> 63;
    product[2] <<= 1;
    ++result.shift;
  }
  result.fraction = (uint128)product[0] << 64 | product[1];
  if (word >> 63) {
    result.is_negative = !result.is_negative;
    result.quarters = (4 - result.quarters) & 3;
  }
  return result;
}

static int is_finite(double x) { return fabs(x) <= 0x1.fffffffffffffp1023; }

double eqrt_far_quarters(double x) {
  return is_finite(x) && fabs(x) >= 1 ? take_turns(x).quarters : 0;
}

/* r, rounded, in `high`, and what rounding has taken from it in `low`. */
static void take_rest(double x, double *high_rest, double *low_rest) {
  if (!is_finite(x) || fabs(x) < 1) {
    *high_rest = *low_rest = x - x;
    return;
  }
  turns part = take_turns(x);
  /* The fraction as a sum of two numbers, times pi / 2 as such a sum. */
  double high = (double)(uint64_t)(part.fraction >> 75) * 0x1p75;
  uint128 rest = part.fraction & (((uint128)1 << 75) - 1);
  double low = (double)(uint64_t)(rest >> 22) * 0x1p22;
  double half_pi = 0x1.921fb54442d18p0, half_pi_rest = 0x1.1a62633145c07p-54;
  double product = high * half_pi;
  double error = fma(high, half_pi, -product);
  error += fma(high, half_pi_rest, low * half_pi);
  double sum = product + error;
  double sign = part.is_negative ? -1 : 1;
  *high_rest = ldexp(sign * sum, -126 - part.shift);
  *low_rest = ldexp(sign * (error - (sum - product)), -126 - part.shift);
}

double eqrt_far_rest(double x) {
  double high, low;
  take_rest(x, &high, &low);
  return high;
}

double eqrt_far_rest_low(double x) {
  double high, low;
  take_rest(x, &high, &low);
  return low;
}
