"""The works: their data, their reference in double precision, and the rows of the limit kernels and of eq."""

import ctypes
import hashlib
import re
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any, Callable

import numpy as np

from . import machine, native
from .native import Failed, aligned, aligned_copy, pointer

SERIAL = "#eq.serial"


# Five rows of two vectors are what sixteen registers hold with some to spare.
def lanes(count, rows=5):
    return f"#eq.lanes<lanes = {count}, rows = {rows}, refill = 1, chunk = 0>"


# The rows of eq: name, program, schedule. None: the compiler's choice.
EQ_ROWS = {
    "deq": [
        ("eq", "deq", None),
        ("eq-serial", "deq", SERIAL),
        ("eq-lanes16", "deq", lanes(16)),
        ("eq-lanes32", "deq", lanes(32)),
        ("eq-lanes32-injected", "deq_injected", lanes(32)),
    ],
    "deq_gain": [
        ("eq", "deq_gain", None),
        ("eq-serial", "deq_gain", SERIAL),
        ("eq-lanes16", "deq_gain", lanes(16)),
        ("eq-lanes32", "deq_gain", lanes(32)),
    ],
    "two_layer": [
        ("eq", "two_layer", None),
        ("eq-serial", "two_layer", SERIAL),
        ("eq-lanes16", "two_layer", lanes(16)),
        ("eq-lanes32", "two_layer", lanes(32)),
    ],
    "lorenz": [
        ("eq", "lorenz", None),
        ("eq-serial", "lorenz", SERIAL),
        ("eq-lanes8", "lorenz", lanes(8, 1)),
        ("eq-lanes16", "lorenz", lanes(16, 1)),
        ("eq-lanes32", "lorenz", lanes(32, 1)),
    ],
    "vdp": [
        ("eq", "vdp", None),
        ("eq-serial", "vdp", SERIAL),
        ("eq-lanes8", "vdp", lanes(8, 1)),
        ("eq-lanes16", "vdp", lanes(16, 1)),
        ("eq-lanes32", "vdp", lanes(32, 1)),
    ],
    "kepler": [
        ("eq", "kepler", None),
        ("eq-serial", "kepler", SERIAL),
        ("eq-lanes8", "kepler", lanes(8, 1)),
        ("eq-lanes16", "kepler", lanes(16, 1)),
        ("eq-lanes32", "kepler", lanes(32, 1)),
    ],
}


def tried_rows(table, schedules):
    return [(f"eq-tried{i + 1}", table, schedule) for i, schedule in enumerate(schedules)]


@dataclass
class Row:
    """call() does the work; read() gives (solutions[batch, n] or None, iterations or None) of the last call.

    A row that does a part of the work only says so by `share`; one that takes its own time returns it in seconds.
    """

    name: str
    call: Callable[[], Any]
    read: Callable[[], tuple] = lambda: (None, None)
    share: float = 1.0
    timed: bool = False
    at_most: int = 1000
    notes: list = field(default_factory=list)


@dataclass
class Work:
    """kind: the program and the peers; data: arrays and numbers by name."""

    name: str
    kind: str
    data: dict
    calls: int = 0  # above 0: one sample, whose time is that of so many calls
    base: str = "limit"

    def make_rows(self, threads, tried):
        """(name, function that makes the row) of the limit and of eq; `tried`: schedules beside those of the table."""
        rows = [("limit", lambda: limit_row(self, "limit", 1))]
        if self.kind == "deq" and self.data["x"].shape[0] <= 64 and not self.calls:
            rows.append(("limit-one", lambda: limit_row(self, "limit-one", 1)))
        if threads > 1:
            rows.append((f"limit-{threads}", lambda: limit_row(self, f"limit-{threads}", threads)))
        table = "deq_gain" if self.kind == "deq" and self.data["gain"] is not None else self.kind
        for name, program, schedule in EQ_ROWS[table] + tried_rows(table, tried):
            rows.append((name, lambda n=name, p=program, s=schedule: eq_row(self, n, p, s, 1)))
            if threads > 1:
                full = f"{name}-{threads}"
                rows.append((full, lambda n=full, p=program, s=schedule: eq_row(self, n, p, s, threads)))
        if self.calls:
            rows.append(("eq-one", lambda: eq_row(self, "eq-one", table, None, 1, is_one=True)))
        return rows


# ---- Data ----------------------------------------------------------------------------------------------------------


def deq_data(size, batch, difficulty):
    """uniform: no gain. log: iterations spread evenly in their logarithm over 7 to 462. rare: 462 for 1 % of them."""
    random = np.random.default_rng(size)
    normal = random.standard_normal
    u, b = normal((size, size)) / np.sqrt(size), 0.1 * normal(size)
    # W keeps lengths and the states stay small, so that a step shrinks changes by about the gain.
    w, x = np.linalg.qr(normal((size, size)))[0], 0.1 * normal((batch, size))
    if difficulty == "uniform":
        w, x, gain = 0.6 * w, 3 * x, None
    else:
        x, b = 0.2 * x, 0.02 * b
        if difficulty == "log":
            wanted = 7.0 * (462 / 7) ** random.random(batch)
        else:
            wanted = np.where(random.permutation(batch) < max(batch // 100, 1), 462.0, 20.0)
        gain = gains_for(wanted, w, x @ u.T + b)
    single = {name: aligned_copy(a, np.float32) for name, a in dict(w=w, u=u, b=b, x=x).items()}
    gain = None if gain is None else aligned_copy(gain, np.float32)
    return {**single, "gain": gain, "tolerance": 1e-5, "max": 5000}


def gains_for(wanted, w, injection):
    """The gains with which the samples take the wanted iterations, within some percent."""
    grid = 1 - np.geomspace(0.95, 0.01, 40)
    few = injection[:64]
    counts = [np.log(count_iterations(w, few, np.full(len(few), gain))).mean() for gain in grid]

    def typical(wanted):
        return 1 - np.exp(np.interp(np.log(wanted), counts, np.log(1 - grid)))

    # What is typical, then corrected by what each sample takes with it.
    aim = wanted
    for _ in range(2):
        aim = aim * wanted / count_iterations(w, injection, typical(aim))
    return typical(aim)


def count_iterations(w, injection, gain):
    z, left, count = np.zeros_like(injection), np.arange(len(injection)), np.zeros(len(injection))
    while len(left):
        new = np.tanh(gain[left, None] * (z[left] @ w.T) + injection[left])
        change = np.linalg.norm(new - z[left], axis=1)
        z[left] = new
        count[left] += 1
        left = left[change > 1e-5]
    return count


def two_layer_data(size, hidden, batch):
    normal = np.random.default_rng(hidden).standard_normal
    data = {
        "w1": 0.9 * normal((hidden, size)) / np.sqrt(size),
        "w2": 0.9 * normal((size, hidden)) / np.sqrt(hidden),
        "u": normal((hidden, size)) / np.sqrt(size),
        "b1": 0.1 * normal(hidden),
        "b2": 0.1 * normal(size),
        "x": normal((batch, size)),
    }
    return {**{n: aligned_copy(a, np.float32) for n, a in data.items()}, "tolerance": 1e-5, "max": 1000}


def lorenz_data(batch, dtype, tolerance):
    rho = np.linspace(0.0, 28.0, batch)
    return {"start": [1.0, 0.0, 0.0], "parameter": aligned_copy(rho, dtype), "end": 1.0, "tolerance": tolerance}


def vdp_data(batch, tolerance):
    mu = np.random.default_rng(1).permutation(np.linspace(1.0, 50.0, batch))
    return {"start": [2.0, 0.0], "parameter": aligned_copy(mu), "end": 20.0, "tolerance": tolerance}


def kepler_data(batch):
    random = np.random.default_rng(2)
    return {
        "anomaly": aligned_copy(random.uniform(0.0, 2 * np.pi, batch)),
        "eccentricity": aligned_copy(random.uniform(0.0, 0.9, batch)),
        "tolerance": 1e-12,
        "max": 100,
    }


WORKS = {
    "deq-uniform-64": lambda: Work("", "deq", deq_data(64, 4096, "uniform")),
    "deq-uniform-128": lambda: Work("", "deq", deq_data(128, 4096, "uniform")),
    "deq-uniform-256": lambda: Work("", "deq", deq_data(256, 1024, "uniform")),
    "deq-uniform-64-small": lambda: Work("", "deq", deq_data(64, 64, "uniform")),
    "deq-uniform-128-small": lambda: Work("", "deq", deq_data(128, 64, "uniform")),
    "deq-uniform-256-small": lambda: Work("", "deq", deq_data(256, 64, "uniform")),
    "deq-log-64": lambda: Work("", "deq", deq_data(64, 4096, "log")),
    "deq-log-64-small": lambda: Work("", "deq", deq_data(64, 64, "log")),
    "deq-rare-64": lambda: Work("", "deq", deq_data(64, 4096, "rare")),
    "two-layer-48-96": lambda: Work("", "two_layer", two_layer_data(48, 96, 4096)),
    "two-layer-37-53": lambda: Work("", "two_layer", two_layer_data(37, 53, 4096)),
    "lorenz-f64-1e-6": lambda: Work("", "lorenz", lorenz_data(20000, np.float64, 1e-6)),
    "lorenz-f64-1e-8": lambda: Work("", "lorenz", lorenz_data(20000, np.float64, 1e-8)),
    "lorenz-f32-1e-5": lambda: Work("", "lorenz", lorenz_data(20000, np.float32, 1e-5)),
    "vdp-f64-1e-6": lambda: Work("", "vdp", vdp_data(4096, 1e-6)),
    "kepler-f64": lambda: Work("", "kepler", kepler_data(1_000_000)),
    "latency-deq-64": lambda: Work("", "deq", deq_data(64, 1, "uniform"), calls=200),
    "latency-lorenz": lambda: Work("", "lorenz", one_lorenz(), calls=200),
    "compile-deq-64": lambda: CompileWork("", "deq", deq_data(64, 4096, "uniform"), base="goal"),
    "compile-lorenz": lambda: CompileWork("", "lorenz", lorenz_data(20000, np.float64, 1e-6), base="goal"),
    # For tests: small, quick, no peers worth naming.
    "tiny-deq": lambda: Work("", "deq", deq_data(64, 8, "uniform")),
    "tiny-kepler": lambda: Work("", "kepler", kepler_data(1000)),
}


def one_lorenz():
    return {**lorenz_data(1, np.float64, 1e-6), "parameter": aligned_copy(np.array([28.0]))}


def make(name):
    work = WORKS[name]()
    work.name = name
    return work


# ---- References ----------------------------------------------------------------------------------------------------


def reference(work):
    """[batch, n] in double precision, kept between runs under the hash of the data; None without SciPy."""
    digest = hashlib.sha256(work.kind.encode())
    for name, value in sorted(work.data.items()):
        # The tolerances are those of the rows, not of the reference.
        if name not in ("tolerance", "max") and value is not None:
            digest.update(name.encode() + np.asarray(value).astype(np.float64).tobytes())
    path = machine.CACHE / "references" / f"{work.name}-{digest.hexdigest()[:16]}.npy"
    if path.exists():
        return np.load(path)
    try:
        found = {"deq": fixed_points, "two_layer": fixed_points, "kepler": kepler_reference}.get(
            work.kind, trajectories
        )(work)
    except ImportError:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, found)
    return found


def fixed_points(work):
    """Picard in double precision, to a change of 1e-12."""
    d = {n: v.astype(np.float64) for n, v in work.data.items() if isinstance(v, np.ndarray)}
    if work.kind == "deq":
        injection = d["x"] @ d["u"].T + d["b"]
        gain = d.get("gain", np.ones(len(injection)))[:, None]

        def step(z, of):
            return np.tanh(gain[of] * (z @ d["w"].T) + injection[of])

        z = np.zeros_like(injection)
    else:
        injection = d["x"] @ d["u"].T + d["b1"]

        def step(z, of):
            return np.tanh(z @ d["w1"].T + injection[of]) @ d["w2"].T + d["b2"]

        z = np.zeros_like(d["x"])
    left = np.arange(len(z))
    for _ in range(100_000):
        new = step(z[left], left)
        change = np.linalg.norm(new - z[left], axis=1)
        z[left] = new
        left = left[change > 1e-12]
        if not len(left):
            return z
    raise Failed("the reference does not converge")


def kepler_reference(work):
    """Bisection, which asks nothing of the start, then one step of Newton."""
    m, e = work.data["anomaly"], work.data["eccentricity"]
    low, high = m - 1.0, m + 1.0
    for _ in range(52):
        middle = 0.5 * (low + high)
        below = middle - e * np.sin(middle) < m
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    x = 0.5 * (low + high)
    return (x - (x - e * np.sin(x) - m) / (1 - e * np.cos(x)))[:, None]


def trajectories(work):
    """SciPy's DOP853 at 1e-13, all trajectories as one system."""
    from scipy.integrate import solve_ivp

    p = work.data["parameter"].astype(np.float64)
    size = len(work.data["start"])
    slope = lorenz_slope if work.kind == "lorenz" else vdp_slope
    y0 = np.repeat(np.array(work.data["start"])[:, None], len(p), axis=1).ravel()

    def f(t, y):
        return np.concatenate(slope(y.reshape(size, -1), p))

    found = solve_ivp(f, (0.0, work.data["end"]), y0, method="DOP853", rtol=1e-13, atol=1e-13)
    return found.y[:, -1].reshape(size, -1).T


def lorenz_slope(y, rho):
    return [10 * (y[1] - y[0]), y[0] * (rho - y[2]) - y[1], y[0] * y[1] - 8 / 3 * y[2]]


def vdp_slope(y, mu):
    return [y[1], mu * (1 - y[0] * y[0]) * y[1] - y[0]]


# ---- Rows of the limit kernels -------------------------------------------------------------------------------------


def limit_row(work, name, threads):
    d = work.data
    one = name == "limit-one" or bool(work.calls)
    if work.kind == "deq":
        batch, size = d["x"].shape
        limit = native.function("deq", "deq_limit_one" if one else "deq_limit")
        w, u = (aligned_copy(a.T) if one else a for a in (d["w"], d["u"]))
        z, count = aligned((batch, size), np.float32), aligned(batch, np.int32)

        def problem(part):
            n = part.stop - part.start
            gain = None if d["gain"] is None else d["gain"][part]
            return native.Deq(size, n, pointer(w), pointer(u), pointer(d["b"]), pointer(d["x"][part]), pointer(gain),
                              pointer(z[part]), pointer(count[part]), d["tolerance"], d["max"])  # fmt: skip

        kept = (w, u)
    elif work.kind == "two_layer":
        (batch, size), hidden = d["x"].shape, len(d["b1"])
        limit = native.function("two_layer", "two_layer_limit")
        z, count = aligned((batch, size), np.float32), aligned(batch, np.int32)

        def problem(part):
            weights = [pointer(d[n]) for n in ("w1", "w2", "u", "b1", "b2")]
            return native.TwoLayer(size, hidden, part.stop - part.start, *weights, pointer(d["x"][part]),
                                   pointer(z[part]), pointer(count[part]), d["tolerance"], d["max"])  # fmt: skip

        kept = ()
    elif work.kind == "kepler":
        batch = len(d["anomaly"])
        limit = native.function("kepler", "kepler_limit")
        z, count = aligned((batch, 1), np.float64), aligned(batch, np.int32)

        def problem(part):
            return native.Kepler(part.stop - part.start, pointer(d["anomaly"][part]), pointer(d["eccentricity"][part]),
                                 pointer(z[part]), pointer(count[part]), d["tolerance"], d["max"])  # fmt: skip

        kept = ()
    else:
        return ensemble_row(work, name, work.kind, "limit_one" if one else "limit", threads)
    problems = [problem(part) for part in parts(batch, threads)]
    row = native_row(name, limit, problems, work.calls, lambda: (z, count))
    row.keep = (d, kept, problems, z, count)
    return row


def native_row(name, limit, problems, calls, read):
    if calls:
        return Row(name, native.repeated(limit, problems[0], calls), read, timed=True)
    if len(problems) > 1:
        return Row(name, native.in_threads(limit, problems), read)
    return Row(name, native.caller(limit, problems[0]), read)


def ensemble_row(work, name, library, suffix, threads=1, share=1.0):
    """A row of lorenz.cpp, vdp.cpp or odeint.cpp."""
    d = work.data
    p = d["parameter"]
    size, batch, f32 = len(d["start"]), len(p), p.dtype == np.float32
    limit = native.function(library, f"{work.kind}_{suffix}" + ("_f32" if f32 else ""))
    structure = native.Ensemble32 if f32 else native.Ensemble64
    y, count = aligned((size, batch), p.dtype), aligned(batch, np.int32)
    problems, places = [], []
    for part in parts(batch, threads):
        place = (ctypes.c_void_p * size)(*[pointer(y[i, part]) for i in range(size)])
        places.append(place)
        problems.append(structure(part.stop - part.start, pointer(p[part]), ctypes.addressof(place),
                                  pointer(count[part]), d["end"], d["tolerance"]))  # fmt: skip
    row = native_row(name, limit, problems, work.calls, lambda: (y.T, count))
    row.keep = (d, problems, places)
    return row


def parts(batch, count):
    edges = np.linspace(0, batch, count + 1).astype(int).tolist()
    return [slice(a, b) for a, b in zip(edges, edges[1:])]


# ---- Rows of eq ----------------------------------------------------------------------------------------------------


def eq_text(work, program, is_one=False):
    """The program with the sizes of the work. `is_one`: it says that a batch is one sample."""
    text = (machine.BENCH / "programs" / f"{program}.mlir").read_text()
    sizes = {}
    if work.kind == "deq":
        sizes = {64: work.data["x"].shape[1]}
    elif work.kind == "two_layer":
        sizes = {48: work.data["x"].shape[1], 96: len(work.data["b1"])}
    for written, size in sizes.items():
        text = re.sub(rf"(?<=[<x]){written}(?=x)", str(size), text)
    if work.kind == "lorenz" and work.data["parameter"].dtype == np.float32:
        text = text.replace("f64", "f32")
    return text.replace("tensor<?x", "tensor<1x") if is_one else text


def eq_row(work, name, program, schedule, threads, is_one=False):
    d = work.data
    call = native.Program(eq_text(work, program, is_one), schedule, f"{work.name}-{name}", threads)
    real = np.float64 if work.kind in ("lorenz", "vdp", "kepler") else np.float32
    if work.kind in ("lorenz", "vdp"):
        real = d["parameter"].dtype

    def scalar(value, dtype=real):
        return aligned_copy(np.array(value), dtype)

    def integers(batch):
        return aligned(batch, np.int32)

    if work.kind in ("deq", "two_layer"):
        names = ("w", "u", "b") if work.kind == "deq" else ("w1", "w2", "u", "b1", "b2")
        batch = len(d["x"])
        gain = [] if d.get("gain") is None else [d["gain"]]
        operands = [aligned(d["x"].shape, real), d["x"], *gain, *[d[n] for n in names]]
        operands += [scalar(d["tolerance"]), scalar(d["max"], np.int32)]
        results = [aligned(d["x"].shape, real), integers(batch), integers(batch)]
        states, counts = 1, 1
    elif work.kind == "kepler":
        batch = len(d["anomaly"])
        operands = [d["anomaly"], d["eccentricity"], scalar(d["tolerance"]), scalar(d["max"], np.int32)]
        results = [aligned(batch, real), integers(batch), integers(batch)]
        states, counts = 1, 1
    else:
        batch, states, counts = len(d["parameter"]), len(d["start"]), 2
        operands = [aligned_copy(np.full(batch, s), real) for s in d["start"]]
        operands += [d["parameter"], scalar(d["end"]), scalar(d["tolerance"])]
        results = [aligned(batch, real) for _ in d["start"]] + [integers(batch) for _ in range(3)]
    bound = call.bind(operands, results)
    bound()
    row = Row(name, bound)
    if work.calls:
        row = Row(name, call.repeated(work.calls), timed=True)
    bad = int(np.count_nonzero(results[-1]))
    if bad:
        row.notes.append(f"{bad} samples did not converge")

    def read():
        solution = results[0] if results[0].ndim == 2 else np.stack(results[:states], axis=1)
        return solution, sum(results[states : states + counts])

    row.read, row.keep = read, call
    return row


# ---- Compile times -------------------------------------------------------------------------------------------------

GOALS = {"deq": 0.4, "lorenz": 0.15}


class CompileWork(Work):
    """From text to machine code: the whole process eq-compile --emit=obj, its start included."""

    def make_rows(self, threads, tried):
        rows = [("goal", lambda: Row("goal", lambda: GOALS[self.kind], timed=True))]
        for name, program, schedule in EQ_ROWS[self.kind] + tried_rows(self.kind, tried):
            rows.append((name, lambda n=name, p=program, s=schedule: self.compile_row(n, p, s)))
        return rows

    def compile_row(self, name, program, schedule):
        native.compile_program(eq_text(self, program), schedule, f"{self.name}-{name}")
        source = machine.CACHE / "programs" / f"{self.name}-{name}.mlir"
        command = native.compile_command(source, source.with_suffix(".o"), schedule, "obj")

        def call():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            return time.perf_counter() - start

        return Row(name, call, timed=True)
