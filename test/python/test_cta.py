"""Tiles of a GPU's blocks, simulated: each sample has the bits of #eq.serial, whatever its block, place and order."""

import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import test_threads

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build/release")) / "bin"


def random(shape, seed, scale=1.0):
    return (np.random.default_rng(seed).standard_normal(shape) * scale).astype(np.float32)


def contraction(rows, columns, seed):
    w = random((rows, columns), seed)
    return (w / np.linalg.norm(w, 2) * 0.9).astype(np.float32)


def sized(folder, name, size, programs="bench/programs"):
    """A program for another width than its 64."""
    text = (REPOSITORY / programs / f"{name}.mlir").read_text()
    assert "64xf32" in text
    path = folder / f"{name}-{size}.mlir"
    path.write_text(text.replace("64xf32", f"{size}xf32").replace("<64x", f"<{size}x"))
    return path


def deq(folder, samples, size):
    batch = {"z": np.zeros((samples, size), np.float32), "x": random((samples, size), 1)}
    shared = {"w": contraction(size, size, 2), "u": random((size, size), 3, size**-0.5), "b": random(size, 4)}
    return sized(folder, "deq", size), batch, shared, ["tol=1e-5", "max=100"]


def deq_gain(folder, samples, size):
    _, batch, shared, arguments = deq(folder, samples, size)
    batch["gain"] = np.linspace(0.1, 1.0, samples).astype(np.float32)
    return sized(folder, "deq_gain", size), batch, shared, arguments


def two_layer(folder, samples, _):
    batch = {"z": np.zeros((samples, 48), np.float32), "x": random((samples, 48), 1)}
    shared = {"w1": contraction(96, 48, 2), "w2": contraction(48, 96, 3), "u": random((96, 48), 4, 48**-0.5)}
    shared |= {"b1": random(96, 5), "b2": random(48, 6)}
    return REPOSITORY / "bench/programs/two_layer.mlir", batch, shared, ["tol=1e-5", "max=100"]


def digits(folder, samples, _):
    with np.load(REPOSITORY / "examples/digits/digits.npz") as data:
        x = data["pixels"][:samples]
    with np.load(REPOSITORY / "examples/digits/weights.npz") as data:
        shared = dict(data)
    return REPOSITORY / "examples/digits/deq.mlir", {"z": np.zeros_like(x), "x": x}, shared, ["abs=1e-6", "max=500"]


def flow(folder, samples, size):
    batch = {"x": random((samples, size), 1, 2.0)}
    batch["x"][samples // 2 :] *= np.float32(1e-3)  # takes fewer steps
    shared = {"w": 3 * contraction(size, size, 2), "b": random(size, 4), "times": np.linspace(0, 1, 5, dtype="f4")}
    return sized(folder, "flow", size, "test/python/Inputs"), batch, shared, ["tol=1e-6"]


def listed(folder, samples, _):
    batch = {"x": random((samples, 2, 3), 1), "p": random(samples, 2), "at": np.arange(samples, dtype=np.int32) % 3}
    return REPOSITORY / "test/python/Inputs/listed.mlir", batch, {}, []


def run(folder, problem, *options):
    file, batch, shared, arguments = problem
    np.savez(folder / "in.npz", **batch, **shared)
    command = [TOOLS / "eq-run", *options, file, "--function=solve"]
    command += ["--in", folder / "in.npz", "--out", folder / "out.npz"]
    for argument in arguments:
        command += ["--arg", argument]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "out.npz") as data:
        return dict(data), done.stdout


def assert_same_bits(got, expected, where):
    assert got.keys() == expected.keys()
    for name in expected:
        a, b = got[name], expected[name]
        if a.dtype.kind == "f":  # NaNs are all one
            a, b = (np.where(np.isnan(v), np.full_like(v, np.nan), v) for v in (a, b))
        assert a.tobytes() == b.tobytes(), f"{where}: {name} differs"


# Warps, samples of a lane, rows, refill and chunk; the order of threads. Tiles that divide the sizes and tiles that do
# not, fewer and more tiles than warps, more and fewer warps than samples of a lane, samples one by one to each block,
# places that wait for others.
SCHEDULES = [
    ((4, 4, 16, 8, 0), "ascending"), ((2, 2, 5, 1, 3), "descending"), ((3, 1, 16, 32, 0), "17"),
    ((8, 1, 4, 1, 1), "descending"), ((1, 4, 7, 128, 40), "ascending"), ((3, 4, 7, 16, 0), "descending"),
]  # fmt: skip


def text_of(shape):
    return "#eq.cta<warps = {}, samples = {}, rows = {}, refill = {}, chunk = {}>".format(*shape)


@pytest.mark.parametrize(
    "problem, size", [(deq, 64), (deq, 37), (deq_gain, 37), (two_layer, 48), (digits, 64), (flow, 20), (listed, 6)]
)
def test_tiles_have_the_bits_of_serial(problem, size, tmp_path):
    for samples in (33, 3, 1):
        made = problem(tmp_path, samples, size)
        if samples == 33:
            made[1]["x"][20].flat[1] = np.nan
        expected, _ = run(tmp_path, made, "--schedule=#eq.serial")
        assert samples < 33 or len(set(expected["iterations"])) > 2
        assert samples < 33 or len(set(expected["status"])) > 1
        # Two layers with four samples a lane need more shared memory than the simulated GPU has.
        many = SCHEDULES[1:4] if problem is two_layer else SCHEDULES
        for shape, order in many if samples == 33 else SCHEDULES[1:2]:
            where = text_of(shape)
            got, _ = run(tmp_path, made, "--on=sim", f"--sim-order={order}", f"--schedule={where}")
            assert_same_bits(got, expected, f"{where}, {samples} samples, {order}")


def test_sums_over_samples_have_the_bits_of_serial(tmp_path):
    _, _, batch, shared, arguments = test_threads.sums(77)
    made = REPOSITORY / "test/python/Inputs/sums.mlir", batch, shared, arguments
    expected, _ = run(tmp_path, made, "--schedule=#eq.serial")
    assert len(set(expected["steps"])) > 2 and 0 in expected["steps"]
    for shape, order in SCHEDULES:
        where = text_of(shape)
        got, output = run(tmp_path, made, "--on=sim", f"--sim-order={order}", f"--schedule={where}")
        assert "simulated 1 kernels" in output
        assert_same_bits(got, expected, f"{where}, {order}")


@pytest.mark.parametrize("name", test_threads.THREADS)
def test_tiles_run_what_threads_run(name, tmp_path):
    """Loops inside, events, records, branches with tensors; more and fewer samples than a tile has."""
    for samples, shape in ((77, (2, 2, 3, 5, 0)), (3, (3, 1, 16, 1, 2))):
        problem = test_threads.THREADS[name](samples)
        expected, _ = test_threads.run(tmp_path, problem, "--on=serial")
        schedule = f"--schedule={text_of(shape)}"
        got, output = test_threads.run(tmp_path, problem, "--on=sim", "--sim-order=descending", schedule)
        assert "simulated" in output
        assert_same_bits(got, expected, f"{schedule}, {samples} samples")


@pytest.mark.parametrize("name", test_threads.CHECKED)
def test_checks_hold_in_tiles(name):
    command = [TOOLS / "eq-run", REPOSITORY / f"test/Run/{name}.mlir", "--on=sim", "--sim-order=3"]
    done = subprocess.run([*command, f"--schedule={text_of((2, 2, 3, 5, 0))}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("simulated" in done.stdout) == (name not in test_threads.WITHOUT_BATCH)


def test_many_samples_pass_through_few_places(tmp_path):
    made = deq_gain(tmp_path, 700, 37)
    made[1]["gain"] = np.where(np.arange(700) % 9 == 4, 1.0, 0.1).astype(np.float32)
    made[1]["x"] *= np.float32(0.01)  # where tanh is steep
    made[2]["b"] *= np.float32(0.01)
    expected, _ = run(tmp_path, made, "--schedule=#eq.serial")
    assert expected["iterations"].max() > 2 * expected["iterations"].mean()
    turns = {}
    for refill in (2, 32):
        shape = (3, 1, 16, refill, 64)
        got, output = run(tmp_path, made, "--on=sim", f"--schedule={text_of(shape)}")
        assert_same_bits(got, expected, text_of(shape))
        turns[refill] = [int(n) for n in re.search(r"(\d+) of (\d+) turns", output).groups()]
    # Places that are filled again at once are idle less.
    assert turns[2][0] / turns[2][1] > 1.5 * turns[32][0] / turns[32][1]


def test_tiles_are_chosen_for_products(tmp_path):
    made = deq(tmp_path, 5, 64)
    expected, _ = run(tmp_path, made, "--schedule=#eq.serial")
    done = subprocess.run([TOOLS / "eq-compile", made[0], "--target=nvptx", "--chip=sm_90", "--to=schedule"],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "schedule(#eq.cta" in done.stdout
    got, _ = run(tmp_path, made, "--on=sim")
    assert_same_bits(got, expected, "the chosen schedule")


def test_what_needs_too_much_shared_memory_stays_on_the_cpu(tmp_path):
    made = deq(tmp_path, 5, 256)
    command = [TOOLS / "eq-compile", made[0], "--target=nvptx", "--chip=sm_90", "--schedule=#eq.cta", "--to=schedule"]
    done = subprocess.run([*command, "--remarks-filter=eq-schedule"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "schedule(#eq.serial)" in done.stdout and "schedule(#eq.cta" not in done.stdout
    numbers = re.search(r"its tiles need (\d+) bytes of shared memory, and a block of sm_90 can have (\d+)", done.stderr)
    assert numbers, done.stderr
    assert int(numbers[1]) > int(numbers[2]) == 232448
