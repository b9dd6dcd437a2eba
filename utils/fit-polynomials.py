#!/usr/bin/env python3
"""Fits the polynomials of eq's own transcendental functions, and prints lib/eq/Fuse/Math/Coefficients.h.

Each table is the weighted least-squares fit of a smooth function on Chebyshev nodes, which is within a small factor of
the best fit in the largest error, made with 60 digits. Coefficients are rounded to their type one after the other, from
the lowest; those behind are fitted again, so that they make up for the rounding. The largest weighted error on a grid
is printed to stderr, in bits: it is what the polynomial alone adds to a result's relative error.

    fit-polynomials.py > lib/eq/Fuse/Math/Coefficients.h      needs mpmath (utils/requirements.txt)
"""

import sys

from mpmath import asin, asinh, atan, atanh, cbrt, cos, cosh, diff, erf, erfc, exp, expm1, floor, log, mp, mpf, qr_solve, sin, sinh, sqrt, tanh

mp.dps = 60
BITS = {"float": 24, "double": 53}
LN2, PI = log(2), mp.pi


def rounded(value, real):
    """The nearest number of the type `real`."""
    if value == 0:
        return mpf(0)
    with mp.workprec(BITS[real]):
        return +value


def literal(value, real):
    """A C++ hexadecimal literal of exactly this number."""
    text = float(value).hex()
    mantissa, power = text.split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}p{power}" + ("f" if real == "float" else "")


def series(f, at_zero, small=mpf(10) ** -12):
    """f, but `at_zero` where f would divide zero by zero."""
    return lambda x: at_zero if abs(x) < small else f(x)


def least_squares(points, values, weights, powers):
    rows = mp.matrix(len(points), len(powers))
    right = mp.matrix(len(points), 1)
    for i, (x, y, w) in enumerate(zip(points, values, weights)):
        right[i] = w * y
        for j, power in enumerate(powers):
            rows[i, j] = w * x**power
    return qr_solve(rows, right)[0]


def fit(name, f, weight, low, high, count, real):
    """`count` coefficients of f on [low, high], where an error e of the polynomial matters as e * weight."""
    low, high = mpf(low), mpf(high)

    def nodes(number):
        return [(low + high) / 2 + (high - low) / 2 * cos(PI * (2 * i + 1) / (2 * number)) for i in range(number)]

    points = nodes(3 * count + 5)
    values, weights = [f(x) for x in points], [weight(x) for x in points]
    coefficients = []
    for index in range(count):
        if index < 4 or real == "float":  # later roundings are too small to be worth a fit each
            rest = list(least_squares(points, values, weights, range(index, count)))
        else:
            rest = rest[1:]
        coefficient = rounded(rest[0], real)
        values = [y - coefficient * x**index for x, y in zip(points, values)]
        coefficients.append(coefficient)
    worst = max(abs((sum(c * x**i for i, c in enumerate(coefficients)) - f(x)) * weight(x)) for x in nodes(211))
    print(f"{real:6} {name:12} {count:2} coefficients, error 2^{float(log(worst, 2)):.1f}", file=sys.stderr)
    return coefficients


def split(value, real, bits=None):
    """A number as a sum of two of its type; the first with at most `bits` bits."""
    with mp.workprec(bits or BITS[real]):
        high = +value
    return [high, rounded(value - high, real)]


def positive_parts(value, real, count):
    """A positive number as a sum of `count` positive ones of its type."""
    result = []
    for _ in range(count):
        part = rounded(value, real)
        if part > value:
            part -= mpf(2) ** (int(floor(log(part, 2))) + 1 - BITS[real])
        result.append(part)
        value -= part
    return result


def one(x):
    return mpf(1)


# The scaled complementary error function, times (1 + 2 a) so that it stays between 1 and 1.3, over (a - K) / (a + K).
K = {"float": mpf(2), "double": mpf(7) / 2}


def scaled_erfc(a):
    return exp(a * a) * erfc(a) * (1 + 2 * a)


def of_fraction(real):
    at_zero = scaled_erfc(K[real])
    return series(lambda u: (scaled_erfc(K[real] * (1 + u) / (1 - u)) - at_zero) / u,
                  diff(lambda u: scaled_erfc(K[real] * (1 + u) / (1 - u)), 0))


def fraction(a):
    return lambda real: (a[real] - K[real]) / (a[real] + K[real])


# name: (function, weight of its error, interval, coefficients for float and for double)
FITS = {
    # (e^r - 1 - r) / r^2
    "exp": (series(lambda r: (expm1(r) - r) / r**2, mpf(1) / 2), abs, (-LN2 * 0.52, LN2 * 0.52), 5, 10),
    # ((e^(2 r) - 1) / 2 - r) / r^2
    "halfExpm1OfTwice": (series(lambda r: (expm1(2 * r) / 2 - r) / r**2, mpf(1)), abs,
                         (-LN2 * 0.2505, LN2 * 0.2505), 5, 11),
    # (2^r - 1) / r
    "exp2": (series(lambda r: expm1(r * LN2) / r, LN2), abs, (-0.501, 0.501), 6, 12),
    # (sinh r / r - 1) / r^2 and (cosh r - 1) / r^2, over r^2
    "sinh": (series(lambda z: (sinh(sqrt(z)) / sqrt(z) - 1) / z, mpf(1) / 6), abs, (0, (LN2 * 0.52) ** 2), 3, 6),
    "cosh": (series(lambda z: (cosh(sqrt(z)) - 1) / z, mpf(1) / 2), abs, (0, (LN2 * 0.52) ** 2), 3, 6),
    # (log(1 + f) - f) / f^2
    "log": (series(lambda f: (log(1 + f) - f) / f**2, -mpf(1) / 2), abs, (sqrt(0.5) - 1, sqrt(2) - 1), 9, None),
    # (2 atanh(s) / s - 2) / s^2, over s^2
    "logOdd": (series(lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, mpf(2) / 3), abs, (0, 0.02945), None, 7),
    # The same for s up to 1/3.
    "logOddFar": (series(lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, mpf(2) / 3), abs, (0, 0.1112), 5, 10),
    # (acosh(1 + t) / sqrt(2 t) - 1) / t
    "acosh": (series(lambda t: (asinh(sqrt(t * (2 + t))) / sqrt(2 * t) - 1) / t, -mpf(1) / 12), abs, (0, 0.2501), 4, 9),
    # (atanh(s) / s - 1 - s^2 / 3) / s^4, over s^2
    "logPow": (series(lambda z: (atanh(sqrt(z)) / sqrt(z) - 1 - z / 3) / z**2, mpf(1) / 5), lambda z: z * z,
               (0, 0.02945), None, 8),
    # log2(1 + f) / f, and 2^r, well enough for a float power in double arithmetic
    "log2Coarse": (series(lambda f: log(1 + f) / f / LN2, 1 / LN2), one, (sqrt(0.5) - 1, sqrt(2) - 1), None, 15),
    "exp2Coarse": (lambda r: exp(r * LN2), one, (-0.501, 0.501), None, 8),
    # (sin r / r - 1) / r^2 and (cos r - 1 + r^2 / 2) / r^4, over r^2
    "sin": (series(lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, -mpf(1) / 6), abs, (0, (PI * 0.2551) ** 2), 3, 6),
    "cos": (series(lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, mpf(1) / 24), lambda z: z * z,
            (0, (PI * 0.2551) ** 2), 3, 6),
    # (atan t / t - 1) / t^2, over t^2
    "atan": (series(lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, -mpf(1) / 3), abs, (0, 0.1717), 5, 11),
    # (asin s / s - 1) / s^2, over s^2
    "asin": (series(lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z, mpf(1) / 6), abs, (0, 0.25), 6, 13),
    # (erf a / a - 2 / sqrt(pi)) / a^2, over a^2
    "erf": (series(lambda z: (erf(sqrt(z)) / sqrt(z) - 2 / sqrt(PI)) / z, -2 / sqrt(PI) / 3, mpf(10) ** -20), abs,
            (0, 1), 6, 12),
    # (1 + 2 a) e^(a^2) erfc(a), without what it is at K and over u = (a - K) / (a + K), from 1/2 to where erfc is 0
    "erfcScaled": (of_fraction, abs, (fraction({"float": mpf("0.5"), "double": mpf("0.5")}),
                                      fraction({"float": mpf("10.1"), "double": mpf("27.3")})), 10, 21),
    # m^(-1/3) over m - 1
    "cbrt": (lambda d: 1 / cbrt(1 + d), one, (sqrt(0.5) - 1, sqrt(2) - 1), 5, 7),
}


def constants(real):
    bits = BITS[real]
    spare = {"float": 10, "double": 13}[real]  # |exponent| needs one less
    yield "log2e", [rounded(1 / LN2, real)]
    yield "ln2", [rounded(LN2, real)]
    yield "ln2Parts", split(LN2, real, bits - spare)
    yield "log10Of2Parts", split(LN2 / log(10), real, bits - spare)
    yield "log2eParts", split(1 / LN2, real)
    yield "log10eParts", split(1 / log(10), real)
    yield "twoOverPi", [rounded(2 / PI, real)]
    yield "halfPiParts", split(PI / 2, real)
    yield "quarterTurnParts", positive_parts(PI / 2, real, 3)
    yield "quarterPiParts", split(PI / 4, real)
    yield "thirdParts", split(mpf(1) / 3, real)
    yield "erfParts", split(2 / sqrt(PI), real)
    yield "erfcCentre", [K[real]]
    yield "erfcAtCentreParts", split(scaled_erfc(K[real]), real)
    yield "cbrtTwo", [rounded(cbrt(2), real)]
    yield "cbrtHalf", [rounded(1 / cbrt(2), real)]


def tables(real):
    yield from constants(real)
    for name, (f, weight, (low, high), *counts) in FITS.items():
        count = counts[0 if real == "float" else 1]
        if count is not None:
            if name == "erfcScaled":
                f, low, high = f(real), low(real), high(real)
            coefficients = fit(name, f, weight, low, high, count, real)
            yield name, coefficients


def main():
    print("// Constants and polynomials, lowest power first; what each stands for is said\n// where it is fitted.\n//\n"
          "// Made by utils/fit-polynomials.py: edit that, and run it.\n"
          "#ifndef EQ_FUSE_MATH_COEFFICIENTS_H\n#define EQ_FUSE_MATH_COEFFICIENTS_H\n\n"
          "// clang-format off\n\nnamespace mlir::eq::math_functions {\n\ntemplate <class Real> struct Table;\n")
    for real in BITS:
        print(f"template <> struct Table<{real}> {{")
        for name, values in tables(real):
            if len(values) == 1:
                print(f"  static constexpr {real} {name} = {literal(values[0], real)};")
                continue
            print(f"  static constexpr {real} {name}[] = {{")
            for value in values:
                print(f"      {literal(value, real)},")
            print("  };")
        print("};\n")
    print("} // namespace mlir::eq::math_functions\n\n#endif // EQ_FUSE_MATH_COEFFICIENTS_H")


if __name__ == "__main__":
    main()
