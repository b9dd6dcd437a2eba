"""Functions in compiled programs: the same bits one by one and in lanes, and the numbers of mpmath.

Remainders are exact, and those of C's fmod, in simulated kernels too.
"""

import os
import re
import subprocess
from pathlib import Path

import mpmath
import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EQ_RUN = Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build/release")) / "bin/eq-run"
LANES = [4, 8, 16]

# Name in MLIR, the exact function.
UNARY = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "expm1": mpmath.expm1,
    "tanh": mpmath.tanh,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
    "log1p": mpmath.log1p,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "atan": mpmath.atan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
}
BINARY = {"powf": lambda x, y: x**y, "atan2": mpmath.atan2}
POSITIVE = {"log", "log2", "log10", "rsqrt", "powf"}

PROGRAM = """
func.func @apply(%x: tensor<?xTYPE> {eq.name = "x"}, %y: tensor<?xTYPE> {eq.name = "y"}) -> (tensor<?xTYPE> {eq.name = "z"}) {
  %zero = arith.constant 0.0 : TYPE
  %one = arith.constant 1 : i32
  %z, %residual, %iterations, %status = eq.fixed_point init(%x : tensor<?xTYPE>) ins(%y : tensor<?xTYPE>)
      until(abs = %zero : TYPE, max = %one : i32) method(#eq.picard) {
  ^bb0(%x: TYPE, %y: TYPE):
    %f = OP : TYPE
    eq.yield %f : TYPE
  }
  return %z : tensor<?xTYPE>
}
"""


def run(folder, op, dtype, x, y, schedule):
    text = PROGRAM.replace("OP", f"math.{op} %x, %y" if op in BINARY else f"math.{op} %x")
    return run_program(folder, text, dtype, x, y, f"--schedule={schedule}")


def run_program(folder, text, dtype, x, y, *options):
    (folder / "apply.mlir").write_text(text.replace("TYPE", "f32" if dtype == np.float32 else "f64"))
    np.savez(folder / "in.npz", x=x, y=y)
    command = [EQ_RUN, folder / "apply.mlir", "--in", folder / "in.npz", "--out", folder / "out.npz"]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "out.npz") as data:
        return data["z"]


def arguments(op, dtype):
    random = np.random.default_rng(5)
    x = np.concatenate([random.uniform(-1, 1, 40), random.uniform(-20, 20, 40)])
    if op in ("asin", "acos", "atanh"):
        x = np.clip(x, -1, 1)
    if op in ("sin", "cos", "tan"):  # far angles among near ones, and alone in a block of lanes
        x[::7] *= 1e9 if dtype == np.float64 else 1e6
        x[16:32] *= 1e30
    if op in POSITIVE:
        x = abs(x)
    if op == "acosh":
        x = 1 + abs(x)
    if op == "log1p":
        x = np.maximum(x, -0.75)
    return x.astype(dtype), random.uniform(-3, 3, x.size).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("op", [*UNARY, *BINARY])
def test_lanes_and_truth(op, dtype, tmp_path):
    x, y = arguments(op, dtype)
    serial = run(tmp_path, op, dtype, x, y, "#eq.serial")
    with mpmath.workprec(300):
        for a, b, got in zip(x, y, serial):
            exact = BINARY[op](mpmath.mpf(float(a)), mpmath.mpf(float(b))) if op in BINARY else UNARY[op](mpmath.mpf(float(a)))
            if abs(exact) < float(np.finfo(dtype).max):
                assert abs(mpmath.mpf(float(got)) - exact) <= 2 * float(np.spacing(dtype(abs(float(exact))))), f"{op}({a}, {b})"
    for lanes in LANES:
        wide = run(tmp_path, op, dtype, x, y, f"#eq.lanes<lanes = {lanes}, rows = 1, refill = 1>")
        assert wide.tobytes() == serial.tobytes(), f"{lanes} lanes"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_special_values_in_lanes(dtype, tmp_path):
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 1e-40, 3e38], dtype)
    for op in UNARY:
        serial, wide = (run(tmp_path, op, dtype, x, x, s) for s in ("#eq.serial", "#eq.lanes<lanes = 8, rows = 1, refill = 1>"))
        # The solve keeps a state whose image is not finite; compare what it makes of it.
        assert np.array_equal(np.isnan(serial), np.isnan(wide)), op
        kept = ~np.isnan(serial)
        assert serial[kept].tobytes() == wide[kept].tobytes(), op


# One step without a condition, so that a NaN is a result like any other.
REMAINDER = """
func.func @apply(%x: tensor<?xTYPE> {eq.name = "x"}, %y: tensor<?xTYPE> {eq.name = "y"}) -> (tensor<?xTYPE> {eq.name = "z"}) {
  %one = arith.constant 1 : i32
  %z, %steps = eq.loop init(%x : tensor<?xTYPE>) ins(%y : tensor<?xTYPE>) max(%one : i32)
  step {
  ^bb0(%k: i32, %x: TYPE, %y: TYPE):
    %stop = arith.constant false
    %r = arith.remf %x, %y : TYPE
    eq.next %stop, %r : TYPE
  }
  return %z : tensor<?xTYPE>
}
"""


def dividends_and_divisors(dtype):
    random = np.random.default_rng(11)
    info, word = np.finfo(dtype), np.uint32 if dtype == np.float32 else np.uint64
    special = [0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 3, 0.1, info.tiny, info.smallest_subnormal, -info.smallest_subnormal, info.max]
    x, y = (grid.ravel() for grid in np.meshgrid(np.array(special, dtype), np.array(special, dtype)))
    count = 1000
    any_bits = [random.integers(0, np.iinfo(word).max, count, word).view(dtype) for _ in range(4)]
    subnormal = random.integers(1, 2**22, count).astype(dtype) * info.smallest_subnormal
    whole, times = random.integers(1, 2**20, count).astype(dtype), random.integers(0, 8, count).astype(dtype)
    x = [x, any_bits[0], any_bits[1], any_bits[2], whole * times, np.nextafter(whole * times, dtype(0)), subnormal, random.uniform(-99, 99, count)]
    y = [y, any_bits[3], subnormal, any_bits[2], -whole, whole, subnormal[::-1], random.uniform(-3, 3, count)]
    order = random.permutation(sum(part.size for part in x))  # long divisions beside short ones
    return tuple(np.concatenate([part.astype(dtype) for part in parts])[order] for parts in (x, y))


SCHEDULES = {
    "serial": ["--schedule=#eq.serial"],
    "4 lanes": ["--schedule=#eq.lanes<lanes = 4, rows = 1, refill = 1>"],
    "16 lanes": ["--schedule=#eq.lanes<lanes = 16, rows = 1, refill = 1>"],
    "threads": ["--on=sim", "--schedule=#eq.thread<block = 64, refill = 2>"],
    "tiles": ["--on=sim", "--schedule=#eq.cta<warps = 1, samples = 2, refill = 4>"],
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_remainders_are_exact(schedule, dtype, tmp_path):
    x, y = dividends_and_divisors(dtype)
    got = run_program(tmp_path, REMAINDER, dtype, x, y, *SCHEDULES[schedule])
    with np.errstate(invalid="ignore"):
        exact = np.fmod(x, y)
    isnan = np.isnan(exact)
    assert np.array_equal(np.isnan(got), isnan)
    assert got[~isnan].tobytes() == exact[~isnan].tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("op", ["asinh", "acosh", "atanh"])
def test_kernels_have_the_bits_of_serial(op, dtype, tmp_path):
    x, y = arguments(op, dtype)
    x[:9] = [0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 1e-40, 3e38]
    text = REMAINDER.replace("arith.remf %x, %y", f"math.{op} %x")
    serial, *kernels = (run_program(tmp_path, text, dtype, x, y, *SCHEDULES[name]) for name in ("serial", "threads", "tiles"))
    kept = ~np.isnan(serial)
    for got in kernels:
        assert np.array_equal(np.isnan(got), ~kept)
        assert got[kept].tobytes() == serial[kept].tobytes()


def test_bits_of_two_over_pi():
    """The table that far angles are reduced with; its first word is of weight 2^63 to 1."""
    text = (REPOSITORY / "lib/eq/Runtime/Angle.c").read_text()
    table = re.search(r"two_over_pi\[\] = \{(.*?)\};", text, re.DOTALL).group(1)
    words = [int(word, 16) for word in re.findall(r"0x[0-9a-f]{16}", table)]
    # The first bit that the largest double needs has weight 2^-971, and 192 bits are read from there on.
    assert len(words) * 64 >= 64 + 971 + 192
    with mpmath.workprec(64 * len(words) + 64):
        bits = int(mpmath.floor(2 / mpmath.pi * mpmath.mpf(2) ** (64 * (len(words) - 1))))
    assert words == [bits >> 64 * i & (2**64 - 1) for i in reversed(range(len(words)))]
