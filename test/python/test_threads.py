"""The bits of a sample are the same as threads of a GPU, in the simulator, whichever thread has it and in whatever order
threads run; and a kernel does no more work than its samples need."""

import re
import subprocess

import numpy as np
import pytest
from test_lanes import INVARIANTS, PROBLEMS, REPOSITORY, TOOLS, assert_same_bits, model, with_one_nan

# Threads of a block, refill, chunk, and the order of the threads: one warp and many; places that are given at once,
# later and never; samples one by one.
SCHEDULES = [
    (32, 1, 0, "ascending"), (64, 2, 1, "descending"), (128, 4, 0, "1"), (96, 32, 7, "2"), (1024, 8, 5, "3"),
]
BATCHES = {200: SCHEDULES[:4], 33: SCHEDULES[4:], 3: SCHEDULES[1:2], 1: SCHEDULES[2:3]}  # fmt: skip


def gpu(function, batch, shared, *arguments):
    return "test/python/Inputs/gpu.mlir", function, batch, shared, list(arguments)


def far_angles(samples):
    """From the smallest angle to the largest, of both signs; the last ones are infinite and no number."""
    a = 10.0 ** np.linspace(-320.0, 308.0, samples) * np.where(np.arange(samples) % 2, -1.0, 1.0)
    b = (10.0 ** np.linspace(-44.0, 38.0, samples)).astype(np.float32)
    if samples > 3:
        a[-3:], b[-3:] = (np.inf, np.nan, 1e22), (1.0, -np.inf, np.nan)
    return gpu("far_angles", {"a": a, "b": b}, {}, "max=12")


def tables(samples):
    random = np.random.default_rng(11)
    batch = {
        "x": random.uniform(-4, 4, samples).astype(np.float32),
        "own": random.uniform(-1, 1, (samples, 300)).astype(np.float32),
        "shift": random.integers(0, 127, samples).astype(np.int8),
        "up": random.integers(0, 2, samples).astype(bool),
        "max": np.where(np.arange(samples) % 6 == 1, np.arange(samples) % 4, 30).astype(np.int32),
    }
    shared = {
        "table": random.uniform(-1, 1, (40, 20)).astype(np.float32),
        "weights": random.uniform(-1, 1, 7).astype(np.float32),
        "flags": random.integers(0, 2, 600).astype(bool),
        "few": random.integers(0, 2, 7).astype(bool),
    }
    return "test/python/Inputs/gpu.mlir", "tables", batch, shared, []


def one_after_another(samples):
    return gpu("one_after_another", {"p": np.linspace(0.5, 29.0, samples)}, {}, "tol=1e-8")


def kepler(samples):
    batch = {"M": np.linspace(-3.0, 3.0, samples), "e": np.linspace(0.0, 0.95, samples)}
    return "examples/kepler/kepler.mlir", "solve", batch, {}, ["abs=1e-13", "max=1000"]


def powers(samples):
    """Exponents of all sizes, the least and the largest among them; bases near 1, and special ones."""
    random = np.random.default_rng(5)
    n = random.integers(-12, 13, samples).astype(np.int32)
    near = np.arange(samples) % 5 == 0
    n[near] = random.choice([-(2**31), 2**31 - 1, -(2**31) + 1, 1 << 20, -(1 << 20), 0], near.sum())
    x = random.uniform(-3.0, 3.0, samples)
    x[near] = random.choice([1 + 1e-9, -1 - 1e-9, 0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0], near.sum())
    i = random.integers(-3, 4, samples).astype(np.int32)
    return gpu("powers", {"x": x, "y": x.astype(np.float32) + np.float32(1e-7), "i": i, "n": n}, {})


def sums(samples):
    """Over samples of which some take no step, in chunks of five."""
    random = np.random.default_rng(7)
    w = random.standard_normal((12, 12))
    batch = {
        "z": random.standard_normal((samples, 12)).astype(np.float32),
        "x": random.standard_normal((samples, 12)).astype(np.float32),
        "max": np.where(np.arange(samples) % 6 == 1, np.arange(samples) // 6 % 4, 40).astype(np.int32),
    }
    shared = {"w": (w / np.linalg.norm(w, 2) * 0.9).astype(np.float32), "from": np.linspace(-0.0, 1e3, 12, dtype="f4")}
    return "test/python/Inputs/sums.mlir", "solve", batch, shared, ["tol=1e-3"]


def remainders(samples):
    """Quotients of all sizes, beside each other, and special values."""
    random = np.random.default_rng(9)
    x, m = (random.uniform(-3.0, 3.0, samples) * 10.0 ** random.integers(-30, 30, samples) for _ in range(2))
    special = np.arange(samples) % 5 == 0
    x[special] = random.choice([0.0, -0.0, 1.0, -1.0, 3.0, np.inf, -np.inf, np.nan, 1e-310, 1e-40, 1e30], special.sum())
    return gpu("remainders", {"x": x, "y": x.astype(np.float32), "m": m, "n": m.astype(np.float32)}, {})


THREADS = {name: make for name, make in PROBLEMS.items() if not name.startswith("digits")}
THREADS |= {
    "kepler": kepler,
    "model": model,
    "model with a NaN": with_one_nan(model, "x"),
    "inner": INVARIANTS["inner"],
    "flow": INVARIANTS["flow"],
    "far angles": far_angles,
    "tables": tables,
    "one after another": one_after_another,
    "powers": powers,
    "sums": sums,
    "remainders": remainders,
}


def run(folder, problem, *options):
    """The results and what eq-run says."""
    file, function, batch, shared, arguments = problem
    np.savez(folder / "in.npz", **batch, **shared)
    command = [TOOLS / "eq-run", REPOSITORY / file, f"--function={function}"]
    command += ["--in", folder / "in.npz", "--out", folder / "out.npz"]
    for argument in arguments:
        command += ["--arg", argument]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "out.npz") as data:
        return dict(data), done.stdout


def simulate(folder, problem, block=64, refill=2, chunk=0, order="ascending"):
    """The results, the turns of threads with a sample, and all turns of threads."""
    schedule = f"#eq.thread<block = {block}, refill = {refill}, chunk = {chunk}>"
    results, text = run(folder, problem, "--on=sim", f"--schedule={schedule}", f"--sim-order={order}")
    found = re.search(r"simulated (\d+) kernels: (\d+) of (\d+) turns of their threads with a sample", text)
    assert found, text
    kernels, active, turns = map(int, found.groups())
    assert kernels >= 1
    return results, active, turns


@pytest.mark.parametrize("name", THREADS)
def test_threads_have_the_bits_of_serial(name, tmp_path):
    for samples, schedules in BATCHES.items():
        problem = THREADS[name](samples)
        expected, _ = run(tmp_path, problem, "--on=serial")
        active = set()
        for block, refill, chunk, order in schedules:
            results, work, turns = simulate(tmp_path, problem, block, refill, chunk, order)
            where = f"block {block}, refill {refill}, chunk {chunk}, order {order}, {samples} samples"
            assert_same_bits(results, expected, where)
            # Whoever has a sample, its steps are as many.
            active.add(work)
            assert work <= turns and turns % 32 == 0
        assert len(active) == 1


@pytest.mark.parametrize("name", ["lorenz with a NaN", "tables", "saves and events"])
def test_the_place_in_a_batch_does_not_matter(name, tmp_path):
    file, function, batch, shared, arguments = THREADS[name](77)
    expected, *_ = simulate(tmp_path, (file, function, batch, shared, arguments))
    order = np.random.default_rng(7).permutation(77)
    permuted = {key: value[order] for key, value in batch.items()}
    got, *_ = simulate(tmp_path, (file, function, permuted, shared, arguments))
    assert_same_bits(got, {key: value[order] for key, value in expected.items()}, "permuted")


# The programs of test/Run say themselves what is right. These have no batch; of eqtest.mlir some checks fail on purpose.
WITHOUT_BATCH = {"cos", "long-run", "ode-user-tableau", "start-values"}
CHECKED = sorted(path.stem for path in (REPOSITORY / "test/Run").glob("*.mlir") if path.stem != "eqtest")


@pytest.mark.parametrize("name", CHECKED)
def test_checks_hold_in_the_simulator(name):
    command = [TOOLS / "eq-run", REPOSITORY / f"test/Run/{name}.mlir", "--on=sim", "--sim-order=9"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("simulated" in done.stdout) == (name not in WITHOUT_BATCH)


# The steps of the samples, for each kernel: of a fixed point its iterations; of an ODE its steps and those that were
# rejected; what does not change is computed before, in one step.
STEPS = {
    "kepler": lambda results: [results["iterations"]],
    "model": lambda results: [np.ones_like(results["iterations"]), results["iterations"]],
    "root in an ODE": lambda results: [results["steps"] + results["rejected"]],
}


@pytest.mark.parametrize("name", STEPS)
def test_kernels_do_no_more_than_the_steps(name, tmp_path):
    """A turn of a thread with a sample is a step of it. Where places are given at once, a warp has a free one only when
    there are no more samples for it: from then on, it takes as many turns as its longest sample has steps. A sample
    that may take no step has a place for a turn."""
    samples, block = 1000, 32
    file, function, batch, shared, arguments = THREADS[name](samples)
    order = np.random.default_rng(5).permutation(samples)
    problem = file, function, {key: value[order] for key, value in batch.items()}, shared, arguments
    results, active, turns = simulate(tmp_path, problem, block, refill=1)
    steps = STEPS[name](results)
    assert active == sum(kernel.sum() for kernel in steps)
    # The samples are uneven, so that the bound means something.
    assert steps[-1].max() > 1.3 * steps[-1].mean()
    warps = 4  # the simulator runs at most so many blocks
    idle = sum(np.sum(kernel == 0) + warps * 32 * kernel.max() for kernel in steps)
    assert turns <= active + idle
    # Places that wait for each other are idle meanwhile.
    _, same, more = simulate(tmp_path, problem, block, refill=32)
    assert same == active and more > 1.1 * turns
