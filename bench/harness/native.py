"""The limit kernels and Boost.odeint: built once, called through ctypes."""

import ctypes
import os
import shutil
import subprocess
from ctypes import POINTER, Structure, byref, c_char_p, c_double, c_float, c_int, c_int32, c_int64, c_void_p

import numpy as np

from . import machine

FLAGS = ["-std=c++20", "-O3", "-march=native", "-shared", "-fPIC", "-pthread", "-ffp-contract=fast"]
# Not for kepler, whose reduction by pi/2 would be "simplified".
FAST = {name: ["-ffast-math"] for name in ("deq", "two_layer", "lorenz", "vdp", "odeint")}
CLANG_FAST = ["-mrecip=none"]


class Failed(Exception):
    """A row cannot be measured; the text says why, in one line."""


class Skipped(Exception):
    """A row does not apply; the text says why."""


class Deq(Structure):
    _fields_ = [
        ("size", c_int64), ("batch", c_int64),
        ("w", c_void_p), ("u", c_void_p), ("b", c_void_p), ("x", c_void_p), ("gain", c_void_p),
        ("z", c_void_p), ("iterations", c_void_p),
        ("tolerance", c_float), ("max", c_int32),
    ]  # fmt: skip


class TwoLayer(Structure):
    _fields_ = [
        ("size", c_int64), ("hidden", c_int64), ("batch", c_int64),
        ("w1", c_void_p), ("w2", c_void_p), ("u", c_void_p), ("b1", c_void_p), ("b2", c_void_p), ("x", c_void_p),
        ("z", c_void_p), ("iterations", c_void_p),
        ("tolerance", c_float), ("max", c_int32),
    ]  # fmt: skip


class Kepler(Structure):
    _fields_ = [
        ("batch", c_int64), ("anomaly", c_void_p), ("eccentricity", c_void_p),
        ("result", c_void_p), ("iterations", c_void_p),
        ("tolerance", c_double), ("max", c_int32),
    ]  # fmt: skip


class Ensemble64(Structure):
    _fields_ = [
        ("batch", c_int64), ("parameter", c_void_p), ("result", c_void_p), ("iterations", c_void_p),
        ("end", c_double), ("tolerance", c_double),
    ]  # fmt: skip


class Ensemble32(Structure):
    _fields_ = [
        ("batch", c_int64), ("parameter", c_void_p), ("result", c_void_p), ("iterations", c_void_p),
        ("end", c_float), ("tolerance", c_float),
    ]  # fmt: skip


def aligned(shape, dtype):
    """Zeros that begin at a multiple of 64 bytes."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    memory = np.zeros(size + 64, dtype=np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(dtype).reshape(shape)


def aligned_copy(array, dtype=None):
    array = np.asarray(array)
    copy = aligned(array.shape, dtype or array.dtype)
    copy[...] = array
    return copy


def pointer(array):
    return None if array is None else array.ctypes.data


def library(name):
    """The shared object of bench/limits/NAME.cpp, built if it is older than its sources."""
    source = machine.BENCH / "limits" / f"{name}.cpp"
    target = machine.CACHE / f"{name}.so"
    newest = max(path.stat().st_mtime for path in [*source.parent.glob("*.h"), source])
    if not target.exists() or target.stat().st_mtime < newest:
        compiler = next((c for c in ("clang++-22", "clang++", "g++") if shutil.which(c)), None)
        if not compiler:
            raise Failed("no C++ compiler")
        machine.CACHE.mkdir(parents=True, exist_ok=True)
        temporary = f"{target}.{os.getpid()}"
        flags = FLAGS + FAST.get(name, []) + (CLANG_FAST if "clang" in compiler and name in FAST else [])
        run = subprocess.run([compiler, *flags, str(source), "-o", temporary], capture_output=True, text=True)
        if run.returncode:
            raise Failed(first_error(run.stderr))
        os.replace(temporary, target)
    return ctypes.CDLL(str(target))


def first_error(text):
    lines = text.strip().split("\n")
    return next((line for line in lines if "error" in line), lines[0])[:200]


def function(library_name, name):
    found = getattr(library(library_name), name)
    found.argtypes, found.restype = [c_void_p], None
    return found


def caller(limit, problem):
    """A call of the kernel without arguments; keeps the problem alive."""
    return lambda: limit(byref(problem))


def in_threads(limit, problems):
    """A call of the kernel on several problems, each in a plain thread."""
    both = library("calls").limit_in_threads
    both.argtypes, both.restype = [c_void_p, POINTER(c_void_p), c_int], None
    places = (c_void_p * len(problems))(*[ctypes.addressof(p) for p in problems])
    entry = ctypes.cast(limit, c_void_p)
    return lambda: both(entry, places, len(problems))


def repeated(limit, problem, times):
    """Seconds of one call of the kernel, from `times` calls."""
    repeat = library("calls").repeat_limit
    repeat.argtypes, repeat.restype = [c_void_p, c_void_p, c_int], c_double
    entry = ctypes.cast(limit, c_void_p)
    return lambda: repeat(entry, byref(problem), times)


class Device(Structure):
    _fields_ = [("type", c_int32), ("id", c_int32)]


class Dtype(Structure):
    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class Tensor(Structure):
    """eq_tensor of eqrt.h."""

    _fields_ = [
        ("data", c_void_p), ("device", Device), ("ndim", c_int32), ("dtype", Dtype),
        ("shape", POINTER(c_int64)), ("strides", POINTER(c_int64)), ("byte_offset", ctypes.c_uint64),
    ]  # fmt: skip


class Program:
    """An entry @solve of an eq program, compiled to a shared object, with its operands and results in place."""

    def __init__(self, text, schedule, name, threads=1):
        self.object = compile_program(text, schedule, name)
        self.runtime = ctypes.CDLL(str(machine.BUILD / "lib" / "libeqrt.so"), ctypes.RTLD_GLOBAL)
        self.runtime.eq_context_create.restype = c_void_p
        self.runtime.eq_last_error.argtypes, self.runtime.eq_last_error.restype = [c_void_p], c_char_p
        self.runtime.eq_set_threads.argtypes = [c_void_p, c_int32]
        self.context = self.runtime.eq_context_create()
        self.runtime.eq_set_threads(self.context, threads)
        self.entry = ctypes.CDLL(self.object).eq_solve
        self.entry.argtypes, self.entry.restype = [c_void_p, c_void_p, c_void_p], c_int

    def bind(self, operands, results):
        """Arrays in the order of the entry; scalars are arrays of rank 0. Returns the call."""
        self.operands, self.results = operands, results
        self.shapes = []
        self.inputs, self.outputs = self._tensors(operands), self._tensors(results)

        def call():
            if self.entry(self.context, byref(self.inputs), byref(self.outputs)):
                raise Failed(self.runtime.eq_last_error(self.context).decode())

        return call

    def repeated(self, times):
        """Seconds of one call, from `times` calls."""
        repeat = library("calls").repeat_entry
        repeat.argtypes, repeat.restype = [c_void_p, c_void_p, c_void_p, c_void_p, c_int], c_double
        entry = ctypes.cast(self.entry, c_void_p)
        return lambda: repeat(entry, self.context, byref(self.inputs), byref(self.outputs), times)

    def _tensors(self, arrays):
        tensors = (Tensor * len(arrays))()
        for tensor, array in zip(tensors, arrays):
            shape = (c_int64 * max(array.ndim, 1))(*array.shape)
            self.shapes.append(shape)
            tensor.data, tensor.ndim, tensor.shape = array.ctypes.data, array.ndim, shape
            tensor.device = Device(1, 0)
            tensor.dtype = Dtype(2 if array.dtype.kind == "f" else 0, array.dtype.itemsize * 8, 1)
        return tensors


def compile_command(source, target, schedule, emit):
    command = [str(machine.BUILD / "bin" / "eq-compile"), str(source), f"--emit={emit}", "-o", str(target)]
    return command + ([f"--schedule={schedule}"] if schedule else [])


def compile_program(text, schedule, name):
    """The path of the shared object; it stays, for perf and objdump."""
    folder = machine.CACHE / "programs"
    folder.mkdir(parents=True, exist_ok=True)
    source, target = folder / f"{name}.mlir", folder / f"{name}.so"
    source.write_text(text)
    temporary = folder / f"{name}.{os.getpid()}.so"
    try:
        run = subprocess.run(compile_command(source, temporary, schedule, "shared"), capture_output=True, text=True)
        if run.returncode:
            raise Failed(first_error(run.stderr).replace(str(folder) + os.sep, ""))
        os.replace(temporary, target)
        return str(target)
    except OSError as error:
        raise Failed(f"eq-compile: {error.strerror}") from error
    finally:
        temporary.with_suffix(".h").unlink(missing_ok=True)
