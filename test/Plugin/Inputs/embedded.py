"""Calls functions that a host of eq has compiled, and compares what they give with eq-run."""

import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np


def descriptor_type(rank):
    """MLIR's descriptor of a memref, as its C interface passes it."""
    fields = [("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p), ("offset", ctypes.c_int64)]
    if rank:
        fields += [("sizes", ctypes.c_int64 * rank), ("strides", ctypes.c_int64 * rank)]
    return type(f"Descriptor{rank}", (ctypes.Structure,), {"_fields_": fields})


def describe(array):
    """An array of any strides."""
    value = descriptor_type(array.ndim)(array.ctypes.data, array.ctypes.data, 0)
    if array.ndim:
        value.sizes[:] = array.shape
        value.strides[:] = [stride // array.itemsize for stride in array.strides]
    return value


def read(value, dtype, rank):
    """A copy of what a descriptor describes."""
    if rank == 0:
        raise ValueError("a number is no array")
    shape, strides = list(value.sizes), [stride * dtype.itemsize for stride in value.strides]
    if 0 in shape:
        return np.empty(shape, dtype)
    last = sum((size - 1) * stride for size, stride in zip(shape, strides)) + dtype.itemsize
    memory = (ctypes.c_char * last).from_address(value.aligned + value.offset * dtype.itemsize)
    return np.ndarray(shape, dtype, memory, strides=strides).copy()


NUMBERS = {"f32": (np.float32, ctypes.c_float), "f64": (np.float64, ctypes.c_double), "i32": (np.int32, ctypes.c_int32)}


def call(library, function, arguments, results):
    """Calls `function`, made with llvm.emit_c_interface. Numbers are ctypes values, tensors arrays; `results` has a
    (type, rank) per result, such as ("f64", 1)."""
    fields = []
    for i, (word, rank) in enumerate(results):
        fields.append((f"r{i}", descriptor_type(rank) if rank else NUMBERS[word][1]))
    returned = type("Returned", (ctypes.Structure,), {"_fields_": fields})()
    kept = [describe(a) if isinstance(a, np.ndarray) else a for a in arguments]
    passed = [ctypes.byref(k) if isinstance(a, np.ndarray) else k for a, k in zip(arguments, kept)]
    getattr(ctypes.CDLL(library), f"_mlir_ciface_{function}")(ctypes.byref(returned), *passed)
    values = []
    for i, (word, rank) in enumerate(results):
        value = getattr(returned, f"r{i}")
        values.append(read(value, np.dtype(NUMBERS[word][0]), rank) if rank else NUMBERS[word][0](value))
    return values


def eq_run(program, function, files, numbers, schedule):
    """The results of eq-run by name. `files` are arrays by name, `numbers` text by name."""
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder, "in.npz"), Path(folder, "out.npz")
        np.savez(inputs, **files)
        command = ["eq-run", program, f"--function={function}", "--in", inputs, "--out", outputs, f"--on={schedule}"]
        command += [word for name, text in numbers.items() for word in ("--arg", f"{name}={text}")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with np.load(outputs) as data:
            return dict(data)


def check_same_bits(name, got, wanted):
    if got.dtype != wanted.dtype or got.shape != wanted.shape or got.tobytes() != wanted.tobytes():
        raise SystemExit(f"expected the bits of '{name}' to be those of eq-run, but they differ")
