"""Measures the rows of the works on a GPU, the most important first, and writes what is known after each.

Every work is measured by a process of its own, first for eq and then for the peers: a GPU that a fault has taken from a
process is there again for the next.
"""

import ctypes
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np

from . import driver, report, tools, works
from .tools import Failed
from .works import HERE, machine

FIRST = 10  # works whose peers come before the other works
REPEATS, SECONDS = 15, 2.0  # of a row
REHEARSED = 64  # samples


# ---- Rows of eq ----------------------------------------------------------------------------------------------------


class Library:
    """libeqrt and the objects of programs: of a folder that bench/gpu/build made, or compiled now."""

    def __init__(self, gpu, objects):
        from harness import native

        self.native, self.gpu, self.objects = native, gpu, objects
        self.about, self.times = {}, None
        if objects and (objects / "about.json").exists():
            self.about = json.loads((objects / "about.json").read_text())["programs"]
        if gpu.type == 2:
            self.time_kernels()
        runtime = objects / "libeqrt.so" if objects else machine.BUILD / "lib" / "libeqrt.so"
        self.runtime = ctypes.CDLL(str(runtime), ctypes.RTLD_GLOBAL)
        self.runtime.eq_context_create.restype = ctypes.c_void_p
        self.runtime.eq_last_error.argtypes = [ctypes.c_void_p]
        self.runtime.eq_last_error.restype = ctypes.c_char_p
        self.context = self.runtime.eq_context_create()

    def time_kernels(self):
        """Puts launch_times.so between eq and the driver, where there is or can be one."""
        path = self.objects / "launch_times.so" if self.objects else machine.CACHE / "gpu" / "launch_times.so"
        try:
            if not self.objects:
                driver.build_launch_times(path)
            self.times = ctypes.CDLL(str(path.resolve()))
        except (Failed, OSError):
            return
        self.times.eqbench_kernel_ms.restype = ctypes.c_double
        os.environ["EQ_CUDA_DRIVER"] = str(path.resolve())

    def elsewhere(self, program):
        """Why a loop of the program runs on the CPU, or None."""
        if self.gpu.type != 2:
            return None
        if self.objects:
            return self.about.get(program.name, {}).get("elsewhere")
        return next(iter(tools.loops_on_the_cpu(program, self.gpu.chip())), None)

    def kernel_ms(self):
        """Of the kernels since the last time; None if they are not timed. And how many there were."""
        if not self.times:
            return None, None
        launches = ctypes.c_int()
        ms = self.times.eqbench_kernel_ms(ctypes.byref(launches))
        return (None if ms < 0 else ms), launches.value

    def entry(self, program):
        if self.objects:
            path = self.objects / f"{program.name}.so"
        else:
            path = machine.CACHE / "gpu" / f"{program.name}.so"
            tools.compile_program(program, path, self.gpu.chip(), "shared")
        try:
            found = ctypes.CDLL(str(path.resolve())).eq_solve
        except OSError as error:
            raise Failed(str(error)) from None
        found.argtypes = [ctypes.c_void_p] * 3
        return found

    def tensors(self, arrays):
        """eq_tensors of (address, type of the device, shape, type of elements)."""
        tensors, shapes = (self.native.Tensor * len(arrays))(), []
        for tensor, (address, device, shape, kind) in zip(tensors, arrays):
            sizes = (ctypes.c_int64 * max(len(shape), 1))(*shape)
            shapes.append(sizes)
            tensor.data, tensor.ndim, tensor.shape = address, len(shape), sizes
            tensor.device = self.native.Device(device, 0)
            tensor.dtype = self.native.Dtype(2 if kind.kind == "f" else 0, kind.itemsize * 8, 1)
        return tensors, shapes

    def caller(self, entry, inputs, outputs):
        def call():
            if entry(self.context, ctypes.byref(inputs[0]), ctypes.byref(outputs[0])):
                raise Failed(self.runtime.eq_last_error(self.context).decode())

        return call


def measure_eq(library, work, data):
    gpu, entry = library.gpu, library.entry(work.program)
    # ascontiguousarray would make arrays of numbers.
    operands = [np.asarray(a, order="C") for a in work.operands(data).values()]
    batch = max(len(a) for a in operands if a.ndim)
    results = [(np.zeros(shape, kind), shape, kind) for _, shape, kind in work.results(batch)]
    kept = []

    def there(array):
        if not array.ndim:  # the host reads numbers
            return array.ctypes.data, 1
        kept.append(gpu.put(array))
        return kept[-1], gpu.type

    try:
        ins = library.tensors([(*there(a), a.shape, a.dtype) for a in operands])
        outs = library.tensors([(*there(a), shape, kind) for a, shape, kind in results])
        places = kept[len(kept) - len(results) :]
        call, kernel, launches = library.caller(entry, ins, outs), [], [None]

        def timed():
            call()
            ms, launches[0] = library.kernel_ms()
            kernel.append(ms)

        record = {"device_ms": median_ms(timed)}
        elsewhere = library.elsewhere(work.program)
        if elsewhere or launches[0] == 0:
            record["note"] = f"not scheduled on the GPU: {elsewhere or 'it has no kernel'}"
        elif None not in kernel:
            record["kernel_ms"] = statistics.median(kernel[2:])
        for place, (array, _, _) in zip(places, results):
            gpu.get(place, array)
    finally:
        for address in kept:
            gpu.free(address)
    arrays = {name: array for (name, _, _), (array, _, _) in zip(work.results(batch), results)}
    ins = library.tensors([(a.ctypes.data, 1, a.shape, a.dtype) for a in operands])
    again = [(np.zeros(shape, kind), shape, kind) for _, shape, kind in results]
    outs = library.tensors([(a.ctypes.data, 1, shape, kind) for a, shape, kind in again])
    record["host_ms"] = median_ms(library.caller(entry, ins, outs))
    states = [a for name, a in arrays.items() if name not in ("iterations", "accepted", "rejected", "status")]
    solution = states[0] if states[0].ndim == 2 else np.stack(states, axis=1)
    counts = sum(arrays[n].astype(np.int64) for n in ("iterations", "accepted", "rejected") if n in arrays)
    bad = int(np.count_nonzero(arrays["status"]))
    if bad:
        record["note"] = "; ".join([*filter(None, [record.get("note")]), f"{bad} samples did not converge"])
    return record, solution, counts


# ---- What is asked of a row ----------------------------------------------------------------------------------------


def median_ms(call):
    call()
    start = time.perf_counter()
    call()
    took = time.perf_counter() - start
    samples = []
    for _ in range(max(1, min(REPEATS, int(SECONDS / max(took, 1e-9))))):
        start = time.perf_counter()
        call()
        samples.append(time.perf_counter() - start)
    return 1e3 * statistics.median(samples)


def shares(record, work, counts, limits, pipes):
    """How much of what the GPU can do is used, by the time of the kernel, else the call on the device."""
    from .predict import moved_bytes

    seconds = record.get("kernel_ms", record["device_ms"]) / 1e3
    steps = float(np.sum(counts))
    if work.program.size:
        record["tflops"] = work.flops * steps / seconds / 1e12
        if "f32" in limits:
            record["flop_share"] = record["tflops"] * 1e12 / limits["f32"]
    elif pipes and "fp32" in pipes and work.program.type in limits:
        lanes = {"f32": "fp32", "f64": "fp64"}[work.program.type]
        record["flop_share"] = 2 * pipes[lanes] * steps / seconds / limits[work.program.type]
    if "bytes" in limits:
        record["byte_share"] = moved_bytes(work) / seconds / limits["bytes"]


def errors(record, solution, counts, truth):
    if counts is not None:
        record["steps"] = float(np.mean(counts))
    if truth is not None:
        which, exact = truth
        found = solution[which].astype(np.float64)
        each = np.abs(found - exact) / np.maximum(1.0, np.abs(exact))
        record["error"] = float(each.max())


def truth_of(work, data, objects):
    path = objects and objects / f"{work.name}.truth.npz"
    if path and path.exists():
        with np.load(path) as found:
            return found["which"], found["truth"]
    return work.reference(data)


def work(options):
    """The process of one work: a line of JSON per row."""
    name, part = options.worker.rsplit(":", 1)
    found = next(w for w in works.all_works() if w.name == name)
    if options.rehearse:
        found = dataclasses.replace(found, batch=min(found.batch, REHEARSED))

    def tell(row, record):
        goals = {"goal": found.goal, "goal_tflops": found.goal_flops and found.goal_flops / 1e12}
        goals = {name: goal for name, goal in goals.items() if goal and row == "eq"}
        print(json.dumps({"work": found.name, "row": row, **goals, **record}), flush=True)

    try:
        gpu = driver.Host() if options.rehearse else driver.Gpu()
    except Failed as error:
        return tell(part, {"failed": str(error)})
    data = found.data()
    truth = truth_of(found, data, None if options.rehearse else options.objects)
    if part == "eq":
        library = Library(gpu, options.objects)
        variants = [("eq", found)]
        if works.uneven(found):
            variants.append(("eq-masked", dataclasses.replace(found, program=found.program.masked)))
        rows = [(row, lambda v=v: measure_eq(library, v, data)) for row, v in variants]
        pipes = {row: library.about.get(v.program.name) for row, v in variants}
    else:
        from . import peers

        rows, pipes = peers.rows(found, data, gpu, median_ms), {}
    for row, measure in rows:
        try:
            record, solution, counts = measure()
            if part == "eq" and counts is not None:
                shares(record, found, counts, gpu.limits(), pipes[row])
            errors(record, solution, counts, truth)
        except ImportError as error:
            record = {"skipped": f"not installed: {error.name or error}"}
        except Exception as error:  # a row that fails stops no other
            record = {"failed": f"{type(error).__name__}: {error}".split("\n")[0][:200]}
        tell(row, record)


def order(chosen, peers):
    first, others = chosen[:FIRST], chosen[FIRST:]
    for some in (first, others):
        yield from ((w.name, "eq") for w in some)
        if peers:
            yield from ((w.name, "peers") for w in some)


def main(options, say):
    """Starts the processes and collects their rows."""
    began, records = time.monotonic(), []
    device = {}
    if options.rehearse:
        device = driver.Host().describe()
    else:
        code = "from device import driver; import json; print(json.dumps(driver.Gpu().describe()))"
        probe = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True)
        if probe.returncode:
            raise SystemExit(f"bench/gpu/run: error: expected a GPU, but {probe.stderr.strip().splitlines()[-1]};"
                             " --predict needs none")  # fmt: skip
        device = json.loads(probe.stdout)
    known = machine.describe()
    device |= {"cpu": known["cpu"], "commit": known["commit"], "python": known["python"]}

    def save():
        if options.json:
            options.json.write_text(json.dumps({"device": device, "records": records}, indent=1) + "\n")
        if options.write and not options.rehearse:
            (HERE / "results.md").write_text(report.results(records, device))

    def keep(record):
        records.append(record)
        print(report.line(record), flush=True)
        save()

    print(report.line(None))
    for name, part in order(works.chosen(options.only), not options.no_peers):
        left = options.budget - (time.monotonic() - began)
        if left <= 0:
            keep({"work": name, "row": part, "skipped": "the budget was spent"})
            continue
        command = [sys.executable, str(HERE / "run"), f"--worker={name}:{part}"]
        command += ["--rehearse"] if options.rehearse else []
        command += [f"--objects={options.objects.resolve()}"] if options.objects else []
        variables = dict(os.environ, XLA_PYTHON_CLIENT_PREALLOCATE="false", PYTHONWARNINGS="ignore")
        if options.rehearse:
            variables["JAX_PLATFORMS"] = "cpu"
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables)
        timer = Timer(process, left)
        told = 0
        for line in process.stdout:
            if line.startswith("{"):
                keep(json.loads(line))
                told += 1
        code = process.wait()
        timer.cancel()
        if code:
            why = "the budget was spent" if timer.rang else f"exit code {code}"
            keep({"work": name, "row": part, "failed" if not timer.rang else "skipped": why})
    return 0 if any("device_ms" in record for record in records) else 1


class Timer:
    """Ends a process when its time is over."""

    def __init__(self, process, seconds):
        import threading

        self.process, self.rang = process, False
        self.timer = threading.Timer(seconds, self.ring)
        self.timer.start()

    def ring(self):
        self.rang = True
        self.process.kill()

    def cancel(self):
        self.timer.cancel()
