"""Compiles programs, runs them on batches, and compares the bits.

    findings, notes = examine([(name, text, arrays), ..], schedules, folder)

All functions of a call are compiled together, once per schedule, and run in a child process: a crash or a hang is then
a finding like any other. What a sample gives under `#eq.serial` in the whole batch is what it must give everywhere.
"""

import ctypes
import multiprocessing
import os
import re
import signal
import subprocess
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_int32, c_int64, c_uint64, c_void_p
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
BUILD = Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build" / "release"))
RUNTIME = Path(os.environ.get("EQ_RUNTIME_DIR", BUILD / "lib"))
SERIAL = "#eq.serial"
COMPILE_LIMIT = 300  # seconds, for a few programs
RUN_LIMIT = 60  # for one program under one schedule

CODES = {"f32": (2, 32, np.float32), "f64": (2, 64, np.float64), "i1": (6, 8, np.bool_), "i8": (0, 8, np.int8),
         "i16": (0, 16, np.int16), "i32": (0, 32, np.int32), "i64": (0, 64, np.int64)}  # fmt: skip


@dataclass
class Finding:
    """Something that must not be."""

    name: str  # of the function
    kind: str  # refused, compile crash, compile hang, differs, crash, hang, error
    schedule: str
    detail: str

    def same_as(self, other):
        """Whether a smaller program shows the same thing: its kind, and what was said without names and numbers."""
        def stripped(finding):
            text = finding.detail.split("\n")[0] if finding.kind in ("refused", "error") else ""
            return re.sub(r"%\w+|\d+", "", text)

        return self.kind == other.kind and stripped(self) == stripped(other)


class Device(Structure):
    _fields_ = [("type", c_int32), ("id", c_int32)]


class Dtype(Structure):
    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class Tensor(Structure):
    """eq_tensor of eqrt.h."""

    _fields_ = [("data", c_void_p), ("device", Device), ("ndim", c_int32), ("dtype", Dtype),
                ("shape", POINTER(c_int64)), ("strides", POINTER(c_int64)), ("byte_offset", c_uint64)]  # fmt: skip


def signature(text):
    """The names and types of a function's operands and results: [(name, element, shape)], with None for `?`."""
    inputs, _, results = text.partition(") -> (")

    def parsed(part):
        found = []
        for type, name in re.findall(r'(tensor<[^>]*>|[a-z]+\d+) \{eq\.name = "(\w+)"\}', part):
            *sizes, element = type.removeprefix("tensor<").removesuffix(">").split("x")
            found.append((name, element, [None if s == "?" else int(s) for s in sizes]))
        return found

    return parsed(inputs), parsed(results.partition(") {")[0])


class Entry:
    """A compiled function."""

    def __init__(self, library, name, text):
        self.inputs, self.results = signature(text)
        self.function = library[f"eq_{name}"]
        self.function.argtypes, self.function.restype = [c_void_p, c_void_p, c_void_p], c_int

    def __call__(self, runtime, context, arrays, samples):
        operands = [np.asarray(arrays[name], order="C") for name, _, _ in self.inputs]
        outputs = [np.zeros([samples if s is None else s for s in shape], CODES[element][2]) for _, element, shape in self.results]
        keep = []

        def tensors(values, types):
            made = (Tensor * max(len(values), 1))()
            for tensor, array, (_, element, _) in zip(made, values, types):
                shape = (c_int64 * max(array.ndim, 1))(*array.shape)
                keep.append(shape)
                code, bits, _ = CODES[element]
                tensor.data, tensor.ndim, tensor.shape = array.ctypes.data, array.ndim, shape
                tensor.device, tensor.dtype = Device(1, 0), Dtype(code, bits, 1)
            return made

        given, wanted = tensors(operands, self.inputs), tensors(outputs, self.results)
        if self.function(context, byref(given), byref(wanted)):
            raise RuntimeError(runtime.eq_last_error(context).decode())
        return {name: array for (name, _, _), array in zip(self.results, outputs)}


def bits(array):
    """An array as integers, with one NaN."""
    array = np.asarray(array, order="C")
    if array.dtype.kind != "f":
        return array
    array = np.where(np.isnan(array), np.array(np.nan, array.dtype), array)
    return array.view(np.int32 if array.dtype == np.float32 else np.int64)


def batches(samples, random):
    """The samples of each run: all, in another order, and fewer."""
    yield "all", np.arange(samples)
    if samples > 1:
        yield "permuted", random.permutation(samples)
        for size in (1, 3, 7, 33):
            if size < samples:
                yield f"{size} of them", np.sort(random.choice(samples, size, replace=False))


def difference(expected, got, chosen):
    """Where results differ, in words; nothing if they do not."""
    for name, want in expected.items():
        if not name.startswith("batch"):
            if len(chosen) < max((len(v) for n, v in expected.items() if n.startswith("batch")), default=0) or np.any(np.diff(chosen) < 0):
                continue  # a sum over other samples
        else:
            want = want[chosen]
        a, b = bits(want), bits(got[name])
        if a.shape != b.shape:
            return f"{name} has shape {b.shape}, not {a.shape}"
        places = np.argwhere(a != b)
        if len(places):
            place = tuple(places[0])
            sample = int(chosen[place[0]]) if name.startswith("batch") and place else -1
            return (f"{name}{list(map(int, place))} is {got[name][place]!r}, not {want[place]!r} (sample {sample}; "
                    f"{len(places)} of {a.size} differ)")
    return ""


def run_all(pipe, libraries, cases, start):
    """In the child: says what it begins, so that the parent knows where it ended."""
    runtime = ctypes.CDLL(str(RUNTIME / "libeqrt.so"), ctypes.RTLD_GLOBAL)
    runtime.eq_context_create.restype = c_void_p
    runtime.eq_last_error.argtypes, runtime.eq_last_error.restype = [c_void_p], c_char_p
    runtime.eq_set_threads.argtypes = [c_void_p, c_int32]
    context = runtime.eq_context_create()
    loaded = {schedule: ctypes.CDLL(path) for schedule, path in libraries.items()}
    for number, (name, text, arrays) in enumerate(cases):
        if number < start[0]:
            continue
        expected = None
        for turn, schedule in enumerate(libraries):
            if number == start[0] and 0 < turn < start[1]:
                continue
            pipe.send(("begins", number, turn))
            try:
                entry = Entry(loaded[schedule], name, text)
                batched = [k for k in arrays if k.startswith("batch")]
                samples = len(arrays[batched[0]]) if batched else 1
                random = np.random.default_rng(number + 17 * turn)
                found = ""
                for label, chosen in batches(samples, random):
                    threads = 1 + int(random.integers(3))
                    runtime.eq_set_threads(context, threads)
                    given = {k: v[chosen] if k in batched else v for k, v in arrays.items()}
                    got = entry(runtime, context, given, len(chosen))
                    if expected is None:
                        expected = got
                        pipe.send(("statuses", number, statuses(text, got)))
                    found = difference(expected, got, chosen)
                    if found:
                        pipe.send(("finding", Finding(name, "differs", schedule, f"{label}, {threads} threads: {found}")))
                        break
            except RuntimeError as error:
                pipe.send(("finding", Finding(name, "error", schedule, str(error))))
                if expected is None:
                    break
    pipe.send(("ends",))


def statuses(text, results):
    """The status of every sample; of an eq.loop, nothing."""
    if " = eq.loop " in text.partition("{\n ")[2].split("\n")[0]:
        return []
    found = [v for k, v in results.items() if v.dtype == np.int32 and v.ndim == 1 and k.startswith("batch")]
    return found[-1].tolist() if found else []


def run(libraries, cases):
    """Runs every function under every schedule; findings and statuses."""
    findings, ended = [], {}
    context = multiprocessing.get_context("fork")
    start = (0, 0)
    while start is not None:
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=run_all, args=(theirs, libraries, cases, start))
        child.start()
        theirs.close()
        now, start = start, None
        kind = ""
        while True:
            try:
                if not ours.poll(RUN_LIMIT):
                    kind = "hang"
                    child.kill()
                    break
                message = ours.recv()
            except EOFError:
                kind = "crash"
                break
            if message[0] == "begins":
                now = message[1:]
            elif message[0] == "finding":
                findings.append(message[1])
            elif message[0] == "statuses":
                ended[message[1]] = message[2]
            else:
                break
        child.join()
        ours.close()
        if kind:
            number, turn = now
            schedule = list(libraries)[turn]
            code = child.exitcode or 0
            detail = f"longer than {RUN_LIMIT} s" if kind == "hang" else f"ended by {signal.Signals(-code).name if code < 0 else code}"
            findings.append(Finding(cases[number][0], kind, schedule, detail))
            # Goes on behind it; without serial results there is nothing to compare with.
            start = (number, turn + 1) if turn else (number + 1, 0)
            if start[1] >= len(libraries):
                start = (number + 1, 0)
            if start[0] >= len(cases):
                start = None
    return findings, ended


def eq_compile(source, schedule, target):
    """Nothing, or the kind of what went wrong and what was said."""
    command = [BUILD / "bin" / "eq-compile", source, "--emit=shared", f"--schedule={schedule}", "-o", target]
    if schedule.startswith(("#eq.thread", "#eq.cta")):
        command.append("--target=sim")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_LIMIT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "compile hang", f"longer than {COMPILE_LIMIT} s"
    if done.returncode == 0:
        return None
    said = [line.replace(f"{source}:", "") for line in done.stderr.splitlines() if "error:" in line or "Assertion" in line]
    if done.returncode < 0 or "PLEASE submit a bug report" in done.stderr:
        return "compile crash", said[0] if said else done.stderr[-300:]
    return "refused", said[0] if said else done.stderr[-300:]


def examine(cases, schedules, folder, plant=None):
    """Findings of some functions, and the statuses of their samples by name.

    `plant` changes the text for all schedules but the serial one: how the comparison itself is tested.
    """
    libraries = compile_all(cases, [SERIAL, *schedules], folder, plant)
    if not isinstance(libraries, dict):
        schedule, kind, detail = libraries
        if len(cases) == 1:
            return [Finding(cases[0][0], kind, schedule, detail)], {}
        # Together they cannot be compiled: each for itself, to find the ones that cannot.
        findings, statuses = [], {}
        for case in cases:
            found, ended = examine([case], schedules, folder, plant)
            findings += found
            statuses.update(ended)
        if kind != "compile hang" and not any(f.kind == kind for f in findings):
            findings.append(Finding(cases[0][0], kind, schedule, "only together: " + detail))
        return findings, statuses
    found, ended = run(libraries, cases)
    return found, {cases[number][0]: statuses for number, statuses in ended.items()}


def compile_all(cases, schedules, folder, plant):
    """The shared objects by schedule; or the schedule, kind and message of a failure."""
    source = folder / "programs.mlir"
    libraries = {}
    for number, schedule in enumerate(schedules):
        target = folder / f"{number}.so"
        source.write_text("\n".join(plant(text) if plant and number else text for _, text, _ in cases))
        wrong = eq_compile(source, schedule, target)
        if wrong:
            return schedule, *wrong
        libraries[schedule] = str(target)
    return libraries


def fallbacks(cases, schedule, folder):
    """Why loops of these functions run as #eq.serial instead, by name of the function."""
    source = folder / "schedules.mlir"
    text, starts = "", []
    for name, part, _ in cases:
        starts.append((text.count("\n") + 1, name))
        text += part
    source.write_text(text)
    command = [BUILD / "bin" / "eq-opt", source, "--eq-verify", "--eq-expand", "--eq-fuse", f"--eq-schedule-choose=override='{schedule}'",
               "--remarks-filter-missed=eq-schedule", "-o", os.devnull]
    done = subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_LIMIT, stdin=subprocess.DEVNULL)
    found = {}
    for line, reason in re.findall(r"schedules\.mlir:(\d+):.*#eq\.serial instead of .*?>: ([^|\n]*)", done.stderr):
        name = [n for start, n in starts if start <= int(line)][-1]
        found[name] = reason.strip().strip('"')
    return found
