"""Observed orders of the Runge-Kutta methods and of their interpolants: docs/Orders.md.

    python orders.py            print the table
    python orders.py --write    write docs/Orders.md

The problem is Kepler's: a planet on an ellipse of eccentricity e,

    p' = v     v' = -p / |p|^3     p = (cos E - e, sqrt(1 - e^2) sin E), E - e sin E = t

The order of the end state is the slope of log(error) over log(step). Which ellipse, and which part of it, differs: an error
of order p must not happen to be small there, as it is in some places for each of the methods. An interpolant is looked at
by itself, inside one step from exact values: its error falls as h^(q + 1), and q is its order.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "Orders.md"

PROGRAM = """
func.func @run(%y0: tensor<?x4xf64> {eq.name = "y0"}, %start: f64 {eq.name = "start"}, %end: tensor<?xf64> {eq.name = "end"},
               %h: tensor<?xf64> {eq.name = "h"}, %at: tensor<?x3xf64> {eq.name = "at"})
    -> (tensor<?x4xf64> {eq.name = "y"}, tensor<?x3x4xf64> {eq.name = "ys"}, tensor<?xi32> {eq.name = "status"}) {
  %max = arith.constant 1000000 : i32
  %y, %ys, %t, %error, %steps, %rejected, %status = eq.ode
      init(%y0 : tensor<?x4xf64>) from(%start : f64) to(%end : tensor<?xf64>) save(%at : tensor<?x3xf64>)
      within(max = %max : i32) method(#eq.runge_kutta<METHOD>) with(step = %h : tensor<?xf64>) {
  ^bb0(%t: f64, %y: tensor<4xf64>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %p = tensor.extract %y[%c0] : tensor<4xf64>
    %q = tensor.extract %y[%c1] : tensor<4xf64>
    %u = tensor.extract %y[%c2] : tensor<4xf64>
    %v = tensor.extract %y[%c3] : tensor<4xf64>
    %one = arith.constant -1.0 : f64
    %pp = arith.mulf %p, %p : f64
    %qq = arith.mulf %q, %q : f64
    %rr = arith.addf %pp, %qq : f64
    %r = math.sqrt %rr : f64
    %rrr = arith.mulf %rr, %r : f64
    %pull = arith.divf %one, %rrr : f64
    %du = arith.mulf %pull, %p : f64
    %dv = arith.mulf %pull, %q : f64
    %f = tensor.from_elements %u, %v, %du, %dv : tensor<4xf64>
    eq.yield %f : tensor<4xf64>
  }
  return %y, %ys, %status : tensor<?x4xf64>, tensor<?x3x4xf64>, tensor<?xi32>
}
"""

# The ellipse, and between which times.
ROUND = (0.1, 3.0, 6.0)
FLAT = (0.3, 2.0, 6.0)
FLATTER = (0.5, 0.5, 3.0)

# Method, order, order of the interpolant, the problem, and the numbers of steps between which the order is taken: from
# where higher terms no longer matter to where rounding does.
METHODS = [
    ("euler", 1, 1, FLAT, [1024, 2048, 4096, 8192, 16384]),
    ("heun", 2, 2, FLAT, [128, 256, 512, 1024, 2048]),
    ("midpoint", 2, 2, FLAT, [128, 256, 512, 1024, 2048]),
    ("ralston", 2, 2, FLAT, [128, 256, 512, 1024, 2048]),
    ("rk4", 4, 3, FLAT, [64, 128, 256, 512, 1024]),
    ("bs3", 3, 3, FLAT, [64, 128, 256, 512, 1024]),
    ("dp5", 5, 4, FLAT, [64, 96, 128, 192, 256]),
    ("tsit5", 5, 4, FLATTER, [128, 192, 256, 384]),
    ("vern7", 7, 7, ROUND, [10, 12, 16, 20, 24]),
    ("dop853", 8, 7, ROUND, [12, 16, 20, 24, 32]),
]


def exact(problem, t):
    e = problem[0]
    t = np.asarray(t)
    E = t
    for _ in range(60):
        E = E - (E - e * np.sin(E) - t) / (1 - e * np.cos(E))
    b = np.sqrt(1 - e * e)
    speed = 1 / (1 - e * np.cos(E))
    return np.stack([np.cos(E) - e, b * np.sin(E), -np.sin(E) * speed, b * np.cos(E) * speed], axis=-1)


def run(method, problem, end, h, at):
    """The end states and saved states for each end time and step size."""
    eq_run = Path(os.environ.get("EQ_BUILD_DIR", ROOT / "build/release")) / "bin/eq-run"
    start = exact(problem, problem[1])
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "run.mlir").write_text(PROGRAM.replace("METHOD", method))
        np.savez(folder / "in.npz", y0=np.tile(start, (len(h), 1)), start=problem[1], end=end, h=h, at=at)
        command = [eq_run, folder / "run.mlir", f"--in={folder / 'in.npz'}", f"--out={folder / 'out.npz'}", "--fail-on=any"]
        subprocess.run(command, check=True, capture_output=True, text=True)
        out = np.load(folder / "out.npz")
        return out["y"], out["ys"]


def slope(h, error):
    """The least-squares slope of log(error) over log(h)."""
    return np.polyfit(np.log(h), np.log(error), 1)[0]


def observe(method, problem, steps):
    """(order, order of the interpolant, largest and smallest error) over the given numbers of steps."""
    _, start, end = problem
    h = (end - start) / np.array(steps)
    ends = np.full_like(h, end)
    y, _ = run(method, problem, ends, h, np.tile([start, end, end], (len(h), 1)))
    error = np.abs(y - exact(problem, end)).max(axis=1)
    # One step, looked at inside.
    inside = start + np.outer(h, [0.25, 0.5, 0.75])
    _, ys = run(method, problem, start + h, h, inside)
    between = np.abs(ys - exact(problem, inside)).max(axis=(1, 2))
    return slope(h, error), slope(h, between) - 1, error[0], error[-1]


def table():
    lines = []
    for method, order, between, problem, steps in METHODS:
        got, got_between, first, last = observe(method, problem, steps)
        lines.append(
            f"| `{method}` | {order} | {got:.2f} | {between} | {got_between:.2f} | {steps[0]} to {steps[-1]} "
            f"| {first:.0e} to {last:.0e} |"
        )
    return (
        "# Orders\n\n"
        "<!-- Written by test/Orders/orders.py --write. -->\n\n"
        "Observed orders in f64, over the given numbers of steps: where there are fewer, higher terms matter; where\n"
        "there are more, rounding does. The problem is in test/Orders/orders.py; `utils/test` checks that each is within 0.2.\n\n"
        "| method | order | observed | between the steps | observed | steps | error at the end |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n" + "\n".join(lines) + "\n"
    )


if __name__ == "__main__":
    if "--write" in sys.argv:
        DOCUMENT.write_text(table())
    else:
        print(table())
