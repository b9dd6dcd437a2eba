"""The works: programs, sizes, data, goals. Programs are those of bench/programs, with words replaced."""

import dataclasses
import re
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE.parent))

from harness import machine  # noqa: E402
from harness import works as cpu_works  # noqa: E402

MASKED = "#eq.thread<block = 128, refill = 32, chunk = 0>"
# Of DEQs, by size: what the stage schedule chooses, but that all places of a tile have to be idle.
MASKED_TILES = {64: "#eq.cta<samples = 2, refill = 64>", 128: "#eq.cta<warps = 8, samples = 2, refill = 64>"}
TRUTHS = 64  # samples whose error is looked at


@dataclasses.dataclass(frozen=True)
class Program:
    """What is compiled. kind: the program in bench/programs; method: of an ODE; steps: of equal length, or 0."""

    kind: str
    type: str = "f32"
    method: str = ""
    steps: int = 0
    size: int = 0  # of a state that is an array
    schedule: str = ""

    @property
    def name(self):
        words = [self.kind, self.method, f"{self.steps}" if self.steps else "", str(self.size or ""), self.type]
        return "-".join([word for word in words if word] + (["masked"] if self.schedule else []))

    @property
    def real(self):
        return np.dtype({"f32": np.float32, "f64": np.float64}[self.type])

    @property
    def masked(self):
        """The same without refill: a warp takes new samples when all of its threads are done."""
        return dataclasses.replace(self, schedule=MASKED_TILES[self.size] if self.size else MASKED)

    def text(self):
        text = (HERE.parent / "programs" / f"{self.kind}.mlir").read_text()
        if self.size:
            text = re.sub(r"(?<=[<x])64(?=x)", str(self.size), text)
        if self.method:
            text = replace(text, "runge_kutta<dp5>", f"runge_kutta<{self.method}>")
        if self.steps:
            text = replace(text, "within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)",
                           "within(max = %max : i32)")  # fmt: skip
            text = replace(text, "with(first_step = %first", "with(step = %first")
            text = replace(text, "constant 0.01 ", f"constant {1 / self.steps} ")
        return text.replace("f64", "f32") if self.type == "f32" else text


def replace(text, old, new):
    if old not in text:
        raise ValueError(f"expected '{old}' in the program")
    return text.replace(old, new)


@dataclasses.dataclass(frozen=True)
class Work:
    """A program with `batch` samples. goal: milliseconds on an H200, or None; flops: of one iteration of one sample."""

    name: str
    program: Program
    batch: int
    tolerance: float
    difficulty: str = ""  # of a DEQ: uniform or log; of vdp: the largest mu
    goal: float | None = None
    goal_flops: float | None = None

    @property
    def flops(self):
        return 2 * self.program.size**2

    def data(self, batch=None):
        """As bench/harness/works.py has them; parameters of trajectories in random order."""
        batch, kind, real = batch or self.batch, self.program.kind, self.program.real
        if kind.startswith("deq"):
            # 4,096 different samples are enough: to give each its gain takes seconds.
            few = cpu_works.deq_data(self.program.size, min(batch, 4096), self.difficulty)
            for name in ("x", "gain"):
                if few[name] is not None:
                    times = -(-batch // len(few[name]))
                    few[name] = np.ascontiguousarray(np.concatenate([few[name]] * times)[:batch])
            return few
        if kind == "kepler":
            return cpu_works.kepler_data(batch)
        low, high, start, end = {
            "lorenz": (0.0, 28.0, [1.0, 0.0, 0.0], 1.0),
            "vdp": (1.0, float(self.difficulty or 0), [2.0, 0.0], 20.0),
        }[kind]
        parameter = np.random.default_rng(1).permutation(np.linspace(low, high, batch)).astype(real)
        return {"start": start, "parameter": parameter, "end": end, "tolerance": self.tolerance}

    def operands(self, data):
        """Arrays by name, in the order of the program; numbers are arrays of rank 0."""
        kind, real = self.program.kind, self.program.real
        if kind.startswith("deq"):
            names = ["x"] + (["gain"] if data["gain"] is not None else []) + ["w", "u", "b"]
            found = {"z": np.zeros_like(data["x"]), **{name: data[name] for name in names}}
            return {**found, "tol": np.array(data["tolerance"], real), "max": np.array(data["max"], np.int32)}
        if kind == "kepler":
            numbers = {"tol": np.array(data["tolerance"], real), "max": np.array(data["max"], np.int32)}
            return {"anomaly": data["anomaly"], "eccentricity": data["eccentricity"], **numbers}
        batch = len(data["parameter"])
        found = {f"{'xyz'[i]}0": np.full(batch, value, real) for i, value in enumerate(data["start"])}
        found["rho" if kind == "lorenz" else "mu"] = data["parameter"]
        return {**found, "end": np.array(data["end"], real), "tol": np.array(self.tolerance, real)}

    def results(self, batch):
        """(name, shape, type) of the results: states, counts, status."""
        kind, real = self.program.kind, self.program.real
        if kind.startswith("deq"):
            return [("equilibrium", (batch, self.program.size), real), *integers(batch, "iterations", "status")]
        if kind == "kepler":
            return [("result", (batch,), real), *integers(batch, "iterations", "status")]
        states = "xyz"[: {"lorenz": 3, "vdp": 2}[kind]]
        return [*((name, (batch,), real) for name in states), *integers(batch, "accepted", "rejected", "status")]

    def reference(self, data):
        """(which samples, their results in double precision [n, size]); None without SciPy."""
        kind = self.program.kind
        batch = next(len(v) for v in (data.get(n) for n in ("x", "anomaly", "parameter")) if v is not None)
        which = np.unique(np.linspace(0, batch - 1, min(batch, TRUTHS)).astype(int))
        part = {n: v[which] if isinstance(v, np.ndarray) and len(v) == batch and n not in ("w", "u", "b") else v
                for n, v in data.items()}  # fmt: skip
        plain = cpu_works.Work(self.name, "deq" if kind.startswith("deq") else kind, part)
        try:
            find = {"deq": cpu_works.fixed_points, "kepler": cpu_works.kepler_reference}
            return which, find.get(plain.kind, cpu_works.trajectories)(plain)
        except ImportError:
            return None


def integers(batch, *names):
    return [(name, (batch,), np.dtype(np.int32)) for name in names]


MOST = 8388608




def all_works():
    """In order of importance: a run may be cut off."""
    found = []

    def add(name, program, batch, tolerance, difficulty="", goal=None, goal_flops=None):
        found.append(Work(name, program, batch, tolerance, difficulty, goal, goal_flops))

    rk4, free = Program("lorenz", "f32", "rk4", 1000), Program("lorenz", "f32", "tsit5")
    wide = Program("lorenz", "f64", "tsit5")
    deq, gain = Program("deq", size=64), Program("deq_gain", size=64)
    add(f"lorenz-rk4-1000-f32-{MOST}", rk4, MOST, 0.0, goal=30.0)
    add(f"lorenz-tsit5-f32-{MOST}", free, MOST, 1e-4, goal=3.0)
    add(f"lorenz-tsit5-f64-{MOST}", wide, MOST, 1e-6, goal=8.0)
    add("lorenz-tsit5-f32-8", free, 8, 1e-4, goal=0.2)
    add("deq-64-1000000", deq, 1_000_000, 1e-5, "uniform", goal_flops=30e12)
    add("deq-64-4096", deq, 4096, 1e-5, "uniform")
    add("vdp-50-f64-65536", Program("vdp", "f64", "tsit5"), 65536, 1e-6, "50")
    add("deq-log-64-65536", gain, 65536, 1e-5, "log")
    add("lorenz-rk4-1000-f32-8", rk4, 8, 0.0, goal=0.2)
    add("kepler-f64-1000000", Program("kepler", "f64"), 1_000_000, 1e-12)
    for batch in (1, 64, 65536):
        add(f"deq-64-{batch}", deq, batch, 1e-5, "uniform")
    for batch in (1, 4096, 65536):
        add(f"deq-128-{batch}", Program("deq", size=128), batch, 1e-5, "uniform")
    add("deq-log-64-4096", gain, 4096, 1e-5, "log")
    add("deq-log-128-4096", Program("deq_gain", size=128), 4096, 1e-5, "log")
    for batch in (8, 1024, 131072, MOST):
        for method, type, steps, tolerance in (
            ("tsit5", "f32", 0, 1e-4), ("tsit5", "f64", 0, 1e-6), ("dp5", "f32", 0, 1e-4), ("dp5", "f64", 0, 1e-6),
            ("rk4", "f32", 1000, 0.0), ("rk4", "f64", 1000, 0.0),
            ("tsit5", "f32", 1000, 0.0), ("tsit5", "f64", 1000, 0.0),
        ):  # fmt: skip
            program = Program("lorenz", type, method, steps)
            name = f"{program.name.removesuffix('-' + type)}-{type}-{batch}"
            if name not in {work.name for work in found}:
                add(name, program, batch, tolerance)
    add("vdp-50-f64-1024", Program("vdp", "f64", "tsit5"), 1024, 1e-6, "50")
    add("vdp-50-f64-1048576", Program("vdp", "f64", "tsit5"), 1048576, 1e-6, "50")
    add("vdp-1000-f64-65536", Program("vdp", "f64", "tsit5"), 65536, 1e-6, "1000")
    return found


def uneven(work):
    """Whether refill is measured beside masking."""
    return work.difficulty not in ("", "uniform")


def chosen(only):
    works = all_works()
    if not only:
        return works
    found = [work for work in works if any(work.name.startswith(word) for word in only)]
    if not found:
        names = ", ".join(work.name for work in works)
        raise SystemExit(f"bench/gpu: error: expected a work among ({names}), but got '{','.join(only)}'")
    return found


def programs(works):
    """All programs of the works, each once, in order."""
    found = {}
    for work in works:
        for program in [work.program] + ([work.program.masked] if uneven(work) else []):
            found[program.name] = program
    return list(found.values())


__all__ = ["Program", "Work", "all_works", "chosen", "machine", "programs", "uneven"]
