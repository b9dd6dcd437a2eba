"""What the conformance cases are written with: the oracles, a way to run a program, and checks.

    @case("fixed.scalar", file="fixed/scalar.mlir")
    def scalar(run):
        problem = oracle("fixed.scalar")
        result = run("solve", inputs={"x0": ...}, args={"tol": 1e-12, "max": 100})
        yield check("x", result.values["x"], problem["reference"]["value"], rtol, atol)

A case is a generator of checks; it never sees the schedule that it runs under. Expected numbers and tolerances are
those of oracles/*.json (oracles/README.md says how to read them).
"""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Callable

import numpy as np

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
SCHEDULES = ("serial", "cpu")

# Under these every sample has the bits that it has under #eq.serial. The first of each kind are what the tests can
# afford: two of lanes, one of threads and one of tiles.


@dataclass(frozen=True)
class Way:
    """One way to run a program, and how it is called in a sentence."""

    schedule: str
    options: tuple
    words: str


def lanes(count, refill, threads):
    """SIMD lanes; places wait until all are free where `refill` is their number."""
    return Way(f"#eq.lanes<lanes = {count}, rows = 1, refill = {refill}>", (f"--threads={threads}",),
               f"{count} lanes with refill {refill} and {threads} thread{'s' if threads > 1 else ''}")


def threads(block, refill, chunk, order):
    """Threads of a GPU, simulated; `order` is that of the threads of a kernel."""
    return Way(f"#eq.thread<block = {block}, refill = {refill}, chunk = {chunk}>", ("--on=sim", f"--sim-order={order}"),
               f"blocks of {block} with refill {refill} and chunks of {chunk or 'a size chosen at run time'} in the order '{order}'")


def tiles(warps, samples, rows, refill, chunk, order):
    """Tiles of samples of a GPU's blocks, simulated."""
    return Way(f"#eq.cta<warps = {warps}, samples = {samples}, rows = {rows}, refill = {refill}, chunk = {chunk}>",
               ("--on=sim", f"--sim-order={order}"),
               f"{warps} warp{'s' if warps > 1 else ''} with {samples} sample{'s' if samples > 1 else ''} a lane, {rows} rows, refill {refill} and "
               f"chunks of {chunk or 'a size chosen at run time'} in the order '{order}'")


WAYS = {"lanes": (lanes(4, 1, 2), lanes(16, 16, 3), lanes(1, 1, 1), lanes(16, 1, 1), lanes(4, 4, 3)),
        "threads": (threads(64, 4, 3, "descending"), threads(32, 1, 0, "ascending"), threads(128, 32, 1, "7")),
        "tiles": (tiles(2, 2, 8, 8, 3, "descending"), tiles(4, 1, 16, 16, 0, "ascending"), tiles(1, 4, 4, 1, 1, "7"))}  # fmt: skip
AFFORDED = {"lanes": WAYS["lanes"][:2], "threads": WAYS["threads"][:1], "tiles": WAYS["tiles"][:1]}

# A program that runs longer than this hangs: all of them together take less.
TIME_LIMIT = 300


def eq_run():
    """The program under test: of the build folder EQ_BUILD_DIR, or of the release build."""
    return Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build" / "release")) / "bin" / "eq-run"


# Oracles.


@cache
def problems():
    """All problems of oracles/, by id."""
    found = {}
    for file in sorted((HERE / "oracles").glob("*.json")):
        for problem in json.loads(file.read_text())["problems"]:
            found[problem["id"]] = problem
    return found


def oracle(id):
    """The problem of this name: a dictionary with inputs, reference and tolerance."""
    if id not in problems():
        raise KeyError(f"expected the id of a problem in oracles/, but got '{id}'")
    return problems()[id]


def array(spec, dtype=np.float64):
    """The array that an oracle means: a list (in which "inf" stands for infinity), or one that a formula makes."""
    if not isinstance(spec, dict):
        return np.array(spec, dtype=dtype)
    if spec.get("gen") != "v":
        raise ValueError(f"expected an array made by 'v', but got '{spec.get('gen')}'")
    k = np.arange(int(np.prod(spec["shape"])), dtype=np.int64)
    t = ((k + 1 + 4099 * spec["stream"]) * 40503) % 65521
    # At most 31 * 65520^3 < 2^54: exact in 64 bits.
    r = (31 * t * t * t + 7919 * t + 17) % 65521
    v = (r - 32760) / 32768
    made = (spec.get("offset", 0) + spec["scale"] * v).reshape(spec["shape"])
    first = spec.get("check", {}).get("first", [])
    if not np.array_equal(made.reshape(-1)[: len(first)], first):
        raise ValueError(f"expected the array to start with {first}, but got {made.reshape(-1)[: len(first)]}")
    return made.astype(dtype)


# Runs.


@dataclass
class Result:
    values: dict  # arrays by the names of the function's results
    stats: dict  # what eq-run --json wrote


class RunFailed(Exception):
    """eq-run ended with an error, and this is what it said."""


def run(file, function, inputs=None, args=None, on="cpu", options=()):
    """Runs a function of a program: arrays from `inputs`, numbers from `args`, both by name."""
    with tempfile.TemporaryDirectory() as folder:
        given, results, stats = (Path(folder, name) for name in ("inputs.npz", "results.npz", "stats.json"))
        command = [eq_run(), HERE / file, f"--function={function}", f"--on={on}", f"--out={results}", f"--json={stats}",
                   *options]
        if inputs:
            np.savez(given, **inputs)
            command.append(f"--in={given}")
        for name, value in (args or {}).items():
            # .item(): NumPy's numbers print with their type.
            value = value.item() if isinstance(value, np.generic) else value
            command += ["--arg", f"{name}={value!r}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise RunFailed(f"{file} @{function}: eq-run ended with code {done.returncode}\n{done.stderr[-4000:]}")
        with np.load(results) as arrays:
            return Result(dict(arrays), json.loads(stats.read_text()))


# Checks.


@dataclass
class Check:
    name: str
    passed: bool
    error: float  # the distance that was found where the check is tightest
    tolerance: float  # what was allowed there
    text: str = ""  # what was expected and got, if it did not pass
    whole: bool = False  # compares whole numbers or bits: not a distance to be shown

    @property
    def used(self):
        """The part of the tolerance that is used up: above 1 fails."""
        if self.error == 0:
            return 0.0
        return self.error / self.tolerance if self.tolerance > 0 else float("inf")


def _place(index):
    return "[" + ", ".join(str(i) for i in index) + "]" if index else ""


def check(name, got, want, rtol, atol):
    """|got - want| <= atol + rtol |want| for every entry; infinite entries are equal."""
    got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    if got.shape != want.shape:
        return Check(name, False, np.inf, 0.0, f"expected the shape {want.shape}, but got {got.shape}")
    if want.size == 0:
        return Check(name, False, np.inf, 0.0, "expected something to compare, but there is none")
    # The distance to NaN, and between an infinity and anything else, counts as infinite.
    with np.errstate(invalid="ignore"):
        error = np.where(got == want, 0.0, np.abs(got - want))
        error = np.where(np.isfinite(error), error, np.inf)
        allowed = np.where(np.isfinite(want), atol + rtol * np.abs(want), 0.0)
        used = np.where(error == 0, 0.0, error / np.where(allowed > 0, allowed, np.nan))
    used = np.where(np.isnan(used), np.inf, used)
    # Where all are exact, the tightest place is that of the smallest tolerance.
    worst = np.unravel_index(np.argmax(used) if used.max() > 0 else np.argmin(allowed), want.shape)
    passed = bool(np.all(error <= allowed))
    text = "" if passed else f"expected {want[worst]!r} at {_place(worst)}, but got {got[worst]!r}"
    return Check(name, passed, float(error[worst]), float(allowed[worst]), text)


def exact(name, got, want):
    """Equal in every entry; the error counts the entries that differ."""
    got, want = np.asarray(got), np.asarray(want)
    if got.shape != want.shape:
        return Check(name, False, np.inf, 0.0, f"expected the shape {want.shape}, but got {got.shape}")
    if want.size == 0:
        return Check(name, False, np.inf, 0.0, "expected something to compare, but there is none")
    differ = np.argwhere(got != want)
    if len(differ) == 0:
        return Check(name, True, 0.0, 0.0, whole=True)
    at = tuple(int(i) for i in differ[0])
    text = f"expected {want[at]} at {_place(at)}, but got {got[at]}"
    return Check(name, False, float(len(differ)), 0.0, text, whole=True)


def counts(name, got, want, step_over_tol, previous_step_over_tol):
    """Iteration counts, equal but for one where rounding may decide.

    The last step that the oracle needed was `step_over_tol` times the tolerance: above 0.98 it may fail the test, and
    one more follows. The step before was `previous_step_over_tol` times it: below 1.02 it may already pass.
    """
    got, want, last, previous = np.broadcast_arrays(got, want, step_over_tol, previous_step_over_tol)
    if np.shape(got) != np.shape(want) or want.size == 0:
        return Check(name, False, np.inf, 0.0, f"expected the shape {want.shape}, but got {got.shape}")
    more = np.where(last > 0.98, 1, 0)
    less = np.where(previous < 1.02, 1, 0)
    difference = got.astype(np.int64) - want.astype(np.int64)
    good = (difference <= more) & (difference >= -less)
    allowed = np.where(difference >= 0, more, less)
    worst = np.unravel_index(np.argmax(np.abs(difference) - allowed), want.shape)
    text = "" if good.all() else f"expected {want[worst]} iterations at {_place(worst)}, but got {got[worst]}"
    return Check(name, bool(good.all()), float(abs(difference[worst])), float(allowed[worst]), text, whole=True)


# Cases.


@dataclass
class Case:
    id: str
    file: str
    function: Callable


@dataclass
class Outcome:
    """What became of a case under one schedule."""

    id: str
    schedule: str
    checks: list = field(default_factory=list)
    iterations: list = field(default_factory=list)  # of every sample of every solve
    failure: str = ""  # why the case ended early
    runs: list = field(default_factory=list)  # what was asked of eq-run, and the arrays that came out

    @property
    def passed(self):
        return not self.failure and bool(self.checks) and all(c.passed for c in self.checks)

    @property
    def worst(self):
        """The distance that came closest to its limit; a check that failed before all others."""
        return max(self.checks, key=lambda c: (not c.passed, not c.whole, c.used), default=None)

    def misses(self):
        """One line for everything that is wrong."""
        lines = [f"{c.name}: {c.text} (error {c.error:.3g}, tolerance {c.tolerance:.3g})"
                 for c in self.checks if not c.passed]
        if self.failure:
            lines.append(self.failure)
        elif not self.checks:
            lines.append("expected the case to check something, but it did not")
        return "\n".join(lines)


CASES = {}
LISTED = {}
PARTLY = {}


def case(id, file):
    """Registers a generator function as the case of an id."""

    def register(function):
        if id in CASES or id in LISTED:
            raise ValueError(f"expected one case for '{id}', but got two")
        if id not in problems():
            raise ValueError(f"expected a case for a problem in oracles/, but got '{id}'")
        CASES[id] = Case(id, file, function)
        return function

    return register


def listed(id, reason):
    """Says why an id has no case yet."""
    if id in CASES or id in LISTED:
        raise ValueError(f"expected one entry for '{id}', but got two")
    LISTED[id] = reason


def partly(id, reason):
    """Says which of the numbers of an id its case leaves out, and why."""
    PARTLY[id] = reason


def perform(id, schedule):
    """Runs a case under a schedule, and gives what became of it."""
    found = CASES[id]
    outcome = Outcome(id, schedule)

    def bound_run(function, inputs=None, args=None, file=found.file):
        result = run(file, function, inputs, args, schedule)
        outcome.runs.append(((file, function, dict(inputs or {}), dict(args or {})), result.values))
        counted = [n for solve in result.stats["solves"] for n in solve["iterations"]]
        # A bare eq.loop has no status and so no report: its steps are a result.
        counted = counted or [int(n) for n in np.ravel(result.values.get("steps", []))]
        outcome.iterations += counted
        return result

    try:
        for one in found.function(bound_run):
            outcome.checks.append(one)
    except (RunFailed, subprocess.TimeoutExpired, KeyError) as error:
        outcome.failure = f"{type(error).__name__}: {error}"
    return outcome


# Bits.


@dataclass
class Comparison:
    """Whether the runs of a case have the same bits under schedules of one kind."""

    id: str
    kind: str  # lanes, threads or tiles
    runs: int = 0  # compared, over all schedules
    loops: int = 0  # outermost loops of the functions that ran
    scheduled: int = 0  # of these, with the schedule that was asked for
    differences: list = field(default_factory=list)

    @property
    def verdict(self):
        if self.differences:
            return "DIFFERS"
        return "same" if self.runs > 0 else "none"


def as_bits(array):
    """The array with one NaN, as bytes."""
    array = np.asarray(array)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), np.array(np.nan, array.dtype), array)
    return array.dtype.str, array.shape, array.tobytes()


def loops_of(file, schedule):
    """The outermost loops of each function of a program, and how many of them the schedule stage runs as asked."""
    eq_opt = eq_run().with_name("eq-opt")
    command = [eq_opt, HERE / file, "--eq-verify", "--eq-expand", "--eq-fuse", f"--eq-schedule-choose=override='{schedule}'"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RunFailed(f"{file}: eq-opt ended with code {done.returncode}\n{done.stderr[-4000:]}")
    found = {}
    for part in done.stdout.split("func.func ")[1:]:
        name = part.partition("@")[2].partition("(")[0]
        found[name] = part.count("schedule(#eq."), part.count(f"schedule({schedule.partition('<')[0]}")
    return found


def compare_bits(outcome, kind, ways=None):
    """Runs what a case ran under #eq.serial again, under schedules of a kind, where a loop can have them."""
    ways = WAYS[kind] if ways is None else ways
    comparison = Comparison(outcome.id, kind)
    able = set()
    for file in sorted({asked[0] for asked, _ in outcome.runs}):
        found = loops_of(file, ways[0].schedule)
        for function in {asked[1] for asked, _ in outcome.runs if asked[0] == file}:
            comparison.loops += found[function][0]
            comparison.scheduled += found[function][1]
            if found[function][1] > 0:
                able.add((file, function))
    for way in ways:
        for (file, function, inputs, args), expected in outcome.runs:
            if (file, function) not in able:
                continue
            options = [f"--schedule={way.schedule}", *way.options]
            where = f"{file} @{function} under {' '.join(options)}"
            try:
                got = run(file, function, inputs, args, options=options).values
            except (RunFailed, subprocess.TimeoutExpired) as error:
                comparison.differences.append(f"{where}: {error}")
                continue
            comparison.runs += 1
            for name in expected.keys() | got.keys():
                if name not in got or name not in expected or as_bits(got[name]) != as_bits(expected[name]):
                    comparison.differences.append(f"{where}: expected the bits of #eq.serial in '{name}'")
    return comparison
