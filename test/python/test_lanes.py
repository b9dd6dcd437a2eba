"""The bits of a sample are the same whichever lanes run it: `#eq.lanes` against `#eq.serial`, results as integers."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EQ_RUN = Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build/release")) / "bin/eq-run"

# Lanes, rows, refill, chunk and threads: one lane, fewer and more than a native vector, rows that divide the sizes and
# rows that do not, places that wait for others, samples one by one to each thread.
SCHEDULES = [
    (1, 1, 1, 0, 1), (4, 8, 1, 1, 3), (8, 3, 3, 0, 2), (16, 6, 1, 2, 2), (32, 1, 32, 0, 1), (64, 7, 5, 0, 1),
]  # fmt: skip


def digits(samples):
    with np.load(REPOSITORY / "examples/digits/digits.npz") as data:
        x = data["pixels"][:samples]
    with np.load(REPOSITORY / "examples/digits/weights.npz") as data:
        shared = dict(data)
    return "examples/digits/deq.mlir", "solve", {"z": np.zeros_like(x), "x": x}, shared, ["abs=1e-6", "max=500"]


def lorenz(samples):
    r = np.linspace(0.0, 28.0, samples)
    batch = {"start": np.ones((samples, 3)), "r": r}
    return "examples/lorenz/lorenz.mlir", "ensemble", batch, {}, ["end=3.0", "tol=1e-7"]


def with_one_nan(problem, name):
    def make(samples):
        file, function, batch, shared, arguments = problem(samples)
        batch[name] = batch[name].copy()
        batch[name].reshape(samples, -1)[samples // 2, 0] = np.nan
        return file, function, batch, shared, arguments

    return make


PROBLEMS = {
    "digits": digits,
    "digits with a NaN": with_one_nan(digits, "x"),
    "lorenz": lorenz,
    "lorenz with a NaN": with_one_nan(lorenz, "r"),
}


def run(folder, problem, schedule, threads=1):
    file, function, batch, shared, arguments = problem
    np.savez(folder / "in.npz", **batch, **shared)
    command = [EQ_RUN, REPOSITORY / file, f"--function={function}", f"--threads={threads}"]
    command += ["--in", folder / "in.npz", "--out", folder / "out.npz"]
    for argument in arguments:
        command += ["--arg", argument]
    done = subprocess.run([*command, f"--schedule={schedule}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "out.npz") as data:
        return dict(data)


def assert_same_bits(got, expected, where):
    assert got.keys() == expected.keys()
    for name in expected:
        a, b = got[name], expected[name]
        if a.dtype.kind == "f":  # NaNs are all one
            a, b = (np.where(np.isnan(v), np.full_like(v, np.nan), v) for v in (a, b))
        assert a.tobytes() == b.tobytes(), f"{where}: {name} differs"


@pytest.mark.parametrize("name", PROBLEMS)
def test_lanes_have_the_bits_of_serial(name, tmp_path):
    for samples in (33, 3, 1):
        problem = PROBLEMS[name](samples)
        expected = run(tmp_path, problem, "#eq.serial")
        assert samples < 33 or len(set(expected["status"])) == (2 if "NaN" in name else 1)
        for lanes, rows, refill, chunk, threads in SCHEDULES if samples == 33 else SCHEDULES[2:3]:
            schedule = f"#eq.lanes<lanes = {lanes}, rows = {rows}, refill = {refill}, chunk = {chunk}>"
            got = run(tmp_path, problem, schedule, threads)
            assert_same_bits(got, expected, f"{schedule}, {samples} samples, {threads} threads")


def test_the_place_in_a_batch_does_not_matter(tmp_path):
    file, function, batch, shared, arguments = digits(50)
    schedule = "#eq.lanes<lanes = 16, rows = 1, refill = 1>"
    expected = run(tmp_path, (file, function, batch, shared, arguments), schedule)
    order = np.random.default_rng(7).permutation(50)
    permuted = {key: value[order] for key, value in batch.items()}
    got = run(tmp_path, (file, function, permuted, shared, arguments), schedule)
    assert_same_bits(got, {key: value[order] for key, value in expected.items()}, "permuted")
