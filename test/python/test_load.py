"""Calls that are stopped, or run out of memory, while several threads work: the documented end, no leak, and the same bits after it."""

import ctypes
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "test/Fuzz"))
import execute  # noqa: E402

SOURCE = Path(__file__).parent / "Inputs/load.mlir"
SCHEDULES = {"serial": "#eq.serial", "lanes": "#eq.lanes<lanes = 8, rows = 1, refill = 1, chunk = 4>"}
CONVERGED, CANCELLED = 0, 10
BUSY = 5
FOREVER = 2**31 - 1  # steps: hours for the samples below
PATIENCE = 120  # seconds in which a call that is told to stop must have returned


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    folder = tmp_path_factory.mktemp("load")
    made = {}
    for name, schedule in SCHEDULES.items():
        target = folder / f"{name}.so"
        assert execute.eq_compile(SOURCE, schedule, target) is None
        made[name] = ctypes.CDLL(str(target))
    return made


@pytest.fixture(scope="module")
def runtime():
    library = ctypes.CDLL(str(execute.BUILD / "lib/libeqrt.so"), ctypes.RTLD_GLOBAL)
    library.eq_context_create.restype = ctypes.c_void_p
    library.eq_last_error.restype = ctypes.c_char_p
    library.eq_memory_in_use.restype = ctypes.c_uint64
    for name in ("eq_context_destroy", "eq_last_error", "eq_memory_in_use", "eq_cancel", "eq_cancel_reset"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    library.eq_set_threads.argtypes = [ctypes.c_void_p, ctypes.c_int32]
    library.eq_set_memory_limit.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    return library


@pytest.fixture(params=[1, 2, 3])
def threads(request):
    return request.param


@pytest.fixture
def context(runtime, threads):
    made = runtime.eq_context_create()
    assert runtime.eq_set_threads(made, threads) == 0
    yield made
    assert runtime.eq_set_memory_limit(made, 0) == 0
    assert runtime.eq_context_destroy(made) == 0


def ends(number):
    """Every third sample comes to an end."""
    return number % 3 == 1


def fixed(samples, endless=True, function="fixed"):
    number = np.arange(samples)
    stays = ~ends(number) & endless
    a = np.where(stays, -1.0, 0.9 - 0.8 * number / samples)
    return function, {"a": a, "b": np.where(stays, 1.0, 1.0 + number), "max": np.int32(FOREVER)}


def nested(samples, endless=True):
    return fixed(samples, endless, "nested")


def inside(samples, endless=True):
    return fixed(samples, endless, "inside")


def circle(samples, endless=True):
    number = np.arange(samples)
    end = np.where(~ends(number) & endless, 1e9, 0.5 + number / samples)
    return "circle", {"b": 1.0 + number / samples, "end": end, "max": np.int32(FOREVER)}


PROBLEMS = {"fixed": fixed, "circle": circle, "nested": nested, "inside": inside}


def call(library, runtime, context, problem):
    """The results, or the error that was raised; a call that never comes back fails the test."""
    name, arrays = problem
    text = SOURCE.read_text().partition(f"func.func @{name}(")[2].replace("\n", " ")
    got = []

    def run():
        try:
            got.append(execute.Entry(library, name, text)(runtime, context, arrays, len(arrays["b"])))
        except RuntimeError as error:
            got.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert got, "expected the call to return"
    return got[0]


def assert_same_bits(got, expected, where=slice(None)):
    for name in expected:
        assert got[name][where].tobytes() == expected[name][where].tobytes(), name


def cancel_while_it_runs(runtime, context):
    """In a thread: waits until a call uses the context, and a little more."""

    def run():
        # Setters are refused while a call runs.
        while runtime.eq_set_memory_limit(context, 0) != BUSY:
            time.sleep(0.001)
        time.sleep(0.05)
        runtime.eq_cancel(context)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_call_can_be_cancelled_while_it_runs(name, schedule, libraries, runtime, context, threads):
    library, samples = libraries[schedule], 300
    expected = call(libraries["serial"], runtime, context, PROBLEMS[name](samples, endless=False))
    assert set(expected["status"]) == {CONVERGED}

    canceller = cancel_while_it_runs(runtime, context)
    got = call(library, runtime, context, PROBLEMS[name](samples))
    canceller.join()
    done = got["status"] == CONVERGED
    assert set(got["status"][~done]) == {CANCELLED}
    assert np.all(ends(np.arange(samples)[done]))
    assert_same_bits(got, expected, done)
    if schedule == "lanes" and name in ("fixed", "circle"):
        # Each thread took a block of samples at least, and finished those that have an end. Inner solves wait for all of a block.
        assert np.count_nonzero(done) >= 2
    if name == "fixed":
        # The state is that of the last whole step.
        endless = ~ends(np.arange(samples))
        assert np.array_equal(got["z"][endless], got["iterations"][endless] % 2.0)
    assert runtime.eq_memory_in_use(context) == 0

    # The request stays, also for samples that would have an end.
    got = call(library, runtime, context, PROBLEMS[name](samples, endless=False))
    assert set(got["status"]) == {CANCELLED} and not np.any(got["iterations"])
    # Until it is taken back.
    runtime.eq_cancel_reset(context)
    assert_same_bits(call(library, runtime, context, PROBLEMS[name](samples, endless=False)), expected)
    assert runtime.eq_memory_in_use(context) == 0


@pytest.mark.parametrize("endless", [False, True], ids=["", "endless"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_call_over_the_memory_limit_fails(name, endless, libraries, runtime, context, threads):
    library = libraries["lanes"]
    problem = PROBLEMS[name](300, endless=False)
    expected = call(library, runtime, context, problem)

    def works(limit):
        assert runtime.eq_set_memory_limit(context, limit) == 0
        return not isinstance(call(library, runtime, context, problem), RuntimeError)

    low, least = 1, 1 << 30
    while least - low > 1:
        middle = (low + least) // 2
        low, least = (low, middle) if works(middle) else (middle, least)
    # The last bytes are asked for by the results, those before them by each thread for itself.
    for limit in {low, least - 8 * 300, least * 3 // 4, least // 2, least // 4, 1}:
        assert runtime.eq_set_memory_limit(context, limit) == 0
        error = call(library, runtime, context, PROBLEMS[name](300, endless) if limit < least // 2 else problem)
        assert "expected to stay within the memory limit, but asked for" in str(error)
        assert runtime.eq_memory_in_use(context) == 0
    assert runtime.eq_set_memory_limit(context, 0) == 0
    assert_same_bits(call(library, runtime, context, problem), expected)
