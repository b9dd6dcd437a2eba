"""Classifies 1,797 handwritten digits with deq.mlir, compiled by eq, and checks every result. NumPy only.

    demo.py [--eq-run=PATH]

The exit code is 1 if fewer than 97 % of the held-out images are read correctly, a sample did not converge, or an
equilibrium is further from NumPy's float64 solution than the stopping test and float32 rounding explain.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
ABS, MAX = 1e-6, 200
CONVERGED = 0
ROUNDING = 2.0**-24  # of one float32 operation, relative


def solve_with_eq(eq_run, x):
    """Results by name, and the seconds with what they cover."""
    if not eq_run.is_file():
        sys.exit(f"expected '{eq_run}' to be the eq-run program, but there is no such file: "
                 "build it, or say --eq-run=PATH")
    with tempfile.TemporaryDirectory() as folder:
        inputs, results, stats = (Path(folder, name) for name in ("inputs.npz", "results.npz", "stats.json"))
        np.savez(inputs, z=np.zeros_like(x), x=x)
        began = time.perf_counter()
        done = subprocess.run(
            [eq_run, HERE / "deq.mlir", "--function=solve", "--in", HERE / "weights.npz", "--in", inputs,
             "--arg", f"abs={ABS}", "--arg", f"max={MAX}", "--repeat=3", "--out", results, "--json", stats],
            capture_output=True, text=True,
        )
        measured = time.perf_counter() - began
        # Samples that did not converge are a result, which is judged below; without results there is nothing to judge.
        if not results.is_file():
            sys.exit(f"expected eq-run to write its results, but it ended with code {done.returncode}:\n{done.stderr}")
        with np.load(results) as data:
            arrays = dict(data)
        seconds = json.loads(stats.read_text()).get("seconds") if stats.is_file() else None
    if seconds is None:
        return arrays, measured, "compiling, files and solving"
    return arrays, seconds, "solving"


def solve_in_float64(w, drive):
    """The same equilibria by plain iteration in float64, until nothing changes by more than 1e-13."""
    z = np.zeros_like(drive)
    for _ in range(1000):
        z, last = np.tanh(z @ w.T + drive), z
        if np.max(np.abs(z - last)) <= 1e-13:
            return z
    sys.exit("expected the float64 iteration to settle within 1000 steps, but it did not: are the weights damaged?")


def seconds_of_numpy(p, x):
    """The fastest of three solves in float32 with the same test: the whole batch goes on until its last sample is done."""
    w, u, b = (p[name].astype(np.float32) for name in ("w", "u", "b"))
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        drive = x @ u.T + b
        z = np.zeros_like(drive)
        for _ in range(MAX):
            z, last = np.tanh(z @ w.T + drive), z
            if np.max(np.abs(z - last)) <= ABS:
                break
        best = min(best, time.perf_counter() - began)
    return best


def largest_error_allowed(p, x, z):
    """How far a correct float32 solve may end from the equilibrium z, per entry, to first order.

    The solve ends with z1 = f(z0) + r, where |z1 - z0| <= ABS and r is the rounding of one evaluation. With J = D W,
    D = diag(1 - z^2), the Jacobian of f at z, the error e = z1 - z is e = J (e - (z1 - z0)) + r, so that
        |e| <= |inv(I - J) J| ABS + |inv(I - J)| |r|.
    What is left out is quadratic in the error. For r: each of the 128 fused multiply-adds of one row errs by at most
    half a unit of its partial sum, tanh passes this on scaled by D, and is itself good to 4 units in the last place.
    """
    d = 1 - z * z
    partial = np.broadcast_to(p["b"], z.shape).copy()
    magnitude = np.zeros_like(z)
    for matrix, vector in ((p["u"], x), (p["w"], z)):
        for k in range(64):
            partial += matrix[:, k] * vector[:, k, None]
            magnitude += np.abs(partial)
    r = ROUNDING * (d * magnitude + 8 * np.abs(z))
    jacobian = d[:, :, None] * p["w"]
    inverse = np.linalg.inv(np.eye(64) - jacobian)
    return ABS * np.abs(inverse @ jacobian).sum(axis=2) + (np.abs(inverse) @ r[:, :, None])[:, :, 0]


def histogram(iterations, rows=8):
    width = -(-(iterations.max() - iterations.min() + 1) // rows)
    first = np.arange(iterations.min(), iterations.max() + 1, width)
    counts = [np.sum((iterations >= low) & (iterations < low + width)) for low in first]
    for low, count in zip(first, counts):
        label = f"{low}" if width == 1 else f"{low}-{low + width - 1}"
        print(f"  {label:>9} {count:5}  {'#' * -(-50 * count // max(counts))}")


def main():
    parser = argparse.ArgumentParser(description="Classifies handwritten digits with an equilibrium model.")
    parser.add_argument("--eq-run", type=Path, default=REPOSITORY / "build/release/bin/eq-run", metavar="PATH",
                        help="the eq-run program (default: %(default)s)")
    eq_run = parser.parse_args().eq_run.resolve()

    with np.load(HERE / "digits.npz") as data:
        x, labels, held_out = data["pixels"], data["labels"], data["held_out"]
    with np.load(HERE / "weights.npz") as data:
        p = {name: array.astype(np.float64) for name, array in data.items()}
    got, seconds, covers = solve_with_eq(eq_run, x)
    z, iterations, status = got["equilibrium"].astype(np.float64), got["iterations"], got["status"]

    right = np.argmax(got["logits"], axis=1) == labels
    accuracy = 100 * right[held_out].mean()
    print(f"z = tanh(W z + U x + b), 64 units, {len(x)} images in one batch")
    print(f"accuracy: {accuracy:.2f} % of the {held_out.sum()} held-out images, {100 * right.mean():.2f} % of all")
    print("iterations per sample:")
    histogram(iterations)
    numbers, counts = np.unique(status, return_counts=True)
    names = ["converged" if number == CONVERGED else f"status {number}" for number in numbers]
    print("status: " + ", ".join(f"{count} {name}" for name, count in zip(names, counts)))
    print(f"time: {seconds:.4f} s ({covers})")
    if covers == "solving":
        numpy = seconds_of_numpy(p, x)
        print(f"throughput: {len(x) / seconds:,.0f} images/s; NumPy in float32: {len(x) / numpy:,.0f}")

    x = x.astype(np.float64)
    exact = solve_in_float64(p["w"], x @ p["u"].T + p["b"])
    error, allowed = np.abs(z - exact), largest_error_allowed(p, x, exact)
    # A sum of 65 terms in float32, in any order: n operations err by at most n u / (1 - n u) of the absolute terms.
    read_out_error = np.abs(got["logits"] - (z @ p["v"].T + p["c"]))
    read_out_allowed = 65 * ROUNDING / (1 - 65 * ROUNDING) * (np.abs(z) @ np.abs(p["v"]).T + np.abs(p["c"]))
    print(f"largest difference from NumPy float64: {error.max():.1e} in the equilibria (allowed {allowed.max():.1e}), "
          f"{read_out_error.max():.1e} in the read-out (allowed {read_out_allowed.max():.1e})")

    # Written so that a NaN fails.
    failures = []
    if not accuracy >= 97:
        failures.append(f"expected the accuracy on held-out images to be at least 97 %, but got {accuracy:.2f} %")
    if not np.all(status == CONVERGED):
        failures.append(f"expected every sample to converge, but {np.sum(status != CONVERGED)} did not, "
                        f"the first of them number {np.argmax(status != CONVERGED)}")
    if not np.all(error <= allowed):
        n, i = np.argwhere(~(error <= allowed))[0]
        failures.append(f"expected entry {i} of the equilibrium of sample {n} to differ from NumPy's by at most "
                        f"{allowed[n, i]:.1e}, but got {error[n, i]:.1e}")
    if not np.all(read_out_error <= read_out_allowed):
        n, i = np.argwhere(~(read_out_error <= read_out_allowed))[0]
        failures.append(f"expected score {i} of sample {n} to differ from V z + c by at most "
                        f"{read_out_allowed[n, i]:.1e}, but got {read_out_error[n, i]:.1e}")
    for failure in failures:
        print("FAILED: " + failure)
    if failures:
        sys.exit(1)
    print("every check passed")


if __name__ == "__main__":
    main()
