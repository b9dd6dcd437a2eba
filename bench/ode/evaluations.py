"""Counts the evaluations of the right-hand side that eq and diffrax need at the same tolerance; writes results.md.

    evaluations.py [--eq-run=PATH] [--methods=bs3,dp5,...]

The exit code is 1 if eq needs more than 1.05 times the evaluations of diffrax anywhere.
"""

import argparse
import datetime
import importlib.metadata
import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
TARGET = 1.05
MAX_ATTEMPTS = 100_000_000
CONVERGED = 0


@dataclass
class Problem:
    name: str
    slope: Callable  # (t, y, args) -> dy/dt, as in NAME.mlir
    y0: list
    t1: float
    end: list  # y(t1), right to all digits


@dataclass
class Method:
    name: str
    solver: diffrax.AbstractSolver
    stages: int
    first_same_as_last: bool
    tolerances: tuple


def lotka_volterra(t, y, args):
    a, b = y
    return jnp.stack([1.5 * a - a * b, a * b - 3.0 * b])


def lorenz(t, y, args):
    a, b, c = y
    return jnp.stack([10.0 * (b - a), a * (28.0 - c) - b, a * b - 8.0 / 3.0 * c])


def arenstorf(t, y, args):
    px, py, vx, vy = y
    moon = 0.012277471
    earth = 1.0 - moon
    pull1 = earth / ((px + moon) ** 2 + py**2) ** 1.5
    pull2 = moon / ((px - earth) ** 2 + py**2) ** 1.5
    ax = px + 2.0 * vy - pull1 * (px + moon) - pull2 * (px - earth)
    ay = py - 2.0 * vx - (pull1 + pull2) * py
    return jnp.stack([vx, vy, ax, ay])


def pleiades(t, y, args):
    px, py, v = y[:7], y[7:14], y[14:]
    dx, dy = px[None, :] - px[:, None], py[None, :] - py[:, None]
    square = dx**2 + dy**2 + jnp.eye(7)
    pull = jnp.arange(1.0, 8.0)[None, :] / square**1.5
    return jnp.concatenate([v, (pull * dx).sum(axis=1), (pull * dy).sum(axis=1)])


# End states: Taylor series and extrapolation with 40 and 50 digits; Pleiades with 33 digits, equal to the 15 published
# digits of the Test Set for IVP Solvers (Bari).
PROBLEMS = [
    Problem("lotka_volterra", lotka_volterra, [10.0, 5.0], 20.0, [1.9913019250851742, 0.02190964847388074]),
    Problem("lorenz", lorenz, [1.0, 1.0, 1.0], 10.0, [-4.902687541134646, -3.7438729218029194, 24.690858102790557]),
    Problem("arenstorf", arenstorf, [0.994, 0.0, 0.0, -2.0015851063790824], 17.065216560157964,
            [0.994, 0.0, 0.0, -2.0015851063790824]),
    Problem("pleiades", pleiades,
            [3.0, 3.0, -1.0, -3.0, 2.0, -2.0, 2.0,
             3.0, -3.0, 2.0, 0.0, 0.0, -4.0, 4.0,
             0.0, 0.0, 0.0, 0.0, 0.0, 1.75, -1.5,
             0.0, 0.0, 0.0, -1.25, 1.0, 0.0, 0.0], 3.0,
            [0.37061391439705129, 3.2372840920572331, -3.2225590324183233, 0.65970914557753084, 0.34255817071565798,
             1.5621721014006310, -0.70030929222124954,
             -3.9434375855173921, -3.2713809739725499, 5.2250818434565442, -2.5906124349774695, 1.1982136933922746,
             -0.24296823449358234, 1.0914492404289798,
             3.4170038063143148, 1.3545845016255012, -2.5900655978107754, 2.0250537347142411, -1.1558151001604491,
             -0.80729881702230217, 0.59523963542087188,
             -3.7412449612340085, 0.37734596857506290, 0.93868588695510789, 0.36679222272005699, -0.34740463538084944,
             2.3449154481809369, -1.9470204342632919]),
]

METHODS = [
    Method("heun", diffrax.Heun(), 2, False, (1e-4, 1e-6, 1e-8)),
    Method("bs3", diffrax.Bosh3(), 4, True, (1e-6, 1e-8, 1e-10)),
    Method("dp5", diffrax.Dopri5(), 7, True, (1e-6, 1e-8, 1e-10)),
    Method("tsit5", diffrax.Tsit5(), 7, True, (1e-6, 1e-8, 1e-10)),
]


@dataclass
class Solve:
    accepted: int
    rejected: int
    evaluations: int
    error: float  # largest of all components at the end


def largest_error(y, problem):
    return float(np.max(np.abs(np.asarray(y) - problem.end)))


def run_eq(eq_run, problem, method, tolerance):
    text = (HERE / f"{problem.name}.mlir").read_text()
    if text.count("<dp5>") != 1:
        sys.exit(f"expected {problem.name}.mlir to say <dp5> once")
    with tempfile.TemporaryDirectory() as folder:
        program, inputs, results = (Path(folder, name) for name in (f"{problem.name}.mlir", "in.npz", "results.json"))
        program.write_text(text.replace("<dp5>", f"<{method.name}>"))
        np.savez(inputs, y0=np.array(problem.y0))
        done = subprocess.run(
            [eq_run, program, "--in", inputs, "--arg", "t0=0", "--arg", f"t1={problem.t1!r}",
             "--arg", f"tol={tolerance!r}", "--arg", f"max={MAX_ATTEMPTS}", "--json", results],
            capture_output=True, text=True,
        )
        if not results.is_file():
            sys.exit(f"expected eq-run to write its results, but it ended with code {done.returncode}:\n{done.stderr}")
        values = {name: result["values"] for name, result in json.loads(results.read_text())["results"].items()}
    (status,), (accepted,), (rejected,) = values["status"], values["accepted"], values["rejected"]
    if status != CONVERGED:
        sys.exit(f"expected {problem.name} with {method.name} at {tolerance} to converge, but got status {status}")
    # f(t0), the guess of the first step, then all stages of an attempt but the first, which is known; and without
    # first-same-as-last the slope where the next step begins.
    evaluations = 2 + (method.stages - 1) * (accepted + rejected)
    if not method.first_same_as_last:
        evaluations += accepted - 1
    return Solve(accepted, rejected, evaluations, largest_error(values["y"], problem))


def diffrax_runner(problem, method):
    count = 0

    def increment():
        nonlocal count
        count += 1

    def slope(t, y, args):
        jax.debug.callback(increment)
        return problem.slope(t, y, args)

    @jax.jit
    def solve(y0, tolerance):
        controller = diffrax.PIDController(rtol=tolerance, atol=tolerance)
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(slope), method.solver, t0=0.0, t1=problem.t1, dt0=None, y0=y0,
            saveat=diffrax.SaveAt(t1=True), stepsize_controller=controller, max_steps=None)
        return solution.ys[0], solution.stats["num_accepted_steps"], solution.stats["num_rejected_steps"]

    def run(tolerance):
        nonlocal count
        count = 0
        y, accepted, rejected = (np.asarray(x) for x in solve(jnp.array(problem.y0), tolerance))
        jax.effects_barrier()
        accepted, rejected = int(accepted), int(rejected)
        # f(t0) when the first step is taken, and again whenever that is rejected. diffrax 0.7.2 takes 0.01 as the first
        # step and evaluates nothing for it (README.md).
        fresh = count - (accepted + rejected) * (method.stages - 1)
        allowed = range(1, rejected + 2) if method.first_same_as_last else [accepted + rejected]
        if fresh not in allowed:
            sys.exit(f"expected the count to follow from the steps of {problem.name} with {method.name}, "
                     f"but got {count} evaluations in {accepted} accepted and {rejected} rejected steps")
        return Solve(accepted, rejected, count, largest_error(y, problem))

    return run


def versions(eq_run):
    commit = subprocess.run(["git", "--no-optional-locks", "-C", REPOSITORY, "describe", "--always", "--dirty"],
                            capture_output=True, text=True).stdout.strip()
    names = [f"{name} {importlib.metadata.version(name)}" for name in ("diffrax", "jax", "numpy")]
    return ", ".join([f"eq {commit or 'of an unknown commit'}", *names, f"Python {platform.python_version()}"])


def cpu_model():
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


HEADER = """\
# Evaluations of the right-hand side

Written by `evaluations.py`: do not edit. [README.md](README.md) says what is counted.

| | |
| --- | --- |
| date | {date} |
| processor | {cpu} |
| versions | {versions} |

`error` is the largest error of a component at the end time. `ratio` is evaluations of eq over evaluations of diffrax;
the target is at most {target}.

{verdict}
"""


def main():
    parser = argparse.ArgumentParser(description="Counts right-hand-side evaluations of eq and diffrax.")
    parser.add_argument("--eq-run", type=Path, default=REPOSITORY / "build/release/bin/eq-run", metavar="PATH",
                        help="the eq-run program (default: %(default)s)")
    parser.add_argument("--methods", default=",".join(m.name for m in METHODS), help="default: %(default)s")
    options = parser.parse_args()
    eq_run = options.eq_run.resolve()
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)

    tables, over, rows = [], [], 0
    for name in options.methods.split(","):
        method = next(m for m in METHODS if m.name == name)
        lines = [f"## {name} ({type(method.solver).__name__})", "",
                 "| problem | tolerance | steps eq | steps diffrax | evaluations eq | evaluations diffrax | ratio "
                 "| error eq | error diffrax |",
                 "| --- |" + 8 * " ---: |"]
        for problem in PROBLEMS:
            run_diffrax = diffrax_runner(problem, method)
            for tolerance in method.tolerances:
                a, b = run_eq(eq_run, problem, method, tolerance), run_diffrax(tolerance)
                ratio = a.evaluations / b.evaluations
                rows += 1
                mark = ""
                if ratio > TARGET:
                    mark = " (over)"
                    over.append(f"{problem.name} with {name} at {tolerance:.0e}: {ratio:.3f}")
                lines.append(f"| {problem.name} | {tolerance:.0e} | {a.accepted} + {a.rejected} "
                             f"| {b.accepted} + {b.rejected} | {a.evaluations} | {b.evaluations} "
                             f"| {ratio:.3f}{mark} | {a.error:.1e} | {b.error:.1e} |")
                print(lines[-1], flush=True)
        tables.append("\n".join(lines))

    verdict = f"At most {TARGET} in {rows - len(over)} of {rows} rows."
    if over:
        verdict += " Over: " + "; ".join(over) + "."
    header = HEADER.format(date=datetime.date.today(), cpu=cpu_model(), versions=versions(eq_run), target=TARGET,
                           verdict=verdict + "\n\nSteps are accepted + rejected.")
    (HERE / "results.md").write_text(header + "\n" + "\n\n".join(tables) + "\n")
    print(verdict)
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
