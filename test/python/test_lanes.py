"""The bits of a sample are the same whichever lanes run it, and wherever its invariants are computed: results as integers."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build/release")) / "bin"

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


def balls(samples):
    batch = {
        "height": np.linspace(1.0, 20.0, samples),
        "velocity": np.linspace(-3.0, 3.0, samples),
        "r": np.linspace(0.5, 1.0, samples),
    }
    return "examples/bouncing_ball/bouncing_ball.mlir", "balls", batch, {}, ["end=9.0"]


def nested(function, batch, shared, *arguments):
    return "test/python/Inputs/nested.mlir", function, batch, shared, list(arguments)


def fixed_point_in_fixed_point(samples):
    random = np.random.default_rng(3)
    batch = {
        "x": random.uniform(-1, 1, (samples, 3)).astype(np.float32),
        "most": np.where(np.arange(samples) % 5 == 2, 3, 40).astype(np.int32),
    }
    w = random.uniform(-0.3, 0.3, (3, 3)).astype(np.float32)
    return nested("fixed_point_in_fixed_point", batch, {"w": w}, "tol=1e-6")


def root_in_ode(samples):
    batch = {"y": np.linspace(-2.0, 3.0, samples), "p": np.linspace(0.5, 4.0, samples)}
    return nested("root_in_ode", batch, {}, "tol=1e-6")


def ode_in_fixed_point(samples):
    a = np.linspace(-1.0, 2.0, 2 * samples).reshape(samples, 2)
    return nested("ode_in_fixed_point", {"a": a, "c": np.linspace(0.0, 3.0, samples)}, {}, "tol=1e-7")


def saves_and_events(samples):
    end = np.linspace(0.5, 14.0, samples)
    # Save times: from the start to the end, and one sample's that are out of order.
    at = end[:, None] * np.linspace(0.0, 1.0, 7) ** 2
    at[samples // 3] = at[samples // 3, ::-1] if samples > 1 else at[0]
    y = np.stack([np.linspace(0.3, 3.0, samples), np.linspace(1.2, 2.0, samples)], axis=1)
    return nested("saves_and_events", {"y": y, "end": end, "at": at}, {}, "tol=1e-6")


def with_one_nan(problem, name):
    def make(samples):
        file, function, batch, shared, arguments = problem(samples)
        batch[name] = batch[name].copy()
        batch[name].reshape(samples, -1)[samples // 2, 0] = np.nan
        return file, function, batch, shared, arguments

    return make


def random(shape, seed, dtype):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def model(samples):
    limits = np.where(np.arange(samples) % 7 == 3, np.arange(samples) % 3, 100).astype(np.int32)
    batch = {"z": np.zeros((samples, 7), np.float32), "x": random((samples, 5), 1, np.float32)}
    batch |= {"g": np.abs(random(samples, 2, np.float32)), "max": limits}
    shared = {"w": random((7, 7), 3, np.float32) / 3, "u": random((7, 5), 4, np.float32), "b": random(7, 5, np.float32)}
    return "test/python/invariants.mlir", "model", batch, shared, ["c=0.7", "tol=1e-6"]


def inner_invariant(samples):
    batch = {"z": random(samples, 6, np.float64), "x": np.linspace(-0.9, 0.9, samples)}
    return "test/python/invariants.mlir", "nested", batch, {}, ["tol=1e-9", "max=200"]


def flow(samples):
    batch = {"y0": random((samples, 6), 7, np.float64), "x": random((samples, 5), 8, np.float64)}
    shared = {"w": random((6, 6), 9, np.float64), "u": random((6, 5), 10, np.float64)}
    return "test/python/invariants.mlir", "flow", batch, shared, ["end=2.0", "tol=1e-7", "max=1000"]


PROBLEMS = {
    "digits": digits,
    "digits with a NaN": with_one_nan(digits, "x"),
    "lorenz": lorenz,
    "lorenz with a NaN": with_one_nan(lorenz, "r"),
    "balls": balls,
    "balls with a NaN": with_one_nan(balls, "r"),
    "fixed point in a fixed point": fixed_point_in_fixed_point,
    "root in an ODE": root_in_ode,
    "ODE in a fixed point": ode_in_fixed_point,
    "ODE in a fixed point with a NaN": with_one_nan(ode_in_fixed_point, "c"),
    "saves and events": saves_and_events,
    "saves and events with a NaN": with_one_nan(saves_and_events, "y"),
}

# How many kinds of status the samples end with.
STATUSES = {
    "fixed point in a fixed point": 2,
    "root in an ODE": 2,
    "saves and events": 3,
    "saves and events with a NaN": 3,
}

# Problems whose steps compute what does not change.
INVARIANTS = {
    "digits": digits,
    "model": model,
    "model with a NaN": with_one_nan(model, "x"),
    "inner": inner_invariant,
    "flow": flow,
    "flow with a NaN": with_one_nan(flow, "x"),
}

def run(folder, problem, schedule, *options):
    file, function, batch, shared, arguments = problem
    np.savez(folder / "in.npz", **batch, **shared)
    command = [TOOLS / "eq-run", *options, REPOSITORY / file, f"--function={function}"]
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
        kinds = STATUSES.get(name, 2 if "NaN" in name else 1)
        assert samples < 33 or len(set(expected["status"])) == kinds
        for lanes, rows, refill, chunk, threads in SCHEDULES if samples == 33 else SCHEDULES[2:3]:
            schedule = f"#eq.lanes<lanes = {lanes}, rows = {rows}, refill = {refill}, chunk = {chunk}>"
            got = run(tmp_path, problem, schedule, f"--threads={threads}")
            assert_same_bits(got, expected, f"{schedule}, {samples} samples, {threads} threads")


def test_the_place_in_a_batch_does_not_matter(tmp_path):
    file, function, batch, shared, arguments = digits(50)
    schedule = "#eq.lanes<lanes = 16, rows = 1, refill = 1>"
    expected = run(tmp_path, (file, function, batch, shared, arguments), schedule)
    order = np.random.default_rng(7).permutation(50)
    permuted = {key: value[order] for key, value in batch.items()}
    got = run(tmp_path, (file, function, permuted, shared, arguments), schedule)
    assert_same_bits(got, {key: value[order] for key, value in expected.items()}, "permuted")


def fused(file, hoist):
    """The file's text after the stage fuse, and its loops."""
    pipeline = f"--pass-pipeline=builtin.module(eq-verify,eq-expand,eq-fuse{{hoist={str(hoist).lower()}}})"
    done = subprocess.run([TOOLS / "eq-opt", REPOSITORY / file, pipeline], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loops_of(text, function):
    return text.partition(f"func.func @{function}(")[2].partition("func.func")[0].count("= eq.loop")


@pytest.mark.parametrize("name", INVARIANTS)
def test_hoisting_changes_no_bit(name, tmp_path):
    for samples in (33, 1):
        file, function, *data = problem = INVARIANTS[name](samples)
        without = fused(file, hoist=False)
        assert loops_of(fused(file, hoist=True), function) == loops_of(without, function) + 1
        (tmp_path / "without.mlir").write_text(without)
        unhoisted = tmp_path / "without.mlir", function, *data
        lanes = [f"#eq.lanes<lanes = {n}, rows = {r}, refill = {q}>" for n, r, q, *_ in SCHEDULES[2:4]]
        for schedule in ("#eq.serial", *lanes):
            expected = run(tmp_path, unhoisted, schedule, "--from=schedule")
            assert samples < 33 or 0 in expected["status"]
            assert_same_bits(run(tmp_path, problem, schedule), expected, f"{schedule}, {samples} samples")
